/* merge_forms.c - forms are numbered as they are met, and anew when all are known. */
#include "indexer/merge_forms.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/dictionary.h"

void form_merge_free(struct form_merge *m)
{
    free(m->forms);
    free(m->numbers);
    free(m->sorted);
    free(m->source_numbers);
    free(m->places);
    term_forms_free(&m->of_source);
    arena_free(&m->arena);
}

void form_merge_start(struct form_merge *m, const char *term, size_t len)
{
    m->term = term;
    m->term_len = len;
    m->count = m->used = 0;
    arena_reset(&m->arena);
}

/* The place of a form among those met, where it is put when it is new. */
static uint32_t place_of(struct form_merge *m, const char *text, size_t len)
{
    size_t at = 0;
    while (at < m->count && term_compare(m->forms[at].text, m->forms[at].len, text, len) != 0)
        at++;
    if (at == m->count) {
        mem_grow(m->forms, &m->capacity, m->count + 1);
        m->forms[m->count++] = (struct form){arena_strndup(&m->arena, text, len), len, 0};
    }
    return (uint32_t)at;
}

int form_merge_source(struct form_merge *m, struct forms_cursor *c, const struct term_info *info,
                      struct error *err)
{
    m->at = 0;
    m->end = info->cf;
    int rc = forms_next(c, info, m->term, m->term_len, &m->of_source, err);
    if (rc)
        return rc;
    mem_grow(m->places, &m->places_capacity, m->of_source.count);
    for (uint32_t i = 0; i < m->of_source.count; i++) {
        size_t len;
        const char *text = term_forms_text(&m->of_source, i, &len);
        m->places[i] = place_of(m, text, len);
    }
    mem_grow(m->source_numbers, &m->source_capacity, forms_room(info->cf));
    return forms_read_numbers(c->f, &m->of_source, info->cf, m->source_numbers, err);
}

bool form_merge_take(struct form_merge *m, uint32_t tf, bool stays)
{
    if (tf > m->end - m->at)
        return false;
    if (stays) {
        mem_grow(m->numbers, &m->numbers_capacity, m->used + tf);
        for (uint32_t i = 0; i < tf; i++) {
            uint32_t place = m->places[m->source_numbers[m->at + i]];
            m->numbers[m->used++] = place;
            m->forms[place].count++;
        }
    }
    m->at += tf;
    return true;
}

static int compare(const void *a, const void *b)
{
    return compare_forms(a, b);
}

/* From the places of the forms to their numbers. */
static void renumber(struct form_merge *m)
{
    mem_grow(m->places, &m->places_capacity, m->count);
    for (uint32_t i = 0; i < m->count; i++)
        for (uint32_t k = 0; k < m->spellings.count; k++)
            if (m->sorted[k].text == m->forms[i].text)
                m->places[i] = k;
    for (size_t i = 0; i < m->used; i++)
        m->numbers[i] = m->places[m->numbers[i]];
}

const struct term_spellings *form_merge_end(struct form_merge *m)
{
    uint32_t left = 0;
    mem_grow(m->sorted, &m->sorted_capacity, m->count);
    for (size_t i = 0; i < m->count; i++)
        if (m->forms[i].count)
            m->sorted[left++] = m->forms[i];
    if (left)
        qsort(m->sorted, left, sizeof *m->sorted, compare);
    m->spellings = (struct term_spellings){.forms = m->sorted, .count = left};
    if (left > 1) {
        renumber(m);
        m->spellings.numbers = m->numbers;
    }
    return &m->spellings;
}
