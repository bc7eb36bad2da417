/*
 * lock.h - one writer at a time.
 *
 * The lock is an open-file-description lock on the file "lock" of the index,
 * which is never deleted. The kernel drops it with the process, however that
 * ends; closing another descriptor of the file does not, and a program that the
 * process starts does not inherit it.
 */
#ifndef INDEX_LOCK_H
#define INDEX_LOCK_H

#include "common/base/error.h"
#include "common/base/interrupt.h"

/* How long to wait for another writer to end. */
struct lock_patience {
    double seconds;
    interrupt_flag *stop; /* ends the waiting with BF_ERR_STOPPED */
};

/* A descriptor that holds the lock, to be closed by lock_release; or -1 with
 * BF_ERR_LOCKED at once when another process has it. */
int lock_take(const char *dir, struct error *err);
/* The same, tried again until the time is over. */
int lock_wait(const char *dir, const struct lock_patience *patience, struct error *err);
void lock_release(int fd);

#endif
