/* report.c - the parts that all forms of output are made of. */
#include "query/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/io/fault.h"
#include "common/text/escape.h"

#define FLUSH_BYTES 65536
#define WIDTH       80
#define NARROWEST   40
#define WIDEST      120

static const struct output_style style_stars = {"*", "*"};

static size_t terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col)
        return WIDTH;
    size_t columns = size.ws_col;
    return columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : columns;
}

static bool wants_colour(void)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

int report_open(struct report *r, const struct report_options *o, struct error *err)
{
    if (o->json + o->jsonl + o->tsv + (o->trec != NULL) > 1)
        return error_set(err, BF_ERR_USAGE,
                         "one of --json, --jsonl, --tsv and --trec, not several");
    if (o->trec && (!*o->trec || strpbrk(o->trec, " \t\r\n")))
        return error_set(err, BF_ERR_USAGE, "--trec: \"%.40s\" is no name without blanks", o->trec);
    *r = (struct report){.run = o->trec,
                         .style = wants_colour() ? output_style_ansi : style_stars,
                         .width = isatty(STDOUT_FILENO) ? terminal_width() : WIDTH};
    r->form = o->json    ? REPORT_JSON
              : o->jsonl ? REPORT_JSONL
              : o->tsv   ? REPORT_TSV
              : o->trec  ? REPORT_TREC
                         : REPORT_TEXT;
    if (r->form == REPORT_JSON)
        buf_putc(&r->out, '[');
    return BF_OK;
}

void report_flush(struct report *r)
{
    fault_check(); /* what the answer was made of */
    if (r->out.len)
        fwrite(r->out.data, 1, r->out.len, stdout);
    r->out.len = 0;
}

void report_drain(struct report *r)
{
    if (r->out.len >= FLUSH_BYTES)
        report_flush(r);
}

bool report_is_in_vain(void)
{
    return ferror(stdout);
}

void report_single(struct report *r)
{
    r->single = true;
    r->out.len = 0;
}

void report_close(struct report *r)
{
    if (r->form == REPORT_JSON)
        buf_puts(&r->out, r->single ? "\n" : r->any ? "\n]\n" : "]\n");
    report_flush(r);
    buf_free(&r->out);
}

int report_article(const struct snapshot *s, uint32_t doc, struct report_article *a,
                   struct error *err)
{
    uint32_t i = snapshot_segment_of(s, doc), local = doc - s->bases[i];
    const struct columns *c = &s->segments[i].columns;
    int rc = columns_touch_in(c, COLUMN_CATEGORY, local, err);
    if (!rc)
        rc = columns_touch_in(c, COLUMN_DATE, local, err);
    if (!rc)
        rc = columns_name(c, local, &a->id, &a->title, err);
    if (rc)
        return rc;
    a->category = columns_category(c, local);
    a->date = columns_date(c, local);
    return BF_OK;
}

void report_query(struct report *r, const char *qid)
{
    bool tsv = r->form == REPORT_TSV;
    if (!qid)
        return;
    buf_puts(&r->out, tsv ? "" : "\"query\":");
    (tsv ? escape_column : escape_json_string)(&r->out, qid, strlen(qid));
    buf_putc(&r->out, tsv ? '\t' : ',');
}

static void put_trec_column(struct buf *out, struct text column)
{
    const char *end = column.p + column.len, *blank;
    for (const char *p = column.p; p < end; p = blank + 1) {
        blank = memchr(p, ' ', (size_t)(end - p));
        blank = blank ? blank : end;
        escape_column(out, p, (size_t)(blank - p));
        buf_puts(out, blank < end ? "\\u0020" : "");
    }
}

void report_trec_line(struct report *r, struct text query, struct text id, size_t rank,
                      double score)
{
    put_trec_column(&r->out, query);
    buf_puts(&r->out, " Q0 ");
    put_trec_column(&r->out, id);
    buf_printf(&r->out, " %zu %.6f %s\n", rank, score, r->run);
}

static void json_member(struct buf *out, const char *name, struct text value)
{
    buf_printf(out, ",\"%s\":", name);
    escape_json_string(out, value.p, value.len);
}

void report_json_article(struct buf *out, const struct report_article *a)
{
    char date[DATE_TEXT_BYTES];
    buf_puts(out, "\"id\":");
    escape_json_string(out, a->id.p, a->id.len);
    json_member(out, "title", a->title);
    date_format(&a->date, date);
    if (*date)
        json_member(out, "date", (struct text){date, strlen(date)});
    if (a->category.len)
        json_member(out, "category", a->category);
}

void report_tsv_article(struct buf *out, const struct report_article *a, double score)
{
    char date[DATE_TEXT_BYTES];
    escape_column(out, a->id.p, a->id.len);
    buf_printf(out, "\t%.6f\t%s\t", score, date_format(&a->date, date));
    escape_column(out, a->category.p, a->category.len);
    buf_putc(out, '\t');
    escape_column(out, a->title.p, a->title.len);
}

void report_text_details(struct buf *out, const struct report_article *a, double score)
{
    char date[DATE_TEXT_BYTES];
    date_format(&a->date, date);
    date[strcspn(date, "T")] = '\0';
    if (*date)
        buf_printf(out, "%s · ", date);
    if (a->category.len) {
        output_terminal(out, a->category.p, a->category.len);
        buf_puts(out, " · ");
    }
    buf_printf(out, "%.4f · ", score);
    output_terminal(out, a->id.p, a->id.len);
}

void report_text_copies(struct buf *out, uint32_t copies)
{
    if (copies)
        buf_printf(out, " (+%" PRIu32 " %s)", copies, copies == 1 ? "copy" : "copies");
}

void report_json_begin(struct report *r)
{
    if (r->form == REPORT_JSON && (r->any || !r->single))
        buf_puts(&r->out, r->any ? ",\n{" : "\n{");
    else
        buf_putc(&r->out, '{');
    r->any = true;
}

void report_json_end(struct report *r)
{
    buf_putc(&r->out, '}');
    if (r->form == REPORT_JSONL)
        buf_putc(&r->out, '\n');
    report_drain(r);
}
