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

#include "common/base/mem.h"
#include "common/text/vocabulary.h"

/* A form, and the others of its term behind it. */
struct lexicon_form {
    const char *text; /* not terminated */
    uint32_t len;
    uint32_t term;
    uint32_t next; /* form + 1; 0: no more */
};

struct lexicon {
    struct vocabulary *terms;
    struct lexicon_form *forms;
    uint32_t count;
    size_t capacity;
    uint32_t *first_of; /* by term: its newest form + 1 */
    size_t first_capacity;
    struct arena arena; /* texts of forms that are not their terms */
};

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *l); /* NULL is fine */

/* The form's id; the next free one when this form of this term is new. */
uint32_t lexicon_add(struct lexicon *l, const char *term, size_t term_len, const char *form,
                     size_t form_len);

/* The bytes of a form, not terminated; they stay until the lexicon is freed. */
static inline const char *lexicon_form(const struct lexicon *l, uint32_t form, size_t *len)
{
    *len = l->forms[form].len;
    return l->forms[form].text;
}

static inline uint32_t lexicon_term_of(const struct lexicon *l, uint32_t form)
{
    return l->forms[form].term;
}

/* The bytes of the form's term, terminated. */
static inline const char *lexicon_term(const struct lexicon *l, uint32_t form, size_t *len)
{
    return vocabulary_term(l->terms, l->forms[form].term, len);
}

/* How many forms there are. */
static inline uint32_t lexicon_forms(const struct lexicon *l)
{
    return l->count;
}

size_t lexicon_bytes(const struct lexicon *l); /* all memory held */

#endif
