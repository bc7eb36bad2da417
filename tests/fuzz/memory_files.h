/*
 * memory_files.h - files that are only in memory, so that a target makes
 * thousands of them a second.
 *
 * After memory_files_install every path that begins with MEMORY_DIR "/" means
 * one of these; all others are real files as before. What is read or mapped is
 * a block of heap of exactly the file's size: the sanitizer sees the first byte
 * too many, which a mapping of whole pages would hide.
 */
#ifndef TESTS_FUZZ_MEMORY_FILES_H
#define TESTS_FUZZ_MEMORY_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "common/index/manifest.h"
#include "common/io/frame.h"

#define MEMORY_DIR "fuzz:"

void memory_files_install(void);

/* Replaces the file. */
void memory_file_put(const char *name, const void *p, size_t n);
void memory_file_remove(const char *name); /* or nothing, when it is not there */
/* As memory_file_put, with a frame round the sections, by the writer of the index;
 * *entry (or NULL) is what a manifest has to say of it. */
void memory_file_put_framed(const char *name, uint32_t kind, const unsigned char id[FRAME_ID_BYTES],
                            const struct section *sections, unsigned count,
                            struct file_entry *entry);

/*
 * Sections from a target's bytes: between two of them stands FUZZ_BETWEEN, so
 * that bytes can come and go in one without moving the others. Returns how many.
 */
#define FUZZ_BETWEEN "\n--\n"
unsigned fuzz_sections(const unsigned char *p, size_t n, struct section out[FRAME_MAX_SECTIONS]);

#endif
