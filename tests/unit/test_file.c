/* test_file.c - what file.h adds to the bare calls, with each of them failing. */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/io/file.h"
#include "tests/unit/faults.h"
#include "tests/unit/scratch.h"

struct place {
    char *dir;
    char *path;
};

static int set_up(void **state)
{
    struct place *p = malloc(sizeof *p);
    p->dir = scratch_new();
    p->path = scratch_path(p->dir, "file");
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    scratch_free(p->dir);
    free(p->path);
    free(p);
    return 0;
}

/* The plan with the nth of some calls failing. */
static void fail_at(unsigned calls, unsigned nth, int error_number)
{
    struct fault_plan plan = {.calls = calls, .nth = nth, .error_number = error_number};
    faults_install(&plan);
}

static void assert_system_error(int rc, const struct error *err, const char *path,
                                const char *cause)
{
    assert_int_equal(rc, BF_ERR_SYSTEM);
    assert_int_equal(err->code, BF_ERR_SYSTEM);
    assert_non_null(strstr(err->text, path));
    assert_non_null(strstr(err->text, cause));
}

/* ---- moving bytes ---- */

static void short_and_interrupted_calls_are_absorbed(void **state)
{
    struct place *at = *state;
    struct fault_plan plan = {.trickle = true};
    struct error err;
    char text[1000], back[1001];
    size_t got = 0;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 26);
    faults_install(&plan);
    int fd = file_create(at->path, &err);
    assert_true(fd >= 0);
    assert_int_equal(file_write(fd, at->path, text, sizeof text, &err), BF_OK);
    assert_int_equal(file_sync(fd, at->path, &err), BF_OK);
    assert_int_equal(file_close(fd, at->path, &err), BF_OK);
    fd = file_open_read(at->path, false, &err);
    assert_true(fd >= 0);
    assert_int_equal(file_read(fd, at->path, back, sizeof back, &got, &err), BF_OK);
    assert_int_equal(got, sizeof text);
    assert_memory_equal(text, back, sizeof text);
    assert_int_equal(file_read(fd, at->path, back, 1, &got, &err), BF_OK);
    assert_int_equal(got, 0);
    file_close(fd, at->path, &err);
    faults_remove();
}

static void a_full_disk_is_named(void **state)
{
    struct place *at = *state;
    struct error err;
    int fd = file_create(at->path, &err);
    fail_at(FAULT_WRITE, 1, ENOSPC);
    int rc = file_write(fd, at->path, "abc", 3, &err);
    faults_remove();
    assert_system_error(rc, &err, at->path, "No space left on device");
    file_close(fd, at->path, &err);
}

/* Such a call would otherwise be repeated for ever. */
static void a_write_of_nothing_is_an_error(void **state)
{
    struct place *at = *state;
    struct fault_plan plan = {.calls = FAULT_WRITE, .nth = 1, .sticky = true, .nothing = true};
    struct error err;
    int fd = file_create(at->path, &err);
    faults_install(&plan);
    int rc = file_write(fd, at->path, "abc", 3, &err);
    assert_int_equal(file_write(fd, at->path, "abc", 0, &err), BF_OK);
    faults_remove();
    assert_system_error(rc, &err, at->path, "No space left on device");
    file_close(fd, at->path, &err);
}

static void a_failed_read_is_an_error(void **state)
{
    struct place *at = *state;
    struct error err;
    char back[10];
    size_t got = 77;
    scratch_write(at->path, "0123456789", 10);
    int fd = file_open_read(at->path, false, &err);
    fail_at(FAULT_READ, 1, EIO);
    int rc = file_read(fd, at->path, back, sizeof back, &got, &err);
    faults_remove();
    assert_system_error(rc, &err, at->path, "Input/output error");
    assert_int_equal(got, 77);
    file_close(fd, at->path, &err);
}

/* ---- opening ---- */

