/* words_block.c - the portable kernel, and the choice between kernels. */
#include "common/text/words_block.h"

#include <string.h>

/* The bits of a byte's kind; bit k of it goes to mask k. */
enum { LETTER = 1, DIGIT = 2, UNDERSCORE = 4, MID_LETTER = 8, MID_DIGIT = 16, BEYOND = 32 };

#define L LETTER
#define D DIGIT
#define U UNDERSCORE
#define M (MID_LETTER | MID_DIGIT)
#define B BEYOND
static const uint8_t kinds[256] = {
    /* clang-format off */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, M, 0, 0, 0, 0, MID_DIGIT, 0, M, 0,
    D, D, D, D, D, D, D, D, D, D, MID_LETTER, MID_DIGIT, 0, 0, 0, 0,
    0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, U,
    0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, 0,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    /* clang-format on */
};
#undef L
#undef D
#undef U
#undef M
#undef B

/* The kinds of eight bytes, the first in the lowest byte. */
static uint64_t eight_kinds(const char *bytes)
{
    uint64_t eight = 0;
    for (int i = 0; i < 8; i++)
        eight |= (uint64_t)kinds[(unsigned char)bytes[i]] << (8 * i);
    return eight;
}

/* Bit k of each of the eight bytes, side by side: the product lines bit 8i up
 * at 56 + i, and no two terms of it meet. */
static uint64_t gather(uint64_t eight, int k)
{
    return ((eight >> k & 0x0101010101010101u) * 0x0102040810204080u) >> 56;
}

void words_block_scalar(const char bytes[WORDS_BLOCK_BYTES], struct words_block *out)
{
    memset(out, 0, sizeof *out);
    for (int at = 0; at < WORDS_BLOCK_BYTES; at += 8) {
        uint64_t eight = eight_kinds(bytes + at);
        out->letters |= gather(eight, 0) << at;
        out->digits |= gather(eight, 1) << at;
        out->underscores |= gather(eight, 2) << at;
        out->mid_letters |= gather(eight, 3) << at;
        out->mid_digits |= gather(eight, 4) << at;
        out->beyond |= gather(eight, 5) << at;
    }
}

words_block_fn *words_block_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return words_block_avx2;
#endif
    return words_block_scalar;
}
