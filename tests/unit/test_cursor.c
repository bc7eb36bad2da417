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

static void compare_with_single(struct cursor *many, struct cursor *one, uint32_t docs)
{
    uint32_t wanted[BLOCK_LEN], places[BLOCK_LEN], tf[BLOCK_LEN], counted[BLOCK_LEN];
    static struct position_shares shares;
    struct error err;
    unsigned n = some_articles(docs, wanted), found = 0;
    assert_int_equal(cursor_shares(many, wanted, n, places, &shares, &err), BF_OK);
    memset(places, 0, sizeof places);
    assert_int_equal(cursor_counts(many, wanted, n, places, tf, &err), BF_OK);
    memset(places, 0, sizeof places);
    assert_int_equal(cursor_places(many, wanted, n, places, &err), BF_OK);
    for (unsigned i = 0; i < n; i++)
        if (places[i] != NO_PLACE)
            counted[found++] = places[i];
    assert_int_equal(cursor_frequencies(many, counted, found, counted, &err), BF_OK);
    found = 0;
    for (unsigned i = 0; i < n; i++) {
        uint32_t expected = 0;
        if (places[i] != NO_PLACE) {
            assert_int_equal(tf[i], counted[found++]);
            assert_int_equal(tf[i], shares.count[i]);
        }
        int rc = cursor_find(one, wanted[i], NULL, &err);
        assert_int_equal(rc == BF_OK, places[i] != NO_PLACE);
        if (rc == BF_OK) {
            assert_int_equal(places[i], one->place);
            assert_int_equal(cursor_tf(one, &expected, &err), BF_OK);
        }
        assert_int_equal(tf[i], expected);
    }
}

/* ---- positions ---- */

/* Articles that both cursors have, as many as are looked at together. */
static unsigned find_both(struct cursor *c[2], uint32_t docs, uint32_t places[2][POSTINGS_TOGETHER],
                          struct position_shares shares[2])
{
    uint32_t wanted[POSTINGS_TOGETHER];
    struct error err;
    unsigned n = some_articles(docs, wanted), found = 0;
    if (n && wanted[n - 1] + 1 < docs && n <= POSTINGS_TOGETHER - BLOCK_LEN)
        for (uint32_t doc = wanted[n - 1] + 1; doc < docs && n < POSTINGS_TOGETHER; doc++)
            wanted[n++] = doc;
    for (unsigned k = 0; k < 2; k++)
        assert_int_equal(cursor_shares(c[k], wanted, n, places[k], &shares[k], &err), BF_OK);
    for (unsigned i = 0; i < n; i++) {
        bool both = places[0][i] != NO_PLACE && places[1][i] != NO_PLACE;
        for (unsigned k = 0; k < 2; k++) {
            places[k][found] = places[k][i];
            shares[k].from[found] = shares[k].from[i];
            shares[k].count[found] = shares[k].count[i];
        }
        found += both;
    }
    return found;
}

static bool stands_at(struct cursor *c, uint32_t place, uint32_t position)
{
    const uint32_t *positions;
    uint32_t count;
    struct error err;
    c->place = place;
    assert_int_equal(cursor_positions(c, &positions, &count, &err), BF_OK);
    for (uint32_t k = 0; k < count; k++)
        if (positions[k] == position)
            return true;
    return false;
}

/* Article i of both lists, by the positions of each alone. */
static void compare_article(struct cursor *one[2], const uint32_t place[2], uint32_t distance,
                            const struct position_lists lists[2], unsigned i, uint32_t pairs)
{
    const uint32_t *positions;
    uint32_t count, expected = 0;
    struct error err;
    one[0]->place = place[0];
    assert_int_equal(cursor_positions(one[0], &positions, &count, &err), BF_OK);
    for (uint32_t k = 0; k < count; k++) {
        bool follows = stands_at(one[1], place[1], positions[k] + distance);
        assert_int_equal(position_lists_follows(&lists[0], k, &lists[1], distance, i), follows);
        expected += follows;
    }
    assert_int_equal(pairs, expected);
}

/* Every third is dropped before positions are read. */
static void compare_positions(struct cursor *c[2], struct cursor *one[2],
                              struct position_lists lists[2], uint32_t docs)
{
    static struct position_shares shares[2];
    uint32_t places[2][POSTINGS_TOGETHER], pairs[POSTINGS_TOGETHER], distance = below(5) - 2;
    struct error err;
    unsigned all = find_both(c, docs, places, shares), n = 0;
    for (unsigned k = 0; k < 2 && all; k++) {
        n = 0;
        for (unsigned i = 0; i < all; i++) {
            places[k][n] = places[k][i];
            shares[k].from[n] = shares[k].from[i];
            shares[k].count[n] = shares[k].count[i];
            n += i % 3 != 0;
        }
        assert_true(!n ||
                    !position_lists_read(&lists[k], &c[k]->list, places[k], &shares[k], n, &err));
    }
    if (n)
        position_lists_pairs(&lists[0], &lists[1], distance, n, pairs);
    for (unsigned i = 0; i < n; i++)
        compare_article(one, (uint32_t[]){places[0][i], places[1][i]}, distance, lists, i,
                        pairs[i]);
}

static void positions_are_those_of_single_articles(void **unused)
{
    (void)unused;
    const char *const terms[][2] = {{"common", "odd"}, {"odd", "m3"},        {"common", "q17"},
                                    {"m3", "and"},     {"common", "common"}, {"then", "only00160"}};
    char *dir = scratch_new();
    struct snapshot s;
    struct error err;
    small_index_make(dir, NULL);
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    struct position_lists lists[2];
    memset(lists, 0, sizeof lists);
    for (size_t t = 0; t < sizeof terms / sizeof *terms; t++) {
        struct cursor cursors[4], *c[4];
        for (size_t k = 0; k < 4; k++) {
            const char *term = terms[t][k % 2];
            cursors[k] = (struct cursor){.held = NO_BLOCK};
            c[k] = &cursors[k];
            assert_int_equal(cursor_open(c[k], &s.segments[0], term, strlen(term), &err), BF_OK);
        }
        for (int round = 0; round < 300; round++)
            compare_positions(c, c + 2, lists, s.segments[0].entry.docs);
        for (size_t k = 0; k < 4; k++)
            cursor_free(c[k]);
    }
    position_lists_free(&lists[0]);
    position_lists_free(&lists[1]);
    snapshot_close(&s);
    scratch_free(dir);
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
    for (size_t t = 0; t < sizeof terms / sizeof *terms; t++) {
        struct cursor many = {.held = NO_BLOCK}, one = {.held = NO_BLOCK};
        const struct segment *segment = &s.segments[0];
        assert_int_equal(cursor_open(&many, segment, terms[t], strlen(terms[t]), &err), BF_OK);
        assert_int_equal(cursor_open(&one, segment, terms[t], strlen(terms[t]), &err), BF_OK);
        for (int round = 0; round < 300; round++)
            compare_with_single(&many, &one, segment->entry.docs);
        cursor_free(&many);
        cursor_free(&one);
    }
    snapshot_close(&s);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_articles_are_found_as_single_ones),
        cmocka_unit_test(positions_are_those_of_single_articles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
