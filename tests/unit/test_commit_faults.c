/*
 * test_commit_faults.c - three commits, of which any call on a file fails or is the last.
 *
 * The first makes the index, the second adds, replaces and deletes, the third
 * merges. Whatever happens, the index is then what a commit made it, none
 * that was reported as done is lost, and the same run again ends well and
 * leaves no file behind that is not the index's.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/index/commit.h"
#include "common/io/file.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/faults.h"
#include "tests/unit/generated.h"
#include "tests/unit/place.h"
#include "tests/unit/scratch.h"

#define COMMITS 3
#define KILL    true
#define REFUSE  false

static const struct reading alone = {.threads = 1, .memory = PLENTY};

struct run {
    char *files, *first, *second;
    char *after[COMMITS + 1]; /* what the index holds then */
};

/* ---- the three commits ---- */

static int delete_one(struct index_writer *w, struct error *err)
{
    uint32_t doc;
    int rc = snapshot_find_id(&w->base, "g00004", 6, &doc, err);
    if (rc)
        return rc == BF_END ? BF_OK : rc;
    uint32_t segment = snapshot_segment_of(&w->base, doc);
    index_writer_delete(w, segment, doc - w->base.bases[segment]);
    return BF_OK;
}

static int add(struct index_writer *w, char *path, struct error *err)
{
    struct ingest_counts counts = {0};
    int rc = ingest_quietly(w, &path, 1, &alone, &counts, err);
    if (!rc && ingest_bad_total(&counts))
        rc = error_set(err, BF_ERR_INPUT, "%s: not all of it could be read", path);
    return rc;
}

static int make_commit(const struct run *r, const char *dir, int n, struct error *err)
{
    struct index_writer w;
    int rc = index_writer_open(&w, dir, n == 0, NULL, err);
    if (rc)
        return rc;
    if (n == 1)
        rc = delete_one(&w, err);
    if (!rc && n < 2)
        rc = add(&w, n ? r->second : r->first, err);
    if (!rc)
        rc = index_writer_commit(&w, n == 2 ? MERGE_ALL : MERGE_AS_NEEDED, err);
    index_writer_close(&w);
    return rc;
}

/* *done counts the commits that are reported as done. */
static int make_commits(const struct run *r, const char *dir, volatile int *done, struct error *err)
{
    int rc = BF_OK;
    for (*done = 0; *done < COMMITS && !rc; *done += !rc)
        rc = make_commit(r, dir, *done, err);
    return rc;
}

/* ---- what they leave ---- */

static char *contents_of(const char *dir)
{
    return scratch_exists(dir, MANIFEST_NAME) ? index_contents(dir) : strdup("");
}

static void prepare(struct run *r)
{
    struct error err;
    struct buf lines = {0};
    char *dir = scratch_new();
    *r = (struct run){.files = scratch_new()};
    r->first = scratch_path(r->files, "first");
    r->second = scratch_path(r->files, "second");
    generated_archive(r->first, 0, 10, 1);
    for (unsigned i = 7; i < 24; i++)
        generated_article(i, i < 10 ? 2 : 1, &lines);
    scratch_write(r->second, lines.data, lines.len);
    buf_free(&lines);
    r->after[0] = contents_of(dir);
    for (int n = 0; n < COMMITS; n++) {
        assert_int_equal(make_commit(r, dir, n, &err), BF_OK);
        r->after[n + 1] = index_contents(dir);
    }
    scratch_free(dir);
}

static void release(struct run *r)
{
    for (int n = 0; n <= COMMITS; n++)
        free(r->after[n]);
    free(r->first);
    free(r->second);
    scratch_free(r->files);
}

/* Of the one segment that is left, of the lock and the manifest; copies there may be. */
static void assert_no_strays(const char *dir)
{
    struct manifest m;
    struct error err;
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    assert_int_equal(m.segment_count, 1);
    assert_int_equal(m.segments[0].deletes_generation, 0);
    assert_int_equal(scratch_files(dir), SEGMENT_FILES + 2 + (m.copies_generation != 0));
    manifest_free(&m);
}

static void assert_a_commit(const struct run *r, const char *dir, int done, bool maybe_next)
{
    char *contents = contents_of(dir);
    bool is_next = maybe_next && done < COMMITS && !strcmp(contents, r->after[done + 1]);
    if (!is_next && strcmp(contents, r->after[done]) != 0)
        fail_msg("%d commits were done, the index is of none", done);
    if (scratch_exists(dir, MANIFEST_NAME))
        index_is_sound(dir);
    free(contents);
}

/* ---- one call at a time ---- */

static volatile int *shared; /* commits done, seen from outside the process */

static int run_to_death(const struct run *r, const char *dir, const struct fault_plan *plan)
{
    struct error err;
    int status;
    pid_t child = fork();
    if (!child) {
        faults_install(plan);
        _exit(make_commits(r, dir, shared, &err) ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Whether there was such a call. */
static bool attempt(const struct run *r, const struct fault_plan *plan)
{
    struct error err = {0};
    char *files = scratch_new(), *dir = scratch_path(files, "index");
    bool reached;
    if (plan->deadly) {
        int status = run_to_death(r, dir, plan);
        reached = status == FAULT_DEATH;
        assert_true(reached || !status);
        assert_a_commit(r, dir, *shared, reached);
    } else {
        faults_install(plan);
        int rc = make_commits(r, dir, shared, &err);
        reached = faults_remove() >= plan->nth;
        assert_true(!rc || *err.text);
        assert_a_commit(r, dir, *shared, rc && strstr(err.text, "may or may not be"));
    }
    if (make_commits(r, dir, shared, &err))
        fail_msg("the next run: %s", err.text);
    assert_a_commit(r, dir, COMMITS, false);
    assert_no_strays(dir);
    free(dir);
    scratch_free(files);
    return reached;
}

static void each_call(unsigned calls, bool deadly, int error_number, bool sticky, unsigned step)
{
    struct run r;
    struct fault_plan plan = {
        .calls = calls, .nth = 1, .error_number = error_number, .sticky = sticky, .deadly = deadly};
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    prepare(&r);
    while (attempt(&r, &plan))
        plan.nth += step;
    assert_true(plan.nth > 20);
    release(&r);
    munmap((void *)(uintptr_t)shared, sizeof *shared);
}

static void killed_before_any_call(void **unused)
{
    (void)unused;
    each_call(FAULT_CHANGES, KILL, 0, false, 1);
}

static void any_call_fails(void **unused)
{
    (void)unused;
    each_call(FAULT_ANY, REFUSE, EIO, false, 2);
}

static void all_fail_from_one_on(void **unused)
{
    (void)unused;
    each_call(FAULT_ANY, REFUSE, EIO, true, 7);
}

static void the_disk_is_full_for_a_moment(void **unused)
{
    (void)unused;
    each_call(FAULT_CHANGES, REFUSE, ENOSPC, false, 3);
}

static void the_disk_is_full(void **unused)
{
    (void)unused;
    each_call(FAULT_CHANGES, REFUSE, ENOSPC, true, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_before_any_call),        cmocka_unit_test(any_call_fails),
        cmocka_unit_test(all_fail_from_one_on),          cmocka_unit_test(the_disk_is_full),
        cmocka_unit_test(the_disk_is_full_for_a_moment),
    };
    return cmocka_run_group_tests(tests, without_sync, NULL);
}
