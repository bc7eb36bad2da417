/* mbox.c - cuts a mailbox at its From lines. */
#include "indexer/archive/mbox.h"

#include "common/base/date.h"
#include "indexer/archive/header.h"
#include "indexer/archive/mail.h"
#include "indexer/archive/split.h"

#define PASSED_BYTES ((size_t)1 << 20) /* of what is not kept, in one go */
#define LINES_BYTES  ((size_t)2048)    /* a From line and the header behind it */

/* --- From lines --- */

static bool has_time(struct span line)
{
    for (size_t i = 2; i + 2 < line.len; i++)
        if (line.p[i] == ':' && is_ascii_digit(line.p[i - 1]) && is_ascii_digit(line.p[i + 1]) &&
            is_ascii_digit(line.p[i + 2]))
            return true;
    return false;
}

static bool is_header_line(struct span line)
{
    size_t n = 0;
    while (n < line.len && line.p[n] > ' ' && line.p[n] != ':')
        n++;
    return n && n < line.len && line.p[n] == ':';
}

/* Whether a message begins here; the text has at least its first lines. */
static bool starts_message(struct span text)
{
    if (text.len > LINES_BYTES)
        text.len = LINES_BYTES;
    struct span rest = text, line = span_take_line(&rest);
    if (line.len < 6 || memcmp(line.p, "From ", 5) != 0 || !has_time(line))
        return false;
    struct span next = span_take_line(&rest);
    return is_header_line(next) || (next.len && next.p[0] == '>');
}

static int mbox_recognise(const char *head, size_t len)
{
    return starts_message(span_of(head, len)) ? 90 : 0;
}

/* Whether an empty line stands before p. */
static bool behind_empty_line(const char *start, const char *p)
{
    if (p - start >= 3 && p[-1] == '\n' && p[-2] == '\r')
        return p[-3] == '\n';
    return p - start >= 2 && p[-1] == '\n' && p[-2] == '\n';
}

/* "From jane@example.org Mon Apr  5 23:13:41 1993": no text has that by chance,
 * and messages put together may have no empty line between them. */
static bool is_dated(struct span text)
{
    struct date ignored;
    struct span line = span_take_line(&text);
    span_take_until(&line, ' ');
    span_take_until(&line, ' ');
    return date_parse(line.p, line.len, &ignored);
}

/* The next message in what is in view, at `from` or behind; its length when
 * there is none. *from moves to where to go on when more is in view. */
static size_t find_message(struct span view, size_t *from, bool ended)
{
    const char *end = span_end(view), *p = view.p + *from;
    while ((p = span_find(span_between(p, end), "\nFrom ")) != NULL) {
        p++;
        if (!ended && (size_t)(end - p) < LINES_BYTES)
            break;
        struct span text = span_between(p, end);
        if ((behind_empty_line(view.p, p) || is_dated(text)) && starts_message(text))
            return (size_t)(p - view.p);
    }
    size_t searched = p ? (size_t)(p - view.p) - 1 : view.len > 8 ? view.len - 8 : 0;
    *from = searched > *from ? searched : *from;
    return view.len;
}

/* --- splitting --- */

/* Sets *len to the length of the message at the view's start, or to what is in
 * view when that is above the limit. */
static int find_end(struct input *in, size_t limit, size_t *len)
{
    size_t from = 0;
    for (;;) {
        struct span view;
        view.p = input_view(in, &view.len);
        *len = find_message(view, &from, input_ended(in));
        if (*len < view.len || input_ended(in) || view.len > limit + LINES_BYTES)
            return BF_OK;
        int rc = input_fill(in, view.len + 1);
        if (rc)
            return rc;
    }
}

/* Passes the rest of a message that is too long. */
static int pass_message(struct input *in)
{
    for (;;) {
        size_t len, in_view;
        int rc = find_end(in, PASSED_BYTES, &len);
        if (rc)
            return rc;
        input_view(in, &in_view);
        bool found = len < in_view;
        /* Enough stays to see the empty line before a From line. */
        input_advance(in, found || input_ended(in) ? len : len - LINES_BYTES);
        if (found || input_ended(in))
            return BF_OK;
    }
}

static int mbox_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    size_t limit = input_max_record(in);
    int rc = BF_OK;
    for (uint64_t number = 1; !rc; number++) {
        size_t len;
        rc = find_end(in, limit, &len);
        if (rc)
            return rc;
        size_t in_view;
        input_view(in, &in_view);
        if (!len || (len == in_view && input_cut(in))) /* half a message would pass for one */
            return BF_OK;
        if (len > limit) {
            report_long_record(in, sink, number);
            rc = pass_message(in);
        } else {
            rc = hand_over_record(in, len, number, &mbox_format, sink, err);
            input_advance(in, len);
        }
    }
    return rc;
}

/* --- parsing --- */

/* How many ">" stand before "From " at the start of the line. */
static size_t count_marks(struct span line)
{
    size_t n = 0;
    while (n < line.len && line.p[n] == '>')
        n++;
    struct span behind = span_from(line, n);
    return behind.len >= 5 && memcmp(behind.p, "From ", 5) == 0 ? n : 0;
}

/* The message without its From line, and without the marks that protect such
 * lines in it. */
static struct span unprotected(struct span record, struct buf *scratch)
{
    struct span rest = record;
    span_take_line(&rest);
    if (!span_find(rest, "\n>") || !span_find(rest, ">From "))
        return rest;
    while (rest.len) {
        const char *start = rest.p;
        struct span line = span_take_line(&rest);
        bool mark = count_marks(line) > 0;
        buf_add(scratch, start + mark, (size_t)(rest.p - start) - mark);
    }
    return span_of((const char *)scratch->data, scratch->len);
}

static int mbox_parse(struct archive_parser *parser, const struct record *record,
                      struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct buf scratch = {0};
    struct span message = unprotected(span_of(record->data, record->len), &scratch);
    int rc = mail_parse(parser, message, arena, out, problem);
    buf_free(&scratch);
    return rc;
}

const struct archive_format mbox_format = {
    .name = "mbox",
    .recognise = mbox_recognise,
    .split = mbox_split,
    .parse = mbox_parse,
};

/* --- one message --- */

static int mail_head(const char *head, size_t len)
{
    return mail_recognise(span_of(head, len));
}

static int mail_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return split_whole(in, &mail_format, sink, err);
}

static int mail_record(struct archive_parser *parser, const struct record *record,
                       struct arena *arena, struct article *out, struct record_problem *problem)
{
    return mail_parse(parser, span_of(record->data, record->len), arena, out, problem);
}

const struct archive_format mail_format = {
    .name = "mail",
    .recognise = mail_head,
    .split = mail_split,
    .parse = mail_record,
};
