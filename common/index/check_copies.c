/* check_copies.c - finding the copies again. */
#include <stdlib.h>
#include <string.h>

#include "common/index/check_parts.h"
#include "common/index/copies_write.h"
#include "common/io/file.h"

static int check_leaders(const struct copies *c, struct error *err)
{
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t leader = copies_leader_at(c, i);
        if (copies_leader(c, leader) != leader)
            return check_damaged(&c->frame, c->frame.sections[1].p + 4 * (size_t)i, err,
                                 "article %u is led by %u, which leads nothing", copies_doc(c, i),
                                 leader);
    }
    return BF_OK;
}

static bool same_section(const struct section *s, const struct buf *expected)
{
    return s->len == expected->len && (!s->len || !memcmp(s->p, expected->data, s->len));
}

/* Where there is no file, its place is the manifest. */
static int missing(const struct snapshot *s, uint32_t articles, struct error *err)
{
    char *path = file_join(s->dir, MANIFEST_NAME);
    int rc = error_set(err, BF_ERR_DAMAGED,
                       "index damaged: %s: offset 0: names no file of copies, but %u articles "
                       "have some",
                       path, articles);
    free(path);
    return rc;
}

static int compare(const struct snapshot *s, const struct buf *docs, const struct buf *leaders,
                   struct error *err)
{
    const struct copies *c = &s->copies;
    if (!c->frame.map)
        return docs->len ? missing(s, (uint32_t)(docs->len / 4), err) : BF_OK;
    if (!same_section(&c->frame.sections[0], docs))
        return check_damaged(&c->frame, c->frame.sections[0].p, err,
                             "not the articles that have copies");
    if (!same_section(&c->frame.sections[1], leaders))
        return check_damaged(&c->frame, c->frame.sections[1].p, err,
                             "not the groups that the sketches make");
    return BF_OK;
}

int check_copies(const struct check_run *run, const struct snapshot *s, struct error *err)
{
    struct buf docs = {0}, leaders = {0};
    int rc = copies_verify(&s->copies, s->bases[s->count], err);
    if (!rc)
        rc = check_leaders(&s->copies, err);
    if (!rc && !run->options->quick)
        rc = copies_make(s->segments, s->count, &docs, &leaders, err);
    if (!rc && !run->options->quick)
        rc = compare(s, &docs, &leaders, err);
    buf_free(&docs);
    buf_free(&leaders);
    return rc;
}
