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
    buf_u64(&w->columns[COLUMN_NAME_OFFSETS], 0);
}

void columns_writer_free(struct columns_writer *w)
{
    for (int i = 0; i < COLUMNS; i++)
        buf_free(&w->columns[i]);
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
    buf_varint(&c[COLUMN_NAMES], row->id.len);
    buf_add(&c[COLUMN_NAMES], row->id.p, row->id.len);
    buf_add(&c[COLUMN_NAMES], row->title.p, row->title.len);
    buf_u64(&c[COLUMN_NAME_OFFSETS], c[COLUMN_NAMES].len);
    buf_u32(&c[COLUMN_TEXT_BLOCK], row->text_block);
    buf_u32(&c[COLUMN_TEXT_OFFSET], row->text_offset);
    w->docs++;
    w->tokens += row->tokens;
    w->lead_tokens += row->lead_tokens;
}

size_t columns_writer_bytes(const struct columns_writer *w)
{
    size_t bytes = values_writer_bytes(&w->values);
    for (int i = 0; i < COLUMNS; i++)
        bytes += w->columns[i].capacity;
    return bytes;
}

static struct text id_of(const struct columns_writer *w, uint32_t doc)
{
    const struct buf *names = &w->columns[COLUMN_NAMES];
    uint64_t from = load_u64(w->columns[COLUMN_NAME_OFFSETS].data + 8 * (size_t)doc);
    struct bytes in = bytes_of(names->data + from, names->len - from);
    uint32_t len = 0;
    take_varint32(&in, &len);
    return (struct text){(const char *)in.p, len};
}

static int compare_ids(const void *a, const void *b, void *writer)
{
    struct text x = id_of(writer, *(const uint32_t *)a), y = id_of(writer, *(const uint32_t *)b);
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

void columns_writer_finish(struct columns_writer *w, struct frame_writer *file)
{
    put_id_order(w);
    struct buf *names = &w->columns[COLUMN_CATEGORY_NAMES];
    buf_add(names, w->categories->names.data, w->categories->names.len);
    values_writer_encode(&w->values, &w->columns[COLUMN_VALUES]);
    for (int i = 0; i < COLUMNS; i++)
        frame_put_section(file, w->columns[i].data, w->columns[i].len);
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
    row->date = (int64_t)column_u64(c, COLUMN_DATE, doc);
    row->modified = (int64_t)column_u64(c, COLUMN_MODIFIED, doc);
    row->content_hash = column_u64(c, COLUMN_CONTENT_HASH, doc);
    row->body_hash = column_u64(c, COLUMN_BODY_HASH, doc);
    row->text_block = column_u32(c, COLUMN_TEXT_BLOCK, doc);
    row->text_offset = column_u32(c, COLUMN_TEXT_OFFSET, doc);
    return BF_OK;
}
