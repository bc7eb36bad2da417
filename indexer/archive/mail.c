/* mail.c - headers, and the parts of a message that are text. */
#include "indexer/archive/mail.h"

#include "indexer/archive/encoding.h"
#include "indexer/archive/header.h"
#include "indexer/archive/html.h"
#include "indexer/archive/html_page.h"
#include "indexer/archive/mime.h"

#define DEEPEST_PART 16   /* parts in parts */
#define MOST_PARTS   1000 /* of one message */

static const char known_headers[] =
    "from subject date to cc message-id newsgroups path xref received return-path delivered-to "
    "mime-version content-type reply-to in-reply-to references organization lines sender "
    "list-id x-mailer x-original-to dkim-signature authentication-results";

int mail_recognise(struct span text)
{
    struct header h;
    int known = 0, others = 0;
    struct span first = text, line = span_take_line(&first);
    const char *colon = line.len ? memchr(line.p, ':', line.len) : NULL;
    if (!colon || !header_length(text))
        return 0;
    while (take_header(&text, &h)) {
        for (size_t i = 0; i < h.name.len; i++)
            if (is_ascii_space(h.name.p[i]))
                return 0;
        known += span_is_one_of(h.name, known_headers);
        others++;
    }
    return known >= 2 ? 60 : 0;
}

/* --- parts --- */

struct texts {
    struct archive_parser *parser;
    struct record_problem *problem;
    struct buf plain, html; /* in UTF-8 */
    bool html_first;        /* before any plain text */
    struct span html_part;  /* the first part in HTML, not decoded */
    size_t parts;
};

struct part {
    struct span headers, body;
    struct span content, type; /* Content-Type, and what stands before its ";" */
};

static struct part part_of(struct span text)
{
    size_t n = text.len && text.p[0] == '\n' ? 0 : header_length(text);
    struct part p = {.headers = span_of(text.p, n), .body = span_from(text, n)};
    p.content = header_value(p.headers, "Content-Type");
    p.type = media_type(p.content);
    return p;
}

static bool is_attachment(const struct part *p)
{
    return span_is(media_type(header_value(p->headers, "Content-Disposition")), "attachment");
}

/* Lines that end with a blank go on in the next (RFC 3676), which `delsp` says
 * was put there and is no part of the text. */
static void add_flowed(struct span text, bool delsp, struct buf *out)
{
    while (text.len) {
        struct span line = span_take_line(&text);
        if (line.len && line.p[0] == ' ')
            line = span_from(line, 1); /* was put there to protect the line */
        bool signature = span_is(line, "-- ");
        bool flows = line.len && line.p[line.len - 1] == ' ' && !signature;
        buf_add(out, line.p, line.len - (flows && delsp));
        if (!flows)
            buf_putc(out, '\n');
    }
}

static void add_text(struct texts *t, const struct part *p, struct buf *out)
{
    struct buf bytes = {0};
    struct span charset = header_parameter(p->content, "charset");
    transfer_decode(p->body, header_value(p->headers, "Content-Transfer-Encoding"), &bytes);
    const struct charset *declared = charset.len ? charset_named(charset.p, charset.len) : NULL;
    struct bytes text =
        text_in_utf8(t->parser, (const char *)bytes.data, bytes.len, declared, t->problem);
    if (out->len)
        buf_puts(out, "\n\n");
    if (span_is(header_parameter(p->content, "format"), "flowed"))
        add_flowed(span_of((const char *)text.p, bytes_left(&text)),
                   span_is(header_parameter(p->content, "delsp"), "yes"), out);
    else
        buf_add(out, text.p, bytes_left(&text));
    buf_free(&bytes);
}

static void collect(struct texts *t, struct span text, int depth);

/* Behind the next line that is the boundary; *part ends before it, *last says
 * whether it closes the whole. False when there is none. */
