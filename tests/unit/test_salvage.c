/*
 * test_salvage.c - damage of every kind, everywhere: what can be had is in the
 * new index as it was, and what cannot is named.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/hash.h"
#include "common/base/bytes.h"
#include "common/index/limits.h"
#include "common/index/record.h"
#include "common/index/snapshot.h"
#include "common/io/crc32c.h"
#include "common/io/crc32c_mend.h"
#include "common/io/file.h"
#include "indexer/salvage_run.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/faults.h"
#include "tests/unit/generated.h"
#include "tests/unit/random.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"
#include "tests/unit/seeded_faults.h"
#include "tests/unit/small_index.h"

#define ARTICLES 66

/* ---- what an index holds ---- */

struct held {
    char id[MAX_ID_LENGTH + 1];
    uint64_t hash; /* of all that there is of the article, and whether its title is derived */
};

struct contents {
    struct held *list; /* by id */
    size_t count;
};

static int compare_held(const void *a, const void *b)
{
    return strcmp(((const struct held *)a)->id, ((const struct held *)b)->id);
}

static struct contents contents_of(const char *dir)
{
    struct snapshot s;
    struct error err;
    struct contents c = {0};
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    c.list = mem_zalloc(s.docs + 1, sizeof *c.list);
    for (uint32_t i = 0; i < s.count; i++) {
        const struct columns *columns = &s.segments[i].columns;
        for (uint32_t doc = 0; doc < columns->docs; doc++) {
            struct text id, title;
            if (deletes_has(&s.segments[i].deletes, doc))
                continue;
            assert_int_equal(columns_name(columns, doc, &id, &title, &err), BF_OK);
            struct held *held = &c.list[c.count++];
            memcpy(held->id, id.p, id.len);
            held->hash = column_u64(columns, COLUMN_CONTENT_HASH, doc) ^
                         (column_u8(columns, COLUMN_FLAGS, doc) & FLAG_TITLE_DERIVED);
        }
    }
    qsort(c.list, c.count, sizeof *c.list, compare_held);
    snapshot_close(&s);
    return c;
}

static bool holds(const struct contents *c, const struct held *h)
{
    const struct held *found = bsearch(h, c->list, c->count, sizeof *h, compare_held);
    return found && found->hash == h->hash;
}

/* ---- salvaging ---- */

struct outcome {
    int rc;
    struct salvage_counts counts;
    struct error err;
    struct buf lost; /* the file of lost articles */
};

/* Nothing is synced: a test's index need not outlive a power cut. */
static struct outcome salvage(const char *old, const char *new, const char *language)
{
    const struct salvage_options options = {
        .memory = PLENTY, .language = language, .stop = &interrupt_never};
    struct file_calls before = file_calls;
    struct salvage_report report;
    struct outcome o = {0};
    char *files = scratch_new(), *path = scratch_path(files, "lost");
    assert_int_equal(salvage_report_open(&report, true, true, path, &o.err), BF_OK);
    if (file_calls.fsync == fsync)
        file_calls.fsync = no_fsync;
    o.rc = salvage_run(old, new, &options, &report, &o.err);
    file_calls.fsync = before.fsync;
    assert_int_equal(salvage_report_flush(&report, &o.err), BF_OK);
    o.counts = report.counts;
    /* the summary would go to the test's output */
    salvage_report_finish(&report, BF_ERR_SYSTEM, &o.err);
    scratch_read(path, &o.lost);
    buf_putc(&o.lost, '\0');
    free(path);
    scratch_free(files);
    return o;
}

static bool is_named(const struct outcome *o, const char *id)
{
    char member[MAX_ID_LENGTH + 16];
    snprintf(member, sizeof member, "\"id\":\"%s\"", id);
    return strstr((const char *)o->lost.data, member) != NULL;
}

/* Everything that was there is there as it was, or counts as lost or doubtful;
 * what is there is as it was, or is named. */
static void assert_accounted_for(const struct contents *was, const char *new,
                                 const struct outcome *o, const char *what)
{
    struct contents is = contents_of(new);
    size_t missing = 0, strange = 0;
    const struct salvage_counts *c = &o->counts;
    for (size_t i = 0; i < was->count; i++)
        missing += !holds(&is, &was->list[i]);
    for (size_t i = 0; i < is.count; i++) {
        if (holds(was, &is.list[i]))
            continue;
        strange++;
        if (!c->deletions_lost && !is_named(o, is.list[i].id))
            fail_msg("%s: %s is another article, and is not named", what, is.list[i].id);
    }
    if (c->uncounted ? false : missing > c->lost + c->doubtful)
        fail_msg("%s: %zu are missing, %zu lost, %zu doubtful", what, missing, (size_t)c->lost,
                 (size_t)c->doubtful);
    if (!c->deletions_lost && strange > c->doubtful)
        fail_msg("%s: %zu are not as they were, %zu doubtful", what, strange, (size_t)c->doubtful);
    if (!c->deletions_lost && !c->uncounted && is.count + c->lost + c->repeated < was->count)
        fail_msg("%s: %zu of %zu articles, %zu lost", what, is.count, was->count, (size_t)c->lost);
    assert_int_equal(c->articles, is.count);
    free(is.list);
}

