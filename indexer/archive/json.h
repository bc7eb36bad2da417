/*
 * json.h - the door to json-c: JSON texts, the values in them, and what these
 * say of an article.
 *
 * A value is json-c's own, seen from here only through these functions; NULL
 * is JSON's null, and every function takes it. A value inside another lives
 * as long as the root.
 */
#ifndef ARCHIVE_JSON_H
#define ARCHIVE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/bytes.h"
#include "indexer/archive/article_fields.h"
#include "indexer/archive/parser.h"

struct json_object;
struct json_tokener;

enum json_rules {
    JSON_STRICT, /* RFC 8259 */
    JSON_LENIENT /* raw control characters, commas too many: what pages hold */
};

/*
 * Reads a text that is one value, nested at most ARCHIVE_MAX_DEPTH deep. BF_OK,
 * or BF_ERR_INPUT with the problem's reason. *root is the caller's to release,
 * whatever is returned.
 */
int json_read(struct archive_parser *parser, struct bytes text, enum json_rules rules,
              struct json_object **root, struct record_problem *problem);
void json_release(struct json_object *root);

/* What json_read keeps in parser->json. NULL does nothing. */
void json_tokener_release(struct json_tokener *tokener);

bool json_is_object(struct json_object *value);
bool json_is_list(struct json_object *value);
bool json_is_true(struct json_object *value);

/* NULL where the value is no object or has no such member. */
struct json_object *json_member(struct json_object *value, const char *name);

/* 0 where the value is no list; i is below the length. */
size_t json_length(struct json_object *value);
struct json_object *json_element(struct json_object *value, size_t i);

/* p is NULL where there is no value. It may be the root's own or the arena's. */
struct json_text {
    const char *p;
    size_t len;
};

/*
 * What the value says of a field. It may be a string, a number, an object with
 * a "name" (of fields that are not the body) or a list of these; null, true, false, NaN and the
 * empty string say nothing. Of a list, all elements count for the fields that may have several
 * values, joined as the field wants it, and the first for the others.
 */
struct json_text json_field_text(struct json_object *value, enum field field, struct arena *arena);

/* Offers every member of the object that the map knows. */
void json_offer_members(struct json_object *object, const struct field_map *map,
                        struct arena *arena, struct raw_fields *raw);

#endif