static bool take_part(struct span *rest, struct span boundary, struct span *part, bool *last)
{
    const char *start = rest->p;
    while (rest->len) {
        struct span line = span_take_line(rest);
        if (line.len < boundary.len + 2 || memcmp(line.p, "--", 2) != 0 ||
            memcmp(line.p + 2, boundary.p, boundary.len) != 0)
            continue;
        struct span behind = span_trimmed(span_from(line, boundary.len + 2));
        if (behind.len && !span_is(behind, "--"))
            continue;
        *last = behind.len > 0;
        *part = span_between(start, line.p);
        return true;
    }
    *last = true;
    *part = span_between(start, span_end(*rest));
    return false;
}

/* Of alternatives, the plain one when it has text; else HTML. */
static void keep_one(struct texts *t, size_t plain_before, size_t html_before)
{
    struct span all = span_of((const char *)t->plain.data, t->plain.len);
    if (span_trimmed(span_from(all, plain_before)).len)
        t->html.len = html_before;
}

static void collect_parts(struct texts *t, const struct part *whole, int depth)
{
    struct span boundary = header_parameter(whole->content, "boundary"), rest = whole->body, part;
    size_t plain = t->plain.len, html = t->html.len;
    bool last;
    if (!boundary.len || !take_part(&rest, boundary, &part, &last)) {
        add_text(t, whole, &t->plain); /* it says that it has parts, and has none */
        return;
    }
    while (!last && t->parts < MOST_PARTS) {
        take_part(&rest, boundary, &part, &last);
        t->parts++;
        collect(t, part, depth + 1);
    }
    if (span_is(whole->type, "multipart/alternative"))
        keep_one(t, plain, html);
}

static void collect(struct texts *t, struct span text, int depth)
{
    struct part p = part_of(text);
    if (depth > DEEPEST_PART || is_attachment(&p))
        return;
    if (span_starts(p.type, "multipart/")) {
        collect_parts(t, &p, depth);
    } else if (span_is(p.type, "message/rfc822")) {
        collect(t, p.body, depth + 1);
    } else if (span_is(p.type, "text/html")) {
        if (!t->html_part.p)
            t->html_part = text;
        if (!t->html.len)
            t->html_first = !t->plain.len;
        add_text(t, &p, &t->html);
    } else if (!p.type.len || span_starts(p.type, "text/plain") || span_is(p.type, "text")) {
        add_text(t, &p, &t->plain);
    }
}

static bool is_blank(const struct buf *text)
{
    return !span_trimmed(span_of((const char *)text->data, text->len)).len;
}

/* Parts of both kinds that are no alternatives are one text, in their order. */
static void join_texts(struct texts *t)
{
    struct buf joined = {0};
    if (is_blank(&t->plain) || is_blank(&t->html))
        return;
    if (!t->html_first)
        buf_printf(&joined, "%s\n\n", buf_text(&t->plain));
    html_to_text((const char *)t->html.data, t->html.len, &joined);
    if (t->html_first)
        buf_printf(&joined, "\n\n%s", buf_text(&t->plain));
    buf_free(&t->plain);
    t->plain = joined;
    t->html.len = 0;
}

/* --- headers --- */

static void offer_text(struct texts *t, struct raw_fields *raw, enum field field, unsigned rank,
                       struct span value, struct arena *arena)
{
    struct buf text = {0};
    if (!value.len)
        return;
    encoded_words_decode(t->parser, value, &text, t->problem);
    offer_value(raw, field, rank, arena_strndup(arena, (const char *)text.data, text.len),
                text.len);
    buf_free(&text);
}

static struct span unquoted(struct span s)
{
    s = span_trimmed(s);
    bool quoted = s.len > 1 && s.p[0] == '"' && s.p[s.len - 1] == '"';
    return quoted ? span_of(s.p + 1, s.len - 2) : s;
}

