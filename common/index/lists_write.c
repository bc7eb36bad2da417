/* lists_write.c - the sections in memory, then one file. */
#include <stdlib.h>
#include <string.h>

#include "common/index/lists.h"
#include "common/io/fault.h"
#include "common/io/file.h"
#include "common/io/frame_write.h"

static void put_double(struct buf *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    buf_u64(out, bits);
}

void lists_writer_init(struct lists_writer *w, const struct lists_settings *s,
                       const char *fingerprint)
{
    *w = (struct lists_writer){0};
    struct buf *out = &w->sections[LISTS_SETTINGS];
    buf_u64(out, s->docs);
    buf_u64(out, s->tokens);
    buf_u64(out, s->lead_tokens);
    put_double(out, s->k1);
    put_double(out, s->b);
    put_double(out, s->threshold);
    put_double(out, s->window_days);
    buf_u32(out, s->n);
    buf_u32(out, s->terms);
    buf_u32(out, s->most_of_source);
    buf_u32(out, (uint32_t)(s->feedback | s->keep_copies << 1 | s->same_category << 2 |
                            s->other_category << 3 | s->diverse << 4));
    buf_counted(out, fingerprint, strlen(fingerprint));
}

void lists_writer_free(struct lists_writer *w)
{
    for (int i = 0; i < LISTS_SECTIONS; i++)
        buf_free(&w->sections[i]);
}

void lists_writer_add_article(struct lists_writer *w, const char *id, size_t id_len, uint64_t hash,
                              const struct lists_article *article)
{
    uint32_t least_weight;
    memcpy(&least_weight, &article->least_weight, sizeof least_weight);
    buf_u64(&w->sections[LISTS_HASHES], hash);
    buf_u64(&w->sections[LISTS_ID_OFFSETS], w->sections[LISTS_IDS].len);
    buf_add(&w->sections[LISTS_IDS], id, id_len);
    buf_u32(&w->sections[LISTS_ARTICLES], article->self_units);
    buf_u32(&w->sections[LISTS_ARTICLES], article->own_copies);
    buf_u32(&w->sections[LISTS_ARTICLES], article->leader);
    buf_u32(&w->sections[LISTS_ARTICLES], least_weight);
    buf_u64(&w->sections[LISTS_ITEM_OFFSETS], w->sections[LISTS_ITEMS].len / 12);
    buf_u64(&w->sections[LISTS_LEARNED_OFFSETS], w->sections[LISTS_LEARNED].len / 8);
}

void lists_writer_add_item(struct lists_writer *w, const struct lists_item *item)
{
    buf_u32(&w->sections[LISTS_ITEMS], item->article);
    buf_u32(&w->sections[LISTS_ITEMS], item->units);
    buf_u32(&w->sections[LISTS_ITEMS], item->copies);
}

void lists_writer_add_learned(struct lists_writer *w, const struct lists_item *item)
{
    buf_u32(&w->sections[LISTS_LEARNED], item->article);
    buf_u32(&w->sections[LISTS_LEARNED], item->units);
}

void lists_writer_add_term(struct lists_writer *w, const char *term, size_t len, uint32_t df)
{
    buf_counted(&w->sections[LISTS_TERMS], term, len);
    buf_varint(&w->sections[LISTS_TERMS], df);
}

static int write_file(struct lists_writer *w, const char *path, struct error *err)
{
    static const unsigned char no_id[FRAME_ID_BYTES];
    struct frame_writer file;
    uint64_t length;
    uint32_t crc;
    file_calls.unlink(path); /* what a crash may have left */
    int rc = frame_writer_open(&file, path, FRAME_KIND('L', 'I', 'S', 'T'), no_id, err);
    if (rc)
        return rc;
    buf_u64(&w->sections[LISTS_ID_OFFSETS], w->sections[LISTS_IDS].len);
    buf_u64(&w->sections[LISTS_ITEM_OFFSETS], w->sections[LISTS_ITEMS].len / 12);
    buf_u64(&w->sections[LISTS_LEARNED_OFFSETS], w->sections[LISTS_LEARNED].len / 8);
    for (int i = 0; i < LISTS_SECTIONS; i++)
        frame_put_section(&file, w->sections[i].data, w->sections[i].len);
    return frame_writer_finish(&file, &length, &crc, err);
}

static char *beside(const char *path, const char *ending)
{
    struct buf name = {0};
    buf_puts(&name, path);
    buf_puts(&name, ending);
    buf_text(&name);
    return (char *)name.data;
}

int lists_writer_save(struct lists_writer *w, const char *path, struct error *err)
{
    char *temp = beside(path, ".tmp"), *directory = file_parent(path);
    fault_check(); /* what the lists were made of */
    int rc = write_file(w, temp, err);
    if (!rc)
        rc = file_replace(temp, path, err);
    if (!rc)
        rc = file_sync_directory(directory, err);
    free(temp);
    free(directory);
    return rc;
}
