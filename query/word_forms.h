/*
 * word_forms.h - how an article writes its terms: "airspace" for airspac.
 *
 * Of several forms of a term the most frequent counts, of equally frequent ones
 * the one in small letters.
 */
#ifndef QUERY_WORD_FORMS_H
#define QUERY_WORD_FORMS_H

#include "common/base/mem.h"
#include "common/index/columns.h"
#include "common/text/analyzer.h"

struct word_form {
    struct text term, word;
};

struct word_forms {
    struct word_form *list; /* by term */
    size_t count;
};

/* All memory but the texts, which stay the caller's, is the arena's. */
void word_forms_of(const char *title, const char *body, size_t body_len, struct analyzer *analyzer,
                   struct arena *arena, struct word_forms *out);

/* Empty when the article does not have the term. */
struct text word_forms_find(const struct word_forms *forms, const char *term);

#endif
