/* command_search.c - `backfile-query search`: one query, or a file of them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/collapse.h"
#include "query/commands.h"
#include "query/expand.h"
#include "query/explain.h"
#include "query/filter_options.h"
#include "query/latency.h"
#include "query/measures.h"
#include "query/report.h"
#include "query/search.h"
#include "query/snippet.h"

#define MOST_RESULTS 1000000

struct search_command {
    struct session session;
    struct report report;
    struct search_options options;
    struct filter_options limits;
    struct filter filter; /* what the limits leave; options.filter points here */
    uint64_t n, offset;
    struct query_reading reading; /* of a batch's queries */
    bool explain, no_snippet, collapse;
    const char *queries; /* the file of a batch, or NULL */
    bool latency;
    uint64_t rounds;
    struct report_options form;
    const char *qid; /* of a batch; NULL for a single query */
};

/* The weights that decide which words a snippet shows. */
static struct snippet_terms snippet_terms(struct session *s, const struct query_node *query,
                                          struct error *err)
{
    struct query_term *terms;
    size_t count = query_terms(query, &s->arena, &terms);
    double *weights = arena_alloc(&s->arena, count * sizeof *weights);
    for (size_t i = 0; i < count; i++) {
        uint64_t df, cf;
        weights[i] = 0;
        if (!snapshot_term(&s->snapshot, terms[i].text, terms[i].len, &df, &cf, err) && df)
            weights[i] = bm25_idf(s->snapshot.docs, df);
    }
    return (struct snippet_terms){terms, weights, count};
}

static int make_snippet(struct search_command *c, uint32_t doc, const struct snippet_terms *terms,
                        struct snippet *out, struct error *err)
{
    struct article a;
    int rc = article_read(&c->session.reader, doc, &c->session.arena, &a, err);
    if (rc)
        return rc;
    bool without = c->session.snapshot.manifest.without_text;
    snippet_make(without ? a.summary : a.body, without ? strlen(a.summary) : a.body_len,
                 analyzer_for(c->session.analyzer, a.language), terms, SNIPPET_WIDTH,
                 &c->session.arena, out);
    return rc;
}

/* One result and what surrounds it. */
struct result {
    const struct hit *hit;
    size_t rank;
    double score;
    uint32_t copies; /* that are left out for it */
    const struct query_node *query;
    struct report_article article;
    struct snippet snippet;
};

static int print_text(struct search_command *c, const struct result *r, struct error *err)
{
    struct buf *out = &c->report.out;
    const struct output_layout layout = {c->report.width, 3, c->report.style};
    buf_printf(out, "%zu. ", r->rank);
    output_terminal(out, r->article.title.p, r->article.title.len);
    report_text_copies(out, r->copies);
    buf_puts(out, "\n   ");
    report_text_details(out, &r->article, r->score);
    buf_putc(out, '\n');
    if (!c->no_snippet && r->snippet.len)
        output_paragraph(out, r->snippet.text, r->snippet.len, r->snippet.marks,
                         r->snippet.mark_count, &layout);
    int rc = c->explain ? explain_print(&c->session.snapshot, r->query, &c->options, r->hit->doc,
                                        &c->session.arena, out, err)
                        : BF_OK;
    buf_putc(out, '\n');
    return rc;
}

static void print_marks(struct buf *out, const struct snippet *s)
{
    buf_puts(out, ",\"snippet\":");
    output_json_string(out, s->text, s->len);
    buf_puts(out, ",\"marks\":[");
    for (size_t i = 0; i < s->mark_count; i++)
        buf_printf(out, "%s[%zu,%zu]", i ? "," : "", s->marks[i].start, s->marks[i].end);
    buf_putc(out, ']');
}

