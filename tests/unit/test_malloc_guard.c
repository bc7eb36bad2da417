/* test_malloc_guard.c - memory that runs out inside a library ends the process with its one line.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "indexer/archive/archive.h"
#include "indexer/archive/json.h"
#include "indexer/archive/malloc_guard.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

#define OUT_OF_MEMORY 3

/* Runs it in a process of its own: the status it ends with, and what it says. */
static int run_apart(void (*what)(void), char *said, size_t size)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (!child) {
        dup2(ends[1], STDERR_FILENO);
        what();
        _exit(0);
    }
    close(ends[1]);
    ssize_t n = read(ends[0], said, size - 1);
    said[n > 0 ? n : 0] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Volatile: a compiler may leave an allocation out whose address nobody uses. */
static volatile size_t too_much = SIZE_MAX / 4;
static void *volatile got;

static void ask_without_a_guard(void)
{
    for (int i = 0; i < 3; i++) {
        got = i == 0 ? malloc(too_much) : i == 1 ? calloc(1, too_much) : realloc(NULL, too_much);
        if (got)
            _exit(1);
    }
}

static void ask_malloc(void)
{
    malloc_guard(true);
    got = malloc(too_much);
}

static void ask_calloc(void)
{
    malloc_guard(true);
    got = calloc(1, too_much);
}

static void ask_realloc(void)
{
    malloc_guard(true);
    got = realloc(NULL, too_much);
}

static void only_a_guarded_thread_ends(void **unused)
{
    (void)unused;
    void (*const asks[])(void) = {ask_malloc, ask_calloc, ask_realloc};
    char said[256];
    assert_int_equal(run_apart(ask_without_a_guard, said, sizeof said), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(run_apart(asks[i], said, sizeof said), OUT_OF_MEMORY);
        assert_non_null(strstr(said, "out of memory"));
    }
}

/* A record that does not fit into what is left, with room for itself. */
static void parse_in_little_memory(void)
{
    struct archive_parser *parser = archive_parser_new(NULL);
    struct record_problem problem;
    struct json_object *root;
    struct buf record = {0};
    struct rlimit limit = {.rlim_max = RLIM_INFINITY};
    long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    buf_puts(&record, "{\"a\":[");
    for (int i = 0; i < 2000000; i++)
        buf_puts(&record, "1,");
    buf_puts(&record, "1]}");
    if (!statm || fscanf(statm, "%ld", &pages) != 1)
        _exit(1);
    fclose(statm);
    limit.rlim_cur = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (8 << 20);
    setrlimit(RLIMIT_AS, &limit);
    json_read(parser, bytes_of(record.data, record.len), JSON_STRICT, &root, &problem);
}

static void json_ends_when_memory_does(void **unused)
{
    (void)unused;
    char said[256];
    assert_int_equal(run_apart(parse_in_little_memory, said, sizeof said), OUT_OF_MEMORY);
    assert_non_null(strstr(said, "out of memory"));
}

int main(void)
{
#ifdef SANITIZED
    printf("SKIP: a sanitizer has its own malloc\n");
    return 0;
#endif
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_guarded_thread_ends),
        cmocka_unit_test(json_ends_when_memory_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
