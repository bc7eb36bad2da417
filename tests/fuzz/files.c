/*
 * files.c - the readers of single files of an index. The target's bytes are the
 * file's sections; the frame round them is right, so that no checksum stands
 * between the fuzzer and the reader. Of "frame" they are the file itself, with
 * the checksums put right.
 */
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/index/copies.h"
#include "common/index/deletes.h"
#include "common/index/dictionary.h"
#include "common/index/forms.h"
#include "common/index/lists.h"
#include "common/index/record.h"
#include "common/index/sketch_file.h"
#include "common/index/textfile.h"
#include "common/index/values.h"
#include "tests/fuzz/memory_files.h"
#include "tests/fuzz/target.h"
#include "tests/unit/reframe.h"

#define NAME "f"
#define PATH MEMORY_DIR "/" NAME

static void put_sections(const unsigned char *p, size_t n, uint32_t kind)
{
    static const unsigned char id[FRAME_ID_BYTES] = "sixteen byte id";
    struct section sections[FRAME_MAX_SECTIONS];
    unsigned count = fuzz_sections(p, n, sections);
    memory_file_put_framed(NAME, kind, id, sections, count, NULL);
}

/* What a reader makes of damage: an error with a text, nothing else. */
static void expect_error(int rc, const struct error *err)
{
    FUZZ_HOLDS(rc == BF_ERR_DAMAGED || rc == BF_ERR_TOO_NEW || rc == BF_ERR_TOO_OLD);
    FUZZ_HOLDS(err->code == rc && *err->text);
}

static bool good(int rc, const struct error *err)
{
    if (rc < 0)
        expect_error(rc, err);
    return rc == BF_OK;
}

/* ---- frame and manifest ---- */

static void run_frame(const unsigned char *p, size_t n, const void *arg)
{
    struct frame f;
    struct error err;
    unsigned char *file = mem_dup(p, n);
    (void)arg;
    if (n >= FRAME_HEADER + FRAME_FOOTER)
        refit_checksums(file, n);
    memory_file_put(NAME, file, n);
    free(file);
    if (!good(frame_open(&f, PATH, FRAME_KIND('T', 'E', 'S', 'T'), &err), &err))
        return;
    bool whole = good(frame_verify(&f, &err), &err);
    for (unsigned i = 0; i < f.section_count; i++)
        FUZZ_HOLDS(good(frame_touch(&f, f.sections[i].p, f.sections[i].len, &err), &err) || !whole);
    frame_close(&f);
}

/* What can be decoded comes out the same again. */
static void run_manifest(const unsigned char *p, size_t n, const void *arg)
{
    struct manifest m, again;
    struct error err;
    struct section whole = {p, n};
    static const unsigned char zeros[FRAME_ID_BYTES];
    (void)arg;
    memory_file_put_framed(MANIFEST_NAME, FRAME_KIND('M', 'A', 'N', 'I'), zeros, &whole, 1, NULL);
    if (!good(manifest_read(MEMORY_DIR, &m, &err), &err))
        return;
    struct buf encoded = {0};
    manifest_encode(&m, &encoded);
    FUZZ_HOLDS(encoded.len == n && !memcmp(encoded.data, p, n));
    manifest_copy(&m, &again);
    manifest_free(&again);
    manifest_free(&m);
    buf_free(&encoded);
}

/* ---- dictionary ---- */

static void find_term(const struct dictionary *d, const void *term, size_t len)
{
    struct dictionary_cursor c;
    struct term_info info;
    struct error err;
    good(dictionary_find(d, term, len, &info, &err), &err);
    if (good(dictionary_seek(d, &c, term, len, &err), &err) &&
        good(dictionary_next(&c, &err), &err))
        FUZZ_HOLDS(c.term.len && c.info.df && c.info.cf >= c.info.df);
    dictionary_cursor_free(&c);
}

/* An entry takes two bytes or more, so a walk is no longer than the file. */
static void run_dictionary(const unsigned char *p, size_t n, const void *arg)
{
    struct dictionary d;
    struct dictionary_cursor c;
    struct error err;
    size_t steps = 0;
    (void)arg;
    put_sections(p, n, FRAME_KIND('T', 'E', 'R', 'M'));
    if (!good(dictionary_open(&d, PATH, &err), &err))
        return;
    int rc = dictionary_seek(&d, &c, "", 0, &err);
    while (!rc && !(rc = dictionary_next(&c, &err))) {
        FUZZ_HOLDS(++steps <= n);
        if (steps < 64 || steps % 32 < 2)
            find_term(&d, c.term.data, c.term.len);
    }
    good(rc, &err);
    find_term(&d, p, n < 4 ? n : 4);
    find_term(&d, "m", 1);
    dictionary_cursor_free(&c);
    dictionary_close(&d);
}

/* ---- text ---- */

