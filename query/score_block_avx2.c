/* score_block_avx2.c - score_scalar, eight at a time: the same operations in the same order. */
#include "query/score_block.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

void AVX2 score_avx2(float weight, const float *norms, const uint32_t *tf, unsigned n,
                     uint32_t *units)
{
    const __m256 weights = _mm256_set1_ps(weight);
    for (unsigned i = 0; i < n; i += 8) {
        __m256i counts = _mm256_loadu_si256((const __m256i *)(const void *)(tf + i));
        __m256 f = _mm256_cvtepi32_ps(counts);
        __m256 part = _mm256_div_ps(f, _mm256_add_ps(f, _mm256_loadu_ps(norms + i)));
        __m256i score = _mm256_cvtps_epi32(_mm256_mul_ps(weights, part));
        __m256i none = _mm256_cmpeq_epi32(counts, _mm256_setzero_si256());
        _mm256_storeu_si256((__m256i *)(void *)(units + i), _mm256_andnot_si256(none, score));
    }
}

#endif
