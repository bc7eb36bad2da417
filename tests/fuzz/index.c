/*
 * index.c - a whole index of which one file says anything, and queries of any
 * text over a sound one.
 *
 * Whatever a file says, each pass over the index has an answer or an error; and
 * where there is an answer, it is the same by any way.
 */
#include <string.h>

#include "common/base/mem.h"
#include "common/index/check.h"
#include "common/index/copies_find.h"
#include "common/text/utf8.h"
#include "indexer/merge.h"
#include "query/collapse.h"
#include "query/facets.h"
#include "query/session.h"
#include "query/similar_all.h"
#include "query/snippet.h"
#include "query/suggest.h"
#include "tests/fuzz/base_index.h"
#include "tests/fuzz/target.h"

static struct session session; /* of the sound index */

static void start(void)
{
    struct error err;
    if (session.analyzer)
        return;
    base_index_start();
    FUZZ_HOLDS(!session_open(&session, MEMORY_DIR, &err));
    FUZZ_HOLDS(!copies_verify(&session.snapshot.copies,
                              session.snapshot.bases[session.snapshot.count], &err));
}

/* ---- searching ---- */

struct answer {
    struct hit *hits;
    size_t count;
    int rc;
};

static struct answer search(struct session *s, const struct query_node *query,
                            struct search_options options, bool exhaustive)
{
    struct answer a = {0};
    struct bm25 bm25;
    struct error err;
    options.exhaustive = exhaustive;
    a.rc = search_run(&s->snapshot, query, &options, &s->arena, &a.hits, &a.count, &bm25, &err);
    return a;
}

static void expect_same(const struct answer *a, const struct answer *b)
{
    FUZZ_HOLDS(!a->rc && !b->rc && a->count == b->count);
    for (size_t i = 0; i < a->count; i++)
        FUZZ_HOLDS(a->hits[i].doc == b->hits[i].doc && a->hits[i].units == b->hits[i].units);
}

static void show_snippet(struct session *s, const struct query_node *query, uint32_t doc)
{
    struct article a;
    struct snippet snippet;
    struct error err;
    struct query_term *terms;
    size_t count = query_terms(query, &s->arena, &terms);
    double *weights = arena_alloc(&s->arena, count * sizeof *weights);
    for (size_t i = 0; i < count; i++)
        weights[i] = 1;
    const struct snippet_terms wanted = {.terms = terms, .weights = weights, .count = count};
    if (article_read(&s->reader, doc, &s->arena, &a, &err))
        return;
    snippet_make(a.body, a.body_len, analyzer_for(s->analyzer, a.language), &wanted, 80, &s->arena,
                 &snippet);
    FUZZ_HOLDS(snippet.text && strlen(snippet.text) == snippet.len);
}

/* ---- queries ---- */

static void look_for_more(struct session *s, const char *text, size_t len,
                          const struct query_node *query)
{
    const char *better;
    struct error err;
    int rc = suggest_query(s, text, len, query, s->analyzer, &better, &err);
    FUZZ_HOLDS(rc == BF_END || (rc == BF_OK && better));
}

static void run_parsed(const char *text, size_t len, const struct query_node *query, unsigned how)
{
    struct filter matches = {0};
    struct hit *hits = NULL;
    size_t count;
    struct bm25 bm25;
    struct error err;
    struct search_options options = {.k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B};
    options.k = how & 4 ? 3 : 200;
    options.order = (enum topk_order)((how >> 4) % 3);
    struct answer pruned = search(&session, query, options, false);
    filter_open_empty(&matches, &session.snapshot);
    options.matches = &matches;
    struct answer all = search(&session, query, options, true);
    expect_same(&pruned, &all);
    FUZZ_HOLDS(filter_count(&matches) >= all.count);
    if (all.count)
        show_snippet(&session, query, all.hits[0].doc);
    else
        look_for_more(&session, text, len, query);
    options.matches = NULL;
    FUZZ_HOLDS(!collapse_run(&session.snapshot, query, &options, &session.arena, &hits, &count,
                             &bm25, &err));
    FUZZ_HOLDS(count <= options.k);
    free(hits);
    free(pruned.hits);
    free(all.hits);
    filter_free(&matches);
}

/* The first byte says how: bit 0 plain words, 1 stop words count, 2 three results,
 * 3 German, 4-5 the order. */
static void run_query(const unsigned char *p, size_t n, const void *arg)
{
    struct query_node *query;
    struct error err = {0};
    (void)arg;
    if (!n)
        return;
    const struct query_reading how = {
        .syntax = !(*p & 1), .stop_words = *p & 2, .language = *p & 8 ? "german" : NULL};
    char *text = mem_dup(p + 1, n - 1);
    arena_reset(&session.arena);
    int rc = session_query(&session, text, n - 1, &how, &query, &err);
    FUZZ_HOLDS(rc == BF_OK || (rc == BF_ERR_USAGE && utf8_valid(err.text, strlen(err.text))));
    if (!rc)
        run_parsed(text, n - 1, query, *p);
    free(text);
}

/* ---- passes over a whole index ---- */

