/*
 * reframe.h - changing a framed file and making its checksums right again: the
 * damage that only the rest of the program can find.
 */
#ifndef TESTS_UNIT_REFRAME_H
#define TESTS_UNIT_REFRAME_H

#include "common/base/buf.h"
#include "common/index/manifest.h"
#include "common/io/frame.h"

/* A file taken apart. */
struct loose_frame {
    uint32_t kind;
    unsigned char id[FRAME_ID_BYTES];
    unsigned count;
    struct buf sections[FRAME_MAX_SECTIONS];
};

/* For file_calls.fsync: a test's files need not outlive a power cut. */
int no_fsync(int fd);

/* Both abort when the file cannot be read or written. */
void loose_read(struct loose_frame *f, const char *path, uint32_t kind);
/* Replaces the file; *entry is what a manifest has to say of it. */
void loose_write(const struct loose_frame *f, const char *path, struct file_entry *entry);
void loose_free(struct loose_frame *f);

/* Recomputes the checksums of a file's bytes in place, as far as its footer
 * can be followed. Returns the checksum of the tail. */
uint32_t refit_checksums(unsigned char *file, size_t len);

#endif
