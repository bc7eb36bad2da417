/* copies_write.c - from the order of finding to the order of articles. */
#include "common/index/copies_write.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/copies_find.h"
#include "common/io/file.h"
#include "common/io/frame_write.h"

struct member {
    uint32_t doc, leader;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    return (x->doc > y->doc) - (x->doc < y->doc);
}

/* The articles of groups of two or more; returns how many. */
static size_t list_members(const struct copy_node *nodes, size_t count, const uint32_t *leaders,
                           struct member *members)
{
    unsigned char *leads = mem_zalloc(count + 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        leads[leaders[i]] |= leaders[i] != i;
    for (size_t i = 0; i < count; i++)
        if (leaders[i] != i || leads[i])
            members[n++] = (struct member){nodes[i].doc, nodes[leaders[i]].doc};
    free(leads);
    return n;
}

int copies_make(const struct segment *segments, uint32_t count, struct buf *docs,
                struct buf *leaders, struct error *err)
{
    struct copy_node *nodes = NULL;
    size_t node_count = 0;
    int rc = copies_nodes(segments, count, &nodes, &node_count, err);
    if (!rc && node_count) {
        uint32_t *led_by = mem_alloc(node_count * sizeof *led_by);
        struct member *members = mem_alloc(node_count * sizeof *members);
        copies_group(nodes, node_count, led_by);
        size_t n = list_members(nodes, node_count, led_by, members);
        qsort(members, n, sizeof *members, compare_members);
        for (size_t i = 0; i < n; i++) {
            buf_u32(docs, members[i].doc);
            buf_u32(leaders, members[i].leader);
        }
        free(led_by);
        free(members);
    }
    free(nodes);
    return rc;
}

static int write_file(const char *dir, uint64_t generation, const struct buf *docs,
                      const struct buf *leaders, struct file_entry *entry, struct error *err)
{
    static const unsigned char no_id[FRAME_ID_BYTES];
    char name[FILE_NAME_BYTES];
    copies_file_name(generation, name);
    char *path = file_join(dir, name);
    struct frame_writer w;
    int rc = frame_writer_open(&w, path, FRAME_KIND('C', 'O', 'P', 'Y'), no_id, err);
    free(path);
    if (rc)
        return rc;
    frame_put_section(&w, docs->data, docs->len);
    frame_put_section(&w, leaders->data, leaders->len);
    return frame_writer_finish(&w, &entry->length, &entry->crc, err);
}

int copies_write(const struct segment *segments, const char *dir, uint64_t generation,
                 struct manifest *m, struct error *err)
{
    struct buf docs = {0}, leaders = {0};
    m->copies_generation = 0;
    m->copies_file = (struct file_entry){0};
    int rc = copies_make(segments, m->segment_count, &docs, &leaders, err);
    if (!rc && docs.len) {
        m->copies_generation = generation;
        rc = write_file(dir, generation, &docs, &leaders, &m->copies_file, err);
    }
    buf_free(&docs);
    buf_free(&leaders);
    return rc;
}
