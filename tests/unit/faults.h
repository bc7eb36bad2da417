/*
 * faults.h - makes chosen calls of file_calls fail.
 *
 * Between faults_install and faults_remove the calls of the given kinds are
 * counted, from 1; the nth fails with the error number. One thread.
 */
#ifndef TESTS_UNIT_FAULTS_H
#define TESTS_UNIT_FAULTS_H

#include <stdbool.h>

enum fault_call {
    FAULT_OPEN = 1 << 0,
    FAULT_CLOSE = 1 << 1, /* closes, and then reports the error, as Linux does */
    FAULT_READ = 1 << 2,
    FAULT_WRITE = 1 << 3,
    FAULT_FSYNC = 1 << 4,
    FAULT_FSTAT = 1 << 5,
    FAULT_RENAME = 1 << 6,
    FAULT_UNLINK = 1 << 7,
    FAULT_MKDIR = 1 << 8,
    FAULT_MMAP = 1 << 9,
    FAULT_OPENDIR = 1 << 10,
    FAULT_LOCK = 1 << 11,
    FAULT_FTRUNCATE = 1 << 12,
    FAULT_STAT = 1 << 13, /* and lstat */
    FAULT_READDIR = 1 << 14,
    /* Those that change something on disk, or make it last. Between two of them
     * a killed process leaves the same. */
    FAULT_CHANGES = FAULT_OPEN | FAULT_WRITE | FAULT_FSYNC | FAULT_RENAME | FAULT_UNLINK |
                    FAULT_MKDIR | FAULT_FTRUNCATE,
    FAULT_ANY = (1 << 15) - 1
};

#define FAULT_DEATH 137 /* as a shell tells of kill -9 */

struct fault_plan {
    unsigned calls; /* enum fault_call, joined */
    unsigned nth;   /* 0: only count */
    int error_number;
    bool sticky;  /* all later ones fail as well */
    bool nothing; /* a write that fails returns 0 instead */
    bool deadly;  /* the nth ends the process instead, with FAULT_DEATH */
    bool trickle; /* reads and writes move at most 3 bytes, and every other one is interrupted */
};

void faults_install(const struct fault_plan *plan);

/* Puts the real calls back; how many of the planned kinds there were. */
unsigned faults_remove(void);

#endif
