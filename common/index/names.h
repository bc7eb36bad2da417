/*
 * names.h - ids and titles of a segment's articles: layout and reading.
 *
 * Three sections of the columns file, for n articles in B = ceil(n / 64) blocks:
 *
 *   offsets   (B + 1) x 8   where each block starts in the names; the end
 *   lengths   B x 4         bytes of each block, decompressed
 *   names                   blocks back to back, each compressed as raw deflate:
 *                           for each article varint length of the id, the id,
 *                           varint length of the title, the title
 *
 * A block is decompressed when the first of its names is asked for and kept
 * until names_close, so that a name stays where it is. Several threads may
 * ask at once.
 */
#ifndef INDEX_NAMES_H
#define INDEX_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/io/frame.h"

#define NAMES_IN_BLOCK 64

/* A string that somebody else owns: not terminated. */
struct text {
    const char *p;
    size_t len;
};

/* One written by buf_counted. */
static inline bool take_text(struct bytes *in, struct text *out)
{
    const unsigned char *p;
    if (!take_counted(in, &p, &out->len))
        return false;
    out->p = (const char *)p;
    return true;
}

struct name_block;
struct names {
    const struct frame *frame;
    struct section offsets, lengths, names;
    uint32_t docs, blocks;
    struct name_block **read; /* NULL: not yet */
};

/* The sections `first`, `first` + 1 and `first` + 2 of the frame, which has to
 * outlive them. Damage when they cannot be those of `docs` articles. */
int names_open(struct names *names, const struct frame *frame, unsigned first, uint32_t docs,
               struct error *err);
void names_close(struct names *names); /* accepts a zeroed struct */

/* Both are valid until names_close. Damage of the block is found here. */
int names_get(const struct names *names, uint32_t doc, struct text *id, struct text *title,
              struct error *err);

/* Where the article's block stands in the file: for messages. */
const unsigned char *names_place(const struct names *names, uint32_t doc);

#endif
