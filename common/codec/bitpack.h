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
 * A short run of n < 128 integers is one plain little-endian bit stream of
 * (n * w + 7) / 8 bytes.
 */
#ifndef CODEC_BITPACK_H
#define CODEC_BITPACK_H

#include <stddef.h>
#include <stdint.h>

#define BLOCK_LEN 128 /* integers in a full block */

/* Bits needed for v: 0 for 0, 32 at most. */
static inline unsigned bit_width(uint32_t v)
{
    return v ? 32u - (unsigned)__builtin_clz(v) : 0;
}

static inline size_t bitpack_bytes(unsigned n, unsigned width)
{
    return ((size_t)n * width + 7) / 8;
}

/* Each integer is cut to its low `width` bits (0..32). `out` receives
 * 16 * width bytes; nothing beyond them is written or read. */
void bitpack_pack(const uint32_t in[BLOCK_LEN], unsigned width, unsigned char *out);
void bitpack_unpack(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN]);

/* The same for a short run: bitpack_bytes(n, width) bytes. */
void bitpack_pack_run(const uint32_t *in, unsigned n, unsigned width, unsigned char *out);
void bitpack_unpack_run(const unsigned char *in, unsigned n, unsigned width, uint32_t *out);

#endif
