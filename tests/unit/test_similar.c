/*
 * test_similar.c - similar readings, one list at a time and all at once,
 * against an oracle without an index: the same articles in the same order
 * with the same units and copies. And how many of the articles that people
 * call related are found.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/session.h"
#include "query/similar_all.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/generated.h"
#include "tests/unit/oracle.h"
#include "tests/unit/random.h"
#include "tests/unit/random_query.h"
#include "tests/unit/scratch.h"

#define usual similar_defaults

static struct similar_context context(struct session *s, const struct similar_options *o)
{
    arena_reset(&s->arena);
    return (struct similar_context){.s = &s->snapshot,
                                    .analyzer = s->analyzer,
                                    .reader = &s->reader,
                                    .options = o,
                                    .arena = &s->arena};
}

/* ---- comparing lists ---- */

static struct text id_of(const struct session *s, uint32_t doc)
{
    uint32_t segment = snapshot_segment_of(&s->snapshot, doc);
    struct text id, title;
    struct error err;
    assert_int_equal(columns_name(&s->snapshot.segments[segment].columns,
                                  doc - s->snapshot.bases[segment], &id, &title, &err),
                     BF_OK);
    return id;
}

static void assert_same_list(const struct session *s, const char *what,
                             const struct similar_list *list, const struct oracle_list *expected)
{
    if (list->count != expected->count || list->own_copies != expected->own_copies)
        fail_msg("%s: %zu items, %u copies; not %zu, %u", what, list->count, list->own_copies,
                 expected->count, expected->own_copies);
    for (size_t i = 0; i < list->count; i++) {
        const struct similar_item *item = &list->items[i];
        const struct oracle_item *e = &expected->items[i];
        struct text id = id_of(s, item->doc);
        if (id.len != strlen(e->article->id) || memcmp(id.p, e->article->id, id.len) != 0 ||
            item->units != e->units || item->similarity != e->similarity ||
            item->copies != e->copies)
            fail_msg("%s, rank %zu: %.*s %u %.9f +%u, not %s %u %.9f +%u", what, i + 1, (int)id.len,
                     id.p, item->units, item->similarity, item->copies, e->article->id, e->units,
                     e->similarity, e->copies);
    }
}

/* ---- one list ---- */

static void compare_article(struct session *s, const struct oracle_article *a,
                            const struct similar_options *o, const struct oracle_list *expected)
{
    const struct similar_context how = context(s, o);
    struct similar_query q;
    struct similar_list list;
    struct error err;
    uint32_t doc;
    assert_int_equal(session_find(s, a->id, &doc, &err), BF_OK);
    assert_int_equal(similar_to_article(&how, doc, &q, &list, &err), BF_OK);
    assert_int_equal(q.self_units, expected->self_units);
    assert_same_list(s, a->id, &list, expected);
}

/* What each term adds, for --why, sums up to the score. */
static void assert_contributions(struct session *s, const struct similar_query *q,
                                 const struct similar_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        uint32_t sum = 0, units;
        struct error err;
        for (size_t t = 0; t < q->count; t++) {
            assert_int_equal(
                similar_contribution(&s->snapshot, q, t, list->items[i].doc, &units, &err), BF_OK);
            sum += units;
        }
        assert_int_equal(sum, list->items[i].units);
    }
}

static void compare_text(struct session *s, struct oracle *oracle, const char *text,
                         const struct similar_options *o)
{
    const struct similar_context how = context(s, o);
    struct oracle_list expected;
    struct similar_query q;
    struct similar_list list;
    struct error err;
    oracle_similar_text(oracle, text, o, &expected);
    assert_int_equal(similar_to_text(&how, s->analyzer, text, strlen(text), &q, &list, &err),
                     BF_OK);
    assert_int_equal(q.self_units, expected.self_units);
    assert_same_list(s, text, &list, &expected);
    assert_contributions(s, &q, &list);
    free(expected.items);
}

/* ---- all lists ---- */

/* The oracle takes its time: of many articles it is asked about every sixth. */
static bool is_expected(const struct oracle *o, size_t i)
{
    return o->count < 1000 || i % 6 == 0;
}

