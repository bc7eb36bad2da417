/* salvage_sketches.c - the postings inverted back: from terms to texts. */
#include "indexer/salvage_sketches.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/limits.h"
#include "common/index/segment.h"
#include "common/index/sketch.h"
#include "common/io/file.h"
#include "common/io/frame_write.h"

struct texts {
    struct segment s; /* without sketches, forms and text */
    struct lexicon *lexicon;
    uint64_t *starts; /* by article, where its tokens start; and the end */
    uint32_t *ids;    /* of all tokens */
    uint64_t placed;  /* of them, so far */
    struct position_block positions;
};

static int open_part(struct texts *t, const char *dir, enum segment_file which, struct error *err)
{
    char name[FILE_NAME_BYTES];
    segment_file_name(t->s.entry.number, which, name);
    char *path = file_join(dir, name);
    int rc;
    if (which == FILE_TERMS)
        rc = dictionary_open(&t->s.dictionary, path, err);
    else if (which == FILE_POSTINGS)
        rc = frame_open(&t->s.postings, path, FRAME_KIND('P', 'O', 'S', 'T'), err);
    else if (which == FILE_POSITIONS)
        rc = frame_open(&t->s.positions, path, FRAME_KIND('P', 'O', 'S', 'N'), err);
    else
        rc = columns_open(&t->s.columns, path, err);
    free(path);
    return rc;
}

static int open_texts(struct texts *t, const char *dir, struct error *err)
{
    static const enum segment_file parts[] = {FILE_TERMS, FILE_POSTINGS, FILE_POSITIONS,
                                              FILE_COLUMNS};
    int rc = BF_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !rc; i++)
        rc = open_part(t, dir, parts[i], err);
    if (!rc)
        rc = columns_verify(&t->s.columns, err);
    if (rc)
        return rc;
    const struct columns *c = &t->s.columns;
    if (c->docs != t->s.entry.docs) /* lists go by the latter */
        return frame_damaged(&c->frame, NULL, "counts differ from the manifest's", err);
    t->starts = mem_alloc(((size_t)c->docs + 1) * sizeof *t->starts);
    t->starts[0] = 0;
    for (uint32_t doc = 0; doc < c->docs; doc++) {
        uint32_t tokens = column_u32(c, COLUMN_TOKENS, doc);
        if (column_title_tokens(c, doc) > tokens)
            return frame_damaged(&c->frame, columns_cell(c, COLUMN_TITLE_TOKENS, doc),
                                 "more title tokens than tokens", err);
        t->starts[doc + 1] = t->starts[doc] + tokens;
    }
    if (t->starts[c->docs] > MAX_SEGMENT_TOKENS)
        return frame_damaged(&c->frame, column(c, COLUMN_TOKENS), "too many tokens", err);
    t->ids = mem_zalloc(t->starts[c->docs], sizeof *t->ids);
    return BF_OK;
}

static void close_texts(struct texts *t)
{
    segment_close(&t->s);
    lexicon_free(t->lexicon);
    position_block_free(&t->positions);
    free(t->starts);
    free(t->ids);
}

/* Puts the term where an article has it. */
static int put_article(struct texts *t, uint32_t doc, const uint32_t *positions, uint32_t count,
                       uint32_t id, struct error *err)
{
    const struct columns *c = &t->s.columns;
    uint32_t title = column_title_tokens(c, doc);
    uint64_t tokens = t->starts[doc + 1] - t->starts[doc];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = positions[i] < title ? positions[i] : positions[i] - TITLE_GAP;
        if (at >= tokens || (at < title && positions[i] >= title))
            return frame_damaged(&t->s.positions, NULL, "a position outside its article", err);
        t->ids[t->starts[doc] + at] = id;
    }
    t->placed += count;
    return BF_OK;
}

static int put_block(struct texts *t, const struct postings *list, uint32_t block, uint32_t id,
                     struct error *err)
{
    struct posting_block docs;
    uint32_t tf[BLOCK_LEN];
    struct position_block *p = &t->positions;
    int rc = postings_read_docs(list, block, &docs, err);
    if (!rc)
        rc = postings_read_tf(list, block, tf, err);
    if (!rc)
        rc = postings_read_positions(list, block, tf, p, err);
    for (unsigned i = 0; i < docs.n && !rc; i++)
        rc = put_article(t, docs.docs[i], p->positions + p->starts[i],
                         p->starts[i + 1] - p->starts[i], id, err);
    return rc;
}

static int put_terms(struct texts *t, struct error *err)
{
    struct dictionary_cursor c = {0};
    int rc = dictionary_seek(&t->s.dictionary, &c, NULL, 0, err);
    while (!rc && !(rc = dictionary_next(&c, err))) {
        const char *term = (const char *)c.term.data;
        uint32_t id = lexicon_add(t->lexicon, term, c.term.len, term, c.term.len);
        struct postings list;
        rc = segment_postings(&t->s, &c.info, &list, err);
        for (uint32_t block = 0; !rc && block < list.blocks; block++)
            rc = put_block(t, &list, block, id, err);
    }
    dictionary_cursor_free(&c);
    if (rc == BF_END && t->placed != t->starts[t->s.columns.docs])
        return frame_damaged(&t->s.columns.frame, column(&t->s.columns, COLUMN_TOKENS),
                             "not as many tokens as the lists have", err);
    return rc == BF_END ? BF_OK : rc;
}

/* All sketches, encoded. */
static void make_sketches(const struct texts *t, const struct analyzer *analyzer, struct buf *out)
{
    struct sketcher sketcher;
    struct article a;
    article_init(&a); /* without a body there are no paragraphs */
    sketcher_init(&sketcher, analyzer, t->lexicon);
    for (uint32_t doc = 0; doc < t->s.columns.docs; doc++) {
        struct sketch sketch;
        sketcher_sketch(&sketcher, &a, t->ids + t->starts[doc],
                        column_title_tokens(&t->s.columns, doc),
                        t->starts[doc + 1] - t->starts[doc], &sketch);
        sketch_encode(&sketch, out);
    }
    sketcher_free(&sketcher);
}

static int write_file(const char *dir, const struct buf *sketches, struct segment_entry *entry,
                      struct error *err)
{
    char name[FILE_NAME_BYTES];
    struct frame_writer w;
    segment_file_name(entry->number, FILE_SKETCHES, name);
    char *path = file_join(dir, name);
    int rc = frame_writer_open(&w, path, FRAME_KIND('S', 'K', 'E', 'T'), entry->id, err);
    free(path);
    if (rc)
        return rc;
    struct file_entry *file = &entry->files[FILE_SKETCHES];
    frame_put_section(&w, sketches->data, sketches->len);
    return frame_writer_finish(&w, &file->length, &file->crc, err);
}

int salvage_derive_sketches(const char *dir, const struct manifest *rules,
                            struct segment_entry *entry, struct error *err)
{
    struct texts t = {.s = {.entry = *entry}, .lexicon = lexicon_new()};
    struct buf sketches = {0};
    struct analyzer *analyzer = analyzer_new(rules->language, t.lexicon, err);
    int rc = analyzer ? open_texts(&t, dir, err) : err->code;
    if (!rc)
        rc = put_terms(&t, err);
    if (!rc) {
        make_sketches(&t, analyzer, &sketches);
        rc = write_file(dir, &sketches, entry, err);
    }
    analyzer_free(analyzer);
    close_texts(&t);
    buf_free(&sketches);
    return rc;
}
