/*
 * escape.h - text inside lines that other programs read.
 *
 * What comes in can hold anything; what goes out is valid UTF-8 (a damaged
 * sequence becomes U+FFFD, one for each maximal subpart, see utf8.h) and
 * cannot leave its place.
 */
#ifndef TEXT_ESCAPE_H
#define TEXT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"

/* A JSON string with its quotes. Beyond what JSON asks for, everything that a
 * terminal or JavaScript would take for more than text is a \u escape: C1
 * controls, DEL, bidirectional overrides, U+2028 and U+2029. */
void escape_json_string(struct buf *out, const char *text, size_t len);

/* A column of TSV: tab, newline, carriage return and backslash as \t \n \r \\,
 * what is named above as \u. So a reader who undoes the escapes gets the text back. */
void escape_column(struct buf *out, const char *text, size_t len);

bool is_control_code(uint32_t cp); /* C0, DEL and C1 */

/* Embeddings, overrides and isolates reach beyond the text that holds them:
 * they can make a line read as something else ("Trojan Source", 2021). The
 * marks U+200E, U+200F and U+061C do not, and right-to-left prose needs them. */
bool is_override_code(uint32_t cp);

bool is_separator_code(uint32_t cp); /* U+2028 and U+2029 */

#endif
