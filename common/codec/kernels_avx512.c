/* kernels_avx512.c - sixteen numbers at a time; the ones of 64 bits are found by compressing. */
#include "common/codec/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "common/codec/kernel_loops.h"
#include "common/codec/kernels_avx2.h"

#define AVX512                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

static inline AVX512 __m512i load(const void *p)
{
    return _mm512_loadu_si512(p);
}

static inline AVX512 void store(void *p, __m512i v)
{
    _mm512_storeu_si512(p, v);
}

static inline AVX512 __m512i all(uint32_t v)
{
    return _mm512_set1_epi32((int)v);
}

static inline AVX512 __m512i counted(void)
{
    return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/* A mask of n ones, 64 at most. */
static inline AVX512 uint64_t ones_of(size_t n)
{
    return _bzhi_u64(UINT64_MAX, n < 64 ? (unsigned)n : 64);
}

/* ---- runs ---- */

/* For each byte of 16 numbers, each in four bytes of its own: which byte of the run it is. */
static inline AVX512 __m512i bytes_of_run(__m512i bits)
{
    __m512i first = _mm512_mullo_epi32(_mm512_srli_epi32(bits, 3), all(0x01010101));
    return _mm512_add_epi32(first, all(0x03020100));
}

static AVX512 void unpack_run(const unsigned char *in, const unsigned char *end, size_t n,
                              unsigned width, uint32_t *out)
{
    const __m512i bits = _mm512_mullo_epi32(counted(), all(width));
    const __m512i bytes = bytes_of_run(bits), shift = _mm512_and_si512(bits, all(7));
    const __m512i mask = all((1u << width % 32) - 1);
    size_t i = 0;
    for (const unsigned char *p = in; width <= RUN_MOST_WIDTH && i < n; i += 16, p += 2 * width) {
        __m512i v = _mm512_maskz_loadu_epi8(ones_of((size_t)(end - p)), p);
        v = _mm512_srlv_epi32(_mm512_permutexvar_epi8(bytes, v), shift);
        _mm512_mask_storeu_epi32(out + i, (__mmask16)ones_of(n - i), _mm512_and_si512(v, mask));
    }
    unpack_in_turn(in, end, i, n, width, out);
}

/* ---- ones ---- */

/* Sixteen numbers of bits in a word, the k-th quarter of them. */
#define QUARTER(numbers, k, first)                                                                 \
    _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(numbers, k)), first)

/* The ones of 8 bytes; returns how many. */
static inline AVX512 size_t word_ones(uint64_t word, uint32_t from, uint32_t *out)
{
    const __m512i numbers = _mm512_set_epi64(
        0x3f3e3d3c3b3a3938, 0x3736353433323130, 0x2f2e2d2c2b2a2928, 0x2726252423222120,
        0x1f1e1d1c1b1a1918, 0x1716151413121110, 0x0f0e0d0c0b0a0908, 0x0706050403020100);
    const __m512i found = _mm512_maskz_compress_epi8(word, numbers), first = all(from);
    size_t count = (size_t)__builtin_popcountll(word);
    store(out, QUARTER(found, 0, first));
    store(out + 16, QUARTER(found, 1, first));
    store(out + 32, QUARTER(found, 2, first));
    if (count > 48)
        store(out + 48, QUARTER(found, 3, first));
    return count;
}

static AVX512 size_t find_ones(const unsigned char *in, size_t bytes, size_t from, size_t n,
                               uint32_t *out)
{
    return find_by_words(in, bytes, from, n, out, word_ones);
}

/* ---- joining ---- */

static AVX512 void join(const uint32_t *lows, const uint32_t *ones, unsigned width, uint32_t plus,
                        unsigned n, uint32_t *out)
{
    const __m512i more = all(plus), one = all(1);
    const __m128i shift = _mm_cvtsi32_si128((int)width);
    for (unsigned i = 0; i < n; i += 16) {
        __m512i zeros =
            _mm512_sub_epi32(_mm512_sub_epi32(load(ones + i), load(ones + (ptrdiff_t)i - 1)), one);
        __m512i value = _mm512_or_si512(_mm512_sll_epi32(zeros, shift), load(lows + i));
        store(out + i, _mm512_add_epi32(value, more));
    }
}

/* Sums from the first number to each. */
static inline AVX512 __m512i running_sums(__m512i v)
{
    const __m512i none = _mm512_setzero_si512();
    v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, none, 15));
    v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, none, 14));
    v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, none, 12));
    return _mm512_add_epi32(v, _mm512_alignr_epi32(v, none, 8));
}

static AVX512 void join_gaps(const uint32_t *lows, const uint32_t *ones, uint32_t first,
                             unsigned width, unsigned n, uint32_t *out)
{
    const __m128i shift = _mm_cvtsi32_si128((int)width);
    const __m512i last = all(15), sixteen = all(16);
    __m512i index = counted(), sum = all(first);
    for (unsigned i = 0; i < n; i += 16) {
        __m512i low = _mm512_add_epi32(running_sums(load(lows + i)), sum);
        __m512i high = _mm512_sll_epi32(_mm512_sub_epi32(load(ones + i), index), shift);
        store(out + i, _mm512_add_epi32(_mm512_add_epi32(low, high), index));
        sum = _mm512_permutexvar_epi32(last, low);
        index = _mm512_add_epi32(index, sixteen);
    }
}

