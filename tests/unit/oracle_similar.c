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
    float weight;
};

struct asked {
    struct counted_term *terms;
    size_t count;
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
    const char *text = vocabulary_term(o->lexicon->terms, term, &len);
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

static int compare_texts(const void *a, const void *b, void *vocabulary)
{
    const struct counted_term *x = a, *y = b;
    size_t len;
    return strcmp(vocabulary_term(vocabulary, x->term, &len),
                  vocabulary_term(vocabulary, y->term, &len));
}

/* The heaviest, in byte order: so their weights add up. */
static struct asked choose_terms(struct oracle *o, const struct oracle_article *a, uint32_t least,
                                 size_t most)
{
    const uint64_t parts[] = {5, 2, 1};
    const double n = (double)o->count;
    struct asked q = {mem_alloc(((size_t)a->token_count + 1) * sizeof *q.terms), 0};
    for (int i = 0; i < 3 && q.count < 10; i++) {
        uint64_t limit = o->count / parts[i];
        q.count = list_terms(o, a, least, limit < 10 ? 10 : limit, q.terms);
    }
    for (size_t i = 0; i < q.count; i++) {
        double df = oracle_dfs(o)[q.terms[i].term];
        q.terms[i].weight =
            (float)((1 + log(q.terms[i].tf)) * log(1.0 + (n - df + 0.5) / (df + 0.5)));
    }
    qsort_r(q.terms, q.count, sizeof *q.terms, compare_weights, o->lexicon->terms);
    q.count = q.count < most ? q.count : most;
    qsort_r(q.terms, q.count, sizeof *q.terms, compare_texts, o->lexicon->terms);
    return q;
}

static double euclidean(const struct asked *q)
{
    double sum = 0;
    for (size_t i = 0; i < q->count; i++)
        sum += (double)q->terms[i].weight * (double)q->terms[i].weight;
    return sqrt(sum);
}

static void add_weights(const struct asked *q, double factor, float *sums)
{
    for (size_t i = 0; i < q->count; i++)
        sums[q->terms[i].term] += (float)(factor * (double)q->terms[i].weight);
}

static void keep_heaviest(struct oracle *o, const float *sums, size_t most, struct asked *q)
{
    uint32_t terms = vocabulary_count(o->lexicon->terms);
    q->count = 0;
    q->terms = mem_realloc(q->terms, ((size_t)terms + 1) * sizeof *q->terms);
    for (uint32_t term = 0; term < terms; term++)
        if (sums[term] > 0)
            q->terms[q->count++] = (struct counted_term){.term = term, .weight = sums[term]};
    qsort_r(q->terms, q->count, sizeof *q->terms, compare_weights, o->lexicon->terms);
    q->count = q->count < most ? q->count : most;
}

/* Adds what the n articles ask, each as its part of the sum of scores. */
static void learn(struct oracle *o, const struct oracle_hit *hits, size_t n, size_t most,
                  struct asked *q)
{
    float *sums = mem_zalloc(vocabulary_count(o->lexicon->terms) + 1, sizeof *sums);
    double own = euclidean(q), all = 0;
    for (size_t i = 0; i < n; i++)
        all += hits[i].units;
    add_weights(q, 1, sums);
    for (size_t i = 0; i < n; i++) {
        struct asked other = choose_terms(o, hits[i].article, 2, most);
        double length = euclidean(&other);
        if (length > 0)
            add_weights(&other, 0.5 * own * (hits[i].units / all) / length, sums);
        free(other.terms);
    }
    keep_heaviest(o, sums, most, q);
    free(sums);
}

static struct weights weigh(struct oracle *o, const struct asked *q,
                            const struct similar_options *options)
{
    double sum = 0, scale = 65536;
    for (size_t i = 0; i < q->count; i++)
        sum += (double)q->terms[i].weight;
    while (scale > 1 && sum * (options->k1 + 1) * scale >= 2147483648.0)
        scale /= 2;
    struct weights w = {mem_zalloc(vocabulary_count(o->lexicon->terms) + 1, sizeof *w.units),
                        options->k1, options->b, average_length(o)};
    for (size_t i = 0; i < q->count; i++)
        w.units[q->terms[i].term] = (float)((double)q->terms[i].weight * (options->k1 + 1) * scale);
    return w;
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

static double similarity(uint32_t units, uint32_t self_units)
{
    double ratio = self_units ? (double)units / (double)self_units : 0;
    return ratio < 1 ? sqrt(ratio) : 1;
}

/* One list in the making. */
struct making {
    struct oracle *o;
    const struct oracle_article *self;
    bool of_archive; /* else of a text, which has no copies, date and category */
    const struct similar_options *options;
    struct weights w;
    uint32_t self_units;
    struct oracle_hit *hits; /* room for every article */
    size_t count;
};

static void score_all(struct making *m)
{
    m->count = 0;
    m->self_units = score(&m->w, m->self);
    for (size_t i = 0; i < m->o->count; i++) {
        uint32_t units = score(&m->w, &m->o->articles[i]);
        if (units && &m->o->articles[i] != m->self)
            m->hits[m->count++] = (struct oracle_hit){&m->o->articles[i], units};
    }
    qsort(m->hits, m->count, sizeof *m->hits, oracle_compare);
}

/* ---- the choice ---- */

static bool in_window(const struct making *m, const struct oracle_article *a)
{
    double days = m->options->choice.window_days;
    return m->of_archive && a->date != INT64_MIN && m->self->date != INT64_MIN &&
           fabs((double)a->date - (double)m->self->date) <= days * 86400;
}

static bool may_list(const struct making *m, const struct oracle_hit *hit)
{
    const struct similar_choice *c = &m->options->choice;
    bool same = m->of_archive && !strcmp(hit->article->category, m->self->category);
    if (similarity(hit->units, m->self_units) < m->options->threshold)
        return false;
    if (c->window_days > 0 && !in_window(m, hit->article))
        return false;
    if (m->of_archive && ((c->same_category && !same) || (c->other_category && same)))
        return false;
    return !m->o->until || (hit->article->date != INT64_MIN && hit->article->date >= m->o->from &&
                            hit->article->date < m->o->until);
}

static uint32_t faded(const struct making *m, const struct oracle_hit *hit)
{
    double half_life = m->options->choice.half_life_days;
    int64_t newest = INT64_MIN, oldest = INT64_MAX, date = hit->article->date;
    if (!(half_life > 0))
        return hit->units;
    for (size_t i = 0; i < m->o->count; i++) {
        int64_t d = m->o->articles[i].date;
        newest = d > newest ? d : newest;
        oldest = d != INT64_MIN && d < oldest ? d : oldest;
    }
    date = date == INT64_MIN ? oldest : date;
    double days = newest == INT64_MIN ? 0 : ((double)newest - (double)date) / 86400;
    double units = rint(hit->units * (days > 0 ? exp2(-days / half_life) : 1));
    return units < 1 ? 1 : (uint32_t)units;
}

static void leave_out(struct making *m)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++)
        if (may_list(m, &m->hits[i]))
            m->hits[kept++] = (struct oracle_hit){m->hits[i].article, faded(m, &m->hits[i])};
    m->count = kept;
    qsort(m->hits, m->count, sizeof *m->hits, oracle_compare);
}