static void assert_nothing_lost(const struct contents *was, const char *new,
                                const struct outcome *o, const char *what)
{
    assert_accounted_for(was, new, o, what);
    if (salvage_lost_something(&o->counts) || o->counts.articles != was->count)
        fail_msg("%s: %zu of %zu articles: %s", what, (size_t)o->counts.articles, was->count,
                 o->lost.data);
}

/* ---- the index that is damaged ---- */

struct sample {
    char *dir;
    struct contents contents;
    char **names; /* of its files but the lock */
    size_t count;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_files(struct sample *s)
{
    size_t capacity = 0;
    DIR *d = opendir(s->dir);
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.' || !strcmp(e->d_name, LOCK_NAME))
            continue;
        mem_grow(s->names, &capacity, s->count + 1);
        s->names[s->count++] = mem_strdup(e->d_name);
    }
    closedir(d);
    qsort(s->names, s->count, sizeof *s->names, compare_names);
}

/* Three segments, one of which has deletions, one an article that came again. */
static struct sample sample_new(void)
{
    const struct recipe recipe = {"three", {0, 30, 50, ARTICLES, 0}, 1, true};
    const char *const deleted[] = {"g00003", "g00017", "g00040"};
    struct sample s = {.dir = scratch_new()};
    const struct reading how = {.threads = 1, .memory = PLENTY};
    char *files = scratch_new(), *again = scratch_path(files, "again");
    generated_index(s.dir, &recipe);
    index_delete(s.dir, deleted, 3);
    generated_archive(again, 20, 22, 2);
    index_add(s.dir, &again, 1, &how, NULL);
    s.contents = contents_of(s.dir);
    assert_int_equal(s.contents.count, ARTICLES - 3);
    list_files(&s);
    free(again);
    scratch_free(files);
    return s;
}

static void sample_free(struct sample *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->names[i]);
    free(s->names);
    free(s->contents.list);
    scratch_free(s->dir);
}

static void copy_sample(const struct sample *s, const char *to)
{
    struct buf file = {0};
    for (size_t i = 0; i < s->count; i++) {
        char *from = scratch_path(s->dir, s->names[i]), *path = scratch_path(to, s->names[i]);
        scratch_read(from, &file);
        scratch_write(path, file.data, file.len);
        free(from);
        free(path);
    }
    buf_free(&file);
}

/* The same, cheaply: the files but one are the sample's own. */
static void link_sample(const struct sample *s, const char *to, size_t but)
{
    for (size_t i = 0; i < s->count; i++) {
        char *from = scratch_path(s->dir, s->names[i]), *path = scratch_path(to, s->names[i]);
        if (i != but)
            assert_int_equal(link(from, path), 0);
        free(from);
        free(path);
    }
}

