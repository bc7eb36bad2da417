/*
 * bitpack.h - fixed-width bit packing of unsigned integers.
 *
 * A full block is 128 integers in the vertical layout of four lanes: integer
 * i lives in lane i % 4, row i / 4; each lane is a little-endian stream of
 * 32-bit words, and word j of the four lanes stand side by side. A block of
 * width w takes 16 * w bytes. The layout is that of Lemire and Boytsov,
 * "Decoding billions of integers per second through vectorization" (2013).
 *
 *     bytes 0..3     4..7      8..11     12..15     16..19 ...
 *     lane 0 word 0, lane 1 w 0, lane 2 w 0, lane 3 w 0, lane 0 word 1 ...
 *
 * A run of any other length n is one plain little-endian bit stream of
 * (n * w + 7) / 8 bytes.
 */
#ifndef CODEC_BITPACK_H
#define CODEC_BITPACK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/bytes.h"

#define BLOCK_LEN 128 /* integers in a full block */

/* Bits needed for v: 0 for 0, 32 at most. */
static inline unsigned bit_width(uint32_t v)
{
    return v ? 32u - (unsigned)__builtin_clz(v) : 0;
}

static inline uint64_t bitpack_bytes(uint64_t n, unsigned width)
{
    return (n * width + 7) / 8;
}

/* Each integer is cut to its low `width` bits (0..32). `out` receives
 * 16 * width bytes; nothing beyond them is written or read. */
void bitpack_pack(const uint32_t in[BLOCK_LEN], unsigned width, unsigned char *out);
void bitpack_unpack(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN]);

/* The same for a run: bitpack_bytes(n, width) bytes. */
void bitpack_pack_run(const uint32_t *in, size_t n, unsigned width, unsigned char *out);
void bitpack_unpack_run(const unsigned char *in, size_t n, unsigned width, uint32_t *out);

/* Packs a full block as a block and any other length as a run; returns where it ends. */
unsigned char *bitpack_put(const uint32_t *in, unsigned n, unsigned width, unsigned char *out);

/* The next 8 bytes; zeros for those behind the end. */
static inline uint64_t load_word(const unsigned char *in, size_t bytes)
{
    unsigned char last[8] = {0};
    if (bytes >= 8)
        return load_u64(in);
    memcpy(last, in, bytes);
    return load_u64(last);
}

/* The low `width` bits (0..32) from a bit of a stream on; nothing at or behind
 * `end` is read, and what is missing there is 0. */
static inline uint32_t bitpack_get(const unsigned char *in, const unsigned char *end, uint64_t bit,
                                   unsigned width)
{
    const unsigned char *p = in + bit / 8;
    uint64_t word = load_word(p, (size_t)(end - p));
    return (uint32_t)(word >> bit % 8 & (((uint64_t)1 << width) - 1));
}

#endif
