/* repack.c - columns unpacked, changed, and packed again. */
#include "tests/unit/test.h"

#include "tests/unit/repack.h"

#include <stdlib.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/index/names_write.h"

static unsigned char *base_of(const struct loose_frame *f, enum column which)
{
    return f->sections[COLUMN_BASES].data + 8 * (which - FIRST_PACKED);
}

static uint32_t docs_of(const struct loose_frame *f)
{
    return (uint32_t)f->sections[COLUMN_LENGTH].len;
}

uint64_t loose_number(const struct loose_frame *f, enum column which, uint32_t doc)
{
    size_t width = f->sections[which].len / docs_of(f);
    unsigned char bytes[8] = {0};
    if (width)
        memcpy(bytes, f->sections[which].data + width * doc, width);
    uint64_t stored = load_u64(bytes);
    return column_is_time(which) && !stored ? (uint64_t)DATE_NONE
                                            : load_u64(base_of(f, which)) + stored;
}

static uint64_t *all_numbers(const struct loose_frame *f, enum column which)
{
    uint64_t *numbers = mem_alloc(docs_of(f) * sizeof *numbers);
    for (uint32_t doc = 0; doc < docs_of(f); doc++)
        numbers[doc] = loose_number(f, which, doc);
    return numbers;
}

static bool is_unknown(enum column which, uint64_t number)
{
    return column_is_time(which) && (int64_t)number == DATE_NONE;
}

static void put_numbers(struct loose_frame *f, enum column which, const uint64_t *numbers,
                        uint64_t base, unsigned width)
{
    struct buf *out = &f->sections[which];
    out->len = 0;
    store_u64(base_of(f, which), base);
    for (uint32_t doc = 0; doc < docs_of(f); doc++) {
        unsigned char bytes[8];
        store_u64(bytes, is_unknown(which, numbers[doc]) ? 0 : numbers[doc] - base);
        buf_add(out, bytes, width);
    }
}

void loose_pack(struct loose_frame *f, enum column which, uint64_t base, unsigned width)
{
    uint64_t *numbers = all_numbers(f, which);
    put_numbers(f, which, numbers, base, width);
    free(numbers);
}

/* Numbers and times are below 2^63 here, but for hashes. */
void loose_set_number(struct loose_frame *f, enum column which, uint32_t doc, uint64_t value)
{
    uint64_t *numbers = all_numbers(f, which), least = UINT64_MAX, most = 0;
    numbers[doc] = value;
    for (uint32_t i = 0; i < docs_of(f); i++) {
        if (is_unknown(which, numbers[i]))
            continue;
        least = numbers[i] < least ? numbers[i] : least;
        most = numbers[i] > most ? numbers[i] : most;
    }
    least -= column_is_time(which);
    put_numbers(f, which, numbers, least, column_width(most - least));
    free(numbers);
}

void loose_set_title(struct loose_frame *f, const struct columns *c, uint32_t doc,
                     struct text title)
{
    struct names_writer w = {0};
    struct error err;
    for (uint32_t i = 0; i < c->docs; i++) {
        struct text id, old;
        assert_int_equal(columns_name(c, i, &id, &old, &err), BF_OK);
        names_writer_add(&w, id, i == doc ? title : old);
    }
    for (unsigned i = COLUMN_NAME_OFFSETS; i <= COLUMN_NAMES; i++)
        f->sections[i].len = 0;
    names_writer_pack(&w, &f->sections[COLUMN_NAME_OFFSETS], &f->sections[COLUMN_NAME_LENGTHS],
                      &f->sections[COLUMN_NAMES]);
    names_writer_free(&w);
}
