/* lead_block.c - frequencies, and the positions before the lead's end. */
#include "query/lead_block.h"

#include "common/index/limits.h"

static int add_lead(struct lead_block *b, const struct segment *s, const struct postings *p,
                    uint32_t block, struct error *err)
{
    uint32_t limits[BLOCK_LEN], lead[BLOCK_LEN];
    for (unsigned i = 0; i < b->articles.n; i++)
        limits[i] = column_title_tokens(&s->columns, b->articles.docs[i]) + TITLE_GAP + LEAD_TOKENS;
    int rc = postings_count_below(p, block, b->tf, limits, &b->room, lead, err);
    for (unsigned i = 0; i < b->articles.n && !rc; i++) {
        uint64_t tf = (uint64_t)b->tf[i] + lead[i];
        b->tf[i] = tf < SIMILAR_MOST_TF ? (uint32_t)tf : SIMILAR_MOST_TF;
    }
    return rc;
}

static int add_frequencies(struct lead_block *b, const struct segment *s, const struct postings *p,
                           uint32_t block, struct error *err)
{
    int rc = columns_need(&s->columns, COLUMN_TITLE_TOKENS, err);
    if (!rc)
        rc = postings_read_tf(p, block, b->tf, err);
    return rc ? rc : add_lead(b, s, p, block, err);
}

int lead_block_read(struct lead_block *b, const struct segment *s, const struct postings *p,
                    uint32_t block, struct error *err)
{
    int rc = postings_read_docs(p, block, &b->articles, err);
    return rc ? rc : add_frequencies(b, s, p, block, err);
}

int lead_block_find(struct lead_block *b, const struct segment *s, const struct postings *p,
                    uint32_t doc, uint32_t *tf, struct error *err)
{
    uint32_t block = postings_seek(p, 0, doc);
    if (block == p->blocks)
        return BF_END;
    int rc = postings_read_docs(p, block, &b->articles, err);
    if (rc)
        return rc;
    unsigned at = posting_block_place(&b->articles, doc);
    if (b->articles.docs[at] != doc)
        return BF_END;
    rc = add_frequencies(b, s, p, block, err);
    *tf = rc ? 0 : b->tf[at];
    return rc;
}

void lead_block_free(struct lead_block *b)
{
    position_block_free(&b->room);
}
