/* kernels_sse41.c - four numbers at a time; bytes are looked up. */
#include "common/codec/kernels.h"

#if defined(__x86_64__)

#include <smmintrin.h>

#include "common/codec/byte_ones.h"
#include "common/codec/kernel_loops.h"

#define SSE41 __attribute__((target("sse4.1,popcnt")))

static inline SSE41 __m128i load(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

static inline SSE41 void store(void *p, __m128i v)
{
    _mm_storeu_si128((__m128i *)p, v);
}

static SSE41 void unpack(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN])
{
    unpack_block(in, width, out);
}

static SSE41 void unpack_run(const unsigned char *in, const unsigned char *end, size_t n,
                             unsigned width, uint32_t *out)
{
    unpack_in_turn(in, end, 0, n, width, out);
}

/* The ones of 8 bytes; returns how many. */
static inline SSE41 size_t word_ones(uint64_t word, uint32_t first, uint32_t *out)
{
    size_t found = 0;
    for (unsigned byte = 0; byte < 8; byte++) {
        unsigned bits = (unsigned)(word >> 8 * byte & 0xff);
        __m128i numbers = _mm_cvtsi64_si128((long long)byte_ones[bits]);
        __m128i at = _mm_set1_epi32((int)(first + 8 * byte));
        store(out + found, _mm_add_epi32(at, _mm_cvtepu8_epi32(numbers)));
        store(out + found + 4, _mm_add_epi32(at, _mm_cvtepu8_epi32(_mm_srli_si128(numbers, 4))));
        found += (size_t)__builtin_popcount(bits);
    }
    return found;
}

static SSE41 size_t find_ones(const unsigned char *in, size_t bytes, size_t from, size_t n,
                              uint32_t *out)
{
    return find_by_words(in, bytes, from, n, out, word_ones);
}

static inline SSE41 unsigned count_ones(uint64_t v)
{
    return (unsigned)__builtin_popcountll(v);
}

static SSE41 size_t skip_ones(const unsigned char *in, size_t bytes, uint64_t *ones)
{
    return skip_words(in, bytes, ones, count_ones);
}

static SSE41 size_t pick_ones(const unsigned char *in, size_t bytes, unsigned skip, size_t n,
                              uint32_t *out)
{
    return pick_in_turn(in, bytes, skip, n, out);
}

static SSE41 void join(const uint32_t *lows, const uint32_t *ones, unsigned width, uint32_t plus,
                       unsigned n, uint32_t *out)
{
    const __m128i shift = _mm_cvtsi32_si128((int)width), one = _mm_set1_epi32(1);
    const __m128i more = _mm_set1_epi32((int)plus);
    for (unsigned i = 0; i < n; i += 4) {
        __m128i zeros =
            _mm_sub_epi32(_mm_sub_epi32(load(ones + i), load(ones + (ptrdiff_t)i - 1)), one);
        __m128i value = _mm_or_si128(_mm_sll_epi32(zeros, shift), load(lows + i));
        store(out + i, _mm_add_epi32(value, more));
    }
}

static SSE41 void join_gaps(const uint32_t *lows, const uint32_t *ones, uint32_t first,
                            unsigned width, unsigned n, uint32_t *out)
{
    const __m128i shift = _mm_cvtsi32_si128((int)width), four = _mm_set1_epi32(4);
    __m128i index = _mm_setr_epi32(0, 1, 2, 3), sum = _mm_set1_epi32((int)first);
    for (unsigned i = 0; i < n; i += 4) {
        __m128i low = load(lows + i);
        low = _mm_add_epi32(low, _mm_slli_si128(low, 4));
        low = _mm_add_epi32(low, _mm_slli_si128(low, 8));
        low = _mm_add_epi32(low, sum);
        __m128i high = _mm_sll_epi32(_mm_sub_epi32(load(ones + i), index), shift);
        store(out + i, _mm_add_epi32(_mm_add_epi32(low, high), index));
        sum = _mm_shuffle_epi32(low, 0xff);
        index = _mm_add_epi32(index, four);
    }
}

static SSE41 unsigned bit_places(const unsigned char *bits, size_t bytes, uint32_t first,
                                 uint32_t last, const uint32_t *numbers, unsigned n, uint32_t base,
                                 uint32_t *out, uint32_t *last_place)
{
    return find_places(bits, bytes, first, last, numbers, n, base, out, last_place, count_ones);
}

static SSE41 unsigned sorted_places(const uint32_t sorted[BLOCK_LEN], const uint32_t *numbers,
                                    unsigned n, uint32_t base, uint32_t *out)
{
    return find_by_halves(sorted, numbers, n, base, out);
}

static SSE41 uint32_t count_common(const uint32_t *a, uint32_t na, uint32_t plus, const uint32_t *b,
                                   uint32_t nb)
{
    return count_in_turn(a, na, plus, b, nb);
}

static SSE41 void count_pairs(const struct number_lists *a, const struct number_lists *b,
                              uint32_t distance, unsigned n, uint32_t *out)
{
    count_each_pair(a, b, distance, n, out, 0, count_in_turn, count_in_turn);
}

static SSE41 void mark(const uint32_t *numbers, unsigned n, uint32_t least, uint32_t most,
                       uint64_t *marks)
{
    mark_in_turn(numbers, n, least, most, marks);
}

static SSE41 unsigned keep(const uint32_t *in, unsigned n, const uint64_t *marks, uint32_t *out)
{
    return keep_in_turn(in, n, marks, out);
}

static SSE41 unsigned count_up_to(const uint32_t *numbers, unsigned n, uint32_t v)
{
    return count_up_in_turn(numbers, n, v);
}

static SSE41 unsigned count_below_16(const unsigned char *in, unsigned n, uint16_t v)
{
    const __m128i limit = _mm_set1_epi16((short)v), none = _mm_setzero_si128();
    unsigned below = 0, i = 0;
    for (; i + 8 <= n; i += 8) {
        __m128i not_below = _mm_cmpeq_epi16(_mm_subs_epu16(limit, load(in + 2 * i)), none);
        below += 8 - (unsigned)__builtin_popcount((unsigned)_mm_movemask_epi8(not_below)) / 2;
    }
    for (; i < n; i++)
        below += load_u16(in + 2 * i) < v;
    return below;
}

static SSE41 unsigned count_below_32(const unsigned char *in, unsigned n, uint32_t v)
{
    const __m128i limit = _mm_set1_epi32((int)v);
    unsigned below = 0, i = 0;
    for (; i + 4 <= n; i += 4) {
        __m128i numbers = load(in + 4 * i);
        __m128i not_below = _mm_cmpeq_epi32(_mm_max_epu32(numbers, limit), numbers);
        below += 4 - (unsigned)__builtin_popcount((unsigned)_mm_movemask_epi8(not_below)) / 4;
    }
    for (; i < n; i++)
        below += load_u32(in + 4 * i) < v;
    return below;
}

static const struct kernels sse41 = {
    "sse4.1", unpack,    unpack_run,  find_ones,      skip_ones,      pick_ones,
    join,     join_gaps, bit_places,  sorted_places,  count_common,   count_pairs,
    mark,     keep,      count_up_to, count_below_16, count_below_32,
};

const struct kernels *kernels_sse41(void)
{
    return __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("popcnt") ? &sse41 : NULL;
}

#else

const struct kernels *kernels_sse41(void)
{
    return NULL;
}

#endif
