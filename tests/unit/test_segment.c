/*
 * test_segment.c - the files of a segment together: all of them or none, no
 * other ones, and a commit that stays whole while the next one is made.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/index/commit.h"
#include "common/index/limits.h"
#include "common/index/segment_write.h"
#include "common/index/snapshot.h"
#include "common/io/fault.h"
#include "common/io/file.h"
#include "tests/unit/faults.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

static const unsigned char test_id[FRAME_ID_BYTES] = "one segment's id";

static int set_up(void **state)
{
    file_calls.fsync = no_fsync;
    *state = scratch_new();
    return 0;
}

static int tear_down(void **state)
{
    scratch_free(*state);
    return 0;
}

/* ---- writing ---- */

static void put_articles(struct segment_writer *w)
{
    struct column_row row = {.id = {"id", 2},
                             .title = {"", 0},
                             .category = {"", 0},
                             .tokens = 3,
                             .lead_tokens = 3,
                             .title_tokens = 1};
    row.date = row.modified = DATE_NONE;
    for (uint32_t doc = 0; doc < 3; doc++) {
        segment_writer_add_article(w, &row, "\0", 1);
        segment_writer_add_sketch(w, "\0\0", 2);
    }
}

static void put_terms(struct segment_writer *w)
{
    for (uint32_t doc = 0; doc < 3; doc++)
        postings_writer_add(&w->lists, doc, (const uint32_t[]){0, 17, 18}, 3);
    segment_writer_end_term(w, "term", 4, NULL);
    segment_writer_end_term(w, "without articles", 16, NULL);
}

/* All of it; the entry is valid on BF_OK. */
static int write_segment(const char *dir, struct segment_entry *entry, struct error *err)
{
    struct segment_writer w;
    int rc = segment_writer_begin(&w, dir, 5, test_id, err);
    if (rc)
        return rc;
    put_articles(&w);
    rc = segment_writer_begin_terms(&w, err);
    if (rc)
        return rc;
    put_terms(&w);
    return segment_writer_finish(&w, entry, err);
}

static unsigned files_of_segment_5(const char *dir)
{
    unsigned count = 0;
    for (unsigned i = 0; i < SEGMENT_FILES; i++) {
        char name[FILE_NAME_BYTES];
        segment_file_name(5, i, name);
        count += scratch_exists(dir, name);
    }
    return count;
}

static void remove_segment_5(const char *dir)
{
    const struct manifest none = {.language = NULL};
    commit_remove_strays(dir, &none);
    assert_int_equal(files_of_segment_5(dir), 0);
}

static void a_segment_is_what_was_written(void **state)
{
    const char *dir = *state;
    struct segment_entry entry;
    struct segment s;
    struct term_info info;
    struct error err;
    assert_int_equal(write_segment(dir, &entry, &err), BF_OK);
    assert_int_equal(entry.number, 5);
    assert_int_equal(entry.docs, 3);
    assert_int_equal(entry.terms, 1);
    assert_int_equal(entry.tokens, 9);
    assert_int_equal(entry.lead_tokens, 9);
    assert_memory_equal(entry.id, test_id, FRAME_ID_BYTES);
    assert_int_equal(files_of_segment_5(dir), SEGMENT_FILES);
    assert_int_equal(segment_open(&s, dir, &entry, &err), BF_OK);
    assert_int_equal(dictionary_find(&s.dictionary, "term", 4, &info, &err), BF_OK);
    assert_int_equal(info.cf, 9);
    segment_close(&s);
    segment_close(&s);
    assert_true(segment_writer_begin(&(struct segment_writer){0}, dir, 5, test_id, &err) < 0);
    assert_int_equal(files_of_segment_5(dir), SEGMENT_FILES);
}

static void a_failed_call_leaves_nothing_of_it(void **state)
{
    const char *dir = *state;
    const unsigned calls = FAULT_OPEN | FAULT_WRITE | FAULT_FSYNC | FAULT_CLOSE;
    struct fault_plan plan = {.calls = calls, .error_number = ENOSPC};
    struct segment_entry entry;
    struct error err;
    faults_install(&plan);
    assert_int_equal(write_segment(dir, &entry, &err), BF_OK);
    unsigned total = faults_remove();
    assert_true(total >= 4 * SEGMENT_FILES);
    for (plan.nth = 1; plan.nth <= total; plan.nth++) {
        remove_segment_5(dir);
        plan.sticky = plan.nth % 2;
        faults_install(&plan);
        int rc = write_segment(dir, &entry, &err);
        faults_remove();
        assert_int_equal(rc, BF_ERR_SYSTEM);
        assert_non_null(strstr(err.text, "No space left"));
        assert_int_equal(files_of_segment_5(dir), 0);
    }
}

