/* rescue_files.c - every file is opened once; segments then choose theirs. */
#include "common/index/rescue_files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/index/columns.h"
#include "common/index/limits.h"
#include "common/io/file.h"

/* How many sections a kind has. */
static const struct {
    uint32_t kind;
    unsigned sections;
} kinds[] = {
    [FILE_TERMS] = {FRAME_KIND('T', 'E', 'R', 'M'), 4},
    [FILE_POSTINGS] = {FRAME_KIND('P', 'O', 'S', 'T'), 1},
    [FILE_POSITIONS] = {FRAME_KIND('P', 'O', 'S', 'N'), 1},
    [FILE_FORMS] = {FRAME_KIND('F', 'O', 'R', 'M'), 4},
    [FILE_COLUMNS] = {FRAME_KIND('C', 'O', 'L', 'S'), COLUMNS},
    [FILE_TEXT] = {FRAME_KIND('T', 'E', 'X', 'T'), 3},
    [FILE_SKETCHES] = {FRAME_KIND('S', 'K', 'E', 'T'), 1},
    [RESCUE_DELETES] = {FRAME_KIND('D', 'E', 'L', 'S'), 4},
};

/* ---- the directory ---- */

/* "s00000001.text", "s00000001-00000007.deletes"; false for all other names. */
static bool parse_name(const char *name, struct rescue_file *out)
{
    char *end;
    if (name[0] != 's' || strspn(name + 1, "0123456789") < 8)
        return false;
    out->number = strtoull(name + 1, &end, 10);
    for (unsigned i = 0; i < SEGMENT_FILES; i++) {
        if (*end == '.' && !strcmp(end + 1, segment_file_names[i])) {
            out->which = i;
            return true;
        }
    }
    if (*end != '-' || strspn(end + 1, "0123456789") < 8)
        return false;
    out->generation = strtoull(end + 1, &end, 10);
    out->which = RESCUE_DELETES;
    return !strcmp(end, ".deletes");
}

/* Opens it as what its header says; else as what its name does. */
static int open_file(struct rescue_file *file, const char *path, struct error *err)
{
    unsigned named = file->which;
    int rc = frame_rescue(&file->frame, path, kinds[named].kind, kinds[named].sections, err);
    file->in_place = true;
    if (rc || file->frame.frame.kind == kinds[named].kind)
        return rc;
    for (unsigned i = 0; i <= RESCUE_DELETES; i++) {
        if (file->frame.frame.kind != kinds[i].kind)
            continue;
        frame_rescue_close(&file->frame);
        file->which = i;
        file->in_place = false;
        return frame_rescue(&file->frame, path, kinds[i].kind, kinds[i].sections, err);
    }
    return rc;
}

/* A file that nobody can read counts as missing. */
static int add_file(struct rescue *r, const char *name, struct error *err)
{
    struct rescue_file file = {0};
    struct error why;
    if (!parse_name(name, &file))
        return BF_OK;
    char *path = file_join(r->dir, name);
    int rc = open_file(&file, path, &why);
    free(path);
    if (rc == BF_ERR_MISSING)
        return BF_OK;
    if (rc) {
        *err = why;
        return rc;
    }
    file.name = mem_strdup(name);
    mem_grow(r->files, &r->file_capacity, r->file_count + 1);
    r->files[r->file_count++] = file;
    return BF_OK;
}

