/*
 * segment_write.h - writing the files of one new segment.
 *
 * Articles first (their text goes to disk as it comes), then terms in byte
 * order, then finish:
 *
 *     segment_writer_begin
 *     segment_writer_add_article, segment_writer_add_sketch ...   numbers 0, 1, 2 ...
 *     segment_writer_begin_terms
 *         postings_writer_add(&w->lists, ...) ...; segment_writer_end_term ...
 *     segment_writer_finish, or at any time segment_writer_abandon
 *
 * Nothing of it is part of the index before a manifest names it.
 */
#ifndef INDEX_SEGMENT_WRITE_H
#define INDEX_SEGMENT_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/columns_write.h"
#include "common/index/dictionary_write.h"
#include "common/index/forms_write.h"
#include "common/index/manifest.h"
#include "common/index/postings_write.h"
#include "common/index/textfile_write.h"

struct segment_writer {
    char *dir;
    struct segment_entry entry;
    struct frame_writer files[SEGMENT_FILES];
    struct columns_writer columns;
    struct textfile_writer text;
    struct postings_writer lists;
    struct dictionary_writer dictionary;
    struct forms_writer forms;
    struct buf postings, positions; /* not yet handed to the files */
    struct buf sketches;
    bool open;
};

int segment_writer_begin(struct segment_writer *w, const char *dir, uint64_t number,
                         const unsigned char id[FRAME_ID_BYTES], struct error *err);

/* row->text_block and text_offset are set here. */
void segment_writer_add_article(struct segment_writer *w, struct column_row *row,
                                const void *record, size_t record_len);

/* The sketch of the article just added, encoded (sketch.h). */
void segment_writer_add_sketch(struct segment_writer *w, const void *sketch, size_t len);

int segment_writer_begin_terms(struct segment_writer *w, struct error *err);
/* The term whose articles were fed to w->lists; none fed means no entry. NULL
 * for a term that has no form but itself. */
void segment_writer_end_term(struct segment_writer *w, const char *term, size_t len,
                             const struct term_spellings *spellings);

/* Syncs and closes all files; *entry is what the manifest needs. On failure
 * nothing is left of the segment. */
int segment_writer_finish(struct segment_writer *w, struct segment_entry *entry, struct error *err);

/* Unlinks what has been written; does nothing after finish or before begin. */
void segment_writer_abandon(struct segment_writer *w);

#endif
