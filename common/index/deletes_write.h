/* deletes_write.h - making a delete file (deletes.h has the layout). */
#ifndef INDEX_DELETES_WRITE_H
#define INDEX_DELETES_WRITE_H

#include <stdint.h>

#include "common/index/segment.h"

/*
 * Writes the delete file of `generation` for the segment: `bitmap` (one bit an
 * article, (docs + 7) / 8 bytes) holds all its deleted articles, those deleted
 * before included. What they take off each term is counted from the postings.
 * Fills in the deletes part of *entry.
 */
int deletes_write(const struct segment *s, const char *dir, uint64_t generation,
                  const unsigned char *bitmap, struct segment_entry *entry, struct error *err);

#endif