static void a_missing_file_is_told_by_errno(void **state)
{
    struct place *at = *state;
    struct error err;
    errno = 0;
    assert_int_equal(file_open_read(at->path, false, &err), -1);
    assert_int_equal(errno, ENOENT);
    assert_system_error(err.code, &err, at->path, "No such file");
    assert_int_equal(mkfifo(at->path, 0600), 0);
    errno = ENOENT;
    assert_int_equal(file_open_read(at->path, false, &err), -1);
    assert_int_not_equal(errno, ENOENT);
    assert_system_error(err.code, &err, at->path, "not a regular file");
    assert_int_equal(file_open_read(at->dir, false, NULL), -1);
    int fd = file_open_read(at->dir, true, &err);
    assert_true(fd >= 0);
    close(fd);
}

static void opening_can_fail_at_each_call(void **state)
{
    struct place *at = *state;
    struct error err;
    scratch_write(at->path, "x", 1);
    fail_at(FAULT_OPEN, 1, EMFILE);
    int fd = file_open_read(at->path, false, &err);
    faults_remove();
    assert_int_equal(fd, -1);
    assert_system_error(err.code, &err, at->path, "Too many open files");
    fail_at(FAULT_FSTAT, 1, EIO);
    fd = file_open_read(at->path, false, &err);
    faults_remove();
    assert_int_equal(fd, -1);
    assert_system_error(err.code, &err, at->path, "Input/output error");
    fail_at(FAULT_OPEN, 1, EROFS);
    fd = file_create(at->path, &err);
    faults_remove();
    assert_int_equal(fd, -1);
    assert_system_error(err.code, &err, at->path, "Read-only file system");
}

static void descriptors_are_not_inherited(void **state)
{
    struct place *at = *state;
    struct error err;
    int fd = file_create(at->path, &err);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
    fd = file_open_read(at->path, false, &err);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}

static void creating_follows_no_link_and_replaces_nothing(void **state)
{
    struct place *at = *state;
    struct error err;
    struct buf content = {0};
    char *target = scratch_path(at->dir, "target");
    scratch_write(target, "precious", 8);
    assert_int_equal(file_create(target, &err), -1);
    assert_int_equal(symlink(target, at->path), 0);
    assert_int_equal(file_create(at->path, &err), -1);
    assert_system_error(err.code, &err, at->path, "File exists");
    scratch_read(target, &content);
    assert_int_equal(content.len, 8);
    buf_free(&content);
    free(target);
}

static void what_is_opened_to_write_is_emptied(void **state)
{
    struct place *at = *state;
    struct error err;
    struct buf content = {0};
    scratch_write(at->path, "precious", 8);
    fail_at(FAULT_OPEN, 1, EINTR);
    int fd = file_open_write(at->path, &err);
    faults_remove();
    assert_int_equal(file_write(fd, at->path, "new", 3, &err), BF_OK);
    assert_int_equal(file_close(fd, at->path, &err), BF_OK);
    scratch_read(at->path, &content);
    assert_int_equal(content.len, 3);
    assert_int_equal(file_open_write(at->dir, &err), -1);
    assert_system_error(err.code, &err, at->dir, "Is a directory");
    buf_free(&content);
}

static void files_are_no_wider_than_the_umask(void **state)
{
    struct place *at = *state;
    struct error err;
    struct stat st;
    mode_t before = umask(077);
    int fd = file_create(at->path, &err);
    umask(before);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    close(fd);
}

/* ---- syncing and closing ---- */

static void sync_and_close_report(void **state)
{
    struct place *at = *state;
    struct error err;
    int fd = file_create(at->path, &err);
    fail_at(FAULT_FSYNC, 1, EIO);
    int rc = file_sync(fd, at->path, &err);
    faults_remove();
    assert_system_error(rc, &err, at->path, "Input/output error");
    fail_at(FAULT_CLOSE, 1, EDQUOT);
    rc = file_close(fd, at->path, &err);
    faults_remove();
    assert_system_error(rc, &err, at->path, "quota exceeded");
    assert_int_equal(close(fd), -1);
    fd = file_open_read(at->path, false, &err);
    fail_at(FAULT_CLOSE, 1, EINTR);
    assert_int_equal(file_close(fd, at->path, &err), BF_OK);
    faults_remove();
}

