/* oracle.c - the articles, and what a query finds among them. */
#include "tests/unit/test.h"

#include "tests/unit/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/index/length.h"
#include "common/index/limits.h"
#include "tests/unit/archive_collect.h"

/* ---- articles ---- */

void oracle_init(struct oracle *o, const char *language)
{
    struct error err;
    *o = (struct oracle){.lexicon = lexicon_new()};
    o->analyzer = analyzer_new(language, o->lexicon, &err);
    assert_non_null(o->analyzer);
}

static void forget_dfs(struct oracle *o)
{
    free(o->dfs);
    o->dfs = NULL;
}

void oracle_free(struct oracle *o)
{
    oracle_forget_spans();
    for (size_t i = 0; i < o->count; i++)
        oracle_release(&o->articles[i]);
    forget_dfs(o);
    free(o->articles);
    analyzer_free(o->analyzer);
    lexicon_free(o->lexicon);
    *o = (struct oracle){0};
}

static int compare_tokens(const void *a, const void *b)
{
    const struct oracle_token *x = a, *y = b;
    if (x->term != y->term)
        return x->term < y->term ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

void oracle_analyse(struct oracle *o, const struct article *a, struct oracle_article *out)
{
    uint32_t *forms = NULL;
    size_t capacity = 0;
    size_t title = analyzer_ids(o->analyzer, a->title, strlen(a->title), &forms, &capacity, 0);
    size_t all = analyzer_ids(o->analyzer, a->body, a->body_len, &forms, &capacity, title);
    *out = (struct oracle_article){.id = mem_strdup(a->id),
                                   .title = mem_strdup(a->title),
                                   .body = mem_strndup(a->body, a->body_len),
                                   .body_len = a->body_len,
                                   .category = mem_strdup(a->category),
                                   .source = mem_strdup(a->source),
                                   .author = mem_strdup(a->author),
                                   .tags = mem_strdup(a->tags),
                                   .url = mem_strdup(a->url),
                                   .when = a->date,
                                   .date = a->date.precision ? a->date.seconds : INT64_MIN,
                                   .tokens = mem_alloc(all * sizeof *out->tokens),
                                   .token_count = (uint32_t)all,
                                   .title_tokens = (uint32_t)title};
    for (size_t i = 0; i < all; i++)
        out->tokens[i] = (struct oracle_token){lexicon_term_of(o->lexicon, forms[i]), forms[i],
                                               (uint32_t)(i < title ? i : i + TITLE_GAP)};
    qsort(out->tokens, all, sizeof *out->tokens, compare_tokens);
    free(forms);
}

void oracle_release(struct oracle_article *a)
{
    free(a->id);
    free(a->title);
    free(a->body);
    free(a->category);
    free(a->source);
    free(a->author);
    free(a->tags);
    free(a->url);
    free(a->tokens);
}

const struct oracle_article *oracle_find(const struct oracle *o, const char *id)
{
    for (size_t i = 0; i < o->count; i++)
        if (!strcmp(o->articles[i].id, id))
            return &o->articles[i];
    return NULL;
}

void oracle_delete(struct oracle *o, const char *id)
{
    const struct oracle_article *found = oracle_find(o, id);
    if (!found)
        return;
    size_t i = (size_t)(found - o->articles);
    oracle_release(&o->articles[i]);
    o->articles[i] = o->articles[--o->count];
    forget_dfs(o);
}

void oracle_put(struct oracle *o, const struct article *a)
{
    oracle_delete(o, a->id);
    mem_grow(o->articles, &o->capacity, o->count + 1);
    oracle_analyse(o, a, &o->articles[o->count++]);
    forget_dfs(o);
}

size_t oracle_put_archive(struct oracle *o, const char *path)
{
    struct collected c = {0};
    struct archive_options options = {0};
    struct field_map *map = field_map_new();
    collect_path(&c, path, &options, map);
    assert_int_equal(c.rc, BF_OK);
    for (size_t i = 0; i < c.count; i++)
        oracle_put(o, &c.articles[i]);
    size_t count = c.count;
    collected_free(&c);
    field_map_free(map);
    return count;
}

const uint32_t *oracle_dfs(struct oracle *o)
{
    uint32_t terms = vocabulary_count(o->lexicon->terms); /* a text may have brought new ones */
    if (o->dfs && o->df_count == terms)
        return o->dfs;
    free(o->dfs);
    o->dfs = mem_zalloc((size_t)terms + 1, sizeof *o->dfs);
    o->df_count = terms;
    for (size_t i = 0; i < o->count; i++) {
        const struct oracle_article *a = &o->articles[i];
        for (uint32_t t = 0; t < a->token_count; t++)
            if (!t || a->tokens[t].term != a->tokens[t - 1].term)
                o->dfs[a->tokens[t].term]++;
    }
    return o->dfs;
}

int oracle_compare(const void *hit_a, const void *hit_b)
{
    const struct oracle_hit *a = hit_a, *b = hit_b;
    if (a->units != b->units)
        return a->units > b->units ? -1 : 1;
    if (a->article->date != b->article->date)
        return a->article->date > b->article->date ? -1 : 1;
    return strcmp(a->article->id, b->article->id);
}

/* ---- search ---- */

struct scoring {
    struct oracle *o;
    double k1, b, average;
    double scale; /* units in 1.0 */
};

/* The first token of the article whose term is not below this one. */
static uint32_t seek_token(const struct oracle_article *a, uint32_t term)
{
    uint32_t low = 0, high = a->token_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (a->tokens[middle].term < term)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The occurrences of a term in an article; returns how many. */
static uint32_t occurrences(const struct oracle *o, const struct oracle_article *a,
                            const struct query_term *term, const struct oracle_token **first)
{
    uint32_t number;
    if (!vocabulary_find(o->lexicon->terms, term->text, term->len, &number))
        return 0;
    uint32_t from = seek_token(a, number), end = from;
    while (end < a->token_count && a->tokens[end].term == number)
        end++;
    *first = a->tokens + from;
    return end - from;
}

static bool stands_at(const struct oracle *o, const struct oracle_article *a,
                      const struct query_term *term, uint32_t position)
{
    const struct oracle_token *t = NULL;
    uint32_t n = occurrences(o, a, term, &t);
    for (uint32_t i = 0; i < n; i++)
        if (t[i].position == position)
            return true;
    return false;
}

/* At how many places the phrase begins. */
static uint32_t phrase_occurrences(const struct oracle *o, const struct oracle_article *a,
                                   const struct query_phrase *phrase)
{
    const struct oracle_token *first = NULL;
    uint32_t n = occurrences(o, a, &phrase->terms[0], &first), found = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool all = true;
        for (size_t t = 1; t < phrase->count && all; t++)
            all = stands_at(o, a, &phrase->terms[t], first[i].position + phrase->positions[t]);
        found += all;
    }
    return found;
}

static uint32_t leaf_occurrences(const struct oracle *o, const struct oracle_article *a,
                                 const struct query_node *leaf)
{
    const struct oracle_token *first;
    if (leaf->kind == QUERY_SPAN)
        return oracle_span_occurrences(o, a, &leaf->span);
    return leaf->kind == QUERY_PHRASE ? phrase_occurrences(o, a, &leaf->phrase)
                                      : occurrences(o, a, &leaf->term, &first);
}

/* 0 for a term that no article has. */
static double idf(struct oracle *o, const struct query_term *term)
{
    uint32_t number;
    bool known = vocabulary_find(o->lexicon->terms, term->text, term->len, &number);
    double n = (double)o->count, df = known ? oracle_dfs(o)[number] : 0;
    return df > 0 ? log(1.0 + (n - df + 0.5) / (df + 0.5)) : 0;
}

/* That of the most frequent term: the lowest but for terms of no article. */
static double slot_idf(struct oracle *o, const struct query_slot *slot)
{
    double lowest = 0;
    for (size_t i = 0; i < slot->count; i++) {
        double one = idf(o, &slot->terms[i]);
        if (one > 0 && (lowest <= 0 || one < lowest))
            lowest = one;
    }
    return lowest;
}

static double leaf_weight(struct oracle *o, const struct query_node *leaf)
{
    if (leaf->kind == QUERY_TERM)
        return idf(o, &leaf->term) * leaf->repeats;
    double sum = 0;
    if (leaf->kind == QUERY_SPAN) {
        for (size_t i = 0; i < leaf->span.count; i++)
            sum += slot_idf(o, &leaf->span.slots[i]);
        return sum;
    }
    if (leaf->kind == QUERY_FILTER)
        return 0;
    for (size_t i = 0; i < leaf->phrase.count; i++)
        sum += idf(o, &leaf->phrase.terms[i]);
    return sum;
}

/* Of all leaves that may score, in the order of the tree. */
static double weight_sum(struct oracle *o, const struct query_node *n)
{
    if (n->kind != QUERY_BOOL)
        return leaf_weight(o, n);
    double sum = 0;
    for (size_t i = 0; i < n->must.count; i++)
        sum += weight_sum(o, n->must.nodes[i]);
    for (size_t i = 0; i < n->should.count; i++)
        sum += weight_sum(o, n->should.nodes[i]);
    return sum;
}

/* 65,536, or as much less as keeps a score below 2^31. */
static double scale_for(double weights, double k1)
{
    double scale = 65536;
    while (scale > 1 && weights * (k1 + 1) * scale >= 2147483648.0)
        scale /= 2;
    return scale;
}

static bool evaluate(const struct scoring *s, const struct query_node *n,
                     const struct oracle_article *a, uint32_t *units);

static bool evaluate_leaf(const struct scoring *s, const struct query_node *leaf,
                          const struct oracle_article *a, uint32_t *units)
{
    uint32_t tf = leaf_occurrences(s->o, a, leaf);
    if (!tf)
        return false;
    double length = length_decode(length_encode(a->token_count));
    float norm = (float)(s->k1 * (1 - s->b + s->b * length / s->average));
    float weight = (float)(leaf_weight(s->o, leaf) * (s->k1 + 1) * s->scale);
    *units += (uint32_t)lrintf(weight * ((float)tf / ((float)tf + norm)));
    return true;
}

/* How many of the list match; adds what they score. */
static size_t evaluate_list(const struct scoring *s, const struct query_list *list,
                            const struct oracle_article *a, uint32_t *units)
{
    size_t matching = 0;
    for (size_t i = 0; i < list->count; i++)
        matching += evaluate(s, list->nodes[i], a, units);
    return matching;
}

/* Whether the node matches; only then adds what it scores. */
static bool evaluate(const struct scoring *s, const struct query_node *n,
                     const struct oracle_article *a, uint32_t *units)
{
    if (n->kind == QUERY_FILTER)
        return oracle_filter_passes(a, &n->test);
    if (n->kind != QUERY_BOOL)
        return evaluate_leaf(s, n, a, units);
    uint32_t score = 0, unwanted = 0;
    size_t must = evaluate_list(s, &n->must, a, &score);
    size_t should = evaluate_list(s, &n->should, a, &score);
    size_t must_not = evaluate_list(s, &n->must_not, a, &unwanted);
    if (must < n->must.count || must_not || (!n->must.count && !should))
        return false;
    *units += score;
    return true;
}

static double average_length(const struct oracle *o)
{
    uint64_t tokens = 0;
    for (size_t i = 0; i < o->count; i++)
        tokens += o->articles[i].token_count;
    return tokens ? (double)tokens / (double)o->count : 1;
}

size_t oracle_search(struct oracle *o, const struct query_node *query, double k1, double b,
                     struct oracle_hit **hits)
{
    const struct scoring s = {o, k1, b, average_length(o), scale_for(weight_sum(o, query), k1)};
    size_t count = 0;
    oracle_forget_spans();
    *hits = mem_alloc(o->count * sizeof **hits);
    for (size_t i = 0; i < o->count; i++) {
        uint32_t units = 0;
        if (evaluate(&s, query, &o->articles[i], &units))
            (*hits)[count++] = (struct oracle_hit){&o->articles[i], units};
    }
    qsort(*hits, count, sizeof **hits, oracle_compare);
    return count;
}
