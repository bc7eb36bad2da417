/*
 * segment.h - an immutable part of the index, open for reading.
 *
 * Articles of a segment are numbered from 0. Several threads may read one
 * segment at once.
 */
#ifndef INDEX_SEGMENT_H
#define INDEX_SEGMENT_H

#include <stdint.h>

#include "common/base/error.h"
#include "common/index/columns.h"
#include "common/index/deletes.h"
#include "common/index/dictionary.h"
#include "common/index/forms.h"
#include "common/index/manifest.h"
#include "common/index/postings.h"
#include "common/index/sketch_file.h"
#include "common/index/textfile.h"

struct segment {
    struct segment_entry entry;
    struct dictionary dictionary;
    struct frame postings;
    struct frame positions;
    struct forms forms;
    struct columns columns;
    struct textfile text;
    struct frame sketches;
    struct deletes deletes;
};

/* Opens all files of the segment in `dir` and compares them with the entry. */
int segment_open(struct segment *s, const char *dir, const struct segment_entry *entry,
                 struct error *err);
void segment_close(struct segment *s); /* accepts a zeroed struct */

/* The file's frame. */
const struct frame *segment_frame(const struct segment *s, enum segment_file which);

static inline uint32_t segment_live_docs(const struct segment *s)
{
    return s->entry.docs - s->entry.deleted_docs;
}

/* A term's list; the dictionary's info as dictionary_find or a cursor gave it. */
static inline int segment_postings(const struct segment *s, const struct term_info *info,
                                   struct postings *p, struct error *err)
{
    return postings_open(p, &s->postings, &s->positions, info, s->entry.docs, err);
}

/* df and cf without the deleted articles. */
void segment_live_counts(const struct segment *s, const struct term_info *info, uint32_t *df,
                         uint64_t *cf);

#endif
