/* deletes_write.c - counting what deleted articles contributed, from the lists themselves. */
#include "common/index/deletes_write.h"

#include <stdlib.h>

#include "common/base/buf.h"
#include "common/base/mem.h"
#include "common/index/columns_write.h"
#include "common/io/file.h"
#include "common/io/frame_write.h"

/* ranks[i]: deleted articles below 64 * i, so that a block of a list without
 * any is skipped unread. */
struct deleted_set {
    const unsigned char *bitmap;
    uint32_t *ranks;
    uint32_t docs;
};

static bool is_deleted(const struct deleted_set *set, uint32_t doc)
{
    return set->bitmap[doc / 8] >> doc % 8 & 1;
}

static void count_ranks(struct deleted_set *set)
{
    uint32_t words = set->docs / 64 + 2;
    set->ranks = mem_zalloc(words, sizeof *set->ranks);
    for (uint32_t doc = 0; doc < set->docs; doc++)
        set->ranks[doc / 64 + 1] += is_deleted(set, doc);
    for (uint32_t i = 1; i < words; i++)
        set->ranks[i] += set->ranks[i - 1];
}

/* Whether any article of [from, to] may be deleted (to within 64 articles). A
 * range out of bounds is damage: the block is read, and says so. */
static bool any_near(const struct deleted_set *set, uint32_t from, uint32_t to)
{
    if (from > to || to >= set->docs)
        return true;
    return set->ranks[to / 64 + 1] != set->ranks[from / 64];
}

static int count_term(const struct segment *s, const struct term_info *info,
                      const struct deleted_set *set, uint32_t *df, uint64_t *cf, struct error *err)
{
    struct postings p;
    struct posting_block block;
    uint32_t tf[BLOCK_LEN];
    *df = 0;
    *cf = 0;
    int rc = segment_postings(s, info, &p, err);
    for (uint32_t b = 0; b < p.blocks && !rc; b++) {
        uint32_t from = b ? postings_last_doc(&p, b - 1) : 0;
        if (!any_near(set, from, postings_last_doc(&p, b)))
            continue;
        rc = postings_read_docs(&p, b, &block, err);
        if (!rc)
            rc = postings_read_tf(&p, b, tf, err);
        for (unsigned i = 0; !rc && i < block.n; i++) {
            if (is_deleted(set, block.docs[i])) {
                *df += 1;
                *cf += tf[i];
            }
        }
    }
    return rc;
}

static int count_terms(const struct segment *s, const struct deleted_set *set, struct buf lists[3],
                       struct error *err)
{
    struct dictionary_cursor c;
    int rc = dictionary_seek(&s->dictionary, &c, NULL, 0, err);
    while (!rc && !(rc = dictionary_next(&c, err))) {
        uint32_t df;
        uint64_t cf;
        rc = count_term(s, &c.info, set, &df, &cf, err);
        if (rc || !df)
            continue;
        buf_u32(&lists[0], c.info.ordinal);
        buf_u32(&lists[1], df);
        buf_u32(&lists[2], (uint32_t)cf);
    }
    dictionary_cursor_free(&c);
    return rc == BF_END ? BF_OK : rc;
}

static int sum_deleted(const struct segment *s, const struct deleted_set *set,
                       struct segment_entry *entry, struct error *err)
{
    entry->deleted_docs = 0;
    entry->deleted_tokens = entry->deleted_lead_tokens = 0;
    for (uint32_t doc = 0; doc < set->docs; doc++) {
        struct column_row row;
        if (!is_deleted(set, doc))
            continue;
        int rc = columns_row(&s->columns, doc, &row, err);
        if (rc)
            return rc;
        entry->deleted_docs++;
        entry->deleted_tokens += row.tokens;
        entry->deleted_lead_tokens += row.lead_tokens;
    }
    return BF_OK;
}

static int write_file(const char *dir, const struct deleted_set *set, const struct buf lists[3],
                      struct segment_entry *entry, struct error *err)
{
    char name[FILE_NAME_BYTES];
    deletes_file_name(entry->number, entry->deletes_generation, name);
    char *path = file_join(dir, name);
    struct frame_writer w;
    int rc = frame_writer_open(&w, path, FRAME_KIND('D', 'E', 'L', 'S'), entry->id, err);
    free(path);
    if (rc)
        return rc;
    frame_put_section(&w, set->bitmap, (set->docs + 7) / 8);
    for (int i = 0; i < 3; i++)
        frame_put_section(&w, lists[i].data, lists[i].len);
    return frame_writer_finish(&w, &entry->deletes_file.length, &entry->deletes_file.crc, err);
}

int deletes_write(const struct segment *s, const char *dir, uint64_t generation,
                  const unsigned char *bitmap, struct segment_entry *entry, struct error *err)
{
    struct deleted_set set = {.bitmap = bitmap, .docs = s->entry.docs};
    struct buf lists[3] = {{0}};
    count_ranks(&set);
    entry->deletes_generation = generation;
    int rc = sum_deleted(s, &set, entry, err);
    if (!rc)
        rc = count_terms(s, &set, lists, err);
    if (!rc)
        rc = write_file(dir, &set, lists, entry, err);
    for (int i = 0; i < 3; i++)
        buf_free(&lists[i]);
    free(set.ranks);
    return rc;
}
