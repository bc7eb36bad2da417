/*
 * merge.h - several segments into one, deleted articles left out.
 *
 * Articles keep their order: those of the first segment, then the second, ...
 * Blocks of text without a deleted article are copied as they are; postings
 * are decoded and encoded again, so that every block but a term's last is
 * full.
 */
#ifndef INDEXER_MERGE_H
#define INDEXER_MERGE_H

#include <stdint.h>

#include "common/base/interrupt.h"
#include "common/index/segment.h"

/* Writes the segment `number` in `dir` from count open segments with at least
 * one live article between them; *entry is what the manifest needs. BF_END
 * when *stop is set before all is merged: then nothing is left of it. */
int merge_segments(const struct segment *const *segments, uint32_t count, const char *dir,
                   uint64_t number, interrupt_flag *stop, struct segment_entry *entry,
                   struct error *err);

#endif