static void read_records(const struct buf *block)
{
    struct arena arena = {0};
    struct article a;
    struct bytes in = bytes_of(block->data, block->len);
    article_init(&a);
    while (bytes_left(&in) && record_decode(&in, &arena, &a)) {
        FUZZ_HOLDS(strlen(a.body) == a.body_len || memchr(a.body, 0, a.body_len));
        record_content_hash(&a, record_body_hash(&a));
        article_init(&a);
    }
    arena_free(&arena);
}

static void run_text(const unsigned char *p, size_t n, const void *arg)
{
    struct textfile t;
    struct error err;
    struct buf block = {0};
    (void)arg;
    put_sections(p, n, FRAME_KIND('T', 'E', 'X', 'T'));
    if (!good(textfile_open(&t, PATH, &err), &err))
        return;
    struct inflater *inflater = inflater_new();
    for (uint32_t i = 0; i < t.blocks; i++) {
        const unsigned char *raw;
        size_t raw_bytes;
        uint32_t raw_len;
        good(textfile_raw(&t, i, &raw, &raw_bytes, &raw_len, &err), &err);
        if (good(textfile_read(&t, i, inflater, &block, &err), &err))
            read_records(&block);
    }
    inflater_free(inflater);
    buf_free(&block);
    textfile_close(&t);
}

/* The bytes of a block, decompressed. */
static void run_record(const unsigned char *p, size_t n, const void *arg)
{
    struct buf block = {.data = mem_dup(p, n), .len = n, .capacity = n};
    (void)arg;
    read_records(&block);
    buf_free(&block);
}

/* ---- columns, with names and values ---- */

static void read_row(const struct columns *c, uint32_t doc)
{
    struct text id, title;
    struct error err;
    uint32_t rank;
    char date[DATE_TEXT_BYTES];
    if (good(columns_touch(c, doc, &err), &err)) {
        const struct date d = columns_date(c, doc);
        date_format(&d, date);
        columns_category(c, doc);
        column_u32(c, COLUMN_TOKENS, doc);
        column_time(c, COLUMN_MODIFIED, doc);
    }
    if (good(columns_name(c, doc, &id, &title, &err), &err)) {
        hash64(id.p, id.len, 0); /* reads them */
        hash64(title.p, title.len, 0);
        good(columns_seek_id(c, id.p, id.len, &rank, &err), &err);
    }
    good(columns_ranked(c, doc, &rank, &id, &err), &err);
}

static void read_values(const struct columns *c, enum value_field field, size_t most)
{
    struct value_cursor v;
    struct error err;
    uint32_t first, count;
    size_t steps = 0;
    int rc = values_seek(c, field, &v, &err);
    while (!rc && !(rc = values_next(&v, &err))) {
        int run;
        while (!(run = values_next_run(&v, &first, &count, &err)))
            FUZZ_HOLDS(count && first < c->docs && count <= c->docs - first && ++steps <= most);
        good(run, &err);
        FUZZ_HOLDS(++steps <= most);
    }
    good(rc, &err);
    values_close(&v);
}

static void run_columns(const unsigned char *p, size_t n, const void *arg)
{
    struct columns c;
    struct error err;
    (void)arg;
    put_sections(p, n, FRAME_KIND('C', 'O', 'L', 'S'));
    if (!good(columns_open(&c, PATH, &err), &err))
        return;
    FUZZ_HOLDS(c.docs <= n);
    for (uint32_t doc = 0; doc < c.docs; doc++)
        read_row(&c, doc);
    for (const char *field = "ahlst"; *field; field++)
        read_values(&c, (enum value_field) * field, n);
    good(columns_verify(&c, &err), &err);
    columns_close(&c);
}

/* ---- forms ---- */

/* A walk over made-up terms, of which the first bytes say how far apart and
 * how frequent they are. */
static void walk_forms(const struct forms *f, unsigned step, uint64_t cf)
{
    struct forms_cursor c;
    struct term_forms t = {0};
    struct term_info info = {.df = 1, .cf = cf};
    struct error err;
    uint32_t *numbers = mem_zalloc(forms_room(cf), sizeof *numbers);
    int rc = BF_OK;
    forms_start(f, &c);
    for (; info.ordinal < 200 && !rc; info.ordinal += step) {
        size_t len;
        rc = forms_next(&c, &info, "storm", 5, &t, &err);
        if (!rc) {
            term_forms_text(&t, t.count - 1, &len);
            rc = forms_read_numbers(f, &t, cf, numbers, &err);
        }
        for (uint64_t i = 0; i < cf && !rc; i++)
            FUZZ_HOLDS(numbers[i] < t.count);
    }
    good(rc, &err);
    term_forms_free(&t);
    free(numbers);
}

static void run_forms(const unsigned char *p, size_t n, const void *arg)
{
    struct forms f;
    struct term_forms t = {0};
    struct error err;
    (void)arg;
    if (n < 2)
        return;
    put_sections(p + 2, n - 2, FRAME_KIND('F', 'O', 'R', 'M'));
    if (!good(forms_open(&f, PATH, &err), &err))
        return;
    walk_forms(&f, p[0] % 8 + 1, p[1] + 1);
    for (uint32_t ordinal = 0; ordinal < 100; ordinal += p[0] % 8 + 1) {
        struct term_info info = {.ordinal = ordinal, .df = 1, .cf = p[1]};
        if (good(forms_find(&f, &info, "storm", 5, &t, &err), &err))
            term_forms_find(&t, "storms", 6);
    }
    term_forms_free(&t);
    forms_close(&f);
}

