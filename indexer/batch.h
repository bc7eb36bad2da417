/*
 * batch.h - records on their way from the reader to a worker, and the queue between.
 */
#ifndef INDEXER_BATCH_H
#define INDEXER_BATCH_H

#include <pthread.h>
#include <stdbool.h>

#include "common/base/mem.h"
#include "indexer/archive/archive.h"

#define BATCH_BYTES   ((size_t)512 * 1024) /* a batch is handed over once it holds this much */
#define BATCH_RECORDS 1024
#define QUEUE_BATCHES 4

struct batch {
    struct arena arena; /* the records' bytes and source names */
    struct record *records;
    size_t count, capacity, bytes;
    uint64_t first_sequence; /* of records[0] in the whole run */
};

void batch_add(struct batch *b, const struct record *r);
void batch_free(struct batch *b);

/* A bounded queue from one thread to another. queue_put waits while it is
 * full, queue_take while it is empty; queue_take returns NULL once the queue
 * is closed and empty. After queue_abort nothing waits any more: put drops
 * what it is given and returns false, take returns NULL. */
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct batch *batches[QUEUE_BATCHES];
    unsigned first, count;
    bool closed, aborted;
};

void queue_init(struct queue *q);
void queue_destroy(struct queue *q);
bool queue_put(struct queue *q, struct batch *b);
struct batch *queue_take(struct queue *q);
void queue_close(struct queue *q);
void queue_abort(struct queue *q);

#endif
