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
            return check_damaged(&c->frame, c->frame.sections[COPIES_LEADERS].p + 4 * (size_t)i,
                                 err, "article %u is led by %u, which leads nothing",
                                 copies_doc(c, i), leader);
    }
    return BF_OK;
}

static bool same_section(const struct section *s, const struct buf *expected)
{
    return s->len == expected->len && (!s->len || !memcmp(s->p, expected->data, s->len));
}

/* Where there is no file, its place is the manifest. */
static int missing(const struct snapshot *s, struct error *err)
{
    char *path = file_join(s->dir, MANIFEST_NAME);
    int rc =
        error_set(err, BF_ERR_DAMAGED,
                  "index damaged: %s: offset 0: names no file of copies, but there are some", path);
    free(path);
    return rc;
}

static int compare(const struct snapshot *s, const struct buf made[COPIES_SECTIONS],
                   struct error *err)
{
    static const char *const wrong[COPIES_SECTIONS] = {
        [COPIES_DOCS] = "not the articles that have copies",
        [COPIES_LEADERS] = "not the groups that the sketches make",
        [COPIES_KEYS] = "not the paragraphs that are boilerplate",
        [COPIES_KEY_ARTICLES] = "not how many articles have a paragraph",
        [COPIES_TEXTS] = "not what the paragraphs say",
    };
    const struct frame *f = &s->copies.frame;
    if (!f->map)
        return made[COPIES_DOCS].len || made[COPIES_KEYS].len ? missing(s, err) : BF_OK;
    for (int i = 0; i < COPIES_SECTIONS; i++)
        if (!same_section(&f->sections[i], &made[i]))
            return frame_damaged(f, f->sections[i].p, wrong[i], err);
    return BF_OK;
}

/* Boilerplate is taken off in the form that the analysis gives it. */
static bool has_other_rules(const struct manifest *m)
{
    struct analyzer *analyzer = analyzer_new(m->language, NULL, NULL);
    bool other = !analyzer || strcmp(analyzer_fingerprint(analyzer), m->fingerprint) != 0;
    analyzer_free(analyzer);
    return other;
}

int check_copies(const struct check_run *run, const struct snapshot *s, struct error *err)
{
    struct buf made[COPIES_SECTIONS] = {{0}};
    int rc = copies_verify(&s->copies, s->bases[s->count], err);
    if (!rc)
        rc = check_leaders(&s->copies, err);
    if (!rc && !run->options->quick && !has_other_rules(&s->manifest)) {
        rc = copies_make(s, made, err);
        if (!rc)
            rc = compare(s, made, err);
    }
    for (int i = 0; i < COPIES_SECTIONS; i++)
        buf_free(&made[i]);
    return rc;
}
