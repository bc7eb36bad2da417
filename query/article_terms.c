/* article_terms.c - occurrences, sorted and counted; then several articles' terms, merged. */
#include "query/article_terms.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/dictionary.h"
#include "common/index/limits.h"
#include "query/bm25.h"
#include "query/lead_block.h"

struct occurrence {
    struct term_text text;
    uint32_t times;
    bool asked;
};

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *x = a, *y = b;
    return term_compare(x->text.p, x->text.len, y->text.p, y->text.len);
}

struct occurrences {
    struct occurrence *list;
    size_t used, capacity;
    struct analyzer *analyzer;
    const struct analyzer *index;
    struct arena *arena;
};

static bool is_in(const struct body_parts *parts, size_t offset)
{
    for (unsigned i = 0; parts && i < parts->count; i++)
        if (offset >= parts->parts[i].start && offset < parts->parts[i].end)
            return true;
    return false;
}

/* Tokens of a part of the article, at most `most` of them; the first `twice` count
 * double. Returns how many. */
static size_t add_part(struct occurrences *o, const char *text, size_t len, size_t twice,
                       size_t most, const struct body_parts *without)
{
    struct token *tokens = NULL;
    size_t capacity = 0;
    size_t n = analyzer_tokens(o->analyzer, text, len, &tokens, &capacity, o->arena);
    n = n < most ? n : most;
    mem_grow(o->list, &o->capacity, o->used + n);
    for (size_t i = 0; i < n; i++) {
        if (tokens[i].len < 2 || analyzer_is_stop(o->index, tokens[i].term, tokens[i].len))
            continue;
        o->list[o->used++] =
            (struct occurrence){.text = {tokens[i].term, tokens[i].len},
                                .times = i < twice ? 2 : 1,
                                .asked = !tokens[i].stop && !is_in(without, tokens[i].start)};
    }
    free(tokens);
    return n;
}

static void add_times(uint32_t *tf, uint32_t times)
{
    *tf += *tf < SIMILAR_MOST_TF ? times : 0;
    *tf = *tf < SIMILAR_MOST_TF ? *tf : SIMILAR_MOST_TF;
}

static void count_terms(struct occurrences *o, struct article_terms *out)
{
    out->asked = arena_alloc(o->arena, o->used * sizeof *out->asked);
    out->terms = arena_alloc(o->arena, o->used * sizeof *out->terms);
    out->texts = arena_alloc(o->arena, o->used * sizeof *out->texts);
    out->count = 0;
    if (o->used)
        qsort(o->list, o->used, sizeof *o->list, compare_occurrences);
    for (size_t i = 0; i < o->used; i++) {
        if (!i || compare_occurrences(&o->list[i - 1], &o->list[i])) {
            out->texts[out->count] = o->list[i].text;
            out->asked[out->count] = 0;
            out->terms[out->count++] = (struct article_term){0};
        }
        add_times(&out->terms[out->count - 1].tf, o->list[i].times);
        if (o->list[i].asked)
            add_times(&out->asked[out->count - 1], o->list[i].times);
    }
}

void article_terms_of(const char *title, const char *body, size_t body_len,
                      const struct body_parts *without, struct analyzer *analyzer,
                      const struct analyzer *index, struct arena *arena, struct article_terms *out)
{
    struct occurrences o = {.analyzer = analyzer, .index = index, .arena = arena};
    size_t in_title = add_part(&o, title, strlen(title), SIZE_MAX, MAX_TITLE_TOKENS, NULL);
    size_t in_body = add_part(&o, body, body_len, LEAD_TOKENS, MAX_DOC_TOKENS - in_title, without);
    count_terms(&o, out);
    out->length_code =
        length_encode(2 * in_title + in_body + (in_body < LEAD_TOKENS ? in_body : LEAD_TOKENS));
    free(o.list);
}

/* ---- from the postings ---- */

/* The articles at hand that lie in one segment. */
struct walk {
    const struct snapshot *s;
    uint32_t segment;
    const uint32_t *docs; /* global numbers */
    size_t n;
    struct arena *arena;
    struct article_terms *out;
    size_t *capacity; /* of each: terms, then texts */
    struct lead_block block;
};

static void add_term(struct walk *w, size_t i, const char *text, size_t len, uint32_t tf)
{
    struct article_terms *out = &w->out[i];
    mem_grow(out->terms, &w->capacity[2 * i], out->count + 1);
    mem_grow(out->texts, &w->capacity[2 * i + 1], out->count + 1);
    out->texts[out->count] = (struct term_text){text, len};
    out->terms[out->count++] = (struct article_term){.tf = tf};
}

