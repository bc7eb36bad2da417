/* newsml_g2.c - itemMeta, contentMeta and contentSet of an item. */
#include "indexer/archive/newsml_g2.h"

#include <string.h>
#include <strings.h>

#include "indexer/archive/newsml_content.h"
#include "indexer/archive/span.h"
#include "indexer/archive/xml_split.h"

static const char items[] =
    "newsItem packageItem conceptItem knowledgeItem planningItem catalogItem";
static const struct xml_shape shape = {
    .records = items, .containers = "newsMessage itemSet", .kept = ""};

static int g2_recognise(const char *head, size_t len)
{
    struct xml_root root;
    xml_find_root(head, len, &root);
    struct span name = span_of(root.name, strlen(root.name));
    struct span child = span_of(root.child, strlen(root.child));
    if (span_is(name, "newsMessage") || span_is_one_of(name, items))
        return 90;
    /* A collection that someone put together; <NewsML> is the other version. */
    return span_is_one_of(child, items) && !span_is(name, "NewsML") ? 80 : 0;
}

static int g2_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return xml_split(in, sink, &newsml_g2_format, &shape, err);
}

static const struct xml_node *child(const struct xml_node *node, const char *name)
{
    return xml_child(node, XML_PLAIN, name);
}

/* A code, as a name or as a URI. */
static const char *code_of(const struct xml_node *node)
{
    const char *code = node ? xml_attribute(node, "qcode") : NULL;
    if (node && !code)
        code = xml_attribute(node, "uri");
    return code ? code : node ? xml_attribute(node, "literal") : NULL;
}

/* --- who and what --- */

static void offer_names(struct xml_fields *f, const struct xml_node *meta, const char *name,
                        enum field field, unsigned rank)
{
    struct xml_list list = {0};
    for (const struct xml_node *n = child(meta, name); n; n = xml_sibling(n, XML_PLAIN, name)) {
        const char *text = xml_text_of(f, child(n, "name"));
        xml_list_add(&list, text, strlen(text));
    }
    xml_list_offer(f, field, rank, &list);
}

/* "medtop:04000000": six zeros end the code of a topic of the highest level. */
static bool is_top_level(const struct xml_node *subject)
{
    const char *code = code_of(subject);
    return code && span_ends(span_of(code, strlen(code)), "000000");
}

/* In the newest versions a subject may have its name one level deeper. */
static const char *subject_name(struct xml_fields *f, const struct xml_node *subject)
{
    const struct xml_node *name = child(subject, "name");
    return xml_text_of(f, name ? name : child(child(subject, "mainConcept"), "name"));
}

