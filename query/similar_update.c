/* similar_update.c - old lists taken over, those that may have changed made again. */
#include "query/similar_update.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"

#define NONE UINT32_MAX

struct entry {
    uint32_t rank, doc;
};

struct updating {
    const struct snapshot *s;
    const struct lists *old;
    const struct similar_options *o;
    struct similar_engine *e;
    struct similar_lists *lists;
    uint32_t *ranks;  /* by global number: the place in lists->docs */
    uint32_t *now_of; /* by old place: the present one; NONE: gone */
    uint32_t *old_of; /* by present place: the old one; NONE: new */
    bool *again;      /* by present place: the list has to be made again */
    /* which lists new articles may enter */
    struct entry *entries;
    size_t entry_count, entry_capacity;
    uint32_t fresh, gone;
};

/* ---- which article is which ---- */

static int name_of(const struct updating *u, uint32_t rank, struct text *id, uint64_t *hash,
                   struct error *err)
{
    uint32_t doc = u->lists->docs[rank], i = snapshot_segment_of(u->s, doc);
    const struct columns *c = &u->s->segments[i].columns;
    struct text title;
    int rc = columns_name(c, doc - u->s->bases[i], id, &title, err);
    if (!rc)
        rc = columns_touch_in(c, COLUMN_CONTENT_HASH, doc - u->s->bases[i], err);
    if (!rc)
        *hash = column_u64(c, COLUMN_CONTENT_HASH, doc - u->s->bases[i]);
    return rc;
}

/* Both are in the order of ids. */
static int match_articles(struct updating *u, struct error *err)
{
    uint32_t at = 0;
    memset(u->now_of, 0xff, u->old->count * sizeof *u->now_of);
    memset(u->old_of, 0xff, u->lists->count * sizeof *u->old_of);
    for (uint32_t rank = 0; rank < u->lists->count; rank++) {
        struct text id;
        uint64_t hash;
        int order = 1, rc = name_of(u, rank, &id, &hash, err);
        if (rc)
            return rc;
        u->ranks[u->lists->docs[rank]] = rank;
        for (; at < u->old->count; at++) {
            size_t len;
            const char *old_id = lists_id(u->old, at, &len);
            order = term_compare(old_id, len, id.p, id.len);
            if (order >= 0)
                break;
        }
        if (at == u->old->count || order || lists_hash(u->old, at) != hash) {
            u->fresh++;
            u->again[rank] = true;
            continue;
        }
        u->now_of[at] = rank;
        u->old_of[rank] = at;
    }
    u->gone = u->old->count - (u->lists->count - u->fresh);
    return BF_OK;
}

/* ---- lists as they were ---- */

static uint32_t present_doc(const struct updating *u, uint32_t old_article)
{
    uint32_t rank = u->now_of[old_article];
    return rank == NONE ? NONE : u->lists->docs[rank];
}

/* False when an article of it is gone. */
static bool take_list(struct updating *u, uint32_t rank, uint32_t at)
{
    struct similar_lists *l = u->lists;
    uint32_t doc = l->docs[rank], count = 0;
    uint64_t end, i = lists_items(u->old, at, &end);
    const struct lists_article article = lists_article(u->old, at);
    l->self_units[doc] = article.self_units;
    l->own_copies[doc] = similar_engine_copies(u->e, doc);
    for (; i < end; i++) {
        struct lists_item item = lists_item(u->old, i);
        uint32_t of = present_doc(u, item.article);
        if (of == NONE)
            return false;
        l->items[(size_t)doc * l->n + count++] = (struct similar_item){
            of, item.units, similar_similarity(item.units, article.self_units),
            similar_engine_copies(u->e, of)};
    }
    l->lengths[doc] = (uint16_t)count;
    count = 0;
    for (i = lists_learned(u->old, at, &end); i < end && l->learned; i++) {
        struct lists_item item = lists_learned_item(u->old, i);
        uint32_t of = present_doc(u, item.article);
        if (of == NONE)
            return false;
        l->learned[(size_t)doc * SIMILAR_FEEDBACK + count++] =
            (struct similar_item){.doc = of, .units = item.units};
    }
    l->learned_counts[doc] = (uint8_t)count;
    return true;
}

