/*
 * buf.h - a byte buffer that grows.
 *
 * An all-zero struct is an empty buffer; data is NULL until something is
 * added. buf_text() gives the contents as a C string. buf_free leaves it empty.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/mem.h"

struct buf {
    unsigned char *data;
    size_t len;
    size_t capacity;
};

/* Room for `extra` bytes behind len. */
static inline void buf_reserve(struct buf *b, size_t extra)
{
    mem_grow(b->data, &b->capacity, b->len + extra);
}

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);

static inline void buf_putc(struct buf *b, int c)
{
    buf_reserve(b, 1);
    b->data[b->len++] = (unsigned char)c;
}

void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_zeros(struct buf *b, size_t n);
const char *buf_text(struct buf *b); /* terminates the contents; valid until the next change */
void buf_free(struct buf *b);

/* Little-endian integers and varints (7 bits a byte, low group first). */
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
void buf_varint(struct buf *b, uint64_t v);
void buf_counted(struct buf *b, const void *p, size_t n); /* the length as a varint, the bytes */
size_t varint_bytes(uint64_t v); /* that buf_varint takes for it: 1 to 10 */

#endif
