/*
 * test_lists.c - files of lists: kept up to date, they equal those made anew under the
 * same statistics, byte by byte; what is damaged is refused.
 */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "query/similar_journal.h"
#include "query/similar_update.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/generated.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

static struct similar_options with_choice(struct similar_choice choice)
{
    struct similar_options o = similar_defaults;
    o.choice = choice;
    return o;
}

static void open_session(struct session *s, const char *dir)
{
    struct error err;
    assert_int_equal(session_open(s, dir, &err), BF_OK);
}

/* ---- making and updating ---- */

/* All lists of the index into a file, under the statistics of another or its own. */
static void make_file(const char *dir, const struct similar_options *o, const char *under,
                      struct similar_journal *journal, const char *path)
{
    struct lists statistics = {0};
    struct similar_lists lists;
    struct session s;
    struct error err;
    open_session(&s, dir);
    if (under)
        assert_int_equal(similar_lists_open(&statistics, &s, under, &err), BF_OK);
    const struct similar_run run = {
        .threads = 2, .statistics = under ? &statistics : NULL, .journal = journal};
    assert_int_equal(similar_all(&s.snapshot, s.analyzer, o, &run, &lists, &err), BF_OK);
    assert_int_equal(similar_lists_save(&lists, &s, o, run.statistics, path, &err), BF_OK);
    similar_lists_free(&lists);
    lists_close(&statistics);
    session_close(&s);
}

/* Returns how many lists were made again. */
static uint32_t update_file(const char *dir, const char *path)
{
    const struct similar_run run = {.threads = 2};
    struct similar_update u;
    struct lists old;
    struct session s;
    struct error err;
    open_session(&s, dir);
    assert_int_equal(similar_lists_open(&old, &s, path, &err), BF_OK);
    const struct similar_options o = similar_lists_options(&old);
    assert_int_equal(similar_update(&u, &s, &old, &o, &run, &err), BF_OK);
    assert_int_equal(similar_lists_save(&u.lists, &s, &o, &old, path, &err), BF_OK);
    uint32_t made = u.made;
    similar_update_free(&u);
    lists_close(&old);
    session_close(&s);
    return made;
}

static void assert_same_files(const char *a, const char *b)
{
    struct buf x = {0}, y = {0};
    scratch_read(a, &x);
    scratch_read(b, &y);
    assert_int_equal(x.len, y.len);
    assert_memory_equal(x.data, y.data, x.len);
    buf_free(&x);
    buf_free(&y);
}

static void add_articles(const char *dir, unsigned from, unsigned to, unsigned version)
{
    const struct reading how = {.threads = 1, .memory = PLENTY};
    char *files = scratch_new(), *path = scratch_path(files, "new");
    generated_archive(path, from, to, version);
    index_add(dir, &path, 1, &how, NULL);
    free(path);
    scratch_free(files);
}

static void delete_articles(const char *dir, unsigned from, unsigned to)
{
    char name[GENERATED_ID_BYTES];
    for (unsigned i = from; i < to; i++) {
        const char *id = generated_id(i, name);
        index_delete(dir, &id, 1);
    }
}

/* The file is updated after each change of the index, and compared each time with one
 * made anew. */
static void follow_changes(const struct similar_options *o)
{
    char *dir = scratch_new(), *files = scratch_new();
    char *kept = scratch_path(files, "kept"), *anew = scratch_path(files, "anew");
    char *before = scratch_path(files, "before");
    const struct recipe recipe = {"two segments", {0, 300, 480}, 1, true};
    generated_index(dir, &recipe);
    make_file(dir, o, NULL, NULL, kept);
    make_file(dir, o, kept, NULL, anew);
    assert_same_files(kept, anew);
    assert_int_equal(update_file(dir, kept), 0);
    for (int step = 0; step < 4; step++) {
        struct buf bytes = {0};
        scratch_read(kept, &bytes);
        scratch_write(before, bytes.data, bytes.len);
        buf_free(&bytes);
        if (step == 0)
            add_articles(dir, 480, 500, 1);
        else if (step == 1)
            delete_articles(dir, 40, 46);
        else if (step == 2)
            add_articles(dir, 100, 108, 2); /* other articles of the same ids */
        else
            index_merge(dir);
        uint32_t made = update_file(dir, kept);
        assert_true(step == 3 ? made == 0 : made > 0);
        make_file(dir, o, before, NULL, anew);
        assert_same_files(kept, anew);
    }
    free(kept);
    free(anew);
    free(before);
    scratch_free(files);
    scratch_free(dir);
}

static void updated_lists_equal_new_ones(void **unused)
{
    (void)unused;
    struct similar_options o = similar_defaults;
    follow_changes(&o);
    o.n = 2;
    o.keep_copies = true;
    follow_changes(&o);
    o = similar_defaults;
    o.feedback = false;
    o.threshold = 0;
    follow_changes(&o);
    o.k1 = 900; /* fewer units in 1.0 */
    o.terms = 255;
    follow_changes(&o);
}