static void a_directory_can_be_synced(void **state)
{
    struct place *at = *state;
    struct error err;
    const unsigned calls[] = {FAULT_OPEN, FAULT_FSYNC, FAULT_CLOSE};
    assert_int_equal(file_sync_directory(at->dir, &err), BF_OK);
    assert_system_error(file_sync_directory(at->path, &err), &err, at->path, "No such file");
    for (int i = 0; i < 3; i++) {
        fail_at(calls[i], 1, EIO);
        int rc = file_sync_directory(at->dir, &err);
        faults_remove();
        assert_system_error(rc, &err, at->dir, "Input/output error");
    }
}

/* ---- the rest ---- */

static void a_whole_file_up_to_a_limit(void **state)
{
    struct place *at = *state;
    struct error err;
    static char bytes[100000];
    memset(bytes, 'x', sizeof bytes);
    scratch_write(at->path, bytes, sizeof bytes);
    for (size_t limit = sizeof bytes - 1; limit <= sizeof bytes + 1; limit++) {
        struct buf all = {0};
        int rc = file_read_all(at->path, limit, &all, &err);
        assert_int_equal(rc, limit < sizeof bytes ? BF_ERR_LIMIT : BF_OK);
        if (!rc) {
            assert_int_equal(all.len, sizeof bytes);
            assert_memory_equal(all.data, bytes, sizeof bytes);
        }
        buf_free(&all);
    }
    struct buf all = {0};
    fail_at(FAULT_READ, 2, EIO);
    int rc = file_read_all(at->path, sizeof bytes, &all, &err);
    faults_remove();
    assert_system_error(rc, &err, at->path, "Input/output error");
    buf_free(&all);
}

static void joining_puts_one_slash(void **unused)
{
    (void)unused;
    char *path = file_join("a/b", "c");
    assert_string_equal(path, "a/b/c");
    free(path);
}

static void the_parent_is_found_by_its_slash(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {{"a/b", "a/"},   {"a/b/", "a/"}, {"a/b//", "a/"},
                                           {"/a/b", "/a/"}, {"/b", "/"},    {"/", "/"},
                                           {"//", "/"},     {"b", "."},     {"b/", "."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *parent = file_parent(cases[i][0]);
        assert_string_equal(parent, cases[i][1]);
        free(parent);
    }
}

/* In a child, since it closes the standard descriptors. */
static void closed_standard_descriptors_are_filled(void **state)
{
    struct place *at = *state;
    pid_t child = fork();
    if (child == 0) {
        close(0);
        close(1);
        close(2);
        file_open_standard();
        int fd = open(at->path, O_RDWR | O_CREAT, 0600);
        _exit(fcntl(0, F_GETFD) >= 0 && fcntl(1, F_GETFD) >= 0 && fcntl(2, F_GETFD) >= 0 && fd > 2
                  ? 0
                  : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PLACED(short_and_interrupted_calls_are_absorbed),
        PLACED(a_full_disk_is_named),
        PLACED(a_write_of_nothing_is_an_error),
        PLACED(a_failed_read_is_an_error),
        PLACED(a_missing_file_is_told_by_errno),
        PLACED(opening_can_fail_at_each_call),
        PLACED(descriptors_are_not_inherited),
        PLACED(creating_follows_no_link_and_replaces_nothing),
        PLACED(what_is_opened_to_write_is_emptied),
        PLACED(files_are_no_wider_than_the_umask),
        PLACED(sync_and_close_report),
        PLACED(a_directory_can_be_synced),
        PLACED(a_whole_file_up_to_a_limit),
        cmocka_unit_test(joining_puts_one_slash),
        cmocka_unit_test(the_parent_is_found_by_its_slash),
        PLACED(closed_standard_descriptors_are_filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
