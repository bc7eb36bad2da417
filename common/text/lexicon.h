/*
 * lexicon.h - the terms met so far and the forms they were met in, each
 * numbered 0, 1, 2 ... as they came.
 *
 * A form belongs to one term; the same spelling under two terms is two forms.
 * A text is a sequence of forms, from which its terms are known:
 *
 *     text     The markets marketed their market.
 *     forms    the markets marketed their market
 *     terms    the market  market   their market
 *
 * Not for two threads at once.
 */
#ifndef TEXT_LEXICON_H
#define TEXT_LEXICON_H

#include <stddef.h>
#include <stdint.h>

#include "common/text/vocabulary.h"

struct lexicon {
    struct vocabulary *terms;
    struct vocabulary *forms; /* each behind the four bytes of its term's id */
    uint32_t *term_of;        /* by form */
    size_t capacity;
};

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *l); /* NULL is fine */

/* The form's id; the next free one when this form of this term is new. */
uint32_t lexicon_add(struct lexicon *l, const char *term, size_t term_len, const char *form,
                     size_t form_len);

/* The bytes of a form; they stay until the lexicon is freed. */
const char *lexicon_form(const struct lexicon *l, uint32_t form, size_t *len);

/* The bytes of the form's term. */
const char *lexicon_term(const struct lexicon *l, uint32_t form, size_t *len);

static inline uint32_t lexicon_forms(const struct lexicon *l)
{
    return vocabulary_count(l->forms);
}

size_t lexicon_bytes(const struct lexicon *l); /* all memory held */

#endif
