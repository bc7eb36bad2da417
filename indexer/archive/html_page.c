/* html_page.c - a page's bytes to an article. */
#include "indexer/archive/html_page.h"

#include "common/text/utf8.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/header.h"
#include "indexer/archive/html.h"
#include "indexer/archive/html_elements.h"
#include "indexer/archive/html_meta.h"
#include "indexer/archive/html_ranks.h"
#include "indexer/archive/html_reference.h"
#include "indexer/archive/main_text.h"
#include "indexer/archive/split.h"

#define DECLARED_WITHIN 4096

/* --- recognition --- */

static int confidence(const struct html_token *t, bool declared)
{
    if (span_is(t->name, "html") || (declared && html_element_named(t->name)->name[0]))
        return 85;
    if (span_is_one_of(t->name, "head body title meta"))
        return 70;
    return span_is_one_of(t->name, "div p h1 h2 article section table center") ? 45 : 0;
}

int html_page_recognise(const char *head, size_t len)
{
    struct span text = span_of(head, len);
    if (span_starts(text, "\xef\xbb\xbf"))
        text = span_from(text, 3);
    struct html_scanner scanner = html_scan(text);
    struct html_token t;
    bool declared = false;
    while (html_next(&scanner, &t)) {
        if (t.kind == HTML_START_TAG)
            return confidence(&t, declared);
        if (t.kind != HTML_OTHER && span_trimmed(t.source).len)
            return 0;
        if (t.kind == HTML_OTHER && span_starts(t.source, "<!doctype html"))
            declared = true;
    }
    return declared ? 85 : 0;
}

static int page_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return split_whole(in, &html_page_format, sink, err);
}

/* --- encoding --- */

static struct span find_declaration(struct span page)
{
    struct html_scanner scanner = html_scan(page);
    struct html_token t;
    while (html_next(&scanner, &t)) {
        if (t.kind != HTML_START_TAG || !span_is(t.name, "meta"))
            continue;
        struct span charset = html_attribute(t.attributes, "charset");
        if (!charset.len && span_is(html_attribute(t.attributes, "http-equiv"), "content-type"))
            charset = header_parameter(html_attribute(t.attributes, "content"), "charset");
        if (charset.len)
            return charset;
    }
    return (struct span){0};
}

/* Scripts may stand before it: of bytes that need it, all are looked at. */
static struct span declared_in(struct span page)
{
    struct span head = span_of(page.p, page.len < DECLARED_WITHIN ? page.len : DECLARED_WITHIN);
    struct span declared = find_declaration(head);
    bool needed = !declared.len && page.len > head.len && !utf8_valid(page.p, page.len);
    return needed ? find_declaration(page) : declared;
}

static struct span in_utf8(struct archive_parser *parser, struct span page, struct span given,
                           struct record_problem *problem)
{
    const struct charset *charset = given.len ? charset_named(given.p, given.len) : NULL;
    struct span declared = charset ? given : declared_in(page);
    if (!charset && declared.len)
        charset = charset_named(declared.p, declared.len);
    struct bytes text = text_in_utf8(parser, page.p, page.len, charset, problem);
    return span_of((const char *)text.p, bytes_left(&text));
}

/* --- fields --- */

static void read_page(struct span page, struct html_meta *meta, struct main_text *text)
{
    struct html_scanner scanner = html_scan(page);
    struct html_token token;
    while (html_next(&scanner, &token)) {
        if (!scanner.foreign)
            html_meta_token(meta, &token);
        main_text_token(text, &token);
    }
    html_meta_end(meta);
}

/* "https://www.example.org:80/a" -> "example.org" */
static struct span host_of(struct span url)
{
    const char *found = span_find(url, "://");
    struct span rest = found ? span_between(found + 3, span_end(url)) : (struct span){0};
    size_t n = 0;
    if (span_starts(rest, "www."))
        rest = span_from(rest, 4);
    while (n < rest.len && !strchr("/:?#@", rest.p[n]))
        n++;
    return span_of(rest.p, n);
}

