/*
 * utf8.h - UTF-8 as it arrives: possibly damaged, never trusted.
 *
 * Nothing here reads at or beyond the given end. A damaged sequence counts as
 * one U+FFFD for each maximal subpart, as the Unicode Standard recommends
 * (chapter 3, "U+FFFD Substitution of Maximal Subparts"): "\xE2\x80" followed
 * by a letter is one replacement of two bytes; an overlong form, a surrogate
 * or a value above U+10FFFF is one replacement a byte.
 */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"

#define UTF8_REPLACEMENT 0xFFFDu
#define UTF8_MAX_BYTES   4

/* The code point at p < end, or U+FFFD where the bytes are damaged; *len is
 * how many bytes it took, 1 to 4. A real U+FFFD in the text takes 3. */
uint32_t utf8_decode(const char *p, const char *end, size_t *len);

/* Writes cp (a scalar value: up to U+10FFFF and no surrogate; anything else
 * is written as U+FFFD) and returns the number of bytes, 1 to 4. */
size_t utf8_encode(uint32_t cp, char out[UTF8_MAX_BYTES]);

bool utf8_valid(const char *text, size_t len);

/* The longest prefix of at most max bytes that does not end inside a
 * character, given that the text is valid. */
size_t utf8_cut(const char *text, size_t len, size_t max);

/* Adds the text to out with every damaged sequence replaced by U+FFFD.
 * Returns the number of replacements: 0 when the text was valid. */
size_t utf8_repair(const char *in, size_t len, struct buf *out);

/* Adds text in windows-1252 (so also ISO 8859-1 as the web means it) to out
 * as UTF-8. The five bytes that the code page leaves open become U+FFFD. */
void utf8_from_cp1252(const char *in, size_t len, struct buf *out);

#endif
