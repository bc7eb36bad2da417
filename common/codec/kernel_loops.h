/*
 * kernel_loops.h - the kernels' loops that are the same C for several instruction sets.
 *
 * Inlined into a kernel, they are compiled for its instruction set; how that
 * counts the ones of a word is given. What they do is said in kernels.h.
 */
#ifndef CODEC_KERNEL_LOOPS_H
#define CODEC_KERNEL_LOOPS_H

#include "common/codec/bitpack_rows.h"

/* Of runs by vectors: with the bits before it in its first byte a number fits four bytes. */
#define RUN_MOST_WIDTH 25

static inline __attribute__((always_inline)) void
unpack_block(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN])
{
    switch (width) {
#define UNPACK_CASE(w)                                                                             \
    case w:                                                                                        \
        unpack_rows(in, w, out);                                                                   \
        break;
        EACH_WIDTH(UNPACK_CASE)
#undef UNPACK_CASE
    default:
        memset(out, 0, BLOCK_LEN * sizeof *out);
        break;
    }
}

static inline __attribute__((always_inline)) void unpack_in_turn(const unsigned char *in,
                                                                 const unsigned char *end,
                                                                 size_t from, size_t n,
                                                                 unsigned width, uint32_t *out)
{
    for (size_t i = from; i < n; i++)
        out[i] = bitpack_get(in, end, (uint64_t)i * width, width);
}

static inline __attribute__((always_inline)) uint32_t
count_in_turn(const uint32_t *a, uint32_t na, uint32_t plus, const uint32_t *b, uint32_t nb)
{
    uint32_t common = 0;
    for (uint32_t i = 0; i < na; i++)
        for (uint32_t k = 0; k < nb; k++)
            common += b[k] == a[i] + plus;
    return common;
}

/* word_ones: of 8 bytes, the numbers of the ones from `first` on; returns how many. */
static inline __attribute__((always_inline)) size_t
find_by_words(const unsigned char *in, size_t bytes, size_t n, uint32_t *out,
              size_t (*word_ones)(uint64_t word, uint32_t first, uint32_t *out))
{
    size_t found = 0, at = 0;
    for (; bytes - at >= 8 && found < n; at += 8)
        found += word_ones(load_u64(in + at), (uint32_t)(at * 8), out + found);
    if (at < bytes && found < n)
        found += word_ones(load_word(in + at, bytes - at), (uint32_t)(at * 8), out + found);
    return found;
}

static inline __attribute__((always_inline)) size_t
skip_words(const unsigned char *in, size_t bytes, uint64_t *ones, unsigned (*count_ones)(uint64_t))
{
    size_t at = 0;
    for (; bytes - at >= 8; at += 8) {
        unsigned here = count_ones(load_u64(in + at));
        if (here > *ones)
            break;
        *ones -= here;
    }
    return at;
}

static inline __attribute__((always_inline)) size_t
pick_in_turn(const unsigned char *in, size_t bytes, unsigned skip, size_t n, uint32_t *out)
{
    size_t found = 0;
    for (size_t at = 0; at < bytes && found < n; at += 8) {
        uint64_t word = load_word(in + at, bytes - at);
        for (; skip && word; skip--)
            word &= word - 1;
        for (; word && found < n; word &= word - 1)
            out[found++] = (uint32_t)(at * 8) + (uint32_t)__builtin_ctzll(word);
    }
    return found;
}

/* Seven steps without a branch to mispredict. */
static inline __attribute__((always_inline)) void find_by_halves(const uint32_t sorted[BLOCK_LEN],
                                                                 const uint32_t *numbers,
                                                                 unsigned n, uint32_t first,
                                                                 uint32_t *out)
{
    for (unsigned i = 0; i < n; i++) {
        uint32_t at = 0;
        for (unsigned step = BLOCK_LEN / 2; step; step /= 2)
            at += sorted[at + step - 1] < numbers[i] ? step : 0;
        out[i] = sorted[at] == numbers[i] ? first + at : UINT32_MAX;
    }
}

/* Moves a word on until it holds the bit, or to the end of the bits. */
static inline __attribute__((always_inline)) void
find_places(const unsigned char *bits, size_t bytes, uint32_t first, const uint32_t *numbers,
            unsigned n, uint32_t *out, unsigned (*count_ones)(uint64_t))
{
    uint64_t word = load_word(bits, bytes);
    uint32_t before = 0;
    size_t at = 0;
    for (unsigned i = 0; i < n; i++) {
        uint32_t bit = numbers[i] - first;
        while (bit / 8 >= at + 8 && at + 8 < bytes) {
            before += count_ones(word);
            at += 8;
            word = load_word(bits + at, bytes - at);
        }
        bool set = bit / 8 < at + 8 && word >> bit % 64 & 1;
        uint64_t lower = word & (((uint64_t)1 << bit % 64) - 1);
        out[i] = set ? before + count_ones(lower) : UINT32_MAX;
    }
}

#endif
