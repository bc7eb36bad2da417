/*
 * candidates.h - articles that may match all leaves of a plan: those of some
 * blocks of the leading list, which become fewer step by step (evaluate_all.c).
 */
#ifndef QUERY_CANDIDATES_H
#define QUERY_CANDIDATES_H

#include "common/index/marks.h"
#include "query/plan.h"

#define MOST_CANDIDATES POSTINGS_TOGETHER

/* A term of a leaf. */
struct candidate_list {
    struct cursor *cursor;
    size_t leaf;    /* its number */
    bool of_phrase; /* the leaf is one */
    /* Of the candidates, once the list has been asked for them: their postings, and how
     * often they have the term, which is known of a phrase's terms only, or of the last
     * list that is asked. Where they have it is known of a phrase's terms. */
    bool asked, counted;
    uint32_t places[MOST_CANDIDATES];
    struct position_shares shares;
    bool located; /* phrase_match.h has read the positions */
    struct position_lists positions;
};

struct candidates {
    unsigned n;
    uint32_t docs[MOST_CANDIDATES]; /* ascending */
    bool scored;                    /* the two below are known so far, not unset */
    uint32_t units[MOST_CANDIDATES];
    uint32_t phrase_bounds[MOST_CANDIDATES];
    struct candidate_list *lists; /* leaf by leaf, term by term */
    size_t count;
};

/* Keeps those that are marked. */
void candidates_keep(struct candidates *c, const struct marks *m);

/* Keeps those of which numbers[i] is from `least` to `most`. */
void candidates_keep_between(struct candidates *c, const uint32_t *numbers, uint32_t least,
                             uint32_t most);

#endif
