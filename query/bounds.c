/* bounds.c - the highest impact in a range of a list. */
#include "query/bounds.h"

/* Up to this many blocks are looked at one by one. */
#define MOST_BLOCKS 8

static uint32_t highest_block(const struct bm25 *m, const struct postings *p, float weight,
                              uint32_t first, uint32_t last)
{
    uint32_t bound = 1;
    for (uint32_t b = first; b <= last; b++) {
        uint32_t one = bm25_bound(m, weight, postings_impact(p, b));
        bound = one > bound ? one : bound;
    }
    return bound;
}

static uint32_t highest_group(const struct bm25 *m, const struct postings *p, float weight,
                              uint32_t first, uint32_t last)
{
    uint32_t bound = 1;
    for (uint32_t g = first; g <= last; g++) {
        uint32_t one = bm25_bound(m, weight, postings_group_impact(p, g));
        bound = one > bound ? one : bound;
    }
    return bound;
}

uint32_t bounds_of_range(const struct bm25 *m, const struct postings *p, float weight,
                         uint32_t from, uint32_t to)
{
    uint32_t first = postings_seek(p, 0, from);
    if (first >= p->blocks)
        return 0;
    if (first && postings_last_doc(p, first - 1) >= to)
        return 0;
    uint32_t last = postings_seek(p, first, to - 1);
    if (last >= p->blocks)
        last = p->blocks - 1;
    if (last - first < MOST_BLOCKS)
        return highest_block(m, p, weight, first, last);
    return highest_group(m, p, weight, first / GROUP_BLOCKS, last / GROUP_BLOCKS);
}
