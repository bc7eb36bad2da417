/* feed.c - the elements of an item or entry, by what they are called where. */
#include "indexer/archive/feed.h"

#include <string.h>
#include <strings.h>

#include "indexer/archive/article_id.h"
#include "indexer/archive/feed_wordpress.h"
#include "indexer/archive/uri.h"
#include "indexer/archive/url.h"
#include "indexer/archive/xml_fields.h"
#include "indexer/archive/span.h"
#include "indexer/archive/xml_split.h"

static const struct xml_shape shape = {
    .records = "item entry",
    .containers = "rss rdf feed channel scriptingnews",
    .kept = "title link language author base_site_url",
};

/* --- recognising and splitting --- */

static int feed_recognise(const char *head, size_t len)
{
    struct xml_root root;
    xml_find_root(head, len, &root);
    struct span name = span_of(root.name, strlen(root.name));
    struct span child = span_of(root.child, strlen(root.child));
    if (span_is_one_of(name, "rss feed channel"))
        return 90;
    if (span_is(name, "rdf"))
        return span_is_one_of(child, "channel item") || strstr(root.start_tag, "/rss/") ||
                       strstr(root.start_tag, "netscape.com/rdf")
                   ? 90
                   : 0;
    bool atom = strstr(root.start_tag, "purl.org/atom") || strstr(root.start_tag, "2005/Atom");
    return span_is(name, "entry") && atom ? 90 : 0;
}

static int feed_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return xml_split(in, sink, &feed_format, &shape, err);
}

/* --- what the feed says for its items --- */

/* The element's child of any of two namespaces. */
static const struct xml_node *child_of_feed(const struct xml_node *node, const char *name)
{
    const struct xml_node *found = xml_child(node, XML_PLAIN, name);
    if (!found)
        found = xml_child(node, XML_ATOM, name);
    return found ? found : xml_child(node, XML_DC, name);
}

/* From the feed, or its channel; in RSS 1.0 that is the item's sibling. */
static const struct xml_node *feed_child(const struct xml_node *item, const char *name)
{
    const struct xml_node *found = NULL;
    for (const struct xml_node *n = item->parent; n && !found; n = n->parent) {
        found = child_of_feed(n, name);
        if (!found)
            found = child_of_feed(xml_child(n, XML_PLAIN, "channel"), name);
    }
    return found;
}

/* --- links --- */

/* Of Atom's links the one to the article itself, whose relation is
 * "alternate", or goes without saying. */
static const char *atom_link(const struct xml_node *node)
{
    const struct xml_node *n = xml_child(node, XML_ATOM, "link");
    for (; n; n = xml_sibling(n, XML_ATOM, "link")) {
        const char *rel = xml_attribute(n, "rel"), *href = xml_attribute(n, "href");
        if (href && (!rel || strcasecmp(rel, "alternate") == 0))
            return href;
    }
    return NULL;
}

static const char *link_of(struct xml_fields *f, const struct xml_node *node)
{
    const struct xml_node *link = xml_child(node, XML_PLAIN, "link");
    const char *text = xml_text_of(f, link);
    if (!*text && link && xml_attribute(link, "href"))
        text = xml_attribute(link, "href");
    if (!*text && atom_link(node))
        text = atom_link(node);
    if (!*text && xml_attribute(node, "href")) /* CDF */
        text = xml_attribute(node, "href");
    return text;
}

/* What relative links of the item mean: xml:base, each in that of the element
 * round it, or the feed's own link. */
static void add_base(struct xml_fields *f, const struct xml_node *node, struct buf *base)
{
    const struct xml_node *chain[XML_MOST_DEPTH + 1];
    size_t depth = 0;
    for (; node && depth <= XML_MOST_DEPTH; node = node->parent)
        chain[depth++] = node;
    while (depth--) {
        const struct xml_node *n = chain[depth];
        struct buf resolved = {0};
        const char *own = NULL;
        for (const struct xml_attribute *a = n->attributes; a; a = a->next)
            if (a->space == XML_XML && strcasecmp(a->name, "base") == 0)
                own = a->value;
        if (!own && !base->len && n->name &&
            span_is_one_of(span_of(n->name, strlen(n->name)), "channel feed"))
            own = link_of(f, n);
        if (!own || !*own)
            continue;
        uri_resolve((const char *)base->data, base->len, own, strlen(own), &resolved);
        base->len = 0;
        buf_add(base, resolved.data, resolved.len);
        buf_free(&resolved);
    }
}

