/* similar_report.c - titles for people; members, columns or lines for programs. */
#include "query/similar_report.h"
#include "common/text/escape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- why ---- */

struct shared_term {
    const char *term;
    struct text word; /* of it, as an article writes it */
    uint32_t units;
};

static int compare_shared(const void *a, const void *b)
{
    const struct shared_term *x = a, *y = b;
    if (x->units != y->units)
        return x->units > y->units ? -1 : 1;
    return strcmp(x->term, y->term);
}

/* Words that the article asked about does not have: feedback brought them in. */
static int name_others(struct similar_report *r, uint32_t doc, struct shared_term *terms,
                       size_t count, struct error *err)
{
    struct arena *arena = &r->session->arena;
    struct word_forms forms;
    struct article a;
    int rc = article_read(&r->session->reader, doc, arena, &a, err);
    if (rc)
        return rc;
    word_forms_of(a.title, a.body, a.body_len, analyzer_for(r->session->analyzer, a.language),
                  arena, &forms);
    for (size_t i = 0; i < count; i++) {
        if (!terms[i].word.len)
            terms[i].word = word_forms_find(&forms, terms[i].term);
        if (!terms[i].word.len) /* an index without text */
            terms[i].word = (struct text){terms[i].term, strlen(terms[i].term)};
    }
    return BF_OK;
}

/* What the item has of the query's terms, the weightiest first. */
static int shared_terms(struct similar_report *r, const struct similar_reasons *why, uint32_t doc,
                        struct shared_term **out, size_t *count, struct error *err)
{
    const struct similar_query *q = why->query;
    *out = arena_alloc(&r->session->arena, q->count * sizeof **out);
    *count = 0;
    int rc = BF_OK;
    for (size_t i = 0; i < q->count && !rc; i++) {
        const char *term = q->texts[q->terms[i].term].p;
        uint32_t units;
        rc = similar_contribution(&r->session->snapshot, q, i, doc, &units, err);
        if (!rc && units)
            (*out)[(*count)++] =
                (struct shared_term){term, word_forms_find(&why->forms, term), units};
    }
    if (*count)
        qsort(*out, *count, sizeof **out, compare_shared);
    return rc ? rc : name_others(r, doc, *out, *count, err);
}

static void why_json(struct buf *out, const struct similar_item *item, const struct bm25 *m,
                     const struct shared_term *terms, size_t count)
{
    buf_puts(out, ",\"why\":[");
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, i ? ",{\"word\":" : "{\"word\":");
        escape_json_string(out, terms[i].word.p, terms[i].word.len);
        buf_puts(out, ",\"term\":");
        escape_json_string(out, terms[i].term, strlen(terms[i].term));
        buf_printf(out, ",\"score\":%.4f,\"share\":%.4f}", bm25_score(m, terms[i].units),
                   (double)terms[i].units / item->units);
    }
    buf_putc(out, ']');
}

/* What is shown to people. */
#define SMALLEST_SHARE 0.01
#define MOST_WORDS     12

static void why_text(struct similar_report *r, const struct similar_item *item,
                     const struct shared_term *terms, size_t count)
{
    const struct output_layout layout = {r->report.width, 5, r->report.style};
    struct buf line = {0};
    for (size_t i = 0;
         i < count && i < MOST_WORDS && terms[i].units >= SMALLEST_SHARE * item->units; i++) {
        buf_puts(&line, i ? ", " : "");
        buf_add(&line, terms[i].word.p, terms[i].word.len);
        buf_printf(&line, " %.0f%%", 100.0 * terms[i].units / item->units);
    }
    output_paragraph(&r->report.out, buf_text(&line), line.len, NULL, 0, &layout);
    buf_free(&line);
}

static int print_why(struct similar_report *r, const struct similar_reasons *why,
                     const struct similar_item *item, struct error *err)
{
    struct shared_term *terms;
    size_t count;
    int rc = shared_terms(r, why, item->doc, &terms, &count, err);
    if (rc)
        return rc;
    if (r->report.form == REPORT_TEXT)
        why_text(r, item, terms, count);
    else
        why_json(&r->report.out, item, &why->query->bm25, terms, count);
    return BF_OK;
}

/* ---- items ---- */

static void print_text_item(struct similar_report *r, const struct report_article *a,
                            const struct similar_item *item, size_t rank)
{
    struct buf *out = &r->report.out;
    buf_printf(out, "%zu. ", rank);
    output_terminal(out, a->title.p, a->title.len);
    report_text_copies(out, item->copies);
    buf_puts(out, "\n   ");
    report_text_details(out, a, item->similarity);
    buf_putc(out, '\n');
}

static int print_item(struct similar_report *r, struct text of, const struct similar_item *item,
                      size_t rank, const struct similar_reasons *why, struct error *err)
{
    struct buf *out = &r->report.out;
    struct report_article a;
    int rc = report_article(&r->session->snapshot, item->doc, &a, err);
    if (rc)
        return rc;
    switch (r->report.form) {
    case REPORT_TEXT:
        print_text_item(r, &a, item, rank);
        return r->why && why ? print_why(r, why, item, err) : BF_OK;
    case REPORT_TSV:
        escape_column(out, of.p, of.len);
        buf_printf(out, "\t%zu\t", rank);
        report_tsv_article(out, &a, item->similarity);
        buf_printf(out, "\t%" PRIu32 "\n", item->copies);
        return BF_OK;
    case REPORT_TREC:
        report_trec_line(&r->report, of, a.id, rank, item->similarity);
        return BF_OK;
    default:
        buf_puts(out, rank > 1 ? ",{" : "{");
        report_json_article(out, &a);
        buf_printf(out, ",\"similarity\":%.6f,\"copies\":%" PRIu32, item->similarity, item->copies);
        rc = r->why && why ? print_why(r, why, item, err) : BF_OK;
        buf_putc(out, '}');
        return rc;
    }
}

int similar_report_list(struct similar_report *r, const struct report_article *of,
                        const struct similar_list *list, const struct similar_reasons *reasons,
                        struct error *err)
{
    struct buf *out = &r->report.out;
    bool json = r->report.form == REPORT_JSON || r->report.form == REPORT_JSONL;
    int rc = BF_OK;
    if (json) {
        report_json_begin(&r->report);
        report_json_article(out, of);
        buf_printf(out, ",\"copies\":%" PRIu32 ",\"similar\":[", list->own_copies);
    } else if (r->report.form == REPORT_TEXT) {
        output_terminal(out, of->title.p, of->title.len);
        report_text_copies(out, list->own_copies);
        buf_printf(out, "\n\nSimilar Readings (%zu %s)\n", list->count,
                   list->count == 1 ? "item" : "items");
    }
    for (size_t i = 0; i < list->count && !rc; i++)
        rc = print_item(r, of->id, &list->items[i], i + 1, reasons, err);
    if (json) {
        buf_putc(out, ']');
        report_json_end(&r->report);
    }
    return rc;
}
