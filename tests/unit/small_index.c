/* small_index.c - articles of few words, inverted by sorting. */
#include "tests/unit/small_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/index/commit.h"
#include "common/index/copies_write.h"
#include "common/index/deletes_write.h"
#include "common/index/limits.h"
#include "common/index/record.h"
#include "common/index/segment_write.h"
#include "common/io/file.h"
#include "tests/unit/scratch.h"

const uint32_t small_docs[SMALL_SEGMENTS] = {4400, 40};

static void must(int rc, const struct error *err)
{
    if (!rc)
        return;
    fprintf(stderr, "%s\n", err->text);
    abort();
}

/* ---- articles ---- */

bool small_is_deleted(unsigned segment, uint32_t doc)
{
    static const uint32_t first[] = {3, 130, 131, 4000, 4399};
    if (segment == 1)
        return doc >= 10 && doc < 15 && doc != 12;
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (first[i] == doc)
            return true;
    return false;
}

static void put_id(struct buf *out, unsigned segment, uint32_t doc)
{
    if (segment == 1 && doc == 0)
        put_id(out, 0, 3); /* comes again */
    else if (segment == 1 && doc >= 10 && doc < 15)
        buf_puts(out, "twin");
    else
        buf_printf(out, "s%u-%05u", segment, (doc * 7919) % 10007);
}

/* Of a third of the articles words have an ending. */
static void put_body(struct buf *out, uint32_t doc)
{
    const char *s = doc % 3 == 2 ? "s" : "";
    buf_printf(out, "common%s %s m%u\nand q%u", s, doc % 2 ? "odd" : "even", doc % 7, doc % 53);
    if (doc % 10 == 0)
        buf_puts(out, " common common");
    if (doc % 16 == 0)
        buf_printf(out, " only%05u then%s only%05u", doc, s, doc);
    if (doc % 16 == 1)
        buf_printf(out, " once%05uing", doc);
    for (int i = 0; doc % 1000 == 5 && i < 300; i++)
        buf_puts(out, i % 3 ? " long" : " tail");
    buf_printf(out, "\n\nend%s of number %u", s, doc);
    if (doc / 12 == 200)
        buf_puts(out, "\n\nprinted again from another paper");
}

static char *text_of(struct buf *b, struct arena *arena)
{
    return arena_strndup(arena, (const char *)b->data, b->len);
}

void small_article(unsigned segment, uint32_t doc, struct arena *arena, struct article *a)
{
    static const char *const categories[] = {"", "World", "Sport"};
    struct buf text = {0};
    article_init(a);
    put_id(&text, segment, doc);
    a->id = text_of(&text, arena);
    text.len = 0;
    if (doc % 50 != 7)
        buf_printf(&text, "Story %u of the day", doc);
    a->title = text_of(&text, arena);
    text.len = 0;
    put_body(&text, doc);
    article_set_body(a, arena, (const char *)text.data, text.len);
    a->url = "https://example.org/story";
    a->category = categories[doc % 3];
    a->author = doc % 4 ? "Jo Poe" : "";
    a->source = doc < 50 ? "" : "The Times";
    a->tags = doc % 6 ? "sea, air" : "air; land, air";
    if (doc % 5)
        a->date = (struct date){1000000000 + doc * 3600, DATE_SECOND, doc % 2};
    if (doc % 9 == 1)
        a->updated = (struct date){1300000000 + doc, DATE_MINUTE, true};
    buf_free(&text);
}

/* ---- inversion ---- */

struct occurrence {
    const char *term, *form;
    uint32_t doc, position;
};

struct occurrences {
    struct occurrence *list;
    size_t count, capacity;
};

/* What makes tokens and sketches. */
struct analysis {
    struct lexicon *lexicon;
    struct analyzer *analyzer;
    struct sketcher sketcher;
    uint32_t *ids; /* of the article at hand: its title's, its body's */
    size_t capacity;
    uint32_t title, tokens;
    struct buf encoded;
};

static void analysis_init(struct analysis *k)
{
    *k = (struct analysis){.lexicon = lexicon_new()};
    k->analyzer = analyzer_new("english", k->lexicon, NULL);
    sketcher_init(&k->sketcher, k->analyzer, k->lexicon);
}

