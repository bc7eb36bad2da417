/* columns_write.c - one growing buffer a column. */
#include "common/index/columns_write.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/length.h"
#include "common/index/limits.h"

/* Category names to numbers: few, so a plain open-addressing table does. */
struct category_list {
    struct buf names; /* as section COLUMN_CATEGORY_NAMES */
    uint32_t count;
    uint32_t *slots; /* number + 1; 0 is free */
    size_t slot_count;
    size_t *starts; /* of each name's bytes in `names` */
    size_t *lengths;
    size_t capacity[2];
};

static size_t find_slot(const struct category_list *list, struct text name)
{
    size_t at = hash64(name.p, name.len, 0) & (list->slot_count - 1);
    for (; list->slots[at]; at = (at + 1) & (list->slot_count - 1)) {
        uint32_t number = list->slots[at] - 1;
        if (list->lengths[number] == name.len &&
            (!name.len || !memcmp(list->names.data + list->starts[number], name.p, name.len)))
            break;
    }
    return at;
}

static struct text category_name(const struct category_list *list, uint32_t number)
{
    return (struct text){(const char *)list->names.data + list->starts[number],
                         list->lengths[number]};
}

static void grow_slots(struct category_list *list)
{
    free(list->slots);
    list->slot_count = list->slot_count ? list->slot_count * 2 : 64;
    list->slots = mem_zalloc(list->slot_count, sizeof *list->slots);
    for (uint32_t i = 0; i < list->count; i++)
        list->slots[find_slot(list, category_name(list, i))] = i + 1;
}

static uint32_t category_number(struct category_list *list, struct text name)
{
    if ((list->count + 1) * 2 > list->slot_count)
        grow_slots(list);
    size_t slot = find_slot(list, name);
    if (list->slots[slot])
        return list->slots[slot] - 1;
    uint32_t number = list->count++;
    mem_grow(list->starts, &list->capacity[0], list->count);
    mem_grow(list->lengths, &list->capacity[1], list->count);
    buf_varint(&list->names, name.len);
    list->starts[number] = list->names.len;
    list->lengths[number] = name.len;
    buf_add(&list->names, name.p, name.len);
    list->slots[slot] = list->count;
    return number;
}

void columns_writer_init(struct columns_writer *w)
{
    *w = (struct columns_writer){.categories = mem_zalloc(1, sizeof *w->categories)};
    values_writer_init(&w->values);
    category_number(w->categories, (struct text){"", 0});
}

void columns_writer_free(struct columns_writer *w)
{
    for (int i = 0; i < COLUMNS; i++)
        buf_free(&w->columns[i]);
    names_writer_free(&w->names);
    if (w->categories) {
        buf_free(&w->categories->names);
        free(w->categories->slots);
        free(w->categories->starts);
        free(w->categories->lengths);
        free(w->categories);
    }
    values_writer_free(&w->values);
    *w = (struct columns_writer){0};
}

void columns_writer_add(struct columns_writer *w, const struct column_row *row)
{
    struct buf *c = w->columns;
    uint32_t title = row->title_tokens < MAX_TITLE_TOKENS ? row->title_tokens : MAX_TITLE_TOKENS;
    buf_putc(&c[COLUMN_LENGTH], length_encode(row->tokens));
    buf_putc(&c[COLUMN_LEAD_LENGTH], length_encode((uint64_t)row->tokens + row->lead_tokens));
    buf_putc(&c[COLUMN_FLAGS], row->flags);
    buf_u16(&c[COLUMN_TITLE_TOKENS], (uint16_t)title);
    buf_u32(&c[COLUMN_TOKENS], row->tokens);
    buf_u32(&c[COLUMN_WORDS], row->words);
    buf_u64(&c[COLUMN_DATE], (uint64_t)row->date);
    buf_u64(&c[COLUMN_MODIFIED], (uint64_t)row->modified);
    buf_u64(&c[COLUMN_CONTENT_HASH], row->content_hash);
    buf_u64(&c[COLUMN_BODY_HASH], row->body_hash);
    buf_u32(&c[COLUMN_CATEGORY], category_number(w->categories, row->category));
    names_writer_add(&w->names, row->id, row->title);
    buf_u32(&c[COLUMN_TEXT_BLOCK], row->text_block);
    buf_u32(&c[COLUMN_TEXT_OFFSET], row->text_offset);
    w->docs++;
    w->tokens += row->tokens;
    w->lead_tokens += row->lead_tokens;
}

size_t columns_writer_bytes(const struct columns_writer *w)
{
    size_t bytes = values_writer_bytes(&w->values) + names_writer_bytes(&w->names);
    for (int i = 0; i < COLUMNS; i++)
        bytes += w->columns[i].capacity;
    return bytes;
}

static int compare_ids(const void *a, const void *b, void *writer)
{
    const struct columns_writer *w = writer;
    struct text x = names_writer_id(&w->names, *(const uint32_t *)a);
    struct text y = names_writer_id(&w->names, *(const uint32_t *)b);
    int order = term_compare(x.p, x.len, y.p, y.len);
    return order ? order : (*(const uint32_t *)a > *(const uint32_t *)b ? 1 : -1);
}

static void put_id_order(struct columns_writer *w)
{
    uint32_t *order = mem_alloc(w->docs * sizeof *order);
    for (uint32_t doc = 0; doc < w->docs; doc++)
        order[doc] = doc;
    qsort_r(order, w->docs, sizeof *order, compare_ids, w);
    for (uint32_t i = 0; i < w->docs; i++)
        buf_u32(&w->columns[COLUMN_ID_ORDER], order[i]);
    free(order);
}

