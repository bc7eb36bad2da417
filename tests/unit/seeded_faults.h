/* seeded_faults.h - indexes that are wrong in one place, with right checksums. */
#ifndef TESTS_UNIT_SEEDED_FAULTS_H
#define TESTS_UNIT_SEEDED_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/unit/small_index.h"

/* A fault is a bent writer, a changed file, or a changed manifest. */
struct seeded_fault {
    const char *name;
    const char *found; /* what check has to say */
    bool quick;        /* without lists and text too */
    struct small_bend bend;
    unsigned segment;
    enum segment_file file; /* SEGMENT_FILES: the delete file; or SMALL_COPIES */
    void (*patch)(struct loose_frame *f, const struct segment *s);
    void (*manifest)(struct manifest *m);
};

extern const struct seeded_fault seeded_faults[];
extern const size_t seeded_fault_count;

/* Makes the index in an existing directory. */
void seed_fault(const struct seeded_fault *fault, const char *dir);

#endif
