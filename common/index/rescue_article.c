/* rescue_article.c - names from the columns, the rest from the text, the hash as the judge. */
#include "common/index/rescue_article.h"

#include <string.h>

#include "common/index/limits.h"
#include "common/index/record.h"
#include "common/index/rescue_guess.h"
#include "common/text/utf8.h"

#define LONGEST_NAMES (NAMES_IN_BLOCK * (MAX_ID_LENGTH + MAX_TITLE_LENGTH + 2 * (size_t)5))

enum { TEXT_DATA, TEXT_OFFSETS, TEXT_LENGTHS };

static const struct rescued_frame *frame_of(const struct rescue_segment *s, enum segment_file which)
{
    return s->files[which] ? &s->files[which]->frame : NULL;
}

void segment_rescue_open(struct segment_rescue *r, const struct rescue_segment *from,
                         bool without_text)
{
    const struct rescued_frame *columns = frame_of(from, FILE_COLUMNS);
    *r = (struct segment_rescue){.columns_file = columns,
                                 .text_file = frame_of(from, FILE_TEXT),
                                 .without_text = without_text,
                                 .belong_together =
                                     from->sure[FILE_COLUMNS] && from->sure[FILE_TEXT],
                                 .from = from,
                                 .docs = from->docs_known ? from->entry.docs : 0,
                                 .next_known = true};
    r->names.held = r->text.held = -1;
    if (columns && columns->frame.section_count &&
        !columns_over(&r->columns, &columns->frame, NULL)) {
        r->has_columns = true;
        r->docs = r->columns.docs;
        rescue_blocks_open(&r->names, columns, COLUMN_NAMES, COLUMN_NAME_OFFSETS,
                           COLUMN_NAME_LENGTHS, LONGEST_NAMES);
    }
    if (r->text_file)
        rescue_blocks_open(&r->text, r->text_file, TEXT_DATA, TEXT_OFFSETS, TEXT_LENGTHS,
                           MAX_TEXT_BLOCK);
}

void segment_rescue_close(struct segment_rescue *r)
{
    columns_release(&r->columns);
    rescue_blocks_close(&r->names);
    rescue_blocks_close(&r->text);
    *r = (struct segment_rescue){0};
}

/* ---- names ---- */

static void hold_names(struct segment_rescue *r, uint32_t block)
{
    struct rescue_blocks *b = &r->names;
    if (b->held == (int64_t)block)
        return;
    rescue_blocks_get(b, block);
    struct bytes in = bytes_of(b->bytes.data, b->bytes.len);
    r->held_count = 0;
    while (r->held_count < NAMES_IN_BLOCK) {
        struct rescued_name *name = &r->held_names[r->held_count];
        if (!take_text(&in, &name->id) || !take_text(&in, &name->title))
            return;
        name->right = (size_t)(in.p - b->bytes.data) <= b->trusted;
        r->held_count++;
    }
}

static bool is_plain(struct text t, size_t most)
{
    return t.len <= most && !memchr(t.p, '\0', t.len) && utf8_valid(t.p, t.len);
}

/* No id has control bytes. */
static bool is_id(struct text t)
{
    bool plain = t.len && is_plain(t, MAX_ID_LENGTH);
    for (size_t i = 0; i < t.len && plain; i++)
        plain = (unsigned char)t.p[i] >= 0x20 && t.p[i] != 0x7f;
    return plain;
}

/* False when nothing can be read, or nothing that could be a name. */
static bool find_name(struct segment_rescue *r, uint32_t doc, struct rescued_name *out)
{
    if (!r->has_columns || doc >= r->docs)
        return false;
    hold_names(r, doc / NAMES_IN_BLOCK);
    if (doc % NAMES_IN_BLOCK >= r->held_count)
        return false;
    *out = r->held_names[doc % NAMES_IN_BLOCK];
    return is_id(out->id) && is_plain(out->title, MAX_TITLE_LENGTH);
}

/* ---- the article's row ---- */

static bool section_right(const struct segment_rescue *r, enum column which)
{
    const struct section *s = &r->columns.frame.sections[which];
    return frame_rescue_right(r->columns_file, s->p, s->len);
}

