/*
 * unicode.h - what Unicode 15.0 says about a code point, as far as words and
 * folding need it. The tables behind it are unicode_tables.c.
 */
#ifndef TEXT_UNICODE_H
#define TEXT_UNICODE_H

#include <stddef.h>
#include <stdint.h>

#include "common/text/unicode_tables.h"

/* The place of a code point in the tables: planes 4 to 13 are empty, so the
 * start of plane 14 follows plane 3 and everything else is the unassigned
 * U+3FFFF. */
static inline uint32_t unicode_place(uint32_t cp)
{
    if (cp < 0x40000)
        return cp;
    return cp - 0xE0000 < 0x1000 ? cp - 0xA0000 : 0x3FFFF;
}

/* An enum word_break in the low bits, with UNICODE_LETTER_OR_DIGIT and
 * UNICODE_PICTOGRAPHIC where they apply. */
static inline uint8_t unicode_word_property(uint32_t cp)
{
    const uint32_t place = unicode_place(cp), shift = UNICODE_WORD_SHIFT;
    uint32_t block = unicode_word_blocks[place >> shift];
    return unicode_word_cells[block << shift | (place & ((1u << shift) - 1))];
}

/* What cp becomes before stemming: UTF-8 of *len bytes, 0 when it goes. NULL,
 * with *len untouched, when it stays as it is. */
const char *unicode_fold(uint32_t cp, size_t *len);

/* The same for what a folded cp becomes after stemming. */
const char *unicode_plain(uint32_t cp, size_t *len);

/* What the two, each as folding leaves it, become when they meet: the one code
 * point that is canonically equivalent, folded; 0 when there is none. */
uint32_t unicode_compose(uint32_t first, uint32_t second);

#endif
