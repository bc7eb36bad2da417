/* score_block.c - norms are gathered, then the arithmetic is done for many at a time. */
#include "query/score_block.h"

void score_scalar(float weight, const float *norms, const uint32_t *tf, unsigned n, uint32_t *units)
{
    for (unsigned i = 0; i < n; i++)
        units[i] = tf[i] ? bm25_units(weight, (float)tf[i], norms[i]) : 0;
}

#if !defined(__x86_64__)
score_fn *score_best(void)
{
    return score_scalar;
}
#else
score_fn *score_best(void)
{
    return __builtin_cpu_supports("avx2") ? score_avx2 : score_scalar;
}
#endif

void score_block(const struct bm25 *m, float weight, const uint8_t *length_codes,
                 const uint32_t *docs, const uint32_t *tf, unsigned n, uint32_t *units)
{
    float norms[BLOCK_LEN];
    for (unsigned from = 0; from < n; from += BLOCK_LEN) {
        unsigned here = n - from < BLOCK_LEN ? n - from : BLOCK_LEN;
        for (unsigned i = 0; i < here; i++)
            norms[i] = m->length_norm[length_codes[docs[from + i]]];
        score_best()(weight, norms, tf + from, here, units + from);
    }
}
