/*
 * kernel_loops.h - the kernels' loops that are the same C for several instruction sets.
 *
 * Inlined into a kernel, they are compiled for its instruction set; how that
 * counts the ones of a word is given. What they do is said in kernels.h.
 */
#ifndef CODEC_KERNEL_LOOPS_H
#define CODEC_KERNEL_LOOPS_H

#include "common/codec/bitpack_rows.h"
#include "common/codec/kernels.h"

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
find_by_words(const unsigned char *in, size_t bytes, size_t from, size_t n, uint32_t *out,
              size_t (*word_ones)(uint64_t word, uint32_t first, uint32_t *out))
{
    size_t found = 0, at = from / 64 * 8;
    uint64_t wanted = UINT64_MAX << from % 64;
    for (; at + 8 <= bytes && found < n; at += 8, wanted = UINT64_MAX)
        found += word_ones(load_u64(in + at) & wanted, (uint32_t)(at * 8), out + found);
    if (at < bytes && found < n)
        found +=
            word_ones(load_word(in + at, bytes - at) & wanted, (uint32_t)(at * 8), out + found);
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
static inline __attribute__((always_inline)) unsigned
find_by_halves(const uint32_t sorted[BLOCK_LEN], const uint32_t *numbers, unsigned n, uint32_t base,
               uint32_t *out)
{
    unsigned found = 0;
    for (unsigned i = 0; i < n; i++) {
        uint32_t at = 0;
        for (unsigned step = BLOCK_LEN / 2; step; step /= 2)
            at += sorted[at + step - 1] < numbers[i] ? step : 0;
        unsigned equal = sorted[at] == numbers[i];
        out[i] = (base + at) | (equal - 1);
        found += equal;
    }
    return found;
}

static inline __attribute__((always_inline)) void
mark_in_turn(const uint32_t *numbers, unsigned n, uint32_t least, uint32_t most, uint64_t *marks)
{
    for (unsigned from = 0; from < n; from += 64) {
        uint64_t word = 0;
        for (unsigned i = from; i < n && i < from + 64; i++)
            word |= (uint64_t)(numbers[i] >= least && numbers[i] <= most) << i % 64;
        marks[from / 64] = word;
    }
}

static inline __attribute__((always_inline)) unsigned
keep_in_turn(const uint32_t *in, unsigned n, const uint64_t *marks, uint32_t *out)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++) {
        out[kept] = in[i];
        kept += (unsigned)(marks[i / 64] >> i % 64) & 1;
    }
    return kept;
}

static inline __attribute__((always_inline)) unsigned count_up_in_turn(const uint32_t *numbers,
                                                                       unsigned n, uint32_t v)
{
    unsigned i = 0;
    while (i < n && numbers[i] <= v)
        i++;
    return i;
}

/* A bitset's words as far as they are needed, and how many ones stand before each. */
#define SOME_WORDS 32
struct some_words {
    uint64_t words[SOME_WORDS];
    uint32_t before[SOME_WORDS];
};

static inline __attribute__((always_inline)) uint32_t
place_in_words(const struct some_words *w, uint32_t bit, uint32_t base,
               unsigned (*count_ones)(uint64_t))
{
    uint64_t word = w->words[bit / 64], lower = word & (((uint64_t)1 << bit % 64) - 1);
    uint32_t none = (uint32_t)(word >> bit % 64 & 1) - 1;
    return (base + w->before[bit / 64] + count_ones(lower)) | none;
}

/* Moves a word on until it holds the bit, or to the end of the bits. */
struct moving_word {
    const unsigned char *bits;
    size_t bytes, at;
    uint32_t before;
};

static inline __attribute__((always_inline)) uint32_t
place_by_moving(struct moving_word *m, uint32_t bit, uint32_t base,
                unsigned (*count_ones)(uint64_t))
{
    for (; bit / 8 >= m->at + 8 && m->at + 8 < m->bytes; m->at += 8)
        m->before += count_ones(load_u64(m->bits + m->at));
    if (bit / 8 >= m->at + 8)
        return UINT32_MAX;
    uint64_t word = load_word(m->bits + m->at, m->bytes - m->at);
    uint64_t lower = word & (((uint64_t)1 << bit % 64) - 1);
    return word >> bit % 64 & 1 ? base + m->before + count_ones(lower) : UINT32_MAX;
}

/* Most bitsets are short. */
static inline __attribute__((always_inline)) unsigned
find_places(const unsigned char *bits, size_t bytes, uint32_t first, uint32_t last,
            const uint32_t *numbers, unsigned n, uint32_t base, uint32_t *out, uint32_t *last_place,
            unsigned (*count_ones)(uint64_t))
{
    struct moving_word moving = {.bits = bits, .bytes = bytes};
    struct some_words some;
    size_t count = (last - first) / 64 + (size_t)1;
    uint32_t before = 0;
    unsigned found = 0;
    if (count > SOME_WORDS || (n && (numbers[0] < first || numbers[n - 1] > last))) {
        for (unsigned i = 0; i < n; i++) {
            out[i] = place_by_moving(&moving, numbers[i] - first, base, count_ones);
            found += out[i] != UINT32_MAX;
        }
        *last_place = place_by_moving(&moving, last - first, 0, count_ones);
        return found;
    }
    for (size_t i = 0; i < count; i++) {
        some.words[i] = 8 * i < bytes ? load_word(bits + 8 * i, bytes - 8 * i) : 0;
        some.before[i] = before;
        before += count_ones(some.words[i]);
    }
    for (unsigned i = 0; i < n; i++) {
        out[i] = place_in_words(&some, numbers[i] - first, base, count_ones);
        found += out[i] != UINT32_MAX;
    }
    *last_place = place_in_words(&some, last - first, 0, count_ones);
    return found;
}

/* The i-th of two lists each, the shorter first. */
struct two_lists {
    const uint32_t *a, *b;
    uint32_t few, many, plus;
};

/* Which is shorter is anybody's guess: so they are picked by an index, not by a branch. */
static inline __attribute__((always_inline)) struct two_lists
two_lists(const struct number_lists *a, const struct number_lists *b, uint32_t distance, unsigned i)
{
    const uint32_t *lists[2] = {a->numbers + a->at[i], b->numbers + b->at[i]};
    const uint32_t counts[2] = {a->count[i], b->count[i]};
    const uint32_t plus = distance + lists[1][-1] - lists[0][-1];
    unsigned first = counts[0] > counts[1];
    return (struct two_lists){lists[first], lists[!first], counts[first], counts[!first],
                              first ? -plus : plus};
}

typedef uint32_t counting(const uint32_t *a, uint32_t na, uint32_t plus, const uint32_t *b,
                          uint32_t nb);

/* of_few is quicker for up to 4 numbers against up to `most`. */
static inline __attribute__((always_inline)) void
count_each_pair(const struct number_lists *a, const struct number_lists *b, uint32_t distance,
                unsigned n, uint32_t *out, uint32_t most, counting *of_few, counting *of_any)
{
    for (unsigned i = 0; i < n; i++) {
        struct two_lists t = two_lists(a, b, distance, i);
        out[i] = t.few <= 4 && t.many <= most ? of_few(t.a, t.few, t.plus, t.b, t.many)
                                              : of_any(t.a, t.few, t.plus, t.b, t.many);
    }
}

#endif
