/*
 * test_search.c - every form of query, pruned and exhaustive, over indexes
 * that came about in different ways, against an oracle without an index:
 * the same articles in the same order with the same units.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/expand.h"
#include "query/search.h"
#include "query/session.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/generated.h"
#include "tests/unit/oracle.h"
#include "tests/unit/random.h"
#include "tests/unit/random_query.h"
#include "tests/unit/scratch.h"

/* ---- one query ---- */

struct answers {
    const char *text; /* of the query, for messages */
    const struct query_node *query;
    double k1, b;
    const struct filter *filter;
    struct oracle_hit *hits;
    size_t count;
};

static void assert_same_hits(const struct session *s, const char *index, const struct answers *a,
                             const struct search_options *o, const struct hit *hits, size_t count)
{
    size_t expected = a->count < o->k ? a->count : o->k;
    if (count != expected)
        fail_msg("%s: %s: k %zu: %zu hits, not %zu", index, a->text, o->k, count, expected);
    for (size_t i = 0; i < count; i++) {
        uint32_t segment = snapshot_segment_of(&s->snapshot, hits[i].doc);
        struct text id, title;
        struct error err;
        assert_int_equal(columns_name(&s->snapshot.segments[segment].columns,
                                      hits[i].doc - s->snapshot.bases[segment], &id, &title, &err),
                         BF_OK);
        const struct oracle_hit *e = &a->hits[i];
        if (id.len != strlen(e->article->id) || memcmp(id.p, e->article->id, id.len) != 0 ||
            hits[i].units != e->units)
            fail_msg("%s: %s: k %zu%s, rank %zu: %.*s %u, not %s %u", index, a->text, o->k,
                     o->exhaustive ? " exhaustive" : "", i + 1, (int)id.len, id.p, hits[i].units,
                     e->article->id, e->units);
    }
}

static void compare(struct session *s, const char *index, const struct answers *a, size_t k,
                    bool exhaustive)
{
    const struct search_options o = {
        .k1 = a->k1, .b = a->b, .k = k, .exhaustive = exhaustive, .filter = a->filter};
    struct arena arena = {0};
    struct hit *hits;
    struct bm25 bm25;
    struct error err;
    size_t count;
    if (search_run(&s->snapshot, a->query, &o, &arena, &hits, &count, &bm25, &err))
        fail_msg("%s: %s: %s", index, a->text, err.text);
    assert_same_hits(s, index, a, &o, hits, count);
    free(hits);
    arena_free(&arena);
}

/* ---- bounds ---- */

/* A higher frequency scores no less, but where hardly anything is added to it
 * it may be rounded to less: the bound has to be above that, too. */
static void no_posting_exceeds_its_bound(void **unused)
{
    (void)unused;
    const double k1s[] = {0, 1e-6, 1e-5, 1e-4, 1e-2, 1.2, 1000};
    uint64_t state = RANDOM_SEED + 6;
    for (unsigned round = 0; round < 40000; round++) {
        uint32_t tf[8];
        uint8_t lengths[8];
        struct bm25 m;
        bm25_init(&m, k1s[round % 7], random32(&state) % 101 / 100.0, 1 + random32(&state) % 500);
        float weight = (float)(random32(&state) >> random32(&state) % 31) / 2;
        for (unsigned i = 0; i < 8; i++) {
            tf[i] = 1 + random32(&state) % (i % 2 ? 300 : 4);
            lengths[i] = (uint8_t)(random32(&state) % 100);
        }
        uint32_t bound = bm25_bound(&m, weight, impact_of(tf, lengths, 8));
        for (unsigned i = 0; i < 8; i++)
            assert_true(bm25_units(weight, (float)tf[i], m.length_norm[lengths[i]]) <= bound);
    }
}

/* ---- many queries over many indexes ---- */

struct index {
    const char *name;
    char *dir;
    struct session session;
};

/* The same articles in several indexes and in the oracle. */
struct world {
    struct oracle o;
    struct index *indexes;
    size_t count;
};

