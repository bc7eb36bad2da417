/* similar_update.c - old lists taken over, those that may have changed made again. */
#include "query/similar_update.h"

#include <float.h>
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
        u->lists->least_weights[u->lists->docs[rank]] = lists_article(u->old, at).least_weight;
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

/* A term of an article's query. */
struct asking {
    uint32_t doc;
    float weight;
};

/* The queries of all articles, by term. */
struct query_index {
    const struct archive_matrix *m;
    uint64_t *starts; /* by term */
    struct asking *asking;
    double *lengths; /* of each article's query */
    double *sums;    /* of its weights */
    float *scores;   /* of a new article for each query */
    uint32_t padded; /* scores and bars are so many: whole groups */
};

#define GROUP_DOCS 32

/* Of the scores for the queries that a list's query learned from. */
struct parts {
    uint32_t docs[SIMILAR_FEEDBACK];
    float parts[SIMILAR_FEEDBACK];
};

/*
 * What a new article's scores have to reach to change an old list, by the list's article:
 * infinite for a list that is made again anyhow.
 *
 * The score s of a list and those of the parts, each divided by the length of its query, are
 * s + SIMILAR_ALPHA * (a mean of theirs) at most. So one of them is no less than last,
 * divided by the list's length, / (1 + SIMILAR_ALPHA): the list is looked at when its own
 * score is so high, or that for a query that it learned from.
 */
struct bars {
    float *first; /* to be learned from */
    float *last;  /* to be listed: the score and the parts */
    float *hot;   /* for the article's list, or one that learned from it, to be looked at */
    struct parts *parts;
    /* lists that learned from an article: learners[starts[doc]] ... */
    uint32_t *starts, *learners;
    uint32_t *looked; /* for which new article the list was looked at last */
};

static void index_queries(const struct updating *u, struct query_index *q)
{
    const struct archive_matrix *m = q->m = similar_engine_matrix(u->e);
    size_t count;
    q->starts = mem_zalloc((size_t)m->terms + 2, sizeof *q->starts);
    q->lengths = mem_zalloc(m->docs, sizeof *q->lengths);
    q->sums = mem_zalloc(m->docs, sizeof *q->sums);
    q->padded = (m->docs + GROUP_DOCS - 1) / GROUP_DOCS * GROUP_DOCS;
    q->scores = mem_alloc(q->padded * sizeof *q->scores);
    for (uint32_t rank = 0; rank < u->lists->count; rank++) {
        uint32_t doc = u->lists->docs[rank];
        const struct weighted_term *terms = similar_engine_query(u->e, doc, &count);
        for (size_t i = 0; i < count; i++) {
            q->starts[terms[i].term + 2]++;
            q->lengths[doc] += (double)terms[i].weight * (double)terms[i].weight;
            q->sums[doc] += (double)terms[i].weight;
        }
        q->lengths[doc] = sqrt(q->lengths[doc]);
    }
    for (uint32_t term = 2; term <= m->terms; term++)
        q->starts[term] += q->starts[term - 1];
    uint64_t all = q->starts[m->terms] + q->starts[m->terms + 1];
    q->asking = mem_alloc(all * sizeof *q->asking);
    for (uint32_t rank = 0; rank < u->lists->count; rank++) {
        uint32_t doc = u->lists->docs[rank];
        const struct weighted_term *terms = similar_engine_query(u->e, doc, &count);
        for (size_t i = 0; i < count; i++)
            q->asking[q->starts[terms[i].term + 1]++] = (struct asking){doc, terms[i].weight};
    }
}

static void free_query_index(struct query_index *q)
{
    free(q->starts);
    free(q->asking);
    free(q->lengths);
    free(q->sums);
    free(q->scores);
}

