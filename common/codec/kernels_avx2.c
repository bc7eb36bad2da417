/* kernels_avx2.c - eight numbers at a time; bytes are looked up. */
#include "common/codec/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "common/codec/byte_ones.h"
#include "common/codec/kernel_loops.h"
#include "common/codec/kernels_avx2.h"

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

static inline AVX2 __m256i load(const void *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

static inline AVX2 void store(void *p, __m256i v)
{
    _mm256_storeu_si256((__m256i *)p, v);
}

/* ---- two rows at a time ---- */

static inline AVX2 __attribute__((always_inline)) __m256i two_words(const unsigned char *in,
                                                                    unsigned a, unsigned b)
{
    if (b == a + 1)
        return load(in + (size_t)a * 16);
    return _mm256_loadu2_m128i((const __m128i *)(const void *)(in + (size_t)b * 16),
                               (const __m128i *)(const void *)(in + (size_t)a * 16));
}

static inline AVX2 __attribute__((always_inline)) __m256i two_counts(unsigned a, unsigned b)
{
    const int x = (int)a, y = (int)b;
    return _mm256_setr_epi32(x, x, x, x, y, y, y, y);
}

/* Rows `row` and `row` + 1: the words in which they begin, and of a row that
 * crosses into the next word that one too. A shift by 32 gives zeros. */
static inline AVX2 __attribute__((always_inline)) __m256i two_rows(const unsigned char *in,
                                                                   unsigned width, unsigned row)
{
    const unsigned a = row * width, b = a + width;
    const unsigned from_a = a % 32, from_b = b % 32;
    const int cross_a = from_a + width > 32, cross_b = from_b + width > 32;
    __m256i v = two_words(in, a / 32, b / 32);
    v = _mm256_srlv_epi32(v, two_counts(from_a, from_b));
    if (cross_a || cross_b) {
        __m256i next = two_words(in, a / 32 + (unsigned)cross_a, b / 32 + (unsigned)cross_b);
        v = _mm256_or_si256(v, _mm256_sllv_epi32(next, two_counts(cross_a ? 32 - from_a : 32,
                                                                  cross_b ? 32 - from_b : 32)));
    }
    return v;
}

static inline AVX2 __attribute__((always_inline)) void unpack_width(const unsigned char *in,
                                                                    unsigned width, uint32_t *out)
{
    const __m256i mask = _mm256_set1_epi32((int)(width == 32 ? ~0u : (1u << width) - 1));
#pragma GCC unroll 16
    for (unsigned row = 0; row < 32; row += 2)
        store(out + row * 4, _mm256_and_si256(two_rows(in, width, row), mask));
}

AVX2 void avx2_unpack(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN])
{
    switch (width) {
#define UNPACK_CASE(w)                                                                             \
    case w:                                                                                        \
        unpack_width(in, w, out);                                                                  \
        break;
        EACH_WIDTH(UNPACK_CASE)
    default:
        memset(out, 0, BLOCK_LEN * sizeof *out);
        break;
    }
}

/* ---- runs ---- */

/* Of eight numbers of a width, each in four bytes of its own: where these are in
 * the lane's 16 bytes, and by how much they are to be moved. The second lane
 * begins width / 2 bytes behind the first. */
static inline AVX2 __m256i run_bits(unsigned width)
{
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i bits = _mm256_mullo_epi32(index, _mm256_set1_epi32((int)width));
    const int second = (int)(width / 2 * 8);
    return _mm256_sub_epi32(bits, _mm256_setr_epi32(0, 0, 0, 0, second, second, second, second));
}

static inline AVX2 __m256i four_bytes_from(__m256i first)
{
    const __m256i spread = _mm256_set1_epi32(0x01010101), next = _mm256_set1_epi32(0x03020100);
    return _mm256_add_epi32(_mm256_mullo_epi32(first, spread), next);
}

