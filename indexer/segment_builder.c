/* segment_builder.c - collecting the stream, and inverting it. */
#include "indexer/segment_builder.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/limits.h"
#include "common/index/record.h"

/* Occurrences that are scattered at a time: bounds the memory of inversion.
 * Each pass reads the whole stream, so few are better. */
#define PASS_TOKENS ((size_t)32 << 20)

/* The article of every 64th token is noted, so that the article of any token
 * is found in a step or two. */
#define MARK_BITS 6

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
    free(b->starts);
    free(b->title_tokens);
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

int segment_builder_add(struct segment_builder *b, uint64_t number, struct analyzer *analyzer,
                        const struct prepared_article *p, struct error *err)
{
    int rc = b->docs ? BF_OK : begin(b, number, p, err);
    if (rc)
        return rc;
    const struct article *a = p->article;
    size_t start = b->stream.tokens, title, tokens;
    title = analyzer_ids(analyzer, a->title, record_title_length(a->title), &b->ids,
                         &b->ids_capacity, 0);
    title = min_size(title, MAX_TITLE_TOKENS);
    tokens = analyzer_ids(analyzer, a->body, a->body_len, &b->ids, &b->ids_capacity, title);
    tokens = min_size(tokens, MAX_DOC_TOKENS);
    token_stream_add(&b->stream, b->ids, tokens, lexicon_forms(b->lexicon));
    mem_grow(b->starts, &b->starts_capacity, (size_t)b->docs + 2);
    mem_grow(b->title_tokens, &b->titles_capacity, (size_t)b->docs + 1);
    b->starts[b->docs] = start;
    b->starts[b->docs + 1] = start + tokens;
    b->title_tokens[b->docs] = (uint32_t)title;
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
    size_t inversion = min_size(b->stream.tokens, PASS_TOKENS) * sizeof(uint32_t) +
                       (size_t)lexicon_forms(b->lexicon) * 16;
    return token_stream_bytes(&b->stream) + b->ids_capacity * sizeof *b->ids +
           b->starts_capacity * sizeof *b->starts + b->titles_capacity * sizeof *b->title_tokens +
           columns_writer_bytes(&b->writer.columns) + b->writer.sketches.capacity + inversion;
}

bool segment_builder_full(const struct segment_builder *b)
{
    return b->stream.tokens >= MAX_SEGMENT_TOKENS - MAX_DOC_TOKENS ||
           b->docs >= MAX_SEGMENT_DOCS - 1;
}

/* ---- inversion ---- */

/* A form of the segment with the first bytes of its term, so that sorting
 * seldom looks further. */
struct sorted_form {
    uint64_t prefix;
    uint32_t id, term;
};

/* Where an article's tokens start in the stream, and its title ends. */
struct span {
    uint32_t start, title_end;
};

/* Occurrences and the numbers of their forms. */
struct numbered {
    uint32_t *tokens, *numbers;
    size_t capacity[2];
};

struct inversion {
    const struct segment_builder *b;
    const uint32_t *counts;    /* by form */
    struct sorted_form *forms; /* by term; those of a term as they are numbered */
    size_t form_count;
    uint32_t *slots;       /* where the next occurrence of a form goes; by form */
    uint32_t *occurrences; /* places in the stream, form by form, ascending */
    size_t capacity;       /* of occurrences */
    uint32_t *marks;       /* the article of token i << MARK_BITS */
    struct span *spans;    /* by article */
    uint32_t *docs;        /* the articles of a term's occurrences */
    size_t docs_capacity;
    uint32_t *positions;
    size_t positions_capacity;
    struct numbered merged[2]; /* one is merged into the other */
    struct form *list;         /* the forms of the term at hand */
    size_t list_capacity;
};

#define NOT_IN_PASS UINT32_MAX

static uint64_t prefix_of(const char *term, size_t len)
{
    unsigned char bytes[8] = {0};
    memcpy(bytes, term, min_size(len, 8));
    uint64_t prefix = 0;
    for (int i = 0; i < 8; i++)
        prefix = prefix << 8 | bytes[i];
    return prefix;
}

static struct form form_of(const struct inversion *inv, uint32_t id)
{
    struct form form = {.count = inv->counts[id]};
    form.text = lexicon_form(inv->b->lexicon, id, &form.len);
    return form;
}

static int compare_sorted(const void *a, const void *b, void *inversion)
{
    const struct sorted_form *x = a, *y = b;
    const struct inversion *inv = inversion;
    const struct lexicon *lexicon = inv->b->lexicon;
    if (x->prefix != y->prefix)
        return x->prefix < y->prefix ? -1 : 1;
    if (x->term == y->term) {
        struct form x_form = form_of(inv, x->id), y_form = form_of(inv, y->id);
        return compare_forms(&x_form, &y_form);
    }
    size_t x_len, y_len;
    const char *x_text = lexicon_term(lexicon, x->id, &x_len);
    const char *y_text = lexicon_term(lexicon, y->id, &y_len);
    return term_compare(x_text, x_len, y_text, y_len);
}

