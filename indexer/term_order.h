/*
 * term_order.h - the terms of a segment in byte order, and the forms of each.
 *
 * Only what occurs in the segment: a lexicon knows more from those before.
 */
#ifndef INDEXER_TERM_ORDER_H
#define INDEXER_TERM_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "common/index/forms_write.h"
#include "common/text/lexicon.h"

struct ordered_term {
    uint64_t prefix; /* the first bytes as a number that sorts as they do */
    const char *text;
    uint32_t len;
    uint32_t id; /* in the lexicon's vocabulary */
};

/* An all-zero struct is empty. */
struct term_order {
    struct ordered_term *terms;
    size_t count;
    uint32_t *first_form; /* count + 1: where a term's forms start in the next two */
    struct form *forms;   /* of a term as compare_forms (forms_write.h) has them */
    uint32_t *ids;        /* of these forms, in the lexicon */
};

/* Texts are the lexicon's. counts[form]: how often each form of the lexicon occurs; 0: not in the
 * segment. */
void term_order_make(struct term_order *o, const struct lexicon *lexicon, const uint32_t *counts);
void term_order_free(struct term_order *o);

/* How often the term occurs. */
uint64_t term_tokens(const struct term_order *o, size_t term);

#endif
