/* candidates.c - moving them together. */
#include "query/candidates.h"

static void keep_postings(struct candidate_list *list, const uint8_t *kept, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        list->places[i] = list->places[kept[i]];
    for (unsigned i = 0; i < n && list->has_shares; i++)
        list->shares.articles[i] = list->shares.articles[kept[i]];
}

void candidates_keep(struct candidates *c, const uint8_t *kept, unsigned n)
{
    if (n == c->n)
        return;
    for (unsigned i = 0; i < n; i++) {
        c->docs[i] = c->docs[kept[i]];
        c->units[i] = c->units[kept[i]];
        c->phrase_bounds[i] = c->phrase_bounds[kept[i]];
    }
    for (size_t l = 0; l < c->count; l++)
        keep_postings(&c->lists[l], kept, n);
    c->n = n;
}