static int add_to_all(struct walk *w, const struct dictionary_cursor *c, struct error *err)
{
    const struct segment *segment = &w->s->segments[w->segment];
    const char *text = NULL;
    struct postings list;
    int rc = segment_postings(segment, &c->info, &list, err);
    for (size_t i = 0; i < w->n && !rc; i++) {
        uint32_t tf;
        if (snapshot_segment_of(w->s, w->docs[i]) != w->segment)
            continue;
        rc = lead_block_find(&w->block, segment, &list, w->docs[i] - w->s->bases[w->segment], &tf,
                             err);
        if (!rc && !text)
            text = arena_strndup(w->arena, (const char *)c->term.data, c->term.len);
        if (!rc)
            add_term(w, i, text, c->term.len, tf);
        rc = rc == BF_END ? BF_OK : rc;
    }
    return rc;
}

static int walk_segment(struct walk *w, const struct analyzer *analyzer, struct error *err)
{
    struct dictionary_cursor c = {0};
    int rc = dictionary_seek(&w->s->segments[w->segment].dictionary, &c, NULL, 0, err);
    while (!rc && !(rc = dictionary_next(&c, err)))
        if (c.term.len > 1 && !analyzer_is_stop(analyzer, (const char *)c.term.data, c.term.len))
            rc = add_to_all(w, &c, err);
    dictionary_cursor_free(&c);
    return rc == BF_END ? BF_OK : rc;
}

static bool has_one_of(const struct walk *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (snapshot_segment_of(w->s, w->docs[i]) == w->segment)
            return true;
    return false;
}

/* The terms grew on the heap: they move to the arena. */
static void settle(struct walk *w, size_t i)
{
    struct article_terms *a = &w->out[i];
    struct article_term *terms = a->terms;
    struct term_text *texts = a->texts;
    uint32_t segment = snapshot_segment_of(w->s, w->docs[i]);
    a->terms = arena_alloc(w->arena, a->count * sizeof *terms);
    a->texts = arena_alloc(w->arena, a->count * sizeof *texts);
    if (a->count) {
        memcpy(a->terms, terms, a->count * sizeof *terms);
        memcpy(a->texts, texts, a->count * sizeof *texts);
    }
    a->length_code = column_u8(&w->s->segments[segment].columns, COLUMN_LEAD_LENGTH,
                               w->docs[i] - w->s->bases[segment]);
    free(terms);
    free(texts);
}

int article_terms_of_postings(const struct snapshot *s, const uint32_t *docs, size_t n,
                              const struct analyzer *analyzer, struct arena *arena,
                              struct article_terms *out, struct error *err)
{
    struct walk w = {.s = s, .docs = docs, .n = n, .arena = arena, .out = out};
    int rc = BF_OK;
    w.capacity = mem_zalloc(2 * n, sizeof *w.capacity);
    memset(out, 0, n * sizeof *out);
    for (; w.segment < s->count && !rc; w.segment++)
        if (has_one_of(&w))
            rc = walk_segment(&w, analyzer, err);
    for (size_t i = 0; i < n; i++)
        settle(&w, i);
    lead_block_free(&w.block);
    free(w.capacity);
    return rc;
}

/* ---- several articles ---- */

struct member {
    struct term_text text;
    uint32_t *number;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    return term_compare(x->text.p, x->text.len, y->text.p, y->text.len);
}

static size_t list_members(struct article_terms *const *articles, size_t n, struct arena *arena,
                           struct member **members)
{
    size_t all = 0, used = 0;
    for (size_t i = 0; i < n; i++)
        all += articles[i]->count;
    *members = arena_alloc(arena, all * sizeof **members);
    for (size_t i = 0; i < n; i++)
        for (size_t t = 0; t < articles[i]->count; t++)
            (*members)[used++] =
                (struct member){articles[i]->texts[t], &articles[i]->terms[t].term};
    if (used)
        qsort(*members, used, sizeof **members, compare_members);
    return used;
}

static int look_up(const struct snapshot *s, struct term_set *set, struct arena *arena,
                   struct error *err)
{
    uint32_t *dfs = arena_alloc(arena, set->count * sizeof *dfs);
    double *idfs = arena_alloc(arena, set->count * sizeof *idfs);
    int rc = BF_OK;
    for (size_t i = 0; i < set->count && !rc; i++) {
        uint64_t df, cf;
        rc = snapshot_term(s, set->texts[i].p, set->texts[i].len, &df, &cf, err);
        if (rc)
            break;
        dfs[i] = (uint32_t)df;
        idfs[i] = bm25_idf(s->docs, df);
    }
    set->statistics = (struct term_statistics){s->docs, dfs, idfs};
    return rc;
}

int term_set_join(struct article_terms *const *articles, size_t n, const struct snapshot *s,
                  struct arena *arena, struct term_set *set, struct error *err)
{
    struct member *members;
    size_t all = list_members(articles, n, arena, &members);
    *set = (struct term_set){.texts = arena_alloc(arena, all * sizeof *set->texts)};
    for (size_t i = 0; i < all; i++) {
        if (!i || compare_members(&members[i - 1], &members[i]))
            set->texts[set->count++] = members[i].text;
        *members[i].number = (uint32_t)(set->count - 1);
    }
    return look_up(s, set, arena, err);
}
