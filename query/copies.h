/*
 * copies.h - articles with identical bodies.
 *
 * Bodies are compared by their 64-bit hash; an empty body has no copies.
 */
#ifndef QUERY_COPIES_H
#define QUERY_COPIES_H

#include <stddef.h>
#include <stdint.h>

#include "common/index/snapshot.h"

/* The hash of an empty body: what COLUMN_BODY_HASH then holds. */
uint64_t copies_no_body(void);

/* These read COLUMN_BODY_HASH: the caller has verified it (columns_need). */
static inline uint64_t copies_body_hash(const struct snapshot *s, uint32_t doc)
{
    uint32_t i = snapshot_segment_of(s, doc);
    return column_u64(&s->segments[i].columns, COLUMN_BODY_HASH, doc - s->bases[i]);
}

/* How many live articles have each of the n hashes (all different). */
void copies_count(const struct snapshot *s, const uint64_t *hashes, size_t n, uint32_t *counts);

#endif
