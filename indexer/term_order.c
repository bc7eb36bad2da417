/* term_order.c - terms sorted by their first eight bytes digit by digit, the rest compared. */
#include "indexer/term_order.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"

#define NOT_THERE UINT32_MAX

/* ---- terms ---- */

static uint64_t prefix_of(const char *term, size_t len)
{
    unsigned char bytes[8] = {0};
    memcpy(bytes, term, len < 8 ? len : 8);
    uint64_t prefix = 0;
    for (int i = 0; i < 8; i++)
        prefix = prefix << 8 | bytes[i];
    return prefix;
}

/* Every term that has a form with a count, once. */
static void gather_terms(struct term_order *o, const struct lexicon *lexicon,
                         const uint32_t *counts, uint32_t *rank_of)
{
    const uint32_t forms = lexicon_forms(lexicon);
    for (uint32_t form = 0; form < forms; form++) {
        uint32_t id = lexicon_term_of(lexicon, form);
        if (!counts[form] || rank_of[id] != NOT_THERE)
            continue;
        size_t len;
        const char *text = lexicon_term(lexicon, form, &len);
        rank_of[id] = 0;
        o->terms[o->count++] = (struct ordered_term){prefix_of(text, len), text, (uint32_t)len, id};
    }
}

static void sort_by_byte(const struct ordered_term *from, struct ordered_term *to, size_t n,
                         unsigned shift)
{
    size_t starts[257] = {0};
    for (size_t i = 0; i < n; i++)
        starts[(from[i].prefix >> shift & 0xff) + 1]++;
    for (unsigned byte = 1; byte < 257; byte++)
        starts[byte] += starts[byte - 1];
    for (size_t i = 0; i < n; i++)
        to[starts[from[i].prefix >> shift & 0xff]++] = from[i];
}

static int compare_terms(const void *a, const void *b)
{
    const struct ordered_term *x = a, *y = b;
    return term_compare(x->text, x->len, y->text, y->len);
}

/* Terms that begin with the same eight bytes. */
static void sort_rest(struct ordered_term *terms, size_t n)
{
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && terms[end].prefix == terms[first].prefix;)
            end++;
        if (end - first > 1)
            qsort(terms + first, end - first, sizeof *terms, compare_terms);
    }
}

static void sort_terms(struct term_order *o)
{
    struct ordered_term *spare = mem_alloc(o->count * sizeof *spare);
    for (unsigned shift = 0; shift < 64; shift += 16) {
        sort_by_byte(o->terms, spare, o->count, shift);
        sort_by_byte(spare, o->terms, o->count, shift + 8);
    }
    free(spare);
    sort_rest(o->terms, o->count);
}

/* ---- forms ---- */

/* By counting, so those of a term come in the order of their ids. */
static void gather_forms(struct term_order *o, const struct lexicon *lexicon,
                         const uint32_t *counts, const uint32_t *rank_of)
{
    const uint32_t forms = lexicon_forms(lexicon);
    o->first_form = mem_zalloc(o->count + 2, sizeof *o->first_form);
    uint32_t *next = o->first_form + 1;
    for (uint32_t form = 0; form < forms; form++)
        if (counts[form])
            next[rank_of[lexicon_term_of(lexicon, form)] + 1]++;
    for (size_t term = 1; term <= o->count; term++)
        next[term] += next[term - 1];
    o->forms = mem_alloc(next[o->count] * sizeof *o->forms);
    o->ids = mem_alloc(next[o->count] * sizeof *o->ids);
    for (uint32_t id = 0; id < forms; id++) {
        if (!counts[id])
            continue;
        uint32_t at = next[rank_of[lexicon_term_of(lexicon, id)]]++;
        o->ids[at] = id;
        o->forms[at].count = counts[id];
        o->forms[at].text = lexicon_form(lexicon, id, &o->forms[at].len);
    }
}

/* They are few. */
static void sort_forms(struct form *forms, uint32_t *ids, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct form form = forms[i];
        uint32_t id = ids[i];
        size_t to = i;
        for (; to > 0 && compare_forms(&forms[to - 1], &form) > 0; to--) {
            forms[to] = forms[to - 1];
            ids[to] = ids[to - 1];
        }
        forms[to] = form;
        ids[to] = id;
    }
}

/* ---- both ---- */

void term_order_make(struct term_order *o, const struct lexicon *lexicon, const uint32_t *counts)
{
    const size_t known = vocabulary_count(lexicon->terms);
    uint32_t *rank_of = mem_alloc(known * sizeof *rank_of); /* by term */
    *o = (struct term_order){.terms = mem_alloc(known * sizeof *o->terms)};
    memset(rank_of, 0xff, known * sizeof *rank_of);
    gather_terms(o, lexicon, counts, rank_of);
    sort_terms(o);
    for (size_t term = 0; term < o->count; term++)
        rank_of[o->terms[term].id] = (uint32_t)term;
    gather_forms(o, lexicon, counts, rank_of);
    free(rank_of);
    for (size_t term = 0; term < o->count; term++) {
        size_t first = o->first_form[term];
        sort_forms(o->forms + first, o->ids + first, o->first_form[term + 1] - first);
    }
}

void term_order_free(struct term_order *o)
{
    free(o->terms);
    free(o->first_form);
    free(o->forms);
    free(o->ids);
    *o = (struct term_order){0};
}

uint64_t term_tokens(const struct term_order *o, size_t term)
{
    uint64_t tokens = 0;
    for (uint32_t at = o->first_form[term]; at < o->first_form[term + 1]; at++)
        tokens += o->forms[at].count;
    return tokens;
}