static void remove_file(const char *dir, const char *name)
{
    char *path = scratch_path(dir, name);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void rename_file(const char *dir, const char *from, const char *to)
{
    char *a = scratch_path(dir, from), *b = scratch_path(dir, to);
    assert_int_equal(rename(a, b), 0);
    free(a);
    free(b);
}

static void swap_files(const char *dir, const char *a, const char *b)
{
    rename_file(dir, a, "aside");
    rename_file(dir, b, a);
    rename_file(dir, "aside", b);
}

static bool ends_in(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n >= m && !strcmp(name + n - m, ending);
}

/* Text and columns are what an article is made of; all else can be derived. */
static bool is_needed(const char *name)
{
    return ends_in(name, ".text") || ends_in(name, ".columns") || ends_in(name, ".deletes");
}

/* ---- damage everywhere ---- */

/* Damages a file at a place; its length then. */
typedef size_t damage(unsigned char *file, size_t len, size_t at);

static size_t flip_a_bit(unsigned char *file, size_t len, size_t at)
{
    file[at] ^= (unsigned char)(1u << at % 8);
    return len;
}

static size_t set_a_byte(unsigned char *file, size_t len, size_t at)
{
    file[at] = file[at] == 0xff ? 0 : 0xff;
    return len;
}

static size_t zero_a_sector(unsigned char *file, size_t len, size_t at)
{
    memset(file + at, 0, len - at < 512 ? len - at : 512);
    return len;
}

static size_t spoil_some(unsigned char *file, size_t len, size_t at)
{
    for (size_t i = at; i < len && i < at + 24; i += 3)
        file[i] ^= 0x55;
    return len;
}

static size_t cut_here(unsigned char *file, size_t len, size_t at)
{
    (void)file;
    (void)len;
    return at;
}

/* With the checksums put right, so that nothing but what it says is wrong. */
static size_t forge(unsigned char *file, size_t len, size_t at)
{
    flip_a_bit(file, len, at);
    refit_checksums(file, len);
    return len;
}

static void damage_once(const struct sample *s, size_t which, const struct buf *file, damage *how,
                        size_t at, bool costs_nothing, const char *what)
{
    char *bad = scratch_new(), *new = scratch_new(), *path = scratch_path(bad, s->names[which]);
    unsigned char *bytes = mem_dup(file->data, file->len);
    char label[256];
    link_sample(s, bad, which);
    scratch_write(path, bytes, how(bytes, file->len, at));
    snprintf(label, sizeof label, "%s, %s, byte %zu", what, s->names[which], at);
    struct outcome o = salvage(bad, new, NULL);
    if (o.rc && o.rc != BF_ERR_TOO_NEW && o.rc != BF_ERR_TOO_OLD)
        fail_msg("%s: %d %s", label, o.rc, o.err.text);
    if (o.rc)
        assert_ptr_equal(how, forge);
    else if (costs_nothing || !is_needed(s->names[which]))
        assert_nothing_lost(&s->contents, new, &o, label);
    else
        assert_accounted_for(&s->contents, new, &o, label);
    buf_free(&o.lost);
    free(bytes);
    free(path);
    scratch_free(bad);
    scratch_free(new);
}

/* How far the places are apart: SALVAGE_STEP=1 visits every byte. */
static size_t step_of(size_t usual)
{
    const char *wanted = getenv("SALVAGE_STEP");
    size_t step = wanted ? strtoul(wanted, NULL, 10) : usual;
    return step ? step : 1;
}

/* Damages each file at every step; each time what a salvage makes is looked at. */
static void damage_everywhere(const struct sample *s, damage *how, size_t usual, bool costs_nothing,
                              const char *what)
{
    struct buf file = {0};
    size_t cases = 0, step = step_of(usual);
    for (size_t i = 0; i < s->count; i++) {
        char *good = scratch_path(s->dir, s->names[i]);
        scratch_read(good, &file);
        for (size_t at = i % step; at < file.len; at += step, cases++)
            damage_once(s, i, &file, how, at, costs_nothing, what);
        free(good);
    }
    buf_free(&file);
    print_message("%s: %zu cases\n", what, cases);
}

static void a_wrong_byte_anywhere_costs_nothing(void **state)
{
    damage_everywhere(*state, flip_a_bit, 1997, true, "a bit");
    damage_everywhere(*state, set_a_byte, 2113, true, "a byte");
}

static void what_a_lost_sector_costs_is_named(void **state)
{
    damage_everywhere(*state, zero_a_sector, 1009, false, "a sector");
    damage_everywhere(*state, spoil_some, 1151, false, "some bytes");
}

static void what_a_cut_file_costs_is_named(void **state)
{
    damage_everywhere(*state, cut_here, 1709, false, "a cut");
}

static void right_checksums_do_not_deceive(void **state)
{
    damage_everywhere(*state, forge, 1607, false, "a forgery");
}

static void files_may_be_missing_or_empty(void **state)
{
    const struct sample *s = *state;
    for (size_t i = 0; i < 2 * s->count; i++) {
        const char *name = s->names[i / 2];
        char *bad = scratch_new(), *new = scratch_new(), *path = scratch_path(bad, name);
        copy_sample(s, bad);
        if (i % 2)
            remove_file(bad, name);
        else
            scratch_write(path, "", 0);
        struct outcome o = salvage(bad, new, NULL);
        if (o.rc)
            fail_msg("%s: %s", name, o.err.text);
        if (is_needed(name))
            assert_accounted_for(&s->contents, new, &o, name);
        else
            assert_nothing_lost(&s->contents, new, &o, name);
        buf_free(&o.lost);
        free(path);
        scratch_free(bad);
        scratch_free(new);
    }
    print_message("missing or empty: %zu cases\n", 2 * s->count);
}

/* ---- single stories ---- */

/* A copy of the sample that one test damages as it likes. */
struct place {
    char *bad, *new;
};

static struct place place_new(const struct sample *s)
{
    struct place p = {scratch_new(), scratch_new()};
    copy_sample(s, p.bad);
    return p;
}

static void place_free(struct place *p, struct outcome *o)
{
    buf_free(&o->lost);
    scratch_free(p->bad);
    scratch_free(p->new);
}

static void a_whole_index_is_copied(void **state)
{
    const struct sample *s = *state;
    struct place p = place_new(s);
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_int_equal(o.rc, BF_OK);
    assert_nothing_lost(&s->contents, p.new, &o, "whole");
    assert_int_equal(o.counts.segments[TAKEN_WHOLE], 4);
    assert_int_equal(o.counts.whole, s->contents.count);
    place_free(&p, &o);
}

/* What is indexed anew is what was there, byte for byte. */
static void a_segment_made_again_is_the_same(void **state)
{
    const struct sample *s = *state;
    struct place p = place_new(s);
    struct buf was = {0}, is = {0};
    remove_file(p.bad, "s00000003.postings");
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_nothing_lost(&s->contents, p.new, &o, "postings");
    assert_int_equal(o.counts.segments[TAKEN_AGAIN], 1);
    for (unsigned i = 0; i < SEGMENT_FILES; i++) {
        char name[FILE_NAME_BYTES], again[FILE_NAME_BYTES];
        segment_file_name(3, i, name);
        segment_file_name(4, i, again);
        char *a = scratch_path(s->dir, name), *b = scratch_path(p.new, again);
        scratch_read(a, &was);
        scratch_read(b, &is);
        assert_int_equal(was.len, is.len);
        /* another number, so another id: it stands in the header alone */
        size_t page = was.len < FRAME_PAGE ? was.len : FRAME_PAGE,
               body = load_u64(was.data + was.len - FRAME_FOOTER);
        page = page < body ? page : body;
        assert_memory_equal(was.data + FRAME_HEADER, is.data + FRAME_HEADER, page - FRAME_HEADER);
        free(a);
        free(b);
    }
    buf_free(&was);
    buf_free(&is);
    place_free(&p, &o);
}

static void a_lost_manifest_costs_nothing(void **state)
{
    const struct sample *s = *state;
    struct place p = place_new(s);
    remove_file(p.bad, MANIFEST_NAME);
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_int_equal(o.rc, BF_OK);
    assert_nothing_lost(&s->contents, p.new, &o, "no manifest");
    assert_int_equal(o.counts.segments[TAKEN_WHOLE], 4);
    place_free(&p, &o);
}

static void files_under_the_wrong_name_are_found(void **state)
{
    const struct sample *s = *state;
    static const char *const swaps[][2] = {
        {"s00000001.text", "s00000002.text"},      {"s00000001.columns", "s00000003.columns"},
        {"s00000001.text", "s00000001.columns"},   {"s00000001.terms", "s00000002.forms"},
        {"s00000002.sketches", "s00000003.terms"},
    };
    for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++) {
        for (int manifest = 0; manifest < 2; manifest++) {
            struct place p = place_new(s);
            swap_files(p.bad, swaps[i][0], swaps[i][1]);
            if (!manifest)
                remove_file(p.bad, MANIFEST_NAME);
            struct outcome o = salvage(p.bad, p.new, NULL);
            assert_int_equal(o.rc, BF_OK);
            assert_nothing_lost(&s->contents, p.new, &o, swaps[i][0]);
            place_free(&p, &o);
        }
    }
    print_message("swapped: %zu cases\n", 2 * sizeof swaps / sizeof *swaps);
}

