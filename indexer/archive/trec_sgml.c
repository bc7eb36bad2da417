/* trec_sgml.c - the elements of a TREC document. */
#include "indexer/archive/trec_sgml.h"

#include "indexer/archive/article_fields.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/html_page.h"
#include "indexer/archive/sgml.h"

/* Earlier names win, within a field. The text's elements come last: all of
 * theirs together are the body. */
static const struct {
    const char *name;
    enum field field;
} elements[] = {
    {"DOCNO", FIELD_ID},         {"DOCID", FIELD_ID},          {"HEADLINE", FIELD_TITLE},
    {"TITLE", FIELD_TITLE},      {"HL", FIELD_TITLE},          {"HEAD", FIELD_TITLE},
    {"TI", FIELD_TITLE},         {"DATE_TIME", FIELD_DATE},    {"PUBDATE", FIELD_DATE},
    {"DATE", FIELD_DATE},        {"DATE1", FIELD_DATE},        {"DD", FIELD_DATE},
    {"URL", FIELD_URL},          {"BYLINE", FIELD_AUTHOR},     {"AUTHOR", FIELD_AUTHOR},
    {"SO", FIELD_SOURCE},        {"SOURCE", FIELD_SOURCE},     {"PUB", FIELD_SOURCE},
    {"SECTION", FIELD_CATEGORY}, {"CATEGORY", FIELD_CATEGORY}, {"SUBJECT", FIELD_TAGS},
    {"KEYWORDS", FIELD_TAGS},    {"DESCRIPT", FIELD_TAGS},     {"DESCRIPTORS", FIELD_TAGS},
    {"SUMMARY", FIELD_SUMMARY},  {"LANGUAGE", FIELD_LANGUAGE},
};

#define TEXT_ELEMENTS "LP LEADPARA TEXT"

/* What is no text where a document has no TEXT: the fields above, and others
 * that name or describe it. */
#define OTHER_ELEMENTS                                                                             \
    "DOCNO DOCID HEADLINE TITLE HL HEAD TI DATE_TIME PUBDATE DATE DATE1 DD URL BYLINE AUTHOR SO "  \
    "SOURCE PUB SECTION CATEGORY SUBJECT KEYWORDS DESCRIPT DESCRIPTORS SUMMARY LANGUAGE DATELINE " \
    "DOCTYPE TXTTYPE FILEID SLUG HEADER TRAILER PROFILE PAGE LENGTH TYPE GRAPHIC COPYRGHT ACCESS " \
    "CAPTION DOCHDR"

static int trec_recognise(const char *head, size_t len)
{
    struct span text = span_trimmed(span_of(head, len));
    struct sgml_tag tag;
    if (!text.len || text.p[0] != '<')
        return 0;
    for (int tags = 0; tags < 8 && sgml_next_tag(text, &tag); tags++) {
        text = span_between(tag.end, span_end(text));
        if (span_is(tag.name, "DOC")) {
            if (sgml_attribute(tag.attributes, "id").p)
                return 90;
            return sgml_next_tag(text, &tag) && span_is_one_of(tag.name, "DOCNO DOCID") ? 90 : 0;
        }
    }
    return 0;
}

static int trec_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return sgml_split(in, "DOC", &trec_sgml_format, sink, err);
}

/* The element's text, in the arena, in one line where it is not the body. */
static void offer_text(struct raw_fields *raw, enum field field, unsigned rank, struct span markup,
                       struct arena *arena)
{
    struct buf text = {0};
    sgml_text(markup, &text);
    if (text.len)
        offer_value(raw, field, rank, arena_strndup(arena, (const char *)text.data, text.len),
                    text.len);
    buf_free(&text);
}

static void offer_elements(struct raw_fields *raw, struct span doc, struct arena *arena)
{
    for (unsigned i = 0; i < sizeof elements / sizeof *elements; i++) {
        struct span element = sgml_element(doc, elements[i].name);
        if (element.p)
            offer_text(raw, elements[i].field, i, element, arena);
    }
}

/* All text elements, in their order. False when there is none. */
static bool collect_text(struct span doc, struct buf *out)
{
    const char *end = span_end(doc);
    struct span inside = {0};
    struct sgml_tag tag;
    const char *open = NULL;
    while (sgml_next_tag(doc, &tag)) {
        if (!open && !tag.closes && span_is_one_of(tag.name, TEXT_ELEMENTS)) {
            open = tag.end;
            inside = tag.name;
        } else if (open && tag.closes && span_same(tag.name, inside)) {
            buf_puts(out, "\n\n");
            buf_add(out, open, (size_t)(tag.start - open));
            open = NULL;
        }
        doc = span_between(tag.end, end);
    }
    return out->len > 0;
}

static void offer_body(struct raw_fields *raw, struct span doc, struct arena *arena)
{
    struct buf markup = {0};
    if (!collect_text(doc, &markup))
        sgml_without(doc, OTHER_ELEMENTS, &markup);
    offer_text(raw, FIELD_BODY, 0, span_of((const char *)markup.data, markup.len), arena);
    buf_free(&markup);
}

/* "NYT_ENG_20000101.0001", "APW19980601.0001" */
static void offer_date_of_id(struct raw_fields *raw)
{
    struct raw_value id = raw->of[FIELD_ID];
    for (size_t i = 0, digits = 0; i < id.len; i++) {
        digits = is_ascii_digit(id.text[i]) ? digits + 1 : 0;
        bool ends = i + 1 == id.len || !is_ascii_digit(id.text[i + 1]);
        struct date date;
        if (digits == 8 && ends && i + 1 < id.len && date_parse(id.text + i - 7, 8, &date))
            offer_value(raw, FIELD_DATE, 1000, id.text + i - 7, 8);
    }
}

/* Behind "</DOCHDR>" stands a page, and in it "URL headers". */
static int parse_web_page(struct archive_parser *parser, struct span doc, struct span header,
                          struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct span lines = span_trimmed(header), line = span_take_line(&lines);
    struct span id = span_trimmed(sgml_element(doc, "DOCNO")), url = span_take_until(&line, ' ');
    struct page_origin origin = {.id = value_in_utf8(parser, id, arena, problem),
                                 .url = value_in_utf8(parser, url, arena, problem)};
    struct span page = span_between(span_end(header) + strlen("</DOCHDR>"), span_end(doc));
    return html_page_parse(parser, page, &origin, arena, out, problem);
}

static int trec_parse(struct archive_parser *parser, const struct record *record,
                      struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct raw_fields raw = {0};
    struct span whole = span_of(record->data, record->len);
    struct span web = sgml_element(whole, "DOC"), header = sgml_element(web, "DOCHDR");
    if (header.p)
        return parse_web_page(parser, web, header, arena, out, problem);
    struct bytes bytes = record_in_utf8(parser, record, problem);
    struct span all = span_of((const char *)bytes.p, bytes_left(&bytes));
    struct sgml_tag tag = {0};
    sgml_next_tag(all, &tag);
    struct span doc = sgml_element(all, "DOC"), id = sgml_attribute(tag.attributes, "id");
    if (id.p)
        offer_value(&raw, FIELD_ID, 0, id.p, id.len);
    offer_elements(&raw, doc, arena);
    offer_body(&raw, doc, arena);
    offer_date_of_id(&raw);
    return finish_article(parser, &raw, arena, out, problem);
}

const struct archive_format trec_sgml_format = {
    .name = "trec",
    .recognise = trec_recognise,
    .split = trec_split,
    .parse = trec_parse,
};
