/*
 * length.h - an article's length in one byte.
 *
 * Lengths below 32 are exact; above, a code holds the leading 1 and the four
 * bits behind it, so that a length is never more than 1/16 above its code's
 * value. The value of a code is the smallest length that has it.
 *
 *     code < 32     length = code
 *     else          e = (code - 16) / 16,  length = (16 + code % 16) << e
 */
#ifndef INDEX_LENGTH_H
#define INDEX_LENGTH_H

#include <stdint.h>

#define LENGTH_CODES 256

static inline uint32_t length_decode(unsigned code)
{
    return code < 32 ? code : (16u + code % 16) << ((code - 16) / 16);
}

static inline uint8_t length_encode(uint64_t length)
{
    if (length < 32)
        return (uint8_t)length;
    unsigned e = 59 - (unsigned)__builtin_clzll(length); /* length >> e lies in 16..31 */
    unsigned code = 16 * e + (unsigned)(length >> e);
    return (uint8_t)(code < LENGTH_CODES ? code : LENGTH_CODES - 1);
}

#endif
