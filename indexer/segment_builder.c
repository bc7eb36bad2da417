/* segment_builder.c - collecting the stream and what is written beside it. */
#include "indexer/segment_builder.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/limits.h"
#include "common/index/record.h"

int64_t article_modified(const struct article *a)
{
    const struct date *d = a->updated.precision ? &a->updated : &a->date;
    return d->precision ? d->seconds : DATE_NONE;
}

void prepared_article_set(struct prepared_article *p, const struct article *a, bool without_text)
{
    struct article stored = *a;
    if (without_text)
        stored.body_len = 0;
    p->article = a;
    p->record.len = 0;
    record_encode(&stored, &p->record);
    p->body_hash = record_body_hash(a);
    p->content_hash = record_content_hash(a, p->body_hash);
}

void prepared_article_free(struct prepared_article *p)
{
    buf_free(&p->record);
}

void segment_builder_init(struct segment_builder *b, const char *dir,
                          const struct analyzer *analyzer, struct lexicon *lexicon)
{
    *b = (struct segment_builder){.dir = dir, .lexicon = lexicon};
    sketcher_init(&b->sketcher, analyzer, lexicon);
}

void segment_builder_free(struct segment_builder *b)
{
    segment_writer_abandon(&b->writer);
    token_stream_free(&b->stream);
    free(b->ids);
    free(b->articles);
    sketcher_free(&b->sketcher);
    buf_free(&b->sketch);
    *b = (struct segment_builder){0};
}

/* The same articles under the same number give the same id. */
static int begin(struct segment_builder *b, uint64_t number, const struct prepared_article *first,
                 struct error *err)
{
    unsigned char id[FRAME_ID_BYTES];
    uint64_t seed = hash64(&number, sizeof number, 0);
    store_u64(id, hash64(&first->content_hash, 8, seed));
    store_u64(id + 8, hash64(&first->content_hash, 8, ~seed));
    b->docs = 0;
    b->next_place = 0;
    return segment_writer_begin(&b->writer, b->dir, number, id, err);
}

static uint8_t flags_of(const struct article *a)
{
    return (uint8_t)((a->date.precision & FLAG_PRECISION) |
                     (a->date.zone_known ? FLAG_ZONE_KNOWN : 0) |
                     (a->title_is_derived ? FLAG_TITLE_DERIVED : 0));
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void put_row(struct segment_builder *b, const struct prepared_article *p,
                    uint32_t title_tokens, uint32_t tokens)
{
    const struct article *a = p->article;
    struct column_row row = {
        .id = {a->id, strlen(a->id)},
        .title = {a->title, record_title_length(a->title)},
        .category = {a->category, strlen(a->category)},
        .tokens = tokens,
        .title_tokens = title_tokens,
        .lead_tokens = (uint32_t)min_size(tokens, (size_t)title_tokens + LEAD_TOKENS),
        .words = (uint32_t)(a->words < 0 ? 0 : a->words),
        .flags = flags_of(a),
        .date = a->date.precision ? a->date.seconds : DATE_NONE,
        .modified = article_modified(a),
        .content_hash = p->content_hash,
        .body_hash = p->body_hash,
    };
    values_writer_add_article(&b->writer.columns.values, b->writer.columns.docs, a);
    segment_writer_add_article(&b->writer, &row, p->record.data, p->record.len);
}

static void put_sketch(struct segment_builder *b, const struct article *a, size_t title_tokens,
                       size_t tokens)
{
    struct sketch sketch;
    sketcher_sketch(&b->sketcher, a, b->ids, title_tokens, tokens, &sketch);
    b->sketch.len = 0;
    sketch_encode(&sketch, &b->sketch);
    segment_writer_add_sketch(&b->writer, b->sketch.data, b->sketch.len);
}

static void put_tokens(struct segment_builder *b, size_t title, size_t tokens)
{
    struct article_tokens a = {(uint32_t)b->next_place, (uint32_t)title, (uint32_t)tokens};
    token_stream_add(&b->stream, b->ids, tokens, lexicon_forms(b->lexicon));
    mem_grow(b->articles, &b->articles_capacity, (size_t)b->docs + 1);
    b->articles[b->docs] = a;
    b->next_place = place_behind(&a);
}

int segment_builder_add(struct segment_builder *b, uint64_t number, struct analyzer *analyzer,
                        const struct prepared_article *p, struct error *err)
{
    int rc = b->docs ? BF_OK : begin(b, number, p, err);
    if (rc)
        return rc;
    const struct article *a = p->article;
    size_t title, tokens;
    title = analyzer_ids(analyzer, a->title, record_title_length(a->title), &b->ids,
                         &b->ids_capacity, 0);
    title = min_size(title, MAX_TITLE_TOKENS);
    tokens = analyzer_ids(analyzer, a->body, a->body_len, &b->ids, &b->ids_capacity, title);
    tokens = min_size(tokens, MAX_DOC_TOKENS);
    put_tokens(b, title, tokens);
    put_row(b, p, (uint32_t)title, (uint32_t)tokens);
    put_sketch(b, a, title, tokens);
    b->docs++;
    const struct error *written = &b->writer.files[FILE_TEXT].err; /* a full disk, say */
    if (written->code)
        *err = *written;
    return written->code;
}

size_t segment_builder_bytes(const struct segment_builder *b)
{
    size_t inversion = min_size(b->stream.tokens, INVERSION_PASS_TOKENS) * sizeof(uint32_t) +
                       (size_t)lexicon_forms(b->lexicon) * INVERSION_FORM_BYTES;
    return token_stream_bytes(&b->stream) + b->ids_capacity * sizeof *b->ids +
           b->articles_capacity * sizeof *b->articles + columns_writer_bytes(&b->writer.columns) +
           b->writer.sketches.capacity + inversion;
}

bool segment_builder_full(const struct segment_builder *b)
{
    const uint64_t most_of_one = MAX_DOC_TOKENS + TITLE_GAP + PLACE_STEP;
    return b->stream.tokens >= MAX_SEGMENT_TOKENS - MAX_DOC_TOKENS ||
           b->docs >= MAX_SEGMENT_DOCS - 1 || b->next_place > UINT32_MAX - most_of_one;
}

int segment_builder_end(struct segment_builder *b, struct segment_entry *entry, struct error *err)
{
    int rc = segment_writer_begin_terms(&b->writer, err);
    if (!rc) {
        invert_tokens(&b->stream, b->articles, b->docs, b->lexicon, INVERSION_PASS_TOKENS,
                      &b->writer);
        rc = segment_writer_finish(&b->writer, entry, err);
    }
    b->docs = 0;
    token_stream_reset(&b->stream);
    return rc;
}
