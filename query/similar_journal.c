/* similar_journal.c - records behind one another; a record counts when its checksum is right. */
#include "query/similar_journal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/io/crc32c.h"
#include "common/io/file.h"

#define HEADER       16
#define MOST_JOURNAL ((size_t)4 << 30)
#define FLUSH_BYTES  16384

struct similar_journal {
    char *path;
    int fd;
    struct buf old; /* the file as it was */
    size_t *starts; /* by rank: its record's payload in `old`; 0: none */
    uint32_t lists, most;
    size_t n;
    uint32_t docs;
    pthread_mutex_t lock;
    struct buf pending;
    struct error err;
};

/* ---- what a journal belongs to ---- */

static void put_settings(struct buf *out, const struct similar_options *o)
{
    const struct similar_choice *c = &o->choice;
    buf_printf(out, "%a %a %zu %zu %d %d %a %a %d %d %u %d %a", o->k1, o->b, o->n, o->terms,
               o->feedback, o->keep_copies, o->threshold, c->window_days, c->same_category,
               c->other_category, c->most_of_source, c->diverse, c->half_life_days);
}

static uint64_t identity_of(const struct snapshot *s, const struct similar_options *o,
                            const struct lists *statistics)
{
    struct buf all = {0};
    manifest_encode(&s->manifest, &all);
    put_settings(&all, o);
    buf_u32(&all, statistics ? statistics->frame.crc : 0);
    for (uint32_t i = 0; i < s->count && o->choice.filter; i++)
        buf_add(&all, o->choice.filter->bits[i],
                (s->segments[i].entry.docs / 64 + 1) * sizeof(uint64_t));
    uint64_t identity = hash64(all.data, all.len, 0);
    buf_free(&all);
    return identity;
}

/* ---- reading ---- */

#define FIXED 20 /* bytes of a record before its items */

static bool is_record(const struct similar_journal *j, const unsigned char *p, size_t len)
{
    if (len < FIXED)
        return false;
    uint32_t items = load_u32(p + 12), learned = load_u32(p + 16);
    if (load_u32(p) >= j->most || items > j->n || learned > SIMILAR_FEEDBACK ||
        len != FIXED + 12 * (size_t)items + 8 * (size_t)learned)
        return false;
    for (size_t i = 0; i < items; i++)
        if (load_u32(p + FIXED + 12 * i) >= j->docs)
            return false;
    for (size_t i = 0; i < learned; i++)
        if (load_u32(p + FIXED + 12 * (size_t)items + 8 * i) >= j->docs)
            return false;
    return true;
}

/* Returns where the records that count end. */
static size_t find_records(struct similar_journal *j)
{
    size_t at = HEADER;
    while (at + 8 <= j->old.len) {
        const unsigned char *p = j->old.data + at;
        uint32_t len = load_u32(p);
        if (len > j->old.len - at - 8 || crc32c(0, p + 8, len) != load_u32(p + 4) ||
            !is_record(j, p + 8, len))
            break;
        j->lists += !j->starts[load_u32(p + 8)];
        j->starts[load_u32(p + 8)] = at + 8;
        at += 8 + len;
    }
    return at;
}

static void read_old(struct similar_journal *j, const unsigned char header[HEADER])
{
    struct error ignored;
    int rc = file_read_all(j->path, MOST_JOURNAL, &j->old, &ignored);
    bool ours = !rc && j->old.len >= HEADER && !memcmp(j->old.data, header, HEADER);
    j->old.len = ours ? find_records(j) : 0;
}

/* A new file with what is to be kept of the old one. */
static int start_anew(struct similar_journal *j, const unsigned char header[HEADER],
                      struct error *err)
{
    struct buf temp = {0};
    buf_printf(&temp, "%s.tmp", j->path);
    file_calls.unlink(buf_text(&temp)); /* what a crash may have left */
    j->fd = file_create(buf_text(&temp), err);
    int rc = j->fd < 0 ? BF_ERR_SYSTEM : BF_OK;
    const void *kept = j->old.len ? j->old.data : header;
    if (!rc && (rc = file_write(j->fd, j->path, kept, j->old.len ? j->old.len : HEADER, err)))
        file_calls.unlink(buf_text(&temp));
    if (!rc)
        rc = file_replace(buf_text(&temp), j->path, err);
    buf_free(&temp);
    return rc;
}

