/*
 * interrupt.h - SIGINT, SIGTERM and SIGHUP as the wish that a run end soon.
 *
 * Long work looks at the flag and ends in an orderly way: it keeps what is whole,
 * says what was done, and the program ends with status 128 + the signal's number.
 * A second signal ends the process at once. One that was ignored when the
 * program started (nohup) stays ignored.
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <stdatomic.h>

typedef const atomic_int interrupt_flag;

/* From now on; once, before threads. The flag is 0 until a signal comes, then its
 * number. After that, waiting system calls are interrupted (EINTR) every second. */
interrupt_flag *interrupt_watch(void);

/* The same flag's value, for what waits far below and would otherwise wait again. */
int interrupt_pending(void);

/* A flag that stays 0. */
extern interrupt_flag interrupt_never;

#endif
