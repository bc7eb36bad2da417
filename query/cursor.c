/* cursor.c - finding articles in a list, decoding as little as possible. */
#include "query/cursor.h"

int cursor_open_info(struct cursor *c, const struct segment *s, const struct term_info *info,
                     struct error *err)
{
    c->held = c->held_tf = c->held_starts = c->held_positions = NO_BLOCK;
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

int cursor_hold_tf(struct cursor *c, uint32_t block, struct error *err)
{
    if (c->held_tf == block)
        return BF_OK;
    c->held_tf = NO_BLOCK;
    int rc = postings_read_tf(&c->list, block, c->tf, err);
    if (!rc)
        c->held_tf = block;
    return rc;
}

/* The first block that may have an article >= doc. */
static uint32_t block_of(const struct cursor *c, uint32_t doc)
{
    uint32_t from = c->held != NO_BLOCK && c->block.docs[0] <= doc ? c->held : 0;
    return postings_seek(&c->list, from, doc);
}

static bool held_covers(const struct cursor *c, uint32_t doc)
{
    return c->held != NO_BLOCK && c->block.docs[0] <= doc && doc <= c->block.docs[c->block.n - 1];
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
    unsigned at = posting_block_seek(&c->block, doc);
    c->place = block * BLOCK_LEN + at;
    if (at < c->block.n && c->block.docs[at] == doc)
        return BF_OK;
    if (next && at < c->block.n)
        *next = c->block.docs[at];
    return BF_END;
}

int cursor_tf(struct cursor *c, uint32_t *tf, struct error *err)
{
    int rc = cursor_hold_tf(c, c->place / BLOCK_LEN, err);
    *tf = c->tf[c->place % BLOCK_LEN];
    return rc;
}

static int hold_starts(struct cursor *c, uint32_t block, struct error *err)
{
    if (c->held_starts == block)
        return BF_OK;
    c->held_starts = NO_BLOCK;
    int rc = cursor_hold_tf(c, block, err);
    if (!rc)
        rc = postings_position_starts(&c->list, block, c->tf, c->positions.starts, err);
    if (!rc)
        c->held_starts = block;
    return rc;
}

static int hold_positions(struct cursor *c, uint32_t block, struct error *err)
{
    int rc = hold_starts(c, block, err);
    if (rc || c->held_positions == block)
        return rc;
    c->held_positions = NO_BLOCK;
    if (!postings_in_dictionary(&c->list))
        rc = postings_open_positions(&c->list, block,
                                     c->positions.starts[postings_block_len(&c->list, block)],
                                     &c->positions.run, err);
    if (!rc)
        c->held_positions = block;
    return rc;
}

int cursor_positions(struct cursor *c, const uint32_t **positions, uint32_t *count,
                     struct error *err)
{
    int rc = hold_positions(c, c->place / BLOCK_LEN, err);
    if (rc)
        return rc;
    return postings_article_positions(&c->list, &c->positions, c->place % BLOCK_LEN, positions,
                                      count, err);
}

static unsigned count_up_to(const uint32_t *docs, unsigned n, uint32_t last)
{
    unsigned i = 0;
    while (i < n && docs[i] <= last)
        i++;
    return i;
}

static int places_in_bits(struct cursor *c, uint32_t block, const uint32_t *docs, unsigned n,
                          uint32_t *places, struct error *err)
{
    struct posting_bits bits;
    int rc = postings_read_bits(&c->list, block, &bits, err);
    if (rc)
        return rc;
    posting_bits_places(&bits, docs, n, places);
    for (unsigned i = 0; i < n; i++)
        places[i] = places[i] < BLOCK_LEN ? block * BLOCK_LEN + places[i] : NO_PLACE;
    return BF_OK;
}

static int places_of_run(struct cursor *c, uint32_t block, const uint32_t *docs, unsigned n,
                         uint32_t *places, struct error *err)
{
    int rc = c->held == block ? BF_END : places_in_bits(c, block, docs, n, places, err);
    if (rc != BF_END)
        return rc;
    rc = cursor_hold(c, block, err);
    if (!rc)
        posting_block_places(&c->block, docs, n, block * BLOCK_LEN, places);
    return rc;
}

int cursor_places(struct cursor *c, const uint32_t *docs, unsigned n, uint32_t *places,
                  struct error *err)
{
    const struct postings *p = &c->list;
    uint32_t block = n ? block_of(c, docs[0]) : 0;
    unsigned i = 0;
    while (i < n && block < p->blocks) {
        unsigned run = count_up_to(docs + i, n - i, postings_last_doc(p, block));
        int rc = places_of_run(c, block, docs + i, run, places + i, err);
        if (rc)
            return rc;
        i += run;
        if (i < n)
            block = postings_seek(p, block, docs[i]);
    }
    for (; i < n; i++)
        places[i] = NO_PLACE;
    return BF_OK;
}

int cursor_frequencies(struct cursor *c, const uint32_t *places, unsigned n, uint32_t *tf,
                       struct error *err)
{
    for (unsigned i = 0; i < n; i++) {
        if (places[i] == NO_PLACE) {
            tf[i] = 0;
            continue;
        }
        int rc = cursor_hold_tf(c, places[i] / BLOCK_LEN, err);
        if (rc)
            return rc;
        tf[i] = c->tf[places[i] % BLOCK_LEN];
    }
    return BF_OK;
}

int cursor_shares(struct cursor *c, const uint32_t *places, unsigned n,
                  struct position_shares *shares, struct error *err)
{
    const uint32_t *starts = c->positions.starts;
    unsigned blocks = 0;
    for (unsigned i = 0; i < n;) {
        uint32_t block = places[i] / BLOCK_LEN;
        int rc = hold_starts(c, block, err);
        if (rc)
            return rc;
        postings_expect_positions(&c->list, block);
        shares->blocks[blocks] = block;
        shares->totals[blocks++] = starts[postings_block_len(&c->list, block)];
        for (; i < n && places[i] / BLOCK_LEN == block; i++) {
            uint32_t at = places[i] % BLOCK_LEN, from = starts[at];
            shares->articles[i] = (struct position_share){from, starts[at + 1] - from};
        }
    }
    return BF_OK;
}