static void sort_forms(struct inversion *inv)
{
    const struct segment_builder *b = inv->b;
    uint32_t all = lexicon_forms(b->lexicon);
    inv->counts = b->stream.counts;
    for (uint32_t id = 0; id < all; id++)
        inv->form_count += inv->counts[id] != 0;
    inv->forms = mem_alloc(inv->form_count * sizeof *inv->forms);
    size_t n = 0;
    for (uint32_t id = 0; id < all; id++) {
        if (!inv->counts[id])
            continue;
        size_t len;
        const char *text = lexicon_term(b->lexicon, id, &len);
        inv->forms[n++] =
            (struct sorted_form){prefix_of(text, len), id, lexicon_term_of(b->lexicon, id)};
    }
    qsort_r(inv->forms, n, sizeof *inv->forms, compare_sorted, inv);
}

/* The end of the forms of the term whose first one is `first`. */
static size_t term_end(const struct inversion *inv, size_t first, size_t *tokens)
{
    size_t end = first;
    *tokens = 0;
    for (; end < inv->form_count && inv->forms[end].term == inv->forms[first].term; end++)
        *tokens += inv->counts[inv->forms[end].id];
    return end;
}

/* Gives the forms from `first` on their slots until the pass is full; returns
 * the first form that is not in it. A term alone may exceed the pass. */
static size_t plan_pass(struct inversion *inv, size_t first, size_t *tokens)
{
    *tokens = 0;
    for (size_t at = first, end, of_term; at < inv->form_count; at = end) {
        end = term_end(inv, at, &of_term);
        if (at > first && *tokens + of_term > PASS_TOKENS)
            return at;
        for (; at < end; at++) {
            inv->slots[inv->forms[at].id] = (uint32_t)*tokens;
            *tokens += inv->counts[inv->forms[at].id];
        }
    }
    return inv->form_count;
}

/* They are written in the order of the text, all over the place. */
static void reserve_occurrences(struct inversion *inv, size_t tokens)
{
    if (tokens <= inv->capacity)
        return;
    free(inv->occurrences);
    inv->occurrences = mem_alloc(tokens * sizeof *inv->occurrences);
    inv->capacity = tokens;
}

static void scatter(struct inversion *inv)
{
    const struct token_stream *stream = &inv->b->stream;
    const uint16_t *at = stream->units;
    for (uint32_t i = 0; i < stream->tokens; i++) {
        uint32_t *slot = &inv->slots[token_stream_next(&at)];
        if (*slot != NOT_IN_PASS)
            inv->occurrences[(*slot)++] = i;
    }
}

static void set_marks(struct inversion *inv)
{
    const struct segment_builder *b = inv->b;
    size_t marks = (b->stream.tokens >> MARK_BITS) + 1;
    inv->marks = mem_alloc(marks * sizeof *inv->marks);
    uint32_t doc = 0;
    for (size_t mark = 0; mark < marks; mark++) {
        while (doc + 1 < b->docs && b->starts[doc + 1] <= mark << MARK_BITS)
            doc++;
        inv->marks[mark] = doc;
    }
    inv->spans = mem_alloc(((size_t)b->docs + 1) * sizeof *inv->spans);
    for (doc = 0; doc < b->docs; doc++) {
        uint32_t start = (uint32_t)b->starts[doc];
        inv->spans[doc] = (struct span){start, start + b->title_tokens[doc]};
    }
    inv->spans[b->docs] = (struct span){(uint32_t)b->stream.tokens, (uint32_t)b->stream.tokens};
}

/* The articles of a term's occurrences. The look-ups do not depend on each
 * other, so that the processor makes many at once. */
static void find_docs(struct inversion *inv, const uint32_t *tokens, uint32_t count)
{
    mem_grow(inv->docs, &inv->docs_capacity, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t doc = inv->marks[tokens[i] >> MARK_BITS];
        doc += inv->spans[doc + 1].start <= tokens[i]; /* no branch for the usual step */
        while (inv->spans[doc + 1].start <= tokens[i])
            doc++;
        inv->docs[i] = doc;
    }
}

/* The article of occurrence i and of those behind it; returns how many. */
static uint32_t put_article(struct inversion *inv, struct segment_writer *w, const uint32_t *tokens,
                            uint32_t i, uint32_t count)
{
    uint32_t doc = inv->docs[i], tf = 0;
    struct span span = inv->spans[doc];
    for (; i + tf < count && inv->docs[i + tf] == doc; tf++) {
        uint32_t token = tokens[i + tf];
        inv->positions[tf] = token - span.start + (token < span.title_end ? 0 : TITLE_GAP);
    }
    postings_writer_add(&w->lists, doc, inv->positions, tf);
    return tf;
}