static int compare_files(const void *a, const void *b)
{
    const struct rescue_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static int list_files(struct rescue *r, struct error *err)
{
    DIR *d = file_calls.opendir(r->dir);
    int rc = BF_OK;
    if (!d)
        return error_system(err, r->dir, "reading the directory");
    for (struct dirent *e; !rc && (e = file_calls.readdir(d));)
        rc = add_file(r, e->d_name, err);
    file_calls.closedir(d);
    if (r->file_count)
        qsort(r->files, r->file_count, sizeof *r->files, compare_files);
    return rc;
}

/* ---- choosing ---- */

/* Its header says, under a right checksum, that it is of another segment. */
static bool is_of_another(const struct rescue_file *f, const struct rescue_segment *s)
{
    return f->frame.pages && f->frame.right[0] &&
           memcmp(f->frame.frame.id, s->entry.id, FRAME_ID_BYTES) != 0;
}

static bool has_id(const struct rescue_file *f, const struct rescue_segment *s)
{
    return f->frame.frame.kind == kinds[f->which].kind &&
           !memcmp(f->frame.frame.id, s->entry.id, FRAME_ID_BYTES);
}

static bool is_the_file(const struct rescue_file *f, const struct file_entry *e)
{
    return f->frame.tables_right && f->frame.frame.len == e->length && f->frame.frame.crc == e->crc;
}

/* How likely it is that the file is what `entry` means (NULL: nothing is known
 * of it); 0 when it is not. */
static unsigned likeness(const struct rescue_file *f, const struct rescue_segment *s,
                         const struct file_entry *entry)
{
    bool in_place = f->in_place && f->number == s->entry.number;
    if (entry && is_the_file(f, entry))
        return 4 + in_place;
    if (has_id(f, s))
        return 2 + in_place;
    return in_place && !is_of_another(f, s);
}

static const struct rescue_file *choose(const struct rescue *r, const struct rescue_segment *s,
                                        unsigned which)
{
    const struct rescue_file *best = NULL;
    const struct file_entry *entry = r->has_manifest ? &s->entry.files[which] : NULL;
    unsigned most = 0;
    for (size_t i = 0; i < r->file_count; i++) {
        const struct rescue_file *f = &r->files[i];
        unsigned like = f->which == which ? likeness(f, s, entry) : 0;
        if (like > most) {
            most = like;
            best = f;
        }
    }
    return best;
}

static void note(const struct rescue *r, struct rescue_segment *s, unsigned which,
                 const struct rescue_file *f)
{
    char name[FILE_NAME_BYTES];
    s->whole = false;
    if (s->problem.code)
        return;
    segment_file_name(s->entry.number, which, name);
    if (f && f->frame.err.code)
        s->problem = f->frame.err;
    else
        error_set(&s->problem, BF_ERR_DAMAGED, "index damaged: %s/%s: %s", r->dir, name,
                  f ? "not the file that the manifest names" : "missing, or of another index");
}

static void choose_files(const struct rescue *r, struct rescue_segment *s)
{
    s->whole = true;
    for (unsigned i = 0; i < SEGMENT_FILES; i++) {
        const struct rescue_file *f = s->files[i] = choose(r, s, i);
        bool known = f && r->has_manifest && is_the_file(f, &s->entry.files[i]);
        s->right[i] = f && f->frame.whole && has_id(f, s) && (known || !r->has_manifest);
        if (!s->right[i])
            note(r, s, i, f);
        s->sure[i] = f && (known || (has_id(f, s) && f->frame.pages && f->frame.right[0]));
        s->mended += f ? f->frame.mended : 0;
    }
}

/* ---- deletions ---- */

static uint32_t count_bits(const struct section *bitmap)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < bitmap->len; i++)
        bits += (uint32_t)__builtin_popcount(bitmap->p[i]);
    return bits;
}

/* The bitmap, when its pages are right and it is no other file than the manifest
 * means; or when it has as many articles as the manifest says. */
static const unsigned char *right_bitmap(const struct rescue *r, const struct rescue_segment *s,
                                         const struct rescue_file *f)
{
    const struct section *bitmap = &f->frame.frame.sections[0];
    bool listed = r->has_manifest && f->generation == s->entry.deletes_generation;
    if (!f->frame.frame.section_count)
        return NULL;
    if (s->docs_known && bitmap->len != ((size_t)s->entry.docs + 7) / 8)
        return NULL;
    if ((!listed || is_the_file(f, &s->entry.deletes_file)) &&
        frame_rescue_right(&f->frame, bitmap->p, bitmap->len))
        return bitmap->p;
    return listed && count_bits(bitmap) == s->entry.deleted_docs ? bitmap->p : NULL;
}

/* The newest delete file that can be believed, `above` left out and what is newer. */
static const struct rescue_file *newest(const struct rescue *r, const struct rescue_segment *s,
                                        uint64_t above)
{
    const struct rescue_file *best = NULL;
    for (size_t i = 0; i < r->file_count; i++) {
        const struct rescue_file *f = &r->files[i];
        if (f->which == RESCUE_DELETES && f->generation < above &&
            likeness(f, s, r->has_manifest ? &s->entry.deletes_file : NULL) &&
            (!best || f->generation > best->generation))
            best = f;
    }
    return best;
}

