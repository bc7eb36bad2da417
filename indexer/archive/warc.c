/* warc.c - cuts a web archive into records, and makes articles of its pages. */
#include "indexer/archive/warc.h"

#include <stdio.h>

#include "indexer/archive/article_fields.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/header.h"
#include "indexer/archive/html_page.h"
#include "indexer/archive/split.h"
#include "indexer/archive/warc_record.h"

#define HEAD_BYTES   ((size_t)64 << 10) /* a record's header, and then HTTP's, must fit */
#define PASSED_BYTES ((size_t)1 << 20)  /* of what is not kept, in one go */

static int warc_recognise(const char *head, size_t len)
{
    return span_starts(span_of(head, len), "WARC/") ? 100 : 0;
}

/* --- splitting --- */

struct cutter {
    struct input *in;
    const struct archive_sink *sink;
    uint64_t number;
};

static struct span view_of(const struct cutter *c)
{
    size_t len;
    const char *view = input_view(c->in, &len);
    return span_of(view, len);
}

static void report(const struct cutter *c, enum skip_reason reason, const char *detail)
{
    c->sink->bad_record(c->sink->ctx, input_name(c->in), c->number, input_offset(c->in), reason,
                        detail);
}

/* Passes n bytes, or all that there are. */
static int pass(const struct cutter *c, uint64_t n)
{
    while (n) {
        size_t piece = n < PASSED_BYTES ? (size_t)n : PASSED_BYTES;
        int rc = input_fill(c->in, piece);
        if (rc)
            return rc;
        size_t len = view_of(c).len;
        if (!len)
            break;
        len = len < n ? len : (size_t)n;
        input_advance(c->in, len);
        n -= len;
    }
    return BF_OK;
}

/* Where a record begins at `from` or behind, in what is in view. */
static const char *find_record(struct span text, size_t from)
{
    const char *end = span_end(text);
    for (const char *p = text.p + from; (p = span_find(span_between(p, end), "WARC/")) != NULL; p++)
        if (end - p > 8 && is_ascii_digit(p[5]) && p[6] == '.' && is_ascii_digit(p[7]) &&
            (p[8] == '\r' || p[8] == '\n'))
            return p;
    return NULL;
}

/* Passes what stands before the next record, at least one byte. */
static int pass_to_record(const struct cutter *c)
{
    const size_t overlap = 16; /* a record may begin where the view ends */
    size_t from = 1;
    for (;;) {
        int rc = input_fill(c->in, PASSED_BYTES);
        if (rc)
            return rc;
        struct span view = view_of(c);
        const char *found = view.len > from ? find_record(view, from) : NULL;
        if (found) {
            input_advance(c->in, (size_t)(found - view.p));
            return BF_OK;
        }
        if (input_ended(c->in)) {
            input_advance(c->in, view.len);
            return BF_OK;
        }
        input_advance(c->in, view.len > overlap ? view.len - overlap : 0);
        from = 0;
    }
}

/* The record at the view's start cannot be cut out by its header. */
static int pass_damage(struct cutter *c, const char *detail)
{
    report(c, SKIP_DAMAGED_RECORD, detail);
    return pass_to_record(c);
}

static size_t count_line_ends(struct span text)
{
    size_t n = 0;
    while (n < text.len && (text.p[n] == '\r' || text.p[n] == '\n'))
        n++;
    return n;
}

/* Whether a record, or nothing, stands behind `whole` bytes of the view; or
 * what is left of a record, where the source ends. */
static bool ends_well(const struct cutter *c, struct span view, size_t whole)
{
    static const char mark[] = "WARC/";
    if (view.len < whole)
        return false;
    struct span after = span_from(view, whole);
    after = span_from(after, count_line_ends(after));
    size_t n = after.len < strlen(mark) ? after.len : strlen(mark);
    bool begins = (n == strlen(mark) || input_ended(c->in)) && memcmp(after.p, mark, n) == 0;
    return begins || input_cut(c->in);
}

/* A record that is read as a whole: `whole` bytes with its header. */
static int take_whole(struct cutter *c, size_t whole, struct error *err)
{
    char detail[WARC_DETAIL_BYTES];
    struct warc_record r;
    int rc = input_fill(c->in, whole + 16);
    if (rc)
        return rc;
    struct span view = view_of(c);
    if (!ends_well(c, view, whole))
        return pass_damage(c, view.len < whole ? "it ends too early" : "its length is wrong");
    warc_record_of(span_of(view.p, whole), &r);
    if (warc_payload_of(&r, detail) == WARC_NOTHING)
        report(c, SKIP_NOT_AN_ARTICLE, detail);
    else
        rc = hand_over_record(c->in, whole, c->number, &warc_format, c->sink, err);
    input_advance(c->in, whole);
    return rc;
}