static AVX2 void unpack_run(const unsigned char *in, const unsigned char *end, size_t n,
                            unsigned width, uint32_t *out)
{
    const __m256i mask = _mm256_set1_epi32((int)((1u << width % 32) - 1));
    const __m256i bits = run_bits(width), shift = _mm256_and_si256(bits, _mm256_set1_epi32(7));
    const __m256i bytes = four_bytes_from(_mm256_srli_epi32(bits, 3));
    size_t i = 0, lane = width / 2;
    for (const unsigned char *p = in;
         width <= RUN_MOST_WIDTH && i + 8 <= n && (size_t)(end - p) >= lane + 16;
         i += 8, p += width) {
        __m256i v = _mm256_loadu2_m128i((const __m128i *)(const void *)(p + lane),
                                        (const __m128i *)(const void *)p);
        v = _mm256_srlv_epi32(_mm256_shuffle_epi8(v, bytes), shift);
        store(out + i, _mm256_and_si256(v, mask));
    }
    unpack_in_turn(in, end, i, n, width, out);
}

/* ---- ones ---- */

/* The ones of 8 bytes; returns how many. */
static inline AVX2 size_t word_ones(uint64_t word, uint32_t first, uint32_t *out)
{
    size_t found = 0;
    for (unsigned byte = 0; byte < 8; byte++) {
        unsigned bits = (unsigned)(word >> 8 * byte & 0xff);
        __m256i numbers = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)byte_ones[bits]));
        store(out + found, _mm256_add_epi32(_mm256_set1_epi32((int)(first + 8 * byte)), numbers));
        found += (size_t)__builtin_popcount(bits);
    }
    return found;
}

static AVX2 size_t find_ones(const unsigned char *in, size_t bytes, size_t from, size_t n,
                             uint32_t *out)
{
    return find_by_words(in, bytes, from, n, out, word_ones);
}

static inline AVX2 unsigned count_ones(uint64_t v)
{
    return (unsigned)__builtin_popcountll(v);
}

AVX2 size_t avx2_skip_ones(const unsigned char *in, size_t bytes, uint64_t *ones)
{
    return skip_words(in, bytes, ones, count_ones);
}

/* The first of them is found by depositing a one behind `skip` others. */
AVX2 size_t avx2_pick_ones(const unsigned char *in, size_t bytes, unsigned skip, size_t n,
                           uint32_t *out)
{
    uint64_t word = load_word(in, bytes);
    uint64_t first = _pdep_u64((uint64_t)1 << skip, word);
    size_t found = 0, at = 0;
    for (word &= ~(first - 1) & -(uint64_t)(first != 0);;) {
        for (; word && found < n; word = _blsr_u64(word))
            out[found++] = (uint32_t)(at * 8) + (uint32_t)_tzcnt_u64(word);
        at += 8;
        if (found == n || at >= bytes)
            return found;
        word = load_word(in + at, bytes - at);
    }
}

/* ---- joining ---- */

static AVX2 void join(const uint32_t *lows, const uint32_t *ones, unsigned width, uint32_t plus,
                      unsigned n, uint32_t *out)
{
    const __m256i more = _mm256_set1_epi32((int)plus);
    const __m128i shift = _mm_cvtsi32_si128((int)width);
    const __m256i one = _mm256_set1_epi32(1);
    for (unsigned i = 0; i < n; i += 8) {
        __m256i zeros =
            _mm256_sub_epi32(_mm256_sub_epi32(load(ones + i), load(ones + (ptrdiff_t)i - 1)), one);
        __m256i value = _mm256_or_si256(_mm256_sll_epi32(zeros, shift), load(lows + i));
        store(out + i, _mm256_add_epi32(value, more));
    }
}

/* Sums from the first number to each. */
static inline AVX2 __m256i running_sums(__m256i v)
{
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
    __m256i of_half = _mm256_shuffle_epi32(v, 0xff);
    return _mm256_add_epi32(v, _mm256_permute2x128_si256(of_half, of_half, 0x08));
}

