/*
 * impact.h - what bounds the score of a run of postings.
 *
 * A posting scores more when its term frequency is higher and its article
 * shorter. Two pairs stand for a run: every posting of it has a frequency no
 * higher, and a length code no lower, than one of the two. So the larger of
 * the two pairs' scores bounds the run's, whatever k1 and b are. A frequency
 * of 255 stands for "255 or more" and must be scored as infinite.
 */
#ifndef INDEX_IMPACT_H
#define INDEX_IMPACT_H

#include <stdint.h>

#define IMPACT_MANY 255

struct impact {
    uint8_t high_tf, high_length; /* the postings with the higher frequencies */
    uint8_t low_tf, low_length;   /* the others; low_tf 0 when there are none */
};

/* The pairs for n (1 or more) postings; tf[i] >= 1. */
struct impact impact_of(const uint32_t *tf, const uint8_t *length_codes, unsigned n);

#endif
