/* compress.c - libzstd's one-shot calls; running out of memory ends the process. */
#include "common/io/compress.h"

#include <stdlib.h>
#include <zstd.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"

struct compressor {
    ZSTD_CCtx *state;
};

struct decompressor {
    ZSTD_DCtx *state;
};

static void check_memory(const void *state)
{
    if (!state)
        mem_exhausted(0);
}

struct setting {
    ZSTD_cParameter name;
    int value;
};

static const struct setting fast[] = {
    {ZSTD_c_strategy, ZSTD_fast},
    {ZSTD_c_windowLog, 19},
    {ZSTD_c_hashLog, 16},
    {ZSTD_c_minMatch, 6},
};

struct compressor *compressor_new(enum compress_effort effort)
{
    struct compressor *c = mem_alloc(sizeof *c);
    c->state = ZSTD_createCCtx();
    check_memory(c->state);
    ZSTD_CCtx_setParameter(c->state, ZSTD_c_compressionLevel, effort == COMPRESS_FAST ? 1 : 6);
    for (size_t i = 0; effort == COMPRESS_FAST && i < sizeof fast / sizeof *fast; i++)
        ZSTD_CCtx_setParameter(c->state, fast[i].name, fast[i].value);
    return c;
}

void compressor_free(struct compressor *c)
{
    if (!c)
        return;
    ZSTD_freeCCtx(c->state);
    free(c);
}

void compressor_run(struct compressor *c, const void *p, size_t n, struct buf *out)
{
    size_t bound = ZSTD_compressBound(n);
    buf_reserve(out, bound);
    size_t made = ZSTD_compress2(c->state, out->data + out->len, bound, p, n);
    check_memory(ZSTD_isError(made) ? NULL : c->state); /* nothing else can fail */
    out->len += made;
}

struct decompressor *decompressor_new(void)
{
    struct decompressor *d = mem_alloc(sizeof *d);
    d->state = ZSTD_createDCtx();
    check_memory(d->state);
    return d;
}

void decompressor_free(struct decompressor *d)
{
    if (!d)
        return;
    ZSTD_freeDCtx(d->state);
    free(d);
}

/* The library takes several frames in a row, and frames that hold nothing. */
static int is_one_frame(const void *p, size_t n)
{
    return n >= 4 && load_u32(p) == ZSTD_MAGICNUMBER && ZSTD_findFrameCompressedSize(p, n) == n;
}

int decompressor_run(struct decompressor *d, const void *p, size_t n, void *out, size_t size)
{
    return is_one_frame(p, n) && ZSTD_decompressDCtx(d->state, out, size, p, n) == size ? 0 : -1;
}