static void files_of_another_index_are_not_taken(void **state)
{
    const struct sample *s = *state;
    const struct recipe recipe = {"other", {200, 230, 0}, 1, true};
    static const char *const foreign[] = {"s00000001.text", "s00000001.columns",
                                          "s00000001.sketches"};
    char *other = scratch_new();
    struct buf file = {0};
    generated_index(other, &recipe);
    for (size_t i = 0; i < 3; i++) {
        struct place p = place_new(s);
        char *from = scratch_path(other, foreign[i]), *to = scratch_path(p.bad, foreign[i]);
        scratch_read(from, &file);
        scratch_write(to, file.data, file.len);
        struct outcome o = salvage(p.bad, p.new, NULL);
        assert_int_equal(o.rc, BF_OK);
        if (i == 2)
            assert_nothing_lost(&s->contents, p.new, &o, foreign[i]);
        else
            assert_accounted_for(&s->contents, p.new, &o, foreign[i]);
        free(from);
        free(to);
        place_free(&p, &o);
    }
    buf_free(&file);
    scratch_free(other);
}

static void an_older_manifest_hides_nothing(void **state)
{
    const struct sample *s = *state;
    struct place p = place_new(s);
    struct buf file = {0};
    char *manifest = scratch_path(p.bad, MANIFEST_NAME);
    scratch_read(manifest, &file);
    index_merge(p.bad);
    scratch_write(manifest, file.data, file.len);
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_int_equal(o.rc, BF_OK);
    assert_nothing_lost(&s->contents, p.new, &o, "older manifest");
    buf_free(&file);
    free(manifest);
    place_free(&p, &o);
}

static void without_delete_files_the_later_article_stays(void **state)
{
    const struct sample *s = *state;
    for (int manifest = 0; manifest < 2; manifest++) {
        struct place p = place_new(s);
        for (size_t i = 0; i < s->count; i++)
            if (ends_in(s->names[i], ".deletes"))
                remove_file(p.bad, s->names[i]);
        if (!manifest)
            remove_file(p.bad, MANIFEST_NAME);
        struct outcome o = salvage(p.bad, p.new, NULL);
        assert_int_equal(o.rc, BF_OK);
        assert_int_equal(o.counts.deletions_lost, manifest);
        assert_int_equal(o.counts.repeated, 2);
        assert_int_equal(o.counts.articles, ARTICLES);
        struct contents is = contents_of(p.new);
        for (size_t i = 0; i < s->contents.count; i++)
            assert_true(holds(&is, &s->contents.list[i]));
        free(is.list);
        place_free(&p, &o);
    }
}