static void an_abandoned_segment_is_gone(void **state)
{
    const char *dir = *state;
    for (int stage = 0; stage < 4; stage++) {
        struct segment_writer w = {0};
        struct error err;
        if (stage > 0)
            assert_int_equal(segment_writer_begin(&w, dir, 5, test_id, &err), BF_OK);
        if (stage > 1)
            put_articles(&w);
        if (stage > 2) {
            assert_int_equal(segment_writer_begin_terms(&w, &err), BF_OK);
            put_terms(&w);
        }
        assert_true((stage > 0) == (files_of_segment_5(dir) > 0));
        segment_writer_abandon(&w);
        segment_writer_abandon(&w);
        assert_int_equal(files_of_segment_5(dir), 0);
    }
}

/* ---- opening ---- */

static void replace(const char *dir, const char *from, const char *to)
{
    struct buf file = {0};
    char *from_path = scratch_path(dir, from), *to_path = scratch_path(dir, to);
    scratch_read(from_path, &file);
    scratch_write(to_path, file.data, file.len);
    buf_free(&file);
    free(from_path);
    free(to_path);
}

static void assert_not_opened(const char *dir, const char *named)
{
    struct snapshot s;
    struct error err;
    int rc = snapshot_open(&s, dir, &err);
    assert_int_equal(rc, BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, "index damaged"));
    assert_non_null(strstr(err.text, named));
}

/* A sound file, but not the one that the manifest means. */
static void an_exchanged_file_is_refused(void **state)
{
    const char *dir = *state;
    static const char *const endings[] = {"terms", "postings", "positions",
                                          "forms", "columns",  "text"};
    for (size_t i = 0; i < 5; i++) {
        char first[FILE_NAME_BYTES], second[FILE_NAME_BYTES];
        snprintf(first, sizeof first, "s00000001.%s", endings[i]);
        snprintf(second, sizeof second, "s00000002.%s", endings[i]);
        small_index_make(dir, NULL);
        replace(dir, second, first);
        assert_not_opened(dir, first);
        remove_segment_5(dir);
    }
    small_index_make(dir, NULL);
    replace(dir, "s00000001.terms", "s00000001.text");
    assert_not_opened(dir, "s00000001.text");
}

static void opening_fails_cleanly_at_each_call(void **state)
{
    const char *dir = *state;
    const unsigned calls = FAULT_OPEN | FAULT_FSTAT | FAULT_MMAP;
    struct fault_plan plan = {.calls = calls, .error_number = EMFILE};
    struct snapshot s;
    struct error err;
    small_index_make(dir, NULL);
    faults_install(&plan);
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    snapshot_close(&s);
    unsigned total = faults_remove();
    assert_true(total >= 13 * 3);
    for (plan.nth = 1; plan.nth <= total; plan.nth++) {
        faults_install(&plan);
        int rc = snapshot_open(&s, dir, &err);
        faults_remove();
        assert_int_equal(rc, BF_ERR_SYSTEM);
        assert_non_null(strstr(err.text, "Too many open files"));
    }
}

/* ---- snapshots ---- */

static void every_article_comes_back(void **state)
{
    struct snapshot s;
    struct article_reader reader;
    struct arena arena = {0};
    struct error err;
    small_index_make(*state, NULL);
    assert_int_equal(snapshot_open(&s, *state, &err), BF_OK);
    article_reader_init(&reader, &s);
    assert_int_equal(s.bases[2], small_docs[0] + small_docs[1]);
    for (uint32_t doc = 0; doc < s.bases[2]; doc++) {
        uint32_t segment = snapshot_segment_of(&s, doc);
        struct article found, expected;
        small_article(segment, doc - s.bases[segment], &arena, &expected);
        assert_int_equal(article_read(&reader, doc, &arena, &found, &err), BF_OK);
        assert_string_equal(found.id, expected.id);
        assert_string_equal(found.title, expected.title);
        assert_string_equal(found.body, expected.body);
        assert_string_equal(found.category, expected.category);
        assert_string_equal(found.url, expected.url);
        assert_true(found.date.seconds == expected.date.seconds);
        assert_int_equal(found.date.precision, expected.date.precision);
        assert_true(found.updated.seconds == expected.updated.seconds);
        assert_true(found.words == expected.words);
        arena_reset(&arena);
    }
    article_reader_free(&reader);
    snapshot_close(&s);
    arena_free(&arena);
}

static void it_stays_whole_when_its_files_are_removed(void **state)
{
    const char *dir = *state;
    struct snapshot s;
    struct error err;
    uint64_t df, cf;
    small_index_make(dir, NULL);
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    remove_segment_5(dir); /* and all others */
    assert_int_equal(snapshot_term(&s, "common", 6, &df, &cf, &err), BF_OK);
    assert_int_equal(df, s.docs);
    snapshot_close(&s);
}

static void a_file_that_is_gone_is_damage(void **state)
{
    const char *dir = *state;
    small_index_make(dir, NULL);
    char *path = scratch_path(dir, "s00000002.positions");
    unlink(path);
    assert_not_opened(dir, "s00000002.positions");
    free(path);
}

