/*
 * window.h - a run of consecutive articles with a sum for each.
 */
#ifndef QUERY_WINDOW_H
#define QUERY_WINDOW_H

#include <stdint.h>
#include <string.h>

#include "query/plan.h"

#define WINDOW_DOCS 4096u

struct window {
    uint32_t from, to; /* articles [from, to) of a segment; to - from <= WINDOW_DOCS */
    uint32_t units[WINDOW_DOCS];
    uint64_t matches[WINDOW_DOCS / 64];
};

static inline void window_clear(struct window *w, uint32_t from, uint32_t to)
{
    w->from = from;
    w->to = to;
    memset(w->units, 0, (to - from) * sizeof *w->units);
    memset(w->matches, 0, sizeof w->matches);
}

static inline void window_add(struct window *w, uint32_t doc, uint32_t units)
{
    uint32_t i = doc - w->from;
    w->units[i] += units;
    w->matches[i / 64] |= (uint64_t)1 << i % 64;
}

/* Adds a term's postings in the window. */
int window_add_term(struct window *w, const struct bm25 *m, struct cursor *c, float weight,
                    const uint8_t *length_codes, struct error *err);

#endif
