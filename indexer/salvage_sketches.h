/*
 * salvage_sketches.h - the sketches of a segment without text, from its lists.
 *
 * Positions say in which order the terms of an article stand, so its windows
 * and their hashes (sketch.h) are what they were. The keys of paragraphs are
 * not to be had: boilerplate is not recognised in these articles any more.
 */
#ifndef INDEXER_SALVAGE_SKETCHES_H
#define INDEXER_SALVAGE_SKETCHES_H

#include "common/index/manifest.h"

/* Writes the sketches of the segment in `dir` whose other files are there, as
 * entry->files has them, and puts length and checksum into its place. `rules`
 * are those by which the segment was made. BF_ERR_DAMAGED when the lists
 * contradict the columns. Takes 4 bytes of memory a token. */
int salvage_derive_sketches(const char *dir, const struct manifest *rules,
                            struct segment_entry *entry, struct error *err);

#endif
