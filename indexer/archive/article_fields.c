/* article_fields.c - choosing, cleaning and copying the parts of an article. */
#include "indexer/archive/article_fields.h"

#include <stdio.h>
#include <string.h>

#include "indexer/archive/article_id.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/html.h"
#include "indexer/archive/invisible.h"
#include "indexer/archive/span.h"
#include "indexer/archive/title.h"

static bool is_blank(unsigned char c)
{
    return c <= ' ' || c == 0x7f;
}

static struct raw_value trimmed(struct raw_value v)
{
    while (v.len && is_blank((unsigned char)v.text[0])) {
        v.text++;
        v.len--;
    }
    while (v.len && is_blank((unsigned char)v.text[v.len - 1]))
        v.len--;
    return v;
}

void offer_value(struct raw_fields *raw, enum field field, unsigned rank, const char *text,
                 size_t len)
{
    struct raw_value *kept = &raw->of[field];
    struct raw_value offered = {text, len, rank};
    if ((!kept->text || rank < kept->rank) && trimmed(offered).len)
        *kept = offered;
}

/* Whether the "<" at p begins an end tag of HTML. */
static bool is_end_tag(const char *p, const char *end)
{
    static const char names[] = "a article b blockquote body center div em figure font h1 h2 h3 h4 "
                                "h5 h6 html i li ol p section span strong table td tr ul";
    const ptrdiff_t longest = (ptrdiff_t)sizeof "</blockquote>";
    if (end - p < 4 || p[1] != '/')
        return false;
    const char *close = memchr(p, '>', (size_t)(end - p < longest ? end - p : longest));
    return close && span_is_one_of(span_between(p + 2, close), names);
}

/* Prose may mention a tag, or hold <codes> in brackets: what begins with one
 * and closes one is markup. */
static bool is_markup(struct raw_value v)
{
    const char *p = v.text, *end = p + v.len;
    if (v.len < 4 || *p != '<' || !(is_ascii_letter(p[1]) || p[1] == '!'))
        return false;
    while ((p = memchr(p, '<', (size_t)(end - p))) != NULL && !is_end_tag(p, end))
        p++;
    return p != NULL;
}

void find_body_markup(struct raw_fields *raw)
{
    struct raw_value body = raw->of[FIELD_BODY];
    if (!body.text || !is_markup(trimmed(body)))
        return;
    raw->of[FIELD_BODY_HTML] = body;
    raw->of[FIELD_BODY] = (struct raw_value){0};
}

int skip_record(struct record_problem *problem, enum skip_reason reason, const char *detail)
{
    problem->reason = reason;
    snprintf(problem->detail, sizeof problem->detail, "%s", detail);
    return BF_ERR_INPUT;
}

/* --- lines --- */

/* How many bytes at p are white space or a control character: 0, 1 or, for
 * the controls of ISO 8859-1 and the no-break space, 2. */
static size_t blank_at(const unsigned char *p, const unsigned char *end)
{
    if (is_blank(*p))
        return 1;
    return *p == 0xC2 && end - p > 1 && p[1] <= 0xA0 ? 2 : 0;
}

static char *copy_line(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1), *to = copy;
    const unsigned char *p = (const unsigned char *)text, *end = p + len;
    bool owed = false;
    while (p < end) {
        size_t blank = blank_at(p, end);
        size_t mark = *p < 0x80 ? 0 : invisible_at((const char *)p, (const char *)end);
        p += blank + mark;
        if (blank) {
            owed = to > copy;
            continue;
        }
        if (mark)
            continue;
        if (owed)
            *to++ = ' ';
        owed = false;
        *to++ = (char)*p++;
    }
    *to = '\0';
    return copy;
}

static const char *line(struct archive_parser *parser, struct raw_value v, struct arena *arena)
{
    if (!v.text)
        return "";
    if (!memchr(v.text, '&', v.len))
        return copy_line(arena, v.text, v.len);
    parser->text.len = 0;
    html_decode(v.text, v.len, &parser->text);
    return copy_line(arena, (const char *)parser->text.data, parser->text.len);
}

/* Each line by itself, empty ones left out. */
static const char *lines(struct archive_parser *parser, struct raw_value v, struct arena *arena)
{
    struct arena scratch = {0};
    struct buf all = {0};
    for (const char *p = v.text, *end = p + v.len; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        struct raw_value one = {p, (size_t)((newline ? newline : end) - p), 0};
        const char *clean = line(parser, one, &scratch);
        if (*clean && all.len)
            buf_putc(&all, '\n');
        buf_puts(&all, clean);
        p = newline ? newline + 1 : end;
    }
    const char *copy = arena_strndup(arena, (const char *)all.data, all.len);
    buf_free(&all);
    arena_free(&scratch);
    return copy;
}

/* A URL is not decoded: "&" is its own there. */
static const char *url_line(struct raw_value v, struct arena *arena)
{
    return v.text ? copy_line(arena, v.text, v.len) : "";
}

/* --- numbers and dates --- */

/* "1,234" and "1 234" too; -1 when it is no count. */
static int64_t read_count(struct raw_value v)
{
    int64_t n = -1;
    v = trimmed(v);
    for (size_t i = 0; i < v.len; i++) {
        char c = v.text[i];
        if (n >= 0 && (c == ',' || c == ' '))
            continue;
        if (c < '0' || c > '9' || n > INT64_MAX / 10 - 1)
            return -1;
        n = (n < 0 ? 0 : n) * 10 + (c - '0');
    }
    return n;
}

/* Pages write "+" as "&#43;" in an attribute. */
static bool parse_date(const struct archive_parser *parser, const char *text, size_t len,
                       struct date *out)
{
    struct buf decoded = {0};
    if (!len || !memchr(text, '&', len))
        return date_parse_ordered(text, len, parser->date_order, out);
    html_decode(text, len, &decoded);
    bool ok = date_parse_ordered(buf_text(&decoded), decoded.len, parser->date_order, out);
    buf_free(&decoded);
    return ok;
}

