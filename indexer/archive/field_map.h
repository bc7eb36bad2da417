/*
 * field_map.h - which names archives use for which part of an article.
 *
 * A name is compared without regard to case, '_', '-' and blanks, so "pub_date",
 * "pubDate" and "Pub Date" are one name. A name stands for one field; a field
 * has several names, and the record's value under the earliest of them wins.
 */
#ifndef ARCHIVE_FIELD_MAP_H
#define ARCHIVE_FIELD_MAP_H

#include <stddef.h>

#include "common/base/error.h"

enum field {
    FIELD_NONE = 0,
    FIELD_ID,
    FIELD_TITLE,
    FIELD_BODY,
    FIELD_BODY_HTML, /* the body where there is no plain one */
    FIELD_DATE,
    FIELD_CREATED, /* stands in for a missing date */
    FIELD_UPDATED,
    FIELD_LAST_READ,
    FIELD_URL,
    FIELD_CATEGORY,
    FIELD_SOURCE, /* stands in for a missing category */
    FIELD_TAGS,
    FIELD_AUTHOR,
    FIELD_LANGUAGE,
    FIELD_SUMMARY, /* stands in for a missing body */
    FIELD_SIMILAR,
    FIELD_WORD_COUNT,
    FIELD_READ_COUNT,
    FIELD_STATUS, /* "canceled" takes the article back */
    FIELDS        /* how many there are */
};

/* Longest name that can match anything, as compared. */
#define FIELD_NAME_BYTES 48

struct field_map;

/* The names that are built in. Never NULL. */
struct field_map *field_map_new(void);
void field_map_free(struct field_map *map); /* NULL does nothing */

/*
 * Adds what a user wrote: "title=hl" makes "hl" a name of the title, before
 * the built-in ones and after those added earlier, and no longer a name of
 * anything else. BF_ERR_USAGE when it has no "=", an empty or overlong name,
 * or a field that does not exist; the text lists those that do.
 */
int field_map_add(struct field_map *map, const char *text, struct error *err);

/* The field that a record's key names, or FIELD_NONE. *rank (lower wins) is
 * the name's place among the field's names. Safe from many threads. */
enum field field_map_find(const struct field_map *map, const char *key, size_t len, unsigned *rank);

/* "title", "word_count", ...: as field_map_add takes it. */
const char *field_name(enum field field);

#endif
