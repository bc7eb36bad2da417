/* names_write.c - names as they come, compressed at the end. */
#include "common/index/names_write.h"

#include <stdlib.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/io/deflate.h"

void names_writer_free(struct names_writer *w)
{
    buf_free(&w->bytes);
    free(w->starts);
    *w = (struct names_writer){0};
}

void names_writer_add(struct names_writer *w, struct text id, struct text title)
{
    mem_grow(w->starts, &w->capacity, w->count + 1);
    w->starts[w->count++] = w->bytes.len;
    buf_counted(&w->bytes, id.p, id.len);
    buf_counted(&w->bytes, title.p, title.len);
}

size_t names_writer_bytes(const struct names_writer *w)
{
    return w->bytes.capacity + w->capacity * sizeof *w->starts;
}

struct text names_writer_id(const struct names_writer *w, uint32_t doc)
{
    struct bytes in = bytes_of(w->bytes.data + w->starts[doc], w->bytes.len - w->starts[doc]);
    struct text id = {"", 0};
    take_text(&in, &id);
    return id;
}

void names_writer_pack(const struct names_writer *w, struct buf *offsets, struct buf *lengths,
                       struct buf *names)
{
    struct deflater *deflater = deflater_new();
    for (size_t doc = 0; doc < w->count; doc += NAMES_IN_BLOCK) {
        size_t next = doc + NAMES_IN_BLOCK, start = w->starts[doc];
        size_t end = next < w->count ? w->starts[next] : w->bytes.len;
        buf_u64(offsets, names->len);
        buf_u32(lengths, (uint32_t)(end - start));
        deflater_run(deflater, w->bytes.data + start, end - start, names);
    }
    buf_u64(offsets, names->len);
    deflater_free(deflater);
}
