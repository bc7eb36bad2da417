/* dictionary_write.c - front coding, a group at a time. */
#include "common/index/dictionary_write.h"

#include "common/index/dictionary.h"

#define FLUSH_BYTES 65536

void dictionary_writer_init(struct dictionary_writer *w, struct frame_writer *file)
{
    *w = (struct dictionary_writer){.file = file};
    frame_section(file);
}

static void flush_entries(struct dictionary_writer *w)
{
    frame_write(w->file, w->entries.data, w->entries.len);
    w->entries_bytes += w->entries.len;
    w->entries.len = 0;
}

static void start_group(struct dictionary_writer *w, const char *term, size_t len)
{
    buf_u64(&w->index, w->entries_bytes + w->entries.len);
    buf_u64(&w->index, w->postings_at);
    buf_u64(&w->index, w->positions_at);
    buf_u32(&w->index, (uint32_t)w->keys.len);
    buf_add(&w->keys, term, len);
    w->last.len = 0;
}

static size_t shared_prefix(const struct buf *last, const char *term, size_t len)
{
    size_t n = 0;
    while (n < last->len && n < len && last->data[n] == (unsigned char)term[n])
        n++;
    return n;
}

static void put_lengths(struct buf *out, size_t shared, size_t more)
{
    size_t high = shared < DICTIONARY_LONG ? shared : DICTIONARY_LONG;
    size_t low = more < DICTIONARY_LONG ? more : DICTIONARY_LONG;
    buf_putc(out, (int)(high << 4 | low));
    if (high == DICTIONARY_LONG)
        buf_varint(out, shared - DICTIONARY_LONG);
    if (low == DICTIONARY_LONG)
        buf_varint(out, more - DICTIONARY_LONG);
}

static void put_info(struct buf *out, const struct term_info *info)
{
    bool repeated = info->cf > info->df;
    buf_varint(out, ((uint64_t)info->df - 1) * 2 + repeated);
    if (repeated)
        buf_varint(out, info->cf - info->df);
    if (info->df > 1) {
        buf_varint(out, info->postings_bytes);
        buf_varint(out, info->positions_bytes);
        return;
    }
    buf_varint(out, info->single_doc);
    buf_varint(out, info->cf == 1 ? info->single_position : info->positions_bytes);
}

void dictionary_writer_add(struct dictionary_writer *w, const char *term, size_t len,
                           const struct term_info *info)
{
    if (w->entries.len >= FLUSH_BYTES)
        flush_entries(w);
    if (w->count++ % DICTIONARY_GROUP == 0)
        start_group(w, term, len);
    size_t shared = shared_prefix(&w->last, term, len);
    put_lengths(&w->entries, shared, len - shared);
    buf_add(&w->entries, term + shared, len - shared);
    put_info(&w->entries, info);
    w->last.len = 0;
    buf_add(&w->last, term, len);
    w->postings_at += info->postings_bytes;
    w->positions_at += info->positions_bytes;
}

void dictionary_writer_finish(struct dictionary_writer *w)
{
    flush_entries(w);
    frame_put_section(w->file, w->index.data, w->index.len);
    frame_put_section(w->file, w->keys.data, w->keys.len);
    struct buf count = {0};
    buf_u32(&count, w->count);
    frame_put_section(w->file, count.data, count.len);
    buf_free(&count);
}

void dictionary_writer_free(struct dictionary_writer *w)
{
    buf_free(&w->entries);
    buf_free(&w->index);
    buf_free(&w->keys);
    buf_free(&w->last);
}
