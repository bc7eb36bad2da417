/* deflate.c - libdeflate where the build found it, zlib otherwise. */
#include "common/io/deflate.h"

#include <stdlib.h>

#include "common/base/mem.h"

#define LEVEL 1

#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>

struct deflater {
    struct libdeflate_compressor *state;
};

struct inflater {
    struct libdeflate_decompressor *state;
};

struct deflater *deflater_new(void)
{
    struct deflater *d = mem_alloc(sizeof *d);
    d->state = libdeflate_alloc_compressor(LEVEL);
    if (!d->state)
        mem_exhausted(0);
    return d;
}

void deflater_free(struct deflater *d)
{
    if (!d)
        return;
    libdeflate_free_compressor(d->state);
    free(d);
}

void deflater_run(struct deflater *d, const void *p, size_t n, struct buf *out)
{
    size_t bound = libdeflate_deflate_compress_bound(d->state, n);
    buf_reserve(out, bound);
    out->len += libdeflate_deflate_compress(d->state, p, n, out->data + out->len, bound);
}

struct inflater *inflater_new(void)
{
    struct inflater *i = mem_alloc(sizeof *i);
    i->state = libdeflate_alloc_decompressor();
    if (!i->state)
        mem_exhausted(0);
    return i;
}

void inflater_free(struct inflater *i)
{
    if (!i)
        return;
    libdeflate_free_decompressor(i->state);
    free(i);
}

int inflater_run(struct inflater *i, const void *p, size_t n, void *out, size_t size)
{
    size_t used;
    enum libdeflate_result rc =
        libdeflate_deflate_decompress_ex(i->state, p, n, out, size, &used, NULL);
    return rc == LIBDEFLATE_SUCCESS && used == n ? 0 : -1;
}

#else
#include <string.h>
#include <zlib.h>

#define RAW_WINDOW (-15)

struct deflater {
    z_stream state;
};

struct inflater {
    z_stream state;
};

struct deflater *deflater_new(void)
{
    struct deflater *d = mem_zalloc(1, sizeof *d);
    if (deflateInit2(&d->state, LEVEL, Z_DEFLATED, RAW_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        mem_exhausted(0);
    return d;
}

void deflater_free(struct deflater *d)
{
    if (!d)
        return;
    deflateEnd(&d->state);
    free(d);
}

void deflater_run(struct deflater *d, const void *p, size_t n, struct buf *out)
{
    size_t bound = deflateBound(&d->state, (uLong)n);
    buf_reserve(out, bound);
    deflateReset(&d->state);
    d->state.next_in = (unsigned char *)(uintptr_t)p;
    d->state.avail_in = (uInt)n;
    d->state.next_out = out->data + out->len;
    d->state.avail_out = (uInt)bound;
    deflate(&d->state, Z_FINISH);
    out->len += bound - d->state.avail_out;
}

struct inflater *inflater_new(void)
{
    struct inflater *i = mem_zalloc(1, sizeof *i);
    if (inflateInit2(&i->state, RAW_WINDOW) != Z_OK)
        mem_exhausted(0);
    return i;
}

void inflater_free(struct inflater *i)
{
    if (!i)
        return;
    inflateEnd(&i->state);
    free(i);
}

int inflater_run(struct inflater *i, const void *p, size_t n, void *out, size_t size)
{
    inflateReset(&i->state);
    i->state.next_in = (unsigned char *)(uintptr_t)p;
    i->state.avail_in = (uInt)n;
    i->state.next_out = out;
    i->state.avail_out = (uInt)size;
    int rc = inflate(&i->state, Z_FINISH);
    return rc == Z_STREAM_END && !i->state.avail_in && !i->state.avail_out ? 0 : -1;
}

#endif
