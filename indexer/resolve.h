/*
 * resolve.h - which of several articles with one id stays.
 *
 * The articles of one id are taken in the order of their records, after the
 * one that the index had before: a record with the content of the present
 * article is skipped, one known to be older is ignored, any other replaces it.
 * A withdrawal that is not known to be older leaves the id without an article.
 */
#ifndef INDEXER_RESOLVE_H
#define INDEXER_RESOLVE_H

#include "indexer/index_writer.h"
#include "indexer/ingest.h"
#include "indexer/worker.h"

/* All that a run has brought. */
struct harvest {
    const struct built_segment **built; /* built[i] is w->added[i] */
    size_t count;
    struct origin *repeats; /* of all workers; in any order */
    size_t repeat_count;
    struct withdrawal *withdrawals; /* of all workers; in any order */
    size_t withdrawal_count;
};

/* Marks what does not stay for deletion. Sorts the repeats and the withdrawals. */
int resolve_ids(struct index_writer *w, const struct harvest *harvest, struct ingest_counts *counts,
                struct error *err);

#endif
