/* copies_write.c - from the order of finding to the order of articles. */
#include "common/index/copies_write.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
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

static void put_groups(const struct copy_node *nodes, size_t count, struct buf *docs,
                       struct buf *leaders)
{
    uint32_t *led_by = mem_alloc((count + 1) * sizeof *led_by);
    struct member *members = mem_alloc((count + 1) * sizeof *members);
    copies_group(nodes, count, led_by);
    size_t n = list_members(nodes, count, led_by, members);
    qsort(members, n, sizeof *members, compare_members);
    for (size_t i = 0; i < n; i++) {
        buf_u32(docs, members[i].doc);
        buf_u32(leaders, members[i].leader);
    }
    free(led_by);
    free(members);
}

static void put_boilerplate(const struct boilerplate *b, struct buf sections[COPIES_SECTIONS])
{
    for (size_t i = 0; i < b->count; i++) {
        buf_u32(&sections[COPIES_KEYS], b->entries[i].key);
        buf_u32(&sections[COPIES_KEY_ARTICLES], b->entries[i].articles);
        buf_counted(&sections[COPIES_TEXTS], b->entries[i].source, strlen(b->entries[i].source));
        buf_counted(&sections[COPIES_TEXTS], b->entries[i].text, strlen(b->entries[i].text));
    }
}

int copies_prepare(const struct snapshot *s, struct copy_node **nodes, size_t *count,
                   struct boilerplate *boilerplate, struct error *err)
{
    *boilerplate = (struct boilerplate){0};
    int rc = copies_nodes(s, nodes, count, err);
    if (!rc)
        rc = boilerplate_find(s, *nodes, *count, boilerplate, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < *count; i++)
        boilerplate_take_off(boilerplate, &(*nodes)[i]);
    copies_order(s, *nodes, *count);
    return BF_OK;
}

int copies_make(const struct snapshot *s, struct buf sections[COPIES_SECTIONS], struct error *err)
{
    struct copy_node *nodes = NULL;
    struct boilerplate boilerplate;
    size_t count = 0;
    int rc = copies_prepare(s, &nodes, &count, &boilerplate, err);
    if (!rc) {
        put_groups(nodes, count, &sections[COPIES_DOCS], &sections[COPIES_LEADERS]);
        put_boilerplate(&boilerplate, sections);
    }
    boilerplate_free(&boilerplate);
    free(nodes);
    return rc;
}

static int write_file(const char *dir, uint64_t generation,
                      const struct buf sections[COPIES_SECTIONS], struct file_entry *entry,
                      struct error *err)
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
    for (int i = 0; i < COPIES_SECTIONS; i++)
        frame_put_section(&w, sections[i].data, sections[i].len);
    return frame_writer_finish(&w, &entry->length, &entry->crc, err);
}

int copies_write(const struct snapshot *s, uint64_t generation, struct manifest *m,
                 struct error *err)
{
    struct buf sections[COPIES_SECTIONS] = {{0}};
    m->copies_generation = 0;
    m->copies_file = (struct file_entry){0};
    int rc = copies_make(s, sections, err);
    if (!rc && (sections[COPIES_DOCS].len || sections[COPIES_KEYS].len)) {
        m->copies_generation = generation;
        rc = write_file(s->dir, generation, sections, &m->copies_file, err);
    }
    for (int i = 0; i < COPIES_SECTIONS; i++)
        buf_free(&sections[i]);
    return rc;
}
