/* encoding.h - valid UTF-8 from whatever a record holds. */
#ifndef ARCHIVE_ENCODING_H
#define ARCHIVE_ENCODING_H

#include "common/base/bytes.h"
#include "indexer/archive/charset.h"
#include "indexer/archive/parser.h"
#include "indexer/archive/span.h"

/*
 * The record in UTF-8 without a byte-order mark and without NUL bytes, which
 * become spaces: its own bytes, or parser->encoded. Bytes that are no UTF-8
 * are read as windows-1252, unless most of what is not ASCII is UTF-8: then
 * each damaged sequence becomes U+FFFD. problem->encoding_repaired says
 * whether anything had to be changed.
 */
struct bytes record_in_utf8(struct archive_parser *parser, const struct record *record,
                            struct record_problem *problem);

/*
 * The same for a text that says what it is written in; NULL: it does not. A
 * byte-order mark counts more. So does UTF-8 where one byte a character was
 * declared and the text has sequences of UTF-8 and no damaged one; and the
 * rules above hold where what was declared does not fit and UTF-8 does.
 * Damage counts as repaired.
 */
struct bytes text_in_utf8(struct archive_parser *parser, const char *text, size_t len,
                          const struct charset *declared, struct record_problem *problem);

/* The same for a value of a record's header: its own bytes, or the arena's. */
struct span value_in_utf8(struct archive_parser *parser, struct span value, struct arena *arena,
                          struct record_problem *problem);

/* Control bytes of ASCII but for white space. */
bool has_controls(const char *text, size_t len);
void replace_controls(struct buf *text); /* by spaces */

#endif