static AVX2 void join_gaps(const uint32_t *lows, const uint32_t *ones, uint32_t first,
                           unsigned width, unsigned n, uint32_t *out)
{
    const __m128i shift = _mm_cvtsi32_si128((int)width);
    const __m256i eight = _mm256_set1_epi32(8), last = _mm256_set1_epi32(7);
    __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), sum = _mm256_set1_epi32((int)first);
    for (unsigned i = 0; i < n; i += 8) {
        __m256i low = _mm256_add_epi32(running_sums(load(lows + i)), sum);
        __m256i high = _mm256_sll_epi32(_mm256_sub_epi32(load(ones + i), index), shift);
        store(out + i, _mm256_add_epi32(_mm256_add_epi32(low, high), index));
        sum = _mm256_permutevar8x32_epi32(low, last);
        index = _mm256_add_epi32(index, eight);
    }
}

/* ---- searching ---- */

/* A bit for each lane of ones, and how many there are. */
static inline AVX2 unsigned lane_bits(__m256i v)
{
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(v));
}

static inline AVX2 unsigned lanes_of(__m256i v)
{
    return (unsigned)__builtin_popcount(lane_bits(v));
}

AVX2 unsigned avx2_bit_places(const unsigned char *bits, size_t bytes, uint32_t first,
                              uint32_t last, const uint32_t *numbers, unsigned n, uint32_t base,
                              uint32_t *out, uint32_t *last_place)
{
    return find_places(bits, bytes, first, last, numbers, n, base, out, last_place, count_ones);
}

/* The numbers are looked for in eighths: first by the eighths' last ones, then in one. */
static AVX2 unsigned sorted_places(const uint32_t sorted[BLOCK_LEN], const uint32_t *numbers,
                                   unsigned n, uint32_t base, uint32_t *out)
{
    const __m256i eighths = _mm256_setr_epi32(15, 31, 47, 63, 79, 95, 111, 127);
    const __m256i lasts = _mm256_i32gather_epi32((const int *)sorted, eighths, 4);
    unsigned found = 0;
    for (unsigned i = 0; i < n; i++) {
        const __m256i v = _mm256_set1_epi32((int)numbers[i]);
        __m256i not_below = _mm256_cmpeq_epi32(_mm256_max_epu32(lasts, v), lasts);
        unsigned eighth = 8 - lanes_of(not_below);
        const uint32_t *in = sorted + 16 * (eighth & 7);
        unsigned equal = lane_bits(_mm256_cmpeq_epi32(load(in), v)) |
                         lane_bits(_mm256_cmpeq_epi32(load(in + 8), v)) << 8;
        uint32_t place = base + 16 * eighth + _tzcnt_u32(equal);
        out[i] = place | -(uint32_t)!equal;
        found += equal != 0;
    }
    return found;
}

static AVX2 uint32_t count_common(const uint32_t *a, uint32_t na, uint32_t plus, const uint32_t *b,
                                  uint32_t nb)
{
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i common = _mm256_setzero_si256();
    for (uint32_t k = 0; k < nb; k += 8) {
        const __m256i others = load(b + k);
        const __m256i there = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(nb - k)), index);
        __m256i equal = _mm256_setzero_si256();
        for (uint32_t i = 0; i < na; i++)
            equal = _mm256_or_si256(
                equal, _mm256_cmpeq_epi32(others, _mm256_set1_epi32((int)(a[i] + plus))));
        common = _mm256_sub_epi32(common, _mm256_and_si256(equal, there));
    }
    __m128i sum =
        _mm_add_epi32(_mm256_castsi256_si128(common), _mm256_extracti128_si256(common, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    return (uint32_t)_mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1)));
}

/* Four numbers against eight: a bit for each of the 32 comparisons. */
static inline AVX2 uint32_t count_few(const uint32_t *a, uint32_t na, uint32_t plus,
                                      const uint32_t *b, uint32_t nb)
{
    const __m256i others = load(b);
    uint32_t equal = 0, there = _bzhi_u32(0xff, nb) * 0x01010101u;
    for (unsigned i = 0; i < 4; i++) {
        __m256i v = _mm256_set1_epi32((int)(a[i] + plus));
        equal |= lane_bits(_mm256_cmpeq_epi32(others, v)) << 8 * i;
    }
    return (uint32_t)__builtin_popcount(_bzhi_u32(equal & there, 8 * na));
}

