/*
 * deflate.h - whole-buffer compression of text blocks (RFC 1951, raw deflate).
 *
 * The only door to zlib and libdeflate for the index. Either library reads
 * what the other wrote. An object belongs to one thread.
 */
#ifndef IO_DEFLATE_H
#define IO_DEFLATE_H

#include <stddef.h>

#include "common/base/buf.h"

struct deflater;
struct deflater *deflater_new(void); /* at the fastest level */
void deflater_free(struct deflater *d);
/* Appends the compressed form of n bytes to out. */
void deflater_run(struct deflater *d, const void *p, size_t n, struct buf *out);

struct inflater;
struct inflater *inflater_new(void);
void inflater_free(struct inflater *i);
/* Decompresses n bytes to exactly `size` bytes at out; 0, or -1 when the
 * input is no deflate stream of that size. */
int inflater_run(struct inflater *i, const void *p, size_t n, void *out, size_t size);

#endif