int similar_journal_open(struct similar_journal **journal, const char *path,
                         const struct snapshot *s, const struct similar_options *o,
                         const struct lists *statistics, struct error *err)
{
    struct similar_journal *j = *journal = mem_zalloc(1, sizeof *j);
    unsigned char header[HEADER] = "BFLISTS1";
    store_u64(header + 8, identity_of(s, o, statistics));
    j->path = mem_strdup(path);
    j->n = o->n;
    j->most = (uint32_t)s->docs;
    j->docs = s->bases[s->count];
    j->starts = mem_zalloc((size_t)s->docs + 1, sizeof *j->starts);
    pthread_mutex_init(&j->lock, NULL);
    read_old(j, header);
    return start_anew(j, header, err);
}

uint32_t similar_journal_lists(const struct similar_journal *j)
{
    return j->lists;
}

bool similar_journal_take(const struct similar_journal *j, struct similar_lists *out, uint32_t rank)
{
    if (!j->starts[rank])
        return false;
    const unsigned char *p = j->old.data + j->starts[rank];
    uint32_t doc = out->docs[rank], items = load_u32(p + 12), learned = load_u32(p + 16);
    struct similar_item *to = out->items + (size_t)doc * out->n;
    out->self_units[doc] = load_u32(p + 4);
    out->own_copies[doc] = load_u32(p + 8);
    out->lengths[doc] = (uint16_t)items;
    out->learned_counts[doc] = (uint8_t)learned;
    p += FIXED;
    for (uint32_t i = 0; i < items; i++, p += 12)
        to[i] = (struct similar_item){load_u32(p), load_u32(p + 4),
                                      similar_similarity(load_u32(p + 4), out->self_units[doc]),
                                      load_u32(p + 8)};
    for (uint32_t i = 0; i < learned; i++, p += 8)
        out->learned[(size_t)doc * SIMILAR_FEEDBACK + i] =
            (struct similar_item){.doc = load_u32(p), .units = load_u32(p + 4)};
    return true;
}

/* ---- writing ---- */

static void put_record(struct buf *out, const struct similar_lists *lists, uint32_t rank)
{
    uint32_t doc = lists->docs[rank];
    const struct similar_item *items = lists->items + (size_t)doc * lists->n;
    buf_u32(out, rank);
    buf_u32(out, lists->self_units[doc]);
    buf_u32(out, lists->own_copies[doc]);
    buf_u32(out, lists->lengths[doc]);
    buf_u32(out, lists->learned_counts[doc]);
    for (uint32_t i = 0; i < lists->lengths[doc]; i++) {
        buf_u32(out, items[i].doc);
        buf_u32(out, items[i].units);
        buf_u32(out, items[i].copies);
    }
    for (uint32_t i = 0; i < lists->learned_counts[doc]; i++) {
        buf_u32(out, lists->learned[(size_t)doc * SIMILAR_FEEDBACK + i].doc);
        buf_u32(out, lists->learned[(size_t)doc * SIMILAR_FEEDBACK + i].units);
    }
}

static void flush(struct similar_journal *j)
{
    if (!j->err.code)
        file_write(j->fd, j->path, j->pending.data, j->pending.len, &j->err);
    j->pending.len = 0;
}

void similar_journal_add(struct similar_journal *j, const struct similar_lists *out, uint32_t rank)
{
    pthread_mutex_lock(&j->lock);
    j->lists++;
    size_t start = j->pending.len;
    buf_zeros(&j->pending, 8);
    put_record(&j->pending, out, rank);
    unsigned char *p = j->pending.data + start;
    size_t len = j->pending.len - start - 8;
    store_u32(p, (uint32_t)len);
    store_u32(p + 4, crc32c(0, p + 8, len));
    if (j->pending.len >= FLUSH_BYTES)
        flush(j);
    pthread_mutex_unlock(&j->lock);
}

int similar_journal_close(struct similar_journal *j, bool done, struct error *err)
{
    if (!j)
        return BF_OK;
    flush(j);
    if (j->fd >= 0)
        file_calls.close(j->fd);
    if (done)
        file_calls.unlink(j->path);
    int rc = done ? BF_OK : j->err.code;
    if (rc)
        *err = j->err;
    pthread_mutex_destroy(&j->lock);
    buf_free(&j->old);
    buf_free(&j->pending);
    free(j->starts);
    free(j->path);
    free(j);
    return rc;
}
