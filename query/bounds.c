/* bounds.c - a bound for each block from its impact. */
#include "query/bounds.h"

#include <stdlib.h>

#include "common/base/mem.h"

void bounds_make(struct bounds *b, const struct bm25 *m, const struct postings *list, float weight)
{
    b->list = list;
    b->at = 0;
    mem_grow(b->blocks, &b->capacity, list->blocks);
    for (uint32_t i = 0; i < list->blocks; i++) {
        uint32_t bound = bm25_bound(m, weight, postings_impact(list, i));
        b->blocks[i] = bound ? bound : 1;
    }
}

void bounds_free(struct bounds *b)
{
    free(b->blocks);
    *b = (struct bounds){0};
}

uint32_t bounds_of_range(struct bounds *b, uint32_t from, uint32_t to)
{
    uint32_t blocks = b->list->blocks, bound = 0;
    while (b->at < blocks && postings_last_doc(b->list, b->at) < from)
        b->at++;
    for (uint32_t i = b->at; i < blocks; i++) {
        if (i && postings_last_doc(b->list, i - 1) >= to - 1)
            break;
        bound = b->blocks[i] > bound ? b->blocks[i] : bound;
    }
    return bound;
}
