/*
 * test_pages.c - what stands round a ranking: other orders, pages, counts and
 * facets, against the oracle's articles; marks and half-lives as text.
 */
#include "tests/unit/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "query/expand.h"
#include "query/facets.h"
#include "query/page.h"
#include "query/search.h"
#include "query/session.h"
#include "query/suggest.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/generated.h"
#include "tests/unit/oracle.h"
#include "tests/unit/random.h"
#include "tests/unit/random_query.h"
#include "tests/unit/scratch.h"

#define ARTICLES 2600u
#define CHANGED  1000u

static const struct recipe recipes[] = {
    {"one segment", {0, ARTICLES}, 1, false},
    {"seven segments", {0, 150, 420, 700, 1100, 1500, 2200, ARTICLES}, 1, false},
};
#define INDEXES (sizeof recipes / sizeof *recipes)

static char *dirs[INDEXES];
static struct session sessions[INDEXES];
static struct oracle oracle;

static int make_indexes(void **unused)
{
    (void)unused;
    struct error err;
    oracle_init(&oracle, "english");
    generated_in_oracle(&oracle, 0, ARTICLES, 1);
    generated_change_oracle(&oracle, CHANGED, CHANGED + 200);
    for (size_t i = 0; i < INDEXES; i++) {
        dirs[i] = scratch_new();
        generated_index(dirs[i], &recipes[i]);
        generated_change(dirs[i], CHANGED, CHANGED + 200);
        assert_int_equal(session_open(&sessions[i], dirs[i], &err), BF_OK);
        assert_int_equal(sessions[i].snapshot.docs, oracle.count);
    }
    return 0;
}

static int free_indexes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < INDEXES; i++) {
        session_close(&sessions[i]);
        scratch_free(dirs[i]);
    }
    oracle_free(&oracle);
    return 0;
}

/* ---- orders ---- */

struct asked {
    struct query_node *query;
    enum topk_order order;
    const struct recency *recency;
};

static enum topk_order present_order;

static int compare_in_order(const void *a, const void *b)
{
    const struct oracle_hit *x = a, *y = b;
    int64_t x_date = x->article->date, y_date = y->article->date;
    if (present_order == TOPK_BEST)
        return oracle_compare(a, b);
    if (present_order == TOPK_OLDEST) {
        x_date = x_date == INT64_MIN ? INT64_MAX : x_date;
        y_date = y_date == INT64_MIN ? INT64_MAX : y_date;
    }
    if (x_date != y_date)
        return (x_date < y_date) == (present_order == TOPK_OLDEST) ? -1 : 1;
    return oracle_compare(a, b);
}

static void age(const struct recency *r, struct oracle_hit *hits, size_t count)
{
    int64_t newest = INT64_MIN, oldest = INT64_MAX;
    for (size_t i = 0; i < oracle.count; i++) {
        int64_t date = oracle.articles[i].date;
        newest = date > newest ? date : newest;
        oldest = date != INT64_MIN && date < oldest ? date : oldest;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t date = hits[i].article->date;
        double years = (double)newest - (double)(date == INT64_MIN ? oldest : date);
        hits[i].units = (uint32_t)((double)hits[i].units * exp2(-years / r->half_life));
    }
}

static size_t expected_hits(const struct asked *a, struct oracle_hit **hits)
{
    size_t count = oracle_search(&oracle, a->query, BM25_DEFAULT_K1, BM25_DEFAULT_B, hits);
    if (a->recency)
        age(a->recency, *hits, count);
    present_order = a->order;
    qsort(*hits, count, sizeof **hits, compare_in_order);
    return count;
}

static struct text id_of(const struct snapshot *s, uint32_t doc)
{
    uint32_t i = snapshot_segment_of(s, doc);
    struct text id, title;
    struct error err;
    assert_int_equal(columns_name(&s->segments[i].columns, doc - s->bases[i], &id, &title, &err),
                     BF_OK);
    return id;
}

