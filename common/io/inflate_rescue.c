/* inflate_rescue.c - zlib in every build: it gives what it has made before it met the damage. */
#include "common/io/inflate_rescue.h"

#include <stdlib.h>
#include <zlib.h>

#include "common/base/mem.h"

#define RAW_WINDOW (-15)
#define STEP       ((size_t)1 << 17) /* output bytes at a time */
#define MOST_INPUT ((size_t)1 << 30) /* a count of zlib has 32 bits */

struct rescue_inflater {
    z_stream state;
};

struct rescue_inflater *rescue_inflater_new(void)
{
    struct rescue_inflater *i = mem_zalloc(1, sizeof *i);
    if (inflateInit2(&i->state, RAW_WINDOW) != Z_OK)
        mem_alloc(SIZE_MAX / 2); /* says "out of memory" and ends */
    return i;
}

void rescue_inflater_free(struct rescue_inflater *i)
{
    if (!i)
        return;
    inflateEnd(&i->state);
    free(i);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Takes the next n bytes of input; zlib's word on what came of it. */
static int feed(z_stream *z, size_t n, size_t most, struct buf *out)
{
    int rc = Z_OK;
    z->avail_in = (uInt)n;
    while (rc == Z_OK && out->len < most) {
        size_t room = least(STEP, most - out->len);
        buf_reserve(out, room);
        z->next_out = out->data + out->len;
        z->avail_out = (uInt)room;
        rc = inflate(z, Z_SYNC_FLUSH);
        out->len += room - z->avail_out;
        if (z->avail_out) /* then it has no input left, or has ended */
            break;
    }
    return rc == Z_BUF_ERROR ? Z_OK : rc;
}

struct inflate_rescued rescue_inflater_run(struct rescue_inflater *i, const void *p, size_t n,
                                           size_t good, size_t most, struct buf *out)
{
    z_stream *z = &i->state;
    struct inflate_rescued result = {0};
    n = least(n, MOST_INPUT);
    good = least(good, n);
    out->len = 0;
    inflateReset(z);
    z->next_in = (unsigned char *)(uintptr_t)p;
    int rc = feed(z, good, most, out);
    result.trusted = out->len;
    if (rc == Z_OK && out->len < most)
        rc = feed(z, n - good, most, out);
    result.ended = rc == Z_STREAM_END;
    result.used = (size_t)(z->next_in - (const unsigned char *)p);
    return result;
}
