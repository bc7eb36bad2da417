/* postings_write.c - filling blocks and laying a finished list out. */
#include "common/index/postings_write.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/codec/postblock.h"
#include "common/codec/rice.h"
#include "common/codec/rice_run.h"
#include "common/index/postings.h"

void postings_writer_init(struct postings_writer *w, const uint8_t *length_codes)
{
    *w = (struct postings_writer){.length_codes = length_codes, .base = -1};
}

void postings_writer_free(struct postings_writer *w)
{
    free(w->gaps);
    free(w->blocks);
    buf_free(&w->data);
    buf_free(&w->positions);
    *w = (struct postings_writer){0};
}

/* ---- blocks ---- */

/* Of a list: articles, frequencies and position gaps. */
struct part {
    const uint32_t *docs, *tf, *gaps;
    unsigned n;
    size_t gap_count;
};

static struct impact part_impact(const struct postings_writer *w, const struct part *p)
{
    uint8_t codes[BLOCK_LEN];
    for (unsigned i = 0; i < p->n; i++)
        codes[i] = w->length_codes[p->docs[i]];
    return impact_of(p->tf, codes, p->n);
}

static void put_data(struct postings_writer *w, const struct part *p)
{
    struct postblock_plan plan = postblock_plan(w->base, p->docs, p->tf, p->n);
    buf_reserve(&w->data, plan.bytes + RICE_SLACK);
    postblock_encode(&plan, w->base, p->docs, p->tf, p->n, w->data.data + w->data.len);
    w->data.len += plan.bytes;
    rice_run_encode(p->gaps, p->gap_count, &w->positions);
}

static void put_block(struct postings_writer *w, const struct part *p)
{
    mem_grow(w->blocks, &w->block_capacity, w->block_count + 1);
    struct block_entry *b = &w->blocks[w->block_count++];
    b->last_doc = p->docs[p->n - 1];
    b->data_at = (uint32_t)w->data.len;
    b->positions_at = (uint32_t)w->positions.len;
    /* A list of one block has no head. */
    if (p->n == BLOCK_LEN || w->block_count > 1)
        b->impact = part_impact(w, p);
    put_data(w, p);
    w->base = b->last_doc;
    w->df += p->n;
    w->cf += p->gap_count;
}

static void end_block(struct postings_writer *w)
{
    put_block(w, &(struct part){w->docs, w->tf, w->gaps, w->n, w->gap_count});
    w->n = 0;
    w->gap_count = 0;
}

void postings_writer_add(struct postings_writer *w, uint32_t doc, const uint32_t *positions,
                         uint32_t tf)
{
    if (w->n == BLOCK_LEN)
        end_block(w);
    w->docs[w->n] = doc;
    w->tf[w->n] = tf;
    w->n++;
    mem_grow(w->gaps, &w->gap_capacity, w->gap_count + tf);
    uint32_t *gaps = w->gaps + w->gap_count;
    gaps[0] = positions[0];
    for (uint32_t i = 1; i < tf; i++)
        gaps[i] = positions[i] - positions[i - 1] - 1;
    w->gap_count += tf;
}

static size_t gaps_of(const uint32_t *tf, uint32_t n)
{
    size_t gaps = 0;
    for (uint32_t i = 0; i < n; i++)
        gaps += tf[i];
    return gaps;
}

/* The last block is left for finish. */
void postings_writer_add_list(struct postings_writer *w, const uint32_t *docs, const uint32_t *tf,
                              uint32_t n, const uint32_t *gaps)
{
    for (; n > BLOCK_LEN; n -= BLOCK_LEN, docs += BLOCK_LEN, tf += BLOCK_LEN) {
        struct part p = {docs, tf, gaps, BLOCK_LEN, gaps_of(tf, BLOCK_LEN)};
        put_block(w, &p);
        gaps += p.gap_count;
    }
    w->n = n;
    w->gap_count = gaps_of(tf, n);
    mem_grow(w->gaps, &w->gap_capacity, w->gap_count);
    memcpy(w->docs, docs, n * sizeof *docs);
    memcpy(w->tf, tf, n * sizeof *tf);
    memcpy(w->gaps, gaps, w->gap_count * sizeof *gaps);
}

/* ---- the head ---- */

static const struct block_entry *first_of_group(const struct postings_writer *w, size_t block)
{
    return &w->blocks[block / GROUP_BLOCKS * GROUP_BLOCKS];
}

