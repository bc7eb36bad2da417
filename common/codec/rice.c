/* rice.c - choosing a width, writing the ones. */
#include "common/codec/rice.h"

#include <stdbool.h>

#include "common/codec/bitpack.h"

uint64_t rice_ones_bits(const uint32_t *in, size_t n, unsigned width)
{
    uint64_t bits = n;
    for (size_t i = 0; i < n; i++)
        bits += in[i] >> width;
    return bits;
}

/* Widths that are tried in one pass, from `first` on. */
#define TRIED 4

/* Bits of the ones at these widths; none adds up to 2^32. */
struct tried {
    unsigned first;
    bool done;
    uint32_t ones[TRIED];
};

static void try_widths(const uint32_t *in, size_t n, unsigned first, struct tried *t)
{
    uint32_t a = 0, b = 0, c = 0, d = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t high = in[i] >> first;
        a += high;
        b += high >> 1;
        c += high >> 2;
        d += high >> 3;
    }
    const uint32_t all = (uint32_t)n;
    *t = (struct tried){first, true, {a + all, b + all, c + all, d + all}};
}

static uint64_t coded_bits(const uint32_t *in, size_t n, unsigned width, const struct tried *t)
{
    bool is_tried = t->done && width - t->first < TRIED;
    uint64_t ones = is_tried ? t->ones[width - t->first] : rice_ones_bits(in, n, width);
    return (uint64_t)n * width + ones;
}

/* The size falls with the width and then rises: a bit more saves half of each
 * high part, rounded up, and that shrinks. So the search walks downhill, from near
 * the mean, mostly a step or two. */
unsigned rice_width(const uint32_t *in, size_t n, unsigned most, uint64_t *ones_bits)
{
    struct tried t = {0};
    uint64_t sum = rice_ones_bits(in, n, 0) - n;
    unsigned width = n ? bit_width((uint32_t)(sum / n)) : 0;
    width = width < most ? width : most;
    if (sum + n <= UINT32_MAX)
        try_widths(in, n, width > 2 ? width - 2 : 0, &t);
    uint64_t best = coded_bits(in, n, width, &t), next;
    while (width < most && (next = coded_bits(in, n, width + 1, &t)) < best) {
        best = next;
        width++;
    }
    while (width && (next = coded_bits(in, n, width - 1, &t)) <= best) {
        best = next;
        width--;
    }
    *ones_bits = best - (uint64_t)n * width;
    return width;
}

/* A word of 64 bits is gathered before it is written. */
uint64_t rice_put_ones(const uint32_t *in, size_t n, unsigned width, unsigned char *out,
                       uint64_t bit)
{
    unsigned char *at = out + bit / 64 * 8;
    uint64_t word = bit % 64 ? load_u64(at) & (((uint64_t)1 << bit % 64) - 1) : 0;
    uint64_t in_word = bit % 64;
    for (size_t i = 0; i < n; i++, in_word++) {
        in_word += in[i] >> width;
        for (; in_word >= 64; in_word -= 64, at += 8) {
            store_u64(at, word);
            word = 0;
        }
        word |= (uint64_t)1 << in_word;
    }
    store_u64(at, word);
    return (uint64_t)(at - out) * 8 + in_word;
}
