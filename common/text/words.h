/*
 * words.h - the words of a text: UAX #29 word segments (Unicode 15.0) that
 * hold a letter or a digit.
 *
 * The rules are the default ones: "can't", "3.14", "example.com" and
 * "snake_case" are one word each, a run of katakana is one word, and every
 * ideograph, hiragana or Thai letter is a word of its own. Combining marks,
 * soft hyphens and other format characters belong to the word that they
 * follow. U+2019 joins letters as an apostrophe does.
 *
 * The text may be damaged UTF-8: a damaged sequence counts as U+FFFD, which
 * separates words. Time is linear in the text's length whatever it holds, and
 * nothing outside the text is read.
 */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text/words_block.h"

/* Offsets are 32 bits wide: of a longer text only this much is looked at. */
#define WORDS_MAX_TEXT_BYTES 0xFFFFFFC0u

struct word {
    uint32_t start, end; /* byte offsets into the text; start < end */
};

/* An iterator; a plain value that holds no memory of its own. */
struct words {
    const char *text;
    uint32_t len;
    uint32_t at;       /* a word boundary; everything before it has been handed out */
    uint32_t by_rules; /* segments, so far, that ASCII alone did not decide */

    words_block_fn *kernel;

    /* The 64 bytes of text that words.c is looking at: bit i is byte block + i. */
    uint32_t block;
    uint64_t runs;   /* bytes of ASCII words */
    uint64_t beyond; /* bytes that are not ASCII */
    uint64_t unsure; /* a run that ends here may go on beyond ASCII */
    bool plain;      /* no byte is unsure or an underscore */
};

struct words words_of(const char *text, size_t len);

/* The next word in text order; false at the end of the text. */
bool words_next(struct words *words, struct word *word);

/* The next words, up to max of them (at least 1); 0 only at the end of the
 * text. The quickest way through a long text. */
size_t words_scan(struct words *words, struct word *out, size_t max);

/*
 * The end of the segment that starts at `at`, a word boundary below len. Every
 * segment counts, blanks and punctuation too; *is_word tells whether it holds
 * a letter or a digit. This is the specification's own loop, character by
 * character: words_next and words_scan are shortcuts to the same answer.
 */
uint32_t words_segment_end(const char *text, uint32_t len, uint32_t at, bool *is_word);

#endif
