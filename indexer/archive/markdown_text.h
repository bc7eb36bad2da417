/*
 * markdown_text.h - Markdown (CommonMark, and what is common beside it) to
 * plain text.
 */
#ifndef ARCHIVE_MARKDOWN_TEXT_H
#define ARCHIVE_MARKDOWN_TEXT_H

#include "common/base/buf.h"
#include "indexer/archive/span.h"

/*
 * Adds the text to out without its marks: of links and images the text, of
 * code what stands in it; definitions of links, tags of HTML, comments and
 * shortcodes are left out. A paragraph is one line, but for hard breaks; the
 * elements of lists, rows of tables and lines of code are lines.
 */
void markdown_to_text(struct span markdown, struct buf *out);

/* The first heading when nothing but blank lines stands before it, without its
 * marks; *rest is what stands behind it. p is NULL when there is none. */
struct span markdown_title(struct span markdown, struct span *rest);

#endif