static void take_lists(struct updating *u)
{
    for (uint32_t rank = 0; rank < u->lists->count; rank++)
        if (u->old_of[rank] != NONE && !take_list(u, rank, u->old_of[rank]))
            u->again[rank] = true;
}

/* ---- groups of copies ---- */

/* An old article's group, now and before: a leader's place, or behind all of these the
 * article's own when it is in no group. */
struct groups {
    uint32_t now, before;
};

static struct groups groups_of(const struct updating *u, uint32_t rank)
{
    uint32_t now = copies_leader(&u->s->copies, u->lists->docs[rank]);
    uint32_t before = lists_article(u->old, u->old_of[rank]).leader;
    return (struct groups){now == COPIES_NONE ? u->lists->count + rank : u->ranks[now],
                           before == LISTS_NONE ? u->old->count + u->old_of[rank] : before};
}

/* The one group that the old articles of a group were in, or are in. */
struct counterpart {
    uint32_t group;
    bool several;
};

static void pair(struct counterpart *c, uint32_t group)
{
    c->several |= c->group != NONE && c->group != group;
    c->group = group;
}

static struct counterpart *new_counterparts(uint32_t articles)
{
    struct counterpart *c = mem_alloc((2 * (size_t)articles + 1) * sizeof *c);
    for (size_t i = 0; i < 2 * (size_t)articles; i++)
        c[i] = (struct counterpart){.group = NONE};
    return c;
}

/* Marks the old articles that have other old articles for copies than they had. New ones
 * change how many copies there are, and may enter a list in the place of one; no more. */
static bool *find_changed_groups(const struct updating *u)
{
    uint32_t count = u->lists->count;
    bool *changed = mem_zalloc((size_t)count + 1, 1);
    struct counterpart *before_of = new_counterparts(count);
    struct counterpart *now_of = new_counterparts(u->old->count);
    for (uint32_t rank = 0; rank < count; rank++) {
        if (u->old_of[rank] == NONE)
            continue;
        struct groups g = groups_of(u, rank);
        pair(&before_of[g.now], g.before);
        pair(&now_of[g.before], g.now);
    }
    for (uint32_t rank = 0; rank < count; rank++) {
        if (u->old_of[rank] == NONE)
            continue;
        struct groups g = groups_of(u, rank);
        changed[rank] = before_of[g.now].several || now_of[g.before].several;
    }
    free(before_of);
    free(now_of);
    return changed;
}

/* A diverse list is picked from more articles than it holds, of which the file does not
 * tell: any of them may be gone, or a copy of another. */
static bool may_differ_unseen(const struct updating *u, const bool *changed)
{
    bool any = u->gone > 0;
    for (uint32_t rank = 0; rank < u->lists->count && !any; rank++)
        any = changed[rank];
    return any && u->o->choice.diverse;
}

static void mark_copies(struct updating *u)
{
    const struct similar_lists *l = u->lists;
    bool *changed = find_changed_groups(u), all = may_differ_unseen(u, changed);
    for (uint32_t rank = 0; rank < l->count; rank++) {
        uint32_t doc = l->docs[rank];
        bool any = all || changed[rank];
        if (u->again[rank])
            continue;
        for (uint32_t i = 0; i < l->lengths[doc] && !any; i++)
            any = changed[u->ranks[l->items[(size_t)doc * l->n + i].doc]];
        for (uint32_t i = 0; i < l->learned_counts[doc] && !any; i++)
            any = changed[u->ranks[l->learned[(size_t)doc * SIMILAR_FEEDBACK + i].doc]];
        u->again[rank] = any;
    }
    free(changed);
}

/* ---- which lists a new article may enter ---- */

/* The queries of all articles, by term. */
struct query_index {
    const struct archive_matrix *m;
    uint64_t *starts; /* by term */
    uint32_t *docs;
    float *weights;
    double *lengths; /* of each article's query */
    double *sums;    /* of its weights */
    float *shares;   /* 1 / length; 0 for a length of 0 */
    float *scores;   /* of a new article for each query */
};

/* What a score has to reach to change an old list. */
struct bar {
    uint32_t rank;
    /* to be listed, the sum of the score and of parts of the scores for these queries */
    uint32_t learned[SIMILAR_FEEDBACK];
    float parts[SIMILAR_FEEDBACK];
};