static void offer_subjects(struct xml_fields *f, const struct xml_node *meta)
{
    struct xml_list tags = {0};
    static const char *const texts[] = {"keyword", "slugline"};
    const struct xml_node *n = child(meta, "subject");
    for (; n; n = xml_sibling(n, XML_PLAIN, "subject")) {
        const char *name = subject_name(f, n);
        xml_list_add(&tags, name, strlen(name));
        xml_offer(f, FIELD_CATEGORY, is_top_level(n) ? 0 : 1, name);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (n = child(meta, texts[i]); n; n = xml_sibling(n, XML_PLAIN, texts[i]))
            xml_list_add(&tags, xml_text_of(f, n), strlen(xml_text_of(f, n)));
    xml_list_offer(f, FIELD_TAGS, 0, &tags);
}

static void offer_source(struct xml_fields *f, const struct xml_node *item)
{
    const struct xml_node *meta = child(item, "itemMeta"), *provider = child(meta, "provider");
    const struct xml_node *holder = child(child(item, "rightsInfo"), "copyrightHolder");
    offer_names(f, meta, "provider", FIELD_SOURCE, 0);
    offer_names(f, child(item, "contentMeta"), "infoSource", FIELD_SOURCE, 1);
    xml_offer_text(f, FIELD_SOURCE, 2, child(holder, "name"));
    xml_offer(f, FIELD_SOURCE, 3, provider ? xml_attribute(provider, "literal") : NULL);
    xml_offer(f, FIELD_SOURCE, 4, provider ? newsml_code(xml_attribute(provider, "qcode")) : NULL);
}

/* --- the item --- */

static void offer_item_meta(struct xml_fields *f, const struct xml_node *item)
{
    const struct xml_node *meta = child(item, "itemMeta");
    xml_offer(f, FIELD_ID, 0, xml_attribute(item, "guid"));
    xml_offer_date(f, FIELD_DATE, 0, child(meta, "firstCreated"));
    xml_offer_date(f, FIELD_DATE, 2, child(meta, "versionCreated"));
    xml_offer_date(f, FIELD_UPDATED, 0, child(meta, "versionCreated"));
    xml_offer_line(f, FIELD_TITLE, 10, child(meta, "title"));
    offer_source(f, item);
}

static void offer_content_meta(struct xml_fields *f, const struct xml_node *item)
{
    const struct xml_node *meta = child(item, "contentMeta"), *language = child(meta, "language");
    xml_offer_line(f, FIELD_TITLE, 0, child(meta, "headline"));
    xml_offer_line(f, FIELD_SUMMARY, 0, child(meta, "description"));
    xml_offer_date(f, FIELD_DATE, 1, child(meta, "contentCreated"));
    xml_offer(f, FIELD_LANGUAGE, 0, language ? xml_attribute(language, "tag") : NULL);
    xml_offer(f, FIELD_LANGUAGE, 1, xml_inherited(item, "lang"));
    xml_offer(f, FIELD_AUTHOR, 0, xml_without_by(f, xml_text_of(f, child(meta, "by"))));
    offer_names(f, meta, "creator", FIELD_AUTHOR, 200); /* a byline in the text is a person's */
    offer_subjects(f, meta);
    xml_offer_line(f, FIELD_TITLE, 200, child(meta, "slugline"));
}

/* The first of the item's alternative contents that has a text. */
static int offer_content_set(struct xml_fields *f, const struct xml_node *item, bool *found,
                             struct record_problem *problem)
{
    const struct xml_node *set = child(item, "contentSet");
    const struct xml_node *n = set ? set->first : NULL;
    int rc = BF_OK;
    *found = false;
    for (; n && !rc && !*found; n = n->next)
        if (xml_is(n, XML_PLAIN, "inlineXML") || xml_is(n, XML_PLAIN, "inlineData"))
            rc = newsml_offer_content(f, n, found, problem);
    return rc;
}

static int offer_news_item(struct xml_fields *f, const struct xml_node *item,
                           struct record_problem *problem)
{
    const struct xml_node *meta = child(item, "itemMeta");
    const char *class = newsml_code(code_of(child(meta, "itemClass")));
    bool found, canceled;
    int rc = newsml_offer_status(f, code_of(child(meta, "pubStatus")), &canceled, problem);
    if (rc)
        return rc;
    offer_item_meta(f, item);
    if (canceled)
        return BF_OK;
    offer_content_meta(f, item);
    rc = offer_content_set(f, item, &found, problem);
    if (!rc && !found && class && strcasecmp(class, "text") != 0)
        return skip_record(problem, SKIP_NOT_AN_ARTICLE, class);
    return rc;
}

/* --- the form of Reuters' corpora --- */

static bool is_reuters_item(const struct xml_node *item)
{
    return child(item, "text") && xml_attribute(item, "itemid");
}

static int offer_reuters_item(struct xml_fields *f, const struct xml_node *item)
{
    xml_offer(f, FIELD_ID, 0, xml_attribute(item, "itemid"));
    xml_offer(f, FIELD_DATE, 0, xml_attribute(item, "date"));
    xml_offer(f, FIELD_LANGUAGE, 0, xml_inherited(item, "lang"));
    xml_offer_line(f, FIELD_TITLE, 0, child(item, "headline"));
    xml_offer_line(f, FIELD_TITLE, 1, child(item, "title"));
    xml_offer(f, FIELD_AUTHOR, 0, xml_without_by(f, xml_text_of(f, child(item, "byline"))));
    xml_offer_body(f, child(item, "text"));
    struct xml_list tags = {0};
    const struct xml_node *metadata = child(item, "metadata");
    for (const struct xml_node *n = metadata; n; n = xml_walk(n, metadata))
        if (xml_is(n, XML_PLAIN, "code") && xml_attribute(n, "code"))
            xml_list_add(&tags, xml_attribute(n, "code"), strlen(xml_attribute(n, "code")));
    xml_list_offer(f, FIELD_TAGS, 0, &tags);
    return BF_OK;
}

static int offer_item(struct xml_fields *f, const struct xml_node *item,
                      struct record_problem *problem)
{
    if (strcasecmp(item->name, "newsItem") != 0)
        return skip_record(problem, SKIP_NOT_AN_ARTICLE, item->name);
    return is_reuters_item(item) ? offer_reuters_item(f, item) : offer_news_item(f, item, problem);
}

static int g2_parse(struct archive_parser *parser, const struct record *record, struct arena *arena,
                    struct article *out, struct record_problem *problem)
{
    return xml_parse_record(parser, record, offer_item, arena, out, problem);
}

const struct archive_format newsml_g2_format = {
    .name = "newsml-g2",
    .recognise = g2_recognise,
    .split = g2_split,
    .parse = g2_parse,
};
