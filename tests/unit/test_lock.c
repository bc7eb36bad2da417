/* test_lock.c - one writer, told at once, and free again however it ends. */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/index/lock.h"
#include "common/index/manifest.h"
#include "tests/unit/faults.h"
#include "tests/unit/scratch.h"

static int set_up(void **state)
{
    *state = scratch_new();
    return 0;
}

static int tear_down(void **state)
{
    scratch_free(*state);
    return 0;
}

static void assert_locked(const char *dir, pid_t owner)
{
    struct error err;
    char expected[64];
    snprintf(expected, sizeof expected, "(process %ld)", (long)owner);
    assert_int_equal(lock_take(dir, &err), -1);
    assert_int_equal(err.code, BF_ERR_LOCKED);
    assert_non_null(strstr(err.text, dir));
    assert_non_null(strstr(err.text, "another process is writing"));
    assert_non_null(strstr(err.text, expected));
}

static void a_second_taker_is_refused(void **state)
{
    const char *dir = *state;
    struct error err;
    int fd = lock_take(dir, &err);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    for (int i = 0; i < 100; i++)
        assert_locked(dir, getpid());
    lock_release(fd);
    fd = lock_take(dir, &err);
    assert_true(fd >= 0);
    lock_release(fd);
    lock_release(-1);
    assert_true(scratch_exists(dir, LOCK_NAME));
}

/* With fcntl's older locks, closing any descriptor of the file drops them. */
static void closing_the_file_elsewhere_keeps_the_lock(void **state)
{
    const char *dir = *state;
    struct error err;
    int fd = lock_take(dir, &err);
    char *path = scratch_path(dir, LOCK_NAME);
    close(open(path, O_RDWR));
    assert_locked(dir, getpid());
    lock_release(fd);
    free(path);
}

static void an_interrupted_call_is_made_again(void **state)
{
    const char *dir = *state;
    struct fault_plan plan = {.calls = FAULT_OPEN | FAULT_FTRUNCATE | FAULT_WRITE,
                              .error_number = EINTR};
    unsigned calls = 1;
    for (plan.nth = 1; plan.nth <= calls; plan.nth++) {
        struct error err;
        faults_install(&plan);
        int fd = lock_take(dir, &err);
        calls = faults_remove();
        assert_true(fd >= 0);
        assert_locked(dir, getpid());
        lock_release(fd);
    }
    assert_int_equal(plan.nth, 5); /* one of each, and one again */
}

