/*
 * compress.h - whole-buffer compression of text: one Zstandard frame (RFC 8878).
 *
 * The only door to libzstd. An object belongs to one thread.
 */
#ifndef IO_COMPRESS_H
#define IO_COMPRESS_H

#include <stddef.h>

#include "common/base/buf.h"

/* How much time to spend. Measured on 156 MB of news: FAST, in blocks of 384 KiB,
 * takes .62 s of CPU and leaves 36.1 %, and a block is decompressed in .29 ms; in
 * blocks of 256 KiB it leaves 37.0 % (.20 ms), of 512 KiB 35.6 % (.40 ms). A hash
 * table twice as large leaves .3 points less, and drives more of what else the
 * indexer needs out of the processor's cache than that is worth. Raw deflate took
 * .8 s for 40.3 % or 1.3 s for 39.0 % (128 KiB, .17 ms). SMALL is for small blocks
 * that are read more often than written. */
enum compress_effort { COMPRESS_FAST, COMPRESS_SMALL };

/* A frame has no fewer bytes than one in so many of what it holds: four bytes
 * can stand for 128 KiB of one byte. */
#define COMPRESS_MOST_RATIO 32768u

struct compressor;
struct compressor *compressor_new(enum compress_effort effort);
void compressor_free(struct compressor *c);
/* Appends the compressed form of n bytes to out. */
void compressor_run(struct compressor *c, const void *p, size_t n, struct buf *out);

struct decompressor;
struct decompressor *decompressor_new(void);
void decompressor_free(struct decompressor *d);
/* Decompresses n bytes to exactly `size` bytes at out; 0, or -1 when the
 * input is not one frame of that size. */
int decompressor_run(struct decompressor *d, const void *p, size_t n, void *out, size_t size);

#endif
