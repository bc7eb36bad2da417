/*
 * inflate_rescue.h - what can be had of a deflate stream that may be damaged.
 *
 * deflate.h takes a stream or refuses it; this goes on as far as the bytes
 * make sense and says how much of the output rests on bytes that are known to
 * be right. One thread.
 */
#ifndef IO_INFLATE_RESCUE_H
#define IO_INFLATE_RESCUE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

struct inflate_rescued {
    bool ended;     /* the stream came to its end */
    size_t used;    /* then: the input bytes that it has */
    size_t trusted; /* output bytes that the first `good` input bytes make */
};

struct rescue_inflater;
struct rescue_inflater *rescue_inflater_new(void);
void rescue_inflater_free(struct rescue_inflater *i); /* NULL is fine */

/* Decompresses from p, of which n bytes may be the stream's and the first
 * `good` are known to be right, until it ends, makes no sense, or has made
 * `most` bytes. *out is replaced. */
struct inflate_rescued rescue_inflater_run(struct rescue_inflater *i, const void *p, size_t n,
                                           size_t good, size_t most, struct buf *out);

#endif
