/* copies_write.h - making the file of groups (copies.h has the layout). */
#ifndef INDEX_COPIES_WRITE_H
#define INDEX_COPIES_WRITE_H

#include "common/index/boilerplate.h"
#include "common/index/copies.h"

/*
 * Finds boilerplate and copies in the index that *s will be and writes them as
 * the file of `generation`; where there are none there is no file. Fills in
 * m's copies. The columns have been verified. Of *s only the manifest, the
 * segments and the numbers matter.
 */
int copies_write(const struct snapshot *s, uint64_t generation, struct manifest *m,
                 struct error *err);

/* The sections of that file, all empty when there is nothing to say; the
 * caller frees them, also after a failure. */
int copies_make(const struct snapshot *s, struct buf sections[COPIES_SECTIONS], struct error *err);

/* All live articles without boilerplate, in the order in which they are taken
 * (copies_find.h); the caller frees both, also after a failure. */
int copies_prepare(const struct snapshot *s, struct copy_node **nodes, size_t *count,
                   struct boilerplate *boilerplate, struct error *err);

#endif
