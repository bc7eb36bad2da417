/*
 * salvage_copy.h - a segment of a damaged index that is whole, into a new one.
 */
#ifndef INDEXER_SALVAGE_COPY_H
#define INDEXER_SALVAGE_COPY_H

#include "common/index/rescue_files.h"

/* Whether the segment can be copied: every file of it is right. Of an index
 * without text, where nothing can be made again from it, the sketches need not
 * be: they are derived from the lists (salvage_sketches.h). */
bool salvage_can_copy(const struct rescue_segment *from, const struct manifest *rules);

/*
 * Copies the segment's files to the directory as segment `number`, durable but
 * for the directory, and checks them as part of an index with this manifest.
 * *entry, without deletions, is then what a manifest needs. BF_ERR_DAMAGED,
 * with the reason in *problem and nothing left of the copy, when they
 * contradict each other; any other error in *err.
 */
int salvage_copy(const struct rescue_segment *from, const struct manifest *rules, const char *dir,
                 uint64_t number, struct segment_entry *entry, struct error *problem,
                 struct error *err);

#endif
