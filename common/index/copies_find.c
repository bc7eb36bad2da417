/*
 * copies_find.c - an inverted index of the sketches, walked once.
 *
 * Nodes are in the order in which they are taken, so "before" means longer.
 * Invariant of `join`: the leaders of all nodes before the present one are
 * settled, and a leader leads itself.
 */
#include "common/index/copies_find.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/text/headline.h"

/* ---- nodes ---- */

static int fill_node(const struct segment *s, uint32_t local, struct copy_node *node,
                     struct error *err)
{
    struct text id, title;
    int rc = columns_name(&s->columns, local, &id, &title, err);
    if (rc)
        return rc;
    node->date = column_time(&s->columns, COLUMN_DATE, local);
    node->headline = headline_key(title.p, title.len);
    if (column_u32(&s->columns, COLUMN_WORDS, local) >= COPY_LEAST_WORDS)
        node->body_hash = column_u64(&s->columns, COLUMN_BODY_HASH, local);
    return BF_OK;
}

static int add_segment(const struct segment *s, uint32_t number, uint32_t base,
                       struct copy_node *nodes, size_t *count, struct error *err)
{
    struct sketch_cursor c;
    int rc = sketch_cursor_open(&c, &s->sketches, err);
    for (uint32_t doc = 0; doc < s->entry.docs && !rc; doc++) {
        rc = sketch_cursor_next(&c, err);
        if (rc || deletes_has(&s->deletes, doc))
            continue;
        struct copy_node *node = &nodes[(*count)++];
        bool full = c.sketch.count == SKETCH_HASHES;
        *node = (struct copy_node){.doc = base + doc,
                                   .segment = number,
                                   .sketch = c.sketch,
                                   .reach = full ? c.sketch.hashes[SKETCH_HASHES - 1] : UINT32_MAX};
        rc = fill_node(s, doc, node, err);
    }
    frame_leave(&s->columns.frame);
    frame_leave(&s->sketches);
    return rc;
}

static int compare_sketches(const struct sketch *a, const struct sketch *b)
{
    if (a->windows != b->windows)
        return a->windows > b->windows ? -1 : 1;
    for (unsigned i = 0; i < a->count && i < b->count; i++)
        if (a->hashes[i] != b->hashes[i])
            return a->hashes[i] < b->hashes[i] ? -1 : 1;
    return (a->count > b->count) - (a->count < b->count);
}

static struct text id_of(const struct snapshot *s, const struct copy_node *n)
{
    struct text id = {"", 0}, title;
    columns_name(&s->segments[n->segment].columns, n->doc - s->bases[n->segment], &id, &title,
                 NULL);
    return id;
}

static int compare_nodes(const void *a, const void *b, void *snapshot)
{
    const struct copy_node *x = a, *y = b;
    int by_sketch = compare_sketches(&x->sketch, &y->sketch);
    if (by_sketch)
        return by_sketch;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    struct text x_id = id_of(snapshot, x), y_id = id_of(snapshot, y);
    return term_compare(x_id.p, x_id.len, y_id.p, y_id.len);
}

int copies_nodes(const struct snapshot *s, struct copy_node **nodes, size_t *count,
                 struct error *err)
{
    int rc = BF_OK;
    *nodes = mem_alloc((size_t)s->docs * sizeof **nodes);
    *count = 0;
    for (uint32_t i = 0; i < s->count && !rc; i++)
        rc = add_segment(&s->segments[i], i, s->bases[i], *nodes, count, err);
    return rc;
}

void copies_order(const struct snapshot *s, struct copy_node *nodes, size_t count)
{
    qsort_r(nodes, count, sizeof *nodes, compare_nodes, (void *)(uintptr_t)s);
}

/* ---- likeness ---- */

/* Of two sketches, the hashes below what both could have kept; and what they
 * say, in hundredths. */
struct overlap {
    unsigned a, b, shared;
    unsigned resemblance, containment;
};

static struct overlap overlap_of(const struct copy_node *x_node, const struct copy_node *y_node)
{
    const struct sketch *a = &x_node->sketch, *b = &y_node->sketch;
    uint32_t most = x_node->reach < y_node->reach ? x_node->reach : y_node->reach;
    struct overlap o = {0};
    unsigned i = 0, j = 0;
    while (i < a->count || j < b->count) {
        uint32_t x = i < a->count ? a->hashes[i] : UINT32_MAX;
        uint32_t y = j < b->count ? b->hashes[j] : UINT32_MAX;
        if ((x < y ? x : y) > most)
            break;
        o.shared += x == y;
        o.a += x <= y;
        o.b += y <= x;
        i += x <= y;
        j += y <= x;
    }
    return o;
}

