/*
 * test_ingest_faults.c - an add on a system that fails it: whichever call
 * fails, the old commit stands or the new one does, and the next run cleans up.
 */
#include "tests/unit/test.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/file.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/faults.h"
#include "tests/unit/generated.h"
#include "tests/unit/random.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"
#include "tests/unit/place.h"

static const struct reading alone = {.threads = 1, .memory = PLENTY};

/* Old: 10 articles, one of them deleted. New: 3 of them in a new version, and
 * 20 more. */
struct failing {
    char *files, *old, *update;
    char *old_contents, *new_contents;
    enum merge_wish wish;
};

static void make_old(const struct failing *f, const char *dir)
{
    const char *const deleted[] = {"g00004"};
    char *path = f->old;
    index_add(dir, &path, 1, &alone, NULL);
    index_delete(dir, deleted, 1);
}

static void prepare_failing(struct failing *f)
{
    struct buf lines = {0};
    char *dir = scratch_new();
    f->files = scratch_new();
    f->old = scratch_path(f->files, "old");
    f->update = scratch_path(f->files, "update");
    generated_archive(f->old, 0, 10, 1);
    for (unsigned i = 7; i < 30; i++)
        generated_article(i, i < 10 ? 2 : 1, &lines);
    scratch_write(f->update, lines.data, lines.len);
    buf_free(&lines);
    make_old(f, dir);
    f->old_contents = index_contents(dir);
    index_add(dir, &f->update, 1, &alone, NULL);
    f->new_contents = index_contents(dir);
    scratch_free(dir);
}

static void release_failing(struct failing *f)
{
    free(f->old);
    free(f->update);
    free(f->old_contents);
    free(f->new_contents);
    scratch_free(f->files);
}

static int add_with_faults(const char *dir, char *path, enum merge_wish wish,
                           const struct fault_plan *plan, struct ingest_counts *counts,
                           unsigned *calls, struct error *err)
{
    struct index_writer w;
    *counts = (struct ingest_counts){0};
    faults_install(plan);
    int rc = index_writer_open(&w, dir, true, NULL, err);
    if (!rc) {
        rc = ingest_quietly(&w, &path, 1, &alone, counts, err);
        if (!rc)
            rc = index_writer_commit(&w, wish, err);
        index_writer_close(&w);
    }
    *calls = faults_remove();
    return rc;
}

static bool is_named(const struct manifest *m, const char *name)
{
    char made[FILE_NAME_BYTES];
    if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, LOCK_NAME) ||
        !strcmp(name, MANIFEST_NAME))
        return true;
    for (uint32_t i = 0; i < m->segment_count; i++) {
        for (unsigned which = 0; which < SEGMENT_FILES; which++) {
            segment_file_name(m->segments[i].number, which, made);
            if (!strcmp(name, made))
                return true;
        }
        deletes_file_name(m->segments[i].number, m->segments[i].deletes_generation, made);
        if (m->segments[i].deletes_generation && !strcmp(name, made))
            return true;
    }
    return false;
}

static void assert_no_strays(const char *dir)
{
    struct manifest m;
    struct error err;
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));)
        if (!is_named(&m, e->d_name))
            fail_msg("stray file %s", e->d_name);
    closedir(d);
    manifest_free(&m);
}

/* After a failure the old commit stands, unless the failure says that nobody
 * knows; after success the new one does. Whatever an unreadable source has
 * left out is counted. */
static void assert_old_or_new(const struct failing *f, const char *dir, int rc,
                              const struct ingest_counts *counts, const struct error *err)
{
    char *contents = index_contents(dir);
    bool is_old = !strcmp(contents, f->old_contents);
    bool is_new = !strcmp(contents, f->new_contents);
    index_is_sound(dir);
    if (rc && !is_old && !(is_new && strstr(err->text, "may or may not be")))
        fail_msg("after \"%s\" the old commit is gone", err->text);
    if (!rc && !is_new && !ingest_bad_total(counts))
        fail_msg("it worked, but the articles are not in");
    free(contents);
}

/* One attempt with the nth call failing; false when there are fewer. */
static bool attempt(const struct failing *f, struct fault_plan *plan)
{
    struct ingest_counts counts;
    struct error err = {0};
    unsigned calls;
    char *dir = scratch_new();
    make_old(f, dir);
    int rc = add_with_faults(dir, f->update, f->wish, plan, &counts, &calls, &err);
    assert_true(rc <= 0 && (!rc || *err.text));
    bool reached = calls >= plan->nth;
    bool must_fail = plan->calls == FAULT_WRITE || plan->calls == FAULT_FSYNC ||
                     plan->calls == FAULT_RENAME || plan->calls == FAULT_LOCK;
    if (reached && must_fail && !rc)
        fail_msg("call %u of kind %x failed, and nobody noticed", plan->nth, plan->calls);
    assert_old_or_new(f, dir, rc, &counts, &err);
    char *path = f->update;
    index_add(dir, &path, 1, &alone, NULL);
    char *contents = index_contents(dir);
    assert_string_equal(contents, f->new_contents);
    assert_no_strays(dir);
    free(contents);
    scratch_free(dir);
    return reached;
}

