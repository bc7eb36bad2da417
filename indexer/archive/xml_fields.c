/* xml_fields.c - what the text of an element is, and where it goes. */
#include "indexer/archive/xml_fields.h"

#include <string.h>
#include <strings.h>

#include "common/text/utf8.h"
#include "indexer/archive/base64.h"
#include "indexer/archive/html.h"
#include "indexer/archive/span.h"
#include "indexer/archive/xml_lex.h"

#define NOT_READABLE    1000 /* added to the rank of such a date */
#define MOST_LIST_BYTES 16384

static const char *copy_trimmed(struct arena *arena, const char *text, size_t len)
{
    struct span t = span_trimmed(span_of(text, len));
    return arena_strndup(arena, t.p, t.len);
}

const char *xml_text_of(struct xml_fields *f, const struct xml_node *node)
{
    if (!node)
        return "";
    f->scratch.len = 0;
    xml_add_text(node, &f->scratch);
    return copy_trimmed(f->arena, (const char *)f->scratch.data, f->scratch.len);
}

const char *xml_without_by(struct xml_fields *f, const char *byline)
{
    struct span name = span_trimmed(span_of(byline, strlen(byline)));
    if (span_starts(name, "by ") || span_starts(name, "by:"))
        name = span_trimmed(span_from(name, 3));
    while (name.len && name.p[name.len - 1] == ',')
        name.len--;
    return arena_strndup(f->arena, name.p, name.len);
}

int xml_parse_record(struct archive_parser *parser, const struct record *record,
                     int (*offer)(struct xml_fields *f, const struct xml_node *node,
                                  struct record_problem *problem),
                     struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct raw_fields raw = {0};
    struct xml_fields f = {
        .raw = &raw, .arena = arena, .map = parser->map, .date_order = parser->date_order};
    const struct xml_node *node;
    int rc = xml_read(parser, record, &node, problem);
    struct record_problem read = *problem;
    if (!rc)
        rc = offer(&f, node, problem);
    if (!rc)
        rc = finish_article(parser, &raw, arena, out, problem);
    if (rc && problem->reason == SKIP_NO_TEXT && read.markup_repaired)
        rc = skip_record(problem, SKIP_INVALID_XML, read.detail);
    buf_free(&f.scratch);
    return rc;
}

void xml_offer(struct xml_fields *f, enum field field, unsigned rank, const char *text)
{
    if (text)
        offer_value(f->raw, field, rank, arena_strndup(f->arena, text, strlen(text)), strlen(text));
}

void xml_offer_text(struct xml_fields *f, enum field field, unsigned rank,
                    const struct xml_node *node)
{
    const char *text = xml_text_of(f, node);
    offer_value(f->raw, field, rank, text, strlen(text));
}

void xml_offer_date(struct xml_fields *f, enum field field, unsigned rank,
                    const struct xml_node *node)
{
    struct date date;
    const char *text = xml_text_of(f, node);
    if (!date_parse_ordered(text, strlen(text), f->date_order, &date))
        rank += NOT_READABLE;
    offer_value(f->raw, field, rank, text, strlen(text));
}

/* --- text or markup --- */

/* Elements that nobody writes about in the middle of a sentence without
 * escaping them. */
static const char html_names[] =
    "a abbr address applet article b blink blockquote br caption center cite code dd del div dl "
    "dt em embed figcaption figure font form frame frameset h1 h2 h3 h4 h5 h6 hr i iframe img "
    "input ins li link math meta nobr noscript object ol p picture pre q s script section small "
    "source span strike strong style sub sup svg table tbody td th thead tr tt u ul video audio";

static bool begins_html(const struct xml_piece *piece)
{
    return piece->kind == XML_COMMENT || piece->kind == XML_CDATA ||
           (piece->name && span_is_one_of(span_of(piece->name, piece->name_len), html_names));
}

static bool looks_like_html(const char *text, size_t len)
{
    const char *p = text, *end = span_end(span_of(text, len));
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        struct xml_piece piece = xml_lex(p, end, true);
        if (begins_html(&piece))
            return true;
        p += piece.len;
    }
    return false;
}

static bool is_markup(const struct xml_node *node)
{
    for (const struct xml_node *n = node->first; n; n = n->next)
        if (n->name)
            return true;
    return false;
}