static int print_json(struct search_command *c, const struct result *r, struct error *err)
{
    struct buf *out = &c->report.out;
    int rc = BF_OK;
    report_json_begin(&c->report);
    if (c->qid) {
        buf_puts(out, "\"query\":");
        output_json_string(out, c->qid, strlen(c->qid));
        buf_putc(out, ',');
    }
    buf_printf(out, "\"rank\":%zu,\"score\":%.6f,", r->rank, r->score);
    report_json_article(out, &r->article);
    if (c->collapse)
        buf_printf(out, ",\"copies\":%" PRIu32, r->copies);
    if (!c->no_snippet)
        print_marks(out, &r->snippet);
    if (c->explain)
        rc = explain_json(&c->session.snapshot, r->query, &c->options, r->hit->doc,
                          &c->session.arena, out, err);
    report_json_end(&c->report);
    return rc;
}

static void print_line(struct search_command *c, const struct result *r)
{
    struct buf *out = &c->report.out;
    if (c->report.form == REPORT_TREC) {
        buf_printf(out, "%s Q0 ", c->qid ? c->qid : "1");
        output_tsv_field(out, r->article.id.p, r->article.id.len);
        buf_printf(out, " %zu %.6f %s\n", r->rank, r->score, c->report.run);
        return;
    }
    if (c->qid)
        buf_printf(out, "%s\t", c->qid);
    buf_printf(out, "%zu\t", r->rank);
    report_tsv_article(out, &r->article, r->score);
    if (c->collapse)
        buf_printf(out, "\t%" PRIu32, r->copies);
    buf_putc(out, '\n');
}

static int print_result(struct search_command *c, struct result *r,
                        const struct snippet_terms *terms, struct error *err)
{
    bool text = c->report.form == REPORT_TEXT;
    bool json = c->report.form == REPORT_JSON || c->report.form == REPORT_JSONL;
    int rc = report_article(&c->session.snapshot, r->hit->doc, &r->article, err);
    if (!rc && (text || json) && !c->no_snippet)
        rc = make_snippet(c, r->hit->doc, terms, &r->snippet, err);
    if (rc)
        return rc;
    if (text)
        return print_text(c, r, err);
    if (json)
        return print_json(c, r, err);
    print_line(c, r);
    return BF_OK;
}

static int print_results(struct search_command *c, const struct query_node *query,
                         const struct hit *hits, size_t count, const struct bm25 *bm25,
                         struct error *err)
{
    struct snippet_terms terms = snippet_terms(&c->session, query, err);
    int rc = BF_OK;
    for (size_t i = (size_t)c->offset; i < count && !rc; i++) {
        struct result r = {.hit = &hits[i],
                           .rank = i + 1,
                           .score = bm25_score(bm25, hits[i].units),
                           .query = query};
        if (c->collapse)
            r.copies = collapse_copies(&c->session.snapshot, hits[i].doc);
        rc = print_result(c, &r, &terms, err);
    }
    return rc;
}

/* Says which words were taken where a * or ~ has more than can be. */
static void tell_expansion(const struct query_slot *slot, void *context)
{
    struct buf words = {0};
    (void)context;
    if (slot->found <= slot->count)
        return;
    for (size_t i = 0; i < slot->count; i++) {
        buf_puts(&words, i ? " " : "");
        output_terminal(&words, slot->terms[i].text, slot->terms[i].len);
    }
    const struct query_term *shown = slot->kind == SLOT_PREFIX ? &slot->spelled : &slot->term;
    fprintf(stderr, "%s%s: of %zu words the %zu most frequent were taken: %s\n", shown->text,
            slot->kind == SLOT_PREFIX ? "*" : "~", slot->found, slot->count, buf_text(&words));
    buf_free(&words);
}

static int find(struct search_command *c, const struct query_node *query, struct hit **hits,
                size_t *count, struct bm25 *bm25, struct error *err)
{
    struct session *s = &c->session;
    return (c->collapse ? collapse_run : search_run)(&s->snapshot, query, &c->options, &s->arena,
                                                     hits, count, bm25, err);
}

