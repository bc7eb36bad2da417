/*
 * test_index_writer.c - what the writer refuses to open, and which segments it
 * merges.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/io/file.h"
#include "indexer/merge_choice.h"
#include "query/session.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/faults.h"
#include "tests/unit/generated.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"
#include "tests/unit/place.h"

/* ---- what is refused ---- */

static void add_one(const char *dir)
{
    const char *line = "{\"id\":\"1\",\"title\":\"one\"}\n";
    const struct reading how = {.threads = 1, .memory = PLENTY};
    char *files = scratch_new(), *path = scratch_path(files, "archive");
    scratch_write(path, line, strlen(line));
    index_add(dir, &path, 1, &how, NULL);
    free(path);
    scratch_free(files);
}

static int open_writer(const char *dir, bool create, const char *language, struct error *err)
{
    struct index_writer w;
    const struct index_choice choice = {.language = language};
    int rc = index_writer_open(&w, dir, create, &choice, err);
    if (!rc)
        index_writer_close(&w);
    return rc;
}

static void another_language_is_refused(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct error err;
    assert_int_equal(open_writer(dir, true, "klingon", &err), BF_ERR_USAGE);
    assert_false(scratch_exists(dir, MANIFEST_NAME));
    assert_int_equal(open_writer(dir, true, "de", &err), BF_OK);
    assert_int_equal(open_writer(dir, true, "english", &err), BF_ERR_USAGE);
    assert_non_null(strstr(err.text, "german"));
    assert_int_equal(open_writer(dir, true, "german", &err), BF_OK);
    assert_int_equal(open_writer(dir, true, NULL, &err), BF_OK);
    scratch_free(dir);
}

static void change_fingerprint(struct manifest *m)
{
    free(m->fingerprint);
    m->fingerprint = mem_strdup("backfile-analysis 0; by hand");
}

static void another_analysis_is_refused(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct session s;
    struct error err;
    add_one(dir);
    small_index_patch_manifest(dir, change_fingerprint);
    assert_int_equal(open_writer(dir, true, NULL, &err), BF_ERR_TOO_OLD);
    assert_non_null(strstr(err.text, "by hand"));
    assert_int_equal(session_open(&s, dir, &err), BF_ERR_TOO_OLD);
    scratch_free(dir);
}

static void a_missing_index_is_not_made_by_accident(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *path = scratch_path(dir, MANIFEST_NAME);
    struct error err;
    assert_int_equal(open_writer(dir, false, NULL, &err), BF_ERR_MISSING);
    assert_false(scratch_exists(dir, MANIFEST_NAME));
    assert_false(scratch_exists(dir, LOCK_NAME));
    add_one(dir);
    assert_int_equal(remove(path), 0);
    assert_int_equal(open_writer(dir, true, NULL, &err), BF_ERR_DAMAGED);
    free(path);
    scratch_free(dir);
}

/* Nor by a system that does not say what is in the directory. */
static void a_lost_manifest_is_no_new_index(void **unused)
{
    (void)unused;
    const unsigned calls[] = {0, FAULT_OPENDIR, FAULT_READDIR};
    for (int i = 0; i < 3; i++) {
        const struct fault_plan plan = {.calls = calls[i], .nth = 1, .error_number = EIO};
        char *dir = scratch_new(), *manifest = scratch_path(dir, MANIFEST_NAME);
        struct error err;
        add_one(dir);
        assert_int_equal(unlink(manifest), 0);
        faults_install(&plan);
        int rc = open_writer(dir, true, NULL, &err);
        faults_remove();
        assert_int_equal(rc, calls[i] ? BF_ERR_SYSTEM : BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, dir));
        assert_false(scratch_exists(dir, MANIFEST_NAME));
        assert_true(scratch_exists(dir, "s00000001.terms"));
        free(manifest);
        scratch_free(dir);
    }
}

/* What went wrong between the manifest's new name and its last step may be
 * known to nobody: the files of the commit before are still needed then. */
static void nothing_is_removed_before_the_base_is_durable(void **unused)
{
    (void)unused;
    const struct fault_plan plan = {.calls = FAULT_FSYNC, .nth = 1, .error_number = EIO};
    char *dir = scratch_new(), *stray = scratch_path(dir, "s00000077.terms");
    struct error err;
    add_one(dir);
    scratch_write(stray, "stray", 5);
    faults_install(&plan);
    assert_int_equal(open_writer(dir, true, NULL, &err), BF_ERR_SYSTEM);
    assert_int_equal(faults_remove(), 1);
    assert_true(scratch_exists(dir, "s00000077.terms"));
    assert_int_equal(open_writer(dir, true, NULL, &err), BF_OK);
    assert_false(scratch_exists(dir, "s00000077.terms"));
    free(stray);
    scratch_free(dir);
}