static void fail_each(unsigned calls, unsigned first, int error_number, bool sticky,
                      enum merge_wish wish)
{
    struct failing f = {.wish = wish};
    prepare_failing(&f);
    struct fault_plan plan = {
        .calls = calls, .nth = first, .error_number = error_number, .sticky = sticky};
    while (attempt(&f, &plan))
        plan.nth++;
    assert_true(plan.nth > first);
    release_failing(&f);
}

static void any_call_may_fail_once(void **unused)
{
    (void)unused;
    fail_each(FAULT_ANY, 1, EIO, false, MERGE_AS_NEEDED);
}

static void any_call_may_fail_while_merging(void **unused)
{
    (void)unused;
    fail_each(FAULT_ANY, 1, EIO, false, MERGE_ALL);
}

static void all_calls_may_fail_from_one_on(void **unused)
{
    (void)unused;
    fail_each(FAULT_ANY, 1, EIO, true, MERGE_ALL);
}

static void the_disk_may_be_full(void **unused)
{
    (void)unused;
    fail_each(FAULT_WRITE, 1, ENOSPC, true, MERGE_ALL);
}

static void no_failure_to_write_goes_unnoticed(void **unused)
{
    (void)unused;
    fail_each(FAULT_WRITE, 2, EIO, false, MERGE_ALL); /* the first one says who holds the lock */
    fail_each(FAULT_FSYNC, 1, EIO, false, MERGE_ALL);
    fail_each(FAULT_RENAME, 1, EIO, false, MERGE_ALL);
    fail_each(FAULT_LOCK, 1, EAGAIN, false, MERGE_ALL);
}

/* The one before it has been read by then, and segments of it are written. */
static void a_source_that_is_not_there_changes_nothing(void **unused)
{
    (void)unused;
    const struct reading how = {.threads = 1, .memory = 1 << 16};
    struct failing f = {0};
    struct ingest_counts counts;
    struct index_writer w;
    struct error err;
    char *dir = scratch_new(), missing[] = "/nonexistent/archive.jsonl";
    prepare_failing(&f);
    make_old(&f, dir);
    char *const sources[] = {f.update, missing};
    assert_int_equal(index_writer_open(&w, dir, true, NULL, &err), BF_OK);
    assert_int_equal(ingest_quietly(&w, sources, 2, &how, &counts, &err), BF_ERR_SYSTEM);
    assert_non_null(strstr(err.text, missing));
    index_writer_close(&w);
    assert_old_or_new(&f, dir, BF_ERR_SYSTEM, &counts, &err);
    assert_no_strays(dir);
    release_failing(&f);
    scratch_free(dir);
}

/* ---- a full disk ---- */

#define LONG_LINES 12000 /* of 2 KB */

static ssize_t (*read_before)(int fd, void *p, size_t n);
static _Atomic unsigned bytes_read;

static ssize_t count_read(int fd, void *p, size_t n)
{
    ssize_t got = read_before(fd, p, n);
    bytes_read += got > 0 ? (unsigned)got : 0;
    return got;
}

static void put_long_lines(struct buf *out)
{
    uint64_t state = RANDOM_SEED;
    for (unsigned i = 0; i < LONG_LINES; i++) {
        buf_printf(out, "{\"id\":\"%u\",\"body\":\"", i);
        for (unsigned k = 0; k < 220; k++)
            buf_printf(out, "%08x ", (unsigned)random32(&state));
        buf_puts(out, "\"}\n");
    }
}

/* Not only when all has been read. */
static void a_full_disk_is_reported_when_it_is_full(void **unused)
{
    (void)unused;
    const struct fault_plan plan = {
        .calls = FAULT_WRITE, .nth = 12, .error_number = ENOSPC, .sticky = true};
    char *files = scratch_new(), *path = scratch_path(files, "archive");
    struct buf lines = {0};
    put_long_lines(&lines);
    scratch_write(path, lines.data, lines.len);
    for (unsigned threads = 1; threads <= 3; threads++) {
        const struct reading how = {.threads = threads, .memory = PLENTY};
        char *dir = scratch_new();
        struct ingest_counts counts;
        struct index_writer w;
        struct error err;
        assert_int_equal(index_writer_open(&w, dir, true, NULL, &err), BF_OK);
        faults_install(&plan);
        read_before = file_calls.read;
        file_calls.read = count_read;
        bytes_read = 0;
        assert_int_equal(ingest_quietly(&w, &path, 1, &how, &counts, &err), BF_ERR_SYSTEM);
        faults_remove();
        assert_non_null(strstr(err.text, "No space left"));
        assert_true(bytes_read < lines.len / 4 * 3);
        index_writer_close(&w);
        scratch_free(dir);
    }
    buf_free(&lines);
    free(path);
    scratch_free(files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_call_may_fail_once),
        cmocka_unit_test(any_call_may_fail_while_merging),
        cmocka_unit_test(all_calls_may_fail_from_one_on),
        cmocka_unit_test(the_disk_may_be_full),
        cmocka_unit_test(no_failure_to_write_goes_unnoticed),
        cmocka_unit_test(a_source_that_is_not_there_changes_nothing),
        cmocka_unit_test(a_full_disk_is_reported_when_it_is_full),
    };
    return cmocka_run_group_tests(tests, without_sync, NULL);
}
