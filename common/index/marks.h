/*
 * marks.h - some of up to POSTINGS_TOGETHER numbers, a bit for each, and moving those
 * together: what stays when postings are looked at many at a time.
 */
#ifndef INDEX_MARKS_H
#define INDEX_MARKS_H

#include <stdint.h>

/* Postings that are looked at together, at most. Arrays of numbers have room for as many. */
#define POSTINGS_TOGETHER 256

struct marks {
    uint64_t words[POSTINGS_TOGETHER / 64];
};

/* Marks the numbers from `least` to `most`. */
void marks_set(struct marks *m, const uint32_t *numbers, unsigned n, uint32_t least, uint32_t most);

/* Moves the marked ones of n numbers to the front; returns how many there are. */
unsigned marks_keep(const struct marks *m, uint32_t *numbers, unsigned n);

#endif
