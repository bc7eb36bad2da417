/* newsml1.c - identification, management and components of an item. */
#include "indexer/archive/newsml1.h"

#include <string.h>
#include <strings.h>

#include "indexer/archive/newsml_content.h"
#include "indexer/archive/xml_split.h"

static const struct xml_shape shape = {.records = "NewsItem", .containers = "NewsML", .kept = ""};

static int newsml1_recognise(const char *head, size_t len)
{
    struct xml_root root;
    xml_find_root(head, len, &root);
    return strcasecmp(root.name, "NewsML") == 0 ? 90 : 0;
}

static int newsml1_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return xml_split(in, sink, &newsml1_format, &shape, err);
}

static const struct xml_node *child(const struct xml_node *node, const char *name)
{
    return xml_child(node, XML_PLAIN, name);
}

/* The first such element below the item, at any depth; NULL: none. */
static const struct xml_node *find(const struct xml_node *item, const char *name)
{
    const struct xml_node *n = item;
    while (n && !xml_is(n, XML_PLAIN, name))
        n = xml_walk(n, item);
    return n;
}

/* What a vocabulary calls it. */
static const char *formal_name(const struct xml_node *node)
{
    return node ? xml_attribute(node, "FormalName") : NULL;
}

/* --- identity --- */

static void offer_id(struct xml_fields *f, const struct xml_node *item)
{
    const struct xml_node *id = child(child(item, "Identification"), "NewsIdentifier");
    const char *provider = xml_text_of(f, child(id, "ProviderId"));
    const char *date = xml_text_of(f, child(id, "DateId"));
    const char *number = xml_text_of(f, child(id, "NewsItemId"));
    if (*provider && *number) {
        f->scratch.len = 0;
        buf_printf(&f->scratch, "urn:newsml:%s:%s:%s", provider, date, number);
        xml_offer(f, FIELD_ID, 0, buf_text(&f->scratch));
    }
    xml_offer_text(f, FIELD_ID, 1, child(id, "PublicIdentifier"));
}

static void offer_dates(struct xml_fields *f, const struct xml_node *item)
{
    const struct xml_node *management = child(item, "NewsManagement");
    xml_offer_date(f, FIELD_DATE, 0, child(management, "FirstCreated"));
    xml_offer_date(f, FIELD_DATE, 1, child(management, "ThisRevisionCreated"));
    xml_offer_date(f, FIELD_UPDATED, 0, child(management, "ThisRevisionCreated"));
}

/* --- what the components say --- */

static void offer_tags(struct xml_fields *f, const struct xml_node *item)
{
    struct xml_list tags = {0};
    for (const struct xml_node *n = item; n; n = xml_walk(n, item)) {
        const char *name = NULL;
        if (xml_is(n, XML_PLAIN, "KeywordLine") || xml_is(n, XML_PLAIN, "SlugLine"))
            name = xml_line_of(f, n);
        else if (xml_is(n, XML_PLAIN, "Subject") || xml_is(n, XML_PLAIN, "SubjectMatter") ||
                 xml_is(n, XML_PLAIN, "SubjectDetail"))
            name = formal_name(n);
        else if (xml_is(n, XML_PLAIN, "Property") &&
                 xml_is(n->parent, XML_PLAIN, "DescriptiveMetadata"))
            name = xml_attribute(n, "Value");
        if (name)
            xml_list_add(&tags, name, strlen(name));
    }
    xml_list_offer(f, FIELD_TAGS, 0, &tags);
}

static void offer_lines(struct xml_fields *f, const struct xml_node *item)
{
    const struct xml_node *provider = find(item, "Provider"), *source = find(item, "Source");
    xml_offer_line(f, FIELD_TITLE, 0, find(item, "HeadLine"));
    xml_offer_line(f, FIELD_SUMMARY, 0, find(item, "SubHeadLine"));
    xml_offer(f, FIELD_AUTHOR, 0, xml_without_by(f, xml_line_of(f, find(item, "ByLine"))));
    xml_offer(f, FIELD_LANGUAGE, 0, formal_name(find(item, "Language")));
    xml_offer(f, FIELD_LANGUAGE, 1, xml_inherited(item, "lang"));
    xml_offer(f, FIELD_SOURCE, 0, provider ? formal_name(child(provider, "Party")) : NULL);
    xml_offer(f, FIELD_SOURCE, 1, source ? formal_name(child(source, "Party")) : NULL);
    xml_offer_line(f, FIELD_SOURCE, 2, find(item, "CreditLine"));
    xml_offer_line(f, FIELD_TITLE, 200, find(item, "SlugLine"));
}

/* --- content --- */

static bool is_text(const struct xml_node *content_item)
{
    const char *medium = formal_name(child(content_item, "MediaType"));
    return !medium || strcasecmp(medium, "Text") == 0 || strcasecmp(medium, "ComplexData") == 0;
}

/* The first content of the item that is a text. *medium: what another is. */
static int offer_content(struct xml_fields *f, const struct xml_node *item, bool *found,
                         const char **medium, struct record_problem *problem)
{
    int rc = BF_OK;
    *found = false;
    *medium = NULL;
    for (const struct xml_node *n = item; n && !rc && !*found; n = xml_walk(n, item)) {
        if (!xml_is(n, XML_PLAIN, "ContentItem"))
            continue;
        if (!is_text(n))
            *medium = formal_name(child(n, "MediaType"));
        else if (child(n, "DataContent"))
            rc = newsml_offer_content(f, child(n, "DataContent"), found, problem);
    }
    return rc;
}

static int offer_item(struct xml_fields *f, const struct xml_node *item,
                      struct record_problem *problem)
{
    const struct xml_node *management = child(item, "NewsManagement");
    const char *medium;
    bool found, canceled;
    int rc = newsml_offer_status(f, formal_name(child(management, "Status")), &canceled, problem);
    if (rc)
        return rc;
    offer_id(f, item);
    offer_dates(f, item);
    if (canceled)
        return BF_OK;
    offer_lines(f, item);
    offer_tags(f, item);
    rc = offer_content(f, item, &found, &medium, problem);
    if (!rc && !found && medium)
        return skip_record(problem, SKIP_NOT_AN_ARTICLE, medium);
    return rc;
}

static int newsml1_parse(struct archive_parser *parser, const struct record *record,
                         struct arena *arena, struct article *out, struct record_problem *problem)
{
    return xml_parse_record(parser, record, offer_item, arena, out, problem);
}

const struct archive_format newsml1_format = {
    .name = "newsml",
    .recognise = newsml1_recognise,
    .split = newsml1_split,
    .parse = newsml1_parse,
};
