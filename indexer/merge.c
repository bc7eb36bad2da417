/* merge.c - merging columns and text article by article, terms by a k-way walk. */
#include "indexer/merge.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/index/segment_write.h"
#include "common/io/deflate.h"
#include "indexer/merge_forms.h"

#define GONE        UINT32_MAX
#define LEAVE_BYTES ((uint64_t)4 << 20) /* of mapped files that are held at most, or so */

/* One of the segments that are merged. */
struct source {
    const struct segment *segment;
    uint32_t *numbers; /* new number of each article, or GONE */
    struct sketch_cursor sketches;
    struct dictionary_cursor cursor;
    struct forms_cursor forms;
    bool ended;
};

struct merge {
    struct source *sources;
    uint32_t count;
    struct segment_writer writer;
    struct inflater *inflater;
    struct buf block; /* a decompressed text block */
    struct posting_block postings;
    struct position_block positions;
    struct form_merge forms;
    uint64_t bytes_read; /* since the sources' pages were let go */
    interrupt_flag *stop;
};

/* Text, lists and terms are read once, front to back: what is behind need not stay. */
static void leave_behind(struct merge *m, uint64_t bytes)
{
    m->bytes_read += bytes;
    if (m->bytes_read < LEAVE_BYTES)
        return;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct segment *s = m->sources[i].segment;
        frame_leave(&s->text.frame);
        frame_leave(&s->postings);
        frame_leave(&s->positions);
        frame_leave(&s->dictionary.frame);
        frame_leave(&s->forms.frame);
    }
    m->bytes_read = 0;
}

/* ---- articles ---- */

/* The end of a text block's articles: they are consecutive. *live counts
 * those that stay. */
static uint32_t block_end(const struct segment *s, uint32_t from, uint32_t *live)
{
    uint32_t block = column_u32(&s->columns, COLUMN_TEXT_BLOCK, from), doc = from;
    *live = 0;
    while (doc < s->entry.docs && column_u32(&s->columns, COLUMN_TEXT_BLOCK, doc) == block) {
        *live += !deletes_has(&s->deletes, doc);
        doc++;
    }
    return doc;
}

/* The next article's sketch goes with it, or is passed over. */
static int copy_sketch(struct merge *m, struct source *src, bool live, struct error *err)
{
    struct sketch_cursor *c = &src->sketches;
    int rc = sketch_cursor_next(c, err);
    if (!rc && live)
        segment_writer_add_sketch(&m->writer, c->start, (size_t)(c->left.p - c->start));
    return rc;
}

static int copy_block(struct merge *m, struct source *src, uint32_t from, uint32_t end,
                      struct error *err)
{
    const struct segment *s = src->segment;
    const unsigned char *p;
    size_t n;
    uint32_t raw_len;
    int rc = textfile_raw(&s->text, column_u32(&s->columns, COLUMN_TEXT_BLOCK, from), &p, &n,
                          &raw_len, err);
    if (rc)
        return rc;
    uint32_t block = textfile_writer_copy(&m->writer.text, p, n, raw_len);
    leave_behind(m, n);
    for (uint32_t doc = from; doc < end && !rc; doc++) {
        struct column_row row;
        rc = columns_row(&s->columns, doc, &row, err);
        if (rc)
            break;
        row.text_block = block;
        src->numbers[doc] = m->writer.columns.docs;
        columns_writer_add(&m->writer.columns, &row);
        rc = copy_sketch(m, src, true, err);
    }
    return rc;
}

/* Bytes of the record at `offset` of the block, its length prefix included. */
static bool record_bytes(const struct buf *block, uint32_t offset, const unsigned char **p,
                         size_t *n)
{
    if (offset > block->len)
        return false;
    struct bytes in = bytes_of(block->data + offset, block->len - offset);
    size_t len;
    const unsigned char *fields;
    *p = in.p;
    if (!take_counted(&in, &fields, &len))
        return false;
    *n = (size_t)(in.p - *p);
    return true;
}

