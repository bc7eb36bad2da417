/*
 * latency.h - how long each of many queries took.
 *
 * Every query is timed once a round; its figure is the median of its rounds.
 */
#ifndef QUERY_LATENCY_H
#define QUERY_LATENCY_H

#include <stddef.h>

#define LATENCY_MOST_ROUNDS 1000

struct latency {
    double *times; /* microseconds: rounds of query 0, of query 1, ... */
    size_t queries, rounds;
};

void latency_init(struct latency *l, size_t queries, size_t rounds);
void latency_free(struct latency *l);

/* Microseconds of the monotonic clock. */
double latency_now(void);

static inline void latency_set(struct latency *l, size_t query, size_t round, double microseconds)
{
    l->times[query * l->rounds + round] = microseconds;
}

/* One line on standard error: mean, p50, p95 and maximum. */
void latency_print(struct latency *l, const char *what);

#endif