static void analysis_free(struct analysis *k)
{
    analyzer_free(k->analyzer);
    lexicon_free(k->lexicon);
    sketcher_free(&k->sketcher);
    buf_free(&k->encoded);
    free(k->ids);
}

static void analyse(struct analysis *k, const struct article *a)
{
    size_t title = analyzer_ids(k->analyzer, a->title, strlen(a->title), &k->ids, &k->capacity, 0);
    k->title = (uint32_t)title;
    k->tokens =
        (uint32_t)analyzer_ids(k->analyzer, a->body, a->body_len, &k->ids, &k->capacity, title);
}

static void add_tokens(struct occurrences *to, struct arena *arena, uint32_t doc,
                       const struct analysis *k)
{
    for (uint32_t i = 0; i < k->tokens; i++) {
        size_t term_len, form_len;
        const char *term = lexicon_term(k->lexicon, k->ids[i], &term_len);
        const char *form = lexicon_form(k->lexicon, k->ids[i], &form_len);
        mem_grow(to->list, &to->capacity, to->count + 1);
        to->list[to->count++] = (struct occurrence){arena_strndup(arena, term, term_len),
                                                    arena_strndup(arena, form, form_len), doc,
                                                    i < k->title ? i : i + TITLE_GAP};
    }
}

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *x = a, *y = b;
    int order = strcmp(x->term, y->term);
    if (order)
        return order;
    if (x->doc != y->doc)
        return x->doc < y->doc ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

static uint8_t flags_of(const struct article *a)
{
    return (uint8_t)(a->date.precision | (a->date.zone_known ? FLAG_ZONE_KNOWN : 0));
}

static struct text whole(const char *s)
{
    return (struct text){s, strlen(s)};
}

/* The text's place aside. */
static struct column_row make_row(const struct article *a, const struct analysis *k)
{
    const struct date *changed = a->updated.precision ? &a->updated : &a->date;
    uint32_t title = k->title, body = k->tokens - k->title;
    return (struct column_row){
        .id = whole(a->id),
        .title = whole(a->title),
        .category = whole(a->category),
        .tokens = title + body,
        .lead_tokens = title + (body < LEAD_TOKENS ? body : LEAD_TOKENS),
        .title_tokens = title,
        .words = (uint32_t)a->words,
        .flags = flags_of(a),
        .date = a->date.precision ? a->date.seconds : DATE_NONE,
        .modified = changed->precision ? changed->seconds : DATE_NONE,
        .content_hash = record_content_hash(a, record_body_hash(a)),
        .body_hash = record_body_hash(a),
    };
}

static void put_sketch(struct analysis *k, struct segment_writer *w, const struct article *a)
{
    struct sketch sketch;
    sketcher_sketch(&k->sketcher, a, k->ids, k->title, k->tokens, &sketch);
    k->encoded.len = 0;
    sketch_encode(&sketch, &k->encoded);
    segment_writer_add_sketch(w, k->encoded.data, k->encoded.len);
}

static void put_articles(struct segment_writer *w, unsigned segment, struct occurrences *to,
                         struct arena *arena, const struct small_bend *bend)
{
    struct buf record = {0};
    struct analysis analysis;
    analysis_init(&analysis);
    for (uint32_t doc = 0; doc < small_docs[segment]; doc++) {
        struct article a;
        small_article(segment, doc, arena, &a);
        if (bend && bend->article)
            bend->article(segment, doc, &a);
        analyse(&analysis, &a);
        add_tokens(to, arena, doc, &analysis);
        struct column_row row = make_row(&a, &analysis);
        record.len = 0;
        record_encode(&a, &record);
        values_writer_add_article(&w->columns.values, doc, &a);
        segment_writer_add_article(w, &row, record.data, record.len);
        put_sketch(&analysis, w, &a);
    }
    analysis_free(&analysis);
    buf_free(&record);
}

