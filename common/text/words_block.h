/*
 * words_block.h - 64 bytes of text at a time, told apart into what the ASCII
 * shortcut of words.c needs. One kernel for each instruction set; all of them
 * give the same bits as words_block_scalar.
 */
#ifndef TEXT_WORDS_BLOCK_H
#define TEXT_WORDS_BLOCK_H

#include <stdint.h>

#define WORDS_BLOCK_BYTES 64

/* Bit i of a mask is about byte i. A byte is in one mask at most, but for the
 * full stop and the apostrophe, which are in both mid masks. */
struct words_block {
    uint64_t letters;     /* A-Z a-z */
    uint64_t digits;      /* 0-9 */
    uint64_t underscores; /* _ */
    uint64_t mid_letters; /* . ' : join letters */
    uint64_t mid_digits;  /* . ' , ; join digits */
    uint64_t beyond;      /* not ASCII */
};

typedef void words_block_fn(const char bytes[WORDS_BLOCK_BYTES], struct words_block *out);

words_block_fn words_block_scalar;
words_block_fn words_block_avx2; /* only where words_block_best gives it */

/* The quickest kernel that this processor can run. */
words_block_fn *words_block_best(void);

#endif
