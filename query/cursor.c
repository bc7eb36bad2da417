/* cursor.c - finding an article in a list, decoding as little as possible. */
#include "query/cursor.h"

int cursor_open_info(struct cursor *c, const struct segment *s, const struct term_info *info,
                     struct error *err)
{
    c->held = c->held_positions = NO_BLOCK;
    return segment_postings(s, info, &c->list, err);
}

int cursor_open(struct cursor *c, const struct segment *s, const char *term, size_t len,
                struct error *err)
{
    struct term_info info;
    int rc = dictionary_find(&s->dictionary, term, len, &info, err);
    return rc ? rc : cursor_open_info(c, s, &info, err);
}

void cursor_free(struct cursor *c)
{
    position_block_free(&c->positions);
}

int cursor_hold(struct cursor *c, uint32_t block, struct error *err)
{
    if (c->held == block)
        return BF_OK;
    c->held = NO_BLOCK;
    int rc = postings_read_docs(&c->list, block, &c->block, err);
    if (!rc)
        c->held = block;
    return rc;
}

static bool held_covers(const struct cursor *c, uint32_t doc)
{
    return c->held != NO_BLOCK && c->block.docs[0] <= doc && doc <= c->block.docs[c->block.n - 1];
}

static uint32_t block_of(const struct cursor *c, uint32_t doc)
{
    uint32_t from = c->held != NO_BLOCK && c->block.docs[0] <= doc ? c->held : 0;
    return postings_seek(&c->list, from, doc);
}

int cursor_find(struct cursor *c, uint32_t doc, uint32_t *next, struct error *err)
{
    uint32_t block = held_covers(c, doc) ? c->held : block_of(c, doc);
    if (next)
        *next = UINT32_MAX;
    if (block >= c->list.blocks)
        return BF_END;
    int rc = cursor_hold(c, block, err);
    if (rc)
        return rc;
    c->at = posting_block_seek(&c->block, doc);
    if (c->at < c->block.n && c->block.docs[c->at] == doc)
        return BF_OK;
    if (next && c->at < c->block.n)
        *next = c->block.docs[c->at];
    return BF_END;
}

int cursor_tf(struct cursor *c, uint32_t *tf, struct error *err)
{
    int rc = postings_read_tf(&c->list, &c->block, err);
    *tf = c->block.tf[c->at];
    return rc;
}

int cursor_positions(struct cursor *c, const uint32_t **positions, uint32_t *count,
                     struct error *err)
{
    if (c->held_positions != c->held) {
        c->held_positions = NO_BLOCK;
        int rc = postings_read_tf(&c->list, &c->block, err);
        if (!rc)
            rc = postings_find_positions(&c->list, c->held, &c->block, &c->positions, err);
        if (rc)
            return rc;
        c->held_positions = c->held;
    }
    return postings_article_positions(&c->list, &c->positions, c->at, positions, count, err);
}
