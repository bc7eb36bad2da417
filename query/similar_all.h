/*
 * similar_all.h - the similar readings of every article of an archive.
 *
 * The lists are those of similar.h, to the last digit, whatever the number of
 * threads.
 */
#ifndef QUERY_SIMILAR_ALL_H
#define QUERY_SIMILAR_ALL_H

#include "query/latency.h"
#include "query/similar.h"

struct similar_lists {
    uint32_t *docs; /* the live articles in byte order of their ids */
    uint32_t count;
    struct similar_item *items; /* n a list, by global number: items[doc * n] ... */
    uint16_t *lengths;          /* of each list; by global number */
    uint32_t *own_copies;
    size_t n;
};

struct similar_run {
    unsigned threads;
    /* When not NULL, is told how many articles are done, on the caller's thread. */
    void (*progress)(void *ctx, uint32_t done);
    void *ctx;
    struct latency *latency; /* when not NULL: one query an article, in the lists' order */
};

#define SIMILAR_MOST_LIST 1000 /* articles in a list */

/* The archive is gone through once for each round of the latency. */
int similar_all(const struct snapshot *s, const struct analyzer *analyzer,
                const struct similar_options *o, const struct similar_run *run,
                struct similar_lists *out, struct error *err);
void similar_lists_free(struct similar_lists *l);

#endif
