/*
 * base_index.h - a small index with everything in it, in memory, that targets
 * ask queries or take apart and put back together.
 */
#ifndef TESTS_FUZZ_BASE_INDEX_H
#define TESTS_FUZZ_BASE_INDEX_H

#include "tests/fuzz/memory_files.h"
#include "tests/unit/reframe.h"

/* Made once, as backfile-index would: two segments, a delete file, copies, boilerplate,
 * Chinese, Japanese and Thai, dates, categories, authors, tags. Then all of it
 * is in MEMORY_DIR. */
void base_index_start(void);

/* The files that can be changed: those of segment 1 in the order of enum segment_file, its
 * delete file, the file of copies, the manifest. */
#define BASE_FILES (SEGMENT_FILES + 3)
const char *base_file_name(unsigned which);
const struct loose_frame *base_file(unsigned which);

/* Puts the file there with these sections and names it so in the manifest; the
 * next call puts back what it was. */
void base_index_change(unsigned which, const struct section *sections, unsigned count);

#endif