/* The next article of the next term; returns how many occurrences it took. */
static size_t put_posting(struct segment_writer *w, unsigned segment, const struct occurrence *at,
                          size_t left, const struct small_bend *bend)
{
    size_t tf = 0;
    while (tf < left && at[tf].doc == at->doc && !strcmp(at[tf].term, at->term))
        tf++;
    uint32_t *positions = mem_alloc((tf + 1) * sizeof *positions);
    struct small_posting p = {at->term, at->doc, positions, (uint32_t)tf};
    for (size_t i = 0; i < tf; i++)
        positions[i] = at[i].position;
    if (bend && bend->posting)
        bend->posting(segment, &p);
    postings_writer_add(&w->lists, p.doc, p.positions, p.tf);
    free(positions);
    return tf;
}

/* Which form it is; one that is new is added. */
static uint32_t form_number(struct small_forms *f, const char *text)
{
    uint32_t i = 0;
    while (i < f->count && strcmp(f->forms[i].text, text) != 0)
        i++;
    if (i == f->count)
        f->forms[f->count++] = (struct form){.text = text, .len = strlen(text)};
    f->forms[i].count++;
    return i;
}

/* The most frequent form first: there are two at most. */
static void order_forms(struct small_forms *f)
{
    if (f->count < 2 || compare_forms(&f->forms[0], &f->forms[1]) < 0)
        return;
    struct form rare = f->forms[0];
    f->forms[0] = f->forms[1];
    f->forms[1] = rare;
    for (size_t i = 0; i < f->occurrences; i++)
        f->numbers[i] = !f->numbers[i];
}

static void end_term(struct segment_writer *w, unsigned segment, const struct occurrence *first,
                     size_t occurrences, const struct small_bend *bend)
{
    const char *term = first->term;
    struct small_forms f = {.term = term,
                            .numbers = mem_zalloc(occurrences + BLOCK_LEN, sizeof *f.numbers),
                            .occurrences = occurrences};
    for (size_t i = 0; i < occurrences; i++)
        f.numbers[i] = form_number(&f, first[i].form);
    order_forms(&f);
    if (bend && bend->forms)
        bend->forms(segment, &f);
    for (uint32_t i = 0; i < f.count; i++)
        f.forms[i].len = strlen(f.forms[i].text);
    const struct term_spellings spellings = {f.forms, f.count, f.numbers};
    segment_writer_end_term(w, term, strlen(term), &spellings);
    free(f.numbers);
}

static void put_terms(struct segment_writer *w, unsigned segment, const struct occurrences *all,
                      const struct small_bend *bend)
{
    for (size_t i = 0, first = 0; i < all->count;) {
        const char *term = all->list[i].term;
        i += put_posting(w, segment, all->list + i, all->count - i, bend);
        if (i < all->count && strcmp(all->list[i].term, term) == 0)
            continue;
        end_term(w, segment, &all->list[first], i - first, bend);
        first = i;
    }
}

static void make_segment(const char *dir, unsigned segment, const struct small_bend *bend,
                         struct segment_entry *entry)
{
    static const unsigned char ids[SMALL_SEGMENTS][FRAME_ID_BYTES] = {"first segment id",
                                                                      "second segm. id "};
    struct segment_writer w;
    struct occurrences all = {0};
    struct arena arena = {0};
    struct error err;
    must(segment_writer_begin(&w, dir, segment + 1, ids[segment], &err), &err);
    put_articles(&w, segment, &all, &arena, bend);
    must(segment_writer_begin_terms(&w, &err), &err);
    qsort(all.list, all.count, sizeof *all.list, compare_occurrences);
    put_terms(&w, segment, &all, bend);
    must(segment_writer_finish(&w, entry, &err), &err);
    free(all.list);
    arena_free(&arena);
}

static void delete_some(const char *dir, unsigned segment, struct segment_entry *entry)
{
    struct segment s;
    struct error err;
    unsigned char *bitmap = mem_zalloc((small_docs[segment] + 7) / 8, 1);
    for (uint32_t doc = 0; doc < small_docs[segment]; doc++)
        if (small_is_deleted(segment, doc))
            bitmap[doc / 8] |= (unsigned char)(1u << doc % 8);
    must(segment_open(&s, dir, entry, &err), &err);
    must(deletes_write(&s, dir, 1, bitmap, entry, &err), &err);
    segment_close(&s);
    free(bitmap);
}

