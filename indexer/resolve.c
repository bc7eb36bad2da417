/* resolve.c - a k-way walk over the new segments by id. */
#include "indexer/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/io/file.h"

/* A new segment, walked in the order of its ids. */
struct walk {
    struct columns columns;
    const struct built_segment *built;
    uint32_t next;  /* place in the id order */
    struct text id; /* of the article there */
};

#define IN_BASE    UINT32_MAX
#define WITHDRAWAL (UINT32_MAX - 1)

/* One record of the id at hand. */
struct candidate {
    uint64_t sequence;
    uint32_t segment; /* among the added ones, or:
                         IN_BASE: it repeats the base's article; WITHDRAWAL */
    uint32_t doc;
    int64_t base_doc;
    int64_t modified; /* of a withdrawal */
};

struct resolver {
    struct index_writer *w;
    struct walk *walks;
    const struct harvest *harvest;
    size_t next_withdrawal;
    struct candidate *group;
    size_t group_count, group_capacity;
    struct ingest_counts *counts;
};

static uint32_t doc_at(const struct walk *walk)
{
    return column_u32(&walk->columns, COLUMN_ID_ORDER, walk->next);
}

/* What was deleted before does not take part. */
static int load_id(const struct index_writer *w, uint32_t segment, struct walk *walk,
                   struct error *err)
{
    struct text title;
    while (walk->next < walk->columns.docs &&
           index_writer_is_deleted_added(w, segment, doc_at(walk)))
        walk->next++;
    if (walk->next >= walk->columns.docs)
        return BF_OK;
    return columns_name(&walk->columns, doc_at(walk), &walk->id, &title, err);
}

static int open_walk(const struct index_writer *w, uint32_t segment, struct walk *walk,
                     const struct built_segment *built, struct error *err)
{
    char name[FILE_NAME_BYTES];
    segment_file_name(built->entry.number, FILE_COLUMNS, name);
    char *path = file_join(w->dir, name);
    int rc = columns_open(&walk->columns, path, err);
    if (!rc)
        rc = columns_verify(&walk->columns, err);
    walk->built = built;
    free(path);
    return rc ? rc : load_id(w, segment, walk, err);
}

static struct text id_of(const struct withdrawal *w)
{
    return (struct text){w->id, strlen(w->id)};
}

static int compare_ids(struct text a, struct text b)
{
    return term_compare(a.p, a.len, b.p, b.len);
}

/* The lowest id that any new article or withdrawal is left for; p is NULL
 * when none is. */
static struct text lowest(const struct resolver *r)
{
    struct text best = {0};
    for (size_t i = 0; i < r->harvest->count; i++) {
        const struct walk *walk = &r->walks[i];
        if (walk->next < walk->columns.docs && (!best.p || compare_ids(walk->id, best) < 0))
            best = walk->id;
    }
    if (r->next_withdrawal < r->harvest->withdrawal_count) {
        struct text id = id_of(&r->harvest->withdrawals[r->next_withdrawal]);
        if (!best.p || compare_ids(id, best) < 0)
            best = id;
    }
    return best;
}

static void add_candidate(struct resolver *r, struct candidate c)
{
    mem_grow(r->group, &r->group_capacity, r->group_count + 1);
    r->group[r->group_count++] = c;
}

static void take_withdrawals(struct resolver *r, struct text id)
{
    const struct harvest *h = r->harvest;
    for (; r->next_withdrawal < h->withdrawal_count; r->next_withdrawal++) {
        const struct withdrawal *w = &h->withdrawals[r->next_withdrawal];
        if (compare_ids(id_of(w), id) != 0)
            break;
        add_candidate(r, (struct candidate){.sequence = w->origin.sequence,
                                            .segment = WITHDRAWAL,
                                            .base_doc = w->origin.base_doc,
                                            .modified = w->modified});
    }
}

static int take_group(struct resolver *r, struct text id, struct error *err)
{
    int rc = BF_OK;
    r->group_count = 0;
    take_withdrawals(r, id);
    for (size_t i = 0; i < r->harvest->count && !rc; i++) {
        struct walk *walk = &r->walks[i];
        while (!rc && walk->next < walk->columns.docs && compare_ids(walk->id, id) == 0) {
            uint32_t doc = doc_at(walk);
            const struct origin *origin = &walk->built->origins[doc];
            add_candidate(r, (struct candidate){.sequence = origin->sequence,
                                                .segment = (uint32_t)i,
                                                .doc = doc,
                                                .base_doc = origin->base_doc});
            walk->next++;
            rc = load_id(r->w, (uint32_t)i, walk, err);
        }
    }
    return rc;
}

static int compare_repeats(const void *a, const void *b)
{
    const struct origin *x = a, *y = b;
    return (x->base_doc > y->base_doc) - (x->base_doc < y->base_doc);
}

/* Records of the id that say what the base says: another of the group may
 * stand between them and the base. */
