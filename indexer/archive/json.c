/* json.c - json-c's values, and what they say of an article. */
#include "indexer/archive/json.h"
#include "indexer/archive/malloc_guard.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

/* --- reading --- */

void json_tokener_release(struct json_tokener *tokener)
{
    if (tokener)
        json_tokener_free(tokener);
}

static struct json_tokener *ready_tokener(struct archive_parser *parser, enum json_rules rules)
{
    if (!parser->json)
        parser->json = json_tokener_new_ex(ARCHIVE_MAX_DEPTH);
    json_tokener_set_flags(parser->json, rules == JSON_STRICT ? JSON_TOKENER_STRICT : 0);
    json_tokener_reset(parser->json);
    return parser->json;
}

static int skip_invalid(struct json_tokener *tokener, struct record_problem *problem)
{
    enum json_tokener_error error = json_tokener_get_error(tokener);
    char detail[sizeof problem->detail];
    if (error == json_tokener_continue)
        return skip_record(problem, SKIP_INVALID_JSON, "ends too early");
    snprintf(detail, sizeof detail, "byte %zu: %s", json_tokener_get_parse_end(tokener),
             json_tokener_error_desc(error));
    return skip_record(
        problem, error == json_tokener_error_depth ? SKIP_TOO_DEEP : SKIP_INVALID_JSON, detail);
}

/* Where memory runs out json-c leaves text out or takes NULL for a key. */
int json_read(struct archive_parser *parser, struct bytes text, enum json_rules rules,
              struct json_object **root, struct record_problem *problem)
{
    bool guarded = malloc_guard(true);
    struct json_tokener *tokener = ready_tokener(parser, rules);
    *root = json_tokener_parse_ex(tokener, (const char *)text.p, (int)bytes_left(&text));
    if (json_tokener_get_error(tokener) ==
        json_tokener_continue) /* a number ends with what follows */
        *root = json_tokener_parse_ex(tokener, " ", 1);
    malloc_guard(guarded);
    return json_tokener_get_error(tokener) == json_tokener_success ? BF_OK
                                                                   : skip_invalid(tokener, problem);
}

void json_release(struct json_object *root)
{
    json_object_put(root);
}

/* --- structure --- */

bool json_is_object(struct json_object *value)
{
    return json_object_is_type(value, json_type_object);
}

bool json_is_list(struct json_object *value)
{
    return json_object_is_type(value, json_type_array);
}

bool json_is_true(struct json_object *value)
{
    return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

struct json_object *json_member(struct json_object *value, const char *name)
{
    struct json_object *member = NULL;
    if (json_is_object(value))
        json_object_object_get_ex(value, name, &member);
    return member;
}

size_t json_length(struct json_object *value)
{
    return json_is_list(value) ? json_object_array_length(value) : 0;
}

struct json_object *json_element(struct json_object *value, size_t i)
{
    return json_object_array_get_idx(value, i);
}

/* --- values --- */

/* What stands between the elements of a list; NULL: only the first counts. */
static const char *list_separator(enum field field)
{
    switch (field) {
    case FIELD_BODY:
    case FIELD_BODY_HTML:
        return "\n\n";
    case FIELD_SIMILAR:
        return "\n";
    case FIELD_SUMMARY:
        return " ";
    case FIELD_AUTHOR:
    case FIELD_CATEGORY:
    case FIELD_TAGS:
        return ", ";
    default:
        return NULL;
    }
}

static bool is_date(enum field field)
{
    return field == FIELD_DATE || field == FIELD_CREATED || field == FIELD_UPDATED ||
           field == FIELD_LAST_READ;
}

/* json-c keeps numbers above 64 bits as the nearest it has: not what was said,
 * so it names nothing, and is a date that nobody can read. */
static struct json_text integer_text(struct json_object *number, enum field field)
{
    bool clipped =
        json_object_get_uint64(number) == UINT64_MAX || json_object_get_int64(number) == INT64_MIN;
    if (clipped && !is_date(field))
        return (struct json_text){0};
    const char *decimal = clipped ? "beyond 64 bits" : json_object_get_string(number);
    return (struct json_text){decimal, strlen(decimal)};
}

/* As it was written; an epoch without its exponent. */
static struct json_text real_text(struct json_object *number, enum field field, struct arena *arena)
{
    double value = json_object_get_double(number);
    if (!isfinite(value))
        return (struct json_text){0};
    if (!is_date(field) || fabs(value) > 1e17) {
        const char *written = json_object_get_string(number);
        return (struct json_text){written, strlen(written)};
    }
    char *decimal = arena_alloc(arena, 32);
    int len = snprintf(decimal, 32, "%.6f", value);
    return (struct json_text){decimal, (size_t)len};
}

/* Whether an object may stand for what it is called. A body of objects has
 * paragraphs, pictures and authors among them, and no name is its text. */
static bool may_be_named(enum field field)
{
    return field != FIELD_BODY && field != FIELD_BODY_HTML;
}

static struct json_text scalar_text(struct json_object *value, enum field field,
                                    struct arena *arena)
{
    struct json_object *name;
    switch (json_object_get_type(value)) {
    case json_type_string:
        return (struct json_text){json_object_get_string(value),
                                  (size_t)json_object_get_string_len(value)};
    case json_type_int:
        return integer_text(value, field);
    case json_type_double:
        return real_text(value, field, arena);
    case json_type_object:
        if (may_be_named(field) && json_object_object_get_ex(value, "name", &name) &&
            json_object_is_type(name, json_type_string))
            return scalar_text(name, field, arena);
        return (struct json_text){0};
    default:
        return (struct json_text){0};
    }
}

static struct json_text list_text(struct json_object *list, enum field field, struct arena *arena)
{
    const char *separator = list_separator(field);
    struct buf joined = {0};
    size_t count = json_object_array_length(list);
    for (size_t i = 0; i < count && (separator || !joined.len); i++) {
        struct json_text one = scalar_text(json_object_array_get_idx(list, i), field, arena);
        if (!one.len)
            continue;
        if (joined.len)
            buf_puts(&joined, separator);
        buf_add(&joined, one.p, one.len);
    }
    struct json_text copy = {arena_strndup(arena, (const char *)joined.data, joined.len),
                             joined.len};
    buf_free(&joined);
    return copy;
}

struct json_text json_field_text(struct json_object *value, enum field field, struct arena *arena)
{
    bool guarded = malloc_guard(true); /* a number's text is made when it is asked for */
    struct json_text text =
        json_is_list(value) ? list_text(value, field, arena) : scalar_text(value, field, arena);
    malloc_guard(guarded);
    return text;
}

void json_offer_members(struct json_object *object, const struct field_map *map,
                        struct arena *arena, struct raw_fields *raw)
{
    struct json_object_iterator at = json_object_iter_begin(object);
    struct json_object_iterator end = json_object_iter_end(object);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        const char *key = json_object_iter_peek_name(&at);
        unsigned rank;
        enum field field = field_map_find(map, key, strlen(key), &rank);
        if (field == FIELD_NONE)
            continue;
        struct json_text text = json_field_text(json_object_iter_peek_value(&at), field, arena);
        if (text.p)
            offer_value(raw, field, rank, text.p, text.len);
    }
}