static void put_copies(const char *dir, struct manifest *m)
{
    struct snapshot s;
    struct error err;
    must(snapshot_open_unpublished(&s, dir, m, &err), &err);
    must(copies_write(&s, 1, m, &err), &err);
    snapshot_close(&s);
}

void small_index_make(const char *dir, const struct small_bend *bend)
{
    int (*fsync_before)(int) = file_calls.fsync;
    struct manifest m = {0};
    struct error err;
    file_calls.fsync = no_fsync;
    struct analyzer *analyzer = analyzer_new("english", NULL, &err);
    must(commit_create(dir, "english", analyzer_fingerprint(analyzer), false, &err), &err);
    analyzer_free(analyzer);
    must(manifest_read(dir, &m, &err), &err);
    free(m.segments);
    m.segments = mem_zalloc(SMALL_SEGMENTS, sizeof *m.segments);
    m.segment_count = SMALL_SEGMENTS;
    m.next_segment = SMALL_SEGMENTS + 1;
    for (unsigned i = 0; i < SMALL_SEGMENTS; i++) {
        make_segment(dir, i, bend, &m.segments[i]);
        delete_some(dir, i, &m.segments[i]);
    }
    put_copies(dir, &m);
    must(commit_manifest(dir, &m, &err), &err);
    manifest_free(&m);
    file_calls.fsync = fsync_before;
}

/* ---- changing it ---- */

static void write_manifest(const char *dir, const struct manifest *m)
{
    struct loose_frame f = {.kind = FRAME_KIND('M', 'A', 'N', 'I'), .count = 1};
    struct file_entry unused;
    char *path = scratch_path(dir, MANIFEST_NAME);
    manifest_encode(m, &f.sections[0]);
    loose_write(&f, path, &unused);
    loose_free(&f);
    free(path);
}

void small_index_patch_manifest(const char *dir, void (*patch)(struct manifest *m))
{
    struct manifest m;
    struct error err;
    must(manifest_read(dir, &m, &err), &err);
    patch(&m);
    write_manifest(dir, &m);
    manifest_free(&m);
}

/* The file of copies is not a segment's. */
static void patch_copies(const char *dir, struct manifest *m,
                         void (*patch)(struct loose_frame *f, const struct segment *s))
{
    struct loose_frame f;
    char name[FILE_NAME_BYTES];
    copies_file_name(m->copies_generation, name);
    char *path = scratch_path(dir, name);
    loose_read(&f, path, FRAME_KIND('C', 'O', 'P', 'Y'));
    patch(&f, NULL);
    loose_write(&f, path, &m->copies_file);
    write_manifest(dir, m);
    loose_free(&f);
    free(path);
}

void small_index_patch(const char *dir, unsigned segment, enum segment_file which,
                       void (*patch)(struct loose_frame *f, const struct segment *s))
{
    struct manifest m;
    struct segment s;
    struct loose_frame f;
    struct error err;
    must(manifest_read(dir, &m, &err), &err);
    if (which == SMALL_COPIES) {
        patch_copies(dir, &m, patch);
        manifest_free(&m);
        return;
    }
    struct segment_entry *entry = &m.segments[segment];
    bool deletes = which == SEGMENT_FILES;
    must(segment_open(&s, dir, entry, &err), &err);
    const struct frame *frame = deletes ? &s.deletes.frame : segment_frame(&s, which);
    loose_read(&f, frame->path, frame->kind);
    patch(&f, &s);
    loose_write(&f, frame->path, deletes ? &entry->deletes_file : &entry->files[which]);
    write_manifest(dir, &m);
    loose_free(&f);
    segment_close(&s);
    manifest_free(&m);
}

int small_index_set_up(void **state)
{
    file_calls.fsync = no_fsync;
    *state = scratch_new();
    small_index_make(*state, NULL);
    return 0;
}

int small_index_tear_down(void **state)
{
    scratch_free(*state);
    return 0;
}
