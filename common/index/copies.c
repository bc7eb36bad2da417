/* copies.c - opening the file of groups, and finding an article in it. */
#include "common/index/copies.h"

/* Where a number stands among n ascending ones, or would stand. */
static uint32_t find(const struct section *s, uint32_t n, uint32_t number)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (load_u32(s->p + 4 * (size_t)middle) < number)
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
            rc = frame_damaged(&c->frame, c->frame.sections[COPIES_LEADERS].p + 4 * (size_t)i,
                               "copies of no article", err);
        if (doc >= docs || (i && doc <= copies_doc(c, i - 1)))
            rc = frame_damaged(&c->frame, c->frame.sections[COPIES_DOCS].p + 4 * (size_t)i,
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
    size_t docs = s[COPIES_DOCS].len, keys = s[COPIES_KEYS].len;
    if (c->frame.section_count != COPIES_SECTIONS || docs % 4 || docs / 4 > UINT32_MAX ||
        s[COPIES_LEADERS].len != docs || keys % 4 || keys / 4 > UINT32_MAX ||
        s[COPIES_KEY_ARTICLES].len != keys) {
        rc = frame_damaged(&c->frame, NULL, "not the sections of copies", err);
        copies_close(c);
        return rc;
    }
    c->count = (uint32_t)(docs / 4);
    c->keys = (uint32_t)(keys / 4);
    return BF_OK;
}

void copies_close(struct copies *c)
{
    frame_close(&c->frame);
    *c = (struct copies){0};
}

uint32_t copies_leader(const struct copies *c, uint32_t doc)
{
    uint32_t i = find(&c->frame.sections[COPIES_DOCS], c->count, doc);
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

bool copies_is_boilerplate(const struct copies *c, uint32_t key)
{
    const struct section *keys = &c->frame.sections[COPIES_KEYS];
    uint32_t i = find(keys, c->keys, key);
    return i < c->keys && load_u32(keys->p + 4 * (size_t)i) == key;
}

void boilerplate_cursor_open(struct boilerplate_cursor *c, const struct copies *copies)
{
    const struct section *texts = &copies->frame.sections[COPIES_TEXTS];
    *c = (struct boilerplate_cursor){.copies = copies, .left = bytes_of(texts->p, texts->len)};
}

int boilerplate_cursor_next(struct boilerplate_cursor *c, struct boilerplate_text *out,
                            struct error *err)
{
    const struct frame *f = &c->copies->frame;
    if (c->next == c->copies->keys)
        return BF_END;
    const unsigned char *start = c->left.p;
    out->articles = load_u32(f->sections[COPIES_KEY_ARTICLES].p + 4 * (size_t)c->next++);
    if (!take_text(&c->left, &out->source) || !take_text(&c->left, &out->text))
        return frame_damaged(f, start, "no text of boilerplate", err);
    return BF_OK;
}