static int rewrite_block(struct merge *m, struct source *src, uint32_t from, uint32_t end,
                         struct error *err)
{
    const struct segment *s = src->segment;
    int rc = textfile_read(&s->text, column_u32(&s->columns, COLUMN_TEXT_BLOCK, from), m->inflater,
                           &m->block, err);
    leave_behind(m, m->block.len);
    for (uint32_t doc = from; doc < end && !rc; doc++) {
        struct column_row row;
        const unsigned char *p;
        size_t n;
        src->numbers[doc] = GONE;
        bool live = !deletes_has(&s->deletes, doc);
        rc = copy_sketch(m, src, live, err);
        if (rc || !live)
            continue;
        rc = columns_row(&s->columns, doc, &row, err);
        if (rc)
            break;
        if (!record_bytes(&m->block, row.text_offset, &p, &n))
            return frame_damaged(&s->text.frame, NULL, "no record of an article", err);
        src->numbers[doc] = m->writer.columns.docs;
        segment_writer_add_article(&m->writer, &row, p, n);
    }
    return rc;
}

/* A block of which nothing is left. */
static int drop_block(struct merge *m, struct source *src, uint32_t from, uint32_t end,
                      struct error *err)
{
    int rc = BF_OK;
    for (uint32_t doc = from; doc < end && !rc; doc++) {
        src->numbers[doc] = GONE;
        rc = copy_sketch(m, src, false, err);
    }
    return rc;
}

static int merge_articles(struct merge *m, struct error *err)
{
    int rc = BF_OK;
    for (uint32_t i = 0; i < m->count && !rc; i++) {
        struct source *src = &m->sources[i];
        uint32_t docs = src->segment->entry.docs, live;
        src->numbers = mem_alloc(docs * sizeof *src->numbers);
        rc = sketch_cursor_open(&src->sketches, &src->segment->sketches, err);
        for (uint32_t doc = 0, end; doc < docs && !rc; doc = end) {
            end = block_end(src->segment, doc, &live);
            if (*m->stop)
                rc = BF_END;
            else if (live == end - doc)
                rc = copy_block(m, src, doc, end, err);
            else if (live)
                rc = rewrite_block(m, src, doc, end, err);
            else
                rc = drop_block(m, src, doc, end, err);
        }
        frame_leave(&src->segment->columns.frame);
        frame_leave(&src->segment->sketches);
    }
    return rc;
}

/* ---- values ---- */

static int copy_runs(struct merge *m, const struct source *src, struct value_cursor *v,
                     struct error *err)
{
    uint32_t first, count;
    int rc;
    while (!(rc = values_next_run(v, &first, &count, err)))
        for (uint32_t doc = first; doc < first + count; doc++)
            if (src->numbers[doc] != GONE)
                values_writer_add(&m->writer.columns.values, src->numbers[doc], v->field,
                                  (const char *)v->value.data, v->value.len);
    return rc == BF_END ? BF_OK : rc;
}

static int copy_values(struct merge *m, const struct source *src, enum value_field field,
                       struct error *err)
{
    struct value_cursor v;
    int rc = values_seek(&src->segment->columns, field, &v, err);
    while (!rc && !(rc = values_next(&v, err)))
        rc = copy_runs(m, src, &v, err);
    values_close(&v);
    return rc == BF_END ? BF_OK : rc;
}

static int merge_values(struct merge *m, struct error *err)
{
    static const enum value_field fields[] = {VALUE_AUTHOR, VALUE_HOST, VALUE_LANGUAGE,
                                              VALUE_SOURCE, VALUE_TAG};
    int rc = BF_OK;
    for (uint32_t i = 0; i < m->count; i++) {
        for (size_t f = 0; f < sizeof fields / sizeof *fields && !rc; f++)
            rc = copy_values(m, &m->sources[i], fields[f], err);
        frame_leave(&m->sources[i].segment->columns.frame);
    }
    return rc;
}

/* ---- terms ---- */

static int merge_block(struct merge *m, const struct source *src, const struct postings *p,
                       uint32_t block, struct error *err)
{
    struct posting_block *b = &m->postings;
    uint32_t tf[BLOCK_LEN];
    int rc = postings_read_docs(p, block, b, err);
    if (!rc)
        rc = postings_read_tf(p, block, tf, err);
    if (!rc)
        rc = postings_read_positions(p, block, tf, &m->positions, err);
    for (unsigned i = 0; i < b->n && !rc; i++) {
        uint32_t doc = src->numbers[b->docs[i]];
        if (!form_merge_take(&m->forms, tf[i], doc != GONE))
            return frame_damaged(p->frame, p->data, "more occurrences than the term has", err);
        if (doc != GONE)
            postings_writer_add(&m->writer.lists, doc,
                                m->positions.positions + m->positions.starts[i], tf[i]);
    }
    return rc;
}