/* The part of it that decides nearly always, for all lists one after the other. */
struct low_bar {
    uint32_t doc;
    float first; /* to be learned from */
    float last;  /* to be listed */
    float reach; /* the parts sum up to this times the highest score for a query of length 1 */
};

struct bars {
    struct bar *bars;
    struct low_bar *low;
    uint32_t count;
};

static void index_queries(const struct updating *u, struct query_index *q)
{
    const struct archive_matrix *m = q->m = similar_engine_matrix(u->e);
    size_t count;
    q->starts = mem_zalloc((size_t)m->terms + 2, sizeof *q->starts);
    q->lengths = mem_zalloc(m->docs, sizeof *q->lengths);
    q->sums = mem_zalloc(m->docs, sizeof *q->sums);
    q->shares = mem_zalloc(m->docs, sizeof *q->shares);
    q->scores = mem_alloc(m->docs * sizeof *q->scores);
    for (uint32_t rank = 0; rank < u->lists->count; rank++) {
        uint32_t doc = u->lists->docs[rank];
        const struct weighted_term *terms = similar_engine_query(u->e, doc, &count);
        for (size_t i = 0; i < count; i++) {
            q->starts[terms[i].term + 2]++;
            q->lengths[doc] += (double)terms[i].weight * (double)terms[i].weight;
            q->sums[doc] += (double)terms[i].weight;
        }
        q->lengths[doc] = sqrt(q->lengths[doc]);
        q->shares[doc] = q->lengths[doc] > 0 ? (float)(1 / q->lengths[doc]) : 0;
    }
    for (uint32_t term = 2; term <= m->terms; term++)
        q->starts[term] += q->starts[term - 1];
    uint64_t all = q->starts[m->terms] + q->starts[m->terms + 1];
    q->docs = mem_alloc(all * sizeof *q->docs);
    q->weights = mem_alloc(all * sizeof *q->weights);
    for (uint32_t rank = 0; rank < u->lists->count; rank++) {
        uint32_t doc = u->lists->docs[rank];
        const struct weighted_term *terms = similar_engine_query(u->e, doc, &count);
        for (size_t i = 0; i < count; i++) {
            uint64_t at = q->starts[terms[i].term + 1]++;
            q->docs[at] = doc;
            q->weights[at] = terms[i].weight;
        }
    }
}

static void free_query_index(struct query_index *q)
{
    free(q->starts);
    free(q->docs);
    free(q->weights);
    free(q->lengths);
    free(q->sums);
    free(q->shares);
    free(q->scores);
}

/* What the article scores for each query, in units of 2^-16. */
static void score_queries(struct query_index *q, uint32_t doc)
{
    const struct archive_matrix *m = q->m;
    float norm = m->bm25.length_norm[m->length_codes[doc]];
    memset(q->scores, 0, m->docs * sizeof *q->scores);
    for (uint64_t i = m->doc_starts[doc]; i < m->doc_starts[doc + 1]; i++) {
        uint32_t term = m->doc_terms[i];
        float part = bm25_weight(&m->bm25, 1) * bm25_saturation((float)m->doc_tfs[i], norm);
        for (uint64_t at = q->starts[term]; at < q->starts[term + 1]; at++)
            q->scores[q->docs[at]] += q->weights[at] * part;
    }
}

/* Units are rounded, each of a query's 255 terms at most; and floats are. */
static float with_slack(double units)
{
    return units > 0 ? (float)((units - 256) * (1 - 1e-4)) : 0;
}

/* The least score that is listed. */
static double last_units(const struct updating *u, uint32_t doc)
{
    const struct similar_lists *l = u->lists;
    if (l->lengths[doc] == l->n && l->n && !u->o->choice.diverse)
        return l->items[(size_t)doc * l->n + l->n - 1].units;
    return u->o->threshold * u->o->threshold * l->self_units[doc];
}

/* Whether the weights could sum up to so much that there are fewer units in 1.0
 * (bm25_fit): then scores cannot be compared here. */
static bool is_out_of_scale(const struct updating *u, const struct query_index *q, uint32_t doc)
{
    double learned = SIMILAR_ALPHA * q->lengths[doc] * sqrt((double)u->o->terms);
    return (q->sums[doc] + learned) * (u->o->k1 + 1) * 65536 >= 0x1p31;
}

