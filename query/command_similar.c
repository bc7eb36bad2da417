/* command_similar.c - `backfile-query similar`: for an article, a text, or every article. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/progress.h"
#include "common/io/file.h"
#include "query/commands.h"
#include "query/latency.h"
#include "query/report.h"
#include "query/similar_all.h"

#define DEFAULT_LIST 5
#define MOST_LIST    255
#define MOST_TEXT    ((size_t)64 << 20)
#define MOST_THREADS 256

struct similar_command {
    struct session session;
    struct report report;
    struct similar_options options;
    uint64_t n, terms, threads;
    bool why, all, quiet;
    const char *text_file, *language;
};

/* ---- printing a list ---- */

struct shared_term {
    const char *text;
    uint32_t units;
};

static int compare_shared(const void *a, const void *b)
{
    const struct shared_term *x = a, *y = b;
    if (x->units != y->units)
        return x->units > y->units ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* The terms that both articles have, the weightiest first. */
static int shared_terms(struct similar_command *c, const struct similar_query *q, uint32_t doc,
                        struct shared_term **out, size_t *count, struct error *err)
{
    *out = arena_alloc(&c->session.arena, q->count * sizeof **out);
    *count = 0;
    int rc = BF_OK;
    for (size_t i = 0; i < q->count && !rc; i++) {
        uint32_t units;
        rc = similar_contribution(&c->session.snapshot, q, i, doc, &units, err);
        if (!rc && units)
            (*out)[(*count)++] = (struct shared_term){q->texts[q->terms[i].term], units};
    }
    qsort(*out, *count, sizeof **out, compare_shared);
    return rc;
}

static void why_json(struct buf *out, const struct bm25 *m, const struct shared_term *terms,
                     size_t count)
{
    buf_puts(out, ",\"why\":[");
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, i ? ",{\"term\":" : "{\"term\":");
        output_json_string(out, terms[i].text, strlen(terms[i].text));
        buf_printf(out, ",\"score\":%.4f}", bm25_score(m, terms[i].units));
    }
    buf_putc(out, ']');
}

static void why_text(struct similar_command *c, const struct bm25 *m,
                     const struct shared_term *terms, size_t count)
{
    const struct output_layout layout = {c->report.width, 5, c->report.style};
    struct buf line = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&line, "%s%s %.2f", i ? ", " : "", terms[i].text, bm25_score(m, terms[i].units));
    output_paragraph(&c->report.out, buf_text(&line), line.len, NULL, 0, &layout);
    buf_free(&line);
}

static int print_why(struct similar_command *c, const struct similar_query *q, uint32_t doc,
                     struct error *err)
{
    struct shared_term *terms;
    size_t count;
    int rc = shared_terms(c, q, doc, &terms, &count, err);
    if (rc)
        return rc;
    if (c->report.form == REPORT_TEXT)
        why_text(c, &q->bm25, terms, count);
    else
        why_json(&c->report.out, &q->bm25, terms, count);
    return BF_OK;
}

static void print_text_item(struct similar_command *c, const struct report_article *a,
                            const struct similar_item *item, size_t rank)
{
    struct buf *out = &c->report.out;
    buf_printf(out, "%zu. ", rank);
    output_terminal(out, a->title.p, a->title.len);
    if (item->copies)
        buf_printf(out, " (+%" PRIu32 " %s)", item->copies, item->copies == 1 ? "copy" : "copies");
    buf_puts(out, "\n   ");
    report_text_details(out, a, item->similarity);
    buf_putc(out, '\n');
}

/* One item; q is NULL in the pass over the archive, which cannot say why. */
static int print_item(struct similar_command *c, const struct similar_query *q, struct text of,
                      const struct similar_item *item, size_t rank, struct error *err)
{
    struct buf *out = &c->report.out;
    struct report_article a;
    int rc = report_article(&c->session.snapshot, item->doc, &a, err);
    if (rc)
        return rc;
    switch (c->report.form) {
    case REPORT_TEXT:
        print_text_item(c, &a, item, rank);
        return c->why && q ? print_why(c, q, item->doc, err) : BF_OK;
    case REPORT_TSV:
        output_tsv_field(out, of.p, of.len);
        buf_printf(out, "\t%zu\t", rank);
        report_tsv_article(out, &a, item->similarity);
        buf_printf(out, "\t%" PRIu32 "\n", item->copies);
        return BF_OK;
    case REPORT_TREC:
        output_tsv_field(out, of.p, of.len);
        buf_puts(out, " Q0 ");
        output_tsv_field(out, a.id.p, a.id.len);
        buf_printf(out, " %zu %.6f %s\n", rank, item->similarity, c->report.run);
        return BF_OK;
    default:
        buf_puts(out, rank > 1 ? ",{" : "{");
        report_json_article(out, &a);
        buf_printf(out, ",\"similarity\":%.6f,\"copies\":%" PRIu32, item->similarity, item->copies);
        rc = c->why && q ? print_why(c, q, item->doc, err) : BF_OK;
        buf_putc(out, '}');
        return rc;
    }
}