/* ---- languages, text ---- */

static void the_language_is_found_out(void **unused)
{
    (void)unused;
    static const char article[] =
        "{\"id\":\"%d\",\"title\":\"Die Häuser der Stadt %d\",\"body\":\"Die Bürger gingen durch "
        "die "
        "alten Straßen und sahen viele schöne Gärten, %d neue Brücken und Schulen.\"}\n";
    struct place p = {scratch_new(), scratch_new()};
    char *files = scratch_new(), *path = scratch_path(files, "a"), *sources[] = {path};
    struct buf text = {0};
    struct ingest_counts counts;
    struct index_writer w;
    struct error err;
    const struct reading how = {.threads = 1, .memory = PLENTY};
    for (int i = 0; i < 20; i++) {
        char line[400];
        snprintf(line, sizeof line, article, i, i, i);
        buf_puts(&text, line);
    }
    scratch_write(path, text.data, text.len);
    const struct index_choice choice = {.language = "german"};
    assert_int_equal(index_writer_open(&w, p.bad, true, &choice, &err), BF_OK);
    assert_int_equal(ingest_quietly(&w, sources, 1, &how, &counts, &err), BF_OK);
    assert_int_equal(index_writer_commit(&w, MERGE_AS_NEEDED, &err), BF_OK);
    index_writer_close(&w);
    struct contents was = contents_of(p.bad);
    remove_file(p.bad, MANIFEST_NAME);
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_nothing_lost(&was, p.new, &o, "german");
    assert_int_equal(o.counts.segments[TAKEN_WHOLE], 1);
    struct manifest m;
    assert_int_equal(manifest_read(p.new, &m, &err), BF_OK);
    assert_string_equal(m.language, "german");
    manifest_free(&m);
    buf_free(&o.lost);
    /* nothing tells it any more */
    remove_file(p.bad, "s00000001.sketches");
    scratch_free(p.new);
    p.new = scratch_new();
    o = salvage(p.bad, p.new, NULL);
    assert_int_equal(o.rc, BF_ERR_USAGE);
    buf_free(&o.lost);
    o = salvage(p.bad, p.new, "de");
    assert_nothing_lost(&was, p.new, &o, "german, as was said");
    assert_int_equal(o.counts.segments[TAKEN_AGAIN], 1);
    free(was.list);
    free(path);
    buf_free(&text);
    scratch_free(files);
    place_free(&p, &o);
}

/* The first segment's sketches are what they were, but for the paragraphs. */
static void assert_same_windows(const struct contents *was, const struct buf *file, const char *new)
{
    char *files = scratch_new(), *path = scratch_path(files, "sketches");
    struct frame old;
    struct snapshot s;
    struct sketch_cursor a, b;
    struct error err;
    scratch_write(path, file->data, file->len);
    assert_int_equal(sketch_file_open(&old, path, &err), BF_OK);
    assert_int_equal(snapshot_open(&s, new, &err), BF_OK);
    assert_int_equal(sketch_cursor_open(&a, &old, &err), BF_OK);
    assert_int_equal(sketch_cursor_open(&b, &s.segments[0].sketches, &err), BF_OK);
    assert_true(was->count > s.segments[0].entry.docs);
    for (uint32_t doc = 0; doc < s.segments[0].entry.docs; doc++) {
        assert_int_equal(sketch_cursor_next(&a, &err), BF_OK);
        assert_int_equal(sketch_cursor_next(&b, &err), BF_OK);
        assert_int_equal(a.sketch.windows, b.sketch.windows);
        assert_int_equal(a.sketch.count, b.sketch.count);
        assert_memory_equal(a.sketch.hashes, b.sketch.hashes, sizeof a.sketch.hashes);
    }
    snapshot_close(&s);
    frame_close(&old);
    free(path);
    scratch_free(files);
}

static void without_text_only_whole_segments_are_left(void **unused)
{
    (void)unused;
    const struct reading how = {.threads = 1, .memory = PLENTY, .without_text = true};
    struct place p = {scratch_new(), scratch_new()};
    char *files = scratch_new();
    char *sources[] = {scratch_path(files, "a"), scratch_path(files, "b")};
    generated_archive(sources[0], 0, 20, 1);
    generated_archive(sources[1], 20, 30, 1);
    index_add(p.bad, sources, 2, &how, NULL);
    struct contents was = contents_of(p.bad);
    struct error err;
    struct manifest m;
    remove_file(p.bad, MANIFEST_NAME);
    struct outcome o = salvage(p.bad, p.new, "english");
    assert_nothing_lost(&was, p.new, &o, "without text");
    assert_int_equal(manifest_read(p.new, &m, &err), BF_OK);
    assert_true(m.without_text);
    manifest_free(&m);
    buf_free(&o.lost);
    char *sketches = scratch_path(p.bad, "s00000001.sketches");
    struct buf were = {0};
    scratch_read(sketches, &were);
    remove_file(p.bad, "s00000001.sketches");
    scratch_free(p.new);
    p.new = scratch_new();
    o = salvage(p.bad, p.new, "english");
    assert_int_equal(o.rc, BF_OK);
    assert_accounted_for(&was, p.new, &o, "without sketches");
    assert_int_equal(o.counts.lost, 0);
    assert_true(o.counts.sketches_derived);
    assert_same_windows(&was, &were, p.new);
    buf_free(&were);
    free(sketches);
    buf_free(&o.lost);
    remove_file(p.bad, "s00000001.postings");
    scratch_free(p.new);
    p.new = scratch_new();
    o = salvage(p.bad, p.new, "english");
    assert_int_equal(o.rc, BF_OK);
    assert_int_equal(o.counts.lost, 20);
    assert_int_equal(o.counts.articles, 10);
    assert_true(is_named(&o, "g00019"));
    free(was.list);
    for (int i = 0; i < 2; i++)
        free(sources[i]);
    scratch_free(files);
    place_free(&p, &o);
}