static void set_bar(const struct updating *u, const struct query_index *q, uint32_t rank,
                    struct bar *bar, struct low_bar *low)
{
    const struct similar_lists *l = u->lists;
    uint32_t doc = l->docs[rank], n = l->learned_counts[doc];
    const struct similar_item *learned = &l->learned[(size_t)doc * SIMILAR_FEEDBACK];
    double units = 0;
    *bar = (struct bar){.rank = rank};
    *low = (struct low_bar){.doc = doc, .first = u->o->feedback ? 0 : INFINITY};
    low->last = with_slack(last_units(u, doc));
    for (uint32_t i = 0; i < n; i++)
        units += learned[i].units;
    for (uint32_t i = 0; i < n; i++) {
        double length = q->lengths[learned[i].doc];
        bar->learned[i] = learned[i].doc;
        if (length > 0)
            bar->parts[i] =
                (float)(SIMILAR_ALPHA * q->lengths[doc] * learned[i].units / units / length);
        low->reach += bar->parts[i] * (float)length;
    }
    if (n == SIMILAR_FEEDBACK)
        low->first = with_slack(learned[n - 1].units);
    if (is_out_of_scale(u, q, doc))
        low->first = low->last = -1;
}

/* The bars of the lists that are not made again anyhow. */
static struct bars list_bars(const struct updating *u, const struct query_index *q)
{
    struct bars b = {.bars = mem_alloc(u->lists->count * sizeof *b.bars),
                     .low = mem_alloc(u->lists->count * sizeof *b.low)};
    for (uint32_t rank = 0; rank < u->lists->count; rank++) {
        if (u->again[rank])
            continue;
        set_bar(u, q, rank, &b.bars[b.count], &b.low[b.count]);
        b.count++;
    }
    return b;
}

/* The highest of the scores, each divided by the length of its query. */
static float highest_part(const struct query_index *q)
{
    float highest = 0;
    for (uint32_t doc = 0; doc < q->m->docs; doc++) {
        float part = q->scores[doc] * q->shares[doc];
        highest = part > highest ? part : highest;
    }
    return highest;
}

/* A query with feedback gives no article more than its parts do. */
static bool reaches(const struct bar *bar, const struct low_bar *low, const float *scores)
{
    float score = scores[low->doc], sum = score;
    for (int i = 0; i < SIMILAR_FEEDBACK; i++)
        sum += bar->parts[i] * scores[bar->learned[i]];
    return sum > 0 && (score >= low->first || sum >= low->last);
}

static void find_entries_of(struct updating *u, const struct query_index *q, const struct bars *b,
                            uint32_t doc)
{
    float highest = highest_part(q) * 1.001f; /* floats are rounded */
    for (uint32_t i = 0; i < b->count; i++) {
        const struct low_bar *low = &b->low[i];
        float score = q->scores[low->doc];
        if ((score < low->first && score + low->reach * highest < low->last) ||
            !reaches(&b->bars[i], low, q->scores))
            continue;
        mem_grow(u->entries, &u->entry_capacity, u->entry_count + 1);
        u->entries[u->entry_count++] = (struct entry){b->bars[i].rank, doc};
    }
}

static void find_entries(struct updating *u)
{
    struct query_index q;
    if (!u->fresh)
        return;
    index_queries(u, &q);
    struct bars b = list_bars(u, &q);
    for (uint32_t x = 0; x < u->lists->count; x++) {
        if (u->old_of[x] != NONE)
            continue;
        score_queries(&q, u->lists->docs[x]);
        find_entries_of(u, &q, &b, u->lists->docs[x]);
    }
    free(b.bars);
    free(b.low);
    free_query_index(&q);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->doc > y->doc) - (x->doc < y->doc);
}

/* By list, without those that are made again anyhow. */
static void sort_entries(struct updating *u)
{
    size_t kept = 0;
    for (size_t i = 0; i < u->entry_count; i++)
        if (!u->again[u->entries[i].rank])
            u->entries[kept++] = u->entries[i];
    u->entry_count = kept;
    if (kept)
        qsort(u->entries, kept, sizeof *u->entries, compare_entries);
}

