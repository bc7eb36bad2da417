/*
 * check_forms.h - the forms of each term, beside a walk over the dictionary;
 * only for check_terms.c.
 */
#ifndef INDEX_CHECK_FORMS_H
#define INDEX_CHECK_FORMS_H

#include "common/index/check_lists.h"
#include "common/index/columns.h"
#include "common/index/forms.h"

struct form_check {
    const struct forms *f;
    struct forms_cursor cursor;
    struct term_forms forms;
    uint32_t *numbers;
    uint64_t *counts; /* by form */
    uint64_t *hashes; /* by form */
    size_t number_capacity, count_capacity, hash_capacity;
    uint64_t entries_at, numbers_at; /* where the next entry and numbers have to start */
};

void form_check_init(struct form_check *c, const struct forms *f);
void form_check_free(struct form_check *c);

/* The next term's: that they are different, in their order, each met, written
 * as shortly as possible, and that there is an entry only where one is needed. */
int form_check_term(struct form_check *c, struct text term, const struct term_info *info,
                    struct error *err);

/* Takes the marks of the term's forms off the sums of the articles where it stands. */
void form_check_places(struct form_check *c, const struct list_check *l);

/* Behind the last term: that nothing is left over. */
int form_check_end(const struct form_check *c, struct error *err);

#endif