static void only_one_may_write(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct index_writer w;
    struct error err;
    assert_int_equal(index_writer_open(&w, dir, true, NULL, &err), BF_OK);
    assert_int_equal(open_writer(dir, true, NULL, &err), BF_ERR_LOCKED);
    assert_non_null(strstr(err.text, dir));
    index_writer_close(&w);
    assert_int_equal(open_writer(dir, true, NULL, &err), BF_OK);
    scratch_free(dir);
}

/* ---- which segments are merged ---- */

static struct segment_entry sized(uint32_t docs, uint32_t deleted, uint64_t tokens)
{
    return (struct segment_entry){.docs = docs, .deleted_docs = deleted, .tokens = tokens};
}

/* `expected` has an x for each segment that is to be merged, else a dot. */
static void assert_choice(uint32_t (*choose)(const struct segment_entry *, uint32_t, bool *),
                          const struct segment_entry *segments, const char *expected)
{
    bool chosen[16] = {false};
    uint32_t count = (uint32_t)strlen(expected), wanted = 0;
    uint32_t total = choose(segments, count, chosen);
    for (uint32_t i = 0; i < count; i++) {
        wanted += expected[i] == 'x';
        assert_int_equal(chosen[i], expected[i] == 'x');
    }
    assert_int_equal(total, wanted);
}

static void assert_chosen(const struct segment_entry *segments, const char *expected)
{
    assert_choice(merge_choose, segments, expected);
}

static void eight_of_a_level_are_merged(void **unused)
{
    (void)unused;
    struct segment_entry s[16];
    for (unsigned i = 0; i < 16; i++)
        s[i] = sized(10 + i, 0, 1000);
    assert_chosen(s, "");
    assert_chosen(s, ".......");
    assert_chosen(s, "xxxxxxxx");
    assert_chosen(s, "xxxxxxxxx");
    s[3] = sized(1024, 0, 1000);
    assert_chosen(s, "........");
    assert_chosen(s, "xxx.xxxxx");
    s[3] = sized(2000, 1000, 1000); /* counted without its deleted articles */
    assert_chosen(s, "xxxxxxxx");
    for (unsigned i = 0; i < 7; i++)
        s[i] = sized(5000, 0, 1000); /* with what eight small ones become, eight */
    assert_chosen(s, "xxxxxxxxxxxxxxx");
}

static void half_deleted_segments_are_merged(void **unused)
{
    (void)unused;
    const struct segment_entry s[] = {sized(100, 50, 1000), sized(100, 51, 1000),
                                      sized(900000, 450001, 1000)};
    assert_chosen(s, ".xx");
}

/* A segment cannot be merged into one that may not exist, and rewriting it
 * alone, with every commit anew, would gain nothing. */
static void segments_too_large_for_one_stay(void **unused)
{
    (void)unused;
    struct segment_entry s[8];
    for (unsigned i = 0; i < 8; i++)
        s[i] = sized(2000000, 0, 600000000);
    assert_chosen(s, "........");
    s[5] = sized(2000000, 1100000, 600000000);
    assert_chosen(s, ".....x..");
    s[5].deleted_tokens = 300000000;
    assert_chosen(s, "x....x..");
}

/* Whatever stands between them. */
static void small_segments_find_each_other(void **unused)
{
    (void)unused;
    struct segment_entry s[9];
    for (unsigned i = 0; i < 9; i++)
        s[i] = sized(1000, 0, i < 2 ? 900000000 : 100000000);
    assert_chosen(s, "..xxxxxxx");
    assert_choice(merge_choose_all, s, "..xxxxxxx");
    s[1] = sized(1000, 1, 100000000);
    assert_choice(merge_choose_all, s, ".xxxxxxxx");
}

