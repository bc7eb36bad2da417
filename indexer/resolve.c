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

#define IN_BASE UINT32_MAX

/* One record of the id at hand. */
struct candidate {
    uint64_t sequence;
    uint32_t segment; /* among the added ones; IN_BASE: it repeats the base's article */
    uint32_t doc;
    int64_t base_doc;
};

struct resolver {
    struct index_writer *w;
    struct walk *walks;
    const struct harvest *harvest;
    struct candidate *group;
    size_t group_count, group_capacity;
    struct ingest_counts *counts;
};

static uint32_t doc_at(const struct walk *walk)
{
    return column_u32(&walk->columns, COLUMN_ID_ORDER, walk->next);
}

static int load_id(struct walk *walk, struct error *err)
{
    struct text title;
    if (walk->next >= walk->columns.docs)
        return BF_OK;
    return columns_name(&walk->columns, doc_at(walk), &walk->id, &title, err);
}

static int open_walk(struct walk *walk, const char *dir, const struct built_segment *built,
                     struct error *err)
{
    char name[FILE_NAME_BYTES];
    segment_file_name(built->entry.number, FILE_COLUMNS, name);
    char *path = file_join(dir, name);
    int rc = columns_open(&walk->columns, path, err);
    if (!rc)
        rc = columns_verify(&walk->columns, err);
    walk->built = built;
    free(path);
    return rc ? rc : load_id(walk, err);
}

static const struct walk *lowest(const struct resolver *r)
{
    const struct walk *best = NULL;
    for (size_t i = 0; i < r->harvest->count; i++) {
        const struct walk *walk = &r->walks[i];
        if (walk->next < walk->columns.docs &&
            (!best || term_compare(walk->id.p, walk->id.len, best->id.p, best->id.len) < 0))
            best = walk;
    }
    return best;
}

static void add_candidate(struct resolver *r, struct candidate c)
{
    mem_grow(r->group, &r->group_capacity, r->group_count + 1);
    r->group[r->group_count++] = c;
}

static int take_group(struct resolver *r, struct text id, struct error *err)
{
    int rc = BF_OK;
    r->group_count = 0;
    for (size_t i = 0; i < r->harvest->count && !rc; i++) {
        struct walk *walk = &r->walks[i];
        while (!rc && walk->next < walk->columns.docs &&
               term_compare(walk->id.p, walk->id.len, id.p, id.len) == 0) {
            uint32_t doc = doc_at(walk);
            const struct origin *origin = &walk->built->origins[doc];
            add_candidate(r,
                          (struct candidate){origin->sequence, (uint32_t)i, doc, origin->base_doc});
            walk->next++;
            rc = load_id(walk, err);
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
        add_candidate(r, (struct candidate){list[low].sequence, IN_BASE, 0, base_doc});
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
                            (int64_t)column_u64(c, COLUMN_MODIFIED, doc)};
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
                            (int64_t)column_u64(columns, COLUMN_MODIFIED, c->doc)};
}

/* The base's article is left until it is known what stays. */
static void delete_added(struct resolver *r, const struct present *p)
{
    if (!p->is_base)
        index_writer_delete_added(r->w, p->segment, p->doc);
}

static void take_candidate(struct resolver *r, const struct candidate *c, struct present *p)
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
    for (size_t i = 0; i < r->group_count; i++)
        take_candidate(r, &r->group[i], &present);
    if (base.any && !present.is_base)
        index_writer_delete(r->w, base.segment, base.doc);
}

/* A repeat counts as the same, unless its id has a group: then that decides. */
static int resolve_groups(struct resolver *r, struct error *err)
{
    int rc = BF_OK;
    if (r->harvest->repeat_count)
        qsort(r->harvest->repeats, r->harvest->repeat_count, sizeof *r->harvest->repeats,
              compare_repeats);
    r->counts->same += r->harvest->repeat_count;
    for (const struct walk *walk; !rc && (walk = lowest(r));) {
        rc = take_group(r, walk->id, err);
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
        rc = open_walk(&r.walks[i], w->dir, harvest->built[i], err);
    if (!rc)
        rc = resolve_groups(&r, err);
    for (size_t i = 0; i < count; i++)
        columns_close(&r.walks[i].columns);
    free(r.walks);
    free(r.group);
    return rc;
}
