/* boilerplate.c - counting paragraphs by sorting; reading what they say. */
#include "common/index/boilerplate.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

/* ---- counting ---- */

/* A paragraph of an article. */
struct sighting {
    uint32_t key, doc;
    uint64_t body_hash;
};

static int compare_sightings(const void *a, const void *b)
{
    const struct sighting *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->body_hash > y->body_hash) - (x->body_hash < y->body_hash);
}

static size_t list_sightings(const struct copy_node *nodes, size_t count, struct sighting *out)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        for (unsigned k = 0; k < nodes[i].sketch.paragraph_count; k++)
            out[n++] =
                (struct sighting){nodes[i].sketch.paragraphs[k], nodes[i].doc, nodes[i].body_hash};
    return n;
}

/* The articles of one key, [from, end) of the sightings. */
static void add_entry(struct boilerplate *b, size_t *capacity, const struct sighting *from,
                      const struct sighting *end)
{
    uint32_t bodies = 0;
    for (const struct sighting *s = from; s < end; s++)
        bodies += s == from || s->body_hash != s[-1].body_hash;
    if (bodies < BOILERPLATE_BODIES)
        return;
    mem_grow(b->entries, capacity, b->count + 1);
    b->entries[b->count++] = (struct boilerplate_entry){.key = from->key,
                                                        .articles = (uint32_t)(end - from),
                                                        .example = from->doc,
                                                        .source = mem_strdup(""),
                                                        .text = mem_strdup("")};
}

static void count_sightings(const struct copy_node *nodes, size_t count, struct boilerplate *b)
{
    size_t most = 0, capacity = 0;
    for (size_t i = 0; i < count; i++)
        most += nodes[i].sketch.paragraph_count;
    struct sighting *list = mem_alloc((most + 1) * sizeof *list);
    size_t n = list_sightings(nodes, count, list);
    qsort(list, n, sizeof *list, compare_sightings);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && list[end].key == list[i].key;)
            end++;
        add_entry(b, &capacity, list + i, list + end);
    }
    free(list);
}

/* ---- what they say ---- */

struct reading {
    const struct snapshot *s;
    struct article_reader reader;
    struct arena arena;
    struct lexicon *lexicon;
    struct analyzer *analyzer;
    struct sketcher sketcher;
    uint32_t *ids;
    size_t capacity;
};

static int compare_hashes(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void set_windows(struct reading *r, const struct article *a, struct boilerplate_entry *e)
{
    struct analyzer *own = analyzer_for(r->analyzer, a->language);
    size_t capacity = 0;
    size_t n = analyzer_ids(own, e->text, strlen(e->text), &r->ids, &r->capacity, 0);
    e->window_count = sketcher_windows(&r->sketcher, r->ids, n, &e->windows, &capacity, 0);
    if (e->window_count)
        qsort(e->windows, e->window_count, sizeof *e->windows, compare_hashes);
}

static int read_entry(struct reading *r, struct boilerplate_entry *e, struct error *err)
{
    struct end_paragraph ends[SKETCH_PARAGRAPHS];
    struct article a;
    arena_reset(&r->arena);
    int rc = article_read(&r->reader, e->example, &r->arena, &a, err);
    unsigned n = rc ? 0 : sketch_paragraphs(&a, ends), i = 0;
    while (i < n && ends[i].key != e->key)
        i++;
    if (i == n) /* damage, or a text that is not stored */
        return rc;
    free(e->source);
    free(e->text);
    e->source = mem_strdup(a.source);
    e->text = mem_strndup(ends[i].text, ends[i].len);
    set_windows(r, &a, e);
    return BF_OK;
}

static int read_entries(const struct snapshot *s, struct boilerplate *b, struct error *err)
{
    struct reading r = {.s = s, .lexicon = lexicon_new()};
    article_reader_init(&r.reader, s);
    r.analyzer = analyzer_new(s->manifest.language, r.lexicon, err);
    int rc = r.analyzer ? BF_OK : err->code;
    sketcher_init(&r.sketcher, r.analyzer, r.lexicon);
    for (size_t i = 0; i < b->count && !rc; i++)
        rc = read_entry(&r, &b->entries[i], err);
    sketcher_free(&r.sketcher);
    analyzer_free(r.analyzer);
    lexicon_free(r.lexicon);
    article_reader_free(&r.reader);
    arena_free(&r.arena);
    free(r.ids);
    return rc;
}

int boilerplate_find(const struct snapshot *s, const struct copy_node *nodes, size_t count,
                     struct boilerplate *out, struct error *err)
{
    *out = (struct boilerplate){0};
    count_sightings(nodes, count, out);
    return out->count && !s->manifest.without_text ? read_entries(s, out, err) : BF_OK;
}

void boilerplate_free(struct boilerplate *b)
{
    for (size_t i = 0; i < b->count; i++) {
        free(b->entries[i].source);
        free(b->entries[i].text);
        free(b->entries[i].windows);
    }
    free(b->entries);
    *b = (struct boilerplate){0};
}

/* ---- taking it off ---- */

static int compare_key(const void *key, const void *entry)
{
    uint32_t k = *(const uint32_t *)key, e = ((const struct boilerplate_entry *)entry)->key;
    return (k > e) - (k < e);
}

static void take_off(const struct boilerplate_entry *e, struct sketch *s)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < s->count; i++)
        if (!bsearch(&s->hashes[i], e->windows, e->window_count, sizeof *e->windows,
                     compare_hashes))
            s->hashes[kept++] = s->hashes[i];
    s->count = (uint8_t)kept;
    s->windows -= e->window_count < s->windows ? (uint32_t)e->window_count : s->windows;
}

void boilerplate_take_off(const struct boilerplate *b, struct copy_node *node)
{
    for (unsigned i = 0; b->count && i < node->sketch.paragraph_count; i++) {
        const struct boilerplate_entry *e = bsearch(&node->sketch.paragraphs[i], b->entries,
                                                    b->count, sizeof *b->entries, compare_key);
        if (e && e->window_count)
            take_off(e, &node->sketch);
    }
}
