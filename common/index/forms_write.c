/* forms_write.c - entries go to the file as they fill a buffer, numbers at the end. */
#include "common/index/forms_write.h"

#include "common/codec/pfor.h"
#include "common/index/dictionary.h"
#include "common/index/forms.h"

#define FLUSH_BYTES 65536

int compare_forms(const struct form *a, const struct form *b)
{
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return term_compare(a->text, a->len, b->text, b->len);
}

void forms_writer_init(struct forms_writer *w, struct frame_writer *file)
{
    *w = (struct forms_writer){.file = file};
    frame_section(file);
}

void forms_writer_free(struct forms_writer *w)
{
    buf_free(&w->index);
    buf_free(&w->numbers);
    buf_free(&w->pending);
}

static void flush(struct forms_writer *w)
{
    frame_write(w->file, w->pending.data, w->pending.len);
    w->entries_bytes += w->pending.len;
    w->pending.len = 0;
}

static void put_ordinal(struct forms_writer *w, uint32_t ordinal)
{
    if (w->pending.len >= FLUSH_BYTES)
        flush(w);
    if (w->entries % FORMS_GROUP == 0) {
        buf_u32(&w->index, ordinal);
        buf_u64(&w->index, w->entries_bytes + w->pending.len);
        buf_u64(&w->index, w->numbers.len);
        buf_varint(&w->pending, 0);
    } else {
        buf_varint(&w->pending, ordinal - w->last_ordinal - 1);
    }
    w->last_ordinal = ordinal;
    w->entries++;
}

static void put_form(struct forms_writer *w, const char *term, size_t len, const struct form *form)
{
    size_t shared = 0, most = form->len < len ? form->len : len;
    while (shared < most && form->text[shared] == term[shared])
        shared++;
    buf_varint(&w->pending, shared);
    buf_varint(&w->pending, form->len - shared);
    buf_add(&w->pending, form->text + shared, form->len - shared);
}

static void put_numbers(struct forms_writer *w, const uint32_t *numbers, uint64_t cf)
{
    size_t before = w->numbers.len;
    for (uint64_t at = 0; at < cf; at += BLOCK_LEN) {
        unsigned n = cf - at < BLOCK_LEN ? (unsigned)(cf - at) : BLOCK_LEN;
        buf_reserve(&w->numbers, PFOR_MAX_BYTES);
        w->numbers.len += pfor_encode(numbers + at, n, w->numbers.data + w->numbers.len);
    }
    buf_varint(&w->pending, w->numbers.len - before);
}

void forms_writer_add(struct forms_writer *w, uint32_t ordinal, const char *term, size_t len,
                      uint64_t cf, const struct term_spellings *spellings)
{
    const struct form *forms = spellings->forms;
    if (spellings->count == 1 && term_compare(forms->text, forms->len, term, len) == 0)
        return;
    put_ordinal(w, ordinal);
    buf_varint(&w->pending, spellings->count);
    for (uint32_t i = 0; i < spellings->count; i++)
        put_form(w, term, len, &forms[i]);
    if (spellings->count > 1)
        put_numbers(w, spellings->numbers, cf);
}

void forms_writer_finish(struct forms_writer *w)
{
    struct buf count = {0};
    flush(w);
    buf_u32(&count, w->entries);
    frame_put_section(w->file, w->index.data, w->index.len);
    frame_put_section(w->file, w->numbers.data, w->numbers.len);
    frame_put_section(w->file, count.data, count.len);
    buf_free(&count);
}
