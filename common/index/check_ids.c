/* check_ids.c - all segments' live ids in one order; heap[0] has the lowest one to come. */
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/check_parts.h"
#include "common/index/dictionary.h"

/* A segment's walk through its ids. */
struct id_cursor {
    const struct segment *segment;
    uint32_t rank; /* behind the present one */
    uint32_t doc;
    struct text id;
};

/* To the next live article; BF_END behind the last. */
static int advance(struct id_cursor *c, struct error *err)
{
    const struct columns *columns = &c->segment->columns;
    while (c->rank < columns->docs) {
        int rc = columns_ranked(columns, c->rank++, &c->doc, &c->id, err);
        if (rc || !deletes_has(&c->segment->deletes, c->doc))
            return rc;
    }
    return BF_END;
}

static int compare_cursors(const struct id_cursor *a, const struct id_cursor *b)
{
    return term_compare(a->id.p, a->id.len, b->id.p, b->id.len);
}

static void sift_down(struct id_cursor *heap, uint32_t count, uint32_t at)
{
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= count)
            return;
        if (child + 1 < count && compare_cursors(&heap[child + 1], &heap[child]) < 0)
            child++;
        if (compare_cursors(&heap[at], &heap[child]) <= 0)
            return;
        struct id_cursor moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
        at = child;
    }
}

/* Fills the heap; its size, or a negative error code. */
static int fill_heap(const struct segment *segments, uint32_t count, struct id_cursor *heap,
                     uint32_t *size, struct error *err)
{
    *size = 0;
    for (uint32_t i = 0; i < count; i++) {
        heap[*size] = (struct id_cursor){.segment = &segments[i]};
        int rc = advance(&heap[*size], err);
        if (rc < 0)
            return rc;
        *size += rc == BF_OK;
    }
    for (uint32_t i = *size / 2; i-- > 0;)
        sift_down(heap, *size, i);
    return BF_OK;
}

static int same_id(const struct id_cursor *a, const struct id_cursor *b, struct error *err)
{
    return check_damaged(&b->segment->columns.frame,
                         names_place(&b->segment->columns.names, b->doc), err,
                         "id \"%.*s\" is that of article %u here and of article %u in %s, and "
                         "neither is deleted",
                         (int)(b->id.len < 200 ? b->id.len : 200), b->id.p, b->doc, a->doc,
                         a->segment->columns.frame.path);
}

static int walk(struct id_cursor *heap, uint32_t size, struct error *err)
{
    struct id_cursor before = {0};
    while (size) {
        if (before.segment && compare_cursors(&before, &heap[0]) == 0)
            return same_id(&before, &heap[0], err);
        before = heap[0];
        int rc = advance(&heap[0], err);
        if (rc < 0)
            return rc;
        if (rc == BF_END)
            heap[0] = heap[--size];
        sift_down(heap, size, 0);
    }
    return BF_OK;
}

int check_ids(const struct segment *segments, uint32_t count, struct error *err)
{
    struct id_cursor *heap = mem_zalloc(count, sizeof *heap);
    uint32_t size;
    int rc = fill_heap(segments, count, heap, &size, err);
    if (!rc)
        rc = walk(heap, size, err);
    free(heap);
    return rc;
}
