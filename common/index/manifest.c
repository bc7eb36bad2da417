/* manifest.c - encoding and decoding; names are made, never read. */
#include "common/index/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/index/limits.h"
#include "common/io/file.h"

const char *const segment_file_names[SEGMENT_FILES] = {
    [FILE_TERMS] = "terms",       [FILE_POSTINGS] = "postings", [FILE_POSITIONS] = "positions",
    [FILE_FORMS] = "forms",       [FILE_COLUMNS] = "columns",   [FILE_TEXT] = "text",
    [FILE_SKETCHES] = "sketches",
};

void segment_file_name(uint64_t number, enum segment_file which, char out[FILE_NAME_BYTES])
{
    snprintf(out, FILE_NAME_BYTES, "s%08" PRIu64 ".%s", number, segment_file_names[which]);
}

void deletes_file_name(uint64_t number, uint64_t generation, char out[FILE_NAME_BYTES])
{
    snprintf(out, FILE_NAME_BYTES, "s%08" PRIu64 "-%08" PRIu64 ".deletes", number, generation);
}

void copies_file_name(uint64_t generation, char out[FILE_NAME_BYTES])
{
    snprintf(out, FILE_NAME_BYTES, "g%08" PRIu64 ".copies", generation);
}

void manifest_free(struct manifest *m)
{
    free(m->language);
    free(m->fingerprint);
    free(m->segments);
    *m = (struct manifest){0};
}

void manifest_copy(const struct manifest *from, struct manifest *to)
{
    *to = *from;
    to->language = mem_strdup(from->language);
    to->fingerprint = mem_strdup(from->fingerprint);
    to->segments = mem_dup(from->segments, from->segment_count * sizeof *from->segments);
}

static void put_file(struct buf *out, const struct file_entry *f)
{
    buf_u64(out, f->length);
    buf_u32(out, f->crc);
}

static void put_segment(struct buf *out, const struct segment_entry *s)
{
    buf_u64(out, s->number);
    buf_add(out, s->id, sizeof s->id);
    buf_u32(out, s->docs);
    buf_u32(out, s->terms);
    buf_u64(out, s->tokens);
    buf_u64(out, s->lead_tokens);
    for (int i = 0; i < SEGMENT_FILES; i++)
        put_file(out, &s->files[i]);
    buf_u64(out, s->deletes_generation);
    if (!s->deletes_generation)
        return;
    put_file(out, &s->deletes_file);
    buf_u32(out, s->deleted_docs);
    buf_u64(out, s->deleted_tokens);
    buf_u64(out, s->deleted_lead_tokens);
}

void manifest_encode(const struct manifest *m, struct buf *out)
{
    buf_u64(out, m->generation);
    buf_u64(out, m->next_segment);
    buf_counted(out, m->language, strlen(m->language));
    buf_counted(out, m->fingerprint, strlen(m->fingerprint));
    buf_putc(out, m->without_text);
    buf_u64(out, m->copies_generation);
    if (m->copies_generation)
        put_file(out, &m->copies_file);
    buf_u32(out, m->segment_count);
    for (uint32_t i = 0; i < m->segment_count; i++)
        put_segment(out, &m->segments[i]);
}

static bool take_string(struct bytes *in, char **out)
{
    size_t n;
    const unsigned char *p;
    if (!take_counted(in, &p, &n) || memchr(p, '\0', n))
        return false;
    *out = mem_strndup((const char *)p, n);
    return true;
}

static bool take_flag(struct bytes *in, bool *out)
{
    const unsigned char *byte;
    if (!take_bytes(in, 1, &byte) || *byte > 1)
        return false;
    *out = *byte;
    return true;
}

static bool take_file(struct bytes *in, struct file_entry *f)
{
    return take_u64(in, &f->length) && take_u32(in, &f->crc);
}

static bool take_deletes(struct bytes *in, struct segment_entry *s)
{
    return take_file(in, &s->deletes_file) && take_u32(in, &s->deleted_docs) &&
           take_u64(in, &s->deleted_tokens) && take_u64(in, &s->deleted_lead_tokens) &&
           s->deleted_docs && s->deleted_docs <= s->docs && s->deleted_tokens <= s->tokens &&
           s->deleted_lead_tokens <= s->lead_tokens;
}

static bool take_segment(struct bytes *in, struct segment_entry *s)
{
    const unsigned char *id;
    if (!take_u64(in, &s->number) || !take_bytes(in, FRAME_ID_BYTES, &id) ||
        !take_u32(in, &s->docs) || !take_u32(in, &s->terms) || !take_u64(in, &s->tokens) ||
        !take_u64(in, &s->lead_tokens))
        return false;
    memcpy(s->id, id, FRAME_ID_BYTES);
    for (int i = 0; i < SEGMENT_FILES; i++)
        if (!take_file(in, &s->files[i]))
            return false;
    if (!take_u64(in, &s->deletes_generation) || s->docs > MAX_SEGMENT_DOCS ||
        s->tokens > MAX_SEGMENT_TOKENS || s->lead_tokens > s->tokens)
        return false;
    return !s->deletes_generation || take_deletes(in, s);
}

static bool take_segments(struct bytes *in, struct manifest *m)
{
    uint32_t count;
    if (!take_u32(in, &count) || count > MAX_SEGMENTS)
        return false;
    m->segments = mem_zalloc(count, sizeof *m->segments);
    uint64_t docs = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct segment_entry *s = &m->segments[m->segment_count++];
        if (!take_segment(in, s) || s->number >= m->next_segment ||
            (i && s->number <= s[-1].number) || s->deletes_generation > m->generation)
            return false;
        docs += s->docs;
    }
    return docs <= UINT32_MAX;
}

static bool take_copies(struct bytes *in, struct manifest *m)
{
    return take_u64(in, &m->copies_generation) && m->copies_generation <= m->generation &&
           (!m->copies_generation || take_file(in, &m->copies_file));
}

int manifest_decode(const unsigned char *p, size_t n, struct manifest *m)
{
    struct bytes in = bytes_of(p, n);
    *m = (struct manifest){0};
    if (take_u64(&in, &m->generation) && take_u64(&in, &m->next_segment) &&
        take_string(&in, &m->language) && take_string(&in, &m->fingerprint) &&
        take_flag(&in, &m->without_text) && take_copies(&in, m) && take_segments(&in, m) &&
        !bytes_left(&in))
        return BF_OK;
    manifest_free(m);
    return BF_ERR_DAMAGED;
}

int manifest_read(const char *dir, struct manifest *m, struct error *err)
{
    char *path = file_join(dir, MANIFEST_NAME);
    struct frame f = {0};
    *m = (struct manifest){0};
    int rc = frame_open(&f, path, FRAME_KIND('M', 'A', 'N', 'I'), err);
    if (!rc && (f.section_count != 1 || f.len > MAX_MANIFEST_BYTES))
        rc = frame_damaged(&f, NULL, "not the sections of a manifest", err);
    if (!rc)
        rc = frame_verify(&f, err);
    if (!rc && manifest_decode(f.sections[0].p, f.sections[0].len, m))
        rc = frame_damaged(&f, f.sections[0].p, "not a manifest", err);
    frame_close(&f);
    free(path);
    return rc;
}
