/* test_interrupt.c - the first signal is a wish, the second ends the process. */
#include "tests/unit/test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/interrupt.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define SIGNALS (sizeof signals / sizeof *signals)

/* What a child that watches does; it gets no signals but those it raises. */
static int status_of(void (*child)(int number), int number)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        for (size_t i = 0; i < SIGNALS; i++)
            signal(signals[i], SIG_DFL); /* as nohup may have left them */
        child(number);
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void raise_once(int number)
{
    interrupt_flag *flag = interrupt_watch();
    if (*flag)
        _exit(2);
    raise(number);
    _exit(*flag == number ? 0 : 3);
}

static void raise_twice(int number)
{
    interrupt_watch();
    raise(SIGTERM);
    raise(number);
    _exit(2);
}

static void raise_ignored(int number)
{
    signal(number, SIG_IGN);
    interrupt_flag *flag = interrupt_watch();
    raise(number);
    _exit(*flag ? 2 : 0);
}

/* A call that begins to wait after the flag was looked at. */
static void wait_for_ever(int number)
{
    int ends[2];
    char byte;
    if (pipe(ends))
        _exit(2);
    interrupt_watch();
    raise(number);
    for (int i = 0; i < 2; i++) /* not only once */
        if (read(ends[0], &byte, 1) != -1 || errno != EINTR)
            _exit(3);
    _exit(0);
}

static void the_first_signal_sets_the_flag(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIGNALS; i++)
        assert_int_equal(status_of(raise_once, signals[i]), 0);
    assert_int_equal(interrupt_never, 0);
}

static void the_second_ends_the_process(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIGNALS; i++) {
        int status = status_of(raise_twice, signals[i]);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
    }
}

static void what_was_ignored_stays_ignored(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIGNALS; i++)
        assert_int_equal(status_of(raise_ignored, signals[i]), 0);
}

static void no_call_waits_longer(void **unused)
{
    (void)unused;
    assert_int_equal(status_of(wait_for_ever, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_signal_sets_the_flag),
        cmocka_unit_test(the_second_ends_the_process),
        cmocka_unit_test(what_was_ignored_stays_ignored),
        cmocka_unit_test(no_call_waits_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
