/* byte_ones.c - each byte's ones from those of its two halves. */
#include "common/codec/byte_ones.h"

/* Four bits: the numbers of the ones, and how many there are. */
#define NUMBERS(h)                                                                                 \
    ((h) == 0    ? 0x0u                                                                            \
     : (h) == 1  ? 0x0u                                                                            \
     : (h) == 2  ? 0x1u                                                                            \
     : (h) == 3  ? 0x0100u                                                                         \
     : (h) == 4  ? 0x2u                                                                            \
     : (h) == 5  ? 0x0200u                                                                         \
     : (h) == 6  ? 0x0201u                                                                         \
     : (h) == 7  ? 0x020100u                                                                       \
     : (h) == 8  ? 0x3u                                                                            \
     : (h) == 9  ? 0x0300u                                                                         \
     : (h) == 10 ? 0x0301u                                                                         \
     : (h) == 11 ? 0x030100u                                                                       \
     : (h) == 12 ? 0x0302u                                                                         \
     : (h) == 13 ? 0x030200u                                                                       \
     : (h) == 14 ? 0x030201u                                                                       \
                 : 0x03020100u)
#define COUNT(h) (((h)&1) + ((h) >> 1 & 1) + ((h) >> 2 & 1) + ((h) >> 3 & 1))

#define UPPER(b) ((uint64_t)(NUMBERS((b) >> 4) + 0x04040404u) << 8 * COUNT((b)&15))
#define ONE(b)   (NUMBERS((b)&15) | UPPER(b))
#define FOUR(b)  ONE(b), ONE((b) + 1), ONE((b) + 2), ONE((b) + 3)
#define FOUR2(b) FOUR(b), FOUR((b) + 4), FOUR((b) + 8), FOUR((b) + 12)
#define FOUR3(b) FOUR2(b), FOUR2((b) + 16), FOUR2((b) + 32), FOUR2((b) + 48)

const uint64_t byte_ones[256] = {FOUR3(0), FOUR3(64), FOUR3(128), FOUR3(192)};
