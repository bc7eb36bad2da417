/*
 * rescue_files.h - what the files of a damaged index are, whatever their names say.
 *
 * With its manifest, the segments are those that it lists, and a file is known
 * by length and checksum, so that one under another's name is found. Without,
 * they are those that the names of files tell, and the id that most of a
 * segment's headers have says which belong together. Nothing is written.
 */
#ifndef INDEX_RESCUE_FILES_H
#define INDEX_RESCUE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/index/manifest.h"
#include "common/io/frame_rescue.h"

#define RESCUE_DELETES SEGMENT_FILES

struct rescue_file {
    char *name;
    unsigned which;  /* enum segment_file or RESCUE_DELETES: by its header, else its name */
    uint64_t number; /* by its name, and so the generation of a delete file */
    uint64_t generation;
    bool in_place; /* the name says `which` as well */
    struct rescued_frame frame;
};

struct rescue_segment {
    struct segment_entry entry; /* the manifest's; without it, what the files say */
    bool docs_known;
    const struct rescue_file *files[SEGMENT_FILES]; /* NULL: there is none */
    bool sure[SEGMENT_FILES];                       /* it is this segment's without a doubt */
    bool right[SEGMENT_FILES];                      /* it is, by its checksums */
    bool whole;                                     /* all are there and right */
    unsigned mended;                                /* bytes that were put right in them */
    struct error problem;                           /* the first one, when not whole */
    const unsigned char *deleted;                   /* the bitmap; NULL: nothing is deleted */
    uint64_t deleted_bits;                          /* that it has */
    bool deletions_lost;                            /* some are, or all */
};

struct rescue {
    char *dir;
    struct manifest manifest;      /* zeroed when it is lost */
    struct error manifest_problem; /* code 0: none */
    bool has_manifest;             /* it is whole and no older than the files are */
    struct rescue_file *files;
    size_t file_count, file_capacity;
    struct rescue_segment *segments; /* in ascending order of their numbers */
    size_t segment_count, segment_capacity;
};

/* Takes no lock; where a writer has committed meanwhile, it starts again.
 * BF_ERR_MISSING when there is no index, not even a damaged one; BF_ERR_TOO_NEW
 * and BF_ERR_TOO_OLD when it is another version's; BF_ERR_SYSTEM when the
 * system refuses a file that may be whole. */
int rescue_open(struct rescue *r, const char *dir, struct error *err);
void rescue_close(struct rescue *r); /* accepts a zeroed struct */

/* Whether an article, of whatever number, is known to be deleted. */
static inline bool rescue_is_deleted(const struct rescue_segment *s, uint32_t doc)
{
    return s->deleted && doc < s->deleted_bits && s->deleted[doc / 8] >> doc % 8 & 1;
}

#endif