static void titles_beyond_their_articles(struct loose_frame *f, const struct segment *s)
{
    unsigned char *base = f->sections[COLUMN_BASES].data + 8 * (COLUMN_TITLE_TOKENS - FIRST_PACKED);
    store_u64(base, s->columns.packed[COLUMN_TITLE_TOKENS].base + (1u << 20));
}

static void more_articles_than_rows(struct manifest *m)
{
    m->segments[0].docs += 1000;
}

static void terms_beyond_their_articles(struct manifest *m)
{
    m->segments[0].tokens += 1000;
}

/* Sketches are derived before anything else of the segment has been checked. */
static void contradictions_derive_no_sketches(void **unused)
{
    (void)unused;
    const struct reading how = {.threads = 1, .memory = PLENTY, .without_text = true};
    void (*const lies[])(struct manifest *) = {NULL, more_articles_than_rows,
                                               terms_beyond_their_articles};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct place p = {scratch_new(), scratch_new()};
        char *source = scratch_path(p.new, "a");
        generated_archive(source, 0, 20, 1);
        index_add(p.bad, &source, 1, &how, NULL);
        if (lies[i])
            small_index_patch_manifest(p.bad, lies[i]);
        else
            small_index_patch(p.bad, 0, FILE_COLUMNS, titles_beyond_their_articles);
        remove_file(p.bad, "s00000001.sketches");
        remove_file(p.new, "a");
        struct outcome o = salvage(p.bad, p.new, NULL);
        assert_int_equal(o.rc, BF_OK);
        assert_int_equal(o.err.code, BF_OK);
        assert_int_equal(o.counts.articles, 0);
        assert_int_equal(o.counts.lost, 20);
        free(source);
        place_free(&p, &o);
    }
}

/* ---- the old index, and failures ---- */

static uint64_t fingerprint(const struct sample *s, const char *dir)
{
    struct buf all = {0}, file = {0};
    for (size_t i = 0; i < s->count; i++) {
        struct stat st;
        char *path = scratch_path(dir, s->names[i]);
        assert_int_equal(stat(path, &st), 0);
        scratch_read(path, &file);
        buf_add(&all, file.data, file.len);
        buf_add(&all, &st.st_mtim, sizeof st.st_mtim);
        buf_add(&all, &st.st_ctim, sizeof st.st_ctim);
        free(path);
    }
    uint64_t hash = hash64(all.data, all.len, 0);
    buf_free(&all);
    buf_free(&file);
    return hash;
}

static void the_old_index_is_left_alone(void **state)
{
    const struct sample *s = *state;
    struct place p = place_new(s);
    char *path = scratch_path(p.bad, "s00000002.text");
    struct buf file = {0};
    scratch_read(path, &file);
    zero_a_sector(file.data, file.len, 600);
    file.data[file.len - 3] ^= 1;
    scratch_write(path, file.data, file.len);
    assert_int_equal(chmod(p.bad, 0500), 0);
    uint64_t before = fingerprint(s, p.bad);
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_int_equal(o.rc, BF_OK);
    assert_true(o.counts.lost > 0);
    assert_true(before == fingerprint(s, p.bad));
    assert_int_equal(chmod(p.bad, 0700), 0);
    buf_free(&file);
    free(path);
    place_free(&p, &o);
}

static int salvage_failing(const struct place *p, struct fault_plan *plan, unsigned *calls)
{
    const struct salvage_options options = {.memory = PLENTY, .stop = &interrupt_never};
    struct salvage_report report;
    struct error err;
    assert_int_equal(salvage_report_open(&report, true, true, NULL, &err), BF_OK);
    faults_install(plan);
    int rc = salvage_run(p->bad, p->new, &options, &report, &err);
    *calls = faults_remove();
    salvage_report_finish(&report, BF_ERR_SYSTEM, &err);
    return rc;
}

/* Whatever fails, the new index is complete or has no commit, and then the
 * same command makes it. */
