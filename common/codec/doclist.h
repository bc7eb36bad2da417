/*
 * doclist.h - one block of ascending document numbers.
 *
 * The block's numbers lie above `base` (the last number of the block before,
 * or -1). Sparse blocks hold gap - 1 in the encoding of pfor.h; a full block
 * that would be no smaller that way is a bitset:
 *
 *     byte 0       0x40
 *     bytes 1..2   number of bytes that follow, little-endian
 *     bits         bit i (of byte i / 8, low bit first) set: base + 1 + i is in the block;
 *                  the last byte is not 0
 */
#ifndef CODEC_DOCLIST_H
#define CODEC_DOCLIST_H

#include <stddef.h>
#include <stdint.h>

#include "common/codec/pfor.h"

#define DOCLIST_MAX_BYTES PFOR_MAX_BYTES

/* Encodes n (1..128) strictly ascending numbers, all above base (base >= -1). */
size_t doclist_encode(int64_t base, const uint32_t *docs, unsigned n, unsigned char *out);

/* Decodes n numbers; returns the byte behind them, or NULL when the bytes are
 * no such block or a number does not fit 32 bits. `docs` has room for 128. */
const unsigned char *doclist_decode(const unsigned char *in, const unsigned char *end, int64_t base,
                                    unsigned n, uint32_t *docs);

/* The byte behind a block of n numbers, or NULL. */
const unsigned char *doclist_skip(const unsigned char *in, const unsigned char *end, unsigned n);

#endif
