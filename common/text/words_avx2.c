/*
 * words_avx2.c - words_block_scalar with AVX2: 32 bytes are compared at once.
 */
#include "common/text/words_block.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* One bit for each byte of two vectors: its top bit. */
AVX2 static inline uint64_t bits(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

AVX2 static inline __m256i equal(__m256i v, char c)
{
    return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c));
}

/* 0xFF where first <= byte <= last, both ASCII; bytes above 127 are negative
 * here, so below every ASCII byte. */
AVX2 static inline __m256i within(__m256i v, char first, char last)
{
    __m256i not_below = _mm256_cmpgt_epi8(v, _mm256_set1_epi8((char)(first - 1)));
    __m256i above = _mm256_cmpgt_epi8(v, _mm256_set1_epi8(last));
    return _mm256_andnot_si256(above, not_below);
}

AVX2 static inline __m256i letters(__m256i v)
{
    return within(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), 'a', 'z');
}

/* Full stop and apostrophe. */
AVX2 static inline __m256i mids(__m256i v)
{
    return _mm256_or_si256(equal(v, '.'), equal(v, '\''));
}

AVX2 static inline __m256i commas(__m256i v)
{
    return _mm256_or_si256(equal(v, ','), equal(v, ';'));
}

AVX2 void words_block_avx2(const char bytes[WORDS_BLOCK_BYTES], struct words_block *out)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    const uint64_t mid = bits(mids(low), mids(high));
    out->letters = bits(letters(low), letters(high));
    out->digits = bits(within(low, '0', '9'), within(high, '0', '9'));
    out->underscores = bits(equal(low, '_'), equal(high, '_'));
    out->mid_letters = mid | bits(equal(low, ':'), equal(high, ':'));
    out->mid_digits = mid | bits(commas(low), commas(high));
    out->beyond = bits(low, high);
}

#endif
