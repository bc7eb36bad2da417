/* similar.c - one article's query, scored by accumulating whole lists. */
#include "query/similar.h"

#include <stdlib.h>
#include <string.h>

#include "query/doc_languages.h"
#include "query/lead_block.h"
#include "query/similar_pick.h"

const struct similar_options similar_defaults = {.k1 = BM25_DEFAULT_K1,
                                                 .b = BM25_DEFAULT_B,
                                                 .n = 5,
                                                 .terms = SIMILAR_TERMS,
                                                 .feedback = true,
                                                 .threshold = SIMILAR_THRESHOLD};

/* ---- scores ---- */

void similar_fit(struct bm25 *m, uint64_t docs, uint64_t length, const struct similar_options *o)
{
    bm25_init(m, o->k1, o->b, docs ? (double)length / (double)docs : 0);
}

void similar_fit_weights(struct bm25 *m, const struct weighted_term *terms, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)terms[i].weight;
    bm25_fit(m, sum);
}

uint32_t similar_units(const struct bm25 *m, const float *weights, const struct article_term *terms,
                       size_t count, uint8_t length_code)
{
    uint32_t units = 0;
    for (size_t i = 0; i < count; i++)
        if (weights[terms[i].term] > 0)
            units +=
                bm25_units(weights[terms[i].term], (float)terms[i].tf, m->length_norm[length_code]);
    return units;
}

/* ---- the articles that a list needs by their terms ---- */

struct list_maker {
    const struct similar_context *c;
    int64_t self; /* global number; -1 for a text */
    uint64_t least_df;
    struct article_terms own;
    struct similar_query q;
    uint32_t **units; /* by segment and article */
    struct similar_facts facts;
    bool choosing;                  /* the choice and the threshold count */
    struct doc_languages languages; /* of an index without text */
    /* the candidates of a diverse list, by their terms */
    uint32_t *candidate_docs;
    struct article_terms *candidates;
    struct term_set candidate_set;
};

/* By the stop words of its own language an article does not ask. */
static void drop_own_stop_words(const struct list_maker *l, const uint32_t *docs, size_t n,
                                struct article_terms *terms)
{
    for (size_t i = 0; i < n && l->languages.of_doc; i++) {
        struct article_terms *a = &terms[i];
        uint8_t number = l->languages.of_doc[docs[i]];
        if (!number)
            continue;
        const struct analyzer *own = l->languages.analyzers[number - 1];
        a->asked = arena_alloc(l->c->arena, a->count * sizeof *a->asked);
        for (size_t k = 0; k < a->count; k++)
            a->asked[k] =
                analyzer_is_stop(own, a->texts[k].p, a->texts[k].len) ? 0 : a->terms[k].tf;
    }
}

static int read_terms(const struct list_maker *l, const uint32_t *docs, size_t n,
                      struct article_terms *out, struct error *err)
{
    const struct similar_context *c = l->c;
    int rc = BF_OK;
    if (c->s->manifest.without_text) {
        rc = article_terms_of_postings(c->s, docs, n, c->analyzer, c->arena, out, err);
        if (!rc)
            drop_own_stop_words(l, docs, n, out);
        return rc;
    }
    for (size_t i = 0; i < n && !rc; i++) {
        struct article a;
        struct body_parts without = {0};
        rc = article_read(c->reader, docs[i], c->arena, &a, err);
        if (rc)
            break;
        if (!c->options->keep_boilerplate)
            asked_boilerplate(&c->s->copies, &a, &without);
        article_terms_of(a.title, a.body, a.body_len, &without,
                         analyzer_for(c->analyzer, a.language), c->analyzer, c->arena, &out[i]);
    }
    return rc;
}

/* Scores of articles for the query, by number in the set. */
static float *weights_by_term(struct bm25 *m, const struct weighted_term *terms, size_t count,
                              const struct term_set *set, struct arena *arena)
{
    float *weights = arena_alloc(arena, set->count * sizeof *weights);
    memset(weights, 0, set->count * sizeof *weights);
    similar_fit_weights(m, terms, count);
    for (size_t i = 0; i < count; i++)
        weights[terms[i].term] = bm25_weight(m, (double)terms[i].weight);
    return weights;
}

static uint32_t score_of(const struct bm25 *m, const float *weights, const struct article_terms *a)
{
    return similar_units(m, weights, a->terms, a->count, a->length_code);
}

/* ---- the query ---- */

