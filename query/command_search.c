/* command_search.c - `backfile-query search`: one query, or a file of them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "query/answer.h"
#include "query/collapse.h"
#include "query/commands.h"
#include "query/expand.h"
#include "query/filter_options.h"
#include "query/latency.h"
#include "query/measures.h"
#include "query/result.h"
#include "query/suggest.h"

struct search_command {
    struct session session;
    struct report report;
    struct search_options options;
    struct filter_options limits;
    struct filter filter; /* what the limits leave; options.filter points here */
    const char *limit, *sort, *half_life, *after, *facets;
    uint64_t n, offset; /* n: UINT64_MAX for all */
    bool total;
    struct recency recency;
    enum facet_field fields[FACET_FIELDS];
    size_t field_count;
    struct query_reading reading; /* of a batch's queries */
    bool explain, no_snippet, collapse;
    const char *queries; /* the file of a batch, or NULL */
    bool latency;
    uint64_t rounds;
    struct report_options form;
    const char *qid; /* of a batch; NULL for a single query */
};

/* An answer to one query. */
struct found {
    const char *text;
    size_t len;
    struct query_node *query;
    struct hit *hits;
    size_t count; /* of them; one more than is shown where there is a next page */
    size_t shown; /* index behind the last one that is shown */
    struct bm25 bm25;
    struct filter matches;
    struct page_mark after, next;
    struct topk_place place; /* of `after` */
    struct answer answer;
};