static void a_salvage_that_fails_leaves_no_commit(void **state)
{
    const struct sample *s = *state;
    struct place p = place_new(s);
    struct fault_plan plan = {.calls = FAULT_WRITE | FAULT_FSYNC | FAULT_RENAME | FAULT_MMAP |
                                       FAULT_OPEN | FAULT_CLOSE,
                              .error_number = EIO};
    unsigned calls, most = 1, failed = 0;
    remove_file(p.bad, "s00000002.postings");
    for (plan.nth = 1; plan.nth <= most; plan.nth += 1 + plan.nth / 16) {
        struct manifest m;
        failed += salvage_failing(&p, &plan, &calls) != BF_OK;
        most = calls > most ? calls : most;
        bool complete = !manifest_read(p.new, &m, NULL) && m.generation;
        manifest_free(&m);
        if (complete) {
            struct contents is = contents_of(p.new);
            assert_in_range(is.count, s->contents.count - 30, s->contents.count);
            free(is.list);
        } else {
            struct outcome o = salvage(p.bad, p.new, NULL);
            assert_int_equal(o.rc, BF_OK);
            assert_nothing_lost(&s->contents, p.new, &o, "after a failure");
            index_is_sound(p.new);
            buf_free(&o.lost);
        }
        scratch_free(p.new);
        p.new = scratch_new();
    }
    assert_true(failed > 8);
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_nothing_lost(&s->contents, p.new, &o, "without failures");
    place_free(&p, &o);
}

static atomic_int stop;
static unsigned writes_left;

static ssize_t write_then_stop(int fd, const void *p, size_t n)
{
    if (!--writes_left)
        stop = SIGTERM;
    return write(fd, p, n);
}

/* Interrupted at its nth write, of an index that needs copying and indexing anew. */
static int salvage_stopped(const struct place *p, unsigned nth)
{
    const struct salvage_options options = {.memory = PLENTY, .stop = &stop};
    const struct file_calls before = file_calls;
    struct salvage_report report;
    struct error err = {0};
    assert_int_equal(salvage_report_open(&report, true, true, NULL, &err), BF_OK);
    stop = 0;
    writes_left = nth;
    file_calls.write = write_then_stop;
    file_calls.fsync = no_fsync;
    int rc = salvage_run(p->bad, p->new, &options, &report, &err);
    file_calls = before;
    salvage_report_finish(&report, BF_ERR_SYSTEM, &err);
    assert_true(!rc || strstr(err.text, "has no commit"));
    return rc;
}

static void an_interrupted_salvage_leaves_no_commit(void **state)
{
    const struct sample *s = *state;
    struct place p = place_new(s);
    unsigned stopped = 0;
    remove_file(p.bad, "s00000002.postings");
    for (unsigned nth = 1; nth == 1 || stop; nth++) {
        struct manifest m;
        int rc = salvage_stopped(&p, nth);
        assert_int_equal(manifest_read(p.new, &m, NULL), BF_OK);
        assert_int_equal(rc, m.generation ? BF_OK : BF_ERR_STOPPED);
        assert_true(m.generation || scratch_files(p.new) == 2);
        manifest_free(&m);
        stopped += rc == BF_ERR_STOPPED;
        scratch_free(p.new);
        p.new = scratch_new();
    }
    assert_true(stopped > 8);
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_nothing_lost(&s->contents, p.new, &o, "without a signal");
    place_free(&p, &o);
}

/* Files that only this run may not open are not taken for lost. */
static void what_is_refused_is_not_lost(void **state)
{
    const struct sample *s = *state;
    static const int causes[] = {EACCES, EMFILE};
    unsigned refused = 0;
    for (unsigned nth = 2; nth < 60; nth++) { /* the first is the file of lost articles */
        struct place p = place_new(s);
        const struct fault_plan plan = {
            .calls = FAULT_OPEN, .nth = nth, .error_number = causes[nth % 2]};
        faults_install(&plan);
        struct outcome o = salvage(p.bad, p.new, NULL);
        faults_remove();
        refused += o.rc == BF_ERR_SYSTEM;
        assert_true(o.rc == BF_ERR_SYSTEM || o.rc == BF_OK);
        if (o.rc == BF_OK)
            assert_nothing_lost(&s->contents, p.new, &o, "a file refused");
        place_free(&p, &o);
    }
    assert_in_range(refused, 25, 58);
}

/* A disk that does not give a page: zeros, and the rest is had. */
static void a_disk_that_fails_costs_what_it_does_not_give(void **state)
{
    const struct sample *s = *state;
    for (unsigned nth = 1; nth < 60; nth += 3) {
        struct place p = place_new(s);
        const struct fault_plan plan = {.calls = FAULT_READ, .nth = nth, .error_number = EIO};
        faults_install(&plan);
        struct outcome o = salvage(p.bad, p.new, NULL);
        faults_remove();
        assert_int_equal(o.rc, BF_OK);
        assert_accounted_for(&s->contents, p.new, &o, "failing disk");
        place_free(&p, &o);
    }
}

/* ---- mending ---- */