static const char *const queries[] = {
    "common",
    "common note mill quay",
    "+common +\"notes of the day\" -ferry",
    "storm* OR harbuor~2 OR =markets",
    "title:storm NEAR/5 \"flooded harbour\"~3 body:night",
    "\xe6\x9d\xb1\xe4\xba\xac \xe9\x83\xbd",
    "date:2011..2012 author:ann* tag:sea source:gazette category:world",
    "url:example.org/2012 common",
};

static void search_all(struct session *s)
{
    struct query_node *query;
    struct error err;
    const struct query_reading how = {.syntax = true};
    const struct search_options options = {.k1 = 1.2, .b = 0.75, .k = 10};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        arena_reset(&s->arena);
        if (session_query(s, queries[i], strlen(queries[i]), &how, &query, &err))
            continue;
        struct answer pruned = search(s, query, options, false);
        struct answer all = search(s, query, options, true);
        for (size_t k = 0; k < pruned.count && !pruned.rc; k++)
            show_snippet(s, query, pruned.hits[k].doc);
        free(pruned.hits);
        free(all.hits);
    }
}

static void read_all(struct session *s)
{
    struct article a;
    struct error err;
    uint32_t docs = s->snapshot.bases[s->snapshot.count], found;
    for (uint32_t doc = 0; doc < docs; doc++) {
        arena_reset(&s->arena);
        if (!article_read(&s->reader, doc, &s->arena, &a, &err))
            snapshot_find_id(&s->snapshot, a.id, strlen(a.id), &found, &err);
    }
}

static void count_facets(struct session *s)
{
    struct filter everything;
    struct facet_value *values;
    struct error err;
    size_t count;
    arena_reset(&s->arena);
    filter_open(&everything, &s->snapshot);
    for (unsigned field = 0; field < FACET_FIELDS; field++)
        facets_count(&everything, field, &s->arena, &values, &count, &err);
    filter_free(&everything);
}

static void list_similar(struct session *s)
{
    struct similar_list list;
    struct error err;
    const struct similar_context context = {&s->snapshot, s->analyzer, &s->reader,
                                            &similar_defaults, &s->arena};
    uint32_t docs = s->snapshot.bases[s->snapshot.count];
    for (uint32_t doc = 0; doc < docs; doc += 1 + docs / 8) {
        arena_reset(&s->arena);
        similar_to_article(&context, doc, NULL, &list, &err);
    }
}

static void list_all(struct session *s)
{
    struct similar_lists lists = {0};
    struct error err;
    const struct similar_run run = {.threads = 1};
    if (!similar_all(&s->snapshot, s->analyzer, &similar_defaults, &run, &lists, &err))
        similar_lists_free(&lists);
}

static void find_copies(struct session *s)
{
    struct copy_node *nodes = NULL;
    struct error err;
    size_t count;
    for (uint32_t i = 0; i < s->snapshot.count; i++)
        if (columns_verify(&s->snapshot.segments[i].columns, &err))
            return;
    if (!copies_nodes(&s->snapshot, &nodes, &count, &err)) {
        uint32_t *leaders = mem_alloc(count * sizeof *leaders);
        copies_order(&s->snapshot, nodes, count);
        copies_group(nodes, count, leaders);
        free(leaders);
    }
    free(nodes);
}

static void merge_all(struct session *s)
{
    const struct segment *segments[] = {&s->snapshot.segments[0], &s->snapshot.segments[1]};
    struct segment_entry entry;
    struct error err;
    char name[FILE_NAME_BYTES];
    if (s->snapshot.count < 2 ||
        merge_segments(segments, 2, MEMORY_DIR, 99, &interrupt_never, &entry, &err))
        return;
    for (unsigned i = 0; i < SEGMENT_FILES; i++) {
        segment_file_name(99, i, name);
        memory_file_remove(name);
    }
}

static void check_all(struct session *s)
{
    struct check_report report;
    struct error err;
    (void)s;
    check_index(MEMORY_DIR, NULL, &report, &err);
}

static void (*const passes[])(struct session *) = {
    search_all, read_all, count_facets, list_similar, list_all, find_copies, merge_all, check_all,
};

/* A byte for the file, one for the pass; then the file's sections. */
static void run_segment(const unsigned char *p, size_t n, const void *arg)
{
    struct section sections[FRAME_MAX_SECTIONS];
    struct session s = {.analyzer = session.analyzer};
    struct error err;
    (void)arg;
    if (n < 2)
        return;
    unsigned count = fuzz_sections(p + 2, n - 2, sections);
    base_index_change(*p % BASE_FILES, sections, count);
    if (snapshot_open(&s.snapshot, MEMORY_DIR, &err))
        return;
    article_reader_init(&s.reader, &s.snapshot);
    passes[p[1] % (sizeof passes / sizeof *passes)](&s);
    article_reader_free(&s.reader);
    snapshot_close(&s.snapshot);
    arena_free(&s.arena);
}

const struct fuzz_target index_targets[] = {
    {"query", run_query, NULL, start},
    {"segment", run_segment, NULL, start},
    {0},
};
