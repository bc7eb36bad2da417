/* rice.c - choosing a width, writing the ones. */
#include "common/codec/rice.h"

#include "common/codec/bitpack.h"

uint64_t rice_ones_bits(const uint32_t *in, size_t n, unsigned width)
{
    uint64_t bits = n;
    for (size_t i = 0; i < n; i++)
        bits += in[i] >> width;
    return bits;
}

static uint64_t coded_bits(const uint32_t *in, size_t n, unsigned width)
{
    return (uint64_t)n * width + rice_ones_bits(in, n, width);
}

/* The size falls with the width and then rises: a bit more saves half of each
 * high part, rounded up, and that shrinks. So the search walks downhill, from near
 * the mean. */
unsigned rice_width(const uint32_t *in, size_t n, unsigned most)
{
    uint64_t sum = rice_ones_bits(in, n, 0) - n;
    unsigned width = n ? bit_width((uint32_t)(sum / n)) : 0;
    width = width < most ? width : most;
    uint64_t best = coded_bits(in, n, width), next;
    while (width < most && (next = coded_bits(in, n, width + 1)) < best) {
        best = next;
        width++;
    }
    while (width && (next = coded_bits(in, n, width - 1)) <= best) {
        best = next;
        width--;
    }
    return width;
}

uint64_t rice_put_ones(const uint32_t *in, size_t n, unsigned width, unsigned char *out,
                       uint64_t bit)
{
    for (size_t i = 0; i < n; i++) {
        bit += in[i] >> width;
        out[bit / 8] |= (unsigned char)(1u << bit % 8);
        bit++;
    }
    return bit;
}
