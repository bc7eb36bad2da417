/* test_collapse.c - collapsed results are all results without the copies of better ones. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "query/collapse.h"
#include "query/session.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/scratch.h"
#include "tests/unit/stories.h"

#define STORIES 60

struct place {
    char *dir, *index;
    struct session session;
};

static int open_place(void **state)
{
    const struct reading how = {.threads = 2, .memory = PLENTY};
    struct place *p = mem_zalloc(1, sizeof *p);
    struct error err;
    p->dir = scratch_new();
    p->index = scratch_path(p->dir, "index");
    char *source = scratch_path(p->dir, "stories.jsonl");
    stories_archive(source, 0, STORIES);
    index_add(p->index, &source, 1, &how, NULL);
    free(source);
    *state = p;
    return session_open(&p->session, p->index, &err);
}

static int close_place(void **state)
{
    struct place *p = *state;
    session_close(&p->session);
    scratch_free(p->dir);
    free(p->index);
    free(p);
    return 0;
}

typedef int search(const struct snapshot *, const struct query_node *,
                   const struct search_options *, struct arena *, struct hit **, size_t *,
                   struct bm25 *, struct error *);

static struct hit *ask(struct place *p, search *how, const char *text, size_t k, size_t *count)
{
    const struct search_options o = {.k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B, .k = k};
    const struct query_reading reading = {0};
    struct session *s = &p->session;
    struct query_node *query;
    struct hit *hits = NULL;
    struct bm25 bm25;
    struct error err;
    assert_int_equal(session_query(s, text, strlen(text), &reading, &query, &err), BF_OK);
    assert_int_equal(how(&s->snapshot, query, &o, &s->arena, &hits, count, &bm25, &err), BF_OK);
    return hits;
}

static bool is_copy_of_better(const struct copies *c, const struct hit *all, size_t i)
{
    uint32_t leader = copies_leader(c, all[i].doc);
    for (size_t k = 0; k < i && leader != COPIES_NONE; k++)
        if (copies_leader(c, all[k].doc) == leader)
            return true;
    return false;
}

/* The number of results that were left out. */
static size_t compare(struct place *p, const char *text, size_t k)
{
    const struct copies *c = &p->session.snapshot.copies;
    size_t count, all_count, at = 0, left_out = 0;
    struct hit *found = ask(p, collapse_run, text, k, &count);
    struct hit *all = ask(p, search_run, text, STORIES * STORY_VERSIONS, &all_count);
    for (size_t i = 0; i < all_count && at < k; i++) {
        if (is_copy_of_better(c, all, i)) {
            left_out++;
            continue;
        }
        assert_true(at < count);
        assert_int_equal(found[at].doc, all[i].doc);
        assert_int_equal(found[at++].units, all[i].units);
    }
    assert_int_equal(at, count);
    free(found);
    free(all);
    return left_out;
}

static const char *title_of(struct place *p, uint32_t doc)
{
    const struct snapshot *s = &p->session.snapshot;
    struct text id, title;
    struct error err;
    uint32_t i = snapshot_segment_of(s, doc);
    assert_int_equal(columns_name(&s->segments[i].columns, doc - s->bases[i], &id, &title, &err),
                     BF_OK);
    return arena_strndup(&p->session.arena, title.p, title.len);
}

static void copies_of_better_results_are_left_out(void **state)
{
    struct place *p = *state;
    static const size_t ks[] = {0, 1, 2, 10, 1000};
    size_t left_out = 0;
    for (uint32_t doc = 0; doc < STORIES * STORY_VERSIONS; doc += 7)
        for (size_t i = 0; i < sizeof ks / sizeof *ks; i++)
            left_out += compare(p, title_of(p, doc), ks[i]);
    assert_true(left_out > 100);
}

static void every_result_knows_its_copies(void **state)
{
    struct place *p = *state;
    const struct snapshot *s = &p->session.snapshot;
    uint32_t with = 0;
    for (uint32_t doc = 0; doc < s->bases[s->count]; doc++) {
        uint32_t leader = copies_leader(&s->copies, doc), others = 0;
        for (uint32_t k = 0; k < s->copies.count; k++)
            others += copies_leader_at(&s->copies, k) == leader && copies_doc(&s->copies, k) != doc;
        assert_int_equal(collapse_copies(s, doc), others);
        with += others != 0;
    }
    assert_int_equal(with, s->copies.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_of_better_results_are_left_out),
        cmocka_unit_test(every_result_knows_its_copies),
    };
    return cmocka_run_group_tests(tests, open_place, close_place);
}
