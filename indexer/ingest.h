/*
 * ingest.h - archives into new segments: the pipeline behind `add`.
 *
 *     reader ---- batches of records ----> workers ----> segments
 *     (finds files, cuts records)          (parse, analyse, build)
 *
 * One thread reads; each worker builds segments of its own and writes one out
 * whenever its share of the memory is used. Batch i goes to worker i mod N,
 * so that the same input and options give the same segments. With one
 * worker everything happens on the caller's thread.
 *
 * What becomes of an article whose id is there already is settled at the end,
 * in input order, whichever worker had it: same content as the present one is
 * skipped, one known to be older is ignored, any other replaces it. A record
 * that withdraws an article deletes what stands for the id at its place in
 * that order, unless it is known to be older; what comes later is new.
 *
 * A long run commits on its way: after a certain number of records all workers
 * end their segments, ids are settled, and the run goes on upon that commit. The
 * points are set by the input, never by time, so that the index is the same.
 */
#ifndef INDEXER_INGEST_H
#define INDEXER_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/interrupt.h"
#include "indexer/archive/archive.h"
#include "indexer/index_writer.h"
#include "indexer/skip_log.h"

struct ingest_options {
    uint64_t memory;  /* bytes for all workers together */
    unsigned threads; /* 1 or more */
    uint64_t
        commit_every; /* records; 0: INGEST_COMMIT_EVERY, in a larger index half its articles */
    const struct field_map *fields;
    const struct archive_format *format; /* of all sources; NULL: recognised */
    enum date_order date_order;          /* of 08/06/2018 */
    struct skip_log *skips;              /* where records left out are named */
    bool quiet;
};

/* So many that a smaller run makes one commit. With half the index, where that is more, the
 * time that commits take grows with that of the run, not with its square. */
#define INGEST_COMMIT_EVERY 1000000

struct ingest_counts {
    uint64_t records;   /* read, bad ones included */
    uint64_t added;     /* new ids */
    uint64_t replaced;  /* newer than what was there */
    uint64_t same;      /* skipped: same id, same content */
    uint64_t older;     /* ignored: same id, older */
    uint64_t withdrawn; /* deleted because a record says so */
    uint64_t absent;    /* the same, but the id was not there */
    uint64_t committed; /* added, replaced and withdrawn by commits on the way */
    uint64_t bad[SKIP_REASONS];
    uint64_t unreadable_dates;
    uint64_t without_body; /* articles of which there is only the title */
    uint64_t repaired_encodings;
    uint64_t repaired_markup;
    uint64_t bytes; /* of records */
    uint64_t words;
};

/* Reads all sources and adds what they hold to the writer; what the last commit on the way
 * does not have is not yet committed. A bad record goes to options->skips and is counted.
 * *counts is valid on failure too. *stop, when it becomes not 0, ends the run early with
 * BF_END: what was read so far is in. */
int ingest(struct index_writer *w, char *const *sources, int source_count,
           const struct ingest_options *options, interrupt_flag *stop, struct ingest_counts *counts,
           struct error *err);

/* Articles that a run changes: added, replaced, withdrawn. */
uint64_t ingest_changes(const struct ingest_counts *counts);

/* Without what was only passed over: skip_reason_is_expected. */
uint64_t ingest_bad_total(const struct ingest_counts *counts);

#endif
