/*
 * container.h - the door to libarchive: tar and zip, member by member, and
 * files packed with xz, zstd or bzip2.
 *
 * Members are streams: nothing is written anywhere, sought, or held as a
 * whole, and no link, device or pipe in a container is followed or made. A
 * build without libarchive recognises containers and opens none.
 */
#ifndef ARCHIVE_CONTAINER_H
#define ARCHIVE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/archive/input.h"

enum container_kind {
    CONTAINER_NONE,
    CONTAINER_TAR,
    CONTAINER_ZIP,
    CONTAINER_PACKED /* one stream, without a name of its own */
};

/* By its first bytes; for a tar, CONTAINER_HEAD_BYTES of them. */
#define CONTAINER_HEAD_BYTES 512
enum container_kind container_recognise(const char *head, size_t len);

enum container_find {
    CONTAINER_MEMBER,  /* a file that can be read */
    CONTAINER_REFUSED, /* something else: reason and detail say what */
    CONTAINER_DAMAGED, /* nothing can be read from here on; the same */
    CONTAINER_END
};

struct container_member {
    enum container_find find;
    const char *name; /* as stored, whatever it holds; "" in a packed stream */
    enum skip_reason reason;
    char detail[128];
};

struct container;

/* Reads on from the input's view. NULL where this build cannot. */
struct container *container_open(enum container_kind kind, struct input *in);
void container_close(struct container *c); /* NULL does nothing */

/* Goes to the next member; what is left of the one before is passed. Not 0
 * when the sink stopped the reading: its code. */
int container_next(struct container *c, struct container_member *member);

/* The member's bytes, for input_new_inside. */
struct input_origin container_origin(struct container *c);

#endif
