/* test_cursor.c - many articles at once are found where each is found alone. */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "common/index/snapshot.h"
#include "query/cursor.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

/* Ascending articles, close together or far apart. */
static unsigned some_articles(uint32_t docs, uint32_t out[BLOCK_LEN])
{
    uint32_t gap = (const uint32_t[]){1, 3, 50, 900}[below(4)], doc = below(docs);
    unsigned n = 0, most = 1 + below(BLOCK_LEN);
    for (; n < most && doc < docs; doc += 1 + below(gap))
        out[n++] = doc;
    return n;
}

static void compare_with_single(struct cursor *many, struct cursor *one, struct place_map *map,
                                uint32_t docs)
{
    uint32_t wanted[BLOCK_LEN], places[BLOCK_LEN], tf[BLOCK_LEN];
    struct error err;
    unsigned n = some_articles(docs, wanted);
    assert_int_equal(cursor_places(many, map, wanted, n, places, &err), BF_OK);
    assert_int_equal(cursor_frequencies(many, places, n, tf, &err), BF_OK);
    for (unsigned i = 0; i < n; i++) {
        uint32_t expected = 0;
        int rc = cursor_find(one, wanted[i], NULL, &err);
        assert_int_equal(rc == BF_OK, places[i] != NO_PLACE);
        if (rc == BF_OK) {
            assert_int_equal(places[i], one->place);
            assert_int_equal(cursor_tf(one, &expected, &err), BF_OK);
        }
        assert_int_equal(tf[i], expected);
    }
}

static void many_articles_are_found_as_single_ones(void **unused)
{
    (void)unused;
    const char *const terms[] = {"common", "odd", "m3", "q17", "of", "then", "once00017"};
    char *dir = scratch_new();
    struct snapshot s;
    struct error err;
    small_index_make(dir, NULL);
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    struct place_map *map = calloc(1, sizeof *map);
    for (size_t t = 0; t < sizeof terms / sizeof *terms; t++) {
        struct cursor many = {.held = NO_BLOCK}, one = {.held = NO_BLOCK};
        const struct segment *segment = &s.segments[0];
        assert_int_equal(cursor_open(&many, segment, terms[t], strlen(terms[t]), &err), BF_OK);
        assert_int_equal(cursor_open(&one, segment, terms[t], strlen(terms[t]), &err), BF_OK);
        for (int round = 0; round < 300; round++)
            compare_with_single(&many, &one, map, segment->entry.docs);
        cursor_free(&many);
        cursor_free(&one);
    }
    free(map);
    snapshot_close(&s);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_articles_are_found_as_single_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