/* Of one-byte and packed columns; the latter's bases belong to it. */
static bool cell_right(const struct segment_rescue *r, enum column which, uint32_t doc)
{
    size_t width = which < COLUMN_BASES ? 1 : r->columns.packed[which].width;
    return frame_rescue_right(r->columns_file, columns_cell(&r->columns, which, doc), width) &&
           (which < COLUMN_BASES || section_right(r, COLUMN_BASES));
}

static unsigned row_doubts(const struct segment_rescue *r, uint32_t doc, bool name_right)
{
    unsigned doubts = name_right ? 0 : DOUBT_NAME;
    if (!cell_right(r, COLUMN_CATEGORY, doc) || !section_right(r, COLUMN_CATEGORY_NAMES) ||
        column_u32(&r->columns, COLUMN_CATEGORY, doc) >= r->columns.categories)
        doubts |= DOUBT_CATEGORY;
    if (!cell_right(r, COLUMN_DATE, doc) || !cell_right(r, COLUMN_FLAGS, doc))
        doubts |= DOUBT_DATE;
    return doubts;
}

/* What the columns have of the article, right or not; its doubts. */
static unsigned read_row(struct segment_rescue *r, uint32_t doc, struct arena *arena,
                         struct article *a)
{
    struct rescued_name name;
    bool named = find_name(r, doc, &name);
    if (named) {
        a->id = arena_strndup(arena, name.id.p, name.id.len);
        a->title = arena_strndup(arena, name.title.p, name.title.len);
    }
    if (!r->has_columns || doc >= r->docs)
        return DOUBT_NAME | DOUBT_CATEGORY | DOUBT_DATE;
    struct text category = columns_category(&r->columns, doc);
    if (is_plain(category, category.len))
        a->category = arena_strndup(arena, category.p, category.len);
    a->date = columns_date(&r->columns, doc);
    a->title_is_derived = (column_u8(&r->columns, COLUMN_FLAGS, doc) & FLAG_TITLE_DERIVED) != 0;
    return row_doubts(r, doc, named && name.right);
}

/* ---- its record ---- */

struct found_record {
    bool found, right; /* rests on right pages */
    uint32_t block;
    size_t end;
};

/* The record at a place, into what the row made of *a. */
static struct found_record read_record(struct segment_rescue *r, uint32_t block, size_t offset,
                                       struct arena *arena, struct article *a)
{
    struct found_record record = {.block = block};
    rescue_blocks_get(&r->text, block);
    const struct buf *bytes = &r->text.bytes;
    if (offset >= bytes->len)
        return record;
    struct bytes in = bytes_of(bytes->data + offset, bytes->len - offset);
    record.found = record_decode(&in, arena, a);
    record.end = (size_t)(in.p - bytes->data);
    record.right = record.found && record.end <= r->text.trusted;
    a->words = count_words(a->body, a->body_len);
    return record;
}

static void step_behind(struct segment_rescue *r, const struct found_record *record)
{
    bool last = record->end == r->text.bytes.len && r->text.complete;
    r->next_known = true;
    r->next_block = last ? record->block + 1 : record->block;
    r->next_offset = last ? 0 : record->end;
}

/* ---- judging ---- */

/* What the article is with this row and this record. */
static enum rescue_fate judge(const struct segment_rescue *r, uint32_t doc, struct arena *arena,
                              const struct found_record *record, struct rescued_article *out)
{
    struct article *a = &out->article;
    if (!record->found)
        return RESCUE_LOST;
    bool has_row = r->has_columns && doc < r->docs;
    uint64_t body = has_row && r->without_text ? column_u64(&r->columns, COLUMN_BODY_HASH, doc)
                                               : record_body_hash(a);
    if (has_row &&
        (record_content_hash(a, body) == column_u64(&r->columns, COLUMN_CONTENT_HASH, doc) ||
         rescue_guess(&r->columns, doc, body, arena, a))) {
        out->doubts = 0;
        return RESCUE_WHOLE;
    }
    bool body_right = has_row && body == column_u64(&r->columns, COLUMN_BODY_HASH, doc);
    bool body_unknown = r->belong_together && has_row && !cell_right(r, COLUMN_BODY_HASH, doc);
    if (!record->right)
        out->doubts |= DOUBT_DETAILS;
    if (has_row && !body_right && (!record->right || !body_unknown)) {
        if (record->right)
            out->reason = "its text does not have the hash that the columns have";
        return RESCUE_LOST;
    }
    if (!has_row && !record->right)
        return RESCUE_LOST;
    if (!out->doubts && cell_right(r, COLUMN_CONTENT_HASH, doc))
        out->doubts = DOUBT_HASH;
    return out->doubts ? RESCUE_DOUBTFUL : RESCUE_WHOLE;
}

