/*
 * record.h - the stored form of an article inside a text block.
 *
 * A record is a varint, the number of bytes that follow, and fields: a byte
 * that says which, a varint length, the bytes. Empty fields are left out. Id,
 * title, category and date stand in the columns instead.
 *
 *     1 body (unless the index has no text)   2 url   3 source   4 author   5 tags
 *     6 language   7 summary
 *     8 similar titles, one a line
 *    16 created   17 updated   18 last read   each 9 bytes: seconds (8), precision +
 *                                             8 when the zone is known
 *    24 read count, varint
 */
#ifndef INDEX_RECORD_H
#define INDEX_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"
#include "common/text/article.h"

/* Appends the record; a body of no bytes is left out. */
void record_encode(const struct article *a, struct buf *out);

/* Takes one record from *in. Strings of *a are copied to the arena; fields
 * that are not part of a record are left alone. False when the bytes are no
 * record. */
bool record_decode(struct bytes *in, struct arena *arena, struct article *a);

/* Bytes of a title that are kept in the columns: all of it, or what whole
 * characters of it fit MAX_TITLE_LENGTH. */
size_t record_title_length(const char *title);

/* hash64 of the body's bytes. */
uint64_t record_body_hash(const struct article *a);

/*
 * hash64 of all that there is of an article: id, title as kept, category,
 * each a varint length and the bytes; its date: seconds (8), precision (1),
 * zone known (1); the body's hash (8); the fields of its record but the body.
 */
uint64_t record_content_hash(const struct article *a, uint64_t body_hash);

#endif
