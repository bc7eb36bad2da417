/* bounds.c - a bound for each block from its impact. */
#include "query/bounds.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "query/score_block.h"

/* The best of a list's only block. */
static int bound_short_list(const struct bm25 *m, struct cursor *c, float weight,
                            const uint8_t *length_codes, uint32_t *bound, struct error *err)
{
    int rc = cursor_hold(c, 0, err);
    if (!rc)
        rc = cursor_hold_tf(c, 0, err);
    if (rc)
        return rc;
    uint32_t units[BLOCK_LEN];
    score_block(m, bm25_raised(weight), length_codes, c->block.docs, c->tf, c->block.n, units);
    for (unsigned i = 0; i < c->block.n; i++)
        *bound = units[i] > *bound ? units[i] : *bound;
    return BF_OK;
}

int bounds_make(struct bounds *b, const struct bm25 *m, struct cursor *c, float weight,
                const uint8_t *length_codes, struct error *err)
{
    const struct postings *list = &c->list;
    b->cursor = c;
    b->at = 0;
    mem_grow(b->blocks, &b->capacity, list->blocks);
    b->blocks[0] = 1;
    if (list->blocks == 1)
        return bound_short_list(m, c, weight, length_codes, &b->blocks[0], err);
    for (uint32_t i = 0; i < list->blocks; i++) {
        uint32_t bound = bm25_bound(m, weight, postings_impact(list, i));
        b->blocks[i] = bound ? bound : 1;
    }
    return BF_OK;
}

void bounds_free(struct bounds *b)
{
    free(b->blocks);
    *b = (struct bounds){0};
}

static uint32_t bound_of_short_list(const struct bounds *b, uint32_t from, uint32_t to)
{
    const struct posting_block *block = &b->cursor->block;
    unsigned at = posting_block_seek(block, from);
    return at < block->n && block->docs[at] < to ? b->blocks[0] : 0;
}

uint32_t bounds_of_range(struct bounds *b, uint32_t from, uint32_t to)
{
    const struct postings *list = &b->cursor->list;
    uint32_t bound = 0;
    if (list->blocks == 1)
        return bound_of_short_list(b, from, to);
    while (b->at < list->blocks && postings_last_doc(list, b->at) < from)
        b->at++;
    for (uint32_t i = b->at; i < list->blocks; i++) {
        if (i && postings_last_doc(list, i - 1) >= to - 1)
            break;
        bound = b->blocks[i] > bound ? b->blocks[i] : bound;
    }
    return bound;
}