static const char *resolved(struct xml_fields *f, const struct xml_node *item, const char *link)
{
    struct buf base = {0};
    if (!*link || uri_is_absolute(link, strlen(link)))
        return link;
    add_base(f, item, &base);
    f->scratch.len = 0;
    uri_resolve((const char *)base.data, base.len, link, strlen(link), &f->scratch);
    buf_free(&base);
    return arena_strndup(f->arena, (const char *)f->scratch.data, f->scratch.len);
}

static bool is_permalink(const struct xml_node *guid)
{
    const char *stated = xml_attribute(guid, "isPermaLink");
    return !stated || strcasecmp(stated, "false") != 0;
}

/* The id, as feed.h says, and what stands in for a link. */
static void offer_id(struct xml_fields *f, const struct xml_node *item, bool linked)
{
    const struct xml_node *guid = xml_child(item, XML_PLAIN, "guid");
    bool permalink = guid && is_permalink(guid);
    if (!guid)
        guid = xml_child(item, XML_ATOM, "id");
    const char *text = xml_text_of(f, guid);
    size_t len = strlen(text);
    f->scratch.len = 0;
    if (permalink && id_from_url(text, &f->scratch)) {
        xml_offer(f, FIELD_ID, 0, buf_text(&f->scratch));
        xml_offer(f, FIELD_URL, 1, text);
    } else if (uri_is_absolute(text, len) || !linked) {
        xml_offer(f, FIELD_ID, 0, text);
    }
    for (const struct xml_attribute *a = item->attributes; a; a = a->next)
        if (a->space == XML_RDF && strcasecmp(a->name, "about") == 0)
            xml_offer(f, FIELD_URL, 2, a->value);
}

/* Whether the link is that of the feed, as podcasts give it for each item. */
static bool is_feeds_own(struct xml_fields *f, const struct xml_node *item, const char *link)
{
    struct buf one = {0}, other = {0};
    const char *own = xml_text_of(f, feed_child(item, "link"));
    bool same = url_canonical(link, strlen(link), &one) &&
                url_canonical(own, strlen(own), &other) &&
                strcmp(buf_text(&one), buf_text(&other)) == 0;
    buf_free(&one);
    buf_free(&other);
    return same;
}

static void offer_links(struct xml_fields *f, const struct xml_node *item)
{
    const char *link = resolved(f, item, link_of(f, item));
    bool names_item = *link && !is_feeds_own(f, item, link);
    offer_id(f, item, names_item);
    if (names_item || f->raw->of[FIELD_ID].text) /* else it would make the id */
        xml_offer(f, FIELD_URL, 0, link);
}

/* --- people --- */

/* "jane@example.org (Jane Doe)" and "Jane Doe <jane@example.org>" name Jane
 * Doe; where only an address is given it stands for its owner. */
static void add_person(struct xml_list *people, const char *text)
{
    size_t len = strlen(text), name = strcspn(text, "(<");
    const char *close = name < len ? strpbrk(text + name, ")>") : NULL;
    if (!close) {
        xml_list_add(people, text, len);
        return;
    }
    const char *inside = text + name + 1;
    bool address_inside = memchr(inside, '@', (size_t)(close - inside)) != NULL;
    bool address_first = memchr(text, '@', name) != NULL;
    if (strspn(text, " ") < name && (address_inside || !address_first))
        xml_list_add(people, text, name);
    else
        xml_list_add(people, inside, (size_t)(close - inside));
}

/* Atom's author has a name, or at least an address. */
static void add_author(struct xml_fields *f, struct xml_list *people, const struct xml_node *author)
{
    const struct xml_node *name = xml_child(author, author->space, "name");
    const struct xml_node *address = xml_child(author, author->space, "email");
    if (*xml_text_of(f, name))
        add_person(people, xml_line_of(f, name));
    else
        add_person(people, xml_line_of(f, address ? address : author));
}

static void offer_people(struct xml_fields *f, const struct xml_node *node, enum xml_space space,
                         const char *name, unsigned rank)
{
    struct xml_list people = {0};
    const struct xml_node *n = xml_child(node, space, name);
    for (; n; n = xml_sibling(n, space, name))
        add_author(f, &people, n);
    xml_list_offer(f, FIELD_AUTHOR, rank, &people);
}