static int merge_list(struct merge *m, struct source *src, struct error *err)
{
    struct postings p;
    const struct term_info *info = &src->cursor.info;
    leave_behind(m, info->postings_bytes + info->positions_bytes);
    int rc = segment_postings(src->segment, info, &p, err);
    if (!rc)
        rc = form_merge_source(&m->forms, &src->forms, info, err);
    for (uint32_t block = 0; block < p.blocks && !rc; block++)
        rc = merge_block(m, src, &p, block, err);
    return rc;
}

static int advance(struct source *src, struct error *err)
{
    int rc = dictionary_next(&src->cursor, err);
    src->ended = rc == BF_END;
    return rc < 0 ? rc : BF_OK;
}

static int compare_sources(const struct source *a, const struct source *b)
{
    return term_compare(a->cursor.term.data, a->cursor.term.len, b->cursor.term.data,
                        b->cursor.term.len);
}

/* The source with the lowest term, the first of several; NULL at the end. */
static struct source *lowest(struct merge *m)
{
    struct source *best = NULL;
    for (uint32_t i = 0; i < m->count; i++) {
        struct source *src = &m->sources[i];
        if (!src->ended && (!best || compare_sources(src, best) < 0))
            best = src;
    }
    return best;
}

static int merge_term(struct merge *m, struct source *first, struct buf *term, struct error *err)
{
    int rc = BF_OK;
    term->len = 0;
    buf_add(term, first->cursor.term.data, first->cursor.term.len);
    form_merge_start(&m->forms, (const char *)term->data, term->len);
    for (struct source *src = first; src < m->sources + m->count && !rc; src++) {
        if (src->ended ||
            term_compare(src->cursor.term.data, src->cursor.term.len, term->data, term->len) != 0)
            continue;
        rc = merge_list(m, src, err);
        if (!rc)
            rc = advance(src, err);
    }
    segment_writer_end_term(&m->writer, (const char *)term->data, term->len,
                            form_merge_end(&m->forms));
    return rc;
}

static int merge_terms(struct merge *m, struct error *err)
{
    int rc = segment_writer_begin_terms(&m->writer, err);
    for (uint32_t i = 0; i < m->count && !rc; i++) {
        struct source *src = &m->sources[i];
        forms_start(&src->segment->forms, &src->forms);
        rc = dictionary_seek(&src->segment->dictionary, &src->cursor, NULL, 0, err);
        if (!rc)
            rc = advance(src, err);
    }
    struct buf term = {0};
    for (struct source *first; !rc && (first = lowest(m));)
        rc = *m->stop ? BF_END : merge_term(m, first, &term, err);
    buf_free(&term);
    return rc;
}

/* ---- all of it ---- */

static void make_id(const struct segment *const *segments, uint32_t count, uint64_t number,
                    unsigned char id[FRAME_ID_BYTES])
{
    uint64_t a = hash64(&number, sizeof number, 1), b = ~a;
    for (uint32_t i = 0; i < count; i++) {
        a = hash64(segments[i]->entry.id, FRAME_ID_BYTES, a);
        b = hash64(segments[i]->entry.id, FRAME_ID_BYTES, b);
    }
    store_u64(id, a);
    store_u64(id + 8, b);
}

static void release(struct merge *m)
{
    for (uint32_t i = 0; i < m->count; i++) {
        free(m->sources[i].numbers);
        dictionary_cursor_free(&m->sources[i].cursor);
    }
    free(m->sources);
    inflater_free(m->inflater);
    buf_free(&m->block);
    position_block_free(&m->positions);
    form_merge_free(&m->forms);
    segment_writer_abandon(&m->writer);
}

int merge_segments(const struct segment *const *segments, uint32_t count, const char *dir,
                   uint64_t number, interrupt_flag *stop, struct segment_entry *entry,
                   struct error *err)
{
    struct merge m = {.sources = mem_zalloc(count, sizeof *m.sources),
                      .count = count,
                      .stop = stop,
                      .inflater = inflater_new()};
    unsigned char id[FRAME_ID_BYTES];
    for (uint32_t i = 0; i < count; i++)
        m.sources[i].segment = segments[i];
    make_id(segments, count, number, id);
    int rc = segment_writer_begin(&m.writer, dir, number, id, err);
    if (!rc)
        rc = merge_articles(&m, err);
    if (!rc)
        rc = merge_values(&m, err);
    if (!rc)
        rc = merge_terms(&m, err);
    if (!rc)
        rc = segment_writer_finish(&m.writer, entry, err);
    release(&m);
    return rc;
}