/* The name in "Name <a@b>", "a@b (Name)" or "a@b". */
static struct span sender_name(struct span from)
{
    const char *angle = span_find(from, "<"), *open = span_find(from, "(");
    struct span before = angle ? unquoted(span_between(from.p, angle)) : (struct span){0};
    if (before.len)
        return before;
    const char *close = open ? memrchr(open, ')', (size_t)(span_end(from) - open)) : NULL;
    return close ? span_between(open + 1, close) : from;
}

/* Without the angle brackets round it, or before it a name. */
static struct span in_brackets(struct span value)
{
    const char *open = span_find(value, "<"), *close = open ? span_find(value, ">") : NULL;
    return close && close > open ? span_between(open + 1, close) : value;
}

static void offer_headers(struct texts *t, struct raw_fields *raw, struct span headers,
                          struct arena *arena)
{
    struct span date = header_value(headers, "Date");
    offer_text(t, raw, FIELD_TITLE, 0, header_value(headers, "Subject"), arena);
    offer_text(t, raw, FIELD_AUTHOR, 0, sender_name(header_value(headers, "From")), arena);
    offer_text(t, raw, FIELD_ID, 0, in_brackets(header_value(headers, "Message-ID")), arena);
    offer_text(t, raw, FIELD_CATEGORY, 0, header_value(headers, "Newsgroups"), arena);
    offer_text(t, raw, FIELD_CATEGORY, 1, in_brackets(header_value(headers, "List-Id")), arena);
    offer_text(t, raw, FIELD_TAGS, 0, header_value(headers, "Keywords"), arena);
    offer_text(t, raw, FIELD_LANGUAGE, 0, header_value(headers, "Content-Language"), arena);
    offer_text(t, raw, FIELD_URL, 0, in_brackets(header_value(headers, "Archived-At")), arena);
    offer_value(raw, FIELD_DATE, 0, date.p, date.len);
}

/* --- the whole --- */

/* A page that a browser saved in one file. */
static struct span saved_page_url(const struct texts *t, struct span headers)
{
    struct span url = header_value(headers, "Snapshot-Content-Location");
    struct span type = header_value(headers, "Content-Type");
    bool related = span_is(media_type(type), "multipart/related");
    if (!url.len && related && t->html_part.p && !header_value(headers, "Message-ID").len)
        url = header_value(part_of(t->html_part).headers, "Content-Location");
    return url;
}

static int parse_saved_page(const struct texts *t, struct span url, struct span headers,
                            struct arena *arena, struct article *out)
{
    struct part p = part_of(t->html_part);
    struct page_origin origin = {.charset = header_parameter(p.content, "charset"),
                                 .url = value_in_utf8(t->parser, url, arena, t->problem),
                                 .date = header_value(headers, "Date")};
    struct buf page = {0};
    transfer_decode(p.body, header_value(p.headers, "Content-Transfer-Encoding"), &page);
    int rc = html_page_parse(t->parser, span_of((const char *)page.data, page.len), &origin, arena,
                             out, t->problem);
    buf_free(&page);
    return rc;
}

int mail_parse(struct archive_parser *parser, struct span message, struct arena *arena,
               struct article *out, struct record_problem *problem)
{
    struct texts t = {.parser = parser, .problem = problem};
    struct raw_fields raw = {0};
    struct span headers = span_of(message.p, header_length(message));
    collect(&t, message, 0);
    struct span url = saved_page_url(&t, headers);
    int rc;
    if (url.len && t.html_part.p) {
        rc = parse_saved_page(&t, url, headers, arena, out);
    } else {
        join_texts(&t);
        offer_headers(&t, &raw, headers, arena);
        offer_value(&raw, FIELD_BODY, 0, (const char *)t.plain.data, t.plain.len);
        offer_value(&raw, FIELD_BODY_HTML, 0, (const char *)t.html.data, t.html.len);
        rc = finish_article(parser, &raw, arena, out, problem);
    }
    buf_free(&t.plain);
    buf_free(&t.html);
    return rc;
}
