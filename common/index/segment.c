/* segment.c - the files of one segment must be exactly those that the manifest means. */
#include "common/index/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/file.h"

const struct frame *segment_frame(const struct segment *s, enum segment_file which)
{
    switch (which) {
    case FILE_TERMS:
        return &s->dictionary.frame;
    case FILE_POSTINGS:
        return &s->postings;
    case FILE_POSITIONS:
        return &s->positions;
    case FILE_FORMS:
        return &s->forms.frame;
    case FILE_COLUMNS:
        return &s->columns.frame;
    case FILE_TEXT:
        return &s->text.frame;
    default:
        return &s->sketches;
    }
}

static int check_entry(const struct frame *f, const struct file_entry *file,
                       const unsigned char id[FRAME_ID_BYTES], struct error *err)
{
    if (f->len != file->length || f->crc != file->crc || memcmp(f->id, id, FRAME_ID_BYTES) != 0)
        return frame_damaged(f, f->map, "not the file that the manifest names", err);
    return BF_OK;
}

static int open_lists(struct frame *f, const char *path, uint32_t kind, struct error *err)
{
    int rc = frame_open(f, path, kind, err);
    if (!rc && f->section_count != 1) {
        rc = frame_damaged(f, NULL, "not the sections of a list file", err);
        frame_close(f);
    }
    return rc;
}

static int open_file(struct segment *s, const char *dir, enum segment_file which, struct error *err)
{
    char name[FILE_NAME_BYTES];
    segment_file_name(s->entry.number, which, name);
    char *path = file_join(dir, name);
    int rc = BF_OK;
    switch (which) {
    case FILE_TERMS:
        rc = dictionary_open(&s->dictionary, path, err);
        break;
    case FILE_POSTINGS:
        rc = open_lists(&s->postings, path, FRAME_KIND('P', 'O', 'S', 'T'), err);
        break;
    case FILE_POSITIONS:
        rc = open_lists(&s->positions, path, FRAME_KIND('P', 'O', 'S', 'N'), err);
        break;
    case FILE_FORMS:
        rc = forms_open(&s->forms, path, err);
        break;
    case FILE_COLUMNS:
        rc = columns_open(&s->columns, path, err);
        break;
    case FILE_TEXT:
        rc = textfile_open(&s->text, path, err);
        break;
    default:
        rc = sketch_file_open(&s->sketches, path, err);
        break;
    }
    free(path);
    return rc ? rc : check_entry(segment_frame(s, which), &s->entry.files[which], s->entry.id, err);
}

/* Readers make room for as many live articles as the manifest says. */
static int check_deleted(const struct segment *s, struct error *err)
{
    const struct section *bitmap = &s->deletes.frame.sections[0];
    uint32_t deleted = 0;
    for (size_t i = 0; i < bitmap->len; i++)
        deleted += (uint32_t)__builtin_popcount(bitmap->p[i]);
    if (deleted == s->entry.deleted_docs)
        return BF_OK;
    char what[96];
    snprintf(what, sizeof what, "%u deleted articles, but the manifest says %u", deleted,
             s->entry.deleted_docs);
    return frame_damaged(&s->deletes.frame, NULL, what, err);
}

static int open_deletes(struct segment *s, const char *dir, struct error *err)
{
    char name[FILE_NAME_BYTES];
    deletes_file_name(s->entry.number, s->entry.deletes_generation, name);
    char *path = file_join(dir, name);
    int rc = deletes_open(&s->deletes, path, s->entry.docs, err);
    free(path);
    if (!rc)
        rc = check_entry(&s->deletes.frame, &s->entry.deletes_file, s->entry.id, err);
    return rc ? rc : check_deleted(s, err);
}

int segment_open(struct segment *s, const char *dir, const struct segment_entry *entry,
                 struct error *err)
{
    *s = (struct segment){.entry = *entry};
    int rc = BF_OK;
    for (unsigned i = 0; i < SEGMENT_FILES && !rc; i++)
        rc = open_file(s, dir, i, err);
    if (!rc && entry->deletes_generation)
        rc = open_deletes(s, dir, err);
    if (!rc && (s->columns.docs != entry->docs || s->dictionary.terms != entry->terms))
        rc = frame_damaged(&s->columns.frame, NULL, "counts differ from the manifest's", err);
    if (rc)
        segment_close(s);
    return rc;
}

void segment_close(struct segment *s)
{
    dictionary_close(&s->dictionary);
    frame_close(&s->postings);
    frame_close(&s->positions);
    forms_close(&s->forms);
    columns_close(&s->columns);
    textfile_close(&s->text);
    frame_close(&s->sketches);
    deletes_close(&s->deletes);
}

void segment_live_counts(const struct segment *s, const struct term_info *info, uint32_t *df,
                         uint64_t *cf)
{
    uint32_t less_df, less_cf;
    deletes_term(&s->deletes, info->ordinal, &less_df, &less_cf);
    *df = info->df - (less_df < info->df ? less_df : info->df);
    *cf = info->cf - (less_cf < info->cf ? less_cf : info->cf);
}
