/*
 * explain.h - how an article's score came about, term by term.
 */
#ifndef QUERY_EXPLAIN_H
#define QUERY_EXPLAIN_H

#include "common/base/buf.h"
#include "query/search.h"

/* A line for each term and phrase that the article has: df, tf, idf, the
 * article's length and what it adds. */
int explain_print(const struct snapshot *s, const struct query_node *query,
                  const struct search_options *options, uint32_t doc, struct arena *arena,
                  struct buf *out, struct error *err);

/* The same as a JSON member: ,"explain":[{...},...] */
int explain_json(const struct snapshot *s, const struct query_node *query,
                 const struct search_options *options, uint32_t doc, struct arena *arena,
                 struct buf *out, struct error *err);

#endif