static void assert_hit(const struct snapshot *s, const struct hit *hit,
                       const struct oracle_hit *expected, size_t rank)
{
    struct text id = id_of(s, hit->doc);
    if (id.len != strlen(expected->article->id) ||
        memcmp(id.p, expected->article->id, id.len) != 0 || hit->units != expected->units)
        fail_msg("rank %zu: %.*s %u, not %s %u", rank, (int)id.len, id.p, hit->units,
                 expected->article->id, expected->units);
}

/* Page after page of a length that changes, until one is not full: all of the
 * ranking, each article once. */
static void walk(struct session *s, const struct asked *a, const struct oracle_hit *expected,
                 size_t count)
{
    struct search_options options = {
        .k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B, .order = a->order, .recency = a->recency};
    struct topk_place place;
    char id[GENERATED_ID_BYTES];
    size_t seen = 0;
    for (size_t page = 0;; page++) {
        struct arena arena = {0};
        struct hit *hits;
        struct bm25 bm25;
        struct error err;
        size_t n;
        options.k = 1 + page * 5 % 17 + (page > 20 ? 200 : 0);
        options.exhaustive = page % 2;
        assert_int_equal(
            search_run(&s->snapshot, a->query, &options, &arena, &hits, &n, &bm25, &err), BF_OK);
        assert_true(seen + n <= count);
        for (size_t i = 0; i < n; i++)
            assert_hit(&s->snapshot, &hits[i], &expected[seen + i], seen + i + 1);
        seen += n;
        if (n) {
            struct text last = id_of(&s->snapshot, hits[n - 1].doc);
            memcpy(id, last.p, last.len);
            place = (struct topk_place){hits[n - 1].units, hits[n - 1].date, {id, last.len}};
            options.after = &place;
        }
        free(hits);
        arena_free(&arena);
        if (n < options.k)
            break;
    }
    assert_int_equal(seen, count);
}

static void pages_make_the_whole_ranking(void **unused)
{
    (void)unused;
    static const char *const queries[] = {"the",        "the of and",    "+the +of",
                                          "\"of the\"", "category:c1",   "title:the",
                                          "ox*",        "often tag:sea", "+the -of date:2019-01",
                                          "nosuchword"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries * 4; i++) {
        struct recency recency[INDEXES];
        for (size_t k = 0; k < INDEXES; k++) {
            const struct query_reading reading = {.syntax = true, .stop_words = true};
            struct asked a = {.order = (enum topk_order)(i % 4 % 3)};
            struct oracle_hit *expected;
            struct error err;
            const char *text = queries[i / 4];
            arena_reset(&sessions[k].arena);
            assert_int_equal(
                session_query(&sessions[k], text, strlen(text), &reading, &a.query, &err), BF_OK);
            assert_int_equal(recency_open(&recency[k], &sessions[k].snapshot, 86400 * 9.5, &err),
                             BF_OK);
            a.recency = i % 4 == 3 ? &recency[k] : NULL;
            size_t count = expected_hits(&a, &expected);
            walk(&sessions[k], &a, expected, count);
            free(expected);
        }
    }
}

/* ---- counts and facets ---- */

static uint64_t expected_count(enum facet_field field, const struct oracle_hit *hits, size_t count,
                               const char *value)
{
    uint64_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct oracle_article *a = hits[i].article;
        char year[8] = "";
        time_t seconds = (time_t)a->when.seconds;
        struct tm tm;
        if (a->when.precision)
            strftime(year, sizeof year, "%Y", gmtime_r(&seconds, &tm));
        const char *has = field == FACET_CATEGORY ? a->category
                          : field == FACET_YEAR   ? year
                          : field == FACET_SOURCE ? a->source
                                                  : a->author;
        n += !strcmp(has, value);
    }
    return n;
}