/* Two articles without dates are: an archive without them has only its headlines to go by. */
static bool is_near(const struct copy_node *a, const struct copy_node *b)
{
    if (a->date == DATE_NONE || b->date == DATE_NONE)
        return a->date == b->date;
    int64_t apart = a->date < b->date ? b->date - a->date : a->date - b->date;
    return apart <= COPY_NEAR_SECONDS;
}

/* `a` is the longer one, and something is shared. */
static void judge(const struct copy_node *a, const struct copy_node *b, struct overlap *o)
{
    o->resemblance = o->shared * 100 / (o->a + o->b - o->shared);
    if (o->b >= COPY_LEAST_HASHES && a->sketch.windows / COPY_MOST_RATIO <= b->sketch.windows)
        o->containment = o->shared * 100 / o->b;
}

static bool is_enough(const struct overlap *o, bool near, bool small)
{
    bool same = o->shared == o->a && o->shared == o->b;
    if (o->shared < COPY_LEAST_SHARED && !same)
        return false;
    if (small)
        return near && o->resemblance >= COPY_SMALL_RESEMBLANCE;
    return o->resemblance >= (near ? COPY_NEAR_RESEMBLANCE : COPY_FAR_RESEMBLANCE) ||
           o->containment >= (near ? COPY_NEAR_CONTAINMENT : COPY_FAR_CONTAINMENT);
}

unsigned copies_likeness(const struct copy_node *a, const struct copy_node *b)
{
    if (a->sketch.windows < b->sketch.windows)
        return copies_likeness(b, a);
    if (a->body_hash && a->body_hash == b->body_hash)
        return 100;
    bool near = is_near(a, b);
    bool headline = near && a->headline && a->headline == b->headline;
    bool small = b->reach == UINT32_MAX || b->sketch.count < COPY_LEAST_HASHES;
    struct overlap o = overlap_of(a, b);
    if (!o.shared)
        return headline && small;
    judge(a, b, &o);
    if (!headline && !is_enough(&o, near, small))
        return 0;
    return o.resemblance > o.containment ? o.resemblance : o.containment;
}

/* ---- who shares what with whom ---- */

#define KEY_BITS   24
#define RADIX_BITS (KEY_BITS / 2)
#define HASH_PARTS 4 /* hashes are sorted part by part, which bounds the memory */

enum key_kind { KEY_HASH, KEY_HEADLINE, KEY_BODY };

static uint32_t key_of(enum key_kind kind, uint64_t hash)
{
    return (uint32_t)kind << SKETCH_HASH_BITS | (uint32_t)(hash >> (64 - SKETCH_HASH_BITS));
}

struct posting {
    uint32_t key, node;
};

/* All nodes of each key, together and ascending. */
struct sharers {
    struct posting *postings; /* of keys that two nodes or more have */
    uint32_t count;
    size_t capacity;
    uint32_t *places; /* where a node's postings are: places[starts[node]] ... */
    uint32_t *starts;
};

struct key_list {
    struct posting *postings;
    size_t count, capacity;
};

/* The hashes of one of HASH_PARTS, without a branch for each. */
static void list_hashes(struct key_list *l, uint32_t part, const struct copy_node *nodes,
                        size_t count)
{
    l->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct sketch *s = &nodes[i].sketch;
        mem_grow(l->postings, &l->capacity, l->count + SKETCH_HASHES);
        for (unsigned k = 0; k < s->count; k++) {
            l->postings[l->count] = (struct posting){s->hashes[k], i};
            l->count += s->hashes[k] * HASH_PARTS >> SKETCH_HASH_BITS == part;
        }
    }
}

static void list_others(struct key_list *l, const struct copy_node *nodes, size_t count)
{
    l->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct copy_node *node = &nodes[i];
        mem_grow(l->postings, &l->capacity, l->count + 2);
        if (node->headline)
            l->postings[l->count++] = (struct posting){key_of(KEY_HEADLINE, node->headline), i};
        if (node->body_hash)
            l->postings[l->count++] = (struct posting){key_of(KEY_BODY, node->body_hash), i};
    }
}

static void sort_by_digit(const struct posting *from, struct posting *to, size_t n, unsigned shift)
{
    const uint32_t mask = (1u << RADIX_BITS) - 1;
    size_t starts[(1u << RADIX_BITS) + 1] = {0};
    for (size_t i = 0; i < n; i++)
        starts[(from[i].key >> shift & mask) + 1]++;
    for (uint32_t d = 1; d <= mask; d++)
        starts[d] += starts[d - 1];
    for (size_t i = 0; i < n; i++)
        to[starts[from[i].key >> shift & mask]++] = from[i];
}

