/*
 * compress_rescue.h - what can be had of a compressed block that may be damaged.
 *
 * compress.h takes a frame or refuses it; this goes on as far as the bytes
 * make sense and says how much of the output rests on bytes that are known to
 * be right. A frame is made of pieces of up to 128 KiB of output, and damage
 * takes the whole of its piece. One thread.
 */
#ifndef IO_COMPRESS_RESCUE_H
#define IO_COMPRESS_RESCUE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

struct decompress_rescued {
    bool ended;     /* the frame came to its end */
    size_t used;    /* then: the input bytes that it has */
    size_t trusted; /* output bytes that the first `good` input bytes make */
};

struct rescue_decompressor;
struct rescue_decompressor *rescue_decompressor_new(void);
void rescue_decompressor_free(struct rescue_decompressor *d); /* NULL is fine */

/* Decompresses from p, of which n bytes may be the frame's and the first
 * `good` are known to be right, until it ends, makes no sense, or has made
 * `most` bytes. *out is replaced. */
struct decompress_rescued rescue_decompressor_run(struct rescue_decompressor *d, const void *p,
                                                  size_t n, size_t good, size_t most,
                                                  struct buf *out);

#endif