/* Deletions add up from file to file; so an older one has some of them. */
static void choose_deletes(const struct rescue *r, struct rescue_segment *s)
{
    uint64_t above = r->has_manifest ? s->entry.deletes_generation + 1 : UINT64_MAX;
    const struct rescue_file *f;
    if (r->has_manifest && !s->entry.deletes_generation)
        return;
    while (!s->deleted && (f = newest(r, s, above))) {
        s->deleted = right_bitmap(r, s, f);
        s->deleted_bits = s->deleted ? 8 * (uint64_t)f->frame.frame.sections[0].len : 0;
        s->mended += s->deleted ? f->frame.mended : 0;
        s->deletions_lost |= !s->deleted;
        above = f->generation;
    }
    if (r->has_manifest && (!s->deleted || above != s->entry.deletes_generation))
        s->deletions_lost = true;
}

/* ---- segments without a manifest ---- */

/* The id that most headers of the segment's files have, its columns' and text's
 * counting twice. */
static void find_id(const struct rescue *r, struct rescue_segment *s)
{
    unsigned most = 0;
    for (size_t i = 0; i < r->file_count; i++) {
        const struct rescue_file *f = &r->files[i];
        unsigned votes = 0;
        if (f->number != s->entry.number || !f->frame.frame.kind)
            continue;
        for (size_t k = 0; k < r->file_count; k++) {
            const struct rescue_file *other = &r->files[k];
            if (other->number == f->number &&
                !memcmp(other->frame.frame.id, f->frame.frame.id, FRAME_ID_BYTES))
                votes += other->which == FILE_COLUMNS || other->which == FILE_TEXT ? 3 : 2;
        }
        if (votes > most) {
            most = votes;
            memcpy(s->entry.id, f->frame.frame.id, FRAME_ID_BYTES);
        }
    }
}

static void sum_tokens(const struct columns *c, struct segment_entry *e)
{
    for (uint32_t doc = 0; doc < c->docs; doc++) {
        uint32_t tokens = column_u32(c, COLUMN_TOKENS, doc);
        uint32_t lead = column_title_tokens(c, doc) + LEAD_TOKENS;
        e->tokens += tokens;
        e->lead_tokens += tokens < lead ? tokens : lead;
    }
}

/* What the manifest had of a segment, from its files. */
static void derive_entry(struct rescue_segment *s)
{
    const struct rescue_file *columns = s->files[FILE_COLUMNS], *terms = s->files[FILE_TERMS];
    struct columns c;
    if (columns && columns->frame.frame.section_count &&
        !columns_over(&c, &columns->frame.frame, NULL)) {
        s->entry.docs = c.docs;
        s->docs_known = true;
        if (s->right[FILE_COLUMNS])
            sum_tokens(&c, &s->entry);
        columns_release(&c);
    }
    if (s->right[FILE_TERMS] && terms->frame.frame.sections[3].len == 4)
        s->entry.terms = load_u32(terms->frame.frame.sections[3].p);
    for (unsigned i = 0; i < SEGMENT_FILES; i++)
        if (s->right[i])
            s->entry.files[i] =
                (struct file_entry){s->files[i]->frame.frame.len, s->files[i]->frame.frame.crc};
}

static struct rescue_segment *add_segment(struct rescue *r)
{
    mem_grow(r->segments, &r->segment_capacity, r->segment_count + 1);
    struct rescue_segment *s = &r->segments[r->segment_count++];
    *s = (struct rescue_segment){0};
    return s;
}

/* Files are in the order of their names, so those of a number stand together,
 * and numbers of more than eight digits behind the others. */
static void guess_segments(struct rescue *r)
{
    for (size_t i = 0; i < r->file_count; i++) {
        const struct rescue_file *f = &r->files[i];
        bool known = false;
        for (size_t k = 0; k < r->segment_count && !known; k++)
            known = r->segments[k].entry.number == f->number;
        if (known || f->which == RESCUE_DELETES)
            continue;
        struct rescue_segment *s = add_segment(r);
        s->entry.number = f->number;
        find_id(r, s);
        choose_files(r, s);
        derive_entry(s);
        choose_deletes(r, s);
    }
}