static void open_all(struct world *w)
{
    struct error err;
    for (size_t i = 0; i < w->count; i++) {
        assert_int_equal(session_open(&w->indexes[i].session, w->indexes[i].dir, &err), BF_OK);
        assert_int_equal(w->indexes[i].session.snapshot.docs, w->o.count);
    }
}

static void close_all(struct world *w)
{
    for (size_t i = 0; i < w->count; i++)
        session_close(&w->indexes[i].session);
}

static void compare_everywhere(struct world *w, const struct answers *a)
{
    const size_t ks[] = {1, 10, SIZE_MAX};
    for (size_t i = 0; i < w->count; i++) {
        struct index *index = &w->indexes[i];
        for (size_t k = 0; k < 3; k++) {
            /* long rankings take time: now here, now there */
            if (a->count > 1000 && ks[k] == SIZE_MAX && (a->count + i) % 3)
                continue;
            compare(&index->session, index->name, a, ks[k], false);
            compare(&index->session, index->name, a, ks[k], true);
        }
    }
}

enum reading_of_query { SYNTAX, WITHOUT_STOP_WORDS, PLAIN_WORDS };

static int read_query(const char *text, enum reading_of_query how, struct analyzer *analyzer,
                      struct arena *arena, struct query_node **query)
{
    struct error err;
    int rc = how == PLAIN_WORDS ? query_from_words(text, strlen(text), analyzer, arena, query, &err)
                                : query_parse(text, strlen(text), analyzer, arena, query, &err);
    if (!rc && how == WITHOUT_STOP_WORDS)
        *query = query_drop_stop_words(*query);
    return rc;
}

static void ask_tree(struct world *w, const char *text, const struct query_node *query, double k1,
                     double b)
{
    struct answers a = {.text = text, .query = query, .k1 = k1, .b = b};
    a.count = oracle_search(&w->o, query, k1, b, &a.hits);
    compare_everywhere(w, &a);
    free(a.hits);
}

static void check_slot(const struct query_slot *slot, void *oracle)
{
    oracle_check_slot(oracle, slot);
}

/* By one index after the other: all have the same terms. */
static void expand(struct world *w, struct query_node *query, struct arena *arena)
{
    struct error err;
    for (size_t i = 0; i < w->count; i++) {
        const struct snapshot *s = &w->indexes[i].session.snapshot;
        assert_int_equal(query_expand(query, s, arena, &err), BF_OK);
        query_expanded(query, check_slot, &w->o);
    }
}

/* False when the parser refuses the query. */
static bool ask(struct world *w, const char *text, enum reading_of_query how, double k1, double b)
{
    struct arena arena = {0};
    struct query_node *query;
    int rc = read_query(text, how, w->indexes[0].session.analyzer, &arena, &query);
    if (!rc) {
        expand(w, query, &arena);
        ask_tree(w, text, query, k1, b);
    }
    assert_true(rc == BF_OK || rc == BF_ERR_USAGE);
    arena_free(&arena);
    return rc == BF_OK;
}

static void ask_at_random(struct world *w, uint64_t seed, unsigned queries)
{
    struct buf text = {0};
    unsigned asked = 0;
    open_all(w);
    for (unsigned i = 0; i < queries; i++) {
        random_query(&seed, &w->o, &text);
        enum reading_of_query how = i % 8 == 0 ? PLAIN_WORDS : i % 4 ? SYNTAX : WITHOUT_STOP_WORDS;
        asked += ask(w, buf_text(&text), how, BM25_DEFAULT_K1, BM25_DEFAULT_B);
    }
    close_all(w);
    buf_free(&text);
    assert_true(asked > queries / 10 * 8);
}

/* ---- indexes of the generated articles ---- */

#define ARTICLES 9000u

/* The sizes of the ten are of two levels, so that they are not merged. */
static const struct recipe recipes[] = {
    {"one segment", {0, ARTICLES}, 1, false},
    {"three segments", {0, 5000, 8500, ARTICLES}, 1, true},
    {"ten segments", {0, 1200, 2400, 3600, 4800, 6000, 7000, 7500, 8000, 8500, ARTICLES}, 1, false},
    {"four threads", {0, ARTICLES}, 4, false},
    {"four threads, three parts", {0, 1500, 4500, ARTICLES}, 4, true},
};
#define RECIPES (sizeof recipes / sizeof *recipes)

