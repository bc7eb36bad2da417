/* position_lists.c - what lies between two articles is decoded with them where it is little. */
#include "common/index/position_lists.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/codec/kernels.h"
#include "common/index/limits.h"

/* To begin anew takes as long as to decode this many more in a row. */
#define SPLIT_GAP 128

/* Behind the last sum the kernels may read and write a few more. */
#define SLACK 16

void position_lists_free(struct position_lists *l)
{
    free(l->sums);
    free(l->ones);
    *l = (struct position_lists){0};
}

/* Room for `count` sums behind one that is 2^32 - 1, so that the first
 * position is its own sum. */
static uint32_t *add_room(struct position_lists *l, uint32_t count)
{
    mem_grow(l->sums, &l->capacity, l->used + 1 + count + SLACK);
    l->sums[l->used++] = UINT32_MAX;
    return l->sums + l->used;
}

static bool positions_in_range(const struct position_lists *l, const struct position_shares *shares,
                               unsigned from, unsigned to)
{
    bool good = true;
    for (unsigned i = from; i < to; i++) {
        const uint32_t *own = l->sums + l->at[i];
        good &= own[shares->count[i] - 1] - own[-1] - 1 < POSITION_LIMIT;
    }
    return good;
}

/* Some articles of a block with all numbers between them. False when they are damaged, or
 * their sums do not fit. */
static bool decode_stretch(struct position_lists *l, struct rice_run *run,
                           const struct position_shares *shares, unsigned from, unsigned to)
{
    uint32_t first = shares->from[from] & ~7u;
    uint32_t count = shares->from[to - 1] + shares->count[to - 1] - first;
    uint32_t *sums = add_room(l, count);
    mem_grow(l->ones, &l->ones_capacity, count + RICE_RUN_SUMS_ROOM);
    uint32_t at = (uint32_t)l->used - first;
    l->used += count;
    if (!rice_run_sums(run, first, count, l->ones, sums))
        return false;
    for (unsigned i = from; i < to; i++)
        l->at[i] = at + shares->from[i];
    /* No position is above the last sum. */
    return sums[count - 1] < POSITION_LIMIT || positions_in_range(l, shares, from, to);
}

/* One by one: sums of huge articles fit only so. False when they are damaged. */
static bool decode_articles(struct position_lists *l, struct rice_run *run,
                            const struct position_shares *shares, unsigned from, unsigned to)
{
    bool good = true;
    for (unsigned i = from; i < to && good; i++) {
        uint32_t *sums = add_room(l, shares->count[i]);
        l->at[i] = (uint32_t)l->used;
        l->used += shares->count[i];
        good = rice_run_read(run, shares->from[i], shares->count[i], sums) &&
               postings_sum_gaps(sums, shares->count[i]);
    }
    return good;
}

static unsigned end_of_stretch(const struct position_shares *s, unsigned from, unsigned to)
{
    unsigned i = from + 1;
    if (s->from[to - 1] - s->from[from] <= SPLIT_GAP)
        return to;
    while (i < to && s->from[i] - s->from[i - 1] <= s->count[i - 1] + SPLIT_GAP)
        i++;
    return i;
}

/* Those of the articles [from, to), which are in the block. */
static int read_block(struct position_lists *l, const struct postings *p,
                      const struct share_block *block, const struct position_shares *shares,
                      unsigned from, unsigned to, struct error *err)
{
    struct rice_run run;
    int rc = postings_open_run(p, &block->bytes, block->total, &run, err);
    for (unsigned next; from < to && !rc; from = next) {
        next = end_of_stretch(shares, from, to);
        if (!decode_stretch(l, &run, shares, from, next) &&
            !decode_articles(l, &run, shares, from, next))
            rc = frame_damaged(p->positions_frame, p->positions, "no list of positions", err);
    }
    return rc;
}

static int read_dictionary(struct position_lists *l, const struct postings *p, struct error *err)
{
    l->at[0] = 1;
    *add_room(l, 1) = p->info.single_position;
    l->used++;
    return p->info.single_position < POSITION_LIMIT
               ? BF_OK
               : frame_damaged(p->frame, NULL, "position out of range", err);
}

int position_lists_read(struct position_lists *l, const struct postings *p, const uint32_t *places,
                        const struct position_shares *shares, unsigned n, struct error *err)
{
    int rc = BF_OK;
    l->count = shares->count;
    l->used = 0;
    if (postings_in_dictionary(p))
        return read_dictionary(l, p, err);
    for (unsigned from = 0, to, k = 0; from < n && !rc; from = to) {
        uint32_t block = places[from] / BLOCK_LEN, last = block * BLOCK_LEN + BLOCK_LEN - 1;
        to = from + postings_count_up_to(places + from, n - from, last);
        while (shares->blocks[k].block != block)
            k++;
        rc = read_block(l, p, &shares->blocks[k], shares, from, to, err);
    }
    return rc;
}

/* ---- comparing ---- */

void position_lists_pairs(const struct position_lists *a, const struct position_lists *b,
                          uint32_t distance, unsigned n, uint32_t *pairs)
{
    const struct number_lists x = {a->sums, a->at, a->count}, y = {b->sums, b->at, b->count};
    kernels_best()->count_pairs(&x, &y, distance, n, pairs);
}

bool position_lists_follows(const struct position_lists *a, uint32_t k,
                            const struct position_lists *b, uint32_t distance, unsigned i)
{
    const uint32_t *x = a->sums + a->at[i], *y = b->sums + b->at[i];
    return kernels_best()->count_common(x + k, 1, distance + y[-1] - x[-1], y, b->count[i]);
}
