/* textfile.c - finding and decompressing one block. */
#include "common/index/textfile.h"

#include "common/base/bytes.h"
#include "common/index/limits.h"

enum { SECTION_BLOCKS, SECTION_OFFSETS, SECTION_LENGTHS, SECTIONS };

int textfile_open(struct textfile *t, const char *path, struct error *err)
{
    *t = (struct textfile){0};
    int rc = frame_open(&t->frame, path, FRAME_KIND('T', 'E', 'X', 'T'), err);
    if (rc)
        return rc;
    const struct section *s = t->frame.sections;
    if (t->frame.section_count != SECTIONS || s[SECTION_LENGTHS].len % 4 ||
        s[SECTION_LENGTHS].len / 4 > MAX_SEGMENT_DOCS ||
        s[SECTION_OFFSETS].len != (s[SECTION_LENGTHS].len / 4 + 1) * 8) {
        rc = frame_damaged(&t->frame, NULL, "not the sections of stored text", err);
        textfile_close(t);
        return rc;
    }
    t->blocks = (uint32_t)(s[SECTION_LENGTHS].len / 4);
    return BF_OK;
}

void textfile_close(struct textfile *t)
{
    frame_close(&t->frame);
    *t = (struct textfile){0};
}

int textfile_raw(const struct textfile *t, uint32_t block, const unsigned char **p, size_t *n,
                 uint32_t *raw_len, struct error *err)
{
    const struct section *s = t->frame.sections;
    if (block >= t->blocks)
        return frame_damaged(&t->frame, s[SECTION_OFFSETS].p, "no such text block", err);
    const unsigned char *offsets = s[SECTION_OFFSETS].p + 8 * (size_t)block;
    const unsigned char *length = s[SECTION_LENGTHS].p + 4 * (size_t)block;
    int rc = frame_touch(&t->frame, offsets, 16, err);
    if (!rc)
        rc = frame_touch(&t->frame, length, 4, err);
    if (rc)
        return rc;
    uint64_t from = load_u64(offsets), to = load_u64(offsets + 8);
    *raw_len = load_u32(length);
    if (from > to || to > s[SECTION_BLOCKS].len || *raw_len > MAX_TEXT_BLOCK)
        return frame_damaged(&t->frame, offsets, "text block out of range", err);
    *p = s[SECTION_BLOCKS].p + from;
    *n = to - from;
    return frame_touch(&t->frame, *p, *n, err);
}

int textfile_read(const struct textfile *t, uint32_t block, struct inflater *inflater,
                  struct buf *out, struct error *err)
{
    const unsigned char *p;
    size_t n;
    uint32_t raw_len;
    int rc = textfile_raw(t, block, &p, &n, &raw_len, err);
    if (rc)
        return rc;
    /* Deflate makes at most 1,032 bytes of one. */
    if (raw_len / 1032 > n)
        return frame_damaged(&t->frame, p, "text block too short for its length", err);
    out->len = 0;
    buf_reserve(out, (size_t)raw_len + 1);
    if (inflater_run(inflater, p, n, out->data, raw_len))
        return frame_damaged(&t->frame, p, "text block does not decompress", err);
    out->len = raw_len;
    return BF_OK;
}