/* Keys of a single node lead nowhere. */
static size_t drop_single(struct posting *p, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool before = i > 0 && p[i - 1].key == p[i].key;
        bool behind = i + 1 < n && p[i + 1].key == p[i].key;
        struct posting at = p[i];
        if (before || behind)
            p[kept++] = at;
    }
    return kept;
}

static void add_part(struct sharers *s, struct key_list *l, struct posting **spare,
                     size_t *capacity)
{
    if (!l->count)
        return;
    mem_grow(*spare, capacity, l->count);
    sort_by_digit(l->postings, *spare, l->count, 0);
    sort_by_digit(*spare, l->postings, l->count, RADIX_BITS);
    size_t n = drop_single(l->postings, l->count);
    if (!n)
        return;
    mem_grow(s->postings, &s->capacity, s->count + n);
    memcpy(s->postings + s->count, l->postings, n * sizeof *s->postings);
    s->count += (uint32_t)n;
}

static void place(struct sharers *s, size_t nodes)
{
    s->starts = mem_zalloc(nodes + 2, sizeof *s->starts);
    s->places = mem_alloc((size_t)s->count * sizeof *s->places);
    for (uint32_t i = 0; i < s->count; i++)
        s->starts[s->postings[i].node + 2]++;
    for (size_t i = 2; i < nodes + 2; i++)
        s->starts[i] += s->starts[i - 1];
    for (uint32_t i = 0; i < s->count; i++)
        s->places[s->starts[s->postings[i].node + 1]++] = i;
}

static void find_sharers(const struct copy_node *nodes, size_t count, struct sharers *s)
{
    struct key_list list = {0};
    struct posting *spare = NULL;
    size_t capacity = 0;
    *s = (struct sharers){0};
    for (uint32_t part = 0; part < HASH_PARTS; part++) {
        list_hashes(&list, part, nodes, count);
        add_part(s, &list, &spare, &capacity);
    }
    list_others(&list, nodes, count);
    add_part(s, &list, &spare, &capacity);
    free(list.postings);
    free(spare);
    place(s, count);
}

static void free_sharers(struct sharers *s)
{
    free(s->postings);
    free(s->places);
    free(s->starts);
}

/* ---- joining ---- */

struct joining {
    const struct copy_node *nodes;
    struct sharers sharers;
    uint32_t *leaders;
    uint32_t *shared;     /* by leader: keys that it, or its group, has in common with a node */
    uint32_t *candidates; /* leaders with any */
    size_t candidate_count, capacity;
};

/* A headline or a body in common is reason enough to look. */
static uint32_t worth_of(uint32_t key)
{
    return key >> SKETCH_HASH_BITS ? COPY_LEAST_SHARED : 1;
}

static void tally(struct joining *j, uint32_t leader, uint32_t worth)
{
    if (!j->shared[leader]) {
        mem_grow(j->candidates, &j->capacity, j->candidate_count + 1);
        j->candidates[j->candidate_count++] = leader;
    }
    j->shared[leader] += worth;
}

static void find_candidates(struct joining *j, uint32_t node)
{
    const struct sharers *s = &j->sharers;
    j->candidate_count = 0;
    for (uint32_t i = s->starts[node]; i < s->starts[node + 1]; i++) {
        const struct posting *at = &s->postings[s->places[i]];
        uint32_t left = s->places[i] < COPY_MOST_SHARERS ? s->places[i] : COPY_MOST_SHARERS;
        for (const struct posting *p = at; left > 0 && p[-1].key == at->key; left--)
            tally(j, j->leaders[(--p)->node], worth_of(at->key));
    }
}

static void join(struct joining *j, uint32_t node)
{
    const struct copy_node *self = &j->nodes[node];
    uint32_t needed =
        self->sketch.count < COPY_LEAST_SHARED ? self->sketch.count : COPY_LEAST_SHARED;
    unsigned best = 0;
    find_candidates(j, node);
    j->leaders[node] = node;
    for (size_t i = 0; i < j->candidate_count; i++) {
        uint32_t leader = j->candidates[i];
        unsigned likeness =
            j->shared[leader] < needed ? 0 : copies_likeness(&j->nodes[leader], self);
        if (likeness > best || (likeness && likeness == best && leader < j->leaders[node])) {
            best = likeness;
            j->leaders[node] = leader;
        }
        j->shared[leader] = 0;
    }
}

void copies_group(const struct copy_node *nodes, size_t count, uint32_t *leaders)
{
    struct joining j = {.nodes = nodes, .leaders = leaders};
    find_sharers(nodes, count, &j.sharers);
    j.shared = mem_zalloc(count + 1, sizeof *j.shared);
    for (uint32_t i = 0; i < count; i++)
        join(&j, i);
    free_sharers(&j.sharers);
    free(j.shared);
    free(j.candidates);
}
