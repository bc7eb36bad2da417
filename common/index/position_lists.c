/* position_lists.c - decoding whole blocks where that is cheaper than picking. */
#include "common/index/position_lists.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/codec/kernels.h"
#include "common/index/limits.h"

/* To pick an article's positions takes as long as to decode this many in a row. */
#define WHOLE_RATIO 60

/* Behind the last sum the kernels may read and write a few more. */
#define SLACK 16

void position_lists_free(struct position_lists *l)
{
    free(l->sums);
    free(l->ones);
    *l = (struct position_lists){0};
}

void position_lists_reset(struct position_lists *l)
{
    l->whole = false;
    l->used = 0;
}

/* Room for `count` sums behind one that is 2^32 - 1, so that the first
 * position is its own sum. */
static uint32_t *add_room(struct position_lists *l, uint32_t count)
{
    mem_grow(l->sums, &l->capacity, l->used + 1 + count + SLACK);
    l->sums[l->used++] = UINT32_MAX;
    return l->sums + l->used;
}

/* ---- whole blocks ---- */

static void decode_whole(struct position_lists *l, uint32_t block, const struct rice_run *run)
{
    uint32_t count = (uint32_t)run->n, *sums = add_room(l, count);
    mem_grow(l->ones, &l->ones_capacity, count + ONES_SLACK);
    l->whole = rice_run_sums(run, l->ones, sums);
    l->whole_block = block;
    l->whole_count = count;
    l->whole_at = l->used;
    l->used += l->whole ? count : 0;
}

/* False when a position is out of range. */
static bool place_in_whole(struct position_lists *l, const struct position_share *shares,
                           unsigned from, unsigned to)
{
    const uint32_t *sums = l->sums + l->whole_at;
    bool good = true;
    for (unsigned i = from; i < to; i++) {
        const uint32_t *own = sums + shares[i].from;
        l->at[i] = (uint32_t)l->whole_at + shares[i].from;
        l->count[i] = shares[i].count;
        good &= own[shares[i].count - 1] - own[-1] - 1 < POSITION_LIMIT;
    }
    return good;
}

/* What was decoded for the articles before, but for a whole block that may be
 * asked for again. */
static void make_room(struct position_lists *l, uint32_t block)
{
    l->whole = l->whole && l->whole_block == block;
    l->used = 0;
    if (!l->whole)
        return;
    memmove(l->sums, l->sums + l->whole_at - 1, (l->whole_count + 1) * sizeof *l->sums);
    l->whole_at = 1;
    l->used = 1 + l->whole_count;
}

/* ---- single articles ---- */

static bool pick_article(struct position_lists *l, struct rice_run *run,
                         const struct position_share *share)
{
    uint32_t *sums = add_room(l, share->count);
    l->used += share->count;
    return rice_run_read(run, share->from, share->count, sums) &&
           postings_sum_gaps(sums, share->count);
}

static bool pick_articles(struct position_lists *l, struct rice_run *run,
                          const struct position_share *shares, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        l->at[i] = (uint32_t)l->used + 1;
        l->count[i] = shares[i].count;
        if (!pick_article(l, run, &shares[i]))
            return false;
    }
    return true;
}

/* ---- all ---- */

static bool is_whole(const struct position_lists *l, uint32_t block)
{
    return l->whole && l->whole_block == block;
}

/* Those of the articles [from, to) in a block with so many positions. */
static int read_block(struct position_lists *l, const struct postings *p, uint32_t block,
                      uint32_t total, const struct position_share *shares, unsigned from,
                      unsigned to, struct error *err)
{
    struct rice_run run;
    if (!is_whole(l, block)) {
        int rc = postings_open_positions(p, block, total, &run, err);
        if (rc)
            return rc;
        if (total <= (uint64_t)WHOLE_RATIO * (to - from))
            decode_whole(l, block, &run);
    }
    bool good = is_whole(l, block) ? place_in_whole(l, shares, from, to)
                                   : pick_articles(l, &run, shares, from, to);
    return good ? BF_OK
                : frame_damaged(p->positions_frame, p->positions, "no list of positions", err);
}

static int read_dictionary(struct position_lists *l, const struct postings *p, struct error *err)
{
    l->at[0] = 1;
    l->count[0] = 1;
    *add_room(l, 1) = p->info.single_position;
    l->used++;
    return p->info.single_position < POSITION_LIMIT
               ? BF_OK
               : frame_damaged(p->frame, NULL, "position out of range", err);
}

static unsigned end_of_block(const uint32_t *places, unsigned from, unsigned n)
{
    unsigned to = from + 1;
    while (to < n && places[to] / BLOCK_LEN == places[from] / BLOCK_LEN)
        to++;
    return to;
}

int position_lists_read(struct position_lists *l, const struct postings *p, const uint32_t *places,
                        const struct position_shares *shares, unsigned n, struct error *err)
{
    int rc = BF_OK;
    make_room(l, places[0] / BLOCK_LEN);
    if (postings_in_dictionary(p))
        return read_dictionary(l, p, err);
    for (unsigned from = 0, to, k = 0; from < n && !rc; from = to) {
        uint32_t block = places[from] / BLOCK_LEN;
        to = end_of_block(places, from, n);
        while (shares->blocks[k] != block)
            k++;
        rc = read_block(l, p, block, shares->totals[k], shares->articles, from, to, err);
    }
    return rc;
}

void position_lists_keep(struct position_lists *l, const uint8_t *kept, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        l->at[i] = l->at[kept[i]];
        l->count[i] = l->count[kept[i]];
    }
}

/* ---- comparing ---- */

void position_lists_pairs(const struct position_lists *a, const struct position_lists *b,
                          uint32_t distance, unsigned n, uint32_t *pairs)
{
    const struct kernels *kernels = kernels_best();
    for (unsigned i = 0; i < n; i++) {
        const uint32_t *x = a->sums + a->at[i], *y = b->sums + b->at[i];
        uint32_t plus = distance + y[-1] - x[-1], nx = a->count[i], ny = b->count[i];
        pairs[i] = nx <= ny ? kernels->count_common(x, nx, plus, y, ny)
                            : kernels->count_common(y, ny, -plus, x, nx);
    }
}

bool position_lists_follows(const struct position_lists *a, uint32_t k,
                            const struct position_lists *b, uint32_t distance, unsigned i)
{
    const uint32_t *x = a->sums + a->at[i], *y = b->sums + b->at[i];
    return kernels_best()->count_common(x + k, 1, distance + y[-1] - x[-1], y, b->count[i]);
}
