/* cursor.c - finding articles in a list, decoding as little as possible. */
#include "query/cursor.h"

int cursor_open_info(struct cursor *c, const struct segment *s, const struct term_info *info,
                     struct error *err)
{
    c->held = c->held_tf = c->held_starts = c->held_positions = c->opened = NO_BLOCK;
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

static int open_block(struct cursor *c, uint32_t block, struct error *err)
{
    if (c->opened == block)
        return BF_OK;
    c->opened = NO_BLOCK;
    int rc = postings_open_block(&c->list, block, &c->code, err);
    if (!rc)
        c->opened = block;
    return rc;
}

int cursor_hold(struct cursor *c, uint32_t block, struct error *err)
{
    if (c->held == block)
        return BF_OK;
    c->held = NO_BLOCK;
    int rc;
    if (c->list.info.df == 1) {
        rc = postings_read_docs(&c->list, block, &c->block, err);
    } else {
        rc = open_block(c, block, err);
        if (!rc)
            rc = postings_docs_of(&c->list, block, &c->code, &c->block, err);
    }
    if (!rc)
        c->held = block;
    return rc;
}

int cursor_hold_tf(struct cursor *c, uint32_t block, struct error *err)
{
    if (c->held_tf == block)
        return BF_OK;
    c->held_tf = NO_BLOCK;
    int rc;
    if (c->list.info.df == 1) {
        rc = postings_read_tf(&c->list, block, c->tf, err);
    } else {
        rc = open_block(c, block, err);
        if (!rc)
            rc = postings_tf_of(&c->list, &c->code, c->tf, err);
    }
    if (!rc)
        c->held_tf = block;
    return rc;
}

int cursor_hold_starts(struct cursor *c, uint32_t block, struct error *err)
{
    if (c->held_starts == block)
        return BF_OK;
    c->held_starts = NO_BLOCK;
    int rc = BF_OK;
    if (c->list.info.df == 1) {
        c->positions.starts[0] = 0;
        c->positions.starts[1] = (uint32_t)c->list.info.cf;
    } else {
        rc = open_block(c, block, err);
        if (!rc)
            rc = postings_starts_of(&c->list, &c->code, c->positions.starts, err);
    }
    if (!rc)
        c->held_starts = block;
    return rc;
}

/* The first block that may have an article >= doc. */
static uint32_t block_of(const struct cursor *c, uint32_t doc)
{
    uint32_t from = c->opened;
    if (from == NO_BLOCK || (from && postings_last_doc(&c->list, from - 1) >= doc))
        from = 0;
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

static int hold_positions(struct cursor *c, uint32_t block, struct error *err)
{
    int rc = cursor_hold_starts(c, block, err);
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

/* ---- many articles ---- */

/* Articles in turn, those of a block together. */
struct run {
    uint32_t block;
    unsigned from, to;
};

/* Their places, without decoding the block where it is a bitset; *found: how many it has. */
static int places_of_run(struct cursor *c, const struct run *r, const uint32_t *docs,
                         uint32_t *places, unsigned *found, struct error *err)
{
    unsigned n = r->to - r->from;
    int rc = BF_OK;
    docs += r->from;
    places += r->from;
    if (c->held != r->block && c->list.info.df > 1) {
        rc = open_block(c, r->block, err);
        if (!rc && postings_is_bitset(&c->list, &c->code))
            return postings_places_of(&c->list, r->block, &c->code, docs, n, places, found, err);
    }
    if (!rc)
        rc = cursor_hold(c, r->block, err);
    if (!rc)
        *found = posting_block_places(&c->block, docs, n, r->block * BLOCK_LEN, places);
    return rc;
}

static void no_places(uint32_t *places, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        places[i] = NO_PLACE;
}

/* The next block's; false when no block is left for the rest. */
static bool next_run(const struct cursor *c, struct run *r, const uint32_t *docs, unsigned n)
{
    r->from = r->to;
    if (r->from == n)
        return false;
    r->block = r->from ? postings_seek(&c->list, r->block, docs[r->from]) : block_of(c, docs[0]);
    if (r->block >= c->list.blocks)
        return false;
    r->to +=
        postings_count_up_to(docs + r->from, n - r->from, postings_last_doc(&c->list, r->block));
    return true;
}

int cursor_places(struct cursor *c, const uint32_t *docs, unsigned n, uint32_t *places,
                  struct error *err)
{
    struct run r = {0};
    unsigned found;
    int rc = BF_OK;
    while (!rc && next_run(c, &r, docs, n))
        rc = places_of_run(c, &r, docs, places, &found, err);
    no_places(places + r.from, n - r.from);
    return rc;
}

int cursor_counts(struct cursor *c, const uint32_t *docs, unsigned n, uint32_t *places,
                  uint32_t *counts, struct error *err)
{
    struct run r = {0};
    unsigned found;
    int rc = BF_OK;
    memset(counts, 0, n * sizeof *counts);
    while (!rc && next_run(c, &r, docs, n)) {
        rc = places_of_run(c, &r, docs, places, &found, err);
        if (rc || !found)
            continue;
        rc = cursor_hold_tf(c, r.block, err);
        for (unsigned i = r.from; i < r.to && !rc; i++)
            counts[i] = c->tf[places[i] % BLOCK_LEN] & -(uint32_t)(places[i] != NO_PLACE);
    }
    no_places(places + r.from, n - r.from);
    return rc;
}

/* Adds a block whose starts are held. */
static int add_block(const struct cursor *c, uint32_t block, struct position_shares *shares,
                     struct error *err)
{
    struct share_block *b = &shares->blocks[shares->block_count++];
    b->block = block;
    b->total = c->positions.starts[postings_block_len(&c->list, block)];
    return postings_position_bytes(&c->list, block, &b->bytes, err);
}

int cursor_share_block(struct cursor *c, uint32_t block, unsigned from,
                       struct position_shares *shares, struct error *err)
{
    const uint32_t *restrict starts = c->positions.starts;
    uint32_t *restrict counts = shares->count + from;
    int rc = cursor_hold_starts(c, block, err);
    if (!rc)
        rc = add_block(c, block, shares, err);
    if (rc)
        return rc;
    memcpy(shares->from + from, starts, BLOCK_LEN * sizeof *starts);
    for (unsigned i = 0; i < BLOCK_LEN; i++)
        counts[i] = starts[i + 1] - starts[i];
    return BF_OK;
}

static int share_run(struct cursor *c, const struct run *r, const uint32_t *places,
                     struct position_shares *shares, struct error *err)
{
    const uint32_t *restrict starts = c->positions.starts;
    uint32_t *restrict from = shares->from, *restrict counts = shares->count;
    int rc = cursor_hold_starts(c, r->block, err);
    if (!rc)
        rc = add_block(c, r->block, shares, err);
    if (rc)
        return rc;
    position_bytes_expect(&shares->blocks[shares->block_count - 1].bytes);
    for (unsigned i = r->from; i < r->to; i++) {
        uint32_t at = places[i] % BLOCK_LEN;
        from[i] = starts[at];
        counts[i] = starts[at + 1] - starts[at];
    }
    return BF_OK;
}

int cursor_shares(struct cursor *c, const uint32_t *docs, unsigned n, uint32_t *places,
                  struct position_shares *shares, struct error *err)
{
    struct run r = {0};
    unsigned found;
    int rc = BF_OK;
    shares->block_count = 0;
    while (!rc && next_run(c, &r, docs, n)) {
        rc = places_of_run(c, &r, docs, places, &found, err);
        if (!rc && found)
            rc = share_run(c, &r, places, shares, err);
    }
    no_places(places + r.from, n - r.from);
    return rc;
}

int cursor_frequencies(struct cursor *c, const uint32_t *places, unsigned n, uint32_t *tf,
                       struct error *err)
{
    for (unsigned i = 0; i < n; i++) {
        int rc = cursor_hold_tf(c, places[i] / BLOCK_LEN, err);
        if (rc)
            return rc;
        tf[i] = c->tf[places[i] % BLOCK_LEN];
    }
    return BF_OK;
}
