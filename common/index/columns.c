/* columns.c - opening the columns, names, and look-up by id. */
#include "common/index/columns.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/limits.h"

static const uint8_t column_width[COLUMNS] = {
    [COLUMN_LENGTH] = 1,       [COLUMN_LEAD_LENGTH] = 1, [COLUMN_FLAGS] = 1,
    [COLUMN_TITLE_TOKENS] = 2, [COLUMN_TOKENS] = 4,      [COLUMN_WORDS] = 4,
    [COLUMN_DATE] = 8,         [COLUMN_MODIFIED] = 8,    [COLUMN_CONTENT_HASH] = 8,
    [COLUMN_BODY_HASH] = 8,    [COLUMN_CATEGORY] = 4,    [COLUMN_NAME_OFFSETS] = 8,
    [COLUMN_ID_ORDER] = 4,     [COLUMN_TEXT_BLOCK] = 4,  [COLUMN_TEXT_OFFSET] = 4,
};

static int check_shape(struct columns *c, struct error *err)
{
    const struct section *s = c->frame.sections;
    if (c->frame.section_count != COLUMNS || s[COLUMN_LENGTH].len > MAX_SEGMENT_DOCS)
        return frame_damaged(&c->frame, NULL, "not the sections of columns", err);
    c->docs = (uint32_t)s[COLUMN_LENGTH].len;
    for (int i = 0; i < COLUMNS; i++) {
        size_t rows = (size_t)c->docs + (i == COLUMN_NAME_OFFSETS);
        if (column_width[i] && s[i].len != rows * column_width[i])
            return frame_damaged(&c->frame, s[i].p, "column of another length", err);
    }
    return BF_OK;
}

int columns_need(const struct columns *c, enum column which, struct error *err)
{
    return frame_touch(&c->frame, column(c, which), c->frame.sections[which].len, err);
}

static int check_category(const struct columns *c, uint32_t doc, struct error *err)
{
    if (column_u32(c, COLUMN_CATEGORY, doc) < c->categories)
        return BF_OK;
    return frame_damaged(&c->frame, column(c, COLUMN_CATEGORY) + 4 * (size_t)doc,
                         "unknown category", err);
}

int columns_touch_in(const struct columns *c, enum column which, uint32_t doc, struct error *err)
{
    size_t width = column_width[which];
    int rc = frame_touch(&c->frame, column(c, which) + width * doc, width, err);
    return rc || which != COLUMN_CATEGORY ? rc : check_category(c, doc, err);
}

int columns_touch(const struct columns *c, uint32_t doc, struct error *err)
{
    int rc = BF_OK;
    for (unsigned i = 0; i < COLUMNS && !rc; i++)
        if (column_width[i])
            rc = columns_touch_in(c, i, doc, err);
    return rc;
}

int columns_verify(const struct columns *c, struct error *err)
{
    int rc = BF_OK;
    for (unsigned i = 0; i < COLUMNS && !rc; i++)
        rc = columns_need(c, i, err);
    for (uint32_t doc = 0; doc < c->docs && !rc; doc++)
        rc = check_category(c, doc, err);
    return rc;
}

static int list_categories(struct columns *c, struct error *err)
{
    const struct section *s = &c->frame.sections[COLUMN_CATEGORY_NAMES];
    struct bytes in = bytes_of(s->p, s->len);
    size_t capacity = 0;
    while (bytes_left(&in)) {
        const unsigned char *name = in.p, *text;
        uint32_t len;
        if (!take_varint32(&in, &len) || !take_bytes(&in, len, &text))
            return frame_damaged(&c->frame, name, "no list of categories", err);
        mem_grow(c->category_names, &capacity, (size_t)c->categories + 1);
        c->category_names[c->categories++] = name;
    }
    return BF_OK;
}