static void check_facet(const struct filter *matches, enum facet_field field,
                        const struct oracle_hit *hits, size_t count, struct arena *arena)
{
    struct facet_value *values;
    struct error err;
    uint64_t sum = 0;
    size_t n;
    assert_int_equal(facets_count(matches, field, arena, &values, &n, &err), BF_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(values[i].count, expected_count(field, hits, count, values[i].value.p));
        sum += values[i].count;
        if (i)
            assert_true(values[i - 1].count > values[i].count ||
                        (values[i - 1].count == values[i].count &&
                         strcmp(values[i - 1].value.p, values[i].value.p) < 0));
    }
    assert_int_equal(sum, count - expected_count(field, hits, count, ""));
}

static void counts_and_facets_are_those_of_all_matches(void **unused)
{
    (void)unused;
    const enum facet_field fields[] = {FACET_CATEGORY, FACET_YEAR, FACET_SOURCE, FACET_AUTHOR};
    uint64_t state = RANDOM_SEED;
    struct buf text = {0};
    for (int round = 0; round < 120; round++) {
        struct session *s = &sessions[round % (int)INDEXES];
        const struct query_reading reading = {.syntax = true};
        struct search_options options = {
            .k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B, .k = (size_t)round % 3};
        struct query_node *query;
        struct oracle_hit *expected;
        struct filter matches;
        struct hit *hits;
        struct bm25 bm25;
        struct error err;
        size_t n;
        random_query(&state, &oracle, &text);
        arena_reset(&s->arena);
        if (session_query(s, buf_text(&text), text.len, &reading, &query, &err))
            continue;
        size_t count = oracle_search(&oracle, query, BM25_DEFAULT_K1, BM25_DEFAULT_B, &expected);
        filter_open_empty(&matches, &s->snapshot);
        options.matches = &matches;
        assert_int_equal(
            search_run(&s->snapshot, query, &options, &s->arena, &hits, &n, &bm25, &err), BF_OK);
        assert_int_equal(filter_count(&matches), count);
        for (size_t f = 0; f < 4; f++)
            check_facet(&matches, fields[f], expected, count, &s->arena);
        filter_free(&matches);
        free(hits);
        free(expected);
    }
    buf_free(&text);
}

static void lists_of_facets_are_read(void **unused)
{
    (void)unused;
    enum facet_field fields[FACET_FIELDS];
    struct error err;
    size_t count;
    assert_int_equal(facets_parse("year,category,year", fields, &count, &err), BF_OK);
    assert_int_equal(count, 2);
    assert_int_equal(fields[0], FACET_YEAR);
    assert_int_equal(fields[1], FACET_CATEGORY);
    const char *const wrong[] = {"", ",", "year,", "years", "Year", "year category"};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(facets_parse(wrong[i], fields, &count, &err), BF_ERR_USAGE);
}

/* ---- text ---- */

