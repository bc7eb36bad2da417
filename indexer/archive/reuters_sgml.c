/* reuters_sgml.c - the elements of a Reuters article. */
#include "indexer/archive/reuters_sgml.h"

#include "indexer/archive/article_fields.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/html.h"
#include "indexer/archive/sgml.h"

static int reuters_recognise(const char *head, size_t len)
{
    struct span text = span_trimmed(span_of(head, len));
    struct sgml_tag tag;
    if (!text.len || text.p[0] != '<')
        return 0;
    while (sgml_next_tag(text, &tag) && !tag.name.len)
        text = span_between(tag.end, span_end(text));
    return text.len && sgml_next_tag(text, &tag) && span_is(tag.name, "REUTERS") ? 95 : 0;
}

static int reuters_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return sgml_split(in, "REUTERS", &reuters_sgml_format, sink, err);
}

/* "<D>wheat</D><D>corn</D>" as "wheat, corn", added to out. */
static void add_list(struct span element, struct buf *out)
{
    for (;;) {
        struct span one = sgml_element(element, "D");
        if (!one.p)
            return;
        if (out->len)
            buf_puts(out, ", ");
        html_decode(one.p, one.len, out);
        element = span_between(span_end(one), span_end(element));
    }
}

static void offer_copy(struct raw_fields *raw, enum field field, const struct buf *text,
                       struct arena *arena)
{
    if (text->len)
        offer_value(raw, field, 0, arena_strndup(arena, (const char *)text->data, text->len),
                    text->len);
}

static void offer_lists(struct raw_fields *raw, struct span record, struct arena *arena)
{
    static const char *const names[] = {"TOPICS", "PLACES",    "PEOPLE",
                                        "ORGS",   "EXCHANGES", "COMPANIES"};
    struct buf list = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        add_list(sgml_element(record, names[i]), &list);
        if (i == 0)
            offer_copy(raw, FIELD_CATEGORY, &list, arena);
    }
    offer_copy(raw, FIELD_TAGS, &list, arena);
    buf_free(&list);
}

/* Behind the time there may be desk codes, as references to control characters,
 * or a remark. */
static struct span date_part(struct span date)
{
    size_t n = 0;
    while (n < date.len && date.p[n] != '&' && date.p[n] != '#')
        n++;
    return span_of(date.p, n);
}

static bool is_blank(unsigned char c)
{
    return c <= ' ' || c == 0x7f;
}

static void trim_end(struct buf *text)
{
    while (text->len && is_blank(text->data[text->len - 1]))
        text->len--;
}

/* The last word when it is "Reuter", and the control characters behind it. */
static void drop_sign_off(struct buf *text)
{
    trim_end(text);
    size_t word = text->len;
    while (word && !is_blank(text->data[word - 1]))
        word--;
    struct span last = span_from(span_of((const char *)text->data, text->len), word);
    if (span_is(last, "reuter"))
        text->len = word;
    trim_end(text);
}

static void offer_body(struct raw_fields *raw, struct span text, struct arena *arena)
{
    struct buf rest = {0}, body = {0};
    struct span element = sgml_element(text, "BODY");
    if (!element.p) {
        sgml_without(text, "TITLE AUTHOR DATELINE", &rest);
        element = span_of((const char *)rest.data, rest.len);
    }
    sgml_text(element, &body);
    drop_sign_off(&body);
    offer_copy(raw, FIELD_BODY, &body, arena);
    buf_free(&rest);
    buf_free(&body);
}

static void offer(struct raw_fields *raw, enum field field, struct span value)
{
    if (value.p)
        offer_value(raw, field, 0, value.p, value.len);
}

static int reuters_parse(struct archive_parser *parser, const struct record *record,
                         struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct raw_fields raw = {0};
    struct bytes bytes = record_in_utf8(parser, record, problem);
    struct span all = span_of((const char *)bytes.p, bytes_left(&bytes));
    struct sgml_tag tag = {0};
    sgml_next_tag(all, &tag);
    struct span text = sgml_element(all, "TEXT");
    offer(&raw, FIELD_ID, sgml_attribute(tag.attributes, "NEWID"));
    offer(&raw, FIELD_DATE, date_part(sgml_element(all, "DATE")));
    offer(&raw, FIELD_TITLE, sgml_element(text, "TITLE"));
    offer(&raw, FIELD_AUTHOR, sgml_element(text, "AUTHOR"));
    offer_lists(&raw, all, arena);
    offer_body(&raw, text, arena);
    return finish_article(parser, &raw, arena, out, problem);
}

const struct archive_format reuters_sgml_format = {
    .name = "reuters",
    .recognise = reuters_recognise,
    .split = reuters_split,
    .parse = reuters_parse,
};
