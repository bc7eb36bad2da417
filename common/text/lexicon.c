/* lexicon.c - two vocabularies, and for each form the term it belongs to. */
#include "common/text/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"

#define KEY_BYTES  4   /* of a form's term, in front of it */
#define MOST_BYTES 256 /* of a form; analyzer.h cuts them far below */

struct lexicon *lexicon_new(void)
{
    struct lexicon *l = mem_zalloc(1, sizeof *l);
    l->terms = vocabulary_new();
    l->forms = vocabulary_new();
    return l;
}

void lexicon_free(struct lexicon *l)
{
    if (!l)
        return;
    vocabulary_free(l->terms);
    vocabulary_free(l->forms);
    free(l->term_of);
    free(l);
}

uint32_t lexicon_add(struct lexicon *l, const char *term, size_t term_len, const char *form,
                     size_t form_len)
{
    char key[KEY_BYTES + MOST_BYTES];
    if (form_len > MOST_BYTES)
        form_len = MOST_BYTES;
    uint32_t term_id = vocabulary_add(l->terms, term, term_len);
    store_u32(key, term_id);
    memcpy(key + KEY_BYTES, form, form_len);
    uint32_t id = vocabulary_add(l->forms, key, KEY_BYTES + form_len);
    mem_grow(l->term_of, &l->capacity, (size_t)id + 1);
    l->term_of[id] = term_id;
    return id;
}

const char *lexicon_form(const struct lexicon *l, uint32_t form, size_t *len)
{
    const char *key = vocabulary_term(l->forms, form, len);
    *len -= KEY_BYTES;
    return key + KEY_BYTES;
}

const char *lexicon_term(const struct lexicon *l, uint32_t form, size_t *len)
{
    return vocabulary_term(l->terms, l->term_of[form], len);
}

size_t lexicon_bytes(const struct lexicon *l)
{
    return sizeof *l + vocabulary_bytes(l->terms) + vocabulary_bytes(l->forms) +
           l->capacity * sizeof *l->term_of;
}
