/*
 * rice.h - Golomb-Rice coding with the two halves of the numbers apart.
 *
 * With a width w, a number's low w bits are packed (bitpack.h) and its high
 * part, v >> w, is so many zeros and a one in a stream of bits, the lowest
 * bit of the first byte first. So the low parts can be unpacked many at a
 * time, and how many ones stand before a place says which number is there.
 * (Golomb 1966, Rice 1979; apart as in Elias-Fano lists, Vigna 2013.)
 *
 *     1 0 2 9 with w = 1:   low parts 1 0 0 1, ones 1 1 01 00001
 *
 * Of gaps that are spread as if at random it needs within a few hundredths of
 * a bit of what is possible, and never more than a bit above their widest.
 */
#ifndef CODEC_RICE_H
#define CODEC_RICE_H

#include <stddef.h>
#include <stdint.h>

/* The width, 0 to `most`, of the smallest coding: the lowest of several; and the
 * bits that its ones take. */
unsigned rice_width(const uint32_t *in, size_t n, unsigned most, uint64_t *ones_bits);

/* Bits that the ones take, the last one included. */
uint64_t rice_ones_bits(const uint32_t *in, size_t n, unsigned width);

/* What rice_put_ones writes behind the bytes that it fills. */
#define RICE_SLACK 8

/* Writes the ones and the zeros before them from a bit on, behind what an earlier
 * call has written; returns the bit behind. */
uint64_t rice_put_ones(const uint32_t *in, size_t n, unsigned width, unsigned char *out,
                       uint64_t bit);

#endif
