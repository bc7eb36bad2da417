/*
 * bm25.h - the score of one posting, in whole units.
 *
 *     idf = ln(1 + (N - df + 0.5) / (df + 0.5))
 *     score = idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average length))
 *
 * (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
 * Beyond", 2009, with Lucene's idf.) N, df and the average are taken over the
 * whole snapshot, deleted articles left out; the length is that of the
 * article's length code (length.h).
 *
 * A posting's score is rounded to a whole number of units before it is added
 * to others. Whole numbers add up to the same sum in any order, so the score of an
 * article does not depend on segments, threads, or the order in which an
 * evaluator meets its terms. There are 2^shift units in 1.0; the shift is 16
 * unless the query could then overflow 31 bits.
 */
#ifndef QUERY_BM25_H
#define QUERY_BM25_H

#include <math.h>
#include <stdint.h>

#include "common/index/impact.h"
#include "common/index/length.h"

#define BM25_DEFAULT_K1 1.2
#define BM25_DEFAULT_B  0.75
#define BM25_MOST_K1    1000.0
#define BM25_SHIFT      16

struct bm25 {
    double k1;
    unsigned shift;
    float length_norm[LENGTH_CODES]; /* k1 * (1 - b + b * length / average) */
};

static inline double bm25_idf(uint64_t docs, uint64_t df)
{
    return log(1.0 + ((double)docs - (double)df + 0.5) / ((double)df + 0.5));
}

/* average_length 0 (no articles) is taken as 1. */
static inline void bm25_init(struct bm25 *m, double k1, double b, double average_length)
{
    m->k1 = k1;
    m->shift = BM25_SHIFT;
    double average = average_length > 0 ? average_length : 1;
    for (unsigned code = 0; code < LENGTH_CODES; code++)
        m->length_norm[code] = (float)(k1 * (1 - b + b * (double)length_decode(code) / average));
}

/* Chooses the shift for a query whose weights (as given to bm25_weight) sum up to this. */
static inline void bm25_fit(struct bm25 *m, double weight_sum)
{
    double most = weight_sum * (m->k1 + 1);
    m->shift = BM25_SHIFT;
    while (m->shift && most * (double)(1u << m->shift) >= 0x1p31)
        m->shift--;
}

/* A term's weight (its idf, times how often the query has it) in units. */
static inline float bm25_weight(const struct bm25 *m, double weight)
{
    return (float)(weight * (m->k1 + 1) * (double)(1u << m->shift));
}

static inline float bm25_saturation(float tf, float length_norm)
{
    return tf / (tf + length_norm);
}

static inline uint32_t bm25_units(float weight, float tf, float length_norm)
{
    return (uint32_t)lrintf(weight * bm25_saturation(tf, length_norm));
}

/* For bounds: a lower frequency may be rounded up where a higher one is
 * rounded down; the weight is raised by more than that. */
static inline float bm25_raised(float weight)
{
    return weight * (1 + 0x1p-21f);
}

/* The most that a posting under this impact can score. */
static inline uint32_t bm25_bound(const struct bm25 *m, float weight, struct impact impact)
{
    float most = bm25_raised(weight);
    uint32_t high = impact.high_tf == IMPACT_MANY
                        ? (uint32_t)lrintf(most)
                        : bm25_units(most, impact.high_tf, m->length_norm[impact.high_length]);
    uint32_t low =
        impact.low_tf ? bm25_units(most, impact.low_tf, m->length_norm[impact.low_length]) : 0;
    return high > low ? high : low;
}

static inline double bm25_score(const struct bm25 *m, uint32_t units)
{
    return (double)units / (double)(1u << m->shift);
}

#endif