static void take_repeats(struct resolver *r, int64_t base_doc)
{
    const struct origin *list = r->harvest->repeats;
    size_t low = 0, high = r->harvest->repeat_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list[middle].base_doc < base_doc)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < r->harvest->repeat_count && list[low].base_doc == base_doc; low++)
        add_candidate(r, (struct candidate){.sequence = list[low].sequence,
                                            .segment = IN_BASE,
                                            .base_doc = base_doc});
}

static int compare_withdrawals(const void *a, const void *b)
{
    return compare_ids(id_of(a), id_of(b));
}

static int compare_sequence(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* What is known of the article that stands for the id so far. */
struct present {
    bool any;
    bool is_base;
    uint32_t segment, doc;
    uint64_t content_hash;
    int64_t modified;
};

static struct present present_base(const struct resolver *r, int64_t base_doc)
{
    const struct snapshot *base = &r->w->base;
    if (base_doc < 0)
        return (struct present){0};
    uint32_t segment = snapshot_segment_of(base, (uint32_t)base_doc);
    uint32_t doc = (uint32_t)base_doc - base->bases[segment];
    const struct columns *c = &base->segments[segment].columns;
    return (struct present){true,
                            true,
                            segment,
                            doc,
                            column_u64(c, COLUMN_CONTENT_HASH, doc),
                            column_time(c, COLUMN_MODIFIED, doc)};
}

static struct present present_candidate(const struct resolver *r, const struct candidate *c)
{
    if (c->segment == IN_BASE)
        return present_base(r, c->base_doc);
    const struct columns *columns = &r->walks[c->segment].columns;
    return (struct present){true,
                            false,
                            c->segment,
                            c->doc,
                            column_u64(columns, COLUMN_CONTENT_HASH, c->doc),
                            column_time(columns, COLUMN_MODIFIED, c->doc)};
}

/* The base's article is left until it is known what stays. */
static void delete_added(struct resolver *r, const struct present *p)
{
    if (!p->is_base)
        index_writer_delete_added(r->w, p->segment, p->doc);
}

static void take_withdrawal(struct resolver *r, const struct candidate *c, struct present *p)
{
    if (!p->any) {
        r->counts->absent++;
    } else if (c->modified != DATE_NONE && c->modified < p->modified) {
        r->counts->older++;
    } else {
        r->counts->withdrawn++;
        delete_added(r, p);
        *p = (struct present){0};
    }
}

static void take_article(struct resolver *r, const struct candidate *c, struct present *p)
{
    struct present now = present_candidate(r, c);
    if (!p->any) {
        r->counts->added++;
        *p = now;
    } else if (now.content_hash == p->content_hash) {
        r->counts->same++;
        delete_added(r, &now);
    } else if (now.modified != DATE_NONE && now.modified < p->modified) {
        r->counts->older++;
        delete_added(r, &now);
    } else {
        r->counts->replaced++;
        delete_added(r, p);
        *p = now;
    }
}

static void resolve_group(struct resolver *r)
{
    int64_t base_doc = r->group[0].base_doc;
    struct present base = present_base(r, base_doc), present = base;
    size_t new_ones = r->group_count;
    if (base.any)
        take_repeats(r, base_doc);
    r->counts->same -= r->group_count - new_ones;
    qsort(r->group, r->group_count, sizeof *r->group, compare_sequence);
    for (size_t i = 0; i < r->group_count; i++) {
        const struct candidate *c = &r->group[i];
        if (c->segment == WITHDRAWAL)
            take_withdrawal(r, c, &present);
        else
            take_article(r, c, &present);
    }
    if (base.any && !present.is_base)
        index_writer_delete(r->w, base.segment, base.doc);
}

/* A repeat counts as the same, unless its id has a group: then that decides. */
static int resolve_groups(struct resolver *r, struct error *err)
{
    const struct harvest *h = r->harvest;
    int rc = BF_OK;
    if (h->repeat_count)
        qsort(h->repeats, h->repeat_count, sizeof *h->repeats, compare_repeats);
    if (h->withdrawal_count)
        qsort(h->withdrawals, h->withdrawal_count, sizeof *h->withdrawals, compare_withdrawals);
    r->counts->same += h->repeat_count;
    for (struct text id; !rc && (id = lowest(r)).p;) {
        rc = take_group(r, id, err);
        if (!rc)
            resolve_group(r);
    }
    return rc;
}

int resolve_ids(struct index_writer *w, const struct harvest *harvest, struct ingest_counts *counts,
                struct error *err)
{
    size_t count = harvest->count;
    struct resolver r = {
        .w = w, .walks = mem_zalloc(count, sizeof *r.walks), .harvest = harvest, .counts = counts};
    int rc = BF_OK;
    for (size_t i = 0; i < count && !rc; i++)
        rc = open_walk(w, (uint32_t)i, &r.walks[i], harvest->built[i], err);
    if (!rc)
        rc = resolve_groups(&r, err);
    for (size_t i = 0; i < count; i++)
        columns_close(&r.walks[i].columns);
    free(r.walks);
    free(r.group);
    return rc;
}
