/* hash.c - XXH64, written from its specification. */
#include "common/base/hash.h"

#include "common/base/bytes.h"

static const uint64_t P1 = 0x9E3779B185EBCA87u;
static const uint64_t P2 = 0xC2B2AE3D27D4EB4Fu;
static const uint64_t P3 = 0x165667B19E3779F9u;
static const uint64_t P4 = 0x85EBCA77C2B2AE63u;
static const uint64_t P5 = 0x27D4EB2F165667C5u;

static uint64_t rotate(uint64_t v, int bits)
{
    return v << bits | v >> (64 - bits);
}

static uint64_t mix_lane(uint64_t lane, uint64_t input)
{
    return rotate(lane + input * P2, 31) * P1;
}

static uint64_t fold_lane(uint64_t h, uint64_t lane)
{
    return (h ^ mix_lane(0, lane)) * P1 + P4;
}

static uint64_t finish(uint64_t h, const unsigned char *p, const unsigned char *end)
{
    for (; end - p >= 8; p += 8)
        h = rotate(h ^ mix_lane(0, load_u64(p)), 27) * P1 + P4;
    if (end - p >= 4) {
        h = rotate(h ^ load_u32(p) * P1, 23) * P2 + P3;
        p += 4;
    }
    for (; p < end; p++)
        h = rotate(h ^ *p * P5, 11) * P1;
    h = (h ^ h >> 33) * P2;
    h = (h ^ h >> 29) * P3;
    return h ^ h >> 32;
}

uint64_t hash64(const void *data, size_t len, uint64_t seed)
{
    const unsigned char *p = data, *end = p + len;
    uint64_t h = seed + P5;
    if (len >= 32) {
        uint64_t a = seed + P1 + P2, b = seed + P2, c = seed, d = seed - P1;
        for (; end - p >= 32; p += 32) {
            a = mix_lane(a, load_u64(p));
            b = mix_lane(b, load_u64(p + 8));
            c = mix_lane(c, load_u64(p + 16));
            d = mix_lane(d, load_u64(p + 24));
        }
        h = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
        h = fold_lane(fold_lane(fold_lane(fold_lane(h, a), b), c), d);
    }
    return finish(h + len, p, end);
}
