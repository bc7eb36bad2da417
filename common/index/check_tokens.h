/*
 * check_tokens.h - whether the lists and forms are those of the text; only for check*.c.
 *
 * The tokens of an article are known twice: from its text, analysed again, and from the
 * lists. A token is its term, its form and its position; to each belongs a mark, and the
 * text's marks less the lists' add up to 0 in whatever order they come. Sums of terms and
 * of forms are kept apart, so that the right file is named.
 */
#ifndef INDEX_CHECK_TOKENS_H
#define INDEX_CHECK_TOKENS_H

#include "common/base/hash.h"
#include "common/index/segment.h"
#include "common/text/lexicon.h"

struct token_hash {
    uint64_t term, form;
};

struct token_sums {
    struct token_hash *of;     /* by article; NULL: there is no text to compare with */
    struct token_hash *hashes; /* by form of the lexicon */
    size_t hashed, capacity;
};

/* Until this is called, nothing is compared. */
void token_sums_init(struct token_sums *t, uint32_t docs);
void token_sums_free(struct token_sums *t); /* accepts a zeroed struct */

/* What the text of an article has: forms of the lexicon, of which the first are the title's. */
void token_sums_add(struct token_sums *t, uint32_t doc, const struct lexicon *l,
                    const uint32_t *ids, size_t title_tokens, size_t tokens);

static inline uint64_t token_term_hash(const char *term, size_t len)
{
    return hash64(term, len, 0);
}

static inline uint64_t token_form_hash(uint64_t term, const char *form, size_t len)
{
    return hash64(form, len, ~term);
}

/* Neighbouring positions must not cancel out. */
static inline uint64_t token_mark(uint64_t hash, uint32_t position)
{
    uint64_t x = hash ^ position * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 32;
}

/* Behind the last list: BF_OK, or damage of the segment's postings or forms. */
int token_sums_check(const struct token_sums *t, const struct segment *s, struct error *err);

#endif