static struct weighted_term *query_of(const struct list_maker *l, const struct article_terms *a,
                                      const struct term_set *set, uint64_t least_df, size_t *count)
{
    struct weighted_term *terms = arena_alloc(l->c->arena, a->count * sizeof *terms);
    struct article_term *asked = arena_alloc(l->c->arena, a->count * sizeof *asked);
    size_t n = 0;
    for (size_t i = 0; i < a->count; i++) {
        asked[n] = a->terms[i];
        asked[n].tf = a->asked ? a->asked[i] : a->terms[i].tf;
        n += asked[n].tf > 0;
    }
    *count = term_weights_query(asked, n, &set->statistics, least_df, l->c->options->terms,
                                &(float){0}, terms);
    return terms;
}

static void set_query(struct list_maker *l, struct weighted_term *terms, size_t count,
                      const struct term_set *set)
{
    l->q.terms = terms;
    l->q.count = count;
    l->q.texts = set->texts;
    const float *weights = weights_by_term(&l->q.bm25, terms, count, set, l->c->arena);
    l->q.self_units = score_of(&l->q.bm25, weights, &l->own);
}

static int make_query(struct list_maker *l, struct error *err)
{
    struct article_terms *own = &l->own;
    struct term_set set;
    int rc = term_set_join(&own, 1, l->c->s, l->c->arena, &set, err);
    if (rc)
        return rc;
    size_t count;
    struct weighted_term *terms = query_of(l, own, &set, l->least_df, &count);
    const struct snapshot *s = l->c->s;
    similar_fit(&l->q.bm25, s->docs, s->tokens + s->lead_tokens, l->c->options);
    set_query(l, terms, count, &set);
    return BF_OK;
}

/* The query again, with what the articles of `list` add. */
static int learn(struct list_maker *l, const struct similar_item *list, size_t n, struct error *err)
{
    struct arena *arena = l->c->arena;
    struct article_terms articles[SIMILAR_FEEDBACK], *all[SIMILAR_FEEDBACK + 1] = {&l->own};
    struct feedback f = {.n = n};
    struct term_set set;
    uint32_t docs[SIMILAR_FEEDBACK];
    for (size_t i = 0; i < n; i++) {
        docs[i] = list[i].doc;
        all[i + 1] = &articles[i];
        f.units[i + 1] = list[i].units;
    }
    int rc = read_terms(l, docs, n, articles, err);
    if (!rc)
        rc = term_set_join(all, n + 1, l->c->s, arena, &set, err);
    if (rc)
        return rc;
    for (size_t i = 0; i <= n; i++)
        f.terms[i] = query_of(l, all[i], &set, i ? SIMILAR_LEAST_DF : l->least_df, &f.counts[i]);
    uint16_t *slots = mem_zalloc(set.count, sizeof *slots);
    struct weighted_term *terms = arena_alloc(arena, set.count * sizeof *terms);
    size_t count = term_weights_feedback(&f, l->c->options->terms, slots, terms);
    free(slots);
    set_query(l, terms, count, &set);
    return BF_OK;
}

/* ---- all scores ---- */

static int open_list(const struct segment *s, const struct similar_query *q, size_t term,
                     struct postings *list, struct error *err)
{
    struct term_text text = q->texts[q->terms[term].term];
    struct term_info info;
    int rc = dictionary_find(&s->dictionary, text.p, text.len, &info, err);
    return rc ? rc : segment_postings(s, &info, list, err);
}

static int add_list(const struct segment *s, const struct postings *list, struct lead_block *b,
                    const struct bm25 *m, float weight, uint32_t *units, struct error *err)
{
    const uint8_t *codes = column(&s->columns, COLUMN_LEAD_LENGTH);
    for (uint32_t block = 0; block < list->blocks; block++) {
        int rc = lead_block_read(b, s, list, block, err);
        if (rc)
            return rc;
        for (unsigned i = 0; i < b->articles.n; i++) {
            uint32_t doc = b->articles.docs[i];
            units[doc] += bm25_units(weight, (float)b->tf[i], m->length_norm[codes[doc]]);
        }
    }
    return BF_OK;
}

static int accumulate(const struct segment *s, const struct similar_query *q, uint32_t *units,
                      struct error *err)
{
    struct lead_block block = {0};
    int rc = BF_OK;
    memset(units, 0, s->entry.docs * sizeof *units);
    for (size_t i = 0; i < q->count && rc >= 0; i++) {
        struct postings list;
        float weight = bm25_weight(&q->bm25, (double)q->terms[i].weight);
        rc = open_list(s, q, i, &list, err);
        if (rc == BF_OK)
            rc = add_list(s, &list, &block, &q->bm25, weight, units, err);
    }
    lead_block_free(&block);
    return rc < 0 ? rc : BF_OK;
}