/* What it names, else the host of its URL; returns the length, 0 when unknown. */
static size_t source_of(const struct oracle_article *a, const char **name)
{
    const char *host = strstr(a->url, "//www.");
    *name = *a->source ? a->source : host ? host + 6 : "";
    return *a->source ? strlen(a->source) : strcspn(*name, "/");
}

static bool same_source(const struct oracle_article *a, const struct oracle_article *b)
{
    const char *x, *y;
    size_t len = source_of(a, &x);
    return len && len == source_of(b, &y) && !memcmp(x, y, len);
}

/* Keeps the first `most` that are left. */
static void drop_copies(struct making *m, uint32_t most_of_source, size_t most)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count && kept < most; i++) {
        const struct oracle_article *a = m->hits[i].article;
        bool copy = m->of_archive && is_copy(a, m->self);
        uint32_t of_source = 0;
        for (size_t k = 0; k < kept; k++) {
            copy = copy || is_copy(a, m->hits[k].article);
            of_source += same_source(a, m->hits[k].article);
        }
        if (!copy && (!most_of_source || of_source < most_of_source))
            m->hits[kept++] = m->hits[i];
    }
    m->count = kept;
}

/* ---- variety ---- */

/* How similar b is to a, without feedback. */
static double alike(struct making *m, const struct oracle_article *a,
                    const struct oracle_article *b)
{
    struct asked q = choose_terms(m->o, a, 2, m->options->terms);
    struct weights w = weigh(m->o, &q, m->options);
    double value = similarity(score(&w, b), score(&w, a));
    free(q.terms);
    free(w.units);
    return value;
}

