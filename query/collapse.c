/* collapse.c - searching deeper until enough stories are there. */
#include "query/collapse.h"

#include <stdlib.h>

#include "common/base/mem.h"

/* Results that may turn out to be copies; where there are more, the search is
 * made again, deeper. */
#define SPARE_HITS 16

/* Keeps the first of each group; returns how many, at most `most`. */
static size_t keep_first(const struct snapshot *s, struct hit *hits, size_t count, size_t most)
{
    unsigned char *seen = mem_zalloc(s->bases[s->count], 1); /* by leader */
    size_t kept = 0;
    for (size_t i = 0; i < count && kept < most; i++) {
        uint32_t leader = copies_leader(&s->copies, hits[i].doc);
        if (leader != COPIES_NONE && seen[leader])
            continue;
        if (leader != COPIES_NONE)
            seen[leader] = 1;
        hits[kept++] = hits[i];
    }
    free(seen);
    return kept;
}

int collapse_run(const struct snapshot *s, const struct query_node *query,
                 const struct search_options *options, struct arena *arena, struct hit **hits,
                 size_t *count, struct bm25 *bm25, struct error *err)
{
    struct search_options deeper = *options;
    int rc = copies_verify(&s->copies, s->bases[s->count], err);
    for (deeper.k = options->k + SPARE_HITS; !rc; deeper.k *= 4) {
        rc = search_run(s, query, &deeper, arena, hits, count, bm25, err);
        if (rc)
            break;
        bool all = *count < deeper.k;
        *count = keep_first(s, *hits, *count, options->k);
        if (all || *count == options->k)
            break;
        free(*hits);
        *hits = NULL;
    }
    return rc;
}

uint32_t collapse_copies(const struct snapshot *s, uint32_t doc)
{
    uint32_t leader = copies_leader(&s->copies, doc), size;
    if (leader == COPIES_NONE)
        return 0;
    copies_sizes(&s->copies, &leader, 1, &size);
    return size - 1;
}
