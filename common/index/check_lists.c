/*
 * check_lists.c - a list against its head, the columns and the dictionary.
 *
 * Decoding a block takes exactly the bytes between its start and the next
 * one's; so the head's offsets are right once the first of them are.
 */
#include "common/index/check_lists.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/check_parts.h"
#include "common/index/limits.h"

void list_check_init(struct list_check *l, const struct segment *s, struct token_sums *sums)
{
    *l = (struct list_check){
        .s = s,
        .sums = sums,
        .tokens = mem_zalloc(s->entry.docs, sizeof *l->tokens),
        .position_sums = mem_zalloc(s->entry.docs, sizeof *l->position_sums),
    };
}

void list_check_free(struct list_check *l)
{
    free(l->tokens);
    free(l->position_sums);
    free(l->places);
    position_block_free(&l->positions);
    *l = (struct list_check){0};
}

static int __attribute__((format(printf, 5, 6)))
wrong(const struct list_check *l, const struct frame *f, const void *p, struct error *err,
      const char *fmt, ...)
{
    char what[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return check_damaged(f, p, err, "term \"%.*s\": %s", (int)l->term.len, l->term.p, what);
}

/* ---- head ---- */

/* The last block of a group ends where the group does. */
static int check_group_lasts(const struct list_check *l, const struct postings *p,
                             struct error *err)
{
    for (uint32_t block = 0; block < p->blocks; block += GROUP_BLOCKS) {
        uint32_t left = p->blocks - block;
        uint32_t last = block + (left < GROUP_BLOCKS ? left : GROUP_BLOCKS) - 1;
        const unsigned char *at = p->group_last + 4 * (size_t)(block / GROUP_BLOCKS);
        if (load_u32(at) != postings_last_doc(p, last))
            return wrong(l, p->frame, at, err, "the last article of group %u is not %u",
                         block / GROUP_BLOCKS, load_u32(at));
    }
    return BF_OK;
}

static int check_head(const struct list_check *l, const struct postings *p, struct error *err)
{
    if (p->blocks < 2)
        return BF_OK;
    if (load_u32(p->group_at))
        return wrong(l, p->frame, p->group_at, err, "the first group does not start at 0");
    if (load_u32(p->group_positions))
        return wrong(l, p->frame, p->group_positions, err, "the first positions do not start at 0");
    for (uint32_t block = 0; block < p->blocks; block += GROUP_BLOCKS) {
        const unsigned char *at = p->data_at + 2 * (size_t)block;
        const unsigned char *positions = p->positions_at + p->position_bytes * (size_t)block;
        if (load_u16(at))
            return wrong(l, p->frame, at, err, "block %u does not start its group", block);
        if (p->position_bytes == 2 ? load_u16(positions) : load_u32(positions))
            return wrong(l, p->frame, positions, err,
                         "the positions of block %u do not start its group's", block);
    }
    return check_group_lasts(l, p, err);
}

static bool covers(struct impact bound, unsigned tf, unsigned length_code)
{
    return (tf <= bound.high_tf && length_code >= bound.high_length) ||
           (bound.low_tf && tf <= bound.low_tf && length_code >= bound.low_length);
}

static int check_impact(const struct list_check *l, const struct postings *p, uint32_t block,
                        struct error *err)
{
    struct impact bound = postings_impact(p, block);
    const uint8_t *codes = column(&l->s->columns, COLUMN_LENGTH);
    for (unsigned i = 0; i < l->block.n; i++) {
        uint32_t tf = l->tf[i] < IMPACT_MANY ? l->tf[i] : IMPACT_MANY;
        if (!covers(bound, tf, codes[l->block.docs[i]]))
            return wrong(l, p->frame, p->impacts, err,
                         "the impact of block %u does not bound article %u", block,
                         l->block.docs[i]);
    }
    return BF_OK;
}

/* ---- postings ---- */

/* Decodes all of a block. */
static int read_block(struct list_check *l, const struct postings *p, uint32_t block,
                      struct error *err)
{
    int rc = postings_read_docs(p, block, &l->block, err);
    if (!rc)
        rc = postings_read_tf(p, block, l->tf, err);
    return rc ? rc : postings_read_positions(p, block, l->tf, &l->positions, err);
}

/* The sums of forms must wait until it is known which form stands here. */
static void keep_place(struct list_check *l, uint32_t doc, uint32_t position, uint64_t number)
{
    l->sums->of[doc].term -= token_mark(l->hash, position);
    mem_grow(l->places, &l->place_capacity, number + 1);
    l->places[number] = (struct place){doc, position};
}

/* Posting i of the block: where it occurs. */
static int check_posting(struct list_check *l, const struct postings *p, unsigned i,
                         struct error *err)
{
    const struct columns *c = &l->s->columns;
    uint32_t doc = l->block.docs[i];
    uint32_t title = column_title_tokens(c, doc), body = title + TITLE_GAP;
    uint32_t behind = column_u32(c, COLUMN_TOKENS, doc) + TITLE_GAP;
    uint64_t before = l->cf - l->tf[i]; /* occurrences in earlier articles */
    for (uint32_t k = l->positions.starts[i]; k < l->positions.starts[i + 1]; k++) {
        uint32_t position = l->positions.positions[k];
        if ((position >= title && position < body) || position >= behind)
            return wrong(l, p->positions_frame, p->positions, err,
                         "article %u has no token at position %u", doc, position);
        l->position_sums[doc] += position;
        if (l->sums->of)
            keep_place(l, doc, position, before + k - l->positions.starts[i]);
    }
    return BF_OK;
}

static void count_posting(struct list_check *l, unsigned i)
{
    uint32_t doc = l->block.docs[i], tf = l->tf[i];
    l->postings++;
    l->cf += tf;
    l->tokens[doc] += tf;
    if (!deletes_has(&l->s->deletes, doc))
        return;
    l->deleted_df++;
    l->deleted_cf += tf;
}

static int check_block(struct list_check *l, const struct postings *p, uint32_t block,
                       struct error *err)
{
    int rc = read_block(l, p, block, err);
    if (!rc && p->blocks > 1)
        rc = check_impact(l, p, block, err);
    for (unsigned i = 0; i < l->block.n && !rc; i++) {
        count_posting(l, i);
        rc = check_posting(l, p, i, err);
    }
    return rc;
}

int list_check_term(struct list_check *l, struct text term, const struct term_info *info,
                    struct error *err)
{
    struct postings p;
    l->term = term;
    l->hash = token_term_hash(term.p, term.len);
    l->cf = l->deleted_cf = 0;
    l->deleted_df = 0;
    int rc = segment_postings(l->s, info, &p, err);
    if (!rc)
        rc = check_head(l, &p, err);
    for (uint32_t block = 0; block < p.blocks && !rc; block++)
        rc = check_block(l, &p, block, err);
    if (!rc && l->cf != info->cf)
        rc = wrong(l, p.frame, p.data, err,
                   "frequencies add up to %" PRIu64 ", but the dictionary says %" PRIu64, l->cf,
                   info->cf);
    return rc;
}

/* ---- articles ---- */

/* The sum of all positions of an article: 0, 1, ... in the title, and again
 * behind the gap. */
static uint64_t all_positions(uint64_t title, uint64_t tokens)
{
    uint64_t every = tokens * (tokens - (tokens > 0)) / 2;
    return every + (tokens - title) * TITLE_GAP;
}

int list_check_end(const struct list_check *l, struct error *err)
{
    const struct columns *c = &l->s->columns;
    for (uint32_t doc = 0; doc < l->s->entry.docs; doc++) {
        uint32_t tokens = column_u32(c, COLUMN_TOKENS, doc);
        if (l->tokens[doc] != tokens)
            return check_damaged(&c->frame, columns_cell(c, COLUMN_TOKENS, doc), err,
                                 "article %u: %u tokens, but the lists have %u", doc, tokens,
                                 l->tokens[doc]);
        if (l->position_sums[doc] != all_positions(column_title_tokens(c, doc), tokens))
            return check_damaged(&l->s->positions, l->s->positions.map, err,
                                 "article %u: a position is taken twice, another not at all", doc);
    }
    return BF_OK;
}
