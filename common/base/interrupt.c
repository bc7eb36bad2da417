/* interrupt.c - the handlers only set the flag and the alarm clock. */
#include "common/base/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

interrupt_flag interrupt_never = 0;
static atomic_int flag; /* lock-free: a handler may set it */

/* A signal may come between a look at the flag and the call that waits. */
static void on_alarm(int number)
{
    (void)number;
    alarm(1);
}

static void on_signal(int number)
{
    if (flag) {
        signal(number, SIG_DFL);
        raise(number); /* ends the process once this handler returns */
        return;
    }
    flag = number;
    alarm(1);
}

/* Without SA_RESTART, so that a read that waits for input returns. */
static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler}, before;
    sigemptyset(&action.sa_mask);
    if (!sigaction(number, NULL, &before) && before.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

interrupt_flag *interrupt_watch(void)
{
    handle(SIGALRM, on_alarm);
    handle(SIGINT, on_signal);
    handle(SIGTERM, on_signal);
    handle(SIGHUP, on_signal);
    return &flag;
}

int interrupt_pending(void)
{
    return flag;
}
