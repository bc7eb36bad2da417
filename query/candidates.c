/* candidates.c - moving them together. */
#include "query/candidates.h"

static void keep_of_list(struct candidate_list *l, unsigned n, const struct marks *m)
{
    if (l->asked)
        marks_keep(m, l->places, n);
    if (l->counted)
        marks_keep(m, l->shares.count, n);
    if (l->counted && l->of_phrase)
        marks_keep(m, l->shares.from, n);
    if (l->located)
        marks_keep(m, l->positions.at, n);
}

void candidates_keep(struct candidates *c, const struct marks *m)
{
    unsigned n = c->n;
    c->n = marks_keep(m, c->docs, n);
    if (c->n == n)
        return;
    if (c->scored) {
        marks_keep(m, c->units, n);
        marks_keep(m, c->phrase_bounds, n);
    }
    for (size_t l = 0; l < c->count; l++)
        keep_of_list(&c->lists[l], n, m);
}

void candidates_keep_between(struct candidates *c, const uint32_t *numbers, uint32_t least,
                             uint32_t most)
{
    struct marks marks;
    marks_set(&marks, numbers, c->n, least, most);
    candidates_keep(c, &marks);
}
