/*
 * sketch_file.h - the sketches of a segment: layout and reading.
 *
 * Kind "SKET", one section: the sketches (sketch.h), article by article. They
 * are read from the first to the last; nothing looks for a single one.
 */
#ifndef INDEX_SKETCH_FILE_H
#define INDEX_SKETCH_FILE_H

#include "common/base/error.h"
#include "common/index/sketch.h"
#include "common/io/frame.h"

/* Opens the file without verifying its pages. */
int sketch_file_open(struct frame *f, const char *path, struct error *err);

/* A walk through a file. */
struct sketch_cursor {
    const struct frame *frame;
    struct bytes left;
    const unsigned char *start; /* of the present sketch, which ends where `left` starts */
    struct sketch sketch;       /* the present one */
};

/* To before the first sketch; verifies the file. */
int sketch_cursor_open(struct sketch_cursor *c, const struct frame *f, struct error *err);
/* To the next one. That there is none is damage: there is one for each article. */
int sketch_cursor_next(struct sketch_cursor *c, struct error *err);

#endif
