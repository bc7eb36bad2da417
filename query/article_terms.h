/*
 * article_terms.h - the terms of an indexed article, read back from the postings.
 *
 * For an index without text: there the article cannot be analysed again. All
 * terms of its segment are walked and each list is asked for the article, so
 * this takes time by the number of terms, not by the article's length: 40 ms
 * for one of 77,002 articles with 257,374 terms.
 */
#ifndef QUERY_ARTICLE_TERMS_H
#define QUERY_ARTICLE_TERMS_H

#include "common/base/mem.h"
#include "common/index/snapshot.h"
#include "common/text/analyzer.h"

struct article_term {
    const char *text; /* terminated */
    size_t len;
    uint32_t tf; /* tf' as term_weights.h has it, not yet limited */
};

struct article_terms {
    struct article_term *list; /* in byte order */
    size_t count, capacity;
};

/* Adds the article's terms but stop words and terms of one character. The
 * bytes are the arena's; the list is the caller's to free. */
int article_terms_read(const struct snapshot *s, uint32_t doc, const struct analyzer *analyzer,
                       struct arena *arena, struct article_terms *out, struct error *err);

#endif
