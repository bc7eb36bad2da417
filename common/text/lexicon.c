/* lexicon.c - a vocabulary of terms; the forms of a term are few, and in a chain. */
#include "common/text/lexicon.h"

#include <stdlib.h>
#include <string.h>

struct lexicon *lexicon_new(void)
{
    struct lexicon *l = mem_zalloc(1, sizeof *l);
    l->terms = vocabulary_new();
    return l;
}

void lexicon_free(struct lexicon *l)
{
    if (!l)
        return;
    vocabulary_free(l->terms);
    free(l->forms);
    free(l->first_of);
    arena_free(&l->arena);
    free(l);
}

static uint32_t *first_form(struct lexicon *l, uint32_t term)
{
    size_t before = l->first_capacity;
    mem_grow(l->first_of, &l->first_capacity, (size_t)term + 1);
    if (l->first_capacity > before)
        memset(l->first_of + before, 0, (l->first_capacity - before) * sizeof *l->first_of);
    return &l->first_of[term];
}

/* Most forms are their terms: those share the bytes. */
static const char *keep_text(struct lexicon *l, uint32_t term, const char *form, size_t len)
{
    size_t term_len;
    const char *text = vocabulary_term(l->terms, term, &term_len);
    if (term_len == len && memcmp(text, form, len) == 0)
        return text;
    return arena_strndup(&l->arena, form, len);
}

uint32_t lexicon_add(struct lexicon *l, const char *term, size_t term_len, const char *form,
                     size_t form_len)
{
    uint32_t term_id = vocabulary_add(l->terms, term, term_len);
    uint32_t *first = first_form(l, term_id);
    for (uint32_t id = *first; id; id = l->forms[id - 1].next) {
        const struct lexicon_form *f = &l->forms[id - 1];
        if (f->len == form_len && memcmp(f->text, form, form_len) == 0)
            return id - 1;
    }
    mem_grow(l->forms, &l->capacity, (size_t)l->count + 1);
    l->forms[l->count] = (struct lexicon_form){.text = keep_text(l, term_id, form, form_len),
                                               .len = (uint32_t)form_len,
                                               .term = term_id,
                                               .next = *first};
    *first = ++l->count;
    return l->count - 1;
}

size_t lexicon_bytes(const struct lexicon *l)
{
    return sizeof *l + vocabulary_bytes(l->terms) + l->capacity * sizeof *l->forms +
           l->first_capacity * sizeof *l->first_of + l->arena.total;
}