/* BF_END when nothing was found. */
static int search_one(struct search_command *c, const char *text, size_t len, struct error *err)
{
    struct session *s = &c->session;
    struct query_node *query;
    struct hit *hits = NULL;
    size_t count = 0;
    struct bm25 bm25;
    arena_reset(&s->arena);
    int rc = session_query(s, text, len, &c->reading, &query, err);
    if (!rc)
        query_expanded(query, tell_expansion, NULL);
    if (!rc)
        rc = find(c, query, &hits, &count, &bm25, err);
    if (!rc)
        rc = print_results(c, query, hits, count, &bm25, err);
    if (!rc && count <= c->offset)
        rc = BF_END;
    free(hits);
    return rc;
}

static int time_one(struct search_command *c, const struct topic *topic, double *microseconds,
                    struct error *err)
{
    struct session *s = &c->session;
    struct query_node *query;
    struct hit *hits = NULL;
    size_t count;
    struct bm25 bm25;
    double started = latency_now();
    arena_reset(&s->arena);
    int rc = session_query(s, topic->text, topic->len, &c->reading, &query, err);
    if (!rc)
        rc = find(c, query, &hits, &count, &bm25, err);
    free(hits);
    *microseconds = latency_now() - started;
    return rc;
}

static int time_topics(struct search_command *c, const struct topics *topics, size_t rounds,
                       struct error *err)
{
    struct latency latency;
    int rc = BF_OK;
    latency_init(&latency, topics->count, rounds);
    for (size_t round = 0; round < rounds && !rc; round++) {
        for (size_t i = 0; i < topics->count && !rc; i++) {
            double microseconds;
            rc = time_one(c, &topics->list[i], &microseconds, err);
            latency_set(&latency, i, round, microseconds);
            if (rc == BF_ERR_USAGE)
                rc = BF_OK;
        }
    }
    if (!rc) {
        err->code = BF_OK;
        latency_print(&latency, "queries");
    }
    latency_free(&latency);
    return rc;
}

static int search_topics(struct search_command *c, const struct topics *topics, struct error *err)
{
    bool any = false;
    int rc = BF_OK;
    for (size_t i = 0; i < topics->count && rc >= 0; i++) {
        c->qid = topics->list[i].qid;
        if (c->report.form == REPORT_TEXT)
            buf_printf(&c->report.out, "== %s: %s\n\n", c->qid, topics->list[i].text);
        rc = search_one(c, topics->list[i].text, topics->list[i].len, err);
        any |= rc == BF_OK;
        if (rc == BF_ERR_USAGE) { /* one bad query does not stop the others */
            fprintf(stderr, "query %s (line %zu): %s\n", c->qid, topics->list[i].line, err->text);
            *err = (struct error){0};
            rc = BF_END;
        }
        report_flush(&c->report);
    }
    return rc < 0 ? rc : any ? BF_OK : BF_END;
}

static int search_file(struct search_command *c, struct error *err)
{
    struct topics topics = {0};
    int rc = topics_load(c->queries, &topics, err);
    if (!rc)
        rc = c->latency ? time_topics(c, &topics, c->rounds ? (size_t)c->rounds : 1, err)
                        : search_topics(c, &topics, err);
    topics_free(&topics);
    return rc;
}

static int check_options(const struct search_command *c, int words, struct error *err)
{
    if ((c->queries != NULL) == (words > 0))
        return error_set(err, BF_ERR_USAGE, "search: what for? Give a query, or --queries FILE");
    if (c->options.k1 < 0 || c->options.k1 > BM25_MOST_K1)
        return error_set(err, BF_ERR_USAGE, "--k1: 0 to %g", BM25_MOST_K1);
    if (c->options.b < 0 || c->options.b > 1)
        return error_set(err, BF_ERR_USAGE, "--b: 0 to 1");
    if (c->n > MOST_RESULTS || c->offset > UINT32_MAX)
        return error_set(err, BF_ERR_USAGE, "-n: at most %d", MOST_RESULTS);
    return BF_OK;
}

