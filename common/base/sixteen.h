/*
 * sixteen.h - sixteen bytes of text at a time, in vector types that every
 * target lowers: no intrinsics.
 *
 * A comparison gives 0xFF for each byte where it holds, and 0.
 */
#ifndef BASE_SIXTEEN_H
#define BASE_SIXTEEN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef unsigned char sixteen __attribute__((vector_size(16)));

static inline sixteen sixteen_load(const void *p)
{
    sixteen v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Whether any bit is set. */
static inline bool sixteen_any(sixteen v)
{
    uint64_t halves[2];
    memcpy(halves, &v, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* Bytes from `first` to `last`. */
static inline sixteen sixteen_within(sixteen v, unsigned char first, unsigned char last)
{
    return (sixteen)(v - first <= (unsigned char)(last - first));
}

/* All bytes added up. */
static inline unsigned sixteen_sum(sixteen v)
{
    unsigned sum = 0;
    for (int i = 0; i < 16; i++)
        sum += v[i];
    return sum;
}

#endif
