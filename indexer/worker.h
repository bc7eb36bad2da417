/*
 * worker.h - one worker of the pipeline: records in, segments out.
 */
#ifndef INDEXER_WORKER_H
#define INDEXER_WORKER_H

#include <pthread.h>

#include "indexer/batch.h"
#include "indexer/ingest.h"
#include "indexer/segment_builder.h"

/* Where an article of an unfinished or new segment came from. */
struct origin {
    uint64_t sequence; /* of its record in the whole run */
    int64_t base_doc;  /* global number of the article with the same id in the base; -1: none */
};

/* A record that takes the article of an id back. */
struct withdrawal {
    struct origin origin;
    int64_t modified; /* as in prepared_article */
    char *id;
};

/* A finished segment with the origins of its articles. */
struct built_segment {
    struct segment_entry entry;
    struct origin *origins;
};

struct worker {
    /* given */
    const struct snapshot *base;
    const struct ingest_options *options;
    uint64_t memory;
    uint64_t first_number, number_step; /* its segments' numbers: n, n + step, ... */
    /* own */
    struct lexicon *lexicon;
    struct analyzer *analyzer;
    struct archive_parser *parser;
    struct segment_builder builder;
    struct prepared_article prepared;
    struct arena arena;     /* the article at hand */
    struct origin *origins; /* of the segment that is being built */
    size_t origins_capacity;
    struct queue queue;
    pthread_t thread;
    /* results */
    struct built_segment *built;
    size_t built_count, built_capacity;
    struct origin *repeats; /* records with the very content of their base_doc */
    size_t repeat_count, repeats_capacity;
    struct withdrawal *withdrawals;
    size_t withdrawal_count, withdrawals_capacity;
    struct ingest_counts counts;
    struct error err;
};

int worker_init(struct worker *w, struct error *err);
void worker_free(struct worker *w);

/* Works a batch off; the batch stays the caller's. After a failure w->err is
 * set and further batches are ignored. */
void worker_batch(struct worker *w, const struct batch *batch);
/* One record, at its place in the order of the run; not after a failure. */
void worker_record(struct worker *w, const struct record *r, uint64_t sequence);
/* Adds an article that is no record of an archive, at its place in the order
 * of the run. */
void worker_article(struct worker *w, uint64_t sequence, const struct article *a);
/* Ends the segment that is being built. */
void worker_finish(struct worker *w);
/* The thread: batches from w->queue until it is closed, then worker_finish. */
void *worker_run(void *worker);

#endif
