/* test_no_text.c - an index without text answers as one with text does. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/check.h"
#include "common/index/columns.h"
#include "query/session.h"
#include "query/similar.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/repack.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

static void make(const char *dir, bool without_text)
{
    char articles[] = "data/articles.jsonl", wire[] = "data/wire.jsonl.gz", pages[] = "data/pages";
    char *sample[] = {articles, wire, pages};
    const struct reading how = {.threads = 1, .memory = PLENTY, .without_text = without_text};
    index_add(dir, sample, 3, &how, NULL);
}

/* An article's query and list, with feedback. */
struct answer {
    struct article article;
    struct similar_query query;
    struct similar_list list;
};

static void assert_same_answer(const struct answer *x, const struct answer *y)
{
    const struct similar_query *a = &x->query, *b = &y->query;
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->self_units, b->self_units);
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->texts[a->terms[i].term].p, b->texts[b->terms[i].term].p);
        assert_true(a->terms[i].weight == b->terms[i].weight);
    }
    assert_int_equal(x->list.count, y->list.count);
    for (size_t i = 0; i < x->list.count; i++) {
        assert_int_equal(x->list.items[i].doc, y->list.items[i].doc);
        assert_int_equal(x->list.items[i].units, y->list.items[i].units);
    }
}

static void ask(struct session *s, uint32_t doc, struct answer *out)
{
    struct similar_options options = similar_defaults;
    const struct similar_context how = {.s = &s->snapshot,
                                        .analyzer = s->analyzer,
                                        .reader = &s->reader,
                                        .options = &options,
                                        .arena = &s->arena};
    struct error err;
    options.choice.diverse = doc % 2;
    arena_reset(&s->arena);
    assert_int_equal(article_read(&s->reader, doc, &s->arena, &out->article, &err), BF_OK);
    assert_int_equal(similar_to_article(&how, doc, &out->query, &out->list, &err), BF_OK);
}

/* Every live article: the same query and list, and all but the body the same. */
static uint32_t compare_articles(struct session *full, struct session *bare)
{
    uint32_t docs = full->snapshot.bases[full->snapshot.count], compared = 0;
    assert_int_equal(docs, bare->snapshot.bases[bare->snapshot.count]);
    for (uint32_t doc = 0; doc < docs; doc++) {
        uint32_t i = snapshot_segment_of(&full->snapshot, doc);
        struct answer x, y;
        if (deletes_has(&full->snapshot.segments[i].deletes, doc - full->snapshot.bases[i]))
            continue;
        ask(full, doc, &x);
        ask(bare, doc, &y);
        assert_same_answer(&x, &y);
        assert_string_equal(x.article.id, y.article.id);
        assert_string_equal(x.article.title, y.article.title);
        assert_string_equal(x.article.url, y.article.url);
        assert_string_equal(x.article.summary, y.article.summary);
        assert_true(x.article.words == y.article.words);
        assert_int_equal(y.article.body_len, 0);
        compared += x.article.body_len > 0;
    }
    return compared;
}

static void compare(const char *full, const char *bare)
{
    struct session f, b;
    struct error err;
    assert_int_equal(session_open(&f, full, &err), BF_OK);
    assert_int_equal(session_open(&b, bare, &err), BF_OK);
    assert_true(compare_articles(&f, &b) > 80);
    session_close(&f);
    session_close(&b);
}

static void similar_readings_ask_the_postings(void **unused)
{
    (void)unused;
    static const char *const gone[] = {"hw-2010-0415-ashcloud", "qb-2010-0525-quiet"};
    char *full = scratch_new(), *bare = scratch_new();
    make(full, false);
    make(bare, true);
    index_is_sound(bare);
    compare(full, bare);
    index_delete(full, gone, 2);
    index_delete(bare, gone, 2);
    compare(full, bare);
    index_merge(full);
    index_merge(bare);
    index_is_sound(bare);
    compare(full, bare);
    scratch_free(full);
    scratch_free(bare);
}

/* The content hash covers the body's, so a body that changed is noticed
 * though neither of the two is stored. */
static void a_changed_body_replaces(void **unused)
{
    (void)unused;
    static const char first[] = "{\"id\":\"1\",\"title\":\"t\",\"body\":\"one\"}\n",
                      second[] = "{\"id\":\"1\",\"title\":\"t\",\"body\":\"two\"}\n";
    const struct reading how = {.threads = 1, .memory = PLENTY, .without_text = true};
    char *dir = scratch_new(), *files = scratch_new(), *path = scratch_path(files, "archive");
    struct ingest_counts counts;
    scratch_write(path, first, strlen(first));
    index_add(dir, &path, 1, &how, &counts);
    index_add(dir, &path, 1, &how, &counts);
    assert_int_equal(counts.same, 1);
    scratch_write(path, second, strlen(second));
    index_add(dir, &path, 1, &how, &counts);
    assert_int_equal(counts.replaced, 1);
    index_is_sound(dir);
    free(path);
    scratch_free(files);
    scratch_free(dir);
}

static void the_choice_is_the_index_s(void **unused)
{
    (void)unused;
    const struct index_choice none = {.without_text = true};
    char *full = scratch_new(), *bare = scratch_new();
    struct index_writer w;
    struct error err;
    make(full, false);
    make(bare, true);
    assert_int_equal(index_writer_open(&w, full, true, &none, &err), BF_ERR_USAGE);
    assert_non_null(strstr(err.text, "--no-text"));
    assert_int_equal(index_writer_open(&w, bare, true, NULL, &err), BF_OK);
    assert_true(w.base.manifest.without_text);
    index_writer_close(&w);
    scratch_free(full);
    scratch_free(bare);
}

static void another_body_hash(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_BODY_HASH, 3, loose_number(f, COLUMN_BODY_HASH, 3) + 1);
}

static void another_content_hash(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_CONTENT_HASH, 3, loose_number(f, COLUMN_CONTENT_HASH, 3) + 1);
}

static void another_modified(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_MODIFIED, 3, loose_number(f, COLUMN_MODIFIED, 3) + 1);
}

static const struct fault {
    const char *message;
    void (*patch)(struct loose_frame *f, const struct segment *s);
} faults[] = {
    {"article 3: content hash", another_body_hash},
    {"article 3: content hash", another_content_hash},
    {"article 3: modified", another_modified},
};

static void check_derives_what_it_can(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        char *dir = scratch_new();
        struct check_report report;
        struct error err;
        make(dir, true);
        index_merge(dir);
        small_index_patch(dir, 0, FILE_COLUMNS, faults[i].patch);
        assert_int_equal(check_index(dir, NULL, &report, &err), BF_ERR_DAMAGED);
        if (!strstr(err.text, faults[i].message))
            fail_msg("%s, not %s", err.text, faults[i].message);
        scratch_free(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(similar_readings_ask_the_postings),
        cmocka_unit_test(a_changed_body_replaces),
        cmocka_unit_test(the_choice_is_the_index_s),
        cmocka_unit_test(check_derives_what_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