/* The smallest; what they become is for the next choice. */
static void a_merge_is_of_so_many_segments(void **unused)
{
    (void)unused;
    static struct segment_entry s[MERGE_MOST + 2];
    static bool chosen[MERGE_MOST + 2];
    for (uint32_t count = MERGE_MOST - 1; count <= MERGE_MOST + 2; count++) {
        for (uint32_t i = 0; i < count; i++)
            s[i] = sized(3, 0, 1000 - i);
        uint32_t total = count < MERGE_MOST ? count : MERGE_MOST;
        assert_int_equal(merge_choose(s, count, chosen), total);
        assert_int_equal(merge_choose_all(s, count, chosen), total);
        for (uint32_t i = 0; i < count; i++)
            assert_int_equal(chosen[i], i >= count - total);
    }
}

static void one_segment_is_rewritten_only_for_its_deletions(void **unused)
{
    (void)unused;
    struct segment_entry s[3];
    for (unsigned i = 0; i < 3; i++)
        s[i] = sized(1000, 0, 900000000 + i);
    assert_choice(merge_choose_all, s, "...");
    s[1].deleted_docs = 1;
    assert_choice(merge_choose_all, s, ".x.");
    assert_choice(merge_choose_all, s, ".");
    assert_choice(merge_choose_all, s + 1, "x");
}

/* ---- merging that is interrupted ---- */

static atomic_int stop_now;
static unsigned creations_left;
static int (*real_open)(const char *path, int flags, mode_t mode);

/* A signal that comes when the nth file is made. */
static int open_until_stopped(const char *path, int flags, mode_t mode)
{
    if (flags & O_CREAT && creations_left && !--creations_left)
        stop_now = SIGINT;
    return real_open(path, flags, mode);
}

/* The first article deleted, and all merged, until the signal comes. */
static void change_until_stopped(const char *dir, unsigned creations, bool *stopped)
{
    const struct lock_patience patience = {0, &stop_now};
    struct index_writer w;
    struct error err;
    stop_now = 0;
    assert_int_equal(index_writer_open_patiently(&w, dir, false, NULL, &patience, &err), BF_OK);
    assert_true(index_writer_delete(&w, 0, 0));
    creations_left = creations;
    stop_now = creations ? 0 : SIGTERM;
    real_open = file_calls.open;
    file_calls.open = open_until_stopped;
    int rc = index_writer_commit(&w, MERGE_ALL, &err);
    file_calls.open = real_open;
    *stopped = w.merge_stopped;
    index_writer_close(&w);
    assert_int_equal(rc, BF_OK);
}

/* Those of the segments, one of deletions, the lock, the manifest, the copies. */
static void assert_no_other_files(const char *dir, unsigned segments, bool deletions)
{
    struct manifest m;
    struct error err;
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    assert_int_equal(m.segment_count, segments);
    assert_int_equal(m.generation, 2);
    assert_int_equal(scratch_files(dir),
                     segments * SEGMENT_FILES + deletions + 2 + (m.copies_generation != 0));
    manifest_free(&m);
}

/* Before it begins, among the articles, among the terms: the deletion is committed, the
 * segments are as they were. At the end it is too late. */
static void what_is_merged_when_a_signal_comes_stays(void **unused)
{
    (void)unused;
    const struct recipe three = {"three", {0, 20, 40, 60}, 1, false};
    unsigned times_stopped = 0;
    for (unsigned creations = 0; creations < 9; creations++) {
        char *dir = scratch_new();
        bool stopped;
        generated_index(dir, &three);
        change_until_stopped(dir, creations, &stopped);
        times_stopped += stopped;
        index_is_sound(dir);
        assert_no_other_files(dir, stopped ? 3 : 1, stopped);
        scratch_free(dir);
    }
    assert_in_range(times_stopped, 3, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_language_is_refused),
        cmocka_unit_test(another_analysis_is_refused),
        cmocka_unit_test(a_missing_index_is_not_made_by_accident),
        cmocka_unit_test(a_lost_manifest_is_no_new_index),
        cmocka_unit_test(nothing_is_removed_before_the_base_is_durable),
        cmocka_unit_test(only_one_may_write),
        cmocka_unit_test(eight_of_a_level_are_merged),
        cmocka_unit_test(half_deleted_segments_are_merged),
        cmocka_unit_test(segments_too_large_for_one_stay),
        cmocka_unit_test(small_segments_find_each_other),
        cmocka_unit_test(a_merge_is_of_so_many_segments),
        cmocka_unit_test(one_segment_is_rewritten_only_for_its_deletions),
        cmocka_unit_test(what_is_merged_when_a_signal_comes_stays),
    };
    return cmocka_run_group_tests(tests, without_sync, NULL);
}