static int score_all(struct list_maker *l, struct error *err)
{
    const struct snapshot *s = l->c->s;
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && !rc; i++)
        rc = accumulate(&s->segments[i], &l->q, l->units[i], err);
    return rc;
}

/* ---- the list: what similar_pick asks for ---- */

static uint32_t article_units(void *ctx, uint32_t doc)
{
    const struct list_maker *l = ctx;
    uint32_t segment = snapshot_segment_of(l->c->s, doc);
    return l->units[segment][doc - l->c->s->bases[segment]];
}

static bool is_listable(const struct list_maker *l, uint32_t doc, uint32_t units)
{
    if (doc == l->self)
        return false;
    return !l->choosing ||
           (similar_similarity(units, l->q.self_units) >= l->c->options->threshold &&
            similar_may_list(&l->facts, l->self, doc));
}

static void offer_segment(const struct list_maker *l, uint32_t segment, struct topk *top)
{
    const struct segment *s = &l->c->s->segments[segment];
    const uint32_t *units = l->units[segment];
    for (uint32_t i = 0; i < s->entry.docs; i++) {
        uint32_t doc = l->c->s->bases[segment] + i;
        if (!units[i] || units[i] < topk_threshold(top) || deletes_has(&s->deletes, i) ||
            !is_listable(l, doc, units[i]))
            continue;
        topk_offer(top, segment, i,
                   l->choosing ? similar_rank_units(&l->facts, doc, units[i]) : units[i]);
    }
}

static void find_best(void *ctx, size_t k, struct topk *top)
{
    const struct list_maker *l = ctx;
    (void)k;
    for (uint32_t i = 0; i < l->c->s->count; i++)
        offer_segment(l, i, top);
}

/* ---- a diverse list ---- */

static int read_candidates(struct list_maker *l, const uint32_t *docs, size_t n, struct error *err)
{
    struct arena *arena = l->c->arena;
    struct article_terms **all = arena_alloc(arena, n * sizeof *all);
    l->candidate_docs = arena_dup(arena, docs, n * sizeof *docs);
    l->candidates = arena_alloc(arena, n * sizeof *l->candidates);
    for (size_t i = 0; i < n; i++)
        all[i] = &l->candidates[i];
    int rc = read_terms(l, docs, n, l->candidates, err);
    return rc ? rc : term_set_join(all, n, l->c->s, arena, &l->candidate_set, err);
}

static const struct article_terms *candidate(const struct list_maker *l, uint32_t doc)
{
    size_t i = 0;
    while (l->candidate_docs[i] != doc)
        i++;
    return &l->candidates[i];
}

static int alike(void *ctx, const uint32_t *docs, size_t n, size_t of, double *similarity,
                 struct error *err)
{
    struct list_maker *l = ctx;
    int rc = l->candidates ? BF_OK : read_candidates(l, docs, n, err);
    if (rc)
        return rc;
    const struct article_terms *picked = candidate(l, docs[of]);
    struct bm25 m = l->q.bm25;
    size_t count;
    struct weighted_term *terms = query_of(l, picked, &l->candidate_set, SIMILAR_LEAST_DF, &count);
    const float *weights = weights_by_term(&m, terms, count, &l->candidate_set, l->c->arena);
    uint32_t self_units = score_of(&m, weights, picked);
    for (size_t i = 0; i < n; i++)
        similarity[i] =
            similar_similarity(score_of(&m, weights, candidate(l, docs[i])), self_units);
    return BF_OK;
}

/* ---- all of it ---- */

static int pick(struct list_maker *l, const struct similar_options *o, struct similar_item *items,
                size_t *count, struct error *err)
{
    const struct similar_finder finder = {.ctx = l,
                                          .s = l->c->s,
                                          .options = o,
                                          .self = l->self,
                                          .self_units = l->q.self_units,
                                          .best = find_best,
                                          .units = article_units,
                                          .facts = &l->facts,
                                          .alike = alike};
    return similar_pick(&finder, items, count, err);
}

static int feed_back(struct list_maker *l, struct error *err)
{
    struct similar_options first = *l->c->options;
    struct similar_item items[SIMILAR_FEEDBACK];
    size_t count;
    first.n = SIMILAR_FEEDBACK;
    first.choice = (struct similar_choice){0};
    l->choosing = false;
    int rc = pick(l, &first, items, &count, err);
    if (!rc && count)
        rc = learn(l, items, count, err);
    if (!rc && count)
        rc = score_all(l, err);
    return rc;
}

