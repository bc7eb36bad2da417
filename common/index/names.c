/* names.c - decompressing a block once, and finding names in it. */
#include "common/index/names.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/limits.h"
#include "common/io/deflate.h"

#define LONGEST_NAME  (MAX_ID_LENGTH + MAX_TITLE_LENGTH + 2 * 5)
#define LONGEST_BLOCK (NAMES_IN_BLOCK * LONGEST_NAME)

struct name {
    struct text id, title;
};

struct name_block {
    struct name names[NAMES_IN_BLOCK];
    unsigned char bytes[];
};

int names_open(struct names *names, const struct frame *frame, unsigned first, uint32_t docs,
               struct error *err)
{
    const struct section *s = &frame->sections[first];
    uint32_t blocks = docs / NAMES_IN_BLOCK + (docs % NAMES_IN_BLOCK != 0);
    *names = (struct names){.frame = frame,
                            .offsets = s[0],
                            .lengths = s[1],
                            .names = s[2],
                            .docs = docs,
                            .blocks = blocks};
    if (s[0].len != ((size_t)blocks + 1) * 8 || s[1].len != (size_t)blocks * 4)
        return frame_damaged(frame, s[0].p, "not the sections of names", err);
    names->read = mem_zalloc(blocks, sizeof *names->read);
    return BF_OK;
}

void names_close(struct names *names)
{
    for (uint32_t i = 0; names->read && i < names->blocks; i++)
        free(names->read[i]);
    free(names->read);
    *names = (struct names){0};
}

/* A block's bytes in the file, verified, and their length decompressed. */
static int raw_block(const struct names *names, uint32_t block, struct bytes *packed,
                     uint32_t *raw_len, struct error *err)
{
    const unsigned char *offsets = names->offsets.p + 8 * (size_t)block;
    const unsigned char *length = names->lengths.p + 4 * (size_t)block;
    int rc = frame_touch(names->frame, offsets, 16, err);
    if (!rc)
        rc = frame_touch(names->frame, length, 4, err);
    if (rc)
        return rc;
    uint64_t from = load_u64(offsets), to = load_u64(offsets + 8);
    *raw_len = load_u32(length);
    if (from > to || to > names->names.len || *raw_len > LONGEST_BLOCK)
        return frame_damaged(names->frame, offsets, "names out of range", err);
    *packed = bytes_of(names->names.p + from, to - from);
    return frame_touch(names->frame, packed->p, to - from, err);
}

static bool find_names(struct name_block *b, uint32_t raw_len, uint32_t count)
{
    struct bytes in = bytes_of(b->bytes, raw_len);
    for (uint32_t i = 0; i < count; i++)
        if (!take_text(&in, &b->names[i].id) || !take_text(&in, &b->names[i].title))
            return false;
    return !bytes_left(&in);
}

static int decompress(const struct names *names, uint32_t block, struct name_block **out,
                      struct error *err)
{
    struct bytes packed = {0};
    uint32_t raw_len, left = names->docs - block * NAMES_IN_BLOCK;
    int rc = raw_block(names, block, &packed, &raw_len, err);
    if (rc)
        return rc;
    struct name_block *b = mem_alloc(sizeof *b + raw_len);
    struct inflater *inflater = inflater_new();
    bool good = !inflater_run(inflater, packed.p, bytes_left(&packed), b->bytes, raw_len) &&
                find_names(b, raw_len, left < NAMES_IN_BLOCK ? left : NAMES_IN_BLOCK);
    inflater_free(inflater);
    if (!good) {
        free(b);
        return frame_damaged(names->frame, packed.p, "no names of articles", err);
    }
    *out = b;
    return BF_OK;
}

/* Of two threads that decompress a block at once, the second takes the first's. */
static int hold(const struct names *names, uint32_t block, struct name_block **out,
                struct error *err)
{
    struct name_block *made = NULL, *expected = NULL;
    *out = __atomic_load_n(&names->read[block], __ATOMIC_ACQUIRE);
    if (*out)
        return BF_OK;
    int rc = decompress(names, block, &made, err);
    if (rc)
        return rc;
    bool first = __atomic_compare_exchange_n(&names->read[block], &expected, made, false,
                                             __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    *out = first ? made : expected;
    if (!first)
        free(made);
    return BF_OK;
}

int names_get(const struct names *names, uint32_t doc, struct text *id, struct text *title,
              struct error *err)
{
    struct name_block *b;
    int rc = hold(names, doc / NAMES_IN_BLOCK, &b, err);
    if (rc)
        return rc;
    *id = b->names[doc % NAMES_IN_BLOCK].id;
    *title = b->names[doc % NAMES_IN_BLOCK].title;
    return BF_OK;
}

const unsigned char *names_place(const struct names *names, uint32_t doc)
{
    return names->offsets.p + 8 * (size_t)(doc / NAMES_IN_BLOCK);
}
