/*
 * article_id.h - the name by which an article is found, replaced and deleted.
 *
 * Each function adds to out. None limits the length of an id that was given;
 * the others stay below ARCHIVE_MAX_ID_BYTES.
 */
#ifndef ARCHIVE_ARTICLE_ID_H
#define ARCHIVE_ARTICLE_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"
#include "common/text/article.h"

/* Without blanks round it; each control byte as %XX, so that ids that differ
 * stay different and none can end a line. */
void id_from_given(const char *text, size_t len, struct buf *out);

/* The canonical URL, or its hash where it is too long. False, with nothing
 * added, when it is no URL. */
bool id_from_url(const char *url, struct buf *out);

/* "h-" and 16 hex digits, hashed from source, title and date, and from the
 * body too where title or date is missing: a corrected article keeps its id,
 * and two without a title do not share one. */
void id_from_content(const struct article *a, struct buf *out);

#endif
