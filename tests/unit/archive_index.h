/*
 * archive_index.h - indexes made and changed as `backfile-index` does, for
 * tests of what is then found in them.
 *
 * The functions fail the test when something goes wrong. Nothing is synced: a
 * test's index need not outlive a power cut.
 */
#ifndef TESTS_UNIT_ARCHIVE_INDEX_H
#define TESTS_UNIT_ARCHIVE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/index_writer.h"
#include "indexer/ingest.h"

#define PLENTY ((uint64_t)256 << 20)

/* How an archive is read. */
struct reading {
    unsigned threads;
    uint64_t memory;       /* of all workers */
    interrupt_flag *stop;  /* NULL: never */
    bool without_text;     /* what a new index becomes */
    uint64_t commit_every; /* records; 0: at the end */
};

/* `ingest` with the built-in names of fields and these options. */
int ingest_quietly(struct index_writer *w, char *const *sources, int count,
                   const struct reading *how, struct ingest_counts *counts, struct error *err);

/* Each source is ingested on its own, so that it has segments of its own, but
 * all go into one commit. The counts are those of the last source. */
void index_add(const char *dir, char *const *sources, int count, const struct reading *how,
               struct ingest_counts *counts);
void index_delete(const char *dir, const char *const *ids, size_t count);
void index_merge(const char *dir);

uint32_t index_segments(const char *dir);

/* What the index holds, as text to compare: "id|title|body|date" a line, by id. */
char *index_contents(const char *dir);

/* check_index finds nothing. */
void index_is_sound(const char *dir);

/* Of the last commit. */
uint64_t generation_of(const char *dir);

#endif
