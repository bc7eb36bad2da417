/* columns.c - opening the columns, names, and look-up by id. */
#include "common/index/columns.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/limits.h"

/* Bytes an article takes in a column; 0 where that is no matter of articles. */
static size_t width_of(const struct columns *c, enum column which)
{
    return which < COLUMN_BASES ? 1 : c->packed[which].width;
}

static int set_packed(struct columns *c, enum column which, struct error *err)
{
    const struct section *s = &c->frame.sections[which];
    size_t width = c->docs ? s->len / c->docs : 0;
    if (width > 8 || s->len != width * c->docs)
        return frame_damaged(&c->frame, s->p, "column of another length", err);
    const unsigned char *base = column(c, COLUMN_BASES) + 8 * (size_t)(which - FIRST_PACKED);
    c->packed[which] = (struct packed_column){.p = s->p,
                                              .base = load_u64(base),
                                              .mask = width ? UINT64_MAX >> (64 - 8 * width) : 0,
                                              .width = (unsigned)width};
    return BF_OK;
}

static int check_shape(struct columns *c, struct error *err)
{
    const struct section *s = c->frame.sections;
    if (c->frame.section_count != COLUMNS || s[COLUMN_LENGTH].len > MAX_SEGMENT_DOCS)
        return frame_damaged(&c->frame, NULL, "not the sections of columns", err);
    c->docs = (uint32_t)s[COLUMN_LENGTH].len;
    if (s[COLUMN_LEAD_LENGTH].len != c->docs || s[COLUMN_FLAGS].len != c->docs ||
        s[COLUMN_BASES].len != 8 * PACKED_COLUMNS)
        return frame_damaged(&c->frame, s[COLUMN_LENGTH].p, "column of another length", err);
    int rc = columns_need(c, COLUMN_BASES, err);
    for (enum column i = FIRST_PACKED; i <= LAST_PACKED && !rc; i++)
        rc = set_packed(c, i, err);
    return rc ? rc : names_open(&c->names, &c->frame, COLUMN_NAME_OFFSETS, c->docs, err);
}

int columns_need(const struct columns *c, enum column which, struct error *err)
{
    return frame_touch(&c->frame, column(c, which), c->frame.sections[which].len, err);
}

const unsigned char *columns_cell(const struct columns *c, enum column which, uint32_t doc)
{
    return column(c, which) + width_of(c, which) * doc;
}

static int check_category(const struct columns *c, uint32_t doc, struct error *err)
{
    if (column_u32(c, COLUMN_CATEGORY, doc) < c->categories)
        return BF_OK;
    return frame_damaged(&c->frame, columns_cell(c, COLUMN_CATEGORY, doc), "unknown category", err);
}

int columns_touch_in(const struct columns *c, enum column which, uint32_t doc, struct error *err)
{
    int rc = frame_touch(&c->frame, columns_cell(c, which, doc), width_of(c, which), err);
    return rc || which != COLUMN_CATEGORY ? rc : check_category(c, doc, err);
}

int columns_touch(const struct columns *c, uint32_t doc, struct error *err)
{
    int rc = BF_OK;
    for (unsigned i = 0; i <= LAST_PACKED && !rc; i++)
        if (i != COLUMN_BASES)
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
        const unsigned char *name = in.p;
        struct text text;
        if (!take_text(&in, &text))
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

int columns_over(struct columns *c, const struct frame *frame, struct error *err)
{
    *c = (struct columns){.frame = *frame};
    int rc = check_shape(c, err);
    if (!rc && list_categories(c, err))
        c->categories = 0;
    if (rc)
        columns_release(c);
    return rc;
}

void columns_release(struct columns *c)
{
    names_close(&c->names);
    free(c->category_names);
    *c = (struct columns){0};
}

void columns_close(struct columns *c)
{
    struct frame frame = c->frame;
    columns_release(c);
    frame_close(&frame);
}

struct date columns_date(const struct columns *c, uint32_t doc)
{
    int64_t seconds = column_time(c, COLUMN_DATE, doc);
    uint8_t flags = column_u8(c, COLUMN_FLAGS, doc);
    const struct date d = {.seconds = seconds,
                           .precision = flags & FLAG_PRECISION,
                           .zone_known = (flags & FLAG_ZONE_KNOWN) != 0};
    return date_is_possible(&d) ? d : (struct date){0};
}

int columns_name(const struct columns *c, uint32_t doc, struct text *id, struct text *title,
                 struct error *err)
{
    return names_get(&c->names, doc, id, title, err);
}

struct text columns_category_name(const struct columns *c, uint32_t number)
{
    const struct section *names = &c->frame.sections[COLUMN_CATEGORY_NAMES];
    struct bytes in = {c->category_names[number], names->p + names->len};
    struct text text = {"", 0};
    take_text(&in, &text);
    return text;
}

struct text columns_category(const struct columns *c, uint32_t doc)
{
    uint32_t number = column_u32(c, COLUMN_CATEGORY, doc);
    return number < c->categories ? columns_category_name(c, number) : (struct text){"", 0};
}

int columns_ranked(const struct columns *c, uint32_t rank, uint32_t *doc, struct text *id,
                   struct error *err)
{
    struct text title;
    int rc = columns_touch_in(c, COLUMN_ID_ORDER, rank, err);
    if (rc)
        return rc;
    uint64_t found = column_u64(c, COLUMN_ID_ORDER, rank);
    if (found >= c->docs)
        return frame_damaged(&c->frame, columns_cell(c, COLUMN_ID_ORDER, rank),
                             "article number out of range", err);
    *doc = (uint32_t)found;
    return columns_name(c, *doc, id, &title, err);
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
