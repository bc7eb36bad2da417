/* rescue_blocks.c - where a block starts is tried by the table first, then by the block before. */
#include "common/index/rescue_blocks.h"

#include "common/base/bytes.h"

#define OFFSET_BYTES ((size_t)8)
#define LENGTH_BYTES ((size_t)4)

void rescue_blocks_open(struct rescue_blocks *b, const struct rescued_frame *file, unsigned data,
                        unsigned offsets, unsigned lengths, size_t most)
{
    const struct frame *f = &file->frame;
    *b = (struct rescue_blocks){
        .file = file, .most = most, .inflater = rescue_inflater_new(), .held = -1};
    if (f->section_count) {
        b->data = f->sections[data];
        b->offsets = f->sections[offsets];
        b->lengths = f->sections[lengths];
    } else if (f->len > FRAME_HEADER) {
        b->data = (struct section){f->map + FRAME_HEADER, f->len - FRAME_HEADER};
    }
}

void rescue_blocks_close(struct rescue_blocks *b)
{
    rescue_inflater_free(b->inflater);
    buf_free(&b->bytes);
    *b = (struct rescue_blocks){.held = -1};
}

/* A place where the block may start, and how far its bytes may reach. */
struct place {
    const unsigned char *p;
    size_t n;
    bool right;
};

static bool place_by_table(const struct rescue_blocks *b, uint32_t block, struct place *out)
{
    const unsigned char *entry = b->offsets.p + OFFSET_BYTES * block;
    if (b->offsets.len / OFFSET_BYTES < (size_t)block + 2)
        return false;
    uint64_t from = load_u64(entry), to = load_u64(entry + OFFSET_BYTES);
    if (from > b->data.len)
        return false;
    *out = (struct place){b->data.p + from, b->data.len - from,
                          frame_rescue_right(b->file, entry, 2 * OFFSET_BYTES)};
    if (out->right && to >= from && to <= b->data.len)
        out->n = to - from;
    return true;
}

/* Behind the block before, or at the start of the data. */
static bool place_by_chain(const struct rescue_blocks *b, uint32_t block, struct place *out)
{
    const unsigned char *end = b->data.p + b->data.len;
    if (block == 0)
        *out = (struct place){b->data.p, b->data.len, b->file->tables_right};
    else if (b->held == (int64_t)block - 1 && b->end && b->end <= end)
        *out = (struct place){b->end, (size_t)(end - b->end), !b->problem};
    else
        return false;
    return out->p != NULL;
}

/* The stated length; false when it is not known. */
static bool stated_length(const struct rescue_blocks *b, uint32_t block, size_t *out)
{
    if (b->lengths.len / LENGTH_BYTES <= block)
        return false;
    const unsigned char *entry = b->lengths.p + LENGTH_BYTES * block;
    *out = load_u32(entry);
    return frame_rescue_right(b->file, entry, LENGTH_BYTES);
}

static void read_at(struct rescue_blocks *b, uint32_t block, const struct place *at)
{
    size_t good = frame_rescue_good(b->file, at->p, at->n), length;
    struct inflate_rescued r =
        rescue_inflater_run(b->inflater, at->p, at->n, good, b->most, &b->bytes);
    bool known = stated_length(b, block, &length);
    b->held = block;
    b->end = r.ended ? at->p + r.used : NULL;
    b->complete = r.ended && (!known || b->bytes.len == length);
    b->trusted = at->right ? r.trusted : 0;
    b->problem = NULL;
    if (!b->complete)
        b->problem = "does not decompress";
    else if (b->trusted < b->bytes.len)
        b->problem = "checksum of a page is wrong";
}

void rescue_blocks_get(struct rescue_blocks *b, uint32_t block)
{
    struct place table, chain;
    if (b->held == (int64_t)block)
        return;
    bool by_chain = place_by_chain(b, block, &chain);
    bool by_table = place_by_table(b, block, &table);
    b->bytes.len = 0;
    if (by_table)
        read_at(b, block, &table);
    if (by_chain && (!by_table || (!b->complete && chain.p != table.p)))
        read_at(b, block, &chain);
    if (by_table || by_chain)
        return;
    b->held = block;
    b->trusted = 0;
    b->complete = false;
    b->end = NULL;
    b->problem = "where it starts is lost";
}