static bool is_declared_html(const struct xml_node *node)
{
    const char *type = xml_attribute(node, "type");
    return type && (strcasecmp(type, "html") == 0 || strcasecmp(type, "text/html") == 0);
}

/* Decodes the text in place when that makes HTML of what has no tag yet. */
static bool unescape(struct buf *text)
{
    struct buf decoded = {0};
    html_decode((const char *)text->data, text->len, &decoded);
    bool html = looks_like_html((const char *)decoded.data, decoded.len);
    text->len = 0;
    buf_add(text, decoded.data, decoded.len);
    buf_free(&decoded);
    return html;
}

/* Atom 0.3 says mode="base64", Atom 1.0 a type that is no text. What then is
 * no text all the same stays as it stands. */
static bool is_declared_binary(const struct xml_node *node)
{
    const char *mode = xml_attribute(node, "mode"), *type = xml_attribute(node, "type");
    if (mode)
        return strcasecmp(mode, "base64") == 0;
    if (!type || node->space != XML_ATOM || !strchr(type, '/'))
        return false;
    struct span t = span_of(type, strlen(type));
    return !span_starts(t, "text/") && !span_ends(t, "xml");
}

static void decode_base64(struct buf *text)
{
    struct buf decoded = {0};
    if (base64_decode((const char *)text->data, text->len, &decoded) &&
        utf8_valid((const char *)decoded.data, decoded.len)) {
        text->len = 0;
        buf_add(text, decoded.data, decoded.len);
    }
    buf_free(&decoded);
}

/* The element's content in the scratch; true: it is HTML, else plain text
 * whose references are decoded. */
static bool read_content(struct xml_fields *f, const struct xml_node *node)
{
    struct buf *text = &f->scratch;
    text->len = 0;
    if (is_markup(node)) {
        xml_add_markup(node, text);
        return true;
    }
    xml_add_text(node, text);
    if (is_declared_binary(node))
        decode_base64(text);
    if (looks_like_html((const char *)text->data, text->len))
        return true;
    if (!text->len || !memchr(text->data, '&', text->len))
        return is_declared_html(node);
    return unescape(text);
}

bool xml_offer_body(struct xml_fields *f, const struct xml_node *node)
{
    if (!node)
        return false;
    enum field field = read_content(f, node) ? FIELD_BODY_HTML : FIELD_BODY;
    const char *text = copy_trimmed(f->arena, (const char *)f->scratch.data, f->scratch.len);
    offer_value(f->raw, field, 0, text, strlen(text));
    return *text;
}

const char *xml_line_of(struct xml_fields *f, const struct xml_node *node)
{
    if (!node)
        return "";
    if (read_content(f, node)) {
        struct buf text = {0};
        html_to_text((const char *)f->scratch.data, f->scratch.len, &text);
        f->scratch.len = 0;
        buf_add(&f->scratch, text.data, text.len);
        buf_free(&text);
    }
    return copy_trimmed(f->arena, (const char *)f->scratch.data, f->scratch.len);
}

void xml_offer_line(struct xml_fields *f, enum field field, unsigned rank,
                    const struct xml_node *node)
{
    const char *line = xml_line_of(f, node);
    offer_value(f->raw, field, rank, line, strlen(line));
}

/* --- lists --- */

static bool holds(const struct buf *list, struct span wanted)
{
    struct span rest = span_of((const char *)list->data, list->len);
    while (rest.len)
        if (span_same(span_trimmed(span_take_until(&rest, ',')), wanted))
            return true;
    return false;
}

void xml_list_add(struct xml_list *list, const char *text, size_t len)
{
    struct span one = span_trimmed(span_of(text, len));
    /* A list that long is no list; looking through it would take its time. */
    if (!one.len || list->text.len > MOST_LIST_BYTES || holds(&list->text, one))
        return;
    if (list->text.len)
        buf_puts(&list->text, ", ");
    buf_add(&list->text, one.p, one.len);
}

void xml_list_offer(struct xml_fields *f, enum field field, unsigned rank, struct xml_list *list)
{
    const char *text = arena_strndup(f->arena, (const char *)list->text.data, list->text.len);
    offer_value(f->raw, field, rank, text, list->text.len);
    buf_free(&list->text);
}
