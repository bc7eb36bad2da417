/*
 * doc_languages.h - the articles that are in another language than the index,
 * and which terms are stop words there.
 *
 * An article does not ask for similar readings by the stop words of its own
 * language (article_terms.h); here that is known of all articles at once.
 */
#ifndef QUERY_DOC_LANGUAGES_H
#define QUERY_DOC_LANGUAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/snapshot.h"
#include "common/text/analyzer.h"

#define MOST_DOC_LANGUAGES 255 /* others than the index's; any further one counts as its */

/* All zero: every article is in the language of the index. */
struct doc_languages {
    uint8_t *of_doc;             /* by global number: 0, or a language's number + 1; or NULL */
    struct analyzer **analyzers; /* by language */
    uint64_t **stops;            /* by language and term, a bit */
    unsigned count;
};

/* The analyzer is the index's, and has those of the other languages made. */
int doc_languages_find(struct doc_languages *l, const struct snapshot *s, struct analyzer *analyzer,
                       struct error *err);
void doc_languages_free(struct doc_languages *l);

/* Room for the stop words among so many terms, and one of them. */
void doc_languages_start(struct doc_languages *l, uint32_t terms);
void doc_languages_term(struct doc_languages *l, uint32_t number, const char *term, size_t len);

static inline bool doc_languages_stops(const struct doc_languages *l, uint32_t doc, uint32_t term)
{
    return l->of_doc && l->of_doc[doc] &&
           (l->stops[l->of_doc[doc] - 1][term / 64] >> term % 64 & 1);
}

#endif
