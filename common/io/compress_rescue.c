/*
 * compress_rescue.c - a frame taken piece by piece.
 *
 * Invariant: the library is given no more than it asked for, so that a call
 * that fails has spoilt the output of no piece before its own.
 */
#include "common/io/compress_rescue.h"

#include <stdlib.h>
#include <zstd.h>

#include "common/base/mem.h"

#define PIECE ((size_t)1 << 17) /* output bytes of one call at most */

struct rescue_decompressor {
    ZSTD_DStream *state;
};

struct rescue_decompressor *rescue_decompressor_new(void)
{
    struct rescue_decompressor *d = mem_alloc(sizeof *d);
    d->state = ZSTD_createDStream();
    if (!d->state)
        mem_exhausted(0);
    return d;
}

void rescue_decompressor_free(struct rescue_decompressor *d)
{
    if (!d)
        return;
    ZSTD_freeDStream(d->state);
    free(d);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

struct decompress_rescued rescue_decompressor_run(struct rescue_decompressor *d, const void *p,
                                                  size_t n, size_t good, size_t most,
                                                  struct buf *out)
{
    struct decompress_rescued result = {0};
    ZSTD_inBuffer in = {p, 0, 0};
    size_t wanted = ZSTD_initDStream(d->state);
    out->len = 0;
    while (wanted && !ZSTD_isError(wanted) && in.pos < n && out->len < most) {
        size_t room = least(PIECE, most - out->len);
        buf_reserve(out, room);
        ZSTD_outBuffer to = {out->data + out->len, room, 0};
        in.size = in.pos + least(wanted, n - in.pos);
        wanted = ZSTD_decompressStream(d->state, &to, &in);
        out->len += ZSTD_isError(wanted) ? 0 : to.pos;
        if (in.pos <= good)
            result.trusted = out->len;
    }
    result.ended = !wanted;
    result.used = in.pos;
    return result;
}
