/* gzin.c - inflate, member after member, within limits. */
#include "indexer/archive/gzin.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "common/base/mem.h"

/* zlib's own convention for how data are wrapped. */
static const int window_bits[] = {[GZIN_GZIP] = 15 + 16, [GZIN_ZLIB] = 15, [GZIN_DEFLATE] = -15};

struct gzin {
    z_stream z;
    enum gzin_form form;
    bool between;   /* a member is complete, none has begun */
    bool one_done;  /* at least one was */
    uint64_t taken; /* bytes in and out, of all members */
    uint64_t given;
};

bool gzin_recognise(const void *head, size_t len)
{
    return len >= GZIN_HEAD_BYTES && memcmp(head, "\x1f\x8b\x08", GZIN_HEAD_BYTES) == 0;
}

static void *allocate(void *ctx, unsigned count, unsigned size)
{
    (void)ctx;
    return mem_zalloc(count, size);
}

static void release(void *ctx, void *p)
{
    (void)ctx;
    free(p);
}

struct gzin *gzin_new(enum gzin_form form)
{
    struct gzin *g = mem_zalloc(1, sizeof *g);
    g->form = form;
    g->z.zalloc = allocate;
    g->z.zfree = release;
    inflateInit2(&g->z, window_bits[form]); /* fails for want of memory only */
    return g;
}

void gzin_free(struct gzin *g)
{
    if (!g)
        return;
    inflateEnd(&g->z);
    free(g);
}

void gzin_restart(struct gzin *g)
{
    inflateReset(&g->z);
    g->between = g->one_done = false;
}

uint64_t gzin_member_taken(const struct gzin *g)
{
    return g->z.total_in;
}

static unsigned at_most_uint(size_t n)
{
    return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

static int inflate_some(struct gzin *g, struct bytes *in, unsigned char *out, size_t room,
                        size_t *written)
{
    unsigned given = at_most_uint(bytes_left(in)), free_bytes = at_most_uint(room);
    g->z.next_in = in->p;
    g->z.avail_in = given;
    g->z.next_out = out;
    g->z.avail_out = free_bytes;
    int rc = inflate(&g->z, Z_NO_FLUSH);
    in->p += given - g->z.avail_in;
    *written = free_bytes - g->z.avail_out;
    g->taken += given - g->z.avail_in;
    g->given += *written;
    return rc;
}

static enum gzin_status skip_padding(struct gzin *g, struct bytes *in, bool last)
{
    while (in->p < in->end && *in->p == 0)
        in->p++;
    if (in->p == in->end)
        return last ? GZIN_END : GZIN_GOING;
    if (*in->p != 0x1f)
        return GZIN_GARBAGE;
    inflateReset(&g->z);
    g->between = false;
    return GZIN_GOING;
}

static bool too_large(const struct gzin *g)
{
    return g->given > GZIN_FREE_BYTES && g->given / GZIN_MOST_RATIO > g->taken;
}

static enum gzin_status run_member(struct gzin *g, struct bytes *in, bool last, unsigned char *out,
                                   size_t room, size_t *written)
{
    int rc = inflate_some(g, in, out, room, written);
    if (rc == Z_STREAM_END && g->form != GZIN_GZIP)
        return GZIN_END;
    if (rc == Z_STREAM_END) {
        g->between = g->one_done = true;
        return GZIN_GOING;
    }
    if (rc != Z_OK && rc != Z_BUF_ERROR)
        return g->one_done && g->z.total_out == 0 ? GZIN_GARBAGE : GZIN_DAMAGED;
    if (too_large(g))
        return GZIN_TOO_LARGE;
    bool starved = in->p == in->end && *written < room;
    return last && starved ? GZIN_CUT : GZIN_GOING;
}

enum gzin_status gzin_run(struct gzin *g, struct bytes *in, bool last, void *out, size_t room,
                          size_t *written)
{
    unsigned char *to = out;
    enum gzin_status status = GZIN_GOING;
    *written = 0;
    while (status == GZIN_GOING && *written < room && (in->p < in->end || last)) {
        size_t more = 0;
        if (g->between)
            status = skip_padding(g, in, last);
        else
            status = run_member(g, in, last, to + *written, room - *written, &more);
        *written += more;
    }
    return status;
}