/* Lists by the oracle, in the order of its articles. */
static struct oracle_list *expect_all(struct oracle *o, const struct similar_options *options)
{
    struct oracle_list *all = mem_zalloc(o->count, sizeof *all);
    for (size_t i = 0; i < o->count; i++)
        if (is_expected(o, i))
            oracle_similar(o, &o->articles[i], options, &all[i]);
    return all;
}

static void free_all(struct oracle_list *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(all[i].items);
    free(all);
}

static void assert_in_order(const struct session *s, const struct similar_lists *lists)
{
    for (uint32_t i = 1; i < lists->count; i++) {
        struct text a = id_of(s, lists->docs[i - 1]), b = id_of(s, lists->docs[i]);
        assert_true(term_compare(a.p, a.len, b.p, b.len) < 0);
    }
}

static void compare_all(struct session *s, const struct oracle *oracle,
                        const struct similar_options *o, unsigned threads,
                        const struct oracle_list *expected)
{
    const struct similar_run run = {.threads = threads};
    struct similar_lists lists;
    struct error err;
    assert_int_equal(similar_all(&s->snapshot, s->analyzer, o, &run, &lists, &err), BF_OK);
    assert_int_equal(lists.count, oracle->count);
    assert_in_order(s, &lists);
    for (size_t i = 0; i < oracle->count; i++) {
        uint32_t doc;
        if (!is_expected(oracle, i))
            continue;
        assert_int_equal(session_find(s, oracle->articles[i].id, &doc, &err), BF_OK);
        const struct similar_list list = {lists.items + (size_t)doc * lists.n, lists.lengths[doc],
                                          lists.own_copies[doc]};
        assert_same_list(s, oracle->articles[i].id, &list, &expected[i]);
    }
    similar_lists_free(&lists);
}

/* The dates that the oracle lists. */
static void open_filter(const struct session *s, const struct oracle *o, struct filter *f)
{
    const struct filter_test dates = {.field = FILTER_DATE, .from = o->from, .until = o->until};
    struct error err;
    filter_open(f, &s->snapshot);
    assert_int_equal(filter_keep(f, &dates, 1, true, &err), BF_OK);
}

/* Every `step`th article alone where it is expected, and all of them by 1 to 3 threads. */
static void compare_index(const char *dir, struct oracle *o, const struct similar_options *options,
                          const struct oracle_list *expected, size_t step)
{
    struct similar_options filtered = *options;
    struct filter filter = {0};
    struct session s;
    struct error err;
    assert_int_equal(session_open(&s, dir, &err), BF_OK);
    assert_int_equal(s.snapshot.docs, o->count);
    if (o->until) {
        open_filter(&s, o, &filter);
        filtered.choice.filter = &filter;
    }
    for (size_t i = 0; i < o->count; i += step)
        if (is_expected(o, i))
            compare_article(&s, &o->articles[i], &filtered, &expected[i]);
    for (unsigned threads = 1; threads <= 3; threads += o->count < 1000 ? 1 : 2)
        compare_all(&s, o, &filtered, threads, expected);
    filter_free(&filter);
    session_close(&s);
}

/* ---- generated articles ---- */

#define ARTICLES 1800u

static const struct recipe recipes[] = {
    {"one segment", {0, ARTICLES}, 1, false},
    {"three segments", {0, 1000, 1700, ARTICLES}, 1, true},
    {"eight segments", {0, 1100, 1200, 1300, 1400, 1500, 1600, 1700, ARTICLES}, 1, false},
    {"four threads", {0, 900, ARTICLES}, 4, true},
};
#define RECIPES (sizeof recipes / sizeof *recipes)

static struct {
    struct oracle o;
    char *dirs[RECIPES];
} generated;

static int make_generated(void **unused)
{
    (void)unused;
    oracle_init(&generated.o, "english");
    generated_in_oracle(&generated.o, 0, ARTICLES, 1);
    for (size_t i = 0; i < RECIPES; i++) {
        generated.dirs[i] = scratch_new();
        generated_index(generated.dirs[i], &recipes[i]);
    }
    return 0;
}

static int free_generated(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < RECIPES; i++)
        scratch_free(generated.dirs[i]);
    oracle_free(&generated.o);
    return 0;
}

