/* page.c - a mark as text that a URL or a shell takes as it is. */
#include "query/page.h"

#include <string.h>

#include "common/base/bytes.h"

#define FIXED_BYTES 24

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(const unsigned char *p, size_t n, struct buf *out)
{
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | p[i];
        for (held += 8; held >= 6; held -= 6)
            buf_putc(out, alphabet[bits >> (held - 6) & 63]);
    }
    if (held)
        buf_putc(out, alphabet[bits << (6 - held) & 63]);
}

/* False for a character that is none, and for bits left over. */
static bool decode(const char *text, struct buf *out)
{
    uint32_t bits = 0;
    unsigned held = 0;
    for (; *text; text++) {
        const char *at = strchr(alphabet, *text);
        if (!at)
            return false;
        bits = bits << 6 | (uint32_t)(at - alphabet);
        held += 6;
        if (held >= 8) {
            held -= 8;
            buf_putc(out, (int)(bits >> held & 0xff));
        }
    }
    return held < 6 && !(bits & ((1u << held) - 1));
}

void page_mark_write(const struct page_mark *m, struct buf *out)
{
    struct buf bytes = {0};
    buf_u32(&bytes, m->asked);
    buf_u32(&bytes, m->archive);
    buf_u32(&bytes, m->rank);
    buf_u32(&bytes, m->units);
    buf_u64(&bytes, (uint64_t)m->date);
    buf_add(&bytes, m->id.p, m->id.len);
    encode(bytes.data, bytes.len, out);
    buf_free(&bytes);
}

int page_mark_read(struct page_mark *m, const char *text, struct arena *arena, struct error *err)
{
    struct buf bytes = {0};
    bool good = decode(text, &bytes) && bytes.len >= FIXED_BYTES;
    if (good) {
        const unsigned char *p = bytes.data;
        size_t id_len = bytes.len - FIXED_BYTES;
        *m = (struct page_mark){
            load_u32(p),
            load_u32(p + 4),
            load_u32(p + 8),
            load_u32(p + 12),
            (int64_t)load_u64(p + 16),
            {arena_strndup(arena, (const char *)p + FIXED_BYTES, id_len), id_len}};
    }
    buf_free(&bytes);
    return good ? BF_OK : error_set(err, BF_ERR_USAGE, "--after: \"%.40s\" is no mark", text);
}
