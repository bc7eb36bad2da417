/*
 * salvage_run.h - a new index from what is whole in a damaged one.
 *
 * A segment that passes check is copied; of any other, every article that can
 * be read is indexed anew, as `add` would. All of it is one commit of the new
 * index, so it is complete or has none. The damaged index is only read.
 */
#ifndef INDEXER_SALVAGE_RUN_H
#define INDEXER_SALVAGE_RUN_H

#include <stdint.h>

#include "common/base/interrupt.h"
#include "indexer/salvage_report.h"

struct salvage_options {
    const char *language; /* where the manifest is lost; NULL: as rescue_rules.h finds it */
    uint64_t memory;      /* bytes for indexing anew */
    interrupt_flag *stop; /* ends it with BF_ERR_STOPPED and without a commit */
};

/* Makes the index in `dir`, a new directory or one without a commit, out of the
 * one in `old`, and checks it. The report has all that was found then; the
 * caller finishes it. */
int salvage_run(const char *old, const char *dir, const struct salvage_options *options,
                struct salvage_report *report, struct error *err);

#endif
