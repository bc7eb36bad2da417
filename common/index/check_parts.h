/*
 * check_parts.h - the parts of check_index, one for each kind of file; only
 * for check*.c. Each is BF_OK, or damage of the segment's file.
 */
#ifndef INDEX_CHECK_PARTS_H
#define INDEX_CHECK_PARTS_H

#include <stdbool.h>

#include "common/index/check.h"
#include "common/index/segment.h"

struct check_run {
    const struct check_options *options;
    struct check_report *report;
    bool without_text;    /* as the manifest has it */
    uint64_t done, total; /* bytes, for progress */
    uint64_t told;        /* done when progress was last called */
};

void check_advance(struct check_run *run, uint64_t bytes);

/* frame_damaged with a composed text. */
int check_damaged(const struct frame *f, const void *p, struct error *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Columns, and what the manifest says of them and of the deletions. */
int check_columns(const struct segment *s, struct error *err);

/* No id is live twice, in whatever segments. */
int check_ids(const struct segment *segments, uint32_t count, struct error *err);

/* Every record, in the order of the articles. */
int check_text(struct check_run *run, const struct segment *s, struct error *err);

/* The dictionary, all lists, and the delete file's counts. */
int check_terms(struct check_run *run, const struct segment *s, struct error *err);

#endif
