/*
 * values.h - authors, hosts, languages, sources and tags, each value with its articles:
 * layout and reading.
 *
 * Section 16 of the columns. For each value, by field and then in byte order:
 *
 *     1       the field's letter
 *     varint  bytes shared with the value before; 0 for the first of a field
 *     varint  bytes that follow, and they
 *     varint  bytes of its list, and it: runs of consecutive articles, ascending:
 *             varint 2 g + m; g: how many articles lie between this run and
 *                             the one before (or article 0)
 *             m = 1: varint articles of the run, less 2; m = 0: it has one
 *
 * A value is at most MAX_VALUE_LENGTH bytes, what is longer is cut at a
 * character. Of an article, author, language and source are one value each, the
 * tags one for each that a comma or a semicolon separates, and the host is
 * that of its URL, in small letters, without "www.".
 */
#ifndef INDEX_VALUES_H
#define INDEX_VALUES_H

#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/index/columns.h"

/* In this order. */
enum value_field {
    VALUE_AUTHOR = 'a',
    VALUE_HOST = 'h',
    VALUE_LANGUAGE = 'l',
    VALUE_SOURCE = 's',
    VALUE_TAG = 't'
};

/* Walks the values of one field. After BF_OK from values_next, `value` is it
 * and values_next_run gives its articles. */
struct value_cursor {
    const struct columns *columns;
    enum value_field field;
    struct bytes in; /* the values behind the present one */
    struct buf value;
    struct bytes list; /* the rest of its list */
    uint32_t next_doc; /* behind the last run */
};

/* Verifies the section. The cursor wants values_close in any case. */
int values_seek(const struct columns *c, enum value_field field, struct value_cursor *out,
                struct error *err);
/* BF_END behind the last value of the field. */
int values_next(struct value_cursor *c, struct error *err);
void values_close(struct value_cursor *c);

/* Articles *first up to *first + *count - 1 have the value; BF_END behind the
 * last run. */
int values_next_run(struct value_cursor *c, uint32_t *first, uint32_t *count, struct error *err);

#endif