/* ---- sketches, copies, deletes ---- */

static void run_sketches(const unsigned char *p, size_t n, const void *arg)
{
    struct frame f;
    struct sketch_cursor c;
    struct buf again = {0};
    struct error err;
    (void)arg;
    put_sections(p, n, FRAME_KIND('S', 'K', 'E', 'T'));
    if (!good(sketch_file_open(&f, PATH, &err), &err))
        return;
    int rc = sketch_cursor_open(&c, &f, &err);
    while (!rc && !(rc = sketch_cursor_next(&c, &err))) {
        again.len = 0;
        sketch_encode(&c.sketch, &again);
        FUZZ_HOLDS(again.len == (size_t)(c.left.p - c.start));
        FUZZ_HOLDS(!memcmp(again.data, c.start, again.len));
    }
    good(rc, &err);
    buf_free(&again);
    frame_close(&f);
}

static void read_groups(const struct copies *c, uint32_t docs)
{
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t leader = copies_leader(c, copies_doc(c, i)), size;
        copies_sizes(c, &leader, 1, &size);
        FUZZ_HOLDS(leader < docs);
    }
    FUZZ_HOLDS(copies_leader(c, UINT32_MAX) == COPIES_NONE);
}

static void run_copies(const unsigned char *p, size_t n, const void *arg)
{
    struct copies c;
    struct boilerplate_cursor b;
    struct boilerplate_text text;
    struct error err;
    (void)arg;
    put_sections(p, n, FRAME_KIND('C', 'O', 'P', 'Y'));
    if (!good(copies_open(&c, PATH, &err), &err))
        return;
    if (good(copies_verify(&c, 1000, &err), &err)) {
        read_groups(&c, 1000);
        int rc;
        boilerplate_cursor_open(&b, &c);
        while (!(rc = boilerplate_cursor_next(&b, &text, &err)))
            FUZZ_HOLDS(text.source.len + text.text.len <= n);
        good(rc, &err);
        copies_is_boilerplate(&c, 7);
    }
    copies_close(&c);
}

static void run_deletes(const unsigned char *p, size_t n, const void *arg)
{
    struct deletes d;
    struct error err;
    (void)arg;
    if (!n)
        return;
    put_sections(p + 1, n - 1, FRAME_KIND('D', 'E', 'L', 'S'));
    if (!good(deletes_open(&d, PATH, *p, &err), &err))
        return;
    for (uint32_t doc = 0; doc < *p; doc++)
        deletes_has(&d, doc);
    for (uint32_t ordinal = 0; ordinal < 300; ordinal += 7) {
        uint32_t df, cf;
        deletes_term(&d, ordinal, &df, &cf);
    }
    deletes_close(&d);
}

/* ---- lists of similar readings ---- */

static void read_list(const struct lists *l, uint32_t i)
{
    size_t len;
    uint64_t end;
    const char *id = lists_id(l, i, &len);
    hash64(id, len, 0); /* reads it */
    for (uint64_t at = lists_items(l, i, &end); at < end; at++)
        FUZZ_HOLDS(lists_item(l, at).article < l->count);
    for (uint64_t at = lists_learned(l, i, &end); at < end; at++)
        FUZZ_HOLDS(lists_learned_item(l, at).article < l->count);
    lists_article(l, i);
    lists_hash(l, i);
}

static void run_lists(const unsigned char *p, size_t n, const void *arg)
{
    struct lists l;
    struct lists_term term;
    struct error err;
    (void)arg;
    put_sections(p, n, FRAME_KIND('L', 'I', 'S', 'T'));
    if (!good(lists_open(&l, PATH, &err), &err))
        return;
    for (uint32_t i = 0; i < l.count; i++)
        read_list(&l, i);
    struct bytes in = lists_terms(&l);
    while (lists_take_term(&in, &term))
        FUZZ_HOLDS(term.df >= 2);
    FUZZ_HOLDS(!bytes_left(&in));
    lists_close(&l);
}

const struct fuzz_target file_targets[] = {
    {"frame", run_frame, NULL, memory_files_install},
    {"manifest", run_manifest, NULL, memory_files_install},
    {"dictionary", run_dictionary, NULL, memory_files_install},
    {"text", run_text, NULL, memory_files_install},
    {"record", run_record, NULL, NULL},
    {"columns", run_columns, NULL, memory_files_install},
    {"forms", run_forms, NULL, memory_files_install},
    {"sketches", run_sketches, NULL, memory_files_install},
    {"copies", run_copies, NULL, memory_files_install},
    {"deletes", run_deletes, NULL, memory_files_install},
    {"lists", run_lists, NULL, memory_files_install},
    {0},
};
