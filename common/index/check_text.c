/* check_text.c - the records, each of which has to be its article's, down to the hashes. */
#include <inttypes.h>

#include "common/index/check_parts.h"
#include "common/index/record.h"
#include "common/index/values_write.h"

enum { SECTION_BLOCKS, SECTION_OFFSETS };

struct text_check {
    const struct segment *s;
    bool without_text; /* then the columns alone know of the bodies */
    struct inflater *inflater;
    struct buf block;   /* decompressed */
    struct buf encoded; /* a record, encoded again */
    struct arena arena;
    struct values_writer values; /* of all records so far */
    struct sketch_check sketches;
    uint32_t doc; /* the article whose record comes next */
};

static const unsigned char *block_at(const struct segment *s, uint32_t block)
{
    const struct section *sections = s->text.frame.sections;
    return sections[SECTION_BLOCKS].p + load_u64(sections[SECTION_OFFSETS].p + 8 * (size_t)block);
}

/* Blocks stand back to back; textfile_read compares neighbours. */
static int check_bounds(const struct segment *s, struct error *err)
{
    const struct section *sections = s->text.frame.sections;
    uint64_t first = load_u64(sections[SECTION_OFFSETS].p);
    uint64_t last = load_u64(sections[SECTION_OFFSETS].p + 8 * (size_t)s->text.blocks);
    if (first || last != sections[SECTION_BLOCKS].len)
        return check_damaged(&s->text.frame, sections[SECTION_OFFSETS].p, err,
                             "text blocks from %" PRIu64 " to %" PRIu64 " of %zu bytes", first,
                             last, sections[SECTION_BLOCKS].len);
    return BF_OK;
}

/* What stands in the columns of what article_read gives. */
static int add_columns(struct text_check *t, struct article *a, struct error *err)
{
    const struct columns *c = &t->s->columns;
    struct text id, title, category = columns_category(c, t->doc);
    int rc = columns_name(c, t->doc, &id, &title, err);
    if (rc)
        return rc;
    a->id = arena_strndup(&t->arena, id.p, id.len);
    a->title = arena_strndup(&t->arena, title.p, title.len);
    a->category = arena_strndup(&t->arena, category.p, category.len);
    a->date = columns_date(c, t->doc);
    return BF_OK;
}

static int check_value(const struct columns *c, enum column which, uint32_t doc, const char *what,
                       uint64_t expected, struct error *err)
{
    uint64_t found =
        column_is_time(which) ? (uint64_t)column_time(c, which, doc) : column_u64(c, which, doc);
    if (found == expected)
        return BF_OK;
    return check_damaged(&c->frame, columns_cell(c, which, doc), err,
                         "article %u: %s %" PRIu64 ", but its record has %" PRIu64, doc, what,
                         found, expected);
}

static int compare_body(const struct text_check *t, const struct article *a, struct error *err)
{
    const struct columns *c = &t->s->columns;
    uint64_t words = (uint64_t)count_words(a->body, a->body_len);
    int rc = check_value(c, COLUMN_BODY_HASH, t->doc, "body hash", record_body_hash(a), err);
    return rc ? rc : check_value(c, COLUMN_WORDS, t->doc, "words", words, err);
}

static int compare_columns(struct text_check *t, const struct article *a, struct error *err)
{
    const struct columns *c = &t->s->columns;
    const struct date *changed = a->updated.precision ? &a->updated : &a->date;
    uint64_t modified = (uint64_t)(changed->precision ? changed->seconds : DATE_NONE);
    uint64_t body_hash = column_u64(c, COLUMN_BODY_HASH, t->doc);
    int rc = t->without_text ? BF_OK : compare_body(t, a, err);
    if (!rc)
        rc = check_value(c, COLUMN_CONTENT_HASH, t->doc, "content hash",
                         record_content_hash(a, body_hash), err);
    if (!rc)
        rc = check_value(c, COLUMN_MODIFIED, t->doc, "modified", modified, err);
    return rc;
}

static bool encodes_to(struct text_check *t, const struct article *a, const unsigned char *p,
                       size_t n)
{
    t->encoded.len = 0;
    record_encode(a, &t->encoded);
    return t->encoded.len == n && !memcmp(t->encoded.data, p, n);
}

