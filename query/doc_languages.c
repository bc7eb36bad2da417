/* doc_languages.c - what the articles say of themselves (values.h), as numbers. */
#include "query/doc_languages.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/values.h"

/* 0 for the index's own. */
static uint8_t number_of(struct doc_languages *l, struct analyzer *index, struct buf *said)
{
    struct analyzer *meant = analyzer_for(index, buf_text(said));
    if (meant == index)
        return 0;
    for (unsigned i = 0; i < l->count; i++)
        if (l->analyzers[i] == meant)
            return (uint8_t)(i + 1);
    if (l->count == MOST_DOC_LANGUAGES)
        return 0;
    l->analyzers = mem_realloc(l->analyzers, (l->count + 1) * sizeof(struct analyzer *));
    l->analyzers[l->count++] = meant;
    return (uint8_t)l->count;
}

static int read_segment(struct doc_languages *l, const struct snapshot *s, uint32_t segment,
                        struct analyzer *index, struct error *err)
{
    struct value_cursor v;
    uint32_t first, count;
    int rc = values_seek(&s->segments[segment].columns, VALUE_LANGUAGE, &v, err);
    while (!rc && !(rc = values_next(&v, err))) {
        uint8_t number = number_of(l, index, &v.value);
        if (number && !l->of_doc)
            l->of_doc = mem_zalloc(s->bases[s->count], 1);
        while (number && !(rc = values_next_run(&v, &first, &count, err)))
            memset(l->of_doc + s->bases[segment] + first, number, count);
        rc = rc < 0 ? rc : BF_OK;
    }
    values_close(&v);
    return rc < 0 ? rc : BF_OK;
}

int doc_languages_find(struct doc_languages *l, const struct snapshot *s, struct analyzer *analyzer,
                       struct error *err)
{
    int rc = BF_OK;
    *l = (struct doc_languages){0};
    for (uint32_t i = 0; i < s->count && !rc; i++)
        rc = read_segment(l, s, i, analyzer, err);
    return rc;
}

void doc_languages_free(struct doc_languages *l)
{
    for (unsigned i = 0; l->stops && i < l->count; i++)
        free(l->stops[i]);
    free(l->stops);
    free(l->analyzers);
    free(l->of_doc);
    *l = (struct doc_languages){0};
}

void doc_languages_start(struct doc_languages *l, uint32_t terms)
{
    l->stops = mem_zalloc(l->count, sizeof *l->stops);
    for (unsigned i = 0; i < l->count; i++)
        l->stops[i] = mem_zalloc(terms / 64 + 1, sizeof **l->stops);
}

void doc_languages_term(struct doc_languages *l, uint32_t number, const char *term, size_t len)
{
    for (unsigned i = 0; i < l->count; i++)
        if (analyzer_is_stop(l->analyzers[i], term, len))
            l->stops[i][number / 64] |= (uint64_t)1 << number % 64;
}