static struct world generated;

static int make_generated(void **unused)
{
    (void)unused;
    oracle_init(&generated.o, "english");
    generated.indexes = mem_zalloc(RECIPES, sizeof *generated.indexes);
    generated.count = RECIPES;
    for (size_t i = 0; i < RECIPES; i++) {
        generated.indexes[i].name = recipes[i].name;
        generated.indexes[i].dir = scratch_new();
        generated_index(generated.indexes[i].dir, &recipes[i]);
    }
    generated_in_oracle(&generated.o, 0, ARTICLES, 1);
    return 0;
}

static int free_generated(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < generated.count; i++)
        scratch_free(generated.indexes[i].dir);
    free(generated.indexes);
    oracle_free(&generated.o);
    return 0;
}

static void new_indexes_agree(void **unused)
{
    (void)unused;
    ask_at_random(&generated, RANDOM_SEED, 250);
}

/* Lists with groups of blocks, dense and sparse ones, must be among them. */
static void the_lists_are_long(void **unused)
{
    (void)unused;
    uint64_t df, cf;
    struct error err;
    struct session s;
    assert_int_equal(session_open(&s, generated.indexes[0].dir, &err), BF_OK);
    assert_int_equal(snapshot_term(&s.snapshot, "the", 3, &df, &cf, &err), BF_OK);
    assert_true(df > BLOCK_LEN * GROUP_BLOCKS);
    assert_true(df > ARTICLES / 2 && df < ARTICLES);
    session_close(&s);
}

/* Phrases that leave a word open, or have several at one place: no text makes
 * them yet, but a tree may hold them. */
static void phrases_with_gaps_agree(void **unused)
{
    (void)unused;
    static struct query_term terms[] = {{"the", 3}, {"of", 2}, {"and", 3}};
    static uint32_t positions[][3] = {{0, 2, 4}, {0, 1, 3}, {0, 0, 1}, {0, 5, 5}};
    struct query_node phrase = {.kind = QUERY_PHRASE};
    open_all(&generated);
    for (size_t i = 0; i < 4; i++) {
        phrase.phrase = (struct query_phrase){terms, positions[i], 2 + i % 2};
        ask_tree(&generated, "a phrase with gaps", &phrase, BM25_DEFAULT_K1, BM25_DEFAULT_B);
    }
    close_all(&generated);
}

static void other_parameters_agree(void **unused)
{
    (void)unused;
    const double parameters[][2] = {{0, 0},      {0, 1},    {1.2, 0},  {1.2, 1},
                                    {1e-3, 0.5}, {1000, 1}, {0.01, 0}, {2.5, 0.3}};
    uint64_t state = RANDOM_SEED + 1;
    struct buf text = {0};
    open_all(&generated);
    for (unsigned i = 0; i < 64; i++) {
        random_query(&state, &generated.o, &text);
        ask(&generated, buf_text(&text), SYNTAX, parameters[i % 8][0], parameters[i % 8][1]);
    }
    close_all(&generated);
    buf_free(&text);
}

/* So many repeats that the scale has to shrink to keep scores in 31 bits. */
static void a_large_query_is_scaled_down(void **unused)
{
    (void)unused;
    uint64_t state = RANDOM_SEED + 2;
    struct buf text = {0};
    open_all(&generated);
    for (unsigned i = 0; i < 40; i++) {
        random_words(&state, &generated.o, 3, &text);
        buf_putc(&text, ' ');
    }
    for (unsigned i = 0; i < 8000; i++)
        buf_puts(&text, "often ");
    assert_true(ask(&generated, buf_text(&text), PLAIN_WORDS, 1000, 0.75));
    close_all(&generated);
    buf_free(&text);
}

static void changed_indexes_agree(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < generated.count; i++)
        generated_change(generated.indexes[i].dir, 4000, 5700);
    generated_change_oracle(&generated.o, 4000, 5700);
    ask_at_random(&generated, RANDOM_SEED + 3, 150);
}

