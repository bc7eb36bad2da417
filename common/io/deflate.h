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

/* It spends as little time as it can. Measured on 156 MB of news in blocks of
 * 128 KiB, with libdeflate: the first level takes .8 s of CPU and leaves 40.3 %,
 * the next 1.3 s and 39.0 %, the seventh 3.4 s and 37.3 %; decompressing takes
 * .2 s for any of them. Half a second, a seventh of all of indexing, is worth
 * more than 1.6 % of the index. Blocks of 64 KiB leave .9 points more, and take
 * half as long to look into (88 us). */
struct deflater;
struct deflater *deflater_new(void);
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