static int print_list(struct similar_command *c, const struct similar_query *q,
                      const struct report_article *of, const struct similar_list *list,
                      struct error *err)
{
    struct buf *out = &c->report.out;
    bool json = c->report.form == REPORT_JSON || c->report.form == REPORT_JSONL;
    int rc = BF_OK;
    if (json) {
        report_json_begin(&c->report);
        report_json_article(out, of);
        buf_printf(out, ",\"copies\":%" PRIu32 ",\"similar\":[", list->own_copies);
    } else if (c->report.form == REPORT_TEXT) {
        output_terminal(out, of->title.p, of->title.len);
        if (list->own_copies)
            buf_printf(out, " (+%" PRIu32 " %s)", list->own_copies,
                       list->own_copies == 1 ? "copy" : "copies");
        buf_printf(out, "\n\nSimilar Readings (%zu %s)\n", list->count,
                   list->count == 1 ? "item" : "items");
    }
    for (size_t i = 0; i < list->count && !rc; i++)
        rc = print_item(c, q, of->id, &list->items[i], i + 1, err);
    if (json) {
        buf_putc(out, ']');
        report_json_end(&c->report);
    }
    return rc;
}

/* ---- the three kinds ---- */

static int similar_to_article(struct similar_command *c, const char *id, struct error *err)
{
    struct session *s = &c->session;
    struct similar_query q;
    struct similar_list list;
    struct article a;
    struct report_article of;
    uint32_t doc;
    int rc = session_find(s, id, &doc, err);
    if (!rc)
        rc = article_read(&s->reader, doc, &s->arena, &a, err);
    if (!rc)
        rc = similar_query_of_article(&s->snapshot, doc, &a, s->analyzer, &c->options, &s->arena,
                                      &q, err);
    if (!rc)
        rc = similar_run(&s->snapshot, &q, doc, &c->options, &s->arena, &list, err);
    if (!rc)
        rc = report_article(&s->snapshot, doc, &of, err);
    if (!rc)
        rc = print_list(c, &q, &of, &list, err);
    return rc ? rc : list.count ? BF_OK : BF_END;
}

static int similar_to_text(struct similar_command *c, const char *path, struct error *err)
{
    struct session *s = &c->session;
    struct similar_query q;
    struct similar_list list;
    struct buf text = {0};
    const struct report_article of = {
        .id = {path, strlen(path)}, .title = {path, strlen(path)}, .category = {"", 0}};
    struct analyzer *analyzer = session_analyzer(s, c->language, err);
    int rc = analyzer ? file_read_all(path, MOST_TEXT, &text, err) : err->code;
    if (!rc)
        rc = similar_query_of_text(&s->snapshot, buf_text(&text), text.len, analyzer, &c->options,
                                   &s->arena, &q, err);
    if (!rc)
        rc = similar_run(&s->snapshot, &q, -1, &c->options, &s->arena, &list, err);
    if (!rc)
        rc = print_list(c, &q, &of, &list, err);
    buf_free(&text);
    return rc ? rc : list.count ? BF_OK : BF_END;
}

static void show_progress(void *ctx, uint32_t done)
{
    progress_articles(ctx, done);
}

static int print_lists(struct similar_command *c, const struct similar_lists *lists,
                       struct error *err)
{
    int rc = BF_OK;
    for (uint32_t i = 0; i < lists->count && !rc; i++) {
        uint32_t doc = lists->docs[i];
        struct report_article of;
        const struct similar_list list = {lists->items + (size_t)doc * lists->n,
                                          lists->lengths[doc], lists->own_copies[doc]};
        rc = report_article(&c->session.snapshot, doc, &of, err);
        if (!rc)
            rc = print_list(c, NULL, &of, &list, err);
        if (c->report.form == REPORT_TEXT)
            buf_putc(&c->report.out, '\n');
        if (c->report.out.len >= 65536)
            report_flush(&c->report);
    }
    return rc;
}

