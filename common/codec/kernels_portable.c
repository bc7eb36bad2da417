/* kernels_portable.c - plain C, and vector types that every target lowers; and the choice. */
#include "common/codec/kernels.h"

#include <stdatomic.h>

#include "common/codec/kernel_loops.h"

static void unpack(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN])
{
    unpack_block(in, width, out);
}

static void unpack_run(const unsigned char *in, const unsigned char *end, size_t n, unsigned width,
                       uint32_t *out)
{
    unpack_in_turn(in, end, 0, n, width, out);
}

static inline size_t word_ones(uint64_t word, uint32_t first, uint32_t *out)
{
    size_t found = 0;
    for (; word; word &= word - 1)
        out[found++] = first + (uint32_t)__builtin_ctzll(word);
    return found;
}

static size_t find_ones(const unsigned char *in, size_t bytes, size_t from, size_t n, uint32_t *out)
{
    return find_by_words(in, bytes, from, n, out, word_ones);
}

static unsigned count_ones(uint64_t v)
{
    v -= v >> 1 & 0x5555555555555555u;
    v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (unsigned)(v * 0x0101010101010101u >> 56);
}

static size_t skip_ones(const unsigned char *in, size_t bytes, uint64_t *ones)
{
    return skip_words(in, bytes, ones, count_ones);
}

static size_t pick_ones(const unsigned char *in, size_t bytes, unsigned skip, size_t n,
                        uint32_t *out)
{
    return pick_in_turn(in, bytes, skip, n, out);
}

static void join(const uint32_t *lows, const uint32_t *ones, unsigned width, uint32_t plus,
                 unsigned n, uint32_t *out)
{
    for (unsigned i = 0; i < n; i++)
        out[i] = ((ones[i] - ones[(ptrdiff_t)i - 1] - 1) << width | lows[i]) + plus;
}

static void join_gaps(const uint32_t *lows, const uint32_t *ones, uint32_t first, unsigned width,
                      unsigned n, uint32_t *out)
{
    uint32_t sum = first;
    for (unsigned i = 0; i < n; i++) {
        sum += lows[i];
        out[i] = sum + ((ones[i] - i) << width) + i;
    }
}

static unsigned bit_places(const unsigned char *bits, size_t bytes, uint32_t first, uint32_t last,
                           const uint32_t *numbers, unsigned n, uint32_t base, uint32_t *out,
                           uint32_t *last_place)
{
    return find_places(bits, bytes, first, last, numbers, n, base, out, last_place, count_ones);
}

static unsigned sorted_places(const uint32_t sorted[BLOCK_LEN], const uint32_t *numbers, unsigned n,
                              uint32_t base, uint32_t *out)
{
    return find_by_halves(sorted, numbers, n, base, out);
}

static uint32_t count_common(const uint32_t *a, uint32_t na, uint32_t plus, const uint32_t *b,
                             uint32_t nb)
{
    return count_in_turn(a, na, plus, b, nb);
}

static void count_pairs(const struct number_lists *a, const struct number_lists *b,
                        uint32_t distance, unsigned n, uint32_t *out)
{
    count_each_pair(a, b, distance, n, out, 0, count_in_turn, count_in_turn);
}

static void mark(const uint32_t *numbers, unsigned n, uint32_t least, uint32_t most,
                 uint64_t *marks)
{
    mark_in_turn(numbers, n, least, most, marks);
}

static unsigned keep(const uint32_t *in, unsigned n, const uint64_t *marks, uint32_t *out)
{
    return keep_in_turn(in, n, marks, out);
}

static unsigned count_up_to(const uint32_t *numbers, unsigned n, uint32_t v)
{
    return count_up_in_turn(numbers, n, v);
}

static unsigned count_below_16(const unsigned char *in, unsigned n, uint16_t v)
{
    unsigned below = 0;
    for (unsigned i = 0; i < n; i++)
        below += load_u16(in + 2 * (size_t)i) < v;
    return below;
}

static unsigned count_below_32(const unsigned char *in, unsigned n, uint32_t v)
{
    unsigned below = 0;
    for (unsigned i = 0; i < n; i++)
        below += load_u32(in + 4 * (size_t)i) < v;
    return below;
}

const struct kernels kernels_portable = {
    "portable", unpack,    unpack_run,  find_ones,      skip_ones,      pick_ones,
    join,       join_gaps, bit_places,  sorted_places,  count_common,   count_pairs,
    mark,       keep,      count_up_to, count_below_16, count_below_32,
};

static const struct kernels *choose(void)
{
    const struct kernels *best = kernels_avx512();
    if (!best)
        best = kernels_avx2();
    if (!best)
        best = kernels_sse41();
    return best ? best : &kernels_portable;
}

/* Asking the processor each time would cost a hundredth of a search. */
const struct kernels *kernels_best(void)
{
    static _Atomic(const struct kernels *) chosen;
    const struct kernels *best = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!best) {
        best = choose();
        atomic_store_explicit(&chosen, best, memory_order_relaxed);
    }
    return best;
}
