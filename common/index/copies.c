/* copies.c - opening the file of groups, and finding an article in it. */
#include "common/index/copies.h"

enum { SECTION_DOCS, SECTION_LEADERS, SECTIONS };

/* Where the article stands, or would stand. */
static uint32_t find(const struct copies *c, uint32_t doc)
{
    uint32_t low = 0, high = c->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (copies_doc(c, middle) < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int copies_verify(const struct copies *c, uint32_t docs, struct error *err)
{
    if (!c->frame.map)
        return BF_OK;
    int rc = frame_verify(&c->frame, err);
    for (uint32_t i = 0; i < c->count && !rc; i++) {
        uint32_t doc = copies_doc(c, i);
        if (copies_leader_at(c, i) >= docs)
            rc = frame_damaged(&c->frame, c->frame.sections[SECTION_LEADERS].p + 4 * (size_t)i,
                               "copies of no article", err);
        if (doc >= docs || (i && doc <= copies_doc(c, i - 1)))
            rc = frame_damaged(&c->frame, c->frame.sections[SECTION_DOCS].p + 4 * (size_t)i,
                               "articles with copies do not ascend", err);
    }
    return rc;
}

int copies_open(struct copies *c, const char *path, struct error *err)
{
    *c = (struct copies){0};
    int rc = frame_open(&c->frame, path, FRAME_KIND('C', 'O', 'P', 'Y'), err);
    if (rc)
        return rc;
    const struct section *s = c->frame.sections;
    if (c->frame.section_count != SECTIONS || s[SECTION_DOCS].len % 4 ||
        s[SECTION_DOCS].len / 4 > UINT32_MAX || s[SECTION_LEADERS].len != s[SECTION_DOCS].len) {
        rc = frame_damaged(&c->frame, NULL, "not the sections of copies", err);
        copies_close(c);
        return rc;
    }
    c->count = (uint32_t)(s[SECTION_DOCS].len / 4);
    return BF_OK;
}

void copies_close(struct copies *c)
{
    frame_close(&c->frame);
    *c = (struct copies){0};
}

uint32_t copies_leader(const struct copies *c, uint32_t doc)
{
    uint32_t i = find(c, doc);
    return i < c->count && copies_doc(c, i) == doc ? copies_leader_at(c, i) : COPIES_NONE;
}

void copies_sizes(const struct copies *c, const uint32_t *leaders, size_t n, uint32_t *sizes)
{
    for (size_t k = 0; k < n; k++)
        sizes[k] = leaders[k] == COPIES_NONE;
    for (uint32_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < n; k++)
            sizes[k] += copies_leader_at(c, i) == leaders[k];
}
