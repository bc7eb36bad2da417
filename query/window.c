/* window.c - adding a list to a window, block by block. */
#include "query/window.h"

static void add_block(struct window *w, const struct bm25 *m, const struct cursor *c, float weight,
                      const uint8_t *length_codes)
{
    const struct posting_block *b = &c->block;
    unsigned i = 0;
    while (i < b->n && b->docs[i] < w->from)
        i++;
    for (; i < b->n && b->docs[i] < w->to; i++) {
        float norm = m->length_norm[length_codes[b->docs[i]]];
        window_add(w, b->docs[i], bm25_units(weight, (float)c->tf[i], norm));
    }
}

int window_add_term(struct window *w, const struct bm25 *m, struct cursor *c, float weight,
                    const uint8_t *length_codes, struct error *err)
{
    uint32_t from = c->held != NO_BLOCK && c->block.docs[0] <= w->from ? c->held : 0;
    for (uint32_t b = postings_seek(&c->list, from, w->from); b < c->list.blocks; b++) {
        int rc = cursor_hold(c, b, err);
        if (!rc)
            rc = cursor_hold_tf(c, b, err);
        if (rc)
            return rc;
        if (c->block.docs[0] >= w->to)
            break;
        add_block(w, m, c, weight, length_codes);
        if (c->block.docs[c->block.n - 1] >= w->to)
            break;
    }
    return BF_OK;
}