bool is_readable_date(const struct archive_parser *parser, const char *text, size_t len)
{
    struct date ignored;
    return parse_date(parser, text, len, &ignored);
}

static struct date read_date(const struct archive_parser *parser, struct raw_value v,
                             struct record_problem *problem)
{
    struct date date = {0};
    if (v.text && !parse_date(parser, v.text, v.len, &date))
        problem->unreadable_dates++;
    return date;
}

static void set_dates(const struct archive_parser *parser, const struct raw_fields *raw,
                      struct article *out, struct record_problem *problem)
{
    out->date = read_date(parser, raw->of[FIELD_DATE], problem);
    out->created = read_date(parser, raw->of[FIELD_CREATED], problem);
    out->updated = read_date(parser, raw->of[FIELD_UPDATED], problem);
    out->last_read = read_date(parser, raw->of[FIELD_LAST_READ], problem);
    if (out->date.precision == DATE_UNKNOWN)
        out->date = out->created;
}

/* --- body and title --- */

static void set_plain_body(struct archive_parser *parser, struct raw_value v, struct arena *arena,
                           struct article *out)
{
    if (has_controls(v.text, v.len) || has_invisible(v.text, v.len)) {
        parser->text.len = 0;
        buf_add(&parser->text, v.text, v.len);
        replace_controls(&parser->text);
        drop_invisible(&parser->text);
        v.text = (const char *)parser->text.data;
        v.len = parser->text.len;
    }
    article_set_body(out, arena, v.text, v.len);
}

static void set_html_body(struct archive_parser *parser, struct raw_value v, struct arena *arena,
                          struct article *out)
{
    struct buf *text = &parser->text;
    text->len = 0;
    html_to_text(v.text, v.len, text);
    replace_controls(text);
    drop_invisible(text);
    article_set_body(out, arena, buf_text(text), text->len);
}

static void set_body(struct archive_parser *parser, const struct raw_fields *raw,
                     struct arena *arena, struct article *out)
{
    struct raw_value plain = raw->of[FIELD_BODY], html = raw->of[FIELD_BODY_HTML];
    if (plain.text)
        set_plain_body(parser, plain, arena, out);
    else if (html.text)
        set_html_body(parser, html, arena, out);
    if (!out->body_len)
        article_set_body(out, arena, out->summary, strlen(out->summary));
}

/* The body's first sentence stands in. */
static void derive_title(struct archive_parser *parser, struct arena *arena, struct article *out)
{
    parser->text.len = 0;
    first_sentence(out->body, DERIVED_TITLE_CHARACTERS, &parser->text);
    out->title = copy_line(arena, (const char *)parser->text.data, parser->text.len);
    out->title_is_derived = true;
}

/* --- the whole --- */

static void set_id(struct archive_parser *parser, struct raw_value given, struct arena *arena,
                   struct article *out)
{
    struct buf *id = &parser->text;
    id->len = 0;
    if (given.text)
        id_from_given(given.text, given.len, id);
    else if (!id_from_url(out->url, id))
        id_from_content(out, id);
    out->id = arena_strndup(arena, (const char *)id->data, id->len);
}

static void set_lines(struct archive_parser *parser, const struct raw_fields *raw,
                      struct arena *arena, struct article *out)
{
    out->title = line(parser, raw->of[FIELD_TITLE], arena);
    out->summary = line(parser, raw->of[FIELD_SUMMARY], arena);
    out->source = line(parser, raw->of[FIELD_SOURCE], arena);
    out->category = line(parser, raw->of[FIELD_CATEGORY], arena);
    out->author = line(parser, raw->of[FIELD_AUTHOR], arena);
    out->tags = line(parser, raw->of[FIELD_TAGS], arena);
    out->language = line(parser, raw->of[FIELD_LANGUAGE], arena);
    if (raw->of[FIELD_SIMILAR].text)
        out->similar = lines(parser, raw->of[FIELD_SIMILAR], arena);
    out->url = url_line(raw->of[FIELD_URL], arena);
    if (!*out->category)
        out->category = out->source;
}

/* NewsML writes stat:canceled, ninjs canceled; both spellings of the word occur. */
static const char canceled[] = "canceled cancelled stat:canceled";
static const char withheld[] = "withheld stat:withheld";

static bool is_status(const struct raw_fields *raw, const char *words)
{
    struct raw_value status = trimmed(raw->of[FIELD_STATUS]);
    return span_is_one_of(span_of(status.text, status.len), words);
}

int finish_article(struct archive_parser *parser, const struct raw_fields *raw, struct arena *arena,
                   struct article *out, struct record_problem *problem)
{
    article_init(out);
    set_lines(parser, raw, arena, out);
    set_dates(parser, raw, out, problem);
    out->stated_words = read_count(raw->of[FIELD_WORD_COUNT]);
    out->read_count = read_count(raw->of[FIELD_READ_COUNT]);
    set_body(parser, raw, arena, out);
    problem->withdrawn = is_status(raw, canceled);
    if (is_status(raw, withheld))
        return skip_record(problem, SKIP_NOT_PUBLISHED, "withheld");
    if (!problem->withdrawn && !*out->title && !out->body_len)
        return skip_record(problem, SKIP_NO_TEXT, "");
    set_id(parser, raw->of[FIELD_ID], arena, out);
    if (strlen(out->id) > ARCHIVE_MAX_ID_BYTES)
        return skip_record(problem, SKIP_ID_TOO_LONG, "");
    if (!*out->title)
        derive_title(parser, arena, out);
    return BF_OK;
}