static const struct block_entry *last_of_group(const struct postings_writer *w, size_t block)
{
    size_t last = block / GROUP_BLOCKS * GROUP_BLOCKS + GROUP_BLOCKS - 1;
    return &w->blocks[last < w->block_count ? last : w->block_count - 1];
}

static uint32_t last_in_group(const struct postings_writer *w, size_t block)
{
    size_t first = block / GROUP_BLOCKS * GROUP_BLOCKS;
    return w->blocks[block].last_doc - (first ? w->blocks[first - 1].last_doc + 1 : 0);
}

static uint32_t positions_in_group(const struct postings_writer *w, size_t block)
{
    return w->blocks[block].positions_at - first_of_group(w, block)->positions_at;
}

static void put_entry(struct buf *out, uint32_t v, bool wide)
{
    if (wide)
        buf_u32(out, v);
    else
        buf_u16(out, (uint16_t)v);
}

static void put_impact(struct buf *out, struct impact impact)
{
    const unsigned char four[] = {impact.high_tf, impact.high_length, impact.low_tf,
                                  impact.low_length};
    buf_add(out, four, sizeof four);
}

static void put_groups(const struct postings_writer *w, struct buf *out)
{
    for (size_t b = 0; b < w->block_count; b += GROUP_BLOCKS)
        buf_u32(out, last_of_group(w, b)->last_doc);
    for (size_t b = 0; b < w->block_count; b += GROUP_BLOCKS)
        buf_u32(out, w->blocks[b].data_at);
    for (size_t b = 0; b < w->block_count; b += GROUP_BLOCKS)
        buf_u32(out, w->blocks[b].positions_at);
}

static void put_head(const struct postings_writer *w, struct buf *out)
{
    bool wide_lasts = false, wide_positions = false;
    for (size_t b = 0; b < w->block_count; b++) {
        wide_lasts = wide_lasts || last_in_group(w, b) > UINT16_MAX;
        wide_positions = wide_positions || positions_in_group(w, b) > UINT16_MAX;
    }
    unsigned char flags = (unsigned char)((wide_lasts ? HEAD_WIDE_LASTS : 0) |
                                          (wide_positions ? HEAD_WIDE_POSITIONS : 0));
    buf_add(out, &flags, 1);
    put_groups(w, out);
    for (size_t b = 0; b < w->block_count; b++)
        put_entry(out, last_in_group(w, b), wide_lasts);
    for (size_t b = 0; b < w->block_count; b++)
        put_entry(out, positions_in_group(w, b), wide_positions);
    for (size_t b = 0; b < w->block_count; b++)
        buf_u16(out, (uint16_t)(w->blocks[b].data_at - first_of_group(w, b)->data_at));
    for (size_t b = 0; b < w->block_count; b++)
        put_impact(out, w->blocks[b].impact);
}

/* ---- terms ---- */

static void start_term(struct postings_writer *w)
{
    w->base = -1;
    w->n = 0;
    w->df = 0;
    w->cf = 0;
    w->block_count = 0;
    w->gap_count = 0;
    w->data.len = 0;
    w->positions.len = 0;
}

/* A term of one article goes into the dictionary whole, but for its
 * positions when there are several. */
static void finish_single(struct postings_writer *w, struct buf *positions, struct term_info *info)
{
    size_t before = positions->len;
    if (w->gap_count > 1)
        rice_run_encode(w->gaps, w->gap_count, positions);
    *info = (struct term_info){.df = 1,
                               .cf = w->gap_count,
                               .positions_bytes = positions->len - before,
                               .single_doc = w->docs[0],
                               .single_position = w->gaps[0]};
}

static void finish_list(struct postings_writer *w, struct buf *postings, struct buf *positions,
                        struct term_info *info)
{
    size_t before = postings->len;
    end_block(w);
    if (w->block_count > 1)
        put_head(w, postings);
    buf_add(postings, w->data.data, w->data.len);
    buf_add(positions, w->positions.data, w->positions.len);
    *info = (struct term_info){.df = w->df,
                               .cf = w->cf,
                               .postings_bytes = postings->len - before,
                               .positions_bytes = w->positions.len};
}

void postings_writer_finish(struct postings_writer *w, struct buf *postings, struct buf *positions,
                            struct term_info *info)
{
    if (!w->block_count && w->n == 1)
        finish_single(w, positions, info);
    else
        finish_list(w, postings, positions, info);
    start_term(w);
}