/* What the article scores for each query, in units of 2^-16. */
static void score_queries(struct query_index *q, uint32_t doc)
{
    const struct archive_matrix *m = q->m;
    float norm = m->bm25.length_norm[m->length_codes[doc]];
    memset(q->scores, 0, q->padded * sizeof *q->scores);
    for (uint64_t i = m->doc_starts[doc]; i < m->doc_starts[doc + 1]; i++) {
        uint32_t term = m->doc_terms[i];
        float part = bm25_weight(&m->bm25, 1) * bm25_saturation((float)m->doc_tfs[i], norm);
        for (uint64_t at = q->starts[term]; at < q->starts[term + 1]; at++)
            q->scores[q->asking[at].doc] += q->asking[at].weight * part;
    }
}

/* Units are rounded, each of a query's 255 terms at most; and floats are. A score of 0
 * reaches nothing. */
static float with_slack(double units)
{
    return fmaxf((float)((units - 256) * (1 - 1e-4)), FLT_MIN);
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

static void set_parts(const struct updating *u, const struct query_index *q, uint32_t doc,
                      struct parts *parts)
{
    const struct similar_item *learned = &u->lists->learned[(size_t)doc * SIMILAR_FEEDBACK];
    uint32_t n = u->lists->learned_counts[doc];
    double units = 0;
    *parts = (struct parts){0};
    for (uint32_t i = 0; i < n; i++)
        units += learned[i].units;
    for (uint32_t i = 0; i < n; i++) {
        double length = q->lengths[learned[i].doc];
        parts->docs[i] = learned[i].doc;
        if (length > 0)
            parts->parts[i] =
                (float)(SIMILAR_ALPHA * q->lengths[doc] * learned[i].units / units / length);
    }
}

static void set_bar(const struct updating *u, const struct query_index *q, uint32_t doc,
                    const struct bars *b)
{
    uint32_t n = u->lists->learned_counts[doc];
    b->first[doc] = u->o->feedback ? FLT_MIN : INFINITY;
    if (n == SIMILAR_FEEDBACK)
        b->first[doc] = with_slack(u->lists->learned[(size_t)doc * SIMILAR_FEEDBACK + n - 1].units);
    b->last[doc] = with_slack(last_units(u, doc));
    set_parts(u, q, doc, &b->parts[doc]);
    if (is_out_of_scale(u, q, doc))
        b->first[doc] = b->last[doc] = -1;
}

/* Lists that are not made again, by the articles they learned from. */
static void list_learners(const struct updating *u, struct bars *b)
{
    const struct similar_lists *l = u->lists;
    uint32_t docs = u->s->bases[u->s->count];
    b->starts = mem_zalloc((size_t)docs + 2, sizeof *b->starts);
    b->learners = mem_alloc(((size_t)l->count * SIMILAR_FEEDBACK + 1) * sizeof *b->learners);
    for (uint32_t rank = 0; rank < l->count; rank++) {
        uint32_t doc = l->docs[rank];
        for (uint32_t i = 0; !u->again[rank] && i < l->learned_counts[doc]; i++)
            b->starts[l->learned[(size_t)doc * SIMILAR_FEEDBACK + i].doc + 2]++;
    }
    for (uint32_t doc = 2; doc <= docs; doc++)
        b->starts[doc] += b->starts[doc - 1];
    for (uint32_t rank = 0; rank < l->count; rank++) {
        uint32_t doc = l->docs[rank];
        for (uint32_t i = 0; !u->again[rank] && i < l->learned_counts[doc]; i++)
            b->learners[b->starts[l->learned[(size_t)doc * SIMILAR_FEEDBACK + i].doc + 1]++] = doc;
    }
}

/* The least that any score of a list which reaches its bar is, by length of its query. */
static double hot_share(const struct query_index *q, const struct bars *b, uint32_t doc)
{
    return q->lengths[doc] > 0 ? b->last[doc] / q->lengths[doc] / (1 + SIMILAR_ALPHA) * (1 - 1e-4)
                               : INFINITY;
}

static void set_hot(const struct query_index *q, const struct bars *b, uint32_t doc)
{
    double least = hot_share(q, b, doc);
    for (uint32_t i = b->starts[doc]; i < b->starts[doc + 1]; i++)
        least = fmin(least, hot_share(q, b, b->learners[i]));
    b->hot[doc] = fminf(b->first[doc], (float)(least * q->lengths[doc]));
}

static void set_bars(const struct updating *u, const struct query_index *q, struct bars *b)
{
    *b = (struct bars){.first = mem_alloc(q->padded * sizeof *b->first),
                       .last = mem_alloc(q->padded * sizeof *b->last),
                       .hot = mem_alloc(q->padded * sizeof *b->hot),
                       .parts = mem_alloc(q->padded * sizeof *b->parts),
                       .looked = mem_alloc(q->padded * sizeof *b->looked)};
    for (uint32_t doc = 0; doc < q->padded; doc++) {
        b->first[doc] = b->last[doc] = b->hot[doc] = INFINITY;
        b->looked[doc] = NONE;
    }
    for (uint32_t rank = 0; rank < u->lists->count; rank++)
        if (!u->again[rank])
            set_bar(u, q, u->lists->docs[rank], b);
    list_learners(u, b);
    for (uint32_t rank = 0; rank < u->lists->count; rank++)
        set_hot(q, b, u->lists->docs[rank]);
}

static void free_bars(struct bars *b)
{
    free(b->first);
    free(b->last);
    free(b->hot);
    free(b->parts);
    free(b->starts);
    free(b->learners);
    free(b->looked);
}

/* Whether one of the group is hot; all of them are compared, without a branch. */
static bool any_hot(const float *scores, const float *hot)
{
    int any = 0;
    for (int i = 0; i < GROUP_DOCS; i++)
        any |= scores[i] >= hot[i];
    return any;
}

/* A query with feedback gives no article more than its parts do. */
static bool reaches(const struct query_index *q, const struct bars *b, uint32_t doc)
{
    const struct parts *parts = &b->parts[doc];
    float score = q->scores[doc], sum = score;
    if (isinf(b->last[doc]))
        return false;
    for (int i = 0; i < SIMILAR_FEEDBACK; i++)
        sum += parts->parts[i] * q->scores[parts->docs[i]];
    return sum > 0 && (score >= b->first[doc] || sum >= b->last[doc]);
}

static void look_at(struct updating *u, const struct query_index *q, const struct bars *b,
                    uint32_t doc, uint32_t fresh)
{
    if (b->looked[doc] == fresh)
        return;
    b->looked[doc] = fresh;
    if (!reaches(q, b, doc))
        return;
    mem_grow(u->entries, &u->entry_capacity, u->entry_count + 1);
    u->entries[u->entry_count++] = (struct entry){u->ranks[doc], fresh};
}

static void find_entries_of(struct updating *u, const struct query_index *q, const struct bars *b,
                            uint32_t fresh)
{
    for (uint32_t from = 0; from < q->padded; from += GROUP_DOCS) {
        if (!any_hot(q->scores + from, b->hot + from))
            continue;
        for (uint32_t doc = from; doc < from + GROUP_DOCS; doc++) {
            if (q->scores[doc] < b->hot[doc])
                continue;
            look_at(u, q, b, doc, fresh);
            for (uint32_t i = b->starts[doc]; i < b->starts[doc + 1]; i++)
                look_at(u, q, b, b->learners[i], fresh);
        }
    }
}

static void find_entries(struct updating *u)
{
    struct query_index q;
    if (!u->fresh)
        return;
    index_queries(u, &q);
    struct bars b;
    set_bars(u, &q, &b);
    for (uint32_t x = 0; x < u->lists->count; x++) {
        if (u->old_of[x] != NONE)
            continue;
        score_queries(&q, u->lists->docs[x]);
        find_entries_of(u, &q, &b, u->lists->docs[x]);
    }
    free_bars(&b);
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
    if (!rc)
        rc = similar_engine_ask(u->e, err);
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
