/* linked_data.c - finding the article among the objects, and its values. */
#include "indexer/archive/linked_data.h"

#include "indexer/archive/html_ranks.h"

#define LARGEST ((size_t)1 << 20) /* objects in memory take many times the text */
#define DEEPEST 4                 /* lists, graphs and main entities in one another */

static const struct {
    const char *name;
    enum field field;
} members[] = {
    {"headline", FIELD_TITLE},       {"name", FIELD_TITLE},
    {"datePublished", FIELD_DATE},   {"dateCreated", FIELD_CREATED},
    {"dateModified", FIELD_UPDATED}, {"articleSection", FIELD_CATEGORY},
    {"keywords", FIELD_TAGS},        {"inLanguage", FIELD_LANGUAGE},
    {"description", FIELD_SUMMARY},  {"author", FIELD_AUTHOR},
    {"creator", FIELD_AUTHOR},       {"publisher", FIELD_SOURCE},
    {"mainEntityOfPage", FIELD_URL}, {"url", FIELD_URL},
    {"wordCount", FIELD_WORD_COUNT},
};

static struct span string_of(struct json_object *value, struct arena *arena)
{
    struct json_text text = json_field_text(value, FIELD_ID, arena);
    return span_of(text.p, text.len);
}

static bool is_article_type(struct span type)
{
    return span_ends(type, "Article") || span_ends(type, "BlogPosting") ||
           span_ends(type, "Report");
}

static bool is_article(struct json_object *value, struct arena *arena)
{
    struct json_object *type = json_member(value, "@type");
    bool article = !json_is_list(type) && is_article_type(string_of(type, arena));
    for (size_t i = 0; i < json_length(type) && !article; i++)
        article = is_article_type(string_of(json_element(type, i), arena));
    return article && (json_member(value, "headline") || json_member(value, "name") ||
                       json_member(value, "articleBody"));
}

static struct json_object *find_article(struct json_object *value, struct arena *arena, int depth)
{
    static const char *const holders[] = {"@graph", "mainEntity", "mainEntityOfPage"};
    struct json_object *found = NULL;
    if (is_article(value, arena))
        return value;
    for (size_t i = 0; depth && i < json_length(value) && !found; i++)
        found = find_article(json_element(value, i), arena, depth - 1);
    for (size_t i = 0; depth && i < sizeof holders / sizeof *holders && !found; i++) {
        struct json_object *held = json_member(value, holders[i]);
        found = held ? find_article(held, arena, depth - 1) : NULL;
    }
    return found;
}

/* A value, or the only one of a list, that only refers, by @id, to an object of
 * the graph. */
static struct json_object *resolved(struct json_object *root, struct json_object *value,
                                    struct arena *arena)
{
    if (json_length(value) == 1)
        value = json_element(value, 0);
    struct json_object *graph = json_member(root, "@graph"), *id = json_member(value, "@id");
    if (!id || json_member(value, "name"))
        return value;
    struct span wanted = string_of(id, arena);
    for (size_t i = 0; i < json_length(graph); i++) {
        struct json_object *one = json_element(graph, i);
        if (one != value && span_same(string_of(json_member(one, "@id"), arena), wanted) &&
            wanted.len)
            return one;
    }
    return value;
}

/* Of a page as main entity the @id is the URL. */
static struct json_object *url_value(struct json_object *value)
{
    struct json_object *id = json_member(value, "@id");
    return id ? id : value;
}

static bool is_date(enum field field)
{
    return field == FIELD_DATE || field == FIELD_CREATED || field == FIELD_UPDATED;
}

/* Of what the member at that place in the table says. */
static unsigned rank_of(const struct archive_parser *parser, unsigned place, struct json_text text)
{
    enum field field = members[place].field;
    if (field == FIELD_URL)
        return RANK_LINKED_URL;
    bool unreadable = is_date(field) && !is_readable_date(parser, text.p, text.len);
    return RANK_LINKED_DATA + place + (unreadable ? RANK_UNREADABLE : 0);
}

static void offer_members(const struct archive_parser *parser, struct json_object *root,
                          struct json_object *article, struct arena *arena, struct raw_fields *raw)
{
    for (unsigned i = 0; i < sizeof members / sizeof *members; i++) {
        struct json_object *value = json_member(article, members[i].name);
        enum field field = members[i].field;
        value = field == FIELD_URL ? url_value(value) : resolved(root, value, arena);
        struct json_text text = json_field_text(value, field, arena);
        if (text.p)
            offer_value(raw, field, rank_of(parser, i, text), text.p, text.len);
    }
}

/* Pages wrap it in comments, or in a CDATA section. */
static struct span json_part(struct span text)
{
    static const char section[] = "[CDATA[";
    while (text.len && text.p[0] != '{') {
        bool wrapped = span_starts(text, section);
        if (text.p[0] == '[' && !wrapped)
            break;
        text = span_from(text, wrapped ? strlen(section) : 1);
    }
    return text;
}

void linked_data_offer(struct archive_parser *parser, struct span json, struct arena *arena,
                       struct raw_fields *raw, struct json_object **root, struct json_text *body)
{
    struct record_problem ignored = {0};
    struct span part = json_part(json);
    struct json_object *article = NULL;
    *root = NULL;
    if (part.len <= LARGEST &&
        !json_read(parser, bytes_of(part.p, part.len), JSON_LENIENT, root, &ignored))
        article = find_article(*root, arena, DEEPEST);
    if (!article) {
        json_release(*root);
        *root = NULL;
        return;
    }
    offer_members(parser, *root, article, arena, raw);
    *body = json_field_text(json_member(article, "articleBody"), FIELD_BODY, arena);
}