/* What the list has left out, by article. */
static void count_copies(const struct list_maker *l, struct similar_list *out)
{
    const struct copies *c = &l->c->s->copies;
    uint32_t *leaders = arena_alloc(l->c->arena, (out->count + 1) * sizeof *leaders);
    uint32_t *sizes = arena_alloc(l->c->arena, (out->count + 1) * sizeof *sizes);
    for (size_t i = 0; i < out->count; i++)
        leaders[i] = copies_leader(c, out->items[i].doc);
    leaders[out->count] = l->self >= 0 ? copies_leader(c, (uint32_t)l->self) : COPIES_NONE;
    copies_sizes(c, leaders, out->count + 1, sizes);
    for (size_t i = 0; i < out->count; i++)
        out->items[i].copies = sizes[i] - 1;
    out->own_copies = sizes[out->count] - 1;
}

static int make_list(struct list_maker *l, struct similar_list *out, struct error *err)
{
    const struct similar_options *o = l->c->options;
    out->items = arena_alloc(l->c->arena, o->n * sizeof *out->items);
    int rc = make_query(l, err);
    if (!rc)
        rc = score_all(l, err);
    if (!rc && o->feedback)
        rc = feed_back(l, err);
    l->choosing = true;
    if (!rc)
        rc = pick(l, o, out->items, &out->count, err);
    if (!rc && !o->keep_copies)
        count_copies(l, out);
    return rc;
}

static int run(struct list_maker *l, struct similar_query *q, struct similar_list *out,
               struct error *err)
{
    const struct snapshot *s = l->c->s;
    *out = (struct similar_list){0};
    l->units = mem_zalloc(s->count, sizeof *l->units);
    int rc = similar_facts_load(&l->facts, s, &l->c->options->choice, err);
    for (uint32_t i = 0; i < s->count; i++)
        l->units[i] = mem_alloc(s->segments[i].entry.docs * sizeof **l->units);
    if (!rc)
        rc = make_list(l, out, err);
    if (!rc && q)
        *q = l->q;
    for (uint32_t i = 0; i < s->count; i++)
        free(l->units[i]);
    free(l->units);
    similar_facts_free(&l->facts);
    return rc;
}

static int start(struct list_maker *l, struct error *err)
{
    const struct similar_context *c = l->c;
    int rc = copies_verify(&c->s->copies, c->s->bases[c->s->count], err);
    if (!rc && c->s->manifest.without_text)
        rc = doc_languages_find(&l->languages, c->s, c->analyzer, err);
    return rc;
}

int similar_to_article(const struct similar_context *c, uint32_t doc, struct similar_query *q,
                       struct similar_list *out, struct error *err)
{
    struct list_maker l = {.c = c, .self = doc, .least_df = SIMILAR_LEAST_DF};
    int rc = start(&l, err);
    if (!rc)
        rc = read_terms(&l, &doc, 1, &l.own, err);
    if (!rc)
        rc = run(&l, q, out, err);
    doc_languages_free(&l.languages);
    return rc;
}

int similar_to_text(const struct similar_context *c, struct analyzer *analyzer, const char *text,
                    size_t len, struct similar_query *q, struct similar_list *out,
                    struct error *err)
{
    struct list_maker l = {.c = c, .self = -1, .least_df = 1};
    int rc = start(&l, err);
    article_terms_of("", text, len, NULL, analyzer, c->analyzer, c->arena, &l.own);
    if (!rc)
        rc = run(&l, q, out, err);
    doc_languages_free(&l.languages);
    return rc;
}

int similar_contribution(const struct snapshot *s, const struct similar_query *q, size_t term,
                         uint32_t doc, uint32_t *units, struct error *err)
{
    uint32_t segment = snapshot_segment_of(s, doc), local = doc - s->bases[segment];
    const struct segment *seg = &s->segments[segment];
    struct lead_block block = {0};
    struct postings list;
    uint32_t tf = 0;
    *units = 0;
    int rc = open_list(seg, q, term, &list, err);
    if (!rc)
        rc = lead_block_find(&block, seg, &list, local, &tf, err);
    if (!rc) {
        float norm = q->bm25.length_norm[column_u8(&seg->columns, COLUMN_LEAD_LENGTH, local)];
        *units = bm25_units(bm25_weight(&q->bm25, (double)q->terms[term].weight), (float)tf, norm);
    }
    lead_block_free(&block);
    return rc < 0 ? rc : BF_OK;
}
