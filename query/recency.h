/*
 * recency.h - newer articles first, by as much as is asked for.
 *
 * A score is halved with every half-life that lies between the article and the
 * newest one of the snapshot: not the clock's now, so that an answer stays the
 * same until the index changes. An article without a date counts as old as
 * the oldest that has one.
 */
#ifndef QUERY_RECENCY_H
#define QUERY_RECENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/snapshot.h"

struct recency {
    double half_life; /* seconds; 0: age does not count */
    int64_t newest, oldest;
};

/* "12h", "30d", "2w", "6m" (months of 30.4 days), "1y"; false for anything else. */
bool recency_parse(const char *text, double *half_life);

/* Finds the newest and the oldest date. */
int recency_open(struct recency *r, const struct snapshot *s, double half_life, struct error *err);

/* What a score is multiplied with, 1 or less; DATE_NONE for an unknown date. */
double recency_factor(const struct recency *r, int64_t date);

static inline uint32_t recency_units(const struct recency *r, uint32_t units, int64_t date)
{
    return (uint32_t)((double)units * recency_factor(r, date));
}

#endif