static int check_record(struct text_check *t, uint32_t block, struct bytes *in, struct error *err)
{
    const struct segment *s = t->s;
    const unsigned char *at = block_at(s, block), *start = in->p;
    size_t offset = (size_t)(start - t->block.data);
    if (t->doc >= s->columns.docs)
        return frame_damaged(&s->text.frame, at, "more records than articles", err);
    uint32_t stated_block = column_u32(&s->columns, COLUMN_TEXT_BLOCK, t->doc);
    uint32_t stated_offset = column_u32(&s->columns, COLUMN_TEXT_OFFSET, t->doc);
    if (stated_block != block || stated_offset != offset)
        return check_damaged(&s->text.frame, at, err,
                             "article %u: its record is in block %u at %zu, not in %u at %u",
                             t->doc, block, offset, stated_block, stated_offset);
    struct article a;
    article_init(&a);
    arena_reset(&t->arena);
    if (!record_decode(in, &t->arena, &a) || !encodes_to(t, &a, start, (size_t)(in->p - start)))
        return check_damaged(&s->text.frame, at, err, "article %u: no record at %zu of block %u",
                             t->doc, offset, block);
    if (t->without_text && a.body_len)
        return check_damaged(&s->text.frame, at, err, "article %u: a body in an index without text",
                             t->doc);
    int rc = add_columns(t, &a, err);
    if (!rc)
        rc = compare_columns(t, &a, err);
    if (!rc)
        rc = sketch_check_article(&t->sketches, t->doc, &a, err);
    if (!rc)
        values_writer_add_article(&t->values, t->doc, &a);
    t->doc++;
    return rc;
}

static int check_block(struct text_check *t, uint32_t block, struct error *err)
{
    int rc = textfile_read(&t->s->text, block, t->inflater, &t->block, err);
    struct bytes in = bytes_of(t->block.data, rc ? 0 : t->block.len);
    if (!rc && !bytes_left(&in))
        rc = frame_damaged(&t->s->text.frame, block_at(t->s, block), "an empty text block", err);
    while (!rc && bytes_left(&in))
        rc = check_record(t, block, &in, err);
    return rc;
}

/* The section of values has to be what the records make it, byte for byte. */
static int check_values(const struct text_check *t, struct error *err)
{
    const struct columns *c = &t->s->columns;
    const struct section *stated = &c->frame.sections[COLUMN_VALUES];
    struct buf made = {0};
    values_writer_encode(&t->values, &made);
    size_t same = 0;
    while (same < made.len && same < stated->len && made.data[same] == stated->p[same])
        same++;
    int rc = BF_OK;
    if (same < made.len || same < stated->len)
        rc = frame_damaged(&c->frame, stated->p + same,
                           "authors, hosts, sources and tags are not those of the records", err);
    buf_free(&made);
    return rc;
}

int check_text(struct check_run *run, const struct segment *s, struct error *err)
{
    struct text_check t = {.s = s, .without_text = run->without_text, .inflater = inflater_new()};
    values_writer_init(&t.values);
    int rc = check_bounds(s, err);
    if (!rc)
        rc = sketch_check_init(&t.sketches, run->manifest, s, &run->tokens, err);
    for (uint32_t block = 0; block < s->text.blocks && !rc; block++) {
        rc = check_block(&t, block, err);
        if (!rc)
            check_advance(run, (uint64_t)(block_at(s, block + 1) - block_at(s, block)));
    }
    if (!rc && t.doc != s->columns.docs)
        rc = check_damaged(&s->text.frame, s->text.frame.map, err, "%u records for %u articles",
                           t.doc, s->columns.docs);
    if (!rc)
        rc = sketch_check_end(&t.sketches, err);
    if (!rc)
        rc = check_values(&t, err);
    values_writer_free(&t.values);
    sketch_check_free(&t.sketches);
    inflater_free(t.inflater);
    buf_free(&t.block);
    buf_free(&t.encoded);
    arena_free(&t.arena);
    return rc;
}