/* Removes a file and puts another commit in place while the first one is
 * being opened, as a writer may. */
static const char *racing_dir;
static int (*real_open)(const char *, int, mode_t);
static int racing_open(const char *path, int flags, mode_t mode)
{
    if (racing_dir && strstr(path, "s00000001.")) {
        struct manifest m;
        struct error err;
        const char *dir = racing_dir;
        racing_dir = NULL;
        assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
        m.segments[0] = m.segments[1];
        m.segment_count = 1;
        assert_int_equal(commit_manifest(dir, &m, &err), BF_OK);
        manifest_free(&m);
    }
    return real_open(path, flags, mode);
}

static void a_commit_meanwhile_is_opened_instead(void **state)
{
    struct snapshot s;
    struct error err;
    small_index_make(*state, NULL);
    racing_dir = *state;
    real_open = file_calls.open;
    file_calls.open = racing_open;
    int rc = snapshot_open(&s, *state, &err);
    file_calls.open = real_open;
    assert_int_equal(rc, BF_OK);
    assert_int_equal(s.manifest.generation, 2);
    assert_int_equal(s.count, 1);
    assert_false(scratch_exists(*state, "s00000001.terms"));
    snapshot_close(&s);
}

/* ---- a file that shrinks under its mapping ---- */

/* What a child does that has a file cut under its mapping; it ends it. */
struct cut {
    const char *dir, *name;
    size_t left;     /* bytes */
    bool only_check; /* what is cut off is not read */
};

static _Noreturn void read_shrunken(const struct cut *cut, int told)
{
    struct snapshot s;
    struct error err;
    char *path = scratch_path(cut->dir, cut->name);
    fault_install();
    dup2(told, STDERR_FILENO);
    if (snapshot_open(&s, cut->dir, &err) || truncate(path, (off_t)cut->left) < 0)
        _exit(99);
    if (cut->only_check)
        fault_check();
    _exit(frame_verify(&s.segments[0].postings, &err) ? 98 : 97);
}

static void assert_ends_with_a_message(const struct cut *cut)
{
    int told[2], status = 0;
    char text[512] = "", expected[64];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    if (child == 0)
        read_shrunken(cut, told[1]);
    close(told[1]);
    for (size_t n = 0; n < sizeof text - 1;) {
        ssize_t got = read(told[0], text + n, sizeof text - 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    close(told[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_non_null(strstr(text, "index damaged: "));
    snprintf(expected, sizeof expected, "%s: the file became shorter", cut->name);
    assert_non_null(strstr(text, expected));
}

static void a_shrunken_file_ends_with_a_message(void **state)
{
    small_index_make(*state, NULL);
    assert_ends_with_a_message(&(struct cut){*state, "s00000001.postings", 0, false});
}

/* No signal comes from within the page in which the file ends now: there are zeros. */
static void a_file_cut_within_a_page_does_too(void **state)
{
    for (unsigned which = 0; which < SEGMENT_FILES; which++) {
        for (size_t cut_off = 1; cut_off < 200; cut_off *= 2) {
            char name[FILE_NAME_BYTES];
            struct buf content = {0};
            char *dir = scratch_new();
            small_index_make(dir, NULL);
            segment_file_name(1, which, name);
            char *path = scratch_path(dir, name);
            scratch_read(path, &content);
            assert_ends_with_a_message(&(struct cut){dir, name, content.len - cut_off, true});
            buf_free(&content);
            free(path);
            scratch_free(dir);
        }
    }
    (void)state;
}

static void forget_deletions(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    memset(f->sections[0].data, 0, f->sections[0].len);
}

/* With right checksums; readers would have no room for the articles that came back. */
static void deletions_are_as_many_as_the_manifest_says(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct snapshot snapshot;
    struct error err;
    small_index_make(dir, NULL);
    small_index_patch(dir, 0, SEGMENT_FILES, forget_deletions);
    assert_int_equal(snapshot_open(&snapshot, dir, &err), BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, "0 deleted articles, but the manifest says"));
    scratch_free(dir);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deletions_are_as_many_as_the_manifest_says),
        PLACED(a_segment_is_what_was_written),
        PLACED(a_failed_call_leaves_nothing_of_it),
        PLACED(an_abandoned_segment_is_gone),
        PLACED(an_exchanged_file_is_refused),
        PLACED(opening_fails_cleanly_at_each_call),
        PLACED(every_article_comes_back),
        PLACED(it_stays_whole_when_its_files_are_removed),
        PLACED(a_file_that_is_gone_is_damage),
        PLACED(a_commit_meanwhile_is_opened_instead),
        PLACED(a_shrunken_file_ends_with_a_message),
        PLACED(a_file_cut_within_a_page_does_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
