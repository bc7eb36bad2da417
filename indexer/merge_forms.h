/*
 * merge_forms.h - the forms of one term from several segments as one list.
 *
 *     form_merge_start(&m, term, len);
 *     for each segment that has the term
 *         form_merge_source(&m, ...);
 *         for each of its articles: form_merge_take(&m, tf, stays);
 *     segment_writer_end_term(..., form_merge_end(&m));
 */
#ifndef INDEXER_MERGE_FORMS_H
#define INDEXER_MERGE_FORMS_H

#include <stdbool.h>

#include "common/base/mem.h"
#include "common/index/forms.h"
#include "common/index/forms_write.h"

/* An all-zero struct is ready. */
struct form_merge {
    const char *term;
    size_t term_len;
    struct form *forms; /* met so far; their texts are the arena's */
    size_t count, capacity;
    struct arena arena;
    uint32_t *numbers; /* of the occurrences that stay, in the order of `forms` */
    size_t used, numbers_capacity;
    struct form *sorted; /* those that are left */
    size_t sorted_capacity;
    struct term_spellings spellings;
    /* of the present segment */
    struct term_forms of_source;
    uint32_t *source_numbers, *places; /* of its occurrences; of its forms in `forms` */
    size_t source_capacity, places_capacity;
    uint64_t at, end; /* the next occurrence, and how many there are */
};
void form_merge_free(struct form_merge *m);

/* The term's bytes have to stay until form_merge_end. */
void form_merge_start(struct form_merge *m, const char *term, size_t len);
int form_merge_source(struct form_merge *m, struct forms_cursor *c, const struct term_info *info,
                      struct error *err);

/* The next tf occurrences, of an article that stays or goes. False when the
 * term does not have as many. */
bool form_merge_take(struct form_merge *m, uint32_t tf, bool stays);

/* What is left; valid until the next start. */
const struct term_spellings *form_merge_end(struct form_merge *m);

#endif