/* Takes the lock in a child that then waits for ever. */
static pid_t start_holder(const char *dir)
{
    int ready[2];
    char told;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = lock_take(dir, NULL);
        if (fd < 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &told, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return child;
}

static void a_killed_holder_frees_the_lock(void **state)
{
    const char *dir = *state;
    struct error err;
    for (int i = 0; i < 20; i++) {
        pid_t holder = start_holder(dir);
        assert_locked(dir, holder);
        kill(holder, SIGKILL);
        assert_int_equal(waitpid(holder, NULL, 0), holder);
        int fd = lock_take(dir, &err);
        assert_true(fd >= 0);
        lock_release(fd);
    }
}

/* A program that a writer starts, as unpackers may be, has nothing of the lock. */
static void a_started_program_does_not_hold_it(void **state)
{
    const char *dir = *state;
    struct error err;
    int fd = lock_take(dir, &err);
    FILE *program = popen("exec sleep 1", "r");
    assert_non_null(program);
    pid_t starter = fork();
    if (starter == 0)
        execl("/bin/sh", "sh", "-c", "exec sleep 1", (char *)NULL);
    usleep(200000); /* until it is another program */
    lock_release(fd);
    fd = lock_take(dir, &err);
    assert_true(fd >= 0);
    lock_release(fd);
    kill(starter, SIGKILL);
    assert_int_equal(waitpid(starter, NULL, 0), starter);
    pclose(program);
}

static void who_waits_gets_it_when_it_is_free(void **state)
{
    const char *dir = *state;
    atomic_int stop = 0;
    const struct lock_patience little = {0.1, &stop}, much = {20, &stop};
    struct error err;
    pid_t holder = start_holder(dir);
    assert_int_equal(lock_wait(dir, &little, &err), -1);
    assert_int_equal(err.code, BF_ERR_LOCKED);
    stop = SIGINT;
    assert_int_equal(lock_wait(dir, &much, &err), -1);
    assert_int_equal(err.code, BF_ERR_STOPPED);
    stop = 0;
    pid_t killer = fork();
    if (killer == 0) {
        usleep(100000);
        kill(holder, SIGKILL);
        _exit(0);
    }
    int fd = lock_wait(dir, &much, &err);
    assert_true(fd >= 0);
    lock_release(fd);
    assert_int_equal(waitpid(killer, NULL, 0), killer);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
}

/* What a hard link was made to is not written to. */
static void a_file_with_another_name_is_not_written(void **state)
{
    const char *dir = *state;
    struct error err;
    struct buf content = {0};
    char *target = scratch_path(dir, "target"), *path = scratch_path(dir, LOCK_NAME);
    scratch_write(target, "precious", 8);
    assert_int_equal(link(target, path), 0);
    int fd = lock_take(dir, &err);
    assert_true(fd >= 0);
    lock_release(fd);
    scratch_read(target, &content);
    assert_int_equal(content.len, 8);
    buf_free(&content);
    free(target);
    free(path);
}

static void a_pipe_is_no_lock(void **state)
{
    const char *dir = *state;
    struct error err;
    char *path = scratch_path(dir, LOCK_NAME);
    assert_int_equal(mkfifo(path, 0666), 0);
    assert_int_equal(lock_take(dir, &err), -1);
    assert_int_equal(err.code, BF_ERR_SYSTEM);
    assert_non_null(strstr(err.text, path));
    free(path);
}

static void what_is_planted_there_is_not_followed(void **state)
{
    const char *dir = *state;
    struct error err;
    struct buf content = {0};
    char *target = scratch_path(dir, "target"), *path = scratch_path(dir, LOCK_NAME);
    scratch_write(target, "precious", 8);
    assert_int_equal(symlink(target, path), 0);
    assert_int_equal(lock_take(dir, &err), -1);
    assert_int_equal(err.code, BF_ERR_SYSTEM);
    assert_non_null(strstr(err.text, path));
    scratch_read(target, &content);
    assert_int_equal(content.len, 8);
    buf_free(&content);
    free(target);
    free(path);
}

static void other_failures_are_not_a_lock(void **state)
{
    const char *dir = *state;
    struct error err;
    const struct {
        unsigned call;
        int error_number;
        const char *cause;
    } cases[] = {{FAULT_OPEN, EROFS, "Read-only file system"},
                 {FAULT_LOCK, ENOLCK, "No locks available"},
                 {FAULT_LOCK, EIO, "Input/output error"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_plan plan = {
            .calls = cases[i].call, .nth = 1, .error_number = cases[i].error_number};
        faults_install(&plan);
        int fd = lock_take(dir, &err);
        faults_remove();
        assert_int_equal(fd, -1);
        assert_int_equal(err.code, BF_ERR_SYSTEM);
        assert_non_null(strstr(err.text, cases[i].cause));
    }
}

/* The lock is another's who has not yet said who it is. */
static void an_owner_may_be_unknown(void **state)
{
    const char *dir = *state;
    const int numbers[] = {EAGAIN, EACCES};
    for (int i = 0; i < 2; i++) {
        struct error err;
        struct fault_plan plan = {.calls = FAULT_LOCK, .nth = 1, .error_number = numbers[i]};
        faults_install(&plan);
        int fd = lock_take(dir, &err);
        faults_remove();
        assert_int_equal(fd, -1);
        assert_int_equal(err.code, BF_ERR_LOCKED);
        assert_non_null(strstr(err.text, "another process is writing to this index (unknown)"));
    }
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PLACED(a_second_taker_is_refused),
        PLACED(closing_the_file_elsewhere_keeps_the_lock),
        PLACED(an_interrupted_call_is_made_again),
        PLACED(a_killed_holder_frees_the_lock),
        PLACED(what_is_planted_there_is_not_followed),
        PLACED(a_started_program_does_not_hold_it),
        PLACED(who_waits_gets_it_when_it_is_free),
        PLACED(a_file_with_another_name_is_not_written),
        PLACED(a_pipe_is_no_lock),
        PLACED(other_failures_are_not_a_lock),
        PLACED(an_owner_may_be_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