static void compare_indexes(const struct similar_options *options, size_t step)
{
    oracle_take_copies(&generated.o, generated.dirs[0]);
    struct oracle_list *expected = expect_all(&generated.o, options);
    for (size_t i = 0; i < RECIPES; i++)
        compare_index(generated.dirs[i], &generated.o, options, expected, step);
    free_all(expected, generated.o.count);
}

static void new_indexes_agree(void **unused)
{
    (void)unused;
    compare_indexes(&usual, 2);
}

static void other_parameters_agree(void **unused)
{
    (void)unused;
    const struct similar_options other[] = {
        {.k1 = 0, .b = 0, .n = 1, .terms = 1},
        {.k1 = 1000, .b = 1, .n = 60, .terms = SIMILAR_MOST_TERMS},
        {.k1 = 0.01, .b = 0.2, .n = 7, .terms = 12, .feedback = true},
        {.k1 = 1.2, .b = 0.75, .n = 5, .terms = 70, .threshold = 0.5}};
    for (size_t i = 0; i < RECIPES; i++) {
        struct oracle_list *expected = expect_all(&generated.o, &other[i]);
        compare_index(generated.dirs[i], &generated.o, &other[i], expected, 17);
        free_all(expected, generated.o.count);
    }
}

/* What may be listed, and in what order. */
static void choices_agree(void **unused)
{
    (void)unused;
    const struct similar_choice choices[] = {
        {.diverse = true},
        {.same_category = true, .window_days = 3},
        {.other_category = true, .most_of_source = 1},
        {.half_life_days = 4, .most_of_source = 2, .diverse = true},
        {.half_life_days = 0.3, .window_days = 20}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        struct similar_options options = usual;
        options.choice = choices[i];
        options.threshold = i % 2 ? 0 : usual.threshold;
        generated.o.from = i < 3 ? 0 : INT64_C(1546300800) + 86400 * 10; /* 2019-01-11 */
        generated.o.until = i < 3 ? 0 : generated.o.from + 86400 * 15;
        struct oracle_list *expected = expect_all(&generated.o, &options);
        compare_index(generated.dirs[i % RECIPES], &generated.o, &options, expected, 17);
        free_all(expected, generated.o.count);
    }
    generated.o.from = generated.o.until = 0;
}

static void texts_agree(void **unused)
{
    (void)unused;
    struct session s;
    struct error err;
    struct buf text = {0};
    uint64_t state = RANDOM_SEED;
    assert_int_equal(session_open(&s, generated.dirs[1], &err), BF_OK);
    for (unsigned i = 0; i < 60; i++) {
        text.len = 0;
        random_words(&state, &generated.o, 1 + i * 3, &text);
        buf_puts(&text, i % 2 ? " qqabsent qqabsent" : "");
        compare_text(&s, &generated.o, buf_text(&text), &usual);
    }
    compare_text(&s, &generated.o, "", &usual);
    compare_text(&s, &generated.o, "the of and", &usual);
    session_close(&s);
    buf_free(&text);
}

static void changed_indexes_agree(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < RECIPES; i++)
        generated_change(generated.dirs[i], 800, 1300);
    generated_change_oracle(&generated.o, 800, 1300);
    compare_indexes(&usual, 7);
}

static void merged_indexes_agree(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < RECIPES; i++)
        index_merge(generated.dirs[i]);
    compare_indexes(&usual, 17);
}

/* ---- the sample archive ---- */

static struct {
    struct oracle o;
    char *dir;
} sample;

static int make_sample(void **unused)
{
    (void)unused;
    char articles[] = "data/articles.jsonl", wire[] = "data/wire.jsonl.gz", pages[] = "data/pages";
    char *const sources[] = {articles, wire, pages};
    const struct reading how = {.threads = 1, .memory = PLENTY};
    sample.dir = scratch_new();
    index_add(sample.dir, sources, 3, &how, NULL);
    oracle_init(&sample.o, "english");
    for (int i = 0; i < 3; i++)
        oracle_put_archive(&sample.o, sources[i]);
    oracle_take_copies(&sample.o, sample.dir);
    return 0;
}

static int free_sample(void **unused)
{
    (void)unused;
    scratch_free(sample.dir);
    oracle_free(&sample.o);
    return 0;
}

