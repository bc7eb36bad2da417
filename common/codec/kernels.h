/*
 * kernels.h - the loops that decode postings, for each instruction set.
 *
 * One file a set; kernels_best() is the door. All sets give the same numbers
 * (tests/unit/test_kernels.c).
 */
#ifndef CODEC_KERNELS_H
#define CODEC_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "common/codec/bitpack.h"

/* What find_ones writes behind the last number that was asked for. */
#define ONES_SLACK 64

/* Lists in one array: the i-th is numbers[at[i]], ..., `count[i]` of them. */
struct number_lists {
    const uint32_t *numbers, *at, *count;
};

struct kernels {
    const char *name;

    /* bitpack_unpack. */
    void (*unpack)(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN]);

    /* bitpack_unpack_run, if bytes up to `end` may be read. */
    void (*unpack_run)(const unsigned char *in, const unsigned char *end, size_t n, unsigned width,
                       uint32_t *out);

    /* Numbers of the bits that are set, ascending, from bit `from` on, the lowest bit of
     * the first byte being 0. Returns how many were found: n or more, or all that
     * there are. `out` has room for n + ONES_SLACK. */
    size_t (*find_ones)(const unsigned char *in, size_t bytes, size_t from, size_t n,
                        uint32_t *out);

    /* Passes over whole words of 8 bytes as long as all their ones belong to
     * the first *ones; takes those off *ones and returns the bytes passed. */
    size_t (*skip_ones)(const unsigned char *in, size_t bytes, uint64_t *ones);

    /* The numbers of n ones behind the first `skip`, which stand in the first 8
     * bytes: quicker than find_ones for a few. Returns how many there are, n at most. */
    size_t (*pick_ones)(const unsigned char *in, size_t bytes, unsigned skip, size_t n,
                        uint32_t *out);

    /* What rice.h has taken apart: out[i] = (high << width | low) + plus, the
     * high part being ones[i] - ones[i - 1] - 1. ones[-1] is read. Works on n
     * rounded up to 16; what is behind n - 1 means nothing. `out` may be `lows`. */
    void (*join)(const uint32_t *lows, const uint32_t *ones, unsigned width, uint32_t plus,
                 unsigned n, uint32_t *out);

    /* The same values as gaps, if ones[-1] is -1: out[i] = first + i + value 0 + ... +
     * value i. ones[-1] is not read. */
    void (*join_gaps)(const uint32_t *lows, const uint32_t *ones, uint32_t first, unsigned width,
                      unsigned n, uint32_t *out);

    /* Looks ascending numbers up in a bitset whose bit 0 is `first`: base + how many
     * ones stand before each, or UINT32_MAX when its own bit is not set or not
     * there. Returns how many are set. `last` is not below the numbers; *last_place receives
     * how many ones stand before it, or UINT32_MAX. */
    unsigned (*bit_places)(const unsigned char *bits, size_t bytes, uint32_t first, uint32_t last,
                           const uint32_t *numbers, unsigned n, uint32_t base, uint32_t *out,
                           uint32_t *last_place);

    /* Looks n numbers up among 128 ascending ones: base + the place of each, or UINT32_MAX.
     * Returns how many there are. */
    unsigned (*sorted_places)(const uint32_t sorted[BLOCK_LEN], const uint32_t *numbers, unsigned n,
                              uint32_t base, uint32_t *out);

    /* How many of na numbers, each plus `plus`, are among nb others; each list has a number
     * once. Up to 7 numbers behind b[nb - 1] are read. */
    uint32_t (*count_common)(const uint32_t *a, uint32_t na, uint32_t plus, const uint32_t *b,
                             uint32_t nb);

    /* The same for n pairs of lists, in each of which numbers are meant from the one
     * before the list on: out[i] of a's i-th and b's, `plus` being
     * distance + b's one before - a's. Up to 15 numbers behind a list are read. */
    void (*count_pairs)(const struct number_lists *a, const struct number_lists *b,
                        uint32_t distance, unsigned n, uint32_t *out);

    /* Sets a bit for each of n numbers from `least` to `most`, the lowest of marks[0] for the
     * first; the other bits of the last word that n reaches into are 0. Numbers up to n rounded
     * up to 16 are read. */
    void (*mark)(const uint32_t *numbers, unsigned n, uint32_t least, uint32_t most,
                 uint64_t *marks);

    /* Moves the marked ones of n numbers together and returns how many there are. `out` has room
     * for n rounded up to 16, as many are read, and may be `in`. */
    unsigned (*keep)(const uint32_t *in, unsigned n, const uint64_t *marks, uint32_t *out);

    /* How many of n ascending numbers, from the first on, are at most v: quicker than
     * count_below_32 where these are few of many. */
    unsigned (*count_up_to)(const uint32_t *numbers, unsigned n, uint32_t v);

    /* How many of n ascending numbers are below v; two or four bytes each. */
    unsigned (*count_below_16)(const unsigned char *in, unsigned n, uint16_t v);
    unsigned (*count_below_32)(const unsigned char *in, unsigned n, uint32_t v);
};

extern const struct kernels kernels_portable;

/* NULL where the processor, or the compiler's target, does not have them. */
const struct kernels *kernels_sse41(void);
const struct kernels *kernels_avx2(void);
const struct kernels *kernels_avx512(void);

const struct kernels *kernels_best(void);

#endif
