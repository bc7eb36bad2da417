/* columns_write.h - collecting a segment's columns in memory and writing them (columns.h). */
#ifndef INDEX_COLUMNS_WRITE_H
#define INDEX_COLUMNS_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/index/columns.h"
#include "common/index/names_write.h"
#include "common/index/values_write.h"
#include "common/io/frame_write.h"

/* One article. The strings are copied. */
struct column_row {
    struct text id, title, category;
    uint32_t tokens, lead_tokens, title_tokens, words;
    uint8_t flags;
    int64_t date, modified;
    uint64_t content_hash, body_hash;
    uint32_t text_block, text_offset;
};

struct category_list;
struct columns_writer {
    uint32_t docs;
    uint64_t tokens, lead_tokens; /* sums over all articles */
    struct buf columns[COLUMNS];  /* the packed ones still as wide as they come */
    struct names_writer names;
    struct category_list *categories;
    struct values_writer values; /* fed by the caller */
};

void columns_writer_init(struct columns_writer *w);
void columns_writer_free(struct columns_writer *w);
void columns_writer_add(struct columns_writer *w, const struct column_row *row);
size_t columns_writer_bytes(const struct columns_writer *w); /* memory held */

static inline const uint8_t *columns_writer_lengths(const struct columns_writer *w)
{
    return w->columns[COLUMN_LENGTH].data;
}

/* Writes all sections; the file is then ready for frame_writer_finish. */
void columns_writer_finish(struct columns_writer *w, struct frame_writer *file);

/* The row of an existing segment, for merging; the strings are its columns'. */
int columns_row(const struct columns *c, uint32_t doc, struct column_row *row, struct error *err);

#endif
