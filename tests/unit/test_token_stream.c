/* test_token_stream.c - ids come back as they were put, and are counted. */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "indexer/token_stream.h"
#include "tests/unit/random.h"

#define TERMS ((uint32_t)1 << 20)

static uint32_t random_id(uint64_t *seed)
{
    static const uint32_t edges[] = {0, 1, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFF, TERMS - 1};
    uint32_t r = random32(seed);
    return r % 4 ? edges[r / 4 % 7] : r / 4 % TERMS;
}

static void fill_and_compare(struct token_stream *s, uint64_t *seed, size_t articles)
{
    uint32_t *all = NULL, *counts = mem_zalloc(TERMS, sizeof *counts);
    size_t n = 0, capacity = 0;
    for (size_t i = 0; i < articles; i++) {
        size_t length = random32(seed) % 200, first = n;
        mem_grow(all, &capacity, n + length + 1);
        for (size_t k = 0; k < length; k++) {
            all[n] = random_id(seed);
            counts[all[n++]]++;
        }
        token_stream_add(s, all + first, length, TERMS);
    }
    assert_int_equal(s->tokens, n);
    const uint16_t *at = s->units;
    for (size_t i = 0; i < n; i++)
        assert_int_equal(token_stream_next(&at), all[i]);
    assert_true(at == s->units + s->used);
    assert_memory_equal(s->counts, counts, TERMS * sizeof *counts);
    free(all);
    free(counts);
}

static void ids_come_back(void **unused)
{
    (void)unused;
    uint64_t seed = RANDOM_SEED;
    struct token_stream s = {0};
    fill_and_compare(&s, &seed, 500);
    assert_true(token_stream_bytes(&s) >= s.used * 2 + TERMS * 4);
    token_stream_reset(&s);
    fill_and_compare(&s, &seed, 100);
    token_stream_free(&s);
    token_stream_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ids_come_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
