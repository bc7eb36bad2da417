/* deflate.c - zlib, without its own header and trailer. */
#include "tests/unit/deflate.h"

#include <zlib.h>

#include "common/base/mem.h"

#define RAW_WINDOW (-15)

void add_deflated(struct buf *out, const void *bytes, size_t n)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, 6, Z_DEFLATED, RAW_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        mem_exhausted(0);
    size_t bound = deflateBound(&stream, n);
    buf_reserve(out, bound);
    stream.next_in = (unsigned char *)(uintptr_t)bytes;
    stream.avail_in = (uInt)n;
    stream.next_out = out->data + out->len;
    stream.avail_out = (uInt)bound;
    deflate(&stream, Z_FINISH);
    out->len += bound - stream.avail_out;
    deflateEnd(&stream);
}