static void one_wrong_byte_is_put_right(void **unused)
{
    (void)unused;
    static const size_t lengths[] = {1, 2, 5, 48, 1000, FRAME_PAGE};
    uint64_t state = RANDOM_SEED;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t n = lengths[i];
        unsigned char *was = mem_alloc(n), *is = mem_alloc(n);
        unsigned mended = 0;
        for (size_t k = 0; k < n; k++)
            was[k] = (unsigned char)random32(&state);
        uint32_t checksum = crc32c(0, was, n);
        for (int times = 0; times < 200; times++) {
            memcpy(is, was, n);
            is[random32(&state) % n] ^= (unsigned char)(1 + random32(&state) % 255);
            mended += crc32c_mend(is, n, checksum);
            assert_true(!mended || !memcmp(was, is, n) || times > 0);
            mended -= memcmp(was, is, n) != 0;
        }
        assert_true(mended >= 197); /* of two bytes that would do it takes none */
        memcpy(is, was, n);
        assert_false(crc32c_mend(is, n, checksum));
        free(was);
        free(is);
    }
}

/* With the tables gone, blocks of text are found one behind the other. */
static void many_blocks_are_walked(void **unused)
{
    (void)unused;
    struct place p = {scratch_new(), scratch_new()};
    struct buf file = {0};
    small_index_make(p.bad, NULL);
    struct contents was = contents_of(p.bad);
    char *path = scratch_path(p.bad, "s00000001.text");
    scratch_read(path, &file);
    uint64_t tables = load_u64(file.data + file.len - FRAME_FOOTER - 2 * 16);
    assert_true(load_u64(file.data + file.len - FRAME_FOOTER - 2 * 16 + 8) > 2 * 8);
    memset(file.data + tables, 0xee, file.len - tables);
    scratch_write(path, file.data, file.len);
    struct outcome o = salvage(p.bad, p.new, NULL);
    assert_int_equal(o.rc, BF_OK);
    assert_accounted_for(&was, p.new, &o, "tables of text");
    assert_int_equal(o.counts.lost, 0);
    buf_free(&file);
    free(was.list);
    free(path);
    place_free(&p, &o);
}

/* Segments with right checksums and wrong content are made again: what comes of
 * it is sound, or salvage_run would say so. */
static void wrong_content_is_made_again(void **unused)
{
    (void)unused;
    size_t cases = 0, step = getenv("SALVAGE_STEP") ? 1 : 16;
    for (size_t i = 0; i < seeded_fault_count; i += step, cases++) {
        struct place p = {scratch_new(), scratch_new()};
        seed_fault(&seeded_faults[i], p.bad);
        struct outcome o = salvage(p.bad, p.new, NULL);
        if (o.rc)
            fail_msg("%s: %s", seeded_faults[i].name, o.err.text);
        uint64_t all = o.counts.articles + o.counts.lost + o.counts.repeated;
        if (all < small_docs[0] + small_docs[1] - 20 || all > small_docs[0] + small_docs[1])
            fail_msg("%s: %zu articles", seeded_faults[i].name, (size_t)all);
        place_free(&p, &o);
    }
    print_message("seeded faults: %zu cases\n", cases);
}

static int make_sample(void **state)
{
    static struct sample s;
    s = sample_new();
    *state = &s;
    return 0;
}

static int free_sample(void **state)
{
    sample_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_wrong_byte_is_put_right),
        cmocka_unit_test(a_whole_index_is_copied),
        cmocka_unit_test(a_segment_made_again_is_the_same),
        cmocka_unit_test(a_lost_manifest_costs_nothing),
        cmocka_unit_test(files_under_the_wrong_name_are_found),
        cmocka_unit_test(files_of_another_index_are_not_taken),
        cmocka_unit_test(an_older_manifest_hides_nothing),
        cmocka_unit_test(without_delete_files_the_later_article_stays),
        cmocka_unit_test(the_language_is_found_out),
        cmocka_unit_test(without_text_only_whole_segments_are_left),
        cmocka_unit_test(contradictions_derive_no_sketches),
        cmocka_unit_test(the_old_index_is_left_alone),
        cmocka_unit_test(a_salvage_that_fails_leaves_no_commit),
        cmocka_unit_test(an_interrupted_salvage_leaves_no_commit),
        cmocka_unit_test(what_is_refused_is_not_lost),
        cmocka_unit_test(a_disk_that_fails_costs_what_it_does_not_give),
        cmocka_unit_test(many_blocks_are_walked),
        cmocka_unit_test(files_may_be_missing_or_empty),
        cmocka_unit_test(a_wrong_byte_anywhere_costs_nothing),
        cmocka_unit_test(what_a_lost_sector_costs_is_named),
        cmocka_unit_test(what_a_cut_file_costs_is_named),
        cmocka_unit_test(right_checksums_do_not_deceive),
        cmocka_unit_test(wrong_content_is_made_again),
    };
    return cmocka_run_group_tests(tests, make_sample, free_sample);
}
