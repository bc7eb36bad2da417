/* scratch.h - a directory of the test's own, and whole files in it. */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

/* A new directory; scratch_free removes it with all it holds. */
char *scratch_new(void);
void scratch_free(char *dir);

/* Paths are freed by the caller. */
char *scratch_path(const char *dir, const char *name);
void scratch_write(const char *path, const void *p, size_t n); /* replaces the file */
void scratch_read(const char *path, struct buf *out);          /* *out is replaced */
bool scratch_exists(const char *dir, const char *name);
size_t scratch_files(const char *dir); /* how many there are */

/* A copy in exactly n bytes of heap, so that ASan sees the first byte too many. */
unsigned char *exact_copy(const void *p, size_t n);

#endif