static void offer_authors(struct xml_fields *f, const struct xml_node *item)
{
    offer_people(f, item, XML_ATOM, "author", 0);
    offer_people(f, item, XML_DC, "creator", 1);
    offer_people(f, item, XML_PLAIN, "author", 2);
    offer_people(f, item, XML_DC, "author", 3);
    offer_people(f, item, XML_ITUNES, "author", 4);
    if (xml_child(item, XML_ATOM, "source"))
        offer_people(f, xml_child(item, XML_ATOM, "source"), XML_ATOM, "author", 5);
    const struct xml_node *author = feed_child(item, "author"); /* Atom's is its entries' too */
    if (author && author->space == XML_ATOM)
        offer_people(f, author->parent, XML_ATOM, "author", 6);
}

/* --- tags --- */

static void add_keywords(struct xml_list *tags, const char *text)
{
    for (size_t n; *text; text += n + (text[n] != '\0')) {
        n = strcspn(text, ",");
        xml_list_add(tags, text, n);
    }
}

static const char *category_text(struct xml_fields *f, const struct xml_node *category)
{
    const char *label = xml_attribute(category, "label"), *term = xml_attribute(category, "term");
    if (!term)
        term = xml_attribute(category, "text"); /* iTunes */
    return label ? label : term ? term : xml_line_of(f, category);
}

static void offer_tags(struct xml_fields *f, const struct xml_node *item)
{
    struct xml_list tags = {0};
    for (const struct xml_node *n = item->first; n; n = n->next) {
        if (!n->name)
            continue;
        if (strcasecmp(n->name, "category") == 0 && n->space != XML_OTHER) {
            const char *text = category_text(f, n);
            xml_list_add(&tags, text, strlen(text));
        } else if (xml_is(n, XML_DC, "subject")) {
            const char *text = xml_text_of(f, n);
            xml_list_add(&tags, text, strlen(text));
        } else if (strcasecmp(n->name, "keywords") == 0) {
            add_keywords(&tags, xml_text_of(f, n));
        }
    }
    xml_list_offer(f, FIELD_TAGS, 1, &tags);
}

/* --- text --- */

struct place {
    enum xml_space space;
    const char *name;
};

/* Where the whole text stands, and where a part of it; the best first. */
static const struct place full_texts[] = {{XML_CONTENT, "encoded"}, {XML_XHTML, "body"},
                                          {XML_XHTML, "div"},       {XML_ATOM, "content"},
                                          {XML_PLAIN, "content"},   {XML_PLAIN, "fullitem"},
                                          {XML_PLAIN, "body"},      {XML_PLAIN, "fulltext"}};
static const struct place descriptions[] = {
    {XML_PLAIN, "description"}, {XML_ATOM, "summary"},      {XML_PLAIN, "summary"},
    {XML_DC, "description"},    {XML_DC, "abstract"},       {XML_PLAIN, "abstract"},
    {XML_ITUNES, "summary"},    {XML_MEDIA, "description"}, {XML_ATOM, "tagline"},
    {XML_ITUNES, "subtitle"},   {XML_PLAIN, "subtitle"},
};

static const struct xml_node *find_text(const struct xml_node *item, const struct place *places,
                                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct xml_node *n = xml_child(item, places[i].space, places[i].name);
        if (n && xml_has_text(n))
            return n;
    }
    /* Media may be in a group of its own. */
    const struct xml_node *group = xml_child(item, XML_MEDIA, "group");
    return group ? find_text(group, places, count) : NULL;
}

/* Another text, shorter than the body that was chosen already. */
static void offer_subtitle(struct xml_fields *f, const struct xml_node *item,
                           const struct xml_node *body)
{
    static const struct place places[] = {
        {XML_PLAIN, "summary"}, {XML_ITUNES, "summary"}, {XML_ITUNES, "subtitle"}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const struct xml_node *n = xml_child(item, places[i].space, places[i].name);
        if (n && n != body && strcmp(xml_text_of(f, n), xml_text_of(f, body)) != 0)
            xml_offer_line(f, FIELD_SUMMARY, 2, n);
    }
}

