/* oracle_similar.c - similar readings: the article's terms weighed, then every article scored. */
#include "tests/unit/test.h"

#include "tests/unit/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/index/length.h"
#include "common/index/limits.h"

/* A term of an article with its tf'. */
struct counted_term {
    uint32_t term, tf;
    double weight;
};

/* What the terms of the query are worth, by term; 0 for all others. */
struct weights {
    float *units;
    double k1, b, average;
};

/* ---- tf' and len' ---- */

static uint32_t lead_end(const struct oracle_article *a)
{
    return a->title_tokens + TITLE_GAP + LEAD_TOKENS;
}

static uint32_t weighted_length(const struct oracle_article *a)
{
    uint32_t lead = a->title_tokens + LEAD_TOKENS;
    return a->token_count + (a->token_count < lead ? a->token_count : lead);
}

/* The term that starts at token `from`; returns where the next one does. */
static uint32_t count_term(const struct oracle_article *a, uint32_t from, struct counted_term *out)
{
    uint32_t i = from;
    *out = (struct counted_term){.term = a->tokens[from].term};
    for (; i < a->token_count && a->tokens[i].term == out->term; i++)
        out->tf += a->tokens[i].position < lead_end(a) ? 2 : 1;
    if (out->tf > SIMILAR_MOST_TF)
        out->tf = SIMILAR_MOST_TF;
    return i;
}

static double average_length(const struct oracle *o)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < o->count; i++)
        sum += weighted_length(&o->articles[i]);
    return sum ? (double)sum / (double)o->count : 1;
}

/* ---- the query ---- */

static bool may_ask(const struct oracle *o, uint32_t term)
{
    size_t len;
    const char *text = vocabulary_term(o->vocabulary, term, &len);
    return len > 1 && !analyzer_is_stop(o->analyzer, text, len);
}

/* The terms with least <= df <= most. */
static size_t list_terms(struct oracle *o, const struct oracle_article *a, uint32_t least,
                         uint64_t most, struct counted_term *out)
{
    const uint32_t *dfs = oracle_dfs(o);
    size_t count = 0;
    for (uint32_t i = 0; i < a->token_count;) {
        i = count_term(a, i, &out[count]);
        uint32_t df = dfs[out[count].term];
        count += may_ask(o, out[count].term) && df >= least && df <= most;
    }
    return count;
}

static int compare_weights(const void *a, const void *b, void *vocabulary)
{
    const struct counted_term *x = a, *y = b;
    size_t len;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return strcmp(vocabulary_term(vocabulary, x->term, &len),
                  vocabulary_term(vocabulary, y->term, &len));
}

static size_t choose_terms(struct oracle *o, const struct oracle_article *a, uint32_t least,
                           size_t most, struct counted_term *terms)
{
    const uint64_t parts[] = {5, 2, 1};
    const double n = (double)o->count;
    size_t count = 0;
    for (int i = 0; i < 3 && count < 10; i++) {
        uint64_t limit = o->count / parts[i];
        count = list_terms(o, a, least, limit < 10 ? 10 : limit, terms);
    }
    for (size_t i = 0; i < count; i++) {
        double df = oracle_dfs(o)[terms[i].term];
        terms[i].weight = (1 + log(terms[i].tf)) * log(1.0 + (n - df + 0.5) / (df + 0.5));
    }
    qsort_r(terms, count, sizeof *terms, compare_weights, o->vocabulary);
    return count < most ? count : most;
}

static void set_weights(struct oracle *o, const struct counted_term *terms, size_t count,
                        const struct similar_options *options, struct weights *w)
{
    double sum = 0, scale = 65536;
    for (size_t i = 0; i < count; i++)
        sum += terms[i].weight;
    while (scale > 1 && sum * (options->k1 + 1) * scale >= 2147483648.0)
        scale /= 2;
    *w = (struct weights){mem_zalloc(vocabulary_count(o->vocabulary), sizeof *w->units),
                          options->k1, options->b, average_length(o)};
    for (size_t i = 0; i < count; i++)
        w->units[terms[i].term] = (float)(terms[i].weight * (options->k1 + 1) * scale);
}

/* ---- the list ---- */

