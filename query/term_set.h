/* term_set.h - different terms, numbered as they come. */
#ifndef QUERY_TERM_SET_H
#define QUERY_TERM_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "query/query_tree.h"

/* An all-zero struct is an empty set. */
struct term_set {
    struct query_term *list;
    size_t count, capacity;
    uint32_t *slots; /* a number + 1, or 0; a power of two, at most half full */
    size_t slot_count;
};

void term_set_free(struct term_set *set);

/* False when the set does not have the term. */
bool term_set_find(const struct term_set *set, const struct query_term *term, size_t *number);

/* False, with nothing added, when the term is new and the set has `most`. */
bool term_set_add(struct term_set *set, const struct query_term *term, size_t most, size_t *number);

#endif