static void diversify(struct making *m)
{
    size_t n = m->options->n;
    double *redundancy = mem_zalloc(m->count + 1, sizeof *redundancy);
    for (size_t at = 0; at < m->count && at < n; at++) {
        size_t best = at;
        double most = -1;
        for (size_t i = at; i < m->count; i++) {
            double own = similarity(score(&m->w, m->hits[i].article), m->self_units);
            double value = 0.7 * own - (1 - 0.7) * redundancy[i];
            if (value > most) {
                most = value;
                best = i;
            }
        }
        struct oracle_hit hit = m->hits[best];
        memmove(&m->hits[at + 1], &m->hits[at], (best - at) * sizeof hit);
        memmove(&redundancy[at + 1], &redundancy[at], (best - at) * sizeof *redundancy);
        m->hits[at] = hit;
        for (size_t i = at + 1; i < m->count; i++) {
            double value = alike(m, hit.article, m->hits[i].article);
            redundancy[i] = value > redundancy[i] ? value : redundancy[i];
        }
    }
    free(redundancy);
}

/* ---- all of it ---- */

static void finish(struct making *m, struct oracle_list *out)
{
    size_t n = m->options->n;
    leave_out(m);
    drop_copies(m, m->options->choice.most_of_source,
                m->options->choice.diverse && n < 20 ? 20 : n);
    if (m->options->choice.diverse)
        diversify(m);
    *out = (struct oracle_list){.items = mem_alloc(m->options->n * sizeof *out->items),
                                .self_units = m->self_units,
                                .own_copies = m->of_archive ? other_copies(m->o, m->self) : 0};
    for (; out->count < m->count && out->count < m->options->n; out->count++) {
        const struct oracle_article *a = m->hits[out->count].article;
        uint32_t units = score(&m->w, a);
        out->items[out->count] =
            (struct oracle_item){a, units, similarity(units, m->self_units), other_copies(m->o, a)};
    }
}

static void make_list(struct oracle *o, const struct oracle_article *a, uint32_t least_df,
                      bool of_archive, const struct similar_options *options,
                      struct oracle_list *out)
{
    struct asked q = choose_terms(o, a, least_df, options->terms);
    struct making m = {.o = o, .self = a, .of_archive = of_archive, .options = options};
    m.hits = mem_alloc((o->count + 1) * sizeof *m.hits);
    m.w = weigh(o, &q, options);
    score_all(&m);
    if (options->feedback) {
        drop_copies(&m, 0, 5);
        learn(o, m.hits, m.count, options->terms, &q);
        free(m.w.units);
        m.w = weigh(o, &q, options);
        score_all(&m);
    }
    finish(&m, out);
    free(m.w.units);
    free(m.hits);
    free(q.terms);
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