static int print_results(struct search_command *c, const struct found *f, struct error *err)
{
    struct result_form form = {.session = &c->session,
                               .report = &c->report,
                               .options = &c->options,
                               .qid = c->qid,
                               .snippets = !c->no_snippet,
                               .explain = c->explain,
                               .collapse = c->collapse};
    int rc = result_form_open(&form, f->query, err);
    for (size_t i = (size_t)c->offset; i < f->shown && !rc && !report_is_in_vain(); i++) {
        struct result r = {.hit = &f->hits[i],
                           .rank = f->after.rank + i + 1,
                           .score = bm25_score(&f->bm25, f->hits[i].units)};
        if (c->collapse)
            r.copies = collapse_copies(&c->session.snapshot, f->hits[i].doc);
        rc = result_print(&form, &r, err);
        report_drain(&c->report);
    }
    result_form_close(&form);
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

/* What a page's mark is good for: the query and all that decides on the order. */
static uint32_t hash_of_asked(const struct search_command *c, const struct found *f)
{
    struct buf all = {0};
    const struct filter_options *o = &c->limits;
    const struct option_list *lists[] = {&o->categories, &o->sources, &o->tags, &o->authors};
    buf_printf(&all, "%s\n%s\n%s\n%s\n%s\n%a %a %d", c->sort ? c->sort : "",
               c->half_life ? c->half_life : "", o->from ? o->from : "", o->to ? o->to : "",
               c->reading.language ? c->reading.language : "", c->options.k1, c->options.b,
               c->reading.stop_words);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            buf_printf(&all, "\n%zu %s", i, lists[i]->texts[k]);
    buf_putc(&all, '\n');
    buf_add(&all, f->text, f->len);
    uint32_t hash = (uint32_t)hash64(all.data, all.len, 0);
    buf_free(&all);
    return hash;
}

/* The same after a merge, which changes no answer. */
static uint32_t hash_of_archive(const struct snapshot *s)
{
    const uint64_t statistics[] = {s->docs, s->tokens};
    return (uint32_t)hash64(statistics, sizeof statistics, 0);
}

/* "start" is before the first page. */
static int read_mark(struct search_command *c, struct found *f, struct error *err)
{
    if (!c->after || !strcmp(c->after, "start"))
        return BF_OK;
    int rc = page_mark_read(&f->after, c->after, &c->session.arena, err);
    if (rc)
        return rc;
    if (f->after.asked != hash_of_asked(c, f))
        return error_set(err, BF_ERR_USAGE, "--after: that mark is of another query");
    if (f->after.archive != hash_of_archive(&c->session.snapshot))
        fprintf(stderr, "the index has changed since the page before: "
                        "articles may be missing or come again\n");
    f->place = (struct topk_place){f->after.units, f->after.date, f->after.id};
    return BF_OK;
}

static int find(struct search_command *c, struct found *f, struct error *err)
{
    struct search_options options = c->options;
    struct snapshot *s = &c->session.snapshot;
    bool counts = c->total || c->field_count || !c->n;
    bool one_more = (c->after || c->report.form == REPORT_JSON) && !c->collapse;
    uint64_t most = c->n < s->docs ? c->n + c->offset : s->docs;
    int rc = read_mark(c, f, err);
    if (rc)
        return rc;
    if (counts) {
        filter_open_empty(&f->matches, s);
        options.matches = &f->matches;
    }
    options.after = f->after.rank ? &f->place : NULL;
    options.k = (size_t)most + (one_more && c->n);
    rc = (c->collapse ? collapse_run : search_run)(s, f->query, &options, &c->session.arena,
                                                   &f->hits, &f->count, &f->bm25, err);
    f->shown = f->count < most ? f->count : (size_t)most;
    f->answer.counted = counts;
    f->answer.total = rc || !counts ? 0 : filter_count(&f->matches);
    return rc;
}

/* The mark of the last article that is shown, when another is behind it. */
static int set_next(struct search_command *c, struct found *f, struct error *err)
{
    const struct snapshot *s = &c->session.snapshot;
    f->answer.tell_next = c->after != NULL;
    if (f->count <= f->shown || f->shown <= c->offset)
        return BF_OK;
    const struct hit *last = &f->hits[f->shown - 1];
    uint32_t i = snapshot_segment_of(s, last->doc);
    struct text title;
    f->next = (struct page_mark){.asked = hash_of_asked(c, f),
                                 .archive = hash_of_archive(s),
                                 .rank = f->after.rank + (uint32_t)f->shown,
                                 .units = last->units,
                                 .date = last->date};
    f->answer.next = &f->next;
    return columns_name(&s->segments[i].columns, last->doc - s->bases[i], &f->next.id, &title, err);
}

/* Tried before it is shown: a suggestion finds something. */
static int suggest(struct search_command *c, struct found *f, struct error *err)
{
    struct session *s = &c->session;
    struct search_options options = c->options;
    struct query_node *query;
    struct hit *hits = NULL;
    struct bm25 bm25;
    const char *text = NULL;
    size_t count = 0;
    struct analyzer *analyzer = session_analyzer(s, c->reading.language, err);
    int rc = suggest_query(s, f->text, f->len, f->query, analyzer, &text, err);
    if (!rc)
        rc = session_query(s, text, strlen(text), &c->reading, &query, err);
    options.k = 1;
    if (!rc)
        rc = search_run(&s->snapshot, query, &options, &s->arena, &hits, &count, &bm25, err);
    if (!rc && count)
        f->answer.suggestion = text;
    free(hits);
    return rc == BF_END || rc == BF_ERR_USAGE ? (*err = (struct error){0}, BF_OK) : rc;
}

static int print_answer(struct search_command *c, struct found *f, struct error *err)
{
    bool nothing = !f->count && !f->answer.total && !f->after.rank && !c->offset;
    int rc = set_next(c, f, err);
    if (!rc && nothing)
        rc = suggest(c, f, err);
    f->answer.qid = c->qid;
    f->answer.fields = c->fields;
    f->answer.field_count = c->field_count;
    f->answer.matches = &f->matches;
    if (!rc) {
        answer_open(&f->answer, &c->report);
        rc = print_results(c, f, err);
    }
    if (!rc)
        rc = answer_close(&f->answer, &c->report, &c->session.arena, err);
    if (!rc && f->shown <= c->offset && !f->answer.total)
        rc = BF_END;
    return rc;
}

/* BF_END when nothing was found. */
static int search_one(struct search_command *c, const char *text, size_t len, struct error *err)
{
    struct found f = {.text = text, .len = len};
    arena_reset(&c->session.arena);
    int rc = session_query(&c->session, text, len, &c->reading, &f.query, err);
    if (!rc) {
        query_expanded(f.query, tell_expansion, NULL);
        rc = find(c, &f, err);
    }
    if (!rc)
        rc = print_answer(c, &f, err);
    free(f.hits);
    filter_free(&f.matches);
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
    struct search_options options = c->options;
    options.k = (size_t)(c->n < s->snapshot.docs ? c->n + c->offset : s->snapshot.docs);
    double started = latency_now();
    arena_reset(&s->arena);
    int rc = session_query(s, topic->text, topic->len, &c->reading, &query, err);
    if (!rc)
        rc = (c->collapse ? collapse_run : search_run)(&s->snapshot, query, &options, &s->arena,
                                                       &hits, &count, &bm25, err);
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

static void print_heading(struct buf *out, const struct topic *topic)
{
    buf_puts(out, "== ");
    output_terminal(out, topic->qid, strlen(topic->qid));
    buf_puts(out, ": ");
    output_terminal(out, topic->text, topic->len);
    buf_puts(out, "\n\n");
}

static int search_topics(struct search_command *c, const struct topics *topics, struct error *err)
{
    bool any = false;
    int rc = BF_OK;
    for (size_t i = 0; i < topics->count && rc >= 0 && !report_is_in_vain(); i++) {
        c->qid = topics->list[i].qid;
        if (c->report.form == REPORT_TEXT)
            print_heading(&c->report.out, &topics->list[i]);
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
        rc = c->latency ? time_topics(c, &topics, (size_t)c->rounds, err)
                        : search_topics(c, &topics, err);
    topics_free(&topics);
    return rc;
}

static int check_options(const struct search_command *c, int words, struct error *err)
{
    if ((c->queries != NULL) == (words > 0))
        return error_set(err, BF_ERR_USAGE, "search: what for? Give a query, or --queries FILE");
    if (c->latency && !c->queries)
        return error_set(err, BF_ERR_USAGE, "--latency is for --queries");
    if (c->rounds < 1 || c->rounds > LATENCY_MOST_ROUNDS)
        return error_set(err, BF_ERR_USAGE, "--rounds: 1 to %d", LATENCY_MOST_ROUNDS);
    if (c->offset > UINT32_MAX)
        return error_set(err, BF_ERR_USAGE, "--offset: at most %u", UINT32_MAX);
    if (c->after && (c->offset || c->queries || c->collapse))
        return error_set(err, BF_ERR_USAGE,
                         "--after goes with none of --offset, --queries and --collapse");
    if (c->form.trec && (c->field_count || c->total))
        return error_set(err, BF_ERR_USAGE, "--trec has no place for --facets and --total");
    if (c->explain && (c->form.trec || c->form.tsv))
        return error_set(err, BF_ERR_USAGE, "--explain goes with text and JSON only");
    return search_check_options(&c->options, err);
}

static int read_limit(struct search_command *c, struct error *err)
{
    char *end;
    c->n = UINT64_MAX;
    if (!strcmp(c->limit, "all"))
        return BF_OK;
    errno = 0;
    c->n = strtoull(c->limit, &end, 10);
    if (*c->limit < '0' || *c->limit > '9' || *end || errno)
        return error_set(err, BF_ERR_USAGE, "search: -n: \"%.40s\" is neither a number nor all",
                         c->limit);
    return BF_OK;
}

static int read_order(struct search_command *c, struct error *err)
{
    static const char *const names[] = {"score", "date", "oldest"};
    size_t i = 0;
    while (i < 3 && strcmp(c->sort, names[i]) != 0)
        i++;
    if (i == 3)
        return error_set(err, BF_ERR_USAGE, "--sort: score, date or oldest, not \"%.40s\"",
                         c->sort);
    c->options.order = (enum topk_order)i;
    return BF_OK;
}

/* Options that are more than a number or a text. */
static int read_options(struct search_command *c, struct error *err)
{
    int rc = read_limit(c, err);
    if (!rc && c->sort)
        rc = read_order(c, err);
    if (!rc && c->half_life && !recency_parse(c->half_life, &c->recency.half_life))
        rc = error_set(err, BF_ERR_USAGE,
                       "--recency: \"%.40s\" is no time such as 12h, 30d, 2w, 6m or 1y",
                       c->half_life);
    if (!rc && c->facets)
        rc = facets_parse(c->facets, c->fields, &c->field_count, err);
    return rc;
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
    c->reading.syntax |= !c->queries;
    int rc = session_open(&c->session, dir, err);
    if (rc)
        return rc;
    if (c->report.form == REPORT_JSON && !c->queries)
        report_single(&c->report);
    rc = session_check_language(&c->session, c->reading.language, err);
    if (!rc)
        rc = make_filter(c, err);
    if (!rc && c->half_life) {
        rc = recency_open(&c->recency, &c->session.snapshot, c->recency.half_life, err);
        c->options.recency = &c->recency;
    }
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
        .options = {.k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B}, .limit = "10", .rounds = 5};
    const struct option_spec options[] = {
        {"limit", 'n', OPTION_TEXT, &c.limit, "N", "how many articles, or all (10)"},
        {"offset", 0, OPTION_COUNT, &c.offset, "N", "leave the first N out"},
        {"after", 0, OPTION_TEXT, &c.after, "MARK", "the page behind MARK; start: the first"},
        {"sort", 0, OPTION_TEXT, &c.sort, "ORDER", "score, date or oldest"},
        {"recency", 0, OPTION_TEXT, &c.half_life, "TIME", "halve scores with every TIME of age"},
        {"total", 0, OPTION_FLAG, &c.total, NULL, "say how many articles match"},
        {"facets", 0, OPTION_TEXT, &c.facets, "LIST", "count category,year,source,author,tag,host"},
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
    rc = read_options(&c, err);
    if (!rc)
        rc = check_options(&c, argc - first - 1, err);
    if (!rc)
        rc = report_open(&c.report, &c.form, err);
    if (!rc)
        rc = run(&c, argv[first], argv + first + 1, argc - first - 1, err);
    filter_options_free(&c.limits);
    buf_free(&c.report.out);
    return exit_status_of(rc);
}