static uint32_t score(const struct weights *w, const struct oracle_article *a)
{
    double length = length_decode(length_encode(weighted_length(a)));
    float norm = (float)(w->k1 * (1 - w->b + w->b * length / w->average));
    uint32_t units = 0;
    for (uint32_t i = 0; i < a->token_count;) {
        struct counted_term t;
        i = count_term(a, i, &t);
        units += (uint32_t)lrintf(w->units[t.term] * ((float)t.tf / ((float)t.tf + norm)));
    }
    return units;
}

static bool is_copy(const struct oracle_article *a, const struct oracle_article *b)
{
    return a->group && a->group == b->group;
}

void oracle_take_copies(struct oracle *o, const char *dir)
{
    struct snapshot s;
    struct error err;
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    for (size_t i = 0; i < o->count; i++) {
        struct oracle_article *a = &o->articles[i];
        uint32_t doc;
        assert_int_equal(snapshot_find_id(&s, a->id, strlen(a->id), &doc, &err), BF_OK);
        uint32_t leader = copies_leader(&s.copies, doc);
        a->group = leader == COPIES_NONE ? 0 : (uint64_t)leader + 1;
    }
    snapshot_close(&s);
}

static uint32_t other_copies(const struct oracle *o, const struct oracle_article *a)
{
    uint32_t copies = 0;
    for (size_t i = 0; i < o->count; i++)
        copies += &o->articles[i] != a && is_copy(&o->articles[i], a);
    return copies;
}

static bool is_copy_of_one(const struct oracle_article *a, const struct oracle_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_copy(a, list->items[i].article))
            return true;
    return false;
}

static size_t score_all(const struct oracle *o, const struct weights *w,
                        const struct oracle_article *self, struct oracle_hit *hits)
{
    size_t count = 0;
    for (size_t i = 0; i < o->count; i++) {
        uint32_t units = score(w, &o->articles[i]);
        if (units && &o->articles[i] != self)
            hits[count++] = (struct oracle_hit){&o->articles[i], units};
    }
    qsort(hits, count, sizeof *hits, oracle_compare);
    return count;
}

static void keep_best(const struct oracle *o, const struct oracle_article *self, bool has_copies,
                      const struct oracle_hit *hits, size_t hit_count, size_t n,
                      struct oracle_list *out)
{
    for (size_t i = 0; i < hit_count && out->count < n; i++) {
        const struct oracle_article *a = hits[i].article;
        if ((has_copies && is_copy(a, self)) || is_copy_of_one(a, out))
            continue;
        double ratio = out->self_units ? (double)hits[i].units / (double)out->self_units : 0;
        out->items[out->count++] =
            (struct oracle_item){a, hits[i].units, ratio < 1 ? sqrt(ratio) : 1, other_copies(o, a)};
    }
}

/* has_copies: the article is one of the archive's, so its copies stay out. */
static void make_list(struct oracle *o, const struct oracle_article *a, uint32_t least_df,
                      bool has_copies, const struct similar_options *options,
                      struct oracle_list *out)
{
    struct counted_term *terms = mem_alloc(((size_t)a->token_count + 1) * sizeof *terms);
    struct oracle_hit *hits = mem_alloc(o->count * sizeof *hits);
    struct weights w;
    size_t count = choose_terms(o, a, least_df, options->terms, terms);
    set_weights(o, terms, count, options, &w);
    *out = (struct oracle_list){.items = mem_alloc(options->n * sizeof *out->items),
                                .self_units = score(&w, a),
                                .own_copies = has_copies ? other_copies(o, a) : 0};
    keep_best(o, a, has_copies, hits, score_all(o, &w, a, hits), options->n, out);
    free(w.units);
    free(hits);
    free(terms);
}

void oracle_similar(struct oracle *o, const struct oracle_article *a,
                    const struct similar_options *options, struct oracle_list *out)
{
    make_list(o, a, SIMILAR_LEAST_DF, true, options, out);
}

void oracle_similar_text(struct oracle *o, const char *text, const struct similar_options *options,
                         struct oracle_list *out)
{
    struct article a;
    struct oracle_article analysed;
    article_init(&a);
    a.body = text;
    a.body_len = strlen(text);
    oracle_analyse(o, &a, &analysed);
    make_list(o, &analysed, 1, false, options, out);
    oracle_release(&analysed);
}
