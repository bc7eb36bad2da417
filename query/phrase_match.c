/*
 * phrase_match.c - two terms are compared in all candidates; few are left for the others.
 *
 * The two are those of the shortest lists: they are the likeliest to miss each
 * other, and have few positions.
 */
#include "query/phrase_match.h"

#include "query/score_block.h"

/* ---- bounds ---- */

void phrase_bound(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                  const struct candidate_list *lists, const uint8_t *length_codes)
{
    uint32_t least[MOST_CANDIDATES], units[MOST_CANDIDATES];
    memset(least, 0xff, c->n * sizeof *least);
    for (size_t l = 0; l < plan_term_count(leaf); l++) {
        const uint32_t *here = lists[l].shares.count;
        unsigned n = lists[l].asked ? c->n : 0;
        for (unsigned i = 0; i < n; i++)
            least[i] = here[i] < least[i] ? here[i] : least[i];
    }
    score_block(&p->bm25, bm25_raised(leaf->weight), length_codes, c->docs, least, c->n, units);
    for (unsigned i = 0; i < c->n; i++)
        c->phrase_bounds[i] += units[i];
}

/* ---- two terms ---- */

static uint32_t df_of(const struct candidate_list *list)
{
    return list->cursor->list.info.df;
}

/* The asked term of the shortest list but for one; `count` when there is none. */
static size_t rarest_but(const struct candidate_list *lists, size_t count, size_t but)
{
    size_t rarest = count;
    for (size_t l = 0; l < count; l++)
        if (lists[l].asked && l != but &&
            (rarest == count || df_of(&lists[l]) < df_of(&lists[rarest])))
            rarest = l;
    return rarest;
}

static int read_positions(struct candidate_list *list, unsigned n, struct error *err)
{
    int rc = position_lists_read(&list->positions, &list->cursor->list, list->places, &list->shares,
                                 n, err);
    list->located = !rc;
    return rc;
}

int phrase_match_pair(struct candidates *c, const struct plan_node *leaf,
                      struct candidate_list *lists, uint32_t tf[MOST_CANDIDATES], struct error *err)
{
    const struct query_phrase *phrase = &leaf->query->phrase;
    size_t first = rarest_but(lists, phrase->count, phrase->count);
    size_t second = rarest_but(lists, phrase->count, first);
    struct candidate_list *a = &lists[first], *b = &lists[second];
    struct marks marks;
    int rc = read_positions(a, c->n, err);
    if (!rc)
        rc = read_positions(b, c->n, err);
    if (rc)
        return rc;
    position_lists_pairs(&a->positions, &b->positions,
                         phrase->positions[second] - phrase->positions[first], c->n, tf);
    marks_set(&marks, tf, c->n, 1, UINT32_MAX);
    marks_keep(&marks, tf, c->n);
    candidates_keep(c, &marks);
    return BF_OK;
}

/* ---- the others ---- */

/* How often all terms stand in order in candidate i. */
static uint32_t count_phrases(const struct candidate_list *lists, const struct query_phrase *phrase,
                              size_t first, unsigned i)
{
    const struct position_lists *a = &lists[first].positions;
    uint32_t tf = 0;
    for (uint32_t k = 0; k < a->count[i]; k++) {
        bool all = true;
        for (size_t t = 0; t < phrase->count && all; t++)
            all = position_lists_follows(a, k, &lists[t].positions,
                                         phrase->positions[t] - phrase->positions[first], i);
        tf += all;
    }
    return tf;
}

static int match_others(struct candidates *c, const struct query_phrase *phrase,
                        struct candidate_list *lists, uint32_t tf[MOST_CANDIDATES],
                        struct error *err)
{
    size_t first = 0;
    struct marks marks;
    int rc = BF_OK;
    while (!lists[first].located)
        first++;
    for (size_t t = 0; t < phrase->count && c->n && !rc; t++)
        if (!lists[t].located)
            rc = read_positions(&lists[t], c->n, err);
    if (rc)
        return rc;
    for (unsigned i = 0; i < c->n; i++)
        tf[i] = count_phrases(lists, phrase, first, i);
    marks_set(&marks, tf, c->n, 1, UINT32_MAX);
    marks_keep(&marks, tf, c->n);
    candidates_keep(c, &marks);
    return BF_OK;
}

int phrase_match_rest(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                      struct candidate_list *lists, const uint8_t *length_codes,
                      uint32_t tf[MOST_CANDIDATES], struct error *err)
{
    uint32_t units[MOST_CANDIDATES];
    int rc = BF_OK;
    if (leaf->query->phrase.count > 2)
        rc = match_others(c, &leaf->query->phrase, lists, tf, err);
    if (rc)
        return rc;
    score_block(&p->bm25, leaf->weight, length_codes, c->docs, tf, c->n, units);
    for (unsigned i = 0; i < c->n; i++)
        c->units[i] += units[i];
    return BF_OK;
}
