/* json_walk.c - every step looks at the view, and lets go of what it has passed. */
#include "indexer/archive/json_walk.h"

#include <stdio.h>
#include <string.h>

#include "indexer/archive/span.h"
#include "indexer/archive/split.h"

#define SEARCH_BYTES ((size_t)1 << 20) /* let go of at a time while looking for an element */

/* --- the text ahead --- */

const char *json_view(const struct json_walk *w, size_t *len)
{
    if (w->in)
        return input_view(w->in, len);
    *len = w->text_len;
    return w->text;
}

static bool have(struct json_walk *w, size_t want)
{
    size_t len;
    json_view(w, &len);
    if (len >= want || !w->in || w->rc)
        return len >= want && !w->rc;
    w->rc = input_fill(w->in, want);
    json_view(w, &len);
    return !w->rc && len >= want;
}

bool json_is_blank(char c)
{
    return is_ascii_space(c) || c == JSON_RECORD_SEPARATOR;
}

int json_significant(struct json_walk *w, size_t *at)
{
    while (*at <= w->limit && have(w, *at + 1)) {
        size_t len;
        const char *p = json_view(w, &len);
        while (*at < len && json_is_blank(p[*at]))
            ++*at;
        if (*at < len)
            return (unsigned char)p[*at];
    }
    return -1;
}

int json_pass_blanks(struct json_walk *w)
{
    while (have(w, 1)) {
        size_t len, n = 0;
        const char *p = json_view(w, &len);
        while (n < len && (json_is_blank(p[n]) || p[n] == ','))
            n++;
        int c = n < len ? (unsigned char)p[n] : -1;
        input_advance(w->in, n);
        if (c >= 0)
            return c;
    }
    return -1;
}

enum json_scan_status json_scan_value(struct json_walk *w, size_t at, struct json_scan *scan)
{
    for (;;) {
        size_t len;
        const char *p = json_view(w, &len);
        enum json_scan_status status = json_scan_run(scan, p + at, len - at);
        if (status != JSON_SCAN_MORE || len > w->limit || !have(w, len + 1))
            return status;
    }
}

/* --- records and damage --- */

void json_report(struct json_walk *w, size_t at, enum skip_reason reason, const char *what)
{
    char detail[80];
    size_t len;
    json_view(w, &len);
    bool ended = at >= len && input_ended(w->in);
    snprintf(detail, sizeof detail, "byte %zu: %s", at, ended ? "ends too early" : what);
    w->damaged = true;
    if (!input_cut(w->in) || !ended)
        w->sink->bad_record(w->sink->ctx, input_name(w->in), w->number, input_offset(w->in), reason,
                            detail);
}

/* Notes the name of the record's first member. */
static void note_key(struct json_walk *w, const char *p, size_t len)
{
    size_t i = 1;
    while (i < len && json_is_blank(p[i]))
        i++;
    struct json_scan scan = {0};
    if (*p != '{' || i == len || p[i] != '"' ||
        json_scan_run(&scan, p + i, len - i) != JSON_SCAN_END || scan.seen > JSON_KEY_BYTES)
        return;
    memcpy(w->key, p + i, scan.seen);
    w->key_len = scan.seen;
}

void json_hand_over(struct json_walk *w, size_t len)
{
    size_t in_view;
    struct record r = {
        .source = input_name(w->in),
        .number = ++w->number,
        .offset = input_offset(w->in),
        .data = json_view(w, &in_view),
        .len = len,
        .format = w->format,
    };
    if (w->in_list && w->context.len) {
        r.context = (const char *)w->context.data;
        r.context_len = w->context.len;
    }
    note_key(w, r.data, len);
    w->rc = w->sink->record(w->sink->ctx, &r, w->err);
    input_advance(w->in, len);
}

/* --- finding the next element behind a damage --- */

/* Whether `{` at p[i] seems to begin an element. `strict`: one must end before. */
static bool begins_element(const struct json_walk *w, const char *p, size_t i, size_t len,
                           bool strict)
{
    size_t before = i, after = i + 1;
    bool begins_line = i && p[i - 1] == '\n';
    if (!w->in_list)
        return begins_line;
    while (before && json_is_blank(p[before - 1]))
        before--;
    if ((!before || p[--before] != ',') && !begins_line)
        return false;
    while (strict && before && json_is_blank(p[before - 1]))
        before--;
    if (strict && (!before || p[before - 1] != '}'))
        return false;
    while (after < len && json_is_blank(p[after]))
        after++;
    size_t wanted = w->key_len ? w->key_len : 1;
    return len - after >= wanted && memcmp(p + after, w->key_len ? w->key : "\"", wanted) == 0;
}

