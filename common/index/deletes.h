/*
 * deletes.h - which articles of a segment are deleted: layout, reading, making.
 *
 * Kind "DELS", a small file of its own for each generation that deletes; it
 * replaces the one before. Beside the bitmap stands what the deleted articles
 * contributed to the segment's statistics, so that scores never depend on
 * whether they have been merged away yet.
 *
 *   section 0   (docs + 7) / 8 bytes: bit set = deleted, low bit first
 *   section 1   M x 4   ordinals of the terms they had, ascending
 *   section 2   M x 4   how many of them had the term (df)
 *   section 3   M x 4   how often (cf)
 */
#ifndef INDEX_DELETES_H
#define INDEX_DELETES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/io/frame.h"

struct deletes {
    struct frame frame; /* zeroed when nothing is deleted */
    uint32_t terms;
};

int deletes_open(struct deletes *d, const char *path, uint32_t docs, struct error *err);
void deletes_close(struct deletes *d); /* accepts a zeroed struct */

static inline bool deletes_has(const struct deletes *d, uint32_t doc)
{
    return d->frame.map && (d->frame.sections[0].p[doc / 8] >> doc % 8 & 1);
}

/* What to take off a term's df and cf; 0 and 0 for a term they did not have. */
void deletes_term(const struct deletes *d, uint32_t ordinal, uint32_t *df, uint32_t *cf);

#endif