static void merged_indexes_agree(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < generated.count; i++) {
        index_merge(generated.indexes[i].dir);
        assert_int_equal(index_segments(generated.indexes[i].dir), 1);
        index_is_sound(generated.indexes[i].dir);
    }
    ask_at_random(&generated, RANDOM_SEED + 4, 100);
}

/* ---- the sample archive ---- */

static char *const sample_sources[] = {(char[]){"data/articles.jsonl"},
                                       (char[]){"data/wire.jsonl.gz"}, (char[]){"data/pages"}};

static void make_sample(struct world *w)
{
    const struct reading alone = {.threads = 1, .memory = PLENTY},
                         together = {.threads = 4, .memory = PLENTY};
    oracle_init(&w->o, "english");
    w->count = 3;
    w->indexes = mem_zalloc(w->count, sizeof *w->indexes);
    for (size_t i = 0; i < w->count; i++)
        w->indexes[i].dir = scratch_new();
    w->indexes[0].name = "three segments";
    index_add(w->indexes[0].dir, sample_sources, 3, &alone, NULL);
    w->indexes[1].name = "four threads";
    index_add(w->indexes[1].dir, sample_sources, 3, &together, NULL);
    w->indexes[2].name = "merged";
    index_add(w->indexes[2].dir, sample_sources, 3, &alone, NULL);
    index_merge(w->indexes[2].dir);
    for (int i = 0; i < 3; i++)
        oracle_put_archive(&w->o, sample_sources[i]);
}

static void free_world(struct world *w)
{
    for (size_t i = 0; i < w->count; i++)
        scratch_free(w->indexes[i].dir);
    free(w->indexes);
    oracle_free(&w->o);
}

static void the_sample_archive_agrees(void **unused)
{
    (void)unused;
    static const char *const queries[] = {
        "bridge",
        "bridges collapse",
        "the",
        "nothingofthesort",
        "volcano OR nothingofthesort",
        "+bridge +Genoa",
        "bridge AND Genoa AND nothingofthesort",
        "+bridge -Genoa collapse",
        "\"Bank of Japan\"",
        "\"bank japan\"",
        "+\"key bridge\" -\"container ship\" port",
        "(volcano OR eruption) AND (ash OR lava) -Grindavik",
        "Eyjafjallaj\xc3\xb6kull",
        "eyjafjallajokull ash ash ash cloud",
        "+(comet lander) +(+Philae -Rosetta)",
        "\"Similar Readings\"",
        "state-owned -well-known Germany's coalition",
        "NOT NOT Ebola",
    };
    struct world w = {0};
    make_sample(&w);
    open_all(&w);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        assert_true(ask(&w, queries[i], SYNTAX, BM25_DEFAULT_K1, BM25_DEFAULT_B));
    close_all(&w);
    ask_at_random(&w, RANDOM_SEED + 5, 200);
    free_world(&w);
}

/* ---- by hand ---- */

static void add_file(const char *dir, char *path)
{
    const struct reading how = {.threads = 1, .memory = PLENTY};
    index_add(dir, &path, 1, &how, NULL);
}

/* Ids of what a query finds in one small archive, best first, with blanks between. */
static void assert_finds(const char *lines, const char *query, const char *expected)
{
    struct world w = {.count = 1, .indexes = mem_zalloc(1, sizeof *w.indexes)};
    char *dir = scratch_new(), *path = scratch_path(dir, "archive");
    struct buf found = {0};
    struct arena arena = {0};
    struct query_node *node;
    struct oracle_hit *hits;
    struct error err;
    oracle_init(&w.o, "english");
    w.indexes[0] = (struct index){.name = "by hand", .dir = scratch_new()};
    scratch_write(path, lines, strlen(lines));
    add_file(w.indexes[0].dir, path);
    oracle_put_archive(&w.o, path);
    open_all(&w);
    assert_true(ask(&w, query, SYNTAX, BM25_DEFAULT_K1, BM25_DEFAULT_B));
    assert_int_equal(query_parse(query, strlen(query), w.o.analyzer, &arena, &node, &err), BF_OK);
    size_t count = oracle_search(&w.o, node, BM25_DEFAULT_K1, BM25_DEFAULT_B, &hits);
    for (size_t i = 0; i < count; i++)
        buf_printf(&found, "%s%s", i ? " " : "", hits[i].article->id);
    assert_string_equal(buf_text(&found), expected);
    close_all(&w);
    free_world(&w);
    free(hits);
    free(path);
    scratch_free(dir);
    arena_free(&arena);
    buf_free(&found);
}

