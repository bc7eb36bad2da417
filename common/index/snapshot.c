/* snapshot.c - opening a commit, and reading articles across its segments. */
#include "common/index/snapshot.h"

#include <stdlib.h>

#include "common/index/record.h"
#include "common/io/file.h"

static int open_segments(struct snapshot *s, struct error *err)
{
    const struct manifest *m = &s->manifest;
    s->segments = mem_zalloc(m->segment_count, sizeof *s->segments);
    s->bases = mem_zalloc((size_t)m->segment_count + 1, sizeof *s->bases);
    for (uint32_t i = 0; i < m->segment_count; i++) {
        int rc = segment_open(&s->segments[i], s->dir, &m->segments[i], err);
        if (rc)
            return rc;
        const struct segment_entry *e = &s->segments[i].entry;
        s->count++;
        s->bases[i + 1] = s->bases[i] + e->docs;
        s->docs += e->docs - e->deleted_docs;
        s->tokens += e->tokens - e->deleted_tokens;
        s->lead_tokens += e->lead_tokens - e->deleted_lead_tokens;
    }
    return BF_OK;
}

static int open_copies(struct snapshot *s, struct error *err)
{
    const struct manifest *m = &s->manifest;
    char name[FILE_NAME_BYTES];
    if (!m->copies_generation)
        return BF_OK;
    copies_file_name(m->copies_generation, name);
    char *path = file_join(s->dir, name);
    int rc = copies_open(&s->copies, path, err);
    free(path);
    const struct frame *f = &s->copies.frame;
    if (!rc && (f->len != m->copies_file.length || f->crc != m->copies_file.crc))
        rc = frame_damaged(f, f->map, "not the file that the manifest names", err);
    return rc;
}

static int open_once(struct snapshot *s, const char *dir, struct error *err)
{
    *s = (struct snapshot){.dir = mem_strdup(dir)};
    int rc = manifest_read(dir, &s->manifest, err);
    if (!rc)
        rc = open_segments(s, err);
    return rc ? rc : open_copies(s, err);
}

static uint64_t generation_now(const char *dir)
{
    struct manifest m;
    if (manifest_read(dir, &m, NULL))
        return 0;
    uint64_t generation = m.generation;
    manifest_free(&m);
    return generation;
}

int snapshot_open(struct snapshot *s, const char *dir, struct error *err)
{
    for (;;) {
        int rc = open_once(s, dir, err);
        if (!rc)
            return BF_OK;
        uint64_t tried = s->manifest.generation;
        bool had_manifest = s->manifest.language != NULL;
        snapshot_close(s);
        if (!had_manifest) {
            if (rc == BF_ERR_MISSING)
                error_set(err, rc, "%s: no index here", dir);
            return rc;
        }
        /* A commit may have removed a file between the two steps: then there
         * is a newer manifest. Otherwise the file is really gone. */
        if (generation_now(dir) == tried) {
            if (rc == BF_ERR_MISSING)
                error_prefix(err, "index damaged");
            return rc == BF_ERR_MISSING ? (err->code = BF_ERR_DAMAGED) : rc;
        }
    }
}

int snapshot_open_unpublished(struct snapshot *s, const char *dir, const struct manifest *m,
                              struct error *err)
{
    *s = (struct snapshot){.dir = mem_strdup(dir)};
    manifest_copy(m, &s->manifest);
    s->manifest.copies_generation = 0;
    int rc = open_segments(s, err);
    if (rc)
        snapshot_close(s);
    return rc;
}

void snapshot_close(struct snapshot *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        segment_close(&s->segments[i]);
    copies_close(&s->copies);
    free(s->segments);
    free(s->bases);
    free(s->dir);
    manifest_free(&s->manifest);
    *s = (struct snapshot){0};
}

