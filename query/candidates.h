/*
 * candidates.h - articles that may match all leaves of a plan: those of one
 * block of the leading list, which become fewer step by step (evaluate_all.c).
 */
#ifndef QUERY_CANDIDATES_H
#define QUERY_CANDIDATES_H

#include "query/plan.h"

/* A term of a leaf. */
struct candidate_list {
    struct cursor *cursor;
    size_t leaf;                /* its number */
    uint32_t places[BLOCK_LEN]; /* of the candidates */
    bool has_shares;            /* the term is one of a phrase, and phrase_bound has been there */
    struct position_shares shares;
    struct position_lists positions; /* room for phrase_match */
};

struct candidates {
    unsigned n;
    uint32_t docs[BLOCK_LEN];
    uint32_t units[BLOCK_LEN]; /* known so far */
    uint32_t phrase_bounds[BLOCK_LEN];
    struct candidate_list *lists; /* leaf by leaf, term by term */
    size_t count;
};

/* Keeps those whose indexes are in `kept`, ascending. */
void candidates_keep(struct candidates *c, const uint8_t *kept, unsigned n);

#endif
