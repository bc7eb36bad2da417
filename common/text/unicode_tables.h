/* unicode_tables.h - written by unicode_tables.py from Unicode 15.0; unicode.h reads them. */
#ifndef TEXT_UNICODE_TABLES_H
#define TEXT_UNICODE_TABLES_H

#include <stdint.h>

#define UNICODE_VERSION "15.0"

/* The property Word_Break, UAX #29. */
enum word_break {
    WB_OTHER,
    WB_CR,
    WB_LF,
    WB_NEWLINE,
    WB_EXTEND,
    WB_ZWJ,
    WB_FORMAT,
    WB_REGIONAL_INDICATOR,
    WB_KATAKANA,
    WB_HEBREW_LETTER,
    WB_ALETTER,
    WB_SINGLE_QUOTE,
    WB_DOUBLE_QUOTE,
    WB_MID_NUM_LET,
    WB_MID_LETTER,
    WB_MID_NUM,
    WB_NUMERIC,
    WB_EXTEND_NUM_LET,
    WB_WSEG_SPACE
};

/* A cell of unicode_word_cells: the word_break in the low bits, and these. */
#define UNICODE_WORD_BREAK_MASK 0x1F
#define UNICODE_LETTER_OR_DIGIT 0x20
#define UNICODE_PICTOGRAPHIC    0x40 /* Extended_Pictographic */

/* Two-stage tables: the block number of a place, then the cell in the block. */
#define UNICODE_WORD_SHIFT 7
extern const uint8_t unicode_word_blocks[2080];
extern const uint8_t unicode_word_cells[28928];
#define UNICODE_FOLD_SHIFT 5
extern const uint8_t unicode_fold_blocks[8320];
extern const uint16_t unicode_fold_cells[6368];
#define UNICODE_PLAIN_SHIFT 6
extern const uint8_t unicode_plain_blocks[4160];
extern const uint16_t unicode_plain_cells[4416];

/* The cells of fold and plain are offsets in here: a length byte, then UTF-8. */
extern const uint8_t unicode_strings[12493];

/* Pairs of folded code points that compose, sorted, and the folded result. */
struct unicode_composition {
    uint32_t first, second, whole;
};
#define UNICODE_COMPOSITIONS 534
extern const struct unicode_composition unicode_compositions[UNICODE_COMPOSITIONS];

#endif