static int similar_to_all(struct similar_command *c, bool latency, struct error *err)
{
    struct similar_lists lists;
    struct progress progress;
    double started = latency_now();
    progress_start(&progress, c->session.snapshot.docs, c->quiet);
    int rc = similar_all(&c->session.snapshot, c->session.analyzer, &c->options,
                         (unsigned)c->threads, show_progress, &progress, &lists, err);
    progress_end(&progress);
    if (rc)
        return rc;
    double seconds = (latency_now() - started) / 1e6;
    if (!c->quiet || latency)
        fprintf(stderr, "%" PRIu32 " articles in %.2f s, %.0f a second\n", lists.count, seconds,
                seconds > 0 ? lists.count / seconds : 0);
    rc = print_lists(c, &lists, err);
    similar_lists_free(&lists);
    return rc;
}

static int check_options(struct similar_command *c, int arguments, struct error *err)
{
    int kinds = (arguments == 2) + (c->text_file != NULL) + c->all;
    if (kinds != 1)
        return error_set(err, BF_ERR_USAGE,
                         "similar: to what? Give one of an id, --text FILE and --all");
    if (c->n > MOST_LIST)
        return error_set(err, BF_ERR_USAGE, "-n: at most %d", MOST_LIST);
    if (c->options.k1 < 0 || c->options.k1 > BM25_MOST_K1 || c->options.b < 0 || c->options.b > 1)
        return error_set(err, BF_ERR_USAGE, "--k1: 0 to %g; --b: 0 to 1", BM25_MOST_K1);
    if (c->terms < 1 || c->terms > SIMILAR_MOST_TERMS)
        return error_set(err, BF_ERR_USAGE, "--terms: 1 to %d", SIMILAR_MOST_TERMS);
    if (c->why && c->all)
        return error_set(err, BF_ERR_USAGE, "--why is for one article");
    if (!c->threads) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        c->threads = cores > 0 ? (uint64_t)cores : 1;
    }
    c->threads = c->threads < MOST_THREADS ? c->threads : MOST_THREADS;
    c->options.n = (size_t)c->n;
    c->options.terms = (size_t)c->terms;
    return BF_OK;
}

int command_similar(int argc, char **argv, struct error *err)
{
    struct similar_command c = {.options = {.k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B},
                                .n = DEFAULT_LIST,
                                .terms = SIMILAR_TERMS};
    struct report_options form = {0};
    bool latency = false;
    const struct option_spec options[] = {
        {"limit", 'n', OPTION_COUNT, &c.n, "N", "length of a list (5)"},
        {"all", 'a', OPTION_FLAG, &c.all, NULL, "every article's list, in order of ids"},
        {"text", 0, OPTION_TEXT, &c.text_file, "FILE", "similar to the text in FILE"},
        {"language", 'l', OPTION_TEXT, &c.language, "LANG", "of the text; else the index's"},
        {"why", 'w', OPTION_FLAG, &c.why, NULL, "list the shared terms and their weights"},
        {"terms", 0, OPTION_COUNT, &c.terms, "N", "terms that are compared (70)"},
        {"k1", 0, OPTION_NUMBER, &c.options.k1, "X", "how slowly repeats saturate (1.2)"},
        {"b", 0, OPTION_NUMBER, &c.options.b, "X", "how much length counts, 0 to 1 (0.75)"},
        {"threads", 't', OPTION_COUNT, &c.threads, "N", "for --all (all cores)"},
        {"quiet", 0, OPTION_FLAG, &c.quiet, NULL, "no progress"},
        {"latency", 0, OPTION_FLAG, &latency, NULL, "say how long --all took, even if quiet"},
        REPORT_OPTIONS(&form),
        {0},
    };
    const struct command command = {
        "similar",
        "INDEX [ID]",
        "Lists the articles most like one, or like a text.",
        1,
        2,
        options,
        "Similarity is 1 for the article itself and 0 for nothing in common. Copies\n"
        "of one story are listed once, with the number of the others."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    rc = check_options(&c, argc - first, err);
    if (!rc)
        rc = report_open(&c.report, &form, err);
    if (rc)
        return EXIT_USAGE;
    rc = session_open(&c.session, argv[first], err);
    if (!rc) {
        rc = c.all         ? similar_to_all(&c, latency, err)
             : c.text_file ? similar_to_text(&c, c.text_file, err)
                           : similar_to_article(&c, argv[first + 1], err);
        if (rc >= 0)
            report_close(&c.report);
        session_close(&c.session);
    }
    buf_free(&c.report.out);
    return exit_status_of(rc);
}
