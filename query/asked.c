/* asked.c - reading the articles whose sketches have keys of boilerplate. */
#include "query/asked.h"

#include <stdlib.h>
#include <string.h>

#include "query/article_terms.h"

void asked_boilerplate(const struct copies *c, const struct article *a, struct body_parts *out)
{
    struct end_paragraph ends[SKETCH_PARAGRAPHS];
    unsigned n = c->keys ? sketch_paragraphs(a, ends) : 0;
    size_t left = a->body_len;
    out->count = 0;
    for (unsigned i = 0; i < n; i++) {
        if (!copies_is_boilerplate(c, ends[i].key))
            continue;
        size_t start = (size_t)(ends[i].text - a->body);
        out->parts[out->count].start = start;
        out->parts[out->count++].end = start + ends[i].len;
        left -= ends[i].len;
    }
    if (left <= 2 * (size_t)out->count) /* line ends */
        out->count = 0;
}

struct asking {
    const struct snapshot *s;
    struct analyzer *analyzer;
    struct article_reader reader;
    struct arena *arena;
    struct arena scratch; /* of one article */
    struct asked_term *list;
    size_t count, capacity;
};

static bool has_boilerplate(const struct copies *c, const struct sketch *s)
{
    for (unsigned i = 0; i < s->paragraph_count; i++)
        if (copies_is_boilerplate(c, s->paragraphs[i]))
            return true;
    return false;
}

static int add_article(struct asking *k, uint32_t doc, struct error *err)
{
    struct article a;
    struct body_parts without;
    struct article_terms t;
    arena_reset(&k->scratch);
    int rc = article_read(&k->reader, doc, &k->scratch, &a, err);
    if (rc)
        return rc;
    asked_boilerplate(&k->s->copies, &a, &without);
    article_terms_of(a.title, a.body, a.body_len, &without, analyzer_for(k->analyzer, a.language),
                     k->analyzer, &k->scratch, &t);
    mem_grow(k->list, &k->capacity, k->count + t.count);
    for (size_t i = 0; i < t.count && t.asked; i++)
        if (t.asked[i] != t.terms[i].tf)
            k->list[k->count++] =
                (struct asked_term){arena_strndup(k->arena, t.texts[i].p, t.texts[i].len),
                                    t.texts[i].len, doc, t.asked[i]};
    return BF_OK;
}

static int add_segment(struct asking *k, uint32_t i, struct error *err)
{
    const struct segment *s = &k->s->segments[i];
    struct sketch_cursor c;
    int rc = sketch_cursor_open(&c, &s->sketches, err);
    for (uint32_t doc = 0; doc < s->entry.docs && !rc; doc++) {
        rc = sketch_cursor_next(&c, err);
        if (!rc && !deletes_has(&s->deletes, doc) && has_boilerplate(&k->s->copies, &c.sketch))
            rc = add_article(k, k->s->bases[i] + doc, err);
    }
    return rc;
}

static int compare_asked(const void *a, const void *b)
{
    const struct asked_term *x = a, *y = b;
    int order = term_compare(x->text, x->len, y->text, y->len);
    return order ? order : (x->doc > y->doc) - (x->doc < y->doc);
}

static void hand_over(struct asking *k, struct asked_term **list, size_t *count)
{
    if (k->count)
        qsort(k->list, k->count, sizeof *k->list, compare_asked);
    *list = k->count ? arena_dup(k->arena, k->list, k->count * sizeof *k->list) : NULL;
    *count = k->count;
    free(k->list);
}

int asked_of_archive(const struct snapshot *s, struct analyzer *analyzer, struct arena *arena,
                     struct asked_term **list, size_t *count, struct error *err)
{
    struct asking k = {.s = s, .analyzer = analyzer, .arena = arena};
    int rc = copies_verify(&s->copies, s->bases[s->count], err);
    *list = NULL;
    *count = 0;
    if (rc || !s->copies.keys || s->manifest.without_text)
        return rc;
    article_reader_init(&k.reader, s);
    for (uint32_t i = 0; i < s->count && !rc; i++)
        rc = add_segment(&k, i, err);
    hand_over(&k, list, count);
    article_reader_free(&k.reader);
    arena_free(&k.scratch);
    return rc;
}
