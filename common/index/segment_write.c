/* segment_write.c - six files, one writer each, closed together. */
#include "common/index/segment_write.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/io/file.h"

#define FLUSH_BYTES 65536

static const uint32_t file_kinds[SEGMENT_FILES] = {
    [FILE_TERMS] = FRAME_KIND('T', 'E', 'R', 'M'),
    [FILE_POSTINGS] = FRAME_KIND('P', 'O', 'S', 'T'),
    [FILE_POSITIONS] = FRAME_KIND('P', 'O', 'S', 'N'),
    [FILE_FORMS] = FRAME_KIND('F', 'O', 'R', 'M'),
    [FILE_COLUMNS] = FRAME_KIND('C', 'O', 'L', 'S'),
    [FILE_TEXT] = FRAME_KIND('T', 'E', 'X', 'T'),
    [FILE_SKETCHES] = FRAME_KIND('S', 'K', 'E', 'T'),
};

static int open_file(struct segment_writer *w, enum segment_file which, struct error *err)
{
    char name[FILE_NAME_BYTES];
    segment_file_name(w->entry.number, which, name);
    char *path = file_join(w->dir, name);
    int rc = frame_writer_open(&w->files[which], path, file_kinds[which], w->entry.id, err);
    free(path);
    return rc;
}

int segment_writer_begin(struct segment_writer *w, const char *dir, uint64_t number,
                         const unsigned char id[FRAME_ID_BYTES], struct error *err)
{
    *w = (struct segment_writer){.dir = mem_strdup(dir), .entry.number = number, .open = true};
    memcpy(w->entry.id, id, FRAME_ID_BYTES);
    columns_writer_init(&w->columns);
    int rc = open_file(w, FILE_TEXT, err);
    if (rc)
        segment_writer_abandon(w);
    else
        textfile_writer_init(&w->text, &w->files[FILE_TEXT]);
    return rc;
}

void segment_writer_add_article(struct segment_writer *w, struct column_row *row,
                                const void *record, size_t record_len)
{
    textfile_writer_add(&w->text, record, record_len, &row->text_block, &row->text_offset);
    columns_writer_add(&w->columns, row);
}

void segment_writer_add_sketch(struct segment_writer *w, const void *sketch, size_t len)
{
    buf_add(&w->sketches, sketch, len);
}

int segment_writer_begin_terms(struct segment_writer *w, struct error *err)
{
    int rc = open_file(w, FILE_TERMS, err);
    if (!rc)
        rc = open_file(w, FILE_POSTINGS, err);
    if (!rc)
        rc = open_file(w, FILE_POSITIONS, err);
    if (!rc)
        rc = open_file(w, FILE_FORMS, err);
    if (rc) {
        segment_writer_abandon(w);
        return rc;
    }
    postings_writer_init(&w->lists, columns_writer_lengths(&w->columns));
    dictionary_writer_init(&w->dictionary, &w->files[FILE_TERMS]);
    forms_writer_init(&w->forms, &w->files[FILE_FORMS]);
    frame_section(&w->files[FILE_POSTINGS]);
    frame_section(&w->files[FILE_POSITIONS]);
    return BF_OK;
}

static void flush(struct buf *b, struct frame_writer *file)
{
    frame_write(file, b->data, b->len);
    b->len = 0;
}

void segment_writer_end_term(struct segment_writer *w, const char *term, size_t len,
                             const struct term_spellings *spellings)
{
    if (!w->lists.n)
        return;
    struct term_info info;
    postings_writer_finish(&w->lists, &w->postings, &w->positions, &info);
    if (spellings)
        forms_writer_add(&w->forms, w->dictionary.count, term, len, info.cf, spellings);
    dictionary_writer_add(&w->dictionary, term, len, &info);
    if (w->postings.len >= FLUSH_BYTES)
        flush(&w->postings, &w->files[FILE_POSTINGS]);
    if (w->positions.len >= FLUSH_BYTES)
        flush(&w->positions, &w->files[FILE_POSITIONS]);
}

static void release(struct segment_writer *w)
{
    columns_writer_free(&w->columns);
    textfile_writer_free(&w->text);
    postings_writer_free(&w->lists);
    dictionary_writer_free(&w->dictionary);
    forms_writer_free(&w->forms);
    buf_free(&w->postings);
    buf_free(&w->positions);
    buf_free(&w->sketches);
    free(w->dir);
    *w = (struct segment_writer){0};
}

static void unlink_finished(struct segment_writer *w, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char name[FILE_NAME_BYTES];
        segment_file_name(w->entry.number, i, name);
        char *path = file_join(w->dir, name);
        file_calls.unlink(path);
        free(path);
    }
}

static int finish_files(struct segment_writer *w, struct error *err)
{
    for (unsigned i = 0; i < SEGMENT_FILES; i++) {
        struct file_entry *f = &w->entry.files[i];
        int rc = frame_writer_finish(&w->files[i], &f->length, &f->crc, err);
        if (rc) {
            unlink_finished(w, i);
            return rc;
        }
    }
    return BF_OK;
}

int segment_writer_finish(struct segment_writer *w, struct segment_entry *entry, struct error *err)
{
    int rc = open_file(w, FILE_COLUMNS, err);
    if (!rc)
        rc = open_file(w, FILE_SKETCHES, err);
    if (rc) {
        segment_writer_abandon(w);
        return rc;
    }
    columns_writer_finish(&w->columns, &w->files[FILE_COLUMNS]);
    frame_put_section(&w->files[FILE_SKETCHES], w->sketches.data, w->sketches.len);
    textfile_writer_finish(&w->text);
    dictionary_writer_finish(&w->dictionary);
    forms_writer_finish(&w->forms);
    flush(&w->postings, &w->files[FILE_POSTINGS]);
    flush(&w->positions, &w->files[FILE_POSITIONS]);
    w->entry.docs = w->columns.docs;
    w->entry.terms = w->dictionary.count;
    w->entry.tokens = w->columns.tokens;
    w->entry.lead_tokens = w->columns.lead_tokens;
    rc = finish_files(w, err);
    if (!rc)
        *entry = w->entry;
    for (int i = 0; i < SEGMENT_FILES; i++)
        frame_writer_abandon(&w->files[i]);
    release(w);
    return rc;
}

void segment_writer_abandon(struct segment_writer *w)
{
    if (!w->open)
        return;
    for (int i = 0; i < SEGMENT_FILES; i++)
        frame_writer_abandon(&w->files[i]);
    release(w);
}
