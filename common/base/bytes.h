/*
 * bytes.h - reading integers from bytes that may be hostile.
 *
 * Everything on disk is little-endian. A struct bytes is a window on memory
 * with an end; the take_* functions move its start and never pass its end.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t load_u16(const void *p)
{
    const unsigned char *b = p;
    return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t load_u32(const void *p)
{
    const unsigned char *b = p;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t load_u64(const void *p)
{
    const unsigned char *b = p;
    return (uint64_t)load_u32(b) | (uint64_t)load_u32(b + 4) << 32;
}

static inline void store_u16(void *p, uint16_t v)
{
    unsigned char *b = p;
    b[0] = (unsigned char)v;
    b[1] = (unsigned char)(v >> 8);
}

static inline void store_u32(void *p, uint32_t v)
{
    unsigned char *b = p;
    for (int i = 0; i < 4; i++)
        b[i] = (unsigned char)(v >> (8 * i));
}

static inline void store_u64(void *p, uint64_t v)
{
    unsigned char *b = p;
    for (int i = 0; i < 8; i++)
        b[i] = (unsigned char)(v >> (8 * i));
}

struct bytes {
    const unsigned char *p;
    const unsigned char *end;
};

/* No bytes may have no place. */
static inline struct bytes bytes_of(const void *p, size_t n)
{
    return (struct bytes){p, n ? (const unsigned char *)p + n : p};
}

static inline size_t bytes_left(const struct bytes *in)
{
    return (size_t)(in->end - in->p);
}

/* Each take_* returns false, with *in unchanged, when too few bytes are left. */
static inline bool take_bytes(struct bytes *in, size_t n, const unsigned char **out)
{
    if (n > bytes_left(in))
        return false;
    *out = in->p;
    in->p += n;
    return true;
}

static inline bool take_u32(struct bytes *in, uint32_t *out)
{
    const unsigned char *p;
    if (!take_bytes(in, 4, &p))
        return false;
    *out = load_u32(p);
    return true;
}

static inline bool take_u64(struct bytes *in, uint64_t *out)
{
    const unsigned char *p;
    if (!take_bytes(in, 8, &p))
        return false;
    *out = load_u64(p);
    return true;
}

/* The varints of two bytes and more; use take_varint. */
bool take_long_varint(struct bytes *in, uint64_t *out);

/* False also for a varint longer than it needs to be or above 64 bits. */
static inline bool take_varint(struct bytes *in, uint64_t *out)
{
    if (in->p < in->end && *in->p < 0x80) {
        *out = *in->p++;
        return true;
    }
    return take_long_varint(in, out);
}

static inline bool take_varint32(struct bytes *in, uint32_t *out)
{
    const unsigned char *start = in->p;
    uint64_t v;
    if (!take_varint(in, &v))
        return false;
    if (v > UINT32_MAX) {
        in->p = start;
        return false;
    }
    *out = (uint32_t)v;
    return true;
}

/* A varint length and that many bytes: what buf_counted writes. */
static inline bool take_counted(struct bytes *in, const unsigned char **out, size_t *len)
{
    struct bytes rest = *in;
    uint64_t n;
    if (!take_varint(&rest, &n) || !take_bytes(&rest, n, out))
        return false;
    *in = rest;
    *len = n;
    return true;
}

#endif
