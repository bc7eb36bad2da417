/* doclist.c - gaps or bits, whichever is smaller. */
#include "common/codec/doclist.h"

#include <string.h>

#include "common/base/bytes.h"

#define BITSET_MARK 0x40
#define BITSET_HEAD 3

static size_t encode_bitset(int64_t base, const uint32_t *docs, unsigned n, unsigned char *out)
{
    size_t bytes = (size_t)((int64_t)docs[n - 1] - base - 1) / 8 + 1;
    out[0] = BITSET_MARK;
    store_u16(out + 1, (uint16_t)bytes);
    memset(out + BITSET_HEAD, 0, bytes);
    for (unsigned i = 0; i < n; i++) {
        size_t bit = (size_t)((int64_t)docs[i] - base - 1);
        out[BITSET_HEAD + bit / 8] |= (unsigned char)(1u << bit % 8);
    }
    return BITSET_HEAD + bytes;
}

size_t doclist_encode(int64_t base, const uint32_t *docs, unsigned n, unsigned char *out)
{
    uint32_t gaps[BLOCK_LEN];
    gaps[0] = (uint32_t)((int64_t)docs[0] - base - 1);
    for (unsigned i = 1; i < n; i++)
        gaps[i] = docs[i] - docs[i - 1] - 1;
    size_t bytes = pfor_encode(gaps, n, out);
    uint64_t span = (uint64_t)((int64_t)docs[n - 1] - base);
    if (n == BLOCK_LEN && BITSET_HEAD + (span + 7) / 8 <= bytes)
        return encode_bitset(base, docs, n, out);
    return bytes;
}

static const unsigned char *decode_bitset(const unsigned char *in, const unsigned char *end,
                                          int64_t base, unsigned n, uint32_t *docs)
{
    if (end - in < BITSET_HEAD)
        return NULL;
    size_t bytes = load_u16(in + 1);
    in += BITSET_HEAD;
    if (!bytes || bytes > (size_t)(end - in) || !in[bytes - 1] ||
        base + 1 + (int64_t)bytes * 8 > UINT32_MAX)
        return NULL;
    unsigned found = 0;
    uint32_t first = (uint32_t)(base + 1);
    for (size_t at = 0; at < bytes; at += 8) {
        uint64_t word = 0;
        memcpy(&word, in + at, bytes - at < 8 ? bytes - at : 8);
        word = load_u64(&word);
        if (found + (unsigned)__builtin_popcountll(word) > n)
            return NULL;
        for (; word; word &= word - 1)
            docs[found++] = first + (uint32_t)(at * 8) + (uint32_t)__builtin_ctzll(word);
    }
    return found == n ? in + bytes : NULL;
}

const unsigned char *doclist_decode(const unsigned char *in, const unsigned char *end, int64_t base,
                                    unsigned n, uint32_t *docs)
{
    if (in < end && *in == BITSET_MARK)
        return decode_bitset(in, end, base, n, docs);
    const unsigned char *behind = pfor_decode(in, end, n, docs);
    if (!behind)
        return NULL;
    /* Gaps are below 2^32 and there are at most 128: the sum fits 64 bits, and
     * testing the last number tests them all. */
    uint64_t doc = (uint64_t)base;
    for (unsigned i = 0; i < n; i++) {
        doc += (uint64_t)docs[i] + 1;
        docs[i] = (uint32_t)doc;
    }
    return doc <= UINT32_MAX ? behind : NULL;
}

const unsigned char *doclist_skip(const unsigned char *in, const unsigned char *end, unsigned n)
{
    if (in >= end || *in != BITSET_MARK)
        return pfor_skip(in, end, n);
    if (end - in < BITSET_HEAD || load_u16(in + 1) > (size_t)(end - in) - BITSET_HEAD)
        return NULL;
    return in + BITSET_HEAD + load_u16(in + 1);
}
