/*
 * bitpack_rows.h - the vertical layout in vector types, a width at a time.
 *
 * With a constant width the compiler unrolls the rows, and every shift and
 * test below becomes a constant.
 */
#ifndef CODEC_BITPACK_ROWS_H
#define CODEC_BITPACK_ROWS_H

#include "common/codec/bitpack.h"

/* clang-format off */
#define EACH_WIDTH(X)                                                                              \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16)         \
    X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32)
/* clang-format on */

typedef uint32_t lanes __attribute__((vector_size(16)));

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
static inline lanes lanes_swap(lanes v)
{
    for (int i = 0; i < 4; i++)
        v[i] = __builtin_bswap32(v[i]);
    return v;
}
#else
static inline lanes lanes_swap(lanes v)
{
    return v;
}
#endif

static inline lanes lanes_load(const void *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void lanes_store(void *p, lanes v)
{
    memcpy(p, &v, sizeof v);
}

static inline __attribute__((always_inline)) void unpack_rows(const unsigned char *in,
                                                              unsigned width, uint32_t *out)
{
    const uint32_t ones = width == 32 ? ~0u : (1u << width) - 1;
    const lanes mask = {ones, ones, ones, ones};
    lanes word = {0};
#pragma GCC unroll 32
    for (unsigned row = 0; row < 32; row++) {
        unsigned bit = row * width, shift = bit % 32;
        if (shift == 0)
            word = lanes_swap(lanes_load(in + bit / 32 * 16));
        lanes v = word >> shift;
        if (shift + width > 32) {
            word = lanes_swap(lanes_load(in + (bit / 32 + 1) * 16));
            v |= word << (32 - shift);
        } else if (shift + width == 32) {
            word = (lanes){0};
        }
        lanes_store(out + row * 4, v & mask);
    }
}

static inline __attribute__((always_inline)) void pack_rows(const uint32_t *in, unsigned width,
                                                            unsigned char *out)
{
    const uint32_t ones = width == 32 ? ~0u : (1u << width) - 1;
    const lanes mask = {ones, ones, ones, ones};
    lanes word = {0};
#pragma GCC unroll 32
    for (unsigned row = 0; row < 32; row++) {
        unsigned bit = row * width, shift = bit % 32;
        lanes v = lanes_load(in + row * 4) & mask;
        word |= v << shift;
        if (shift + width >= 32) {
            lanes_store(out + bit / 32 * 16, lanes_swap(word));
            word = shift + width > 32 ? v >> (32 - shift) : (lanes){0};
        }
    }
}

#endif
