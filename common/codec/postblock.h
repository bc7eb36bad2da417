/*
 * postblock.h - a block of postings: ascending article numbers and, for each,
 * a frequency.
 *
 *     1 byte   bits 0-4: width of the gaps' low parts;
 *              bits 5-7: 0 when all frequencies are 1; else what of the
 *                        frequencies' low parts: 0 1 2 3 4 5 12 bits for 1 to 7
 *     low parts of the n gaps, each less 1
 *     low parts of the n frequencies, each less 1
 *     the ones of the gaps and, unless all frequencies are 1, at once behind
 *     them those of the frequencies, as rice.h has them; the last byte is
 *     filled with zeros
 *
 * Low parts are a block of bitpack.h when n is BLOCK_LEN, else a run. The
 * first gap is from `base`, the number before the block, -1 when there is
 * none. Gaps of width 0 are a bitset: bit i of the ones is set when the block has
 * base + 1 + i.
 *
 * A block of 128 takes less than 2^16 bytes if its frequencies add up to 2^30
 * at most.
 */
#ifndef CODEC_POSTBLOCK_H
#define CODEC_POSTBLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/codec/bitpack.h"

#define POSTBLOCK_MOST_BYTES 65535u

/* A block as it stands in memory, its head read. */
struct postblock {
    unsigned n, width, tf_width;
    bool once; /* all frequencies are 1 */
    const unsigned char *lows, *tf_lows, *ones, *end;
    uint32_t
        tf_bit; /* bit of the ones where the frequencies' begin; 0 as long as it is not known */
};

/* Bytes of a block; *out receives the same when it is encoded, and has room for
 * RICE_SLACK more (rice.h). */
struct postblock_plan {
    unsigned width, tf_code;
    uint64_t ones_bits;
    size_t bytes;
};

/* n (1 to BLOCK_LEN) numbers above base, frequencies of 1 or more. */
struct postblock_plan postblock_plan(int64_t base, const uint32_t *docs, const uint32_t *tf,
                                     unsigned n);
void postblock_encode(const struct postblock_plan *plan, int64_t base, const uint32_t *docs,
                      const uint32_t *tf, unsigned n, unsigned char *out);

/* False when the bytes cannot be a block of n postings. */
bool postblock_open(struct postblock *b, const unsigned char *in, const unsigned char *end,
                    unsigned n);

/* The numbers; sets tf_bit. False when the bytes are not such a block or a number
 * does not fit 32 bits. What is behind n in the array means nothing. */
bool postblock_docs(struct postblock *b, int64_t base, uint32_t docs[BLOCK_LEN]);

/* The frequencies; they are the last of the block, which has to end there. Quicker where
 * tf_bit is known. */
bool postblock_tf(const struct postblock *b, uint32_t tf[BLOCK_LEN]);

/* The same as sums: starts[i] is what the frequencies before the i-th add up to, up to the
 * n-th; less than 2^32. */
bool postblock_starts(const struct postblock *b, uint32_t starts[BLOCK_LEN + 1]);

/* sums[i] = tf[0] + ... + tf[i] for n of them. What postblock_tf gives adds up to less than 2^32.
 */
void postblock_sums(const uint32_t tf[BLOCK_LEN], unsigned n, uint32_t sums[BLOCK_LEN]);

#endif