static void marks_come_back(void **unused)
{
    (void)unused;
    uint64_t state = RANDOM_SEED;
    for (int round = 0; round < 200; round++) {
        char id[64];
        struct page_mark m = {random32(&state),
                              random32(&state),
                              random32(&state),
                              random32(&state),
                              round % 3 ? (int64_t)random32(&state) : DATE_NONE,
                              {id, (size_t)round % 60}},
                         again;
        struct buf text = {0};
        struct arena arena = {0};
        struct error err;
        for (size_t i = 0; i < sizeof id; i++)
            id[i] = (char)random32(&state);
        page_mark_write(&m, &text);
        assert_int_equal(strspn(buf_text(&text), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                                                 "uvwxyz0123456789-_"),
                         text.len);
        assert_int_equal(page_mark_read(&again, buf_text(&text), &arena, &err), BF_OK);
        assert_true(again.asked == m.asked && again.archive == m.archive && again.rank == m.rank &&
                    again.units == m.units && again.date == m.date && again.id.len == m.id.len &&
                    !memcmp(again.id.p, id, m.id.len));
        arena_free(&arena);
        buf_free(&text);
    }
    const char *const wrong[] = {"", "x", "AAAA", "not a mark",
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!"};
    for (size_t i = 0; i < 5; i++) {
        struct page_mark m;
        struct arena arena = {0};
        struct error err;
        assert_int_equal(page_mark_read(&m, wrong[i], &arena, &err), BF_ERR_USAGE);
        arena_free(&arena);
    }
}

static void half_lives_are_read(void **unused)
{
    (void)unused;
    double seconds;
    const struct {
        const char *text;
        double seconds;
    } rows[] = {{"12h", 43200},         {"30d", 2592000},        {"2w", 1209600},
                {"1y", 365.25 * 86400}, {"6m", 182.625 * 86400}, {"1.5d", 129600}};
    for (size_t i = 0; i < 6; i++) {
        assert_true(recency_parse(rows[i].text, &seconds));
        assert_true(fabs(seconds - rows[i].seconds) < 1e-3);
    }
    const char *const wrong[] = {"", "d", "30", "30x", "30dd", "-3d", "0d", "1e9y", "nand", "30 d"};
    for (size_t i = 0; i < 10; i++)
        assert_false(recency_parse(wrong[i], &seconds));
}

/* ---- suggestions ---- */

static void assert_suggests(struct session *s, const char *text, const char *expected)
{
    const struct query_reading reading = {.syntax = true};
    struct query_node *query;
    const char *suggestion = NULL;
    struct error err;
    arena_reset(&s->arena);
    assert_int_equal(session_query(s, text, strlen(text), &reading, &query, &err), BF_OK);
    int rc = suggest_query(s, text, strlen(text), query, s->analyzer, &suggestion, &err);
    assert_int_equal(rc, expected ? BF_OK : BF_END);
    if (expected)
        assert_string_equal(suggestion, expected);
}

static void unknown_words_are_replaced(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *scratch = scratch_new(), *path = scratch_path(scratch, "a");
    const char *lines =
        "{\"id\":\"a\",\"title\":\"Volcanoes\",\"body\":\"The Volcanoes of Iceland. "
        "Volcanoes! A volcano.\"}\n"
        "{\"id\":\"b\",\"body\":\"Caf\xc3\xa9 life; the ministries; ministries\"}\n"
        "{\"id\":\"c\",\"body\":\"house horse hearse horse\"}\n"
        "{\"id\":\"d\",\"body\":\"a horse\"}\n";
    const struct reading how = {.threads = 1, .memory = PLENTY};
    struct session s;
    struct error err;
    scratch_write(path, lines, strlen(lines));
    index_add(dir, &path, 1, &how, NULL);
    assert_int_equal(session_open(&s, dir, &err), BF_OK);
    assert_suggests(&s, "vulcanoes", "Volcanoes");
    assert_suggests(&s, "+icelnad -vulcano", "+Iceland -vulcano");
    assert_suggests(&s, "title:\"iceland vulcanos\" OR x", "title:\"iceland Volcanoes\" OR x");
    assert_suggests(&s, "cfae", "Caf\xc3\xa9");
    assert_suggests(&s, "minstries house", "ministries house");
    assert_suggests(&s, "hoorse", "horse"); /* "house" is as near, "horse" more frequent */
    assert_suggests(&s, "volcano", NULL);
    assert_suggests(&s, "qqqqqqqq", NULL);
    session_close(&s);
    free(path);
    scratch_free(scratch);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest plain[] = {
        cmocka_unit_test(lists_of_facets_are_read),
        cmocka_unit_test(marks_come_back),
        cmocka_unit_test(half_lives_are_read),
        cmocka_unit_test(unknown_words_are_replaced),
    };
    const struct CMUnitTest indexed[] = {
        cmocka_unit_test(pages_make_the_whole_ranking),
        cmocka_unit_test(counts_and_facets_are_those_of_all_matches),
    };
    int failed = cmocka_run_group_tests(plain, NULL, NULL);
    return failed + cmocka_run_group_tests(indexed, make_indexes, free_indexes);
}
