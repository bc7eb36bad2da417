/* textfile_write.c - filling, compressing and numbering blocks. */
#include "common/index/textfile_write.h"

#include "common/index/limits.h"

void textfile_writer_init(struct textfile_writer *w, struct frame_writer *file)
{
    *w = (struct textfile_writer){.file = file, .deflater = deflater_new()};
    frame_section(file);
}

void textfile_writer_free(struct textfile_writer *w)
{
    deflater_free(w->deflater);
    buf_free(&w->block);
    buf_free(&w->compressed);
    buf_free(&w->offsets);
    buf_free(&w->lengths);
    *w = (struct textfile_writer){0};
}

static void put_block(struct textfile_writer *w, const void *p, size_t n, uint32_t raw_len)
{
    buf_u64(&w->offsets, frame_section_bytes(w->file));
    buf_u32(&w->lengths, raw_len);
    frame_write(w->file, p, n);
    w->blocks++;
}

static void end_block(struct textfile_writer *w)
{
    if (!w->block.len)
        return;
    w->compressed.len = 0;
    deflater_run(w->deflater, w->block.data, w->block.len, &w->compressed);
    put_block(w, w->compressed.data, w->compressed.len, (uint32_t)w->block.len);
    w->block.len = 0;
}

void textfile_writer_add(struct textfile_writer *w, const void *record, size_t n,
                         uint32_t *text_block, uint32_t *text_offset)
{
    *text_block = w->blocks;
    *text_offset = (uint32_t)w->block.len;
    buf_add(&w->block, record, n);
    if (w->block.len >= TEXT_BLOCK_BYTES)
        end_block(w);
}

uint32_t textfile_writer_copy(struct textfile_writer *w, const unsigned char *compressed, size_t n,
                              uint32_t raw_len)
{
    end_block(w);
    put_block(w, compressed, n, raw_len);
    return w->blocks - 1;
}

void textfile_writer_finish(struct textfile_writer *w)
{
    end_block(w);
    buf_u64(&w->offsets, frame_section_bytes(w->file));
    frame_put_section(w->file, w->offsets.data, w->offsets.len);
    frame_put_section(w->file, w->lengths.data, w->lengths.len);
}