static int make_filter(struct search_command *c, struct error *err)
{
    if (!filter_options_given(&c->limits))
        return BF_OK;
    filter_open(&c->filter, &c->session.snapshot);
    c->options.filter = &c->filter;
    return filter_options_apply(&c->limits, &c->filter, err);
}

/* The words of the command line as one query. */
static int search_words(struct search_command *c, char *const *words, int count, struct error *err)
{
    struct buf query = {0};
    for (int i = 0; i < count; i++)
        buf_printf(&query, "%s%s", i ? " " : "", words[i]);
    int rc = search_one(c, buf_text(&query), query.len, err);
    buf_free(&query);
    return rc;
}

/* With the index and the words of a query, or none where there is a file of them. */
static int run(struct search_command *c, const char *dir, char *const *words, int count,
               struct error *err)
{
    c->options.k = (size_t)(c->n + c->offset);
    c->reading.syntax |= !c->queries;
    int rc = session_open(&c->session, dir, err);
    if (rc)
        return rc;
    rc = make_filter(c, err);
    if (!rc)
        rc = c->queries ? search_file(c, err) : search_words(c, words, count, err);
    if (rc >= 0)
        report_close(&c->report);
    filter_free(&c->filter);
    session_close(&c->session);
    return rc;
}

int command_search(int argc, char **argv, struct error *err)
{
    struct search_command c = {
        .options = {.k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B}, .n = 10, .rounds = 5};
    const struct option_spec options[] = {
        {"limit", 'n', OPTION_COUNT, &c.n, "N", "how many articles (10)"},
        {"offset", 0, OPTION_COUNT, &c.offset, "N", "leave the first N out"},
        {"k1", 0, OPTION_NUMBER, &c.options.k1, "X", "how slowly repeats saturate (1.2)"},
        {"b", 0, OPTION_NUMBER, &c.options.b, "X", "how much length counts, 0 to 1 (0.75)"},
        {"explain", 0, OPTION_FLAG, &c.explain, NULL, "show how each score came about"},
        {"collapse", 0, OPTION_FLAG, &c.collapse, NULL, "of copies of one story, only the best"},
        {"no-snippet", 0, OPTION_FLAG, &c.no_snippet, NULL, "leave the snippets out"},
        {"queries", 'q', OPTION_TEXT, &c.queries, "FILE", "run the queries of FILE: id TAB words"},
        {"language", 'l', OPTION_TEXT, &c.reading.language, "LANG",
         "of the query; else the index's"},
        {"stop-words", 0, OPTION_FLAG, &c.reading.stop_words, NULL,
         "let optional stop words count"},
        {"syntax", 0, OPTION_FLAG, &c.reading.syntax, NULL,
         "FILE holds query language, not plain words"},
        {"exhaustive", 0, OPTION_FLAG, &c.options.exhaustive, NULL,
         "score every match; same answer"},
        {"latency", 0, OPTION_FLAG, &c.latency, NULL, "time the queries of FILE instead"},
        {"rounds", 0, OPTION_COUNT, &c.rounds, "N", "how often each is timed (5)"},
        FILTER_OPTIONS(&c.limits),
        REPORT_OPTIONS(&c.form),
        {0},
    };
    const struct command command = {
        "search",
        "INDEX [QUERY...]",
        "Finds articles, best first.",
        1,
        -1,
        options,
        "QUERY: words, any of which may match; +must -not; AND OR NOT ( ); \"a phrase\"~2;\n"
        "a NEAR/5 b; begin* spelling~1; title: body: author: category: date: source: tag: url:\n"
        "Stop words (the, of, ...) only count in phrases, after +, or alone."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    rc = check_options(&c, argc - first - 1, err);
    if (!rc)
        rc = report_open(&c.report, &c.form, err);
    if (!rc)
        rc = run(&c, argv[first], argv + first + 1, argc - first - 1, err);
    filter_options_free(&c.limits);
    buf_free(&c.report.out);
    return exit_status_of(rc);
}