/* ---- packing ---- */

/* Bytes of a number in the columns as they are collected. */
static const uint8_t raw_width[COLUMNS] = {
    [COLUMN_TITLE_TOKENS] = 2, [COLUMN_TOKENS] = 4,      [COLUMN_WORDS] = 4,
    [COLUMN_DATE] = 8,         [COLUMN_MODIFIED] = 8,    [COLUMN_CONTENT_HASH] = 8,
    [COLUMN_BODY_HASH] = 8,    [COLUMN_CATEGORY] = 4,    [COLUMN_ID_ORDER] = 4,
    [COLUMN_TEXT_BLOCK] = 4,   [COLUMN_TEXT_OFFSET] = 4,
};

static uint64_t raw_number(const struct columns_writer *w, enum column which, uint32_t doc)
{
    unsigned width = raw_width[which];
    const unsigned char *p = w->columns[which].data + (size_t)width * doc;
    return width == 2 ? load_u16(p) : width == 4 ? load_u32(p) : load_u64(p);
}

static bool is_unknown(enum column which, uint64_t value)
{
    return column_is_time(which) && (int64_t)value == DATE_NONE;
}

/* How the column is packed; of the times, an order of signed numbers. */
static struct packed_column plan_column(const struct columns_writer *w, enum column which)
{
    const uint64_t flip = column_is_time(which) ? (uint64_t)1 << 63 : 0;
    uint64_t least = UINT64_MAX, most = 0;
    for (uint32_t doc = 0; doc < w->docs; doc++) {
        uint64_t value = raw_number(w, which, doc);
        if (is_unknown(which, value))
            continue;
        least = (value ^ flip) < least ? value ^ flip : least;
        most = (value ^ flip) > most ? value ^ flip : most;
    }
    if (least > most)
        return (struct packed_column){0};
    uint64_t base = (least ^ flip) - column_is_time(which);
    return (struct packed_column){.base = base, .width = column_width((most ^ flip) - base)};
}

static void put_packed(const struct columns_writer *w, enum column which,
                       const struct packed_column *plan, struct buf *out)
{
    out->len = 0;
    buf_reserve(out, (size_t)w->docs * plan->width + 8);
    for (uint32_t doc = 0; doc < w->docs; doc++) {
        uint64_t value = raw_number(w, which, doc);
        store_u64(out->data + out->len, is_unknown(which, value) ? 0 : value - plan->base);
        out->len += plan->width;
    }
}

static void put_packed_columns(struct columns_writer *w, struct frame_writer *file)
{
    struct packed_column plans[COLUMNS];
    struct buf out = {0};
    for (enum column i = FIRST_PACKED; i <= LAST_PACKED; i++) {
        plans[i] = plan_column(w, i);
        buf_u64(&out, plans[i].base);
    }
    frame_put_section(file, out.data, out.len);
    for (enum column i = FIRST_PACKED; i <= LAST_PACKED; i++) {
        put_packed(w, i, &plans[i], &out);
        frame_put_section(file, out.data, out.len);
        buf_free(&w->columns[i]);
    }
    buf_free(&out);
}

static void put_names(const struct names_writer *names, struct frame_writer *file)
{
    struct buf sections[3] = {{0}};
    names_writer_pack(names, &sections[0], &sections[1], &sections[2]);
    for (int i = 0; i < 3; i++) {
        frame_put_section(file, sections[i].data, sections[i].len);
        buf_free(&sections[i]);
    }
}

static void put_column(struct columns_writer *w, enum column which, struct frame_writer *file)
{
    frame_put_section(file, w->columns[which].data, w->columns[which].len);
    buf_free(&w->columns[which]);
}

/* What has been written is let go, so that memory falls where it was highest. The
 * values' buffers are the largest but for the names. */
void columns_writer_finish(struct columns_writer *w, struct frame_writer *file)
{
    put_id_order(w);
    values_writer_encode(&w->values, &w->columns[COLUMN_VALUES]);
    values_writer_free(&w->values);
    for (enum column i = COLUMN_LENGTH; i < COLUMN_BASES; i++)
        put_column(w, i, file);
    put_packed_columns(w, file);
    frame_put_section(file, w->categories->names.data, w->categories->names.len);
    put_column(w, COLUMN_VALUES, file);
    put_names(&w->names, file);
}

int columns_row(const struct columns *c, uint32_t doc, struct column_row *row, struct error *err)
{
    int rc = columns_touch(c, doc, err);
    if (!rc)
        rc = columns_name(c, doc, &row->id, &row->title, err);
    if (rc)
        return rc;
    uint32_t title = column_title_tokens(c, doc), tokens = column_u32(c, COLUMN_TOKENS, doc);
    row->category = columns_category(c, doc);
    row->tokens = tokens;
    row->title_tokens = title;
    row->lead_tokens = tokens - title < LEAD_TOKENS ? tokens : title + LEAD_TOKENS;
    row->words = column_u32(c, COLUMN_WORDS, doc);
    row->flags = column_u8(c, COLUMN_FLAGS, doc);
    row->date = column_time(c, COLUMN_DATE, doc);
    row->modified = column_time(c, COLUMN_MODIFIED, doc);
    row->content_hash = column_u64(c, COLUMN_CONTENT_HASH, doc);
    row->body_hash = column_u64(c, COLUMN_BODY_HASH, doc);
    row->text_block = column_u32(c, COLUMN_TEXT_BLOCK, doc);
    row->text_offset = column_u32(c, COLUMN_TEXT_OFFSET, doc);
    return BF_OK;
}
