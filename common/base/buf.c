/* buf.c - the growing buffer, and varints in both directions. */
#include "common/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (!n)
        return;
    buf_reserve(b, n);
    memcpy(b->data + b->len, p, n);
    b->len += n;
}

void buf_puts(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n > 0) {
        buf_reserve(b, (size_t)n + 1);
        vsnprintf((char *)b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_zeros(struct buf *b, size_t n)
{
    if (!n)
        return;
    buf_reserve(b, n);
    memset(b->data + b->len, 0, n);
    b->len += n;
}

const char *buf_text(struct buf *b)
{
    buf_reserve(b, 1);
    b->data[b->len] = '\0';
    return (const char *)b->data;
}

void buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}

void buf_u16(struct buf *b, uint16_t v)
{
    buf_reserve(b, sizeof v);
    store_u16(b->data + b->len, v);
    b->len += sizeof v;
}

void buf_u32(struct buf *b, uint32_t v)
{
    buf_reserve(b, sizeof v);
    store_u32(b->data + b->len, v);
    b->len += sizeof v;
}

void buf_u64(struct buf *b, uint64_t v)
{
    buf_reserve(b, sizeof v);
    store_u64(b->data + b->len, v);
    b->len += sizeof v;
}

void buf_varint(struct buf *b, uint64_t v)
{
    while (v >= 0x80) {
        buf_putc(b, (int)(v & 0x7f) | 0x80);
        v >>= 7;
    }
    buf_putc(b, (int)v);
}

void buf_counted(struct buf *b, const void *p, size_t n)
{
    buf_varint(b, n);
    buf_add(b, p, n);
}

size_t varint_bytes(uint64_t v)
{
    size_t n = 1;
    for (; v >= 0x80; v >>= 7)
        n++;
    return n;
}

bool take_long_varint(struct bytes *in, uint64_t *out)
{
    uint64_t v = 0;
    const unsigned char *p = in->p;
    for (int shift = 0; shift < 70 && p < in->end; shift += 7) {
        unsigned char byte = *p++;
        if (shift == 63 && byte > 1)
            return false;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            if (!byte && shift)
                return false;
            *out = v;
            in->p = p;
            return true;
        }
    }
    return false;
}
