/*
 * html.h - HTML as it stands inside a field of an archive: to plain text.
 *
 * No tree is built and nothing is looked up twice, so the time is linear in
 * the length whatever the markup, and nothing nests.
 */
#ifndef ARCHIVE_HTML_H
#define ARCHIVE_HTML_H

#include <stddef.h>

#include "common/base/buf.h"

/*
 * Adds the text to out: character references decoded, comments and the
 * contents of script and style left out, a blank line where a block begins or
 * ends, a line end for br, runs of white space as one space. A "<" that no
 * ">" follows is text.
 */
void html_to_text(const char *html, size_t len, struct buf *out);

/*
 * Adds the text to out with its character references decoded: those that
 * end with ";" and are known; the others stay as they are. A number that is no character gives
 * U+FFFD, and 128 to 159 are read as windows-1252, as browsers do.
 */
void html_decode(const char *text, size_t len, struct buf *out);

#endif
