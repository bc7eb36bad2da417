/* dictionary_write.h - writing a segment's terms (dictionary.h has the layout). */
#ifndef INDEX_DICTIONARY_WRITE_H
#define INDEX_DICTIONARY_WRITE_H

#include <stddef.h>

#include "common/base/buf.h"
#include "common/index/term_info.h"
#include "common/io/frame_write.h"

struct dictionary_writer {
    struct frame_writer *file; /* the terms file; its first section is being written */
    struct buf entries;        /* not yet handed to the file */
    struct buf index;
    struct buf keys;
    struct buf last; /* the term before */
    uint32_t count;
    uint64_t entries_bytes, postings_at, positions_at;
};

/* `file` has been opened; the dictionary writes all its sections. */
void dictionary_writer_init(struct dictionary_writer *w, struct frame_writer *file);

/* The next term in byte order. info's lists follow those of the term before. */
void dictionary_writer_add(struct dictionary_writer *w, const char *term, size_t len,
                           const struct term_info *info);

/* Writes what remains; the file is then ready for frame_writer_finish. */
void dictionary_writer_finish(struct dictionary_writer *w);
void dictionary_writer_free(struct dictionary_writer *w);

#endif
