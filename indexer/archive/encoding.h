/* encoding.h - valid UTF-8 from whatever a record holds. */
#ifndef ARCHIVE_ENCODING_H
#define ARCHIVE_ENCODING_H

#include "common/base/bytes.h"
#include "indexer/archive/parser.h"

/*
 * The record in UTF-8 without a byte-order mark and without NUL bytes, which
 * become spaces: its own bytes, or parser->encoded. Bytes that are no UTF-8
 * are read as windows-1252, unless most of what is not ASCII is UTF-8: then
 * each damaged sequence becomes U+FFFD. problem->encoding_repaired says
 * whether anything had to be changed.
 */
struct bytes record_in_utf8(struct archive_parser *parser, const struct record *record,
                            struct record_problem *problem);

/* Control bytes of ASCII but for white space. */
bool has_controls(const char *text, size_t len);
void replace_controls(struct buf *text); /* by spaces */

#endif
