/*
 * forms.h - in which form each occurrence of a term stands: layout and reading.
 *
 * A form is a word as the text spells it, but for case, accents and what an
 * apostrophe adds: not stemmed (lexicon.h). The forms of a term are numbered
 * from the most frequent one in the segment down, and in byte order where
 * they are equally frequent.
 *
 * Kind "FORM". A term whose only form is the term itself has no entry.
 *
 *   section 0, entries, back to back, in the order of the terms, in groups of 32:
 *       varint  the term's ordinal less that of the entry before, less 1; the
 *               first entry of a group: 0
 *       varint  number of forms, 1 or more; for each:
 *           varint  bytes shared with the beginning of the term
 *           varint  bytes that follow
 *           bytes
 *       two forms or more: varint bytes of the numbers
 *   section 1, a record of 20 bytes for each group:
 *       4 ordinal of the term of its first entry
 *       8 where its entries start in section 0
 *       8 where the first numbers of its terms start in section 2
 *   section 2, numbers: of each occurrence of a term, in the order of its
 *       articles and their positions, the number of its form; pfor.h, 128 at a
 *       time, the last ones fewer
 *   section 3, 4 bytes: number of entries
 */
#ifndef INDEX_FORMS_H
#define INDEX_FORMS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/codec/bitpack.h"
#include "common/index/term_info.h"
#include "common/io/frame.h"

#define FORMS_GROUP        32
#define FORMS_RECORD_BYTES 20

struct forms {
    struct frame frame;
    uint32_t entries;
    uint32_t groups;
};

int forms_open(struct forms *f, const char *path, struct error *err);
void forms_close(struct forms *f); /* accepts a zeroed struct */

/* The forms of one term. An all-zero struct holds none. */
struct term_forms {
    uint32_t count;   /* 1 or more */
    struct buf texts; /* one behind the other */
    uint32_t *ends;   /* where each ends in texts */
    size_t capacity;
    const unsigned char *numbers, *numbers_end; /* in the mapped file */
};
void term_forms_free(struct term_forms *t);

static inline const char *term_forms_text(const struct term_forms *t, uint32_t number, size_t *len)
{
    uint32_t start = number ? t->ends[number - 1] : 0;
    *len = t->ends[number] - start;
    return (const char *)t->texts.data + start;
}

/* The number of a form, or count when the term does not have it. */
uint32_t term_forms_find(const struct term_forms *t, const char *form, size_t len);

/* Sets *out to the term's forms; where it has no entry, to the term itself. */
int forms_find(const struct forms *f, const struct term_info *info, const char *term, size_t len,
               struct term_forms *out, struct error *err);

/* How many numbers an array needs room for that takes those of cf occurrences. */
static inline size_t forms_room(uint64_t cf)
{
    return (size_t)cf + BLOCK_LEN;
}

/* Reads the number of each of the term's cf occurrences; zeros when it has one
 * form. `out` has room for forms_room(cf). */
int forms_read_numbers(const struct forms *f, const struct term_forms *t, uint64_t cf,
                       uint32_t *out, struct error *err);

/* Goes through the entries beside a walk over the dictionary: as forms_find,
 * for terms with ascending ordinals. */
struct forms_cursor {
    const struct forms *f;
    struct bytes in;  /* the rest of the present group */
    uint32_t next;    /* number of the next entry */
    uint32_t ordinal; /* of its term, once it is known */
    bool known;
    uint64_t numbers_at;
};
void forms_start(const struct forms *f, struct forms_cursor *c);
int forms_next(struct forms_cursor *c, const struct term_info *info, const char *term, size_t len,
               struct term_forms *out, struct error *err);

#endif