static void offer_texts(struct xml_fields *f, const struct xml_node *item)
{
    const struct xml_node *full =
        find_text(item, full_texts, sizeof full_texts / sizeof *full_texts);
    const struct xml_node *part =
        find_text(item, descriptions, sizeof descriptions / sizeof *descriptions);
    if (f->raw->of[FIELD_BODY_HTML].text || xml_offer_body(f, full))
        xml_offer_line(f, FIELD_SUMMARY, 1, part);
    else if (xml_offer_body(f, part))
        offer_subtitle(f, item, part);
}

static void offer_title(struct xml_fields *f, const struct xml_node *item)
{
    xml_offer_line(f, FIELD_TITLE, 0, xml_child(item, XML_PLAIN, "title"));
    xml_offer_line(f, FIELD_TITLE, 1, xml_child(item, XML_ATOM, "title"));
    xml_offer_line(f, FIELD_TITLE, 2, xml_child(item, XML_DC, "title"));
    xml_offer_line(f, FIELD_TITLE, 3, xml_child(item, XML_MEDIA, "title"));
    xml_offer_line(f, FIELD_TITLE, 4, xml_child(item, XML_ITUNES, "title"));
}

/* --- dates --- */

static void offer_dates(struct xml_fields *f, const struct xml_node *item)
{
    static const struct {
        struct place place;
        enum field field;
        unsigned rank;
    } dates[] = {
        {{XML_PLAIN, "pubDate"}, FIELD_DATE, 1},   {{XML_ATOM, "published"}, FIELD_DATE, 2},
        {{XML_PLAIN, "published"}, FIELD_DATE, 3}, {{XML_ATOM, "issued"}, FIELD_DATE, 4},
        {{XML_DC, "issued"}, FIELD_DATE, 5},       {{XML_DC, "date"}, FIELD_DATE, 6},
        {{XML_ATOM, "created"}, FIELD_DATE, 7},    {{XML_DC, "created"}, FIELD_DATE, 8},
        {{XML_PLAIN, "date"}, FIELD_DATE, 9},      {{XML_ATOM, "updated"}, FIELD_DATE, 20},
        {{XML_ATOM, "modified"}, FIELD_DATE, 21},  {{XML_DC, "modified"}, FIELD_DATE, 22},
        {{XML_ATOM, "updated"}, FIELD_UPDATED, 1}, {{XML_ATOM, "modified"}, FIELD_UPDATED, 2},
        {{XML_DC, "modified"}, FIELD_UPDATED, 3},  {{XML_ATOM, "created"}, FIELD_CREATED, 1},
        {{XML_DC, "created"}, FIELD_CREATED, 2},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        const struct xml_node *n = xml_child(item, dates[i].place.space, dates[i].place.name);
        if (n)
            xml_offer_date(f, dates[i].field, dates[i].rank, n);
    }
    xml_offer(f, FIELD_DATE, 30, xml_attribute(item, "lastmod")); /* CDF */
}

/* --- the whole --- */

static void offer_origin(struct xml_fields *f, const struct xml_node *item)
{
    xml_offer_line(f, FIELD_SOURCE, 0, xml_child(item, XML_PLAIN, "source"));
    xml_offer_line(f, FIELD_SOURCE, 1,
                   xml_child(xml_child(item, XML_ATOM, "source"), XML_ATOM, "title"));
    xml_offer_line(f, FIELD_SOURCE, 2, feed_child(item, "title"));
    xml_offer(f, FIELD_LANGUAGE, 0, xml_inherited(item, "lang"));
    xml_offer_text(f, FIELD_LANGUAGE, 1, child_of_feed(item, "language"));
    xml_offer_text(f, FIELD_LANGUAGE, 2, feed_child(item, "language"));
}

static int offer_item(struct xml_fields *f, const struct xml_node *item,
                      struct record_problem *problem)
{
    if (is_wordpress_item(item)) {
        int rc = offer_wordpress_fields(f, item, problem);
        if (rc)
            return rc;
    }
    offer_title(f, item);
    offer_links(f, item);
    offer_dates(f, item);
    offer_authors(f, item);
    offer_tags(f, item);
    offer_texts(f, item);
    offer_origin(f, item);
    return BF_OK;
}

static int feed_parse(struct archive_parser *parser, const struct record *record,
                      struct arena *arena, struct article *out, struct record_problem *problem)
{
    return xml_parse_record(parser, record, offer_item, arena, out, problem);
}

const struct archive_format feed_format = {
    .name = "feed",
    .recognise = feed_recognise,
    .split = feed_split,
    .parse = feed_parse,
};
