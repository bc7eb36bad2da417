/*
 * collapse.h - of the copies of one story (copies.h) only the best result.
 */
#ifndef QUERY_COLLAPSE_H
#define QUERY_COLLAPSE_H

#include "query/search.h"

/* search_run, without the results that are copies of a better one. */
int collapse_run(const struct snapshot *s, const struct query_node *query,
                 const struct search_options *options, struct arena *arena, struct hit **hits,
                 size_t *count, struct bm25 *bm25, struct error *err);

/* How many other articles of the archive are copies of this one. The file of
 * copies has been verified, as collapse_run does. */
uint32_t collapse_copies(const struct snapshot *s, uint32_t doc);

#endif
