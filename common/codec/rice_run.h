/*
 * rice_run.h - a run of any number of Rice-coded numbers, read from anywhere in it.
 *
 *     1 byte   width of the low parts, 0 to 26
 *     low parts, a run of bitpack.h
 *     ones of rice.h; the last byte is filled with zeros
 *
 * To read from the k-th number on, the ones before it are counted, 64 bits at
 * a time; nothing before it is decoded.
 */
#ifndef CODEC_RICE_RUN_H
#define CODEC_RICE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"

#define RICE_RUN_MOST_WIDTH 26
#define RICE_RUN_SUMS_ROOM  128

struct rice_run {
    uint64_t n;
    unsigned width;
    const unsigned char *lows, *ones, *end;
    /* where the last read began: so many bytes and so many ones before it */
    size_t passed_bytes;
    uint64_t passed_ones;
};

/* Appends the run of n numbers. */
void rice_run_encode(const uint32_t *in, size_t n, struct buf *out);

/* False when the bytes cannot be a run of n numbers (1 or more). */
bool rice_run_open(struct rice_run *r, const unsigned char *in, const unsigned char *end,
                   uint64_t n);

/* Numbers from, ..., from + count - 1 of the n. False when the ones end before
 * or a number does not fit 32 bits. Quickest when `from` never falls. */
bool rice_run_read(struct rice_run *r, uint64_t from, size_t count, uint32_t *out);

/* The same as running sums: out[i] = i + number from + ... + number from + i. `from` is a multiple
 * of 8, so that the low parts begin with a byte. `ones` is work room of count + RICE_RUN_SUMS_ROOM,
 * `out` has room for 15 more than count. False when the ones end before or the last sum might not
 * fit 32 bits. */
bool rice_run_sums(struct rice_run *r, uint64_t from, size_t count, uint32_t *ones, uint32_t *out);

/* Whether the ones end with the n-th, as they have to. */
bool rice_run_ends(struct rice_run *r);

#endif
