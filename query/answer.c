/* answer.c - one function for each form. */
#include "query/answer.h"
#include "common/text/escape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Values of a facet that people are shown; the others are counted. */
#define TEXT_VALUES 10

struct facet {
    enum facet_field field;
    struct facet_value *values;
    size_t count;
};

static const char *mark_text(const struct page_mark *mark, struct buf *room)
{
    page_mark_write(mark, room);
    return buf_text(room);
}

/* ---- JSON ---- */

void answer_open(const struct answer *a, struct report *r)
{
    if (r->form != REPORT_JSON)
        return;
    report_json_begin(r);
    report_query(r, a->qid);
    buf_puts(&r->out, "\"articles\":[");
    r->any = false; /* the articles' commas */
}

static void json_facets(const struct facet *facets, size_t count, struct buf *out)
{
    buf_puts(out, "\"facets\":{");
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%s\"%s\":[", i ? "," : "", facet_name(facets[i].field));
        for (size_t k = 0; k < facets[i].count; k++) {
            const struct facet_value *v = &facets[i].values[k];
            buf_puts(out, k ? ",{\"value\":" : "{\"value\":");
            escape_json_string(out, v->value.p, v->value.len);
            buf_printf(out, ",\"count\":%" PRIu64 "}", v->count);
        }
        buf_putc(out, ']');
    }
    buf_putc(out, '}');
}

/* Members with `comma` before the first of them. */
static void json_members(const struct answer *a, const struct facet *facets, const char *comma,
                         struct buf *out)
{
    struct buf mark = {0};
    if (a->counted) {
        buf_printf(out, "%s\"total\":%" PRIu64, comma, a->total);
        comma = ",";
    }
    if (a->next) {
        buf_printf(out, "%s\"next\":\"%s\"", comma, mark_text(a->next, &mark));
        comma = ",";
    }
    if (a->field_count) {
        buf_puts(out, comma);
        json_facets(facets, a->field_count, out);
        comma = ",";
    }
    if (a->suggestion) {
        buf_printf(out, "%s\"suggestion\":", comma);
        escape_json_string(out, a->suggestion, strlen(a->suggestion));
    }
    buf_free(&mark);
}

static void close_json(const struct answer *a, const struct facet *facets, struct report *r)
{
    buf_puts(&r->out, r->any ? "\n]" : "]");
    json_members(a, facets, ",", &r->out);
    report_json_end(r);
    r->any = true;
}

static void close_jsonl(const struct answer *a, const struct facet *facets, struct report *r)
{
    if (!a->counted)
        return;
    report_json_begin(r);
    report_query(r, a->qid);
    json_members(a, facets, "", &r->out);
    report_json_end(r);
}

/* ---- text and tables ---- */

static void text_facet(const struct facet *f, struct buf *out)
{
    size_t shown = f->count < TEXT_VALUES ? f->count : TEXT_VALUES;
    buf_printf(out, "%s\n", facet_name(f->field));
    for (size_t i = 0; i < shown; i++) {
        buf_printf(out, "%8" PRIu64 "  ", f->values[i].count);
        output_terminal(out, f->values[i].value.p, f->values[i].value.len);
        buf_putc(out, '\n');
    }
    if (shown < f->count)
        buf_printf(out, "          and %zu more\n", f->count - shown);
    buf_putc(out, '\n');
}

static void close_text(const struct answer *a, const struct facet *facets, struct report *r)
{
    for (size_t i = 0; i < a->field_count; i++)
        text_facet(&facets[i], &r->out);
    if (a->counted)
        buf_printf(&r->out, "%" PRIu64 " article%s in all\n", a->total, a->total == 1 ? "" : "s");
}

static void close_tsv(const struct answer *a, const struct facet *facets, struct report *r)
{
    struct buf *out = &r->out;
    for (size_t i = 0; i < a->field_count; i++) {
        for (size_t k = 0; k < facets[i].count; k++) {
            report_query(r, a->qid);
            buf_printf(out, "facet\t%s\t", facet_name(facets[i].field));
            escape_column(out, facets[i].values[k].value.p, facets[i].values[k].value.len);
            buf_printf(out, "\t%" PRIu64 "\n", facets[i].values[k].count);
        }
    }
    if (!a->counted)
        return;
    report_query(r, a->qid);
    buf_printf(out, "total\t\t%" PRIu64 "\n", a->total);
}

/* What has no place among the results. */
static void tell(const struct answer *a, const struct report *r)
{
    struct buf line = {0};
    if (a->next && a->tell_next && r->form != REPORT_JSON)
        fprintf(stderr, "next page: --after %s\n", mark_text(a->next, &line));
    line.len = 0;
    if (a->suggestion && r->form != REPORT_JSON) {
        output_terminal(&line, a->suggestion, strlen(a->suggestion));
        fprintf(stderr, "%s%sdid you mean: %s\n", a->qid ? a->qid : "", a->qid ? ": " : "",
                buf_text(&line));
    }
    buf_free(&line);
}

int answer_close(const struct answer *a, struct report *r, struct arena *arena, struct error *err)
{
    struct facet facets[FACET_FIELDS];
    int rc = BF_OK;
    for (size_t i = 0; i < a->field_count && !rc; i++) {
        facets[i].field = a->fields[i];
        rc =
            facets_count(a->matches, a->fields[i], arena, &facets[i].values, &facets[i].count, err);
    }
    if (rc)
        return rc;
    if (r->form == REPORT_JSON)
        close_json(a, facets, r);
    else if (r->form == REPORT_JSONL)
        close_jsonl(a, facets, r);
    else if (r->form == REPORT_TEXT)
        close_text(a, facets, r);
    else if (r->form == REPORT_TSV)
        close_tsv(a, facets, r);
    tell(a, r);
    return BF_OK;
}
