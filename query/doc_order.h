/*
 * doc_order.h - the live articles of an archive in byte order of their ids.
 *
 * Archives grow by the day, and segments are filled in turn: articles come in a few long
 * runs that are in order already. So the runs are found and merged (natural merge sort:
 * Knuth, The Art of Computer Programming, volume 3, 5.2.4).
 */
#ifndef QUERY_DOC_ORDER_H
#define QUERY_DOC_ORDER_H

#include "common/index/snapshot.h"

/* Global numbers, in memory that is the caller's, whatever is returned. */
int doc_order(const struct snapshot *s, uint32_t **docs, uint32_t *count, struct error *err);

#endif
