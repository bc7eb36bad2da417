/*
 * article_terms.h - the terms of a few articles.
 *
 * What the archive's matrix (archive_matrix.h) has of every article, made for
 * those that one list needs: each term with its tf' (term_weights.h), stop words
 * and terms of one character left out. Articles that are to be compared are
 * numbered together. All memory is the arena's.
 */
#ifndef QUERY_ARTICLE_TERMS_H
#define QUERY_ARTICLE_TERMS_H

#include "common/base/mem.h"
#include "common/index/snapshot.h"
#include "common/text/analyzer.h"
#include "query/asked.h"
#include "query/term_weights.h"

struct term_text {
    const char *p; /* terminated */
    size_t len;
};

struct article_terms {
    struct article_term *terms; /* in byte order; numbered by term_set_join */
    struct term_text *texts;    /* of each */
    uint32_t *asked;            /* tf' of each in what the article asks for; NULL: the same */
    size_t count;
    uint8_t length_code; /* of len': tokens, and those of title and lead once more */
};

/* `without` is what the article does not ask for, or NULL. `analyzer` is that of the article's
 * language, `index` that of the archive: the archive's stop words are left out, and by those of
 * its own language the article does not ask. */
void article_terms_of(const char *title, const char *body, size_t body_len,
                      const struct body_parts *without, struct analyzer *analyzer,
                      const struct analyzer *index, struct arena *arena, struct article_terms *out);

/* The same of n articles of the archive from the postings, for an index without
 * text. All terms of their segments are walked, so this takes time by the number
 * of terms, not by the articles' length: 40 ms among 77,002 articles with 257,374 terms. */
int article_terms_of_postings(const struct snapshot *s, const uint32_t *docs, size_t n,
                              const struct analyzer *analyzer, struct arena *arena,
                              struct article_terms *out, struct error *err);

/* The different terms of several articles, in byte order, with what the
 * archive knows of them. */
struct term_set {
    struct term_text *texts;
    size_t count;
    struct term_statistics statistics;
};

/* Numbers the terms of all n articles; the set is the arena's. */
int term_set_join(struct article_terms *const *articles, size_t n, const struct snapshot *s,
                  struct arena *arena, struct term_set *set, struct error *err);

#endif