/* Without its scheme and host. */
static struct span path_of(struct span url)
{
    struct span host = host_of(url);
    return host.len ? span_between(span_end(host), span_end(url)) : url;
}

/* A page that calls the front page its own address is not that page, unless it
 * was fetched there; and one that names another host may be a copy of what
 * stands there, or not. */
static bool is_canonical(struct span canonical, struct span url)
{
    bool same_host = !url.len || span_same(host_of(canonical), host_of(url));
    return same_host && (path_of(canonical).len > 1 || (url.len && path_of(url).len <= 1));
}

static void offer_origin(struct raw_fields *raw, const struct page_origin *origin)
{
    struct raw_value *url = &raw->of[FIELD_URL];
    struct span own = url->text ? span_trimmed(span_of(url->text, url->len)) : (struct span){0};
    struct span host = host_of(origin->url.len ? origin->url : own);
    if (url->text && !is_canonical(own, origin->url))
        *url = (struct raw_value){0};
    if (origin->id.len)
        offer_value(raw, FIELD_ID, RANK_GIVEN, origin->id.p, origin->id.len);
    if (origin->url.len)
        offer_value(raw, FIELD_URL, RANK_GIVEN, origin->url.p, origin->url.len);
    if (origin->date.len &&
        (!raw->of[FIELD_DATE].text || raw->of[FIELD_DATE].rank >= RANK_UNREADABLE))
        offer_value(raw, FIELD_CREATED, RANK_GIVEN, origin->date.p, origin->date.len);
    if (host.len)
        offer_value(raw, FIELD_SOURCE, RANK_GIVEN, host.p, host.len);
}

/* --- the body --- */

static void add_linked_body(struct json_text body, struct buf *out)
{
    struct span text = span_of(body.p, body.len);
    if (span_find(text, "</") || span_find(text, "<br"))
        html_to_text(body.p, body.len, out);
    else
        html_decode(body.p, body.len, out);
}

/* The two texts are of one length, about: then the page's own has paragraphs. */
static bool is_about(int64_t words, int64_t others)
{
    return words * 10 >= others * 9 && words * 10 <= others * 11;
}

/* Adds the better of JSON-LD's body and the page's text to out, which has the
 * latter. */
static void choose_body(const struct html_meta *meta, struct buf *out)
{
    struct buf linked = {0};
    if (!meta->linked_body.p)
        return;
    add_linked_body(meta->linked_body, &linked);
    int64_t shown_words = count_words((const char *)out->data, out->len);
    int64_t words = count_words((const char *)linked.data, linked.len);
    bool has_lines = linked.len && memchr(linked.data, '\n', linked.len);
    if (words * 10 >= shown_words * 8 && (has_lines || !is_about(words, shown_words))) {
        out->len = 0;
        buf_add(out, linked.data, linked.len);
    }
    buf_free(&linked);
}

int html_page_parse(struct archive_parser *parser, struct span page,
                    const struct page_origin *origin, struct arena *arena, struct article *out,
                    struct record_problem *problem)
{
    struct raw_fields raw = {0};
    struct html_meta meta = html_meta_of(parser, arena, &raw);
    struct main_text *text = main_text_new();
    struct buf body = {0};
    read_page(in_utf8(parser, page, origin->charset, problem), &meta, text);
    struct raw_value title = raw.of[FIELD_TITLE];
    main_text_write(text, span_of(title.text, title.len), &body);
    choose_body(&meta, &body);
    offer_value(&raw, FIELD_BODY, 0, (const char *)body.data, body.len);
    offer_origin(&raw, origin);
    int rc = finish_article(parser, &raw, arena, out, problem);
    buf_free(&body);
    main_text_free(text);
    html_meta_free(&meta);
    return rc;
}

static int page_parse(struct archive_parser *parser, const struct record *record,
                      struct arena *arena, struct article *out, struct record_problem *problem)
{
    const struct page_origin unknown = {0};
    return html_page_parse(parser, span_of(record->data, record->len), &unknown, arena, out,
                           problem);
}

const struct archive_format html_page_format = {
    .name = "html",
    .recognise = html_page_recognise,
    .split = page_split,
    .parse = page_parse,
};
