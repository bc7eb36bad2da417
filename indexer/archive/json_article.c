/* json_article.c - offers what an object and its known shapes say. */
#include "indexer/archive/json_article.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "indexer/archive/article_fields.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/html.h"
#include "indexer/archive/json.h"

#define FIRST_RANK 0u             /* before the names of field_map.h */
#define LAST_RANK  (UINT_MAX - 1) /* behind them */

struct offering {
    const struct field_map *map;
    struct arena *arena;
    struct raw_fields *raw;
};

static void offer(const struct offering *o, enum field field, unsigned rank,
                  struct json_object *value)
{
    struct json_text text = json_field_text(value, field, o->arena);
    if (text.p)
        offer_value(o->raw, field, rank, text.p, text.len);
}

/* The member's text, or "". */
static const char *text_of(struct json_object *object, const char *name, struct arena *arena)
{
    struct json_text text = json_field_text(json_member(object, name), FIELD_ID, arena);
    return text.p ? text.p : "";
}

static bool is_html(const char *type)
{
    return strcasestr(type, "html") || strcasestr(type, "xml") || strcasestr(type, "nitf");
}

/* --- ninjs --- */

static const char *content_type(struct json_object *part, struct arena *arena)
{
    const char *type = text_of(part, "contenttype", arena);
    return *type ? type : text_of(part, "contentType", arena);
}

/* Of a list of {"role", "value"} the one whose role comes first here; else the
 * first, which may be the name of an agency or a writer. */
static struct json_object *main_value(struct json_object *list, struct arena *arena)
{
    static const char *const roles[] = {"main", "summary", "text", "caption"};
    size_t best = sizeof roles / sizeof *roles + 1;
    struct json_object *value = NULL;
    for (size_t i = 0; i < json_length(list); i++) {
        struct json_object *part = json_element(list, i), *one = json_member(part, "value");
        const char *role = text_of(part, "role", arena);
        size_t rank = 0;
        while (rank < sizeof roles / sizeof *roles && strcasecmp(role, roles[rank]) != 0)
            rank++;
        if (one && rank < best) {
            best = rank;
            value = one;
        }
    }
    return value;
}

static bool is_caption(const char *role)
{
    return strcasecmp(role, "caption") == 0;
}

/* Of several bodies, which are the same text in several forms or its parts,
 * the first of each form counts that is no caption. */
static void offer_bodies(const struct offering *o, struct json_object *list)
{
    for (size_t i = 0; i < json_length(list); i++) {
        struct json_object *part = json_element(list, i), *value = json_member(part, "value");
        if (!is_caption(text_of(part, "role", o->arena)))
            offer(o, is_html(content_type(part, o->arena)) ? FIELD_BODY_HTML : FIELD_BODY,
                  LAST_RANK, value);
    }
}

static void offer_ninjs(const struct offering *o, struct json_object *root)
{
    offer(o, FIELD_TITLE, FIRST_RANK, main_value(json_member(root, "headlines"), o->arena));
    offer(o, FIELD_SUMMARY, LAST_RANK, main_value(json_member(root, "descriptions"), o->arena));
    offer_bodies(o, json_member(root, "bodies"));
}

/* --- TREC Washington Post --- */

static bool has_type(struct json_object *part, const char *type, struct arena *arena)
{
    return strcmp(text_of(part, "type", arena), type) == 0;
}

static void offer_contents(const struct offering *o, struct json_object *list)
{
    struct buf body = {0};
    for (size_t i = 0; i < json_length(list); i++) {
        struct json_object *part = json_element(list, i), *content = json_member(part, "content");
        if (has_type(part, "kicker", o->arena))
            offer(o, FIELD_CATEGORY, LAST_RANK, content);
        else if (has_type(part, "title", o->arena))
            offer(o, FIELD_TITLE, LAST_RANK, content);
        else if (has_type(part, "byline", o->arena))
            offer(o, FIELD_AUTHOR, LAST_RANK, content);
        else if (has_type(part, "date", o->arena))
            offer(o, FIELD_DATE, LAST_RANK, content);
        else if (has_type(part, "sanitized_html", o->arena))
            buf_printf(&body, "<p>%s</p>\n", text_of(part, "content", o->arena));
    }
    const char *copy = arena_strndup(o->arena, (const char *)body.data, body.len);
    offer_value(o->raw, FIELD_BODY_HTML, LAST_RANK, copy, body.len);
    buf_free(&body);
}

