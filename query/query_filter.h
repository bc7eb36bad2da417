/*
 * query_filter.h - the filters of a query, apart from its words.
 */
#ifndef QUERY_QUERY_FILTER_H
#define QUERY_QUERY_FILTER_H

#include "query/query_tree.h"

/*
 * Splits a query into the filters that every match must pass and the words
 * that are left; *rest is NULL when there are none, and lies in the arena.
 * What a filter in a group or beside OR leaves open stays in *rest. `filter`
 * is narrowed. Splitting changes neither which articles match nor their scores.
 */
int query_filter_split(const struct query_node *query, struct filter *filter, struct arena *arena,
                       const struct query_node **rest, struct error *err);

/* Whether splitting would narrow anything. */
bool query_filter_any(const struct query_node *query);

#endif