uint32_t snapshot_segment_of(const struct snapshot *s, uint32_t doc)
{
    uint32_t low = 0, high = s->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (s->bases[middle] <= doc)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* A segment may hold several articles with one id, of which one is live. */
static int find_live(const struct segment *s, const char *id, size_t len, uint32_t *doc,
                     struct error *err)
{
    uint32_t rank;
    int rc = columns_seek_id(&s->columns, id, len, &rank, err);
    for (; !rc && rank < s->entry.docs; rank++) {
        struct text found;
        rc = columns_ranked(&s->columns, rank, doc, &found, err);
        if (!rc && term_compare(found.p, found.len, id, len) != 0)
            break;
        if (!rc && !deletes_has(&s->deletes, *doc))
            return BF_OK;
    }
    return rc ? rc : BF_END;
}

int snapshot_find_id(const struct snapshot *s, const char *id, size_t len, uint32_t *doc,
                     struct error *err)
{
    for (uint32_t i = s->count; i-- > 0;) {
        uint32_t local;
        int rc = find_live(&s->segments[i], id, len, &local, err);
        if (rc == BF_OK)
            *doc = s->bases[i] + local;
        if (rc != BF_END)
            return rc;
    }
    return BF_END;
}

int snapshot_term(const struct snapshot *s, const char *term, size_t len, uint64_t *df,
                  uint64_t *cf, struct error *err)
{
    *df = *cf = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        struct term_info info;
        int rc = dictionary_find(&s->segments[i].dictionary, term, len, &info, err);
        if (rc < 0)
            return rc;
        if (rc == BF_END)
            continue;
        uint32_t live_df;
        uint64_t live_cf;
        segment_live_counts(&s->segments[i], &info, &live_df, &live_cf);
        *df += live_df;
        *cf += live_cf;
    }
    return BF_OK;
}

void article_reader_init(struct article_reader *r, const struct snapshot *s)
{
    *r = (struct article_reader){.snapshot = s, .inflater = inflater_new(), .held = -1};
}

void article_reader_free(struct article_reader *r)
{
    inflater_free(r->inflater);
    buf_free(&r->block);
    *r = (struct article_reader){.held = -1};
}

static int hold_block(struct article_reader *r, uint32_t segment, uint32_t block, struct error *err)
{
    int64_t wanted = (int64_t)segment << 32 | block;
    if (r->held == wanted)
        return BF_OK;
    r->held = -1;
    int rc =
        textfile_read(&r->snapshot->segments[segment].text, block, r->inflater, &r->block, err);
    if (!rc)
        r->held = wanted;
    return rc;
}

/* What article_read takes from the columns, verified. */
static int touch_stored(const struct columns *c, uint32_t doc, struct error *err)
{
    static const enum column used[] = {COLUMN_WORDS, COLUMN_DATE, COLUMN_CATEGORY,
                                       COLUMN_TEXT_BLOCK, COLUMN_TEXT_OFFSET};
    int rc = BF_OK;
    for (size_t i = 0; i < sizeof used / sizeof *used && !rc; i++)
        rc = columns_touch_in(c, used[i], doc, err);
    return rc;
}

static void fill_from_columns(const struct columns *c, uint32_t doc, struct text id,
                              struct text title, struct arena *arena, struct article *out)
{
    struct text category = columns_category(c, doc);
    out->id = arena_strndup(arena, id.p, id.len);
    out->title = arena_strndup(arena, title.p, title.len);
    out->category = arena_strndup(arena, category.p, category.len);
    out->date = columns_date(c, doc);
    out->words = column_u32(c, COLUMN_WORDS, doc);
    out->title_is_derived = (column_u8(c, COLUMN_FLAGS, doc) & FLAG_TITLE_DERIVED) != 0;
}

int article_read(struct article_reader *r, uint32_t doc, struct arena *arena, struct article *out,
                 struct error *err)
{
    uint32_t i = snapshot_segment_of(r->snapshot, doc);
    uint32_t local = doc - r->snapshot->bases[i];
    const struct segment *s = &r->snapshot->segments[i];
    struct text id, title;
    int rc = touch_stored(&s->columns, local, err);
    if (!rc)
        rc = columns_name(&s->columns, local, &id, &title, err);
    if (!rc)
        rc = hold_block(r, i, column_u32(&s->columns, COLUMN_TEXT_BLOCK, local), err);
    if (rc)
        return rc;
    article_init(out);
    fill_from_columns(&s->columns, local, id, title, arena, out);
    size_t offset = column_u32(&s->columns, COLUMN_TEXT_OFFSET, local);
    struct bytes in = bytes_of(r->block.data, r->block.len);
    if (offset > r->block.len)
        return frame_damaged(&s->text.frame, NULL, "record outside its block", err);
    in.p += offset;
    if (!record_decode(&in, arena, out))
        return frame_damaged(&s->text.frame, NULL, "no record of an article", err);
    return BF_OK;
}
