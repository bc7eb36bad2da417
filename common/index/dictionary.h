/*
 * dictionary.h - a segment's terms in byte order: layout and reading.
 *
 * Kind "TERM". Terms stand in groups of 32; within a group each shares its
 * beginning with the one before.
 *
 *   section 0, entries, back to back:
 *       1       high 4 bits: bytes shared with the term before (0 for the first
 *               of a group); low 4 bits: bytes that follow; 15 means 15 and more
 *       varint  when 15: how many more are shared; varint, when 15: how many more follow
 *       bytes
 *       varint  (df - 1) * 2, and 1 more when cf > df
 *       cf > df: varint cf - df
 *       df > 1:  varint bytes of the posting list, varint bytes of the positions
 *       df = 1:  varint article, then
 *                cf = 1: varint position      cf > 1: varint bytes of the positions
 *   section 1, a record of 28 bytes for each group:
 *       8 where its entries start in section 0
 *       8 where its first list starts in the postings section
 *       8 where its first positions start in the positions section
 *       4 where its first term starts in section 2
 *   section 2, the first term of each group, back to back
 *   section 3, 4 bytes: number of terms
 *
 * Lists stand in the order of their terms, without gaps.
 */
#ifndef INDEX_DICTIONARY_H
#define INDEX_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/index/term_info.h"
#include "common/io/frame.h"

#define DICTIONARY_GROUP        32
#define DICTIONARY_RECORD_BYTES 28
#define DICTIONARY_LONG         15 /* of four bits: a varint has the rest */

struct dictionary {
    struct frame frame;
    uint32_t terms;
    uint32_t groups;
};

int dictionary_open(struct dictionary *d, const char *path, struct error *err);
void dictionary_close(struct dictionary *d); /* accepts a zeroed struct */

/* BF_OK with *info, BF_END when the term is not there, or damage. */
int dictionary_find(const struct dictionary *d, const char *term, size_t len,
                    struct term_info *info, struct error *err);

/* Walks terms in order. After BF_OK from _next, term and info are the term's;
 * BF_END behind the last. */
struct dictionary_cursor {
    const struct dictionary *d;
    struct bytes in; /* the rest of the present group */
    uint32_t next;   /* ordinal of the next term */
    uint64_t postings_at, positions_at;
    struct buf term;
    struct term_info info;
};

/* Before the first term that is >= the given one (len 0: before the first). */
int dictionary_seek(const struct dictionary *d, struct dictionary_cursor *c, const char *term,
                    size_t len, struct error *err);
int dictionary_next(struct dictionary_cursor *c, struct error *err);
void dictionary_cursor_free(struct dictionary_cursor *c);

/* Byte order, a prefix first. */
static inline int term_compare(const void *a, size_t a_len, const void *b, size_t b_len)
{
    size_t n = a_len < b_len ? a_len : b_len;
    int c = n ? memcmp(a, b, n) : 0;
    return c ? c : (a_len > b_len) - (a_len < b_len);
}

#endif
