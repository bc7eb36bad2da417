/*
 * skip_log.h - names each record that is left out: a line for a person on
 * standard error and, where the user wants a file, a line of JSON there.
 *
 *   {"source":"a.jsonl","record":3,"offset":49,"reason":"invalid JSON","detail":"..."}
 *
 * What archives hold as a matter of course (skip_reason_is_expected) goes to
 * the file only. "reason" is skip_reason_name's, "detail" may be empty, and a record of 0
 * means the source as a whole, or all of it from the offset on.
 */
#ifndef INDEXER_SKIP_LOG_H
#define INDEXER_SKIP_LOG_H

#include <pthread.h>

#include "common/base/buf.h"
#include "indexer/archive/archive.h"

struct skip_log {
    pthread_mutex_t lock;
    const char *path; /* NULL: standard error only */
    int fd;
    struct buf pending; /* lines not yet written */
    struct error err;   /* the first failure of the file */
};

/* Empties the file, or makes it; "-" is standard output. BF_ERR_SYSTEM when it
 * cannot; the log must not be finished then. */
int skip_log_open(struct skip_log *log, const char *path, struct error *err);

/* From any thread; with several, the lines come in the order in which they
 * were found. What goes wrong with the file shows when it is finished. */
void skip_log_add(struct skip_log *log, const char *source, uint64_t number, uint64_t offset,
                  enum skip_reason reason, const char *detail);

/* Writes the rest and closes. An error is what went wrong with the file first. */
int skip_log_finish(struct skip_log *log, struct error *err);

#endif