static void leave_out_what_is_not_sure(struct rescued_article *out)
{
    if (out->doubts & DOUBT_CATEGORY)
        out->article.category = "";
    if (out->doubts & DOUBT_DATE)
        out->article.date = (struct date){0};
    if (!date_is_possible(&out->article.updated))
        out->article.updated = (struct date){0};
}

/* ---- one article ---- */

/* The places where its record may stand, the likeliest first; how many. */
static unsigned list_places(const struct segment_rescue *r, uint32_t doc, uint32_t blocks[2],
                            size_t offsets[2])
{
    unsigned n = 0;
    bool stated = r->has_columns && doc < r->docs;
    bool sure =
        stated && cell_right(r, COLUMN_TEXT_BLOCK, doc) && cell_right(r, COLUMN_TEXT_OFFSET, doc);
    if (!sure && r->next_known) {
        blocks[n] = r->next_block;
        offsets[n++] = r->next_offset;
    }
    if (stated) {
        blocks[n] = column_u32(&r->columns, COLUMN_TEXT_BLOCK, doc);
        offsets[n++] = column_u32(&r->columns, COLUMN_TEXT_OFFSET, doc);
    }
    return n;
}

static void rescue_article(struct segment_rescue *r, uint32_t doc, struct arena *arena,
                           struct rescued_article *out)
{
    uint32_t blocks[2];
    size_t offsets[2];
    struct rescued_article best = {.doc = doc, .fate = RESCUE_LOST};
    unsigned places = r->text_file ? list_places(r, doc, blocks, offsets) : 0;
    article_init(&best.article);
    best.doubts = read_row(r, doc, arena, &best.article);
    best.flags_right = r->has_columns && doc < r->docs && cell_right(r, COLUMN_FLAGS, doc);
    best.reason = r->text_file ? r->text.problem : "there is no file of stored text";
    const struct rescued_article row = best;
    for (unsigned i = 0; i < places && best.fate != RESCUE_WHOLE; i++) {
        struct rescued_article tried = row;
        struct found_record record = read_record(r, blocks[i], offsets[i], arena, &tried.article);
        tried.reason = r->text.problem ? r->text.problem : "no record of an article";
        tried.fate = judge(r, doc, arena, &record, &tried);
        if (tried.fate != RESCUE_LOST)
            step_behind(r, &record);
        if (tried.fate < best.fate || i == 0)
            best = tried;
    }
    if (best.fate == RESCUE_LOST) {
        r->next_known = false;
        best.article = row.article;
    }
    *out = best;
    if (out->fate == RESCUE_DOUBTFUL)
        leave_out_what_is_not_sure(out);
}

static bool is_deleted(const struct segment_rescue *r, uint32_t doc)
{
    return !r->with_deleted && !r->gap && rescue_is_deleted(r->from, doc);
}

/* Without columns the records tell how many articles there are. */
static int next_record(struct segment_rescue *r, struct arena *arena, struct rescued_article *out)
{
    uint32_t blocks = r->text_file ? (uint32_t)(r->text.lengths.len / 4) : 0;
    while (r->text_file && (!r->docs || r->doc < r->docs)) {
        uint32_t block = r->next_block;
        rescue_article(r, r->doc, arena, out);
        if (out->fate != RESCUE_LOST) {
            r->doc++;
            return BF_OK;
        }
        if (block + 1 >= blocks)
            return BF_END;
        r->gap = r->next_known = true;
        r->next_block = block + 1;
        r->next_offset = 0;
    }
    return BF_END;
}

int segment_rescue_next(struct segment_rescue *r, struct arena *arena, struct rescued_article *out)
{
    if (!r->has_columns) {
        int rc = next_record(r, arena, out);
        while (!rc && is_deleted(r, out->doc))
            rc = next_record(r, arena, out);
        return rc;
    }
    while (r->doc < r->docs && is_deleted(r, r->doc))
        r->doc++;
    if (r->doc >= r->docs)
        return BF_END;
    rescue_article(r, r->doc++, arena, out);
    return BF_OK;
}
