/*
 * check.h - whether an index is what FORMAT.md says.
 *
 * Reads a commit as a query does - no lock, nothing written - and derives
 * again whatever can be derived: each checksum, each offset from what stands
 * before it, each count and sum from the postings, each hash from the text, and
 * from the text, analysed once more, every term, form and position.
 * Checksums find accidents; this finds what was written wrong.
 */
#ifndef INDEX_CHECK_H
#define INDEX_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/error.h"

struct check_options {
    bool quick; /* manifest, frames and columns only: neither lists nor text */
    /* When not NULL, called as bytes of the index's files have been dealt with. */
    void (*progress)(void *arg, uint64_t done_bytes, uint64_t total_bytes);
    void *arg;
};

/* What was looked at; after a failure, up to there. */
struct check_report {
    uint64_t generation;
    uint32_t segments;
    uint64_t docs; /* deleted ones included */
    uint64_t deleted_docs;
    uint64_t tokens;
    uint64_t bytes;
    uint64_t terms;    /* of all segments, each counting its own; 0 when quick */
    uint64_t postings; /* 0 when quick */
};

/*
 * BF_OK when the index holds. BF_ERR_DAMAGED for the first contradiction: the
 * text names file and offset and, where there are any, the two values that
 * differ. BF_ERR_MISSING, BF_ERR_TOO_NEW, BF_ERR_TOO_OLD and BF_ERR_SYSTEM as
 * from opening. o may be NULL. Takes about 28 bytes of memory an article of
 * the largest segment, 12 an occurrence of the most frequent term, and one
 * block of text.
 */
int check_index(const char *dir, const struct check_options *o, struct check_report *report,
                struct error *err);

/* The same of one open segment alone, as part of an index with this manifest,
 * which need not list it. */
struct manifest;
struct segment;
int check_one_segment(const struct manifest *m, const struct segment *s, struct error *err);

#endif
