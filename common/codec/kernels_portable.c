/* kernels_portable.c - plain C, and vector types that every target lowers; and the choice. */
#include "common/codec/kernels.h"

#include "common/codec/bitpack_rows.h"

static void unpack(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN])
{
    switch (width) {
#define UNPACK_CASE(w)                                                                             \
    case w:                                                                                        \
        unpack_rows(in, w, out);                                                                   \
        break;
        EACH_WIDTH(UNPACK_CASE)
    default:
        memset(out, 0, BLOCK_LEN * sizeof *out);
        break;
    }
}

static size_t find_ones(const unsigned char *in, size_t bytes, size_t n, uint32_t *out)
{
    size_t found = 0;
    for (size_t at = 0; at < bytes && found < n; at += 8)
        for (uint64_t word = load_word(in + at, bytes - at); word; word &= word - 1)
            out[found++] = (uint32_t)(at * 8) + (uint32_t)__builtin_ctzll(word);
    return found;
}

static unsigned count_ones(uint64_t v)
{
    v -= v >> 1 & 0x5555555555555555u;
    v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (unsigned)(v * 0x0101010101010101u >> 56);
}

static size_t skip_ones(const unsigned char *in, size_t bytes, uint64_t *ones)
{
    size_t at = 0;
    for (; bytes - at >= 8; at += 8) {
        unsigned here = count_ones(load_u64(in + at));
        if (here > *ones)
            break;
        *ones -= here;
    }
    return at;
}

static size_t pick_ones(const unsigned char *in, size_t bytes, unsigned skip, size_t n,
                        uint32_t *out)
{
    size_t found = 0;
    for (size_t at = 0; at < bytes && found < n; at += 8) {
        uint64_t word = load_word(in + at, bytes - at);
        for (; skip && word; skip--)
            word &= word - 1;
        for (; word && found < n; word &= word - 1)
            out[found++] = (uint32_t)(at * 8) + (uint32_t)__builtin_ctzll(word);
    }
    return found;
}

static void join(const uint32_t *lows, const uint32_t *ones, unsigned width, uint32_t plus,
                 unsigned n, uint32_t *out)
{
    for (unsigned i = 0; i < n; i++)
        out[i] = ((ones[i] - ones[(ptrdiff_t)i - 1] - 1) << width | lows[i]) + plus;
}

static void join_gaps(const uint32_t *lows, const uint32_t *ones, uint32_t first, unsigned width,
                      unsigned n, uint32_t *out)
{
    uint32_t sum = first;
    for (unsigned i = 0; i < n; i++) {
        sum += lows[i];
        out[i] = sum + ((ones[i] - i) << width) + i;
    }
}

/* Moves a word on until it holds the bit, or to the end of the bits. */
static void bit_places(const unsigned char *bits, size_t bytes, uint32_t first,
                       const uint32_t *numbers, unsigned n, uint32_t *out)
{
    uint64_t word = load_word(bits, bytes);
    uint32_t before = 0;
    size_t at = 0;
    for (unsigned i = 0; i < n; i++) {
        uint32_t bit = numbers[i] - first;
        while (bit / 8 >= at + 8 && at + 8 < bytes) {
            before += count_ones(word);
            at += 8;
            word = load_word(bits + at, bytes - at);
        }
        bool set = bit / 8 < at + 8 && word >> bit % 64 & 1;
        uint64_t lower = word & (((uint64_t)1 << bit % 64) - 1);
        out[i] = set ? before + count_ones(lower) : UINT32_MAX;
    }
}

static unsigned count_below_16(const unsigned char *in, unsigned n, uint16_t v)
{
    unsigned below = 0;
    for (unsigned i = 0; i < n; i++)
        below += load_u16(in + 2 * (size_t)i) < v;
    return below;
}

static unsigned count_below_32(const unsigned char *in, unsigned n, uint32_t v)
{
    unsigned below = 0;
    for (unsigned i = 0; i < n; i++)
        below += load_u32(in + 4 * (size_t)i) < v;
    return below;
}

const struct kernels kernels_portable = {
    "portable", unpack,    find_ones,  skip_ones,      pick_ones,
    join,       join_gaps, bit_places, count_below_16, count_below_32,
};

const struct kernels *kernels_best(void)
{
    const struct kernels *best = kernels_avx2();
    if (!best)
        best = kernels_sse41();
    return best ? best : &kernels_portable;
}
