/*
 * pfor.h - patched frame of reference: up to 128 integers, most of them small.
 *
 * All integers are packed at one width; the few that are wider ("exceptions")
 * keep their high bits apart. After Zukowski et al., "Super-scalar RAM-CPU
 * cache compression" (2006), with the width chosen for the smallest result as
 * in OptPFD (Yan, Ding, Suel 2009).
 *
 *     byte 0            width w, 0..32; bit 7 set when there are exceptions
 *     [byte 1, byte 2   number of exceptions e (1..127), width h of their high bits (1..32)]
 *     packed            n integers at width w (bitpack.h: block when n = 128, else run)
 *     [e bytes          index of each exception, ascending]
 *     [packed run       e high parts at width h: integer = low + (high << w)]
 */
#ifndef CODEC_PFOR_H
#define CODEC_PFOR_H

#include <stddef.h>
#include <stdint.h>

#include "common/codec/bitpack.h"

#define PFOR_MAX_BYTES (1 + BLOCK_LEN * 4) /* the longest encoding of a block */

/* Writes the encoding of n (1..128) integers; returns its length. `out` has
 * room for PFOR_MAX_BYTES. */
size_t pfor_encode(const uint32_t *in, unsigned n, unsigned char *out);

/* Reads n (1..128) integers from bytes that end at `end`. Returns the first
 * byte behind the encoding, or NULL when the bytes are no encoding of n
 * integers. `out` has room for 128 integers. */
const unsigned char *pfor_decode(const unsigned char *in, const unsigned char *end, unsigned n,
                                 uint32_t *out);

/* As pfor_decode, but only steps over the encoding. */
const unsigned char *pfor_skip(const unsigned char *in, const unsigned char *end, unsigned n);

#endif