static int pass_large(struct cutter *c, const struct warc_record *r, uint64_t whole)
{
    char detail[WARC_DETAIL_BYTES];
    if (warc_payload_of(r, detail) == WARC_NOTHING)
        report(c, SKIP_NOT_AN_ARTICLE, detail);
    else
        report_long_record(c->in, c->sink, c->number);
    return pass(c, whole);
}

static int take_record(struct cutter *c, struct error *err)
{
    struct warc_record r;
    uint64_t length;
    char detail[WARC_DETAIL_BYTES];
    int rc = input_fill(c->in, 2 * HEAD_BYTES);
    if (rc)
        return rc;
    struct span view = view_of(c);
    if (!span_starts(view, "WARC/"))
        return pass_damage(c, "no record begins here");
    if (!warc_record_of(view, &r))
        return pass_damage(c, "its header does not end");
    if (!warc_block_length(&r, &length))
        return pass_damage(c, "its length is missing or out of range");
    uint64_t whole = (uint64_t)(r.block.p - view.p) + length;
    bool wanted = warc_payload_of(&r, detail) != WARC_NOTHING;
    if (whole > input_max_record(c->in) || (!wanted && whole > PASSED_BYTES))
        return pass_large(c, &r, whole);
    return take_whole(c, (size_t)whole, err);
}

/* Line ends stand between two records. */
static int pass_line_ends(const struct cutter *c)
{
    for (;;) {
        int rc = input_fill(c->in, 1);
        size_t n = rc ? 0 : count_line_ends(view_of(c));
        input_advance(c->in, n);
        if (rc || !n)
            return rc;
    }
}

/* Whether there is a record, or something that should be one. */
static int find_more(const struct cutter *c, bool *more)
{
    int rc = pass_line_ends(c);
    *more = !rc && view_of(c).len > 0;
    while (!rc && !*more) {
        bool resumed;
        rc = input_resume(c->in, &resumed);
        if (rc || !resumed)
            return rc;
        rc = pass_line_ends(c);
        *more = !rc && view_of(c).len > 0;
    }
    return rc;
}

static int warc_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    struct cutter c = {in, sink, 1};
    bool more;
    int rc;
    while (!(rc = find_more(&c, &more)) && more) {
        rc = take_record(&c, err);
        if (rc)
            break;
        c.number++;
    }
    return rc;
}

/* --- parsing --- */

static int parse_text(struct archive_parser *parser, const struct warc_record *r,
                      struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct raw_fields raw = {0};
    struct span language =
        value_in_utf8(parser, header_value(r->headers, "WARC-Language"), arena, problem);
    struct bytes text = text_in_utf8(parser, r->block.p, r->block.len, NULL, problem);
    offer_value(&raw, FIELD_BODY, 0, (const char *)text.p, bytes_left(&text));
    offer_value(&raw, FIELD_URL, 0, r->url.p, r->url.len);
    offer_value(&raw, FIELD_CREATED, 0, r->date.p, r->date.len);
    offer_value(&raw, FIELD_LANGUAGE, 0, language.p, language.len);
    return finish_article(parser, &raw, arena, out, problem);
}

static int skip_payload(struct record_problem *problem, enum skip_reason reason,
                        const struct http_response *http)
{
    char detail[sizeof problem->detail] = "";
    struct span coding = header_value(http->headers, "Content-Encoding");
    if (reason == SKIP_UNKNOWN_ENCODING)
        snprintf(detail, sizeof detail, "%.*s", coding.len < 60 ? (int)coding.len : 60, coding.p);
    return skip_record(problem, reason, detail);
}

static int warc_parse(struct archive_parser *parser, const struct record *record,
                      struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct warc_record r;
    struct http_response http;
    char detail[WARC_DETAIL_BYTES] = "no record";
    struct span whole = span_of(record->data, record->len);
    enum warc_payload kind = warc_record_of(whole, &r) ? warc_payload_of(&r, detail) : WARC_NOTHING;
    if (kind == WARC_NOTHING)
        return skip_record(problem, SKIP_NOT_AN_ARTICLE, detail);
    r.url = value_in_utf8(parser, r.url, arena, problem);
    if (kind == WARC_TEXT)
        return parse_text(parser, &r, arena, out, problem);
    struct page_origin origin = {.url = r.url, .date = r.date};
    struct span type = header_value(r.headers, "Content-Type"), page = r.block;
    struct buf payload = {0};
    int rc = BF_OK;
    if (http_response_of(r.block, &http)) {
        enum skip_reason reason =
            http_payload(&http, ARCHIVE_DEFAULT_RECORD_BYTES, &payload, &page);
        type = header_value(http.headers, "Content-Type");
        if (reason)
            rc = skip_payload(problem, reason, &http);
    }
    origin.charset = header_parameter(type, "charset");
    if (!rc)
        rc = html_page_parse(parser, page, &origin, arena, out, problem);
    buf_free(&payload);
    return rc;
}

const struct archive_format warc_format = {
    .name = "warc",
    .recognise = warc_recognise,
    .split = warc_split,
    .parse = warc_parse,
};