static AVX2 void count_pairs(const struct number_lists *a, const struct number_lists *b,
                             uint32_t distance, unsigned n, uint32_t *out)
{
    count_each_pair(a, b, distance, n, out, 8, count_few, count_common);
}

/* ---- choosing ---- */

static AVX2 void mark(const uint32_t *numbers, unsigned n, uint32_t least, uint32_t most,
                      uint64_t *marks)
{
    const __m256i low = _mm256_set1_epi32((int)least), high = _mm256_set1_epi32((int)most);
    for (unsigned from = 0; from < n; from += 64) {
        uint64_t word = 0;
        for (unsigned i = from; i < n && i < from + 64; i += 8) {
            __m256i v = load(numbers + i);
            __m256i inside = _mm256_min_epu32(_mm256_max_epu32(v, low), high);
            word |= (uint64_t)lane_bits(_mm256_cmpeq_epi32(v, inside)) << i % 64;
        }
        marks[from / 64] = _bzhi_u64(word, n - from < 64 ? n - from : 64);
    }
}

static AVX2 unsigned keep(const uint32_t *in, unsigned n, const uint64_t *marks, uint32_t *out)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i += 8) {
        unsigned bits = (unsigned)(marks[i / 64] >> i % 64) & 0xff;
        __m256i from = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)byte_ones[bits]));
        store(out + kept, _mm256_permutevar8x32_epi32(load(in + i), from));
        kept += (unsigned)__builtin_popcount(bits);
    }
    return kept;
}

static AVX2 unsigned count_up_to(const uint32_t *numbers, unsigned n, uint32_t v)
{
    const __m256i limit = _mm256_set1_epi32((int)v);
    unsigned i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256i here = load(numbers + i);
        unsigned up_to = lane_bits(_mm256_cmpeq_epi32(_mm256_min_epu32(here, limit), here));
        if (up_to != 0xff)
            return i + (unsigned)__builtin_popcount(up_to);
    }
    return i + count_up_in_turn(numbers + i, n - i, v);
}

AVX2 unsigned avx2_count_below_16(const unsigned char *in, unsigned n, uint16_t v)
{
    const __m256i limit = _mm256_set1_epi16((short)v), none = _mm256_setzero_si256();
    unsigned below = 0, i = 0;
    for (; i + 16 <= n; i += 16) {
        __m256i not_below = _mm256_cmpeq_epi16(_mm256_subs_epu16(limit, load(in + 2 * i)), none);
        below += 16 - (unsigned)__builtin_popcount((unsigned)_mm256_movemask_epi8(not_below)) / 2;
    }
    for (; i < n; i++)
        below += load_u16(in + 2 * i) < v;
    return below;
}

AVX2 unsigned avx2_count_below_32(const unsigned char *in, unsigned n, uint32_t v)
{
    const __m256i limit = _mm256_set1_epi32((int)v);
    unsigned below = 0, i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256i numbers = load(in + 4 * i);
        __m256i not_below = _mm256_cmpeq_epi32(_mm256_max_epu32(numbers, limit), numbers);
        below += 8 - (unsigned)__builtin_popcount((unsigned)_mm256_movemask_epi8(not_below)) / 4;
    }
    for (; i < n; i++)
        below += load_u32(in + 4 * i) < v;
    return below;
}

static const struct kernels avx2 = {
    "avx2", avx2_unpack, unpack_run,      find_ones,           avx2_skip_ones,      avx2_pick_ones,
    join,   join_gaps,   avx2_bit_places, sorted_places,       count_common,        count_pairs,
    mark,   keep,        count_up_to,     avx2_count_below_16, avx2_count_below_32,
};

const struct kernels *kernels_avx2(void)
{
    bool usable = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    return usable ? &avx2 : NULL;
}

#else

const struct kernels *kernels_avx2(void)
{
    return NULL;
}

#endif
