/* result.c - one article of an answer, in the form that was asked for. */
#include "query/result.h"

#include <inttypes.h>
#include <string.h>

#include "common/text/escape.h"
#include "query/explain.h"

/* The weights that decide which words a snippet shows. */
static int snippet_terms(struct session *s, const struct query_node *query,
                         struct snippet_terms *out, struct error *err)
{
    int rc = BF_OK;
    struct query_term *terms;
    size_t count = query_terms(query, &s->arena, &terms);
    double *weights = arena_alloc(&s->arena, count * sizeof *weights);
    for (size_t i = 0; i < count && !rc; i++) {
        uint64_t df, cf;
        rc = snapshot_term(&s->snapshot, terms[i].text, terms[i].len, &df, &cf, err);
        weights[i] = !rc && df ? bm25_idf(s->snapshot.docs, df) : 0;
    }
    const struct query_slot **exact =
        arena_alloc(&s->arena, MAX_QUERY_EXACT * sizeof(struct query_slot *));
    size_t exact_count = query_exact_slots(query, exact, MAX_QUERY_EXACT);
    *out = (struct snippet_terms){terms, weights, count, exact, exact_count};
    return rc;
}

int result_form_open(struct result_form *f, const struct query_node *query, struct error *err)
{
    f->query = query;
    return snippet_terms(f->session, query, &f->terms, err);
}

void result_form_close(struct result_form *f)
{
    arena_free(&f->scratch);
}

static int make_snippet(struct result_form *f, uint32_t doc, struct snippet *out, struct error *err)
{
    struct article a;
    int rc = article_read(&f->session->reader, doc, &f->scratch, &a, err);
    if (rc)
        return rc;
    bool without = f->session->snapshot.manifest.without_text;
    snippet_make(without ? a.summary : a.body, without ? strlen(a.summary) : a.body_len,
                 analyzer_for(f->session->analyzer, a.language), &f->terms, SNIPPET_WIDTH,
                 &f->scratch, out);
    return rc;
}

static int print_text(struct result_form *f, const struct result *r, struct error *err)
{
    struct buf *out = &f->report->out;
    const struct output_layout layout = {f->report->width, 3, f->report->style};
    buf_printf(out, "%zu. ", r->rank);
    output_terminal(out, r->article.title.p, r->article.title.len);
    report_text_copies(out, r->copies);
    buf_puts(out, "\n   ");
    report_text_details(out, &r->article, r->score);
    buf_putc(out, '\n');
    if (f->snippets && r->snippet.len)
        output_paragraph(out, r->snippet.text, r->snippet.len, r->snippet.marks,
                         r->snippet.mark_count, &layout);
    int rc = f->explain ? explain_print(&f->session->snapshot, f->query, f->options, r->hit->doc,
                                        &f->scratch, out, err)
                        : BF_OK;
    buf_putc(out, '\n');
    return rc;
}

static void print_marks(struct buf *out, const struct snippet *s)
{
    buf_puts(out, ",\"snippet\":");
    escape_json_string(out, s->text, s->len);
    buf_puts(out, ",\"marks\":[");
    for (size_t i = 0; i < s->mark_count; i++)
        buf_printf(out, "%s[%zu,%zu]", i ? "," : "", s->marks[i].start, s->marks[i].end);
    buf_putc(out, ']');
}

static int print_json(struct result_form *f, const struct result *r, struct error *err)
{
    struct buf *out = &f->report->out;
    int rc = BF_OK;
    report_json_begin(f->report);
    if (f->report->form == REPORT_JSONL)
        report_query(f->report, f->qid);
    buf_printf(out, "\"rank\":%zu,\"score\":%.6f,", r->rank, r->score);
    report_json_article(out, &r->article);
    if (f->collapse)
        buf_printf(out, ",\"copies\":%" PRIu32, r->copies);
    if (f->snippets)
        print_marks(out, &r->snippet);
    if (f->explain)
        rc = explain_json(&f->session->snapshot, f->query, f->options, r->hit->doc, &f->scratch,
                          out, err);
    report_json_end(f->report);
    return rc;
}

static void print_line(const struct result_form *f, const struct result *r)
{
    struct buf *out = &f->report->out;
    if (f->report->form == REPORT_TREC) {
        const char *qid = f->qid ? f->qid : "1";
        report_trec_line(f->report, (struct text){qid, strlen(qid)}, r->article.id, r->rank,
                         r->score);
        return;
    }
    report_query(f->report, f->qid);
    buf_printf(out, "%zu\t", r->rank);
    report_tsv_article(out, &r->article, r->score);
    if (f->collapse)
        buf_printf(out, "\t%" PRIu32, r->copies);
    buf_putc(out, '\n');
}

int result_print(struct result_form *f, struct result *r, struct error *err)
{
    arena_reset(&f->scratch);
    bool text = f->report->form == REPORT_TEXT;
    bool json = f->report->form == REPORT_JSON || f->report->form == REPORT_JSONL;
    int rc = report_article(&f->session->snapshot, r->hit->doc, &r->article, err);
    if (!rc && (text || json) && f->snippets)
        rc = make_snippet(f, r->hit->doc, &r->snippet, err);
    if (rc)
        return rc;
    if (text)
        return print_text(f, r, err);
    if (json)
        return print_json(f, r, err);
    print_line(f, r);
    return BF_OK;
}