static void the_sample_archive_agrees(void **unused)
{
    (void)unused;
    struct oracle_list *expected = expect_all(&sample.o, &usual);
    compare_index(sample.dir, &sample.o, &usual, expected, 1);
    free_all(expected, sample.o.count);
}

/* A copy under another title is not in the list; whoever has one of the two
 * in its list is told of the other. */
static void copies_are_counted_and_left_out(void **unused)
{
    (void)unused;
    struct oracle_list list;
    oracle_similar(&sample.o, oracle_find(&sample.o, "hw-2010-0415-ashcloud"), &usual, &list);
    assert_int_equal(list.own_copies, 1);
    for (size_t i = 0; i < list.count; i++)
        assert_string_not_equal(list.items[i].article->id, "cg-2010-0415-ashcopy");
    free(list.items);
    oracle_similar(&sample.o, oracle_find(&sample.o, "md-2010-0421-resume"), &usual, &list);
    uint32_t copies = 0;
    for (size_t i = 0; i < list.count; i++)
        copies += list.items[i].copies;
    assert_int_equal(copies, 1);
    free(list.items);
}

/* ---- what people call related ---- */

struct found {
    unsigned pairs, found;
};

static bool is_copy(const struct oracle_article *a, const struct oracle_article *b)
{
    return a->group && a->group == b->group;
}

static bool is_listed(const struct oracle_article *b, const struct oracle_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].article == b)
            return true;
    return false;
}

/* A line of data/related.tsv. */
static void look_for_pair(char *line, struct found *f)
{
    char *tab = strchr(line, '\t');
    if (*line == '#' || !tab)
        return;
    *tab = '\0';
    tab[1 + strcspn(tab + 1, "\n")] = '\0';
    const struct oracle_article *a = oracle_find(&sample.o, line);
    const struct oracle_article *b = oracle_find(&sample.o, tab + 1);
    assert_non_null(a);
    assert_non_null(b);
    if (is_copy(a, b))
        return;
    struct oracle_list list;
    oracle_similar(&sample.o, a, &usual, &list);
    f->pairs++;
    f->found += is_listed(b, &list);
    free(list.items);
}

/* The oracle's lists are the program's: see the_sample_archive_agrees. A pair
 * whose copy stands in the list in its place counts as not found. */
static void related_articles_are_among_the_first_five(void **unused)
{
    (void)unused;
    FILE *pairs = fopen("data/related.tsv", "r");
    char line[256];
    struct found f = {0};
    assert_non_null(pairs);
    while (fgets(line, sizeof line, pairs))
        look_for_pair(line, &f);
    fclose(pairs);
    print_message("MEASURED: related articles among the first five: %u of %u, %.1f %%\n", f.found,
                  f.pairs, 100.0 * f.found / f.pairs);
    assert_int_equal(f.pairs, 268);
    assert_true(f.found * 100 >= f.pairs * 95);
}

/* ---- few articles ---- */

static void compare_lines(const char *lines, const struct similar_options *options)
{
    char *dir = scratch_new(), *files = scratch_new(), *path = scratch_path(files, "archive");
    const struct reading how = {.threads = 1, .memory = PLENTY};
    struct oracle o;
    scratch_write(path, lines, strlen(lines));
    index_add(dir, &path, 1, &how, NULL);
    oracle_init(&o, "english");
    oracle_put_archive(&o, path);
    oracle_take_copies(&o, dir);
    struct oracle_list *expected = expect_all(&o, options);
    compare_index(dir, &o, options, expected, 1);
    free_all(expected, o.count);
    oracle_free(&o);
    free(path);
    scratch_free(files);
    scratch_free(dir);
}

static void small_archives_agree(void **unused)
{
    (void)unused;
    compare_lines("{\"id\":\"alone\",\"body\":\"words words\"}\n", &usual);
    compare_lines("{\"id\":\"a\",\"body\":\"red words\"}\n{\"id\":\"b\",\"body\":\"red words\"}\n",
                  &usual);
    compare_lines("{\"id\":\"a\",\"title\":\"Red\"}\n{\"id\":\"b\",\"title\":\"Red\"}\n"
                  "{\"id\":\"c\",\"title\":\"Red\",\"body\":\"the red\"}\n",
                  &usual);
    compare_lines("{\"id\":\"a\",\"title\":\"the of\",\"body\":\"and in 1 2 3\"}\n"
                  "{\"id\":\"b\",\"title\":\"the of\",\"body\":\"and in 1 2 3 x\"}\n",
                  &usual);
}