void json_find_next(struct json_walk *w, size_t from, bool strict)
{
    const size_t around = 4 * JSON_KEY_BYTES; /* white space and a name */
    for (size_t at = from; have(w, at + 1);) {
        size_t len;
        have(w, at + around);
        const char *p = json_view(w, &len), *brace = memchr(p + at, '{', len - at);
        size_t i = brace ? (size_t)(brace - p) : len;
        if (brace && begins_element(w, p, i, len, strict)) {
            input_advance(w->in, i);
            return;
        }
        at = brace && (len - i >= around || input_ended(w->in)) ? i + 1 : i;
        if (at > SEARCH_BYTES) {
            input_advance(w->in, at - around);
            at = around;
        }
    }
    size_t len;
    json_view(w, &len);
    input_advance(w->in, len);
}

/* --- elements --- */

enum json_scan_status json_pass_value(struct json_walk *w, struct json_scan *scan)
{
    enum json_scan_status status;
    do {
        size_t len;
        const char *p = json_view(w, &len);
        status = json_scan_run(scan, p, len);
        input_advance(w->in, scan->seen);
        scan->seen = 0;
    } while (status == JSON_SCAN_MORE && have(w, 1));
    return status;
}

/* Passes a value that is too deep: by counting brackets, unless that has been
 * tried in vain. */
static void pass_deep(struct json_walk *w, struct json_scan *scan)
{
    size_t from = scan->seen + 1;
    enum json_scan_status status = JSON_SCAN_MORE;
    while (!w->unbalanced && status == JSON_SCAN_MORE) {
        size_t len;
        const char *p = json_view(w, &len);
        status = json_scan_count(scan, p, len);
        w->unbalanced = status == JSON_SCAN_DAMAGED ||
                        (status == JSON_SCAN_MORE && (len > w->limit || !have(w, len + 1)));
    }
    if (status == JSON_SCAN_END)
        input_advance(w->in, scan->seen);
    else
        json_find_next(w, from, true);
}

static void pass_long(struct json_walk *w, struct json_scan *scan)
{
    w->number++;
    report_long_record(w->in, w->sink, w->number);
    input_advance(w->in, scan->seen);
    scan->seen = 0;
    if (json_pass_value(w, scan) > JSON_SCAN_END)
        json_find_next(w, 0, false);
}

/* The view begins with the element's first byte. */
static void read_element(struct json_walk *w)
{
    struct json_scan scan = {0};
    enum json_scan_status status = json_scan_value(w, 0, &scan);
    size_t len;
    json_view(w, &len);
    if (w->rc)
        return;
    if (status == JSON_SCAN_MORE && len > w->limit) {
        pass_long(w, &scan);
    } else if (status == JSON_SCAN_END || (status == JSON_SCAN_MORE && json_scan_may_end(&scan))) {
        json_hand_over(w, scan.seen);
    } else if (status == JSON_SCAN_TOO_DEEP) {
        w->number++;
        json_report(w, scan.seen, SKIP_TOO_DEEP, JSON_TOO_DEEP);
        pass_deep(w, &scan);
    } else {
        w->number++;
        json_report(w, scan.seen, SKIP_INVALID_JSON, JSON_UNBALANCED);
        json_find_next(w, 1, false);
    }
}

/* Whether the "]" at the start of the view closes the list, and not one that a
 * damaged element has left. `wrapped`: an object has the list as a member. */
static bool closes_list(struct json_walk *w, bool wrapped)
{
    size_t at = 1;
    int c = json_significant(w, &at);
    return c < 0 || strchr(wrapped ? ",}" : "[{", c);
}

void json_read_list(struct json_walk *w, bool wrapped)
{
    int c;
    bool closed = false;
    w->in_list = true;
    while (!closed && !w->rc && (c = json_pass_blanks(w)) >= 0) {
        closed = c == ']' && closes_list(w, wrapped);
        if (!closed)
            read_element(w);
    }
    w->in_list = false;
    if (closed)
        input_advance(w->in, 1);
    else if (!w->rc && !input_cut(w->in))
        w->sink->bad_record(w->sink->ctx, input_name(w->in), 0, input_offset(w->in),
                            SKIP_INVALID_JSON, "the list is not closed");
}
