/* forms_write.h - writing a segment's forms; forms.h has the layout. */
#ifndef INDEX_FORMS_WRITE_H
#define INDEX_FORMS_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/io/frame_write.h"

/* A form that some of a term's occurrences have. */
struct form {
    const char *text;
    size_t len;
    uint64_t count; /* of occurrences, 1 or more */
};

/* To sort by: as forms are numbered. */
int compare_forms(const struct form *a, const struct form *b);

/* The forms of a term, as they are numbered, and the number of each of its
 * occurrences; NULL when it has one form. */
struct term_spellings {
    const struct form *forms;
    uint32_t count;
    const uint32_t *numbers;
};

struct forms_writer {
    struct frame_writer *file;
    uint32_t entries, last_ordinal;
    struct buf index, numbers;
    uint64_t entries_bytes; /* handed to the file */
    struct buf pending;
};

/* Starts section 0 of the file. */
void forms_writer_init(struct forms_writer *w, struct frame_writer *file);
void forms_writer_free(struct forms_writer *w);

/* For each term in the order of the dictionary, but not necessarily for one
 * that has no form but itself. */
void forms_writer_add(struct forms_writer *w, uint32_t ordinal, const char *term, size_t len,
                      uint64_t cf, const struct term_spellings *spellings);

void forms_writer_finish(struct forms_writer *w);

#endif
