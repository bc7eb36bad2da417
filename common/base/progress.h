/*
 * progress.h - one line on a terminal that says how far a long run is.
 *
 * Nothing is written unless standard error is a terminal, and never more than
 * five times a second. progress_end clears the line. One thread.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;
    double started; /* seconds of the monotonic clock */
    double last;
    uint64_t total; /* what there is to do, in the unit of `done`; 0 when unknown */
};

/* Seconds of the monotonic clock. */
double progress_clock(void);

void progress_start(struct progress *p, uint64_t total, bool quiet);
/* Bytes done, and the articles that came of them. */
void progress_bytes(struct progress *p, uint64_t bytes, uint64_t articles);
/* Articles done. */
void progress_articles(struct progress *p, uint64_t articles);
void progress_end(struct progress *p);

#endif
