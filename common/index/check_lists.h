/*
 * check_lists.h - the lists of one segment, term by term; only for check*.c.
 *
 * What single lists cannot show - that every token of an article stands in
 * exactly one of them - is counted along the way and judged at the end.
 */
#ifndef INDEX_CHECK_LISTS_H
#define INDEX_CHECK_LISTS_H

#include "common/index/check_tokens.h"
#include "common/index/segment.h"

/* Where a term occurs. */
struct place {
    uint32_t doc, position;
};

struct list_check {
    const struct segment *s;
    struct token_sums *sums; /* of the text; less what the lists have */
    uint32_t *tokens;        /* of each article: postings' frequencies so far */
    uint64_t *position_sums; /* of each article */
    uint64_t postings;
    /* the present list */
    struct text term;
    struct posting_block block;
    uint32_t tf[BLOCK_LEN]; /* of the block */
    struct position_block positions;
    uint64_t cf;
    uint64_t hash;        /* of the term */
    struct place *places; /* of all cf occurrences, where there are sums */
    size_t place_capacity;
    uint32_t deleted_df;
    uint64_t deleted_cf;
};

void list_check_init(struct list_check *l, const struct segment *s, struct token_sums *sums);
void list_check_free(struct list_check *l);

/* Checks a term's lists; deleted_df and deleted_cf are then what its deleted
 * articles contributed. */
int list_check_term(struct list_check *l, struct text term, const struct term_info *info,
                    struct error *err);

/* After the last term. */
int list_check_end(const struct list_check *l, struct error *err);

#endif
