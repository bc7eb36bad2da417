/* postings_write.c - filling blocks and laying a finished list out. */
#include "common/index/postings_write.h"

#include <stdlib.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/codec/doclist.h"
#include "common/index/postings.h"

void postings_writer_init(struct postings_writer *w, const uint8_t *length_codes)
{
    *w = (struct postings_writer){.length_codes = length_codes, .base = -1};
}

void postings_writer_free(struct postings_writer *w)
{
    free(w->gaps);
    free(w->last_docs);
    free(w->positions_at);
    free(w->data_at);
    free(w->impacts);
    buf_free(&w->data);
    buf_free(&w->positions);
    *w = (struct postings_writer){0};
}

static void put_pfor(struct buf *out, const uint32_t *values, unsigned n)
{
    buf_reserve(out, PFOR_MAX_BYTES);
    out->len += pfor_encode(values, n, out->data + out->len);
}

static void put_positions(struct postings_writer *w)
{
    for (size_t at = 0; at < w->gap_count; at += BLOCK_LEN) {
        size_t left = w->gap_count - at;
        put_pfor(&w->positions, w->gaps + at, (unsigned)(left < BLOCK_LEN ? left : BLOCK_LEN));
    }
    w->gap_count = 0;
}

static struct impact block_impact(const struct postings_writer *w)
{
    uint8_t codes[BLOCK_LEN];
    for (unsigned i = 0; i < w->n; i++)
        codes[i] = w->length_codes[w->docs[i]];
    return impact_of(w->tf, codes, w->n);
}

static void put_data(struct postings_writer *w)
{
    uint32_t less[BLOCK_LEN];
    for (unsigned i = 0; i < w->n; i++)
        less[i] = w->tf[i] - 1;
    buf_reserve(&w->data, DOCLIST_MAX_BYTES);
    w->data.len += doclist_encode(w->base, w->docs, w->n, w->data.data + w->data.len);
    put_pfor(&w->data, less, w->n);
    put_pfor(&w->data, w->lead, w->n);
}

static void end_block(struct postings_writer *w)
{
    size_t b = w->blocks++;
    mem_grow(w->last_docs, &w->capacity[0], w->blocks);
    mem_grow(w->positions_at, &w->capacity[1], w->blocks);
    mem_grow(w->data_at, &w->capacity[2], w->blocks);
    mem_grow(w->impacts, &w->capacity[3], w->blocks);
    w->last_docs[b] = w->docs[w->n - 1];
    w->positions_at[b] = (uint32_t)w->positions.len;
    w->data_at[b] = w->data.len;
    w->impacts[b] = block_impact(w);
    put_data(w);
    put_positions(w);
    w->base = w->docs[w->n - 1];
    w->df += w->n;
    w->n = 0;
}

void postings_writer_add(struct postings_writer *w, uint32_t doc, const uint32_t *positions,
                         uint32_t tf, uint32_t lead)
{
    if (w->n == BLOCK_LEN)
        end_block(w);
    w->docs[w->n] = doc;
    w->tf[w->n] = tf;
    w->lead[w->n] = lead;
    w->n++;
    w->cf += tf;
    mem_grow(w->gaps, &w->gap_capacity, w->gap_count + tf);
    uint32_t *gaps = w->gaps + w->gap_count;
    gaps[0] = positions[0];
    for (uint32_t i = 1; i < tf; i++)
        gaps[i] = positions[i] - positions[i - 1] - 1;
    w->gap_count += tf;
}

static void put_impact(struct buf *out, struct impact impact)
{
    const unsigned char four[] = {impact.high_tf, impact.high_length, impact.low_tf,
                                  impact.low_length};
    buf_add(out, four, sizeof four);
}

static void put_head(const struct postings_writer *w, struct buf *out)
{
    for (size_t b = 0; b < w->blocks; b++)
        buf_u32(out, w->last_docs[b]);
    for (size_t b = 0; b < w->blocks; b++)
        buf_u32(out, w->positions_at[b]);
    for (size_t b = 0; b < w->blocks; b++)
        buf_u16(out, (uint16_t)(w->data_at[b] - w->data_at[b / GROUP_BLOCKS * GROUP_BLOCKS]));
    for (size_t b = 0; b < w->blocks; b++)
        put_impact(out, w->impacts[b]);
    for (size_t b = 0; b < w->blocks; b += GROUP_BLOCKS)
        buf_u64(out, w->data_at[b]);
    for (size_t b = 0; b < w->blocks; b += GROUP_BLOCKS) {
        size_t left = w->blocks - b;
        put_impact(out, impact_join(w->impacts + b,
                                    (unsigned)(left < GROUP_BLOCKS ? left : GROUP_BLOCKS)));
    }
}

/* A term of one article goes into the dictionary whole, but for its
 * positions when there are several. */
static void finish_single(struct postings_writer *w, struct buf *positions, struct term_info *info)
{
    *info = (struct term_info){.df = 1,
                               .cf = w->cf,
                               .single_doc = w->docs[0],
                               .single_lead = w->lead[0],
                               .single_position = w->gaps[0]};
    size_t before = positions->len;
    if (w->cf > 1) {
        put_positions(w);
        buf_add(positions, w->positions.data, w->positions.len);
    }
    info->positions_bytes = positions->len - before;
}

static void start_term(struct postings_writer *w)
{
    w->base = -1;
    w->n = 0;
    w->df = 0;
    w->cf = 0;
    w->blocks = 0;
    w->gap_count = 0;
    w->data.len = 0;
    w->positions.len = 0;
}

void postings_writer_finish(struct postings_writer *w, struct buf *postings, struct buf *positions,
                            struct term_info *info)
{
    if (!w->blocks && w->n == 1) {
        finish_single(w, positions, info);
        start_term(w);
        return;
    }
    end_block(w);
    size_t before = postings->len;
    if (w->blocks == 1)
        put_impact(postings, w->impacts[0]);
    else
        put_head(w, postings);
    buf_add(postings, w->data.data, w->data.len);
    buf_add(positions, w->positions.data, w->positions.len);
    *info = (struct term_info){.df = w->df,
                               .cf = w->cf,
                               .postings_bytes = postings->len - before,
                               .positions_bytes = w->positions.len};
    start_term(w);
}
