/* check_tokens.c - adding the text's marks, and judging what the lists have left of them. */
#include "common/index/check_tokens.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/check_parts.h"
#include "common/index/limits.h"

void token_sums_init(struct token_sums *t, uint32_t docs)
{
    *t = (struct token_sums){.of = mem_zalloc((size_t)docs + 1, sizeof *t->of)};
}

void token_sums_free(struct token_sums *t)
{
    free(t->of);
    free(t->hashes);
    *t = (struct token_sums){0};
}

/* The hashes of the forms that have come since. */
static void learn(struct token_sums *t, const struct lexicon *l)
{
    mem_grow(t->hashes, &t->capacity, lexicon_forms(l));
    for (; t->hashed < lexicon_forms(l); t->hashed++) {
        size_t term_len, form_len;
        const char *term = lexicon_term(l, (uint32_t)t->hashed, &term_len);
        const char *form = lexicon_form(l, (uint32_t)t->hashed, &form_len);
        uint64_t hash = token_term_hash(term, term_len);
        t->hashes[t->hashed] = (struct token_hash){hash, token_form_hash(hash, form, form_len)};
    }
}

void token_sums_add(struct token_sums *t, uint32_t doc, const struct lexicon *l,
                    const uint32_t *ids, size_t title_tokens, size_t tokens)
{
    struct token_hash *sum = &t->of[doc];
    learn(t, l);
    for (size_t i = 0; i < tokens; i++) {
        const struct token_hash *hash = &t->hashes[ids[i]];
        uint32_t position = (uint32_t)(i < title_tokens ? i : i + TITLE_GAP);
        sum->term += token_mark(hash->term, position);
        sum->form += token_mark(hash->form, position);
    }
}

int token_sums_check(const struct token_sums *t, const struct segment *s, struct error *err)
{
    for (uint32_t doc = 0; t->of && doc < s->entry.docs; doc++) {
        if (t->of[doc].term)
            return check_damaged(&s->postings, s->postings.map, err,
                                 "article %u: its lists are not of the terms of its text", doc);
        if (t->of[doc].form)
            return check_damaged(&s->forms.frame, s->forms.frame.map, err,
                                 "article %u: its words are not spelt as in its text", doc);
    }
    return BF_OK;
}