/* A word that stands everywhere weighs next to nothing, and some articles
 * have no other. */
static void words_of_every_article_agree(void **unused)
{
    (void)unused;
    struct buf lines = {0};
    for (unsigned i = 0; i < 700; i++)
        buf_printf(&lines, "{\"id\":\"%u\",\"body\":\"bulletin%s x%u\"}\n", i,
                   i % 100 ? " bulletin weather" : "", i % 100 ? i % 500 : i);
    buf_puts(&lines, "{\"id\":\"only\",\"body\":\"the bulletin\"}\n"
                     "{\"id\":\"only too\",\"body\":\"bulletin: bulletin\"}\n");
    const struct similar_options unsaturated = {.k1 = 0, .b = 0, .n = 5, .terms = 70};
    compare_lines(buf_text(&lines), &usual);
    compare_lines(buf_text(&lines), &unsaturated);
    buf_free(&lines);
}

/* ---- many articles ---- */

/* similar_all sums up 65,536 articles at a time. Most of these have only words
 * of their own, so that their lists are empty and quickly made. */
static void make_many(char *path, unsigned count)
{
    struct buf lines = {0};
    uint64_t state = RANDOM_SEED;
    for (unsigned i = 0; i < count; i++) {
        buf_printf(&lines, "{\"id\":\"%u\",\"body\":\"x%u", i, i);
        for (unsigned word = 0; (i % 50 == 0 || i > 65200) && word < 20; word++)
            buf_printf(&lines, " w%u", random32(&state) % 400);
        buf_puts(&lines, "\"}\n");
    }
    scratch_write(path, lines.data, lines.len);
    buf_free(&lines);
}

static void assert_as_alone(struct session *s, const struct similar_lists *lists, uint32_t doc)
{
    const struct similar_context how = context(s, &usual);
    struct similar_list list;
    struct error err;
    assert_int_equal(similar_to_article(&how, doc, NULL, &list, &err), BF_OK);
    assert_int_equal(list.count, lists->lengths[doc]);
    for (size_t i = 0; i < list.count; i++) {
        const struct similar_item *item = &lists->items[(size_t)doc * lists->n + i];
        assert_int_equal(item->doc, list.items[i].doc);
        assert_int_equal(item->units, list.items[i].units);
    }
}

static void many_articles_agree(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *files = scratch_new(), *path = scratch_path(files, "archive");
    const struct reading how = {.threads = 1, .memory = PLENTY};
    struct session s;
    const struct similar_run run = {.threads = 2};
    struct similar_lists lists;
    struct error err;
    make_many(path, 65900);
    index_add(dir, &path, 1, &how, NULL);
    assert_int_equal(session_open(&s, dir, &err), BF_OK);
    assert_int_equal(similar_all(&s.snapshot, s.analyzer, &usual, &run, &lists, &err), BF_OK);
    for (uint32_t doc = 0; doc < 65900; doc += doc < 65000 ? 850 : 13)
        assert_as_alone(&s, &lists, doc);
    similar_lists_free(&lists);
    session_close(&s);
    free(path);
    scratch_free(files);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest of_the_sample[] = {
        cmocka_unit_test(the_sample_archive_agrees),
        cmocka_unit_test(copies_are_counted_and_left_out),
        cmocka_unit_test(related_articles_are_among_the_first_five),
        cmocka_unit_test(small_archives_agree),
        cmocka_unit_test(words_of_every_article_agree),
        cmocka_unit_test(many_articles_agree),
    };
    /* In this order: the indexes change. */
    const struct CMUnitTest of_generated[] = {
        cmocka_unit_test(new_indexes_agree),     cmocka_unit_test(other_parameters_agree),
        cmocka_unit_test(choices_agree),         cmocka_unit_test(texts_agree),
        cmocka_unit_test(changed_indexes_agree), cmocka_unit_test(merged_indexes_agree),
    };
    int failed = cmocka_run_group_tests(of_the_sample, make_sample, free_sample);
    return failed + cmocka_run_group_tests(of_generated, make_generated, free_generated);
}