static void no_phrase_reaches_from_title_to_body(void **unused)
{
    (void)unused;
    const char *lines = "{\"id\":\"across\",\"title\":\"good morning\",\"body\":\"vietnam news\"}\n"
                        "{\"id\":\"within\",\"title\":\"x\",\"body\":\"morning vietnam\"}\n";
    assert_finds(lines, "\"morning vietnam\"", "within");
    assert_finds(lines, "morning AND vietnam", "within across");
}

static void equal_scores_go_by_date_then_id(void **unused)
{
    (void)unused;
    const char *lines = "{\"id\":\"c\",\"body\":\"same words\"}\n"
                        "{\"id\":\"b\",\"body\":\"same words\",\"date\":\"1969-05-01\"}\n"
                        "{\"id\":\"a\",\"body\":\"same words\"}\n"
                        "{\"id\":\"e\",\"body\":\"same words\",\"date\":\"2020-05-01\"}\n"
                        "{\"id\":\"d\",\"body\":\"same words\",\"date\":\"2020-05-01\"}\n"
                        "{\"id\":\"f\",\"body\":\"same words same\"}\n"
                        "{\"id\":\"g\",\"body\":\"other\"}\n";
    assert_finds(lines, "same", "f d e b a c");
}

static void phrases_count_every_start(void **unused)
{
    (void)unused;
    const char *lines = "{\"id\":\"twice\",\"body\":\"ho ho ho said he\"}\n"
                        "{\"id\":\"once\",\"body\":\"ho ho they told him\"}\n"
                        "{\"id\":\"apart\",\"body\":\"ho they ho told him\"}\n";
    assert_finds(lines, "\"ho ho\"", "twice once");
    assert_finds(lines, "ho -\"ho ho\"", "apart");
}

static void an_empty_index_finds_nothing(void **unused)
{
    (void)unused;
    struct world w = {.count = 1, .indexes = mem_zalloc(1, sizeof *w.indexes)};
    oracle_init(&w.o, "english");
    w.indexes[0] = (struct index){.name = "empty", .dir = scratch_new()};
    index_add(w.indexes[0].dir, NULL, 0, &(struct reading){.threads = 1, .memory = PLENTY}, NULL);
    open_all(&w);
    assert_true(ask(&w, "anything", SYNTAX, BM25_DEFAULT_K1, BM25_DEFAULT_B));
    assert_true(ask(&w, "+any -\"thing at all\"", SYNTAX, BM25_DEFAULT_K1, BM25_DEFAULT_B));
    close_all(&w);
    free_world(&w);
}

int main(void)
{
    const struct CMUnitTest by_hand[] = {
        cmocka_unit_test(no_phrase_reaches_from_title_to_body),
        cmocka_unit_test(equal_scores_go_by_date_then_id),
        cmocka_unit_test(phrases_count_every_start),
        cmocka_unit_test(an_empty_index_finds_nothing),
        cmocka_unit_test(the_sample_archive_agrees),
        cmocka_unit_test(no_posting_exceeds_its_bound),
    };
    /* In this order: the indexes change. */
    const struct CMUnitTest at_random[] = {
        cmocka_unit_test(the_lists_are_long),           cmocka_unit_test(new_indexes_agree),
        cmocka_unit_test(phrases_with_gaps_agree),      cmocka_unit_test(other_parameters_agree),
        cmocka_unit_test(a_large_query_is_scaled_down), cmocka_unit_test(changed_indexes_agree),
        cmocka_unit_test(merged_indexes_agree),
    };
    int failed = cmocka_run_group_tests(by_hand, NULL, NULL);
    return failed + cmocka_run_group_tests(at_random, make_generated, free_generated);
}
