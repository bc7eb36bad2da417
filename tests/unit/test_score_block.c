/* test_score_block.c - scores of many postings are those of single ones. */
#include "tests/unit/test.h"

#include "query/score_block.h"
#include "tests/unit/random.h"

static uint64_t seed = RANDOM_SEED;

static void blocks_score_as_single_postings_do(void **unused)
{
    (void)unused;
    for (int round = 0; round < 5000; round++) {
        struct bm25 m;
        uint8_t codes[1000];
        uint32_t docs[BLOCK_LEN], tf[BLOCK_LEN], units[BLOCK_LEN];
        unsigned n = 1 + random32(&seed) % BLOCK_LEN;
        double sum = 1 + random32(&seed) % 1000;
        bm25_init(&m, round % 9 ? 1.2 : 0, random32(&seed) % 101 / 100.0, 300);
        bm25_fit(&m, sum);
        float weight = bm25_weight(&m, sum / (1 + random32(&seed) % 8));
        for (unsigned i = 0; i < 1000; i++)
            codes[i] = (uint8_t)random32(&seed);
        for (unsigned i = 0; i < n; i++) {
            docs[i] = random32(&seed) % 1000;
            tf[i] = random32(&seed) >> random32(&seed) % 30 >> 5;
        }
        score_block(&m, weight, codes, docs, tf, n, units);
        for (unsigned i = 0; i < n; i++) {
            float norm = m.length_norm[codes[docs[i]]];
            assert_int_equal(units[i], tf[i] ? bm25_units(weight, (float)tf[i], norm) : 0);
        }
    }
}

static void every_way_scores_the_same(void **unused)
{
    (void)unused;
    for (int round = 0; round < 5000; round++) {
        float norms[BLOCK_LEN], weight = (float)(random32(&seed) >> 1);
        uint32_t tf[BLOCK_LEN], fast[BLOCK_LEN], slow[BLOCK_LEN];
        for (unsigned i = 0; i < BLOCK_LEN; i++) {
            norms[i] = (float)random32(&seed) / 1e8f;
            tf[i] = random32(&seed) >> 7 >> random32(&seed) % 25;
        }
        score_scalar(weight, norms, tf, BLOCK_LEN, slow);
        score_best()(weight, norms, tf, BLOCK_LEN, fast);
        assert_memory_equal(slow, fast, sizeof slow);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_score_as_single_postings_do),
        cmocka_unit_test(every_way_scores_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
