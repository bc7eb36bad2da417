/*
 * target.h - fuzz targets: functions that take any bytes and must neither
 * crash, hang, leak nor break what their headers promise.
 *
 * All targets are in one program. libfuzzer.c runs one of them under libFuzzer,
 * named by the program's own name; replay.c runs all of them over a corpus.
 */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct fuzz_target {
    const char *name; /* also of its corpus and of its dictionary */
    void (*run)(const unsigned char *p, size_t n, const void *arg);
    const void *arg;
    void (*start)(void); /* before the first run, or NULL */
};

/* A list for each file; each ends with a target without a name. */
extern const struct fuzz_target file_targets[];
extern const struct fuzz_target codec_targets[];
extern const struct fuzz_target index_targets[];
extern const struct fuzz_target reader_targets[];
extern const struct fuzz_target text_targets[];

/* All of them, until NULL. */
const struct fuzz_target *fuzz_target(size_t number);
const struct fuzz_target *fuzz_target_named(const char *name); /* NULL: none */

/* A promise that did not hold ends the program, as a crash does. */
#define FUZZ_HOLDS(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
