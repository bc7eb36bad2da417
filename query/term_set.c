/* term_set.c - an open-addressing table over the list. */
#include "query/term_set.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"

#define FEWEST_SLOTS 64

void term_set_free(struct term_set *set)
{
    free(set->list);
    free(set->slots);
    *set = (struct term_set){0};
}

static bool same_term(const struct query_term *a, const struct query_term *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* The slot that holds the term, or the empty one where it belongs. */
static uint32_t *find_slot(const struct term_set *set, const struct query_term *term)
{
    size_t at = (size_t)hash64(term->text, term->len, 0) & (set->slot_count - 1);
    while (set->slots[at] && !same_term(&set->list[set->slots[at] - 1], term))
        at = (at + 1) & (set->slot_count - 1);
    return &set->slots[at];
}

static void grow(struct term_set *set)
{
    free(set->slots);
    set->slot_count = set->slot_count ? 2 * set->slot_count : FEWEST_SLOTS;
    set->slots = mem_zalloc(set->slot_count, sizeof *set->slots);
    for (size_t i = 0; i < set->count; i++)
        *find_slot(set, &set->list[i]) = (uint32_t)i + 1;
}

bool term_set_find(const struct term_set *set, const struct query_term *term, size_t *number)
{
    uint32_t found = set->slot_count ? *find_slot(set, term) : 0;
    if (found)
        *number = found - 1;
    return found != 0;
}

bool term_set_add(struct term_set *set, const struct query_term *term, size_t most, size_t *number)
{
    if (term_set_find(set, term, number))
        return true;
    if (set->count >= most)
        return false;
    if (2 * (set->count + 1) > set->slot_count)
        grow(set);
    mem_grow(set->list, &set->capacity, set->count + 1);
    *number = set->count;
    set->list[set->count++] = *term;
    *find_slot(set, term) = (uint32_t)set->count;
    return true;
}
