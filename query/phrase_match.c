/*
 * phrase_match.c - two terms are compared in all candidates; few are left for the others.
 *
 * The two are those of the shortest lists: they are the likeliest to miss each
 * other, and have few positions.
 */
#include "query/phrase_match.h"

#include "query/score_block.h"

/* ---- bounds ---- */

static int least_frequencies(const struct candidates *c, struct candidate_list *lists, size_t count,
                             uint32_t least[BLOCK_LEN], struct error *err)
{
    int rc = BF_OK;
    memset(least, 0xff, BLOCK_LEN * sizeof *least);
    for (size_t l = 0; l < count && !rc; l++) {
        const struct position_share *shares = lists[l].shares.articles;
        rc = cursor_shares(lists[l].cursor, lists[l].places, c->n, &lists[l].shares, err);
        lists[l].has_shares = true;
        for (unsigned i = 0; i < c->n && !rc; i++)
            least[i] = shares[i].count < least[i] ? shares[i].count : least[i];
    }
    return rc;
}

int phrase_bound(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                 struct candidate_list *lists, const uint8_t *length_codes, struct error *err)
{
    uint32_t least[BLOCK_LEN], units[BLOCK_LEN];
    int rc = least_frequencies(c, lists, plan_term_count(leaf), least, err);
    if (rc)
        return rc;
    score_block(&p->bm25, bm25_raised(leaf->weight), length_codes, c->docs, least, c->n, units);
    for (unsigned i = 0; i < c->n; i++)
        c->phrase_bounds[i] += units[i];
    return BF_OK;
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
                      uint32_t distance, uint32_t tf[BLOCK_LEN], struct error *err)
{
    uint8_t kept[BLOCK_LEN];
    unsigned n = 0;
    int rc = read_positions(a, c->n, err);
    if (!rc)
        rc = read_positions(b, c->n, err);
    if (rc)
        return rc;
    position_lists_pairs(&a->positions, &b->positions, distance, c->n, tf);
    for (unsigned i = 0; i < c->n; i++) {
        kept[n] = (uint8_t)i;
        tf[n] = tf[i];
        n += tf[i] > 0;
    }
    position_lists_keep(&a->positions, kept, n);
    position_lists_keep(&b->positions, kept, n);
    candidates_keep(c, kept, n);
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
                        struct candidate_list *lists, const size_t pair[2], uint32_t tf[BLOCK_LEN],
                        struct error *err)
{
    uint8_t kept[BLOCK_LEN];
    unsigned n = 0;
    int rc = BF_OK;
    for (size_t t = 0; t < phrase->count && c->n && !rc; t++)
        if (t != pair[0] && t != pair[1])
            rc = read_positions(&lists[t], c->n, err);
    for (unsigned i = 0; i < c->n && !rc; i++) {
        kept[n] = (uint8_t)i;
        tf[n] = count_phrases(lists, phrase, pair[0], i);
        n += tf[n] > 0;
    }
    if (!rc)
        candidates_keep(c, kept, n);
    return rc;
}

int phrase_match(struct candidates *c, const struct plan *p, const struct plan_node *leaf,
                 struct candidate_list *lists, const uint8_t *length_codes, struct error *err)
{
    const struct query_phrase *phrase = &leaf->query->phrase;
    uint32_t tf[BLOCK_LEN], units[BLOCK_LEN];
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
