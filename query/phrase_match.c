/*
 * phrase_match.c - two terms are compared in all candidates; few are left for the others.
 *
 * The two are those of the shortest lists: they are the likeliest to miss each
 * other, and have few positions.
 */
#include "query/phrase_match.h"

#include "query/score_block.h"

/* ---- bounds ---- */

static void least_frequencies(const struct candidates *c, const struct candidate_list *lists,
                              size_t count, uint32_t least[MOST_CANDIDATES])
{
    memcpy(least, lists[0].shares.count, c->n * sizeof *least);
    for (size_t l = 1; l < count; l++) {
        const uint32_t *here = lists[l].shares.count;
        for (unsigned i = 0; i < c->n; i++)
            least[i] = here[i] < least[i] ? here[i] : least[i];
    }
}

void phrase_bound(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                  const struct candidate_list *lists, const uint8_t *length_codes)
{
    uint32_t least[MOST_CANDIDATES], units[MOST_CANDIDATES];
    least_frequencies(c, lists, plan_term_count(leaf), least);
    score_block(&p->bm25, bm25_raised(leaf->weight), length_codes, c->docs, least, c->n, units);
    for (unsigned i = 0; i < c->n; i++)
        c->phrase_bounds[i] += units[i];
}

/* ---- two terms ---- */

static uint32_t df_of(const struct candidate_list *list)
{
    return list->cursor->list.info.df;
}

/* The terms of the shortest lists, in the phrase's order. */
static void choose_pair(const struct candidate_list *lists, size_t count, size_t pair[2])
{
    pair[0] = 0;
    pair[1] = 1;
    for (size_t l = 2; l < count; l++) {
        unsigned longer = df_of(&lists[pair[0]]) < df_of(&lists[pair[1]]);
        if (df_of(&lists[l]) < df_of(&lists[pair[longer]])) {
            pair[0] = longer ? pair[0] : pair[1];
            pair[1] = l;
        }
    }
}

static int read_positions(struct candidate_list *list, unsigned n, struct error *err)
{
    return position_lists_read(&list->positions, &list->cursor->list, list->places, &list->shares,
                               n, err);
}

/* Keeps the candidates in which the two stand as in the phrase; tf[i]: how often. */
static int match_pair(struct candidates *c, struct candidate_list *a, struct candidate_list *b,
                      uint32_t distance, uint32_t tf[MOST_CANDIDATES], struct error *err)
{
    struct marks marks;
    int rc = read_positions(a, c->n, err);
    if (!rc)
        rc = read_positions(b, c->n, err);
    if (rc)
        return rc;
    position_lists_pairs(&a->positions, &b->positions, distance, c->n, tf);
    marks_set(&marks, tf, c->n, 1, UINT32_MAX);
    marks_keep(&marks, a->positions.at, c->n);
    marks_keep(&marks, b->positions.at, c->n);
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
                        struct candidate_list *lists, const size_t pair[2],
                        uint32_t tf[MOST_CANDIDATES], struct error *err)
{
    struct marks marks;
    int rc = BF_OK;
    for (size_t t = 0; t < phrase->count && c->n && !rc; t++)
        if (t != pair[0] && t != pair[1])
            rc = read_positions(&lists[t], c->n, err);
    if (rc)
        return rc;
    for (unsigned i = 0; i < c->n; i++)
        tf[i] = count_phrases(lists, phrase, pair[0], i);
    marks_set(&marks, tf, c->n, 1, UINT32_MAX);
    marks_keep(&marks, tf, c->n);
    candidates_keep(c, &marks);
    return BF_OK;
}

int phrase_match(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                 struct candidate_list *lists, const uint8_t *length_codes, struct error *err)
{
    const struct query_phrase *phrase = &leaf->query->phrase;
    uint32_t tf[MOST_CANDIDATES], units[MOST_CANDIDATES];
    size_t pair[2];
    choose_pair(lists, phrase->count, pair);
    int rc = match_pair(c, &lists[pair[0]], &lists[pair[1]],
                        phrase->positions[pair[1]] - phrase->positions[pair[0]], tf, err);
    if (!rc && phrase->count > 2)
        rc = match_others(c, phrase, lists, pair, tf, err);
    if (rc)
        return rc;
    score_block(&p->bm25, leaf->weight, length_codes, c->docs, tf, c->n, units);
    for (unsigned i = 0; i < c->n; i++)
        c->units[i] += units[i];
    return BF_OK;
}