/* ---- comparing ---- */

/* The numbers are looked for in eighths: first by the eighths' last ones, then in one. */
static AVX512 unsigned sorted_places(const uint32_t sorted[BLOCK_LEN], const uint32_t *numbers,
                                     unsigned n, uint32_t base, uint32_t *out)
{
    const __m256i eighths = _mm256_setr_epi32(15, 31, 47, 63, 79, 95, 111, 127);
    const __m256i lasts = _mm256_i32gather_epi32((const int *)sorted, eighths, 4);
    unsigned found = 0;
    for (unsigned i = 0; i < n; i++) {
        const __m512i v = all(numbers[i]);
        unsigned below = _mm256_cmplt_epu32_mask(lasts, _mm512_castsi512_si256(v));
        unsigned eighth = (unsigned)__builtin_popcount(below);
        unsigned equal = _mm512_cmpeq_epi32_mask(load(sorted + 16 * (eighth & 7)), v);
        uint32_t place = base + 16 * eighth + _tzcnt_u32(equal);
        out[i] = place | -(uint32_t)!equal;
        found += equal != 0;
    }
    return found;
}

static AVX512 uint32_t count_common(const uint32_t *a, uint32_t na, uint32_t plus,
                                    const uint32_t *b, uint32_t nb)
{
    uint32_t common = 0;
    for (uint32_t k = 0; k < nb; k += 16) {
        const __mmask16 there = (__mmask16)ones_of(nb - k);
        const __m512i others = _mm512_maskz_loadu_epi32(there, b + k);
        unsigned equal = 0;
        for (uint32_t i = 0; i < na; i++)
            equal |= _mm512_mask_cmpeq_epi32_mask(there, others, all(a[i] + plus));
        common += (unsigned)__builtin_popcount(equal);
    }
    return common;
}

/* Four numbers against sixteen: a bit for each of the 64 comparisons. */
static inline AVX512 uint32_t count_few(const uint32_t *a, uint32_t na, uint32_t plus,
                                        const uint32_t *b, uint32_t nb)
{
    const __mmask16 there = (__mmask16)_bzhi_u32(0xffff, nb);
    const __m512i others = _mm512_maskz_loadu_epi32(there, b);
    uint64_t equal = 0;
    for (unsigned i = 0; i < 4; i++)
        equal |= (uint64_t)_mm512_mask_cmpeq_epi32_mask(there, others, all(a[i] + plus)) << 16 * i;
    return (uint32_t)__builtin_popcountll(_bzhi_u64(equal, 16 * na));
}

static AVX512 void count_pairs(const struct number_lists *a, const struct number_lists *b,
                               uint32_t distance, unsigned n, uint32_t *out)
{
    count_each_pair(a, b, distance, n, out, 16, count_few, count_common);
}

/* ---- choosing ---- */

static AVX512 void mark(const uint32_t *numbers, unsigned n, uint32_t least, uint32_t most,
                        uint64_t *marks)
{
    const __m512i low = all(least), span = all(most - least);
    for (unsigned from = 0; from < n; from += 64) {
        uint64_t word = 0;
        for (unsigned i = from; i < n && i < from + 64; i += 16) {
            __m512i above = _mm512_sub_epi32(load(numbers + i), low);
            word |= (uint64_t)_mm512_cmple_epu32_mask(above, span) << i % 64;
        }
        marks[from / 64] = word & ones_of(n - from);
    }
}

/* Compressing into memory is slow on some processors. */
static AVX512 unsigned keep(const uint32_t *in, unsigned n, const uint64_t *marks, uint32_t *out)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i += 16) {
        __mmask16 bits = (__mmask16)(marks[i / 64] >> i % 64);
        store(out + kept, _mm512_maskz_compress_epi32(bits, load(in + i)));
        kept += (unsigned)__builtin_popcount(bits);
    }
    return kept;
}

static AVX512 unsigned count_up_to(const uint32_t *numbers, unsigned n, uint32_t v)
{
    for (unsigned i = 0; i < n; i += 16) {
        __mmask16 there = (__mmask16)ones_of(n - i);
        __m512i here = _mm512_maskz_loadu_epi32(there, numbers + i);
        unsigned more = _mm512_mask_cmpgt_epu32_mask(there, here, all(v));
        if (more)
            return i + _tzcnt_u32(more);
    }
    return n;
}

static const struct kernels avx512 = {
    "avx512",
    avx2_unpack,
    unpack_run,
    find_ones,
    avx2_skip_ones,
    avx2_pick_ones,
    join,
    join_gaps,
    avx2_bit_places,
    sorted_places,
    count_common,
    count_pairs,
    mark,
    keep,
    count_up_to,
    avx2_count_below_16,
    avx2_count_below_32,
};

const struct kernels *kernels_avx512(void)
{
    bool usable = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
    return usable && kernels_avx2() ? &avx512 : NULL;
}

#else

const struct kernels *kernels_avx512(void)
{
    return NULL;
}

#endif