/* Merges the occurrences of one form with those of the forms behind it; no
 * two are equal. There is no branch to mispredict. */
static void merge_form(const uint32_t *tokens, size_t count, uint32_t number,
                       const struct numbered *with, size_t with_count, struct numbered *out)
{
    size_t i = 0, k = 0, n = 0;
    for (; i < count && k < with_count; n++) {
        uint32_t a = tokens[i], b = with->tokens[k];
        bool first = a < b;
        out->tokens[n] = first ? a : b;
        out->numbers[n] = first ? number : with->numbers[k];
        i += first;
        k += !first;
    }
    for (; i < count; i++, n++) {
        out->tokens[n] = tokens[i];
        out->numbers[n] = number;
    }
    memcpy(out->tokens + n, with->tokens + k, (with_count - k) * sizeof *out->tokens);
    memcpy(out->numbers + n, with->numbers + k, (with_count - k) * sizeof *out->numbers);
}

/* The occurrences of the forms [first, end), which lie side by side, in the
 * order of the stream. The rare ones are merged first. */
static const struct numbered *merge_forms(struct inversion *inv, size_t first, size_t end,
                                          const uint32_t *tokens, uint32_t count)
{
    for (int i = 0; i < 2; i++) {
        mem_grow(inv->merged[i].tokens, &inv->merged[i].capacity[0], count);
        mem_grow(inv->merged[i].numbers, &inv->merged[i].capacity[1], count);
    }
    size_t done = 0;
    for (size_t at = end; at-- > first;) {
        uint32_t of_form = inv->counts[inv->forms[at].id];
        struct numbered *from = &inv->merged[(end - at) % 2],
                        *to = &inv->merged[(end - at + 1) % 2];
        merge_form(tokens + count - done - of_form, of_form, (uint32_t)(at - first), from, done,
                   to);
        done += of_form;
    }
    return &inv->merged[(end - first + 1) % 2];
}

static void put_term(struct inversion *inv, struct segment_writer *w, size_t first, size_t end,
                     size_t count)
{
    uint32_t id = inv->forms[first].id;
    const uint32_t *tokens = inv->occurrences + inv->slots[id] - inv->counts[id];
    struct term_spellings spellings = {.count = (uint32_t)(end - first)};
    if (end - first > 1) {
        const struct numbered *merged = merge_forms(inv, first, end, tokens, (uint32_t)count);
        tokens = merged->tokens;
        spellings.numbers = merged->numbers;
    }
    mem_grow(inv->list, &inv->list_capacity, end - first);
    for (size_t at = first; at < end; at++)
        inv->list[at - first] = form_of(inv, inv->forms[at].id);
    spellings.forms = inv->list;
    find_docs(inv, tokens, (uint32_t)count);
    mem_grow(inv->positions, &inv->positions_capacity, count);
    for (uint32_t i = 0; i < count;)
        i += put_article(inv, w, tokens, i, (uint32_t)count);
    size_t len;
    const char *text = lexicon_term(inv->b->lexicon, id, &len);
    segment_writer_end_term(w, text, len, &spellings);
}

static void put_terms(struct inversion *inv, struct segment_writer *w, size_t first, size_t end)
{
    for (size_t at = first, next, count; at < end; at = next) {
        next = term_end(inv, at, &count);
        put_term(inv, w, at, next, count);
    }
    for (size_t at = first; at < end; at++)
        inv->slots[inv->forms[at].id] = NOT_IN_PASS;
}

static void invert(const struct segment_builder *b, struct segment_writer *w)
{
    struct inversion inv = {.b = b};
    size_t tokens;
    sort_forms(&inv);
    set_marks(&inv);
    inv.slots = mem_alloc(lexicon_forms(b->lexicon) * sizeof *inv.slots);
    memset(inv.slots, 0xff, lexicon_forms(b->lexicon) * sizeof *inv.slots);
    for (size_t at = 0; at < inv.form_count;) {
        size_t end = plan_pass(&inv, at, &tokens);
        reserve_occurrences(&inv, tokens);
        scatter(&inv);
        put_terms(&inv, w, at, end);
        at = end;
    }
    free(inv.forms);
    free(inv.slots);
    free(inv.occurrences);
    free(inv.marks);
    free(inv.spans);
    free(inv.docs);
    free(inv.positions);
    free(inv.list);
    for (int i = 0; i < 2; i++) {
        free(inv.merged[i].tokens);
        free(inv.merged[i].numbers);
    }
}

int segment_builder_end(struct segment_builder *b, struct segment_entry *entry, struct error *err)
{
    int rc = segment_writer_begin_terms(&b->writer, err);
    if (!rc) {
        invert(b, &b->writer);
        rc = segment_writer_finish(&b->writer, entry, err);
    }
    b->docs = 0;
    token_stream_reset(&b->stream);
    return rc;
}