/* --- WordPress --- */

static void offer_rendered(const struct offering *o, enum field field, struct json_object *object)
{
    struct json_text html = json_field_text(json_member(object, "rendered"), field, o->arena);
    struct buf text = {0};
    if (!html.p)
        return;
    if (field == FIELD_BODY_HTML) {
        offer_value(o->raw, field, LAST_RANK, html.p, html.len);
        return;
    }
    html_to_text(html.p, html.len, &text);
    offer_value(o->raw, field, LAST_RANK,
                arena_strndup(o->arena, (const char *)text.data, text.len), text.len);
    buf_free(&text);
}

static void offer_wordpress(const struct offering *o, struct json_object *root)
{
    offer_rendered(o, FIELD_TITLE, json_member(root, "title"));
    offer_rendered(o, FIELD_BODY_HTML, json_member(root, "content"));
    offer_rendered(o, FIELD_SUMMARY, json_member(root, "excerpt"));
}

/* --- the whole --- */

/* Offers what the object has of fields that are still empty. */
static void offer_inner(const struct offering *o, struct json_object *object)
{
    struct raw_fields inner = {0};
    if (!json_is_object(object))
        return;
    json_offer_members(object, o->map, o->arena, &inner);
    for (enum field f = FIELD_NONE + 1; f < FIELDS; f++)
        if (inner.of[f].text)
            offer_value(o->raw, f, LAST_RANK, inner.of[f].text, inner.of[f].len);
}

/* Whether names alone gave the article: most records end here. */
static bool is_complete(const struct raw_fields *raw)
{
    return raw->of[FIELD_TITLE].text && (raw->of[FIELD_BODY].text || raw->of[FIELD_BODY_HTML].text);
}

static void offer_article(const struct offering *o, struct json_object *root)
{
    static const char *const inner[] = {"_source", "attributes", "fields"};
    json_offer_members(root, o->map, o->arena, o->raw);
    if (is_complete(o->raw))
        return;
    offer_ninjs(o, root);
    offer_contents(o, json_member(root, "contents"));
    offer_wordpress(o, root);
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
        offer_inner(o, json_member(root, inner[i]));
}

static void offer_context(const struct offering *o, struct json_object *context)
{
    static const enum field shared[] = {FIELD_LANGUAGE, FIELD_SOURCE, FIELD_AUTHOR};
    struct raw_fields around = {0};
    bool feed = strstr(text_of(context, "version", o->arena), "jsonfeed.org/") ||
                json_member(context, "feed_url") || json_member(context, "home_page_url");
    json_offer_members(context, o->map, o->arena, &around);
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        if (around.of[shared[i]].text)
            offer_value(o->raw, shared[i], UINT_MAX, around.of[shared[i]].text,
                        around.of[shared[i]].len);
    if (feed)
        offer(o, FIELD_SOURCE, UINT_MAX, json_member(context, "title"));
}

/* *context stays NULL where it cannot be read: it is not the record's fault. */
static void read_context(struct archive_parser *parser, const struct record *record,
                         struct json_object **context)
{
    struct record_problem ignored = {0};
    if (!record->context)
        return;
    struct bytes text = text_in_utf8(parser, record->context, record->context_len, NULL, &ignored);
    json_read(parser, text, JSON_LENIENT, context, &ignored);
}

int json_article_parse(struct archive_parser *parser, const struct record *record,
                       struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct json_object *root = NULL, *context = NULL;
    struct raw_fields raw = {0};
    const struct offering o = {parser->map, arena, &raw};
    struct bytes text = record_in_utf8(parser, record, problem);
    int rc = json_read(parser, text, JSON_STRICT, &root, problem);
    if (!rc && !json_is_object(root))
        rc = skip_record(problem, SKIP_NOT_AN_OBJECT, "");
    if (!rc) {
        offer_article(&o, root);
        read_context(parser, record, &context);
        if (json_is_object(context))
            offer_context(&o, context);
        find_body_markup(&raw);
        rc = finish_article(parser, &raw, arena, out, problem);
    }
    json_release(context);
    json_release(root);
    return rc;
}
