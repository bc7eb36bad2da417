/*
 * json_walk.h - the steps of reading JSON that is not cut into lines: what is
 * ahead, records out of lists, and where to go on behind a damage.
 *
 * What stops the input stands in walk.rc; every step is then as at the end.
 */
#ifndef ARCHIVE_JSON_WALK_H
#define ARCHIVE_JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "indexer/archive/input.h"
#include "indexer/archive/json_scan.h"

#define JSON_RECORD_SEPARATOR 0x1e         /* RFC 7464, before each object */
#define JSON_KEY_BYTES        ((size_t)64) /* longest name by which an element is found again */

#define JSON_UNBALANCED "a quote, comma or bracket is missing or too many"
#define JSON_TOO_DEEP   "more than 64 levels"

struct json_walk {
    struct input *in; /* NULL: the text is all there is, and is only looked at */
    const char *text;
    size_t text_len;
    const struct archive_format *format; /* of the records */
    const struct archive_sink *sink;
    struct error *err;
    int rc; /* what stopped it */
    size_t limit;
    uint64_t number;          /* of the last record */
    struct field_map *map;    /* the built-in names */
    struct buf context;       /* complete JSON, or empty */
    char key[JSON_KEY_BYTES]; /* of the last good element, with its quotes */
    size_t key_len;           /* 0: not known */
    bool in_list;
    bool unbalanced; /* brackets were counted to the end, and do not close */
    bool damaged;    /* a damage was reported: loose brackets belong to it */
};

/* The text from the place at hand on, as far as it is there. */
const char *json_view(const struct json_walk *w, size_t *len);

bool json_is_blank(char c); /* white space, and the record separator */

/* Moves *at to the next byte that is no white space and gives it; -1 at the
 * end, or beyond the limit. */
int json_significant(struct json_walk *w, size_t *at);

/* The same, letting go of what is passed; commas too. */
int json_pass_blanks(struct json_walk *w);

/* Scans the value that begins at `at` of the view, as far as the limit. */
enum json_scan_status json_scan_value(struct json_walk *w, size_t at, struct json_scan *scan);

/* Lets go of a value as it is scanned. */
enum json_scan_status json_pass_value(struct json_walk *w, struct json_scan *scan);

/* Names the record `number`, which begins the view, for what is wrong at `at`. */
void json_report(struct json_walk *w, size_t at, enum skip_reason reason, const char *what);

/* The first len bytes of the view are the next record. */
void json_hand_over(struct json_walk *w, size_t len);

/* Passes at least `from` bytes and what follows, up to where an element seems
 * to begin; `strict`: and another to end before. */
void json_find_next(struct json_walk *w, size_t from, bool strict);

/* Hands over the elements of the list whose "[" was passed. `wrapped`: it is a
 * member of an object. */
void json_read_list(struct json_walk *w, bool wrapped);

#endif