static void list_segments(struct rescue *r)
{
    for (uint32_t i = 0; i < r->manifest.segment_count; i++) {
        struct rescue_segment *s = add_segment(r);
        s->entry = r->manifest.segments[i];
        s->docs_known = true;
        choose_files(r, s);
        choose_deletes(r, s);
    }
}

/* ---- all of it ---- */

static bool has_files_from(const struct rescue *r, uint64_t number)
{
    for (size_t i = 0; i < r->file_count; i++)
        if (r->files[i].number >= number && r->files[i].which != RESCUE_DELETES)
            return true;
    return false;
}

/* What it names is gone, and there is what it does not know yet: it is one of
 * an earlier commit. */
static bool is_older_than_files(const struct rescue *r)
{
    bool gone = false;
    for (size_t i = 0; i < r->segment_count; i++)
        gone |= !r->segments[i].files[FILE_COLUMNS] && !r->segments[i].files[FILE_TEXT];
    return gone && has_files_from(r, r->manifest.next_segment);
}

/* Damage of the manifest is no error; that it is another version's is, or refused. */
static int read_manifest(struct rescue *r, struct error *err)
{
    struct rescued_frame f;
    char *path = file_join(r->dir, MANIFEST_NAME);
    int rc = frame_rescue(&f, path, FRAME_KIND('M', 'A', 'N', 'I'), 1, &r->manifest_problem);
    if (!rc) {
        r->manifest_problem = f.err;
        r->has_manifest =
            f.whole && f.frame.kind == FRAME_KIND('M', 'A', 'N', 'I') &&
            !manifest_decode(f.frame.sections[0].p, f.frame.sections[0].len, &r->manifest);
        if (!r->has_manifest && !r->manifest_problem.code)
            frame_damaged(&f.frame, f.frame.sections[0].p, "not a manifest", &r->manifest_problem);
        frame_rescue_close(&f);
    }
    free(path);
    if (!rc || rc == BF_ERR_MISSING)
        return BF_OK;
    *err = r->manifest_problem;
    return rc;
}

static int open_once(struct rescue *r, const char *dir, struct error *err)
{
    *r = (struct rescue){.dir = mem_strdup(dir)};
    int rc = read_manifest(r, err);
    if (!rc)
        rc = list_files(r, err);
    if (!rc && !r->has_manifest && !r->file_count)
        rc = error_set(err, BF_ERR_MISSING, "%s: no index here", dir);
    if (rc) {
        rescue_close(r);
        return rc;
    }
    if (r->has_manifest)
        list_segments(r);
    return BF_OK;
}

/* Files of one commit and the manifest of another would pass for damage. */
static bool was_overtaken(const struct rescue *r)
{
    struct manifest now;
    if (!r->has_manifest || manifest_read(r->dir, &now, NULL))
        return false;
    bool newer = now.generation != r->manifest.generation;
    manifest_free(&now);
    return newer;
}

int rescue_open(struct rescue *r, const char *dir, struct error *err)
{
    int rc = open_once(r, dir, err);
    while (!rc && was_overtaken(r)) {
        rescue_close(r);
        rc = open_once(r, dir, err);
    }
    if (rc)
        return rc;
    if (r->has_manifest && is_older_than_files(r)) {
        error_set(&r->manifest_problem, BF_ERR_DAMAGED,
                  "index damaged: %s/%s: older than the files are", dir, MANIFEST_NAME);
        r->has_manifest = false;
        r->segment_count = 0;
    }
    if (!r->has_manifest)
        guess_segments(r);
    return BF_OK;
}

void rescue_close(struct rescue *r)
{
    for (size_t i = 0; i < r->file_count; i++) {
        frame_rescue_close(&r->files[i].frame);
        free(r->files[i].name);
    }
    free(r->files);
    free(r->segments);
    free(r->dir);
    manifest_free(&r->manifest);
    *r = (struct rescue){0};
}
