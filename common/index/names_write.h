/* names_write.h - collecting ids and titles and writing them in blocks (names.h). */
#ifndef INDEX_NAMES_WRITE_H
#define INDEX_NAMES_WRITE_H

#include "common/base/buf.h"
#include "common/index/names.h"

/* All zero: empty. */
struct names_writer {
    struct buf bytes; /* of all articles, as in a block */
    size_t *starts;   /* of each article in `bytes` */
    size_t count, capacity;
};

void names_writer_free(struct names_writer *w);
void names_writer_add(struct names_writer *w, struct text id, struct text title);
size_t names_writer_bytes(const struct names_writer *w); /* memory held */
struct text names_writer_id(const struct names_writer *w, uint32_t doc);

/* Appends the contents of the three sections. */
void names_writer_pack(const struct names_writer *w, struct buf *offsets, struct buf *lengths,
                       struct buf *names);

#endif
