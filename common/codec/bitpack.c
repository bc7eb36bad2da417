/* bitpack.c - packing, and runs; unpacking whole blocks is left to a kernel. */
#include "common/codec/bitpack.h"

#include "common/codec/bitpack_rows.h"
#include "common/codec/kernels.h"

void bitpack_pack(const uint32_t in[BLOCK_LEN], unsigned width, unsigned char *out)
{
    switch (width) {
#define PACK_CASE(w)                                                                               \
    case w:                                                                                        \
        pack_rows(in, w, out);                                                                     \
        break;
        EACH_WIDTH(PACK_CASE)
    default:
        break;
    }
}

void bitpack_unpack(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN])
{
    kernels_best()->unpack(in, width, out);
}

void bitpack_pack_run(const uint32_t *in, size_t n, unsigned width, unsigned char *out)
{
    const uint64_t mask = ((uint64_t)1 << width) - 1;
    uint64_t pending = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < n; i++) {
        pending |= (in[i] & mask) << bits;
        bits += width;
        if (bits >= 32) {
            store_u32(out, (uint32_t)pending);
            out += 4;
            pending >>= 32;
            bits -= 32;
        }
    }
    for (; bits; bits = bits > 8 ? bits - 8 : 0, pending >>= 8)
        *out++ = (unsigned char)pending;
}

void bitpack_unpack_run(const unsigned char *in, size_t n, unsigned width, uint32_t *out)
{
    const unsigned char *end = in + bitpack_bytes(n, width);
    for (size_t i = 0; i < n; i++)
        out[i] = bitpack_get(in, end, (uint64_t)i * width, width);
}

unsigned char *bitpack_put(const uint32_t *in, unsigned n, unsigned width, unsigned char *out)
{
    if (n == BLOCK_LEN)
        bitpack_pack(in, width, out);
    else
        bitpack_pack_run(in, n, width, out);
    return out + bitpack_bytes(n, width);
}
