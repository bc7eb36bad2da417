/* copies_write.h - making the file of groups (copies.h has the layout). */
#ifndef INDEX_COPIES_WRITE_H
#define INDEX_COPIES_WRITE_H

#include "common/index/manifest.h"
#include "common/index/segment.h"

/*
 * Finds the copies among the live articles of the segments, which are those of
 * *m in its order, and writes them as the file of `generation`; where there
 * are none there is no file. Fills in m's copies. The columns have been
 * verified.
 */
int copies_write(const struct segment *segments, const char *dir, uint64_t generation,
                 struct manifest *m, struct error *err);

/* The sections of that file; both empty when there are no copies. */
int copies_make(const struct segment *segments, uint32_t count, struct buf *docs,
                struct buf *leaders, struct error *err);

#endif