int columns_open(struct columns *c, const char *path, struct error *err)
{
    static const enum column at_once[] = {COLUMN_LENGTH, COLUMN_LEAD_LENGTH, COLUMN_FLAGS,
                                          COLUMN_CATEGORY_NAMES};
    *c = (struct columns){0};
    int rc = frame_open(&c->frame, path, FRAME_KIND('C', 'O', 'L', 'S'), err);
    if (!rc)
        rc = check_shape(c, err);
    for (size_t i = 0; i < sizeof at_once / sizeof *at_once && !rc; i++)
        rc = columns_need(c, at_once[i], err);
    if (!rc)
        rc = list_categories(c, err);
    if (rc)
        columns_close(c);
    return rc;
}

void columns_close(struct columns *c)
{
    frame_close(&c->frame);
    free(c->category_names);
    *c = (struct columns){0};
}

struct date columns_date(const struct columns *c, uint32_t doc)
{
    int64_t seconds = (int64_t)column_u64(c, COLUMN_DATE, doc);
    uint8_t flags = column_u8(c, COLUMN_FLAGS, doc);
    if (seconds == DATE_NONE)
        return (struct date){0};
    return (struct date){.seconds = seconds,
                         .precision = flags & FLAG_PRECISION,
                         .zone_known = (flags & FLAG_ZONE_KNOWN) != 0};
}

int columns_name(const struct columns *c, uint32_t doc, struct text *id, struct text *title,
                 struct error *err)
{
    const struct section *names = &c->frame.sections[COLUMN_NAMES];
    const unsigned char *offsets = column(c, COLUMN_NAME_OFFSETS) + 8 * (size_t)doc;
    int rc = frame_touch(&c->frame, offsets, 16, err);
    if (rc)
        return rc;
    uint64_t from = load_u64(offsets), to = load_u64(offsets + 8);
    if (from > to || to > names->len)
        return frame_damaged(&c->frame, offsets, "name out of range", err);
    rc = frame_touch(&c->frame, names->p + from, to - from, err);
    if (rc)
        return rc;
    struct bytes in = bytes_of(names->p + from, to - from);
    uint32_t id_len;
    const unsigned char *bytes;
    if (!take_varint32(&in, &id_len) || !take_bytes(&in, id_len, &bytes))
        return frame_damaged(&c->frame, names->p + from, "no name of an article", err);
    *id = (struct text){(const char *)bytes, id_len};
    *title = (struct text){(const char *)in.p, bytes_left(&in)};
    return BF_OK;
}

struct text columns_category(const struct columns *c, uint32_t doc)
{
    uint32_t number = column_u32(c, COLUMN_CATEGORY, doc);
    if (number >= c->categories)
        return (struct text){"", 0};
    const unsigned char *name = c->category_names[number];
    struct bytes in = {name, column(c, COLUMN_CATEGORY_NAMES) +
                                 c->frame.sections[COLUMN_CATEGORY_NAMES].len};
    uint32_t len = 0;
    take_varint32(&in, &len);
    return (struct text){(const char *)in.p, len};
}

int columns_ranked(const struct columns *c, uint32_t rank, uint32_t *doc, struct text *id,
                   struct error *err)
{
    struct text title;
    const unsigned char *at = column(c, COLUMN_ID_ORDER) + 4 * (size_t)rank;
    int rc = frame_touch(&c->frame, at, 4, err);
    if (rc)
        return rc;
    uint32_t found = load_u32(at);
    if (found >= c->docs)
        return frame_damaged(&c->frame, at, "article number out of range", err);
    *doc = found;
    return columns_name(c, found, id, &title, err);
}

int columns_seek_id(const struct columns *c, const char *id, size_t len, uint32_t *rank,
                    struct error *err)
{
    uint32_t low = 0, high = c->docs;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, doc;
        struct text found;
        int rc = columns_ranked(c, middle, &doc, &found, err);
        if (rc)
            return rc;
        if (term_compare(found.p, found.len, id, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *rank = low;
    return BF_OK;
}