/* ---- all of it ---- */

static int make_again(struct updating *u, uint32_t *made, struct error *err)
{
    uint32_t *which = mem_alloc(u->lists->count * sizeof *which);
    *made = 0;
    for (uint32_t rank = 0; rank < u->lists->count; rank++)
        if (u->again[rank])
            which[(*made)++] = rank;
    int rc = similar_engine_make(u->e, which, *made, err);
    free(which);
    return rc;
}

/* The lists that only single new articles may enter. */
static int enter(struct updating *u, uint32_t *made, struct error *err)
{
    uint32_t *which = mem_alloc((u->entry_count + 1) * sizeof *which), count = 0;
    uint32_t *starts = mem_alloc((u->entry_count + 1) * sizeof *starts);
    uint32_t *docs = mem_alloc((u->entry_count + 1) * sizeof *docs);
    for (size_t i = 0; i < u->entry_count; i++) {
        if (!i || u->entries[i].rank != u->entries[i - 1].rank) {
            which[count] = u->entries[i].rank;
            starts[count++] = (uint32_t)i;
        }
        docs[i] = u->entries[i].doc;
    }
    starts[count] = (uint32_t)u->entry_count;
    *made += count;
    const struct similar_entrants entrants = {starts, docs};
    int rc = similar_engine_enter(u->e, which, count, &entrants, err);
    free(which);
    free(starts);
    free(docs);
    return rc;
}

static bool is_changed(const struct updating *u, uint32_t rank)
{
    const struct similar_lists *l = u->lists;
    uint32_t doc = l->docs[rank], at = u->old_of[rank];
    if (at == NONE)
        return true;
    uint64_t end, from = lists_items(u->old, at, &end);
    const struct lists_article before = lists_article(u->old, at);
    if (before.own_copies != l->own_copies[doc] || before.self_units != l->self_units[doc] ||
        end - from != l->lengths[doc])
        return true;
    for (uint64_t i = from; i < end; i++) {
        struct lists_item item = lists_item(u->old, i);
        const struct similar_item *now = &l->items[(size_t)doc * l->n + (i - from)];
        if (present_doc(u, item.article) != now->doc || item.units != now->units ||
            item.copies != now->copies)
            return true;
    }
    return false;
}

static int bring_up(struct updating *u, struct similar_update *out, struct error *err)
{
    u->ranks = mem_zalloc(u->s->bases[u->s->count], sizeof *u->ranks);
    u->now_of = mem_alloc(((size_t)u->old->count + 1) * sizeof *u->now_of);
    u->old_of = mem_alloc(((size_t)u->lists->count + 1) * sizeof *u->old_of);
    u->again = mem_zalloc((size_t)u->lists->count + 1, sizeof *u->again);
    int rc = match_articles(u, err);
    if (!rc) {
        take_lists(u);
        mark_copies(u);
        find_entries(u);
        sort_entries(u);
        rc = make_again(u, &out->made, err);
    }
    if (!rc)
        rc = enter(u, &out->made, err);
    out->changed = mem_zalloc((size_t)u->lists->count + 1, sizeof *out->changed);
    for (uint32_t rank = 0; rank < u->lists->count && !rc; rank++)
        out->changed[rank] = is_changed(u, rank);
    out->fresh = u->fresh;
    out->gone = u->gone;
    free(u->ranks);
    free(u->now_of);
    free(u->old_of);
    free(u->again);
    free(u->entries);
    return rc;
}

int similar_update(struct similar_update *out, const struct session *session,
                   const struct lists *old, const struct similar_options *o,
                   const struct similar_run *run, struct error *err)
{
    struct similar_run under = *run;
    struct updating u = {.s = &session->snapshot, .old = old, .o = o, .lists = &out->lists};
    *out = (struct similar_update){0};
    under.statistics = old;
    int rc = similar_engine_open(&u.e, u.s, session->analyzer, o, &under, &out->lists, err);
    if (!rc)
        rc = bring_up(&u, out, err);
    similar_engine_close(u.e);
    if (rc)
        similar_update_free(out);
    return rc;
}

void similar_update_free(struct similar_update *u)
{
    similar_lists_free(&u->lists);
    free(u->changed);
    *u = (struct similar_update){0};
}
