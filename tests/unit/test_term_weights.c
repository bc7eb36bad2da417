/* test_term_weights.c - an article's query against all its terms, sorted. */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "query/bm25.h"
#include "query/term_weights.h"
#include "tests/unit/random.h"

#define TERMS 3000
#define DOCS  10000

/* The df of every term, many of them the same: weights are often equal. */
struct archive {
    uint32_t dfs[TERMS];
    double idfs[TERMS];
    struct term_statistics statistics;
};

static void make_archive(struct archive *a, uint64_t *seed)
{
    for (uint32_t i = 0; i < TERMS; i++) {
        a->dfs[i] = 1 + random32(seed) % 30;
        a->idfs[i] = bm25_idf(DOCS, a->dfs[i]);
    }
    a->statistics = (struct term_statistics){DOCS, a->dfs, a->idfs};
}

static size_t make_article(uint64_t *seed, struct article_term *terms)
{
    size_t count = 0, one_in = 1 + random32(seed) % 40;
    for (uint32_t i = 0; i < TERMS; i++)
        if (random32(seed) % one_in == 0)
            terms[count++] = (struct article_term){i, 1 + random32(seed) % 3};
    return count;
}

static int heaviest_first(const void *a, const void *b)
{
    const struct weighted_term *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->term > y->term) - (x->term < y->term);
}

static int by_term(const void *a, const void *b)
{
    const struct weighted_term *x = a, *y = b;
    return (x->term > y->term) - (x->term < y->term);
}

static size_t sorted_query(const struct archive *a, const struct article_term *terms, size_t count,
                           size_t most, struct weighted_term *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (a->dfs[terms[i].term] >= SIMILAR_LEAST_DF)
            out[kept++] = (struct weighted_term){
                terms[i].term, (float)((1 + log((double)terms[i].tf)) * a->idfs[terms[i].term])};
    qsort(out, kept, sizeof *out, heaviest_first);
    kept = kept < most ? kept : most;
    qsort(out, kept, sizeof *out, by_term);
    return kept;
}

static void heaviest_terms_whatever_is_told_of_them(void **unused)
{
    (void)unused;
    static struct archive a;
    static struct article_term terms[TERMS];
    static struct weighted_term expected[TERMS], found[TERMS];
    uint64_t seed = RANDOM_SEED;
    unsigned cut = 0;
    make_archive(&a, &seed);
    for (int round = 0; round < 400; round++) {
        size_t count = make_article(&seed, terms), most = 1 + random32(&seed) % 255;
        size_t n = sorted_query(&a, terms, count, most, expected);
        float least = 0, right;
        term_weights_query(terms, count, &a.statistics, SIMILAR_LEAST_DF, most, &least, found);
        right = least;
        cut += right > 0;
        const float told[] = {0, right, right * 1.01f, right * 0.99f, 1e-3f, 1e30f};
        for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
            least = told[i];
            assert_int_equal(term_weights_query(terms, count, &a.statistics, SIMILAR_LEAST_DF, most,
                                                &least, found),
                             n);
            if (n)
                assert_memory_equal(found, expected, n * sizeof *found);
            assert_true(least == right);
        }
    }
    assert_in_range(cut, 100, 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heaviest_terms_whatever_is_told_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