static void chosen_lists_are_updated_too(void **unused)
{
    (void)unused;
    const struct similar_choice choices[] = {{.diverse = true},
                                             {.most_of_source = 1, .same_category = true},
                                             {.window_days = 5, .other_category = true}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        struct similar_options o = with_choice(choices[i]);
        o.threshold = i ? 0.1 : o.threshold;
        follow_changes(&o);
    }
}

/* ---- going on ---- */

static void an_interrupted_run_goes_on(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *files = scratch_new();
    char *whole = scratch_path(files, "whole"), *resumed = scratch_path(files, "resumed");
    char *part = scratch_path(files, "part");
    const struct recipe recipe = {"one segment", {0, 400}, 1, false};
    struct similar_journal *journal;
    struct session s;
    struct error err;
    struct buf bytes = {0};
    generated_index(dir, &recipe);
    open_session(&s, dir);
    assert_int_equal(
        similar_journal_open(&journal, part, &s.snapshot, &similar_defaults, NULL, &err), BF_OK);
    make_file(dir, &similar_defaults, NULL, journal, whole);
    assert_int_equal(similar_journal_close(journal, false, &err), BF_OK);
    scratch_read(part, &bytes);
    for (size_t cut = 0; cut <= bytes.len; cut += bytes.len / 7) {
        scratch_write(part, bytes.data, cut);
        assert_int_equal(
            similar_journal_open(&journal, part, &s.snapshot, &similar_defaults, NULL, &err),
            BF_OK);
        uint32_t lists = similar_journal_lists(journal);
        assert_true(cut < bytes.len / 7 ? lists == 0 : lists > 0);
        make_file(dir, &similar_defaults, NULL, journal, resumed);
        assert_int_equal(similar_journal_close(journal, true, &err), BF_OK);
        assert_false(scratch_exists(files, "part"));
        assert_same_files(whole, resumed);
    }
    struct similar_options other = similar_defaults;
    other.n = 4;
    scratch_write(part, bytes.data, bytes.len);
    assert_int_equal(similar_journal_open(&journal, part, &s.snapshot, &other, NULL, &err), BF_OK);
    assert_int_equal(similar_journal_lists(journal), 0);
    assert_int_equal(similar_journal_close(journal, true, &err), BF_OK);
    session_close(&s);
    buf_free(&bytes);
    free(whole);
    free(resumed);
    free(part);
    scratch_free(files);
    scratch_free(dir);
}

/* ---- damage ---- */

static int open_bytes(const char *path, const void *p, size_t n)
{
    struct lists l;
    struct error err;
    scratch_write(path, p, n);
    int rc = lists_open(&l, path, &err);
    lists_close(&l);
    return rc;
}

static void damage_is_found(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *files = scratch_new(), *path = scratch_path(files, "lists");
    const struct recipe recipe = {"one segment", {0, 24}, 1, false};
    struct buf good = {0};
    generated_index(dir, &recipe);
    make_file(dir, &similar_defaults, NULL, NULL, path);
    scratch_read(path, &good);
    assert_int_equal(open_bytes(path, good.data, good.len), BF_OK);
    for (size_t i = 0; i < good.len; i += 1 + i / 512) {
        good.data[i] ^= 0x10;
        assert_true(open_bytes(path, good.data, good.len) < 0);
        good.data[i] ^= 0x10;
        assert_true(open_bytes(path, good.data, i) < 0);
    }
    buf_free(&good);
    free(path);
    scratch_free(files);
    scratch_free(dir);
}

/* With right checksums: refused, or used without harm. */
static void malice_does_no_harm(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *files = scratch_new(), *path = scratch_path(files, "lists");
    const struct recipe recipe = {"one segment", {0, 24}, 1, false};
    struct buf good = {0};
    unsigned refused = 0;
    generated_index(dir, &recipe);
    make_file(dir, &similar_defaults, NULL, NULL, path);
    add_articles(dir, 24, 30, 1);
    scratch_read(path, &good);
    for (size_t i = FRAME_HEADER; i + FRAME_FOOTER < good.len; i += 1 + i / 300) {
        struct buf bad = {0};
        buf_add(&bad, good.data, good.len);
        bad.data[i] = (unsigned char)~bad.data[i];
        refit_checksums(bad.data, bad.len);
        if (open_bytes(path, bad.data, bad.len) == BF_OK) {
            struct session s;
            struct lists l;
            struct similar_update u;
            struct error err;
            const struct similar_run run = {.threads = 1};
            open_session(&s, dir);
            if (similar_lists_open(&l, &s, path, &err) == BF_OK) {
                const struct similar_options o = similar_lists_options(&l);
                assert_int_equal(similar_update(&u, &s, &l, &o, &run, &err), BF_OK);
                similar_update_free(&u);
                lists_close(&l);
            }
            session_close(&s);
        } else {
            refused++;
        }
        buf_free(&bad);
    }
    assert_true(refused > 100);
    buf_free(&good);
    free(path);
    scratch_free(files);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updated_lists_equal_new_ones),
        cmocka_unit_test(chosen_lists_are_updated_too),
        cmocka_unit_test(an_interrupted_run_goes_on),
        cmocka_unit_test(damage_is_found),
        cmocka_unit_test(malice_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
