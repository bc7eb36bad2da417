/* nitf.c - head, body.head and body.content of an article. */
#include "indexer/archive/nitf.h"

#include <string.h>
#include <strings.h>

#include "indexer/archive/span.h"
#include "indexer/archive/xml_split.h"

static const struct xml_shape shape = {.records = "nitf", .containers = "", .kept = ""};

static int nitf_recognise(const char *head, size_t len)
{
    struct xml_root root;
    xml_find_root(head, len, &root);
    return strcasecmp(root.name, "nitf") == 0 || strcasecmp(root.child, "nitf") == 0 ? 90 : 0;
}

static int nitf_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return xml_split(in, sink, &nitf_format, &shape, err);
}

/* NITF's elements have no namespace, or the format's own. */
static const struct xml_node *child(const struct xml_node *node, const char *name)
{
    return xml_child(node, XML_PLAIN, name);
}

static const char *attribute(const struct xml_node *node, const char *name)
{
    return node ? xml_attribute(node, name) : NULL;
}

/* --- head --- */

static void offer_dates(struct xml_fields *f, const struct xml_node *head,
                        const struct xml_node *body_head, unsigned rank)
{
    const struct xml_node *data = child(head, "docdata");
    const struct xml_node *story = child(child(body_head, "dateline"), "story.date");
    const struct xml_node *const places[] = {child(data, "date.issue"), child(data, "date.release"),
                                             story};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *norm = attribute(places[i], "norm");
        xml_offer(f, FIELD_DATE, rank++, norm);
        if (places[i] && !norm)
            xml_offer_date(f, FIELD_DATE, rank++, places[i]);
    }
    xml_offer(f, FIELD_DATE, rank, attribute(child(head, "pubdata"), "date.publication"));
}

/* Keywords, subjects, and what was identified in the text. */
static void offer_tags(struct xml_fields *f, const struct xml_node *head, unsigned rank)
{
    static const char *const values[] = {"key", "tobject.subject.matter", "tobject.subject.type",
                                         "tobject.property.type", NULL};
    struct xml_list tags = {0};
    for (const struct xml_node *n = head; n; n = xml_walk(n, head)) {
        if (!n->name)
            continue;
        for (const char *const *value = values; *value; value++)
            if (xml_attribute(n, *value))
                xml_list_add(&tags, xml_attribute(n, *value), strlen(xml_attribute(n, *value)));
        if (xml_is(n->parent, XML_PLAIN, "identified-content")) {
            const char *text = xml_text_of(f, n);
            xml_list_add(&tags, text, strlen(text));
        }
    }
    xml_list_offer(f, FIELD_TAGS, rank, &tags);
}

static void offer_metas(struct xml_fields *f, const struct xml_node *head, unsigned rank)
{
    const struct xml_node *n = child(head, "meta");
    for (; n; n = xml_sibling(n, XML_PLAIN, "meta")) {
        const char *name = xml_attribute(n, "name");
        unsigned place = 0;
        enum field field = name ? field_map_find(f->map, name, strlen(name), &place) : FIELD_NONE;
        if (field != FIELD_NONE)
            xml_offer(f, field, rank + place, xml_attribute(n, "content"));
    }
}

static void offer_head(struct xml_fields *f, const struct xml_node *nitf, unsigned rank)
{
    const struct xml_node *head = child(nitf, "head");
    if (!head)
        return;
    const struct xml_node *data = child(head, "docdata"), *pub = child(head, "pubdata");
    xml_offer(f, FIELD_ID, rank, attribute(child(data, "doc-id"), "id-string"));
    xml_offer(f, FIELD_ID, rank + 1, xml_attribute(nitf, "uno"));
    xml_offer(f, FIELD_URL, rank, attribute(pub, "ex-ref"));
    xml_offer(f, FIELD_CATEGORY, rank, attribute(pub, "position.section"));
    xml_offer(f, FIELD_SOURCE, rank + 1, attribute(pub, "name"));
    xml_offer(f, FIELD_SOURCE, rank + 2, attribute(child(data, "doc.copyright"), "holder"));
    xml_offer_line(f, FIELD_TITLE, rank + 1, child(head, "title"));
    offer_tags(f, head, rank);
    offer_metas(f, head, rank + 10);
}

/* --- body --- */

/* "By Jane Doe, Staff Reporter" by its persons, or without the "By" and the
 * title, which has an element of its own. */
static void offer_byline(struct xml_fields *f, const struct xml_node *byline, unsigned rank)
{
    struct xml_list people = {0};
    if (!byline)
        return;
    const struct xml_node *n = child(byline, "person");
    for (; n; n = xml_sibling(n, XML_PLAIN, "person"))
        xml_list_add(&people, xml_text_of(f, n), strlen(xml_text_of(f, n)));
    if (!people.text.len) {
        f->scratch.len = 0;
        for (n = byline->first; n; n = n->next)
            if (!xml_is(n, XML_PLAIN, "byttl"))
                xml_add_text(n, &f->scratch);
        const char *name = xml_without_by(f, buf_text(&f->scratch));
        xml_list_add(&people, name, strlen(name));
    }
    xml_list_offer(f, FIELD_AUTHOR, rank, &people);
    xml_offer_line(f, FIELD_AUTHOR, rank + 1, child(byline, "byttl"));
}

static void offer_body(struct xml_fields *f, const struct xml_node *nitf, unsigned rank)
{
    const struct xml_node *body = child(nitf, "body"), *head = child(body, "body.head");
    const struct xml_node *headline = child(head, "hedline");
    xml_offer_line(f, FIELD_TITLE, rank, child(headline, "hl1"));
    xml_offer_line(f, FIELD_TITLE, rank + 1, headline);
    xml_offer_line(f, FIELD_SUMMARY, rank, child(head, "abstract"));
    xml_offer_line(f, FIELD_SUMMARY, rank + 1, child(headline, "hl2"));
    xml_offer_line(f, FIELD_SOURCE, rank, child(head, "distributor"));
    offer_byline(f, child(head, "byline"), rank);
    const struct xml_node *content = child(body, "body.content");
    xml_offer_body(f, content ? content : body);
}

int nitf_offer(struct xml_fields *f, const struct xml_node *nitf, unsigned rank,
               struct record_problem *problem)
{
    const struct xml_node *head = child(nitf, "head");
    const char *status = attribute(child(head, "docdata"), "management-status");
    if (status && strcasecmp(status, "withheld") == 0)
        return skip_record(problem, SKIP_NOT_PUBLISHED, status);
    xml_offer(f, FIELD_STATUS, rank, status);
    xml_offer(f, FIELD_LANGUAGE, rank, xml_inherited(nitf, "lang"));
    offer_dates(f, head, child(child(nitf, "body"), "body.head"), rank);
    offer_body(f, nitf, rank);
    offer_head(f, nitf, rank);
    return BF_OK;
}

/* --- a document of its own --- */

static int offer_document(struct xml_fields *f, const struct xml_node *nitf,
                          struct record_problem *problem)
{
    return nitf_offer(f, nitf, 0, problem);
}

static int nitf_parse(struct archive_parser *parser, const struct record *record,
                      struct arena *arena, struct article *out, struct record_problem *problem)
{
    return xml_parse_record(parser, record, offer_document, arena, out, problem);
}

const struct archive_format nitf_format = {
    .name = "nitf",
    .recognise = nitf_recognise,
    .split = nitf_split,
    .parse = nitf_parse,
};
