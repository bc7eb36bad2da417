/*
 * repack.h - changing numbers and names in a columns file that was taken apart.
 */
#ifndef TESTS_UNIT_REPACK_H
#define TESTS_UNIT_REPACK_H

#include "common/index/columns.h"
#include "tests/unit/reframe.h"

/* A packed column's number of an article: a time as it is, or DATE_NONE. */
uint64_t loose_number(const struct loose_frame *f, enum column which, uint32_t doc);

/* Sets it and packs the column anew, as a writer would. */
void loose_set_number(struct loose_frame *f, enum column which, uint32_t doc, uint64_t value);

/* Packs the column anew with another base and width. The numbers stay as long
 * as they fit. */
void loose_pack(struct loose_frame *f, enum column which, uint64_t base, unsigned width);

/* Gives an article of c another title; its hashes stay. */
void loose_set_title(struct loose_frame *f, const struct columns *c, uint32_t doc,
                     struct text title);

#endif
