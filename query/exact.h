/*
 * exact.h - which occurrences of a term stand in one form, in one segment.
 *
 * The form of every occurrence of a list is read at once (forms.h): some
 * hundred microseconds for the commonest words.
 */
#ifndef QUERY_EXACT_H
#define QUERY_EXACT_H

#include <stdint.h>

#include "common/index/segment.h"
#include "query/query_tree.h"

struct exact {
    uint32_t *firsts; /* by posting: its first occurrence among the list's */
    uint64_t *wanted; /* by occurrence, a bit */
    uint32_t *kept;   /* positions of the article asked for last */
    size_t capacity;
};

/* Of the slot's term, which the segment has. */
int exact_open(struct exact *e, const struct segment *s, const struct term_info *info,
               const struct query_slot *slot, struct error *err);
void exact_free(struct exact *e); /* accepts a zeroed struct */

/* Of an article's positions, the posting's, those in the form; valid until
 * the next call. */
const uint32_t *exact_keep(struct exact *e, uint32_t posting, const uint32_t *positions,
                           uint32_t *count);

#endif
