/* index_writer.c - what a change consists of until it is committed. */
#include "indexer/index_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/index/commit.h"
#include "common/index/copies_write.h"
#include "common/index/deletes_write.h"
#include "common/index/limits.h"
#include "common/io/file.h"
#include "common/text/analyzer.h"
#include "indexer/merge.h"
#include "indexer/merge_choice.h"

#define DEFAULT_LANGUAGE "english"

static bool manifest_exists(const char *dir)
{
    char *path = file_join(dir, MANIFEST_NAME);
    int fd = file_open_read(path, false, NULL);
    bool exists = fd >= 0 || errno != ENOENT;
    if (fd >= 0)
        file_calls.close(fd);
    free(path);
    return exists;
}

/* A directory that holds segments but no manifest is damaged, not new. */
static int refuse_segments(const char *dir, struct error *err)
{
    DIR *d = file_calls.opendir(dir);
    bool found = false;
    if (!d)
        return error_system(err, dir, "opening the directory");
    errno = 0;
    for (struct dirent *e; !found && (e = file_calls.readdir(d));)
        found = e->d_name[0] == 's' && strspn(e->d_name + 1, "0123456789") >= 8;
    int rc = errno ? error_system(err, dir, "reading the directory") : BF_OK;
    file_calls.closedir(d);
    if (found)
        rc = error_set(err, BF_ERR_DAMAGED, "index damaged: %s: there are segments but no manifest",
                       dir);
    return rc;
}

/* Under the lock: another process may have made the index a moment ago. */
static int create_if_missing(const char *dir, const struct index_choice *choice, struct error *err)
{
    if (manifest_exists(dir))
        return BF_OK;
    int rc = refuse_segments(dir, err);
    if (rc)
        return rc;
    const char *language = choice->language ? choice->language : DEFAULT_LANGUAGE;
    struct analyzer *analyzer = analyzer_new(language, NULL, err);
    if (!analyzer)
        return BF_ERR_USAGE;
    rc = commit_create(dir, analyzer_language(analyzer), analyzer_fingerprint(analyzer),
                       choice->without_text, err);
    analyzer_free(analyzer);
    return rc;
}

static int check_language(const struct manifest *m, const char *dir, const char *language,
                          struct error *err)
{
    struct analyzer *analyzer = analyzer_new(language ? language : m->language, NULL, err);
    if (!analyzer)
        return BF_ERR_USAGE;
    int rc = BF_OK;
    if (strcmp(analyzer_language(analyzer), m->language) != 0)
        rc = error_set(err, BF_ERR_USAGE, "%s: its language is %s, not %s", dir, m->language,
                       analyzer_language(analyzer));
    else if (strcmp(analyzer_fingerprint(analyzer), m->fingerprint) != 0)
        rc = error_set(err, BF_ERR_TOO_OLD,
                       "%s: was analysed by other rules (\"%s\"; this program's are \"%s\"): "
                       "index the archive anew",
                       dir, m->fingerprint, analyzer_fingerprint(analyzer));
    analyzer_free(analyzer);
    return rc;
}

/* An index in which some articles have text and others do not would be a
 * riddle to whoever reads in it: it is all or none. */
static int check_text(const struct manifest *m, const char *dir, bool without_text,
                      struct error *err)
{
    if (!without_text || m->without_text)
        return BF_OK;
    return error_set(err, BF_ERR_USAGE,
                     "%s: was made to store text, so --no-text is not possible: make a new index",
                     dir);
}

/* The commit that is going to be changed. */
static int open_base(struct index_writer *w, struct error *err)
{
    int rc = snapshot_open(&w->base, w->dir, err);
    for (uint32_t i = 0; i < w->base.count && !rc; i++)
        rc = columns_verify(&w->base.segments[i].columns, err);
    return rc;
}

/* The base is durable before files go that only an older commit names: the
 * process that made it may have been killed before its last step. */
static int start_change(struct index_writer *w, struct error *err)
{
    int rc = file_sync_directory(w->dir, err);
    if (rc)
        return rc;
    commit_remove_strays(w->dir, &w->base.manifest);
    w->base_deletes = mem_zalloc(w->base.count, sizeof *w->base_deletes);
    w->next_number = w->base.manifest.next_segment;
    return BF_OK;
}

int index_writer_open_patiently(struct index_writer *w, const char *dir, bool create,
                                const struct index_choice *choice,
                                const struct lock_patience *patience, struct error *err)
{
    static const struct index_choice its_own = {0};
    choice = choice ? choice : &its_own;
    *w = (struct index_writer){.dir = mem_strdup(dir), .lock = -1, .stop = patience->stop};
    int rc = create ? commit_make_directory(dir, err) : BF_OK;
    if (!create && !manifest_exists(dir))
        rc = error_set(err, BF_ERR_MISSING, "%s: no index here", dir);
    if (!rc && (w->lock = lock_wait(dir, patience, err)) < 0)
        rc = err->code;
    if (!rc && create)
        rc = create_if_missing(dir, choice, err);
    if (!rc)
        rc = open_base(w, err);
    if (!rc)
        rc = check_language(&w->base.manifest, dir, choice->language, err);
    if (!rc)
        rc = check_text(&w->base.manifest, dir, choice->without_text, err);
    if (!rc)
        rc = start_change(w, err);
    if (rc)
        index_writer_close(w);
    return rc;
}

int index_writer_open(struct index_writer *w, const char *dir, bool create,
                      const struct index_choice *choice, struct error *err)
{
    const struct lock_patience at_once = {.stop = &interrupt_never};
    return index_writer_open_patiently(w, dir, create, choice, &at_once, err);
}

/* Removes what this writer wrote in vain. Not after a commit whose outcome is
 * unknown: then both manifests' files have to stay. */
static void discard_new_files(struct index_writer *w)
{
    struct manifest now;
    if (manifest_read(w->dir, &now, NULL))
        return;
    if (now.generation == w->base.manifest.generation)
        commit_remove_strays(w->dir, &now);
    manifest_free(&now);
}

/* All but the lock. */
static void end_change(struct index_writer *w)
{
    for (uint32_t i = 0; w->base_deletes && i < w->base.count; i++)
        free(w->base_deletes[i].bitmap);
    for (uint32_t i = 0; i < w->added_count; i++)
        free(w->added_deletes[i].bitmap);
    free(w->base_deletes);
    free(w->added_deletes);
    free(w->added);
    snapshot_close(&w->base);
    *w = (struct index_writer){.dir = w->dir, .lock = w->lock, .stop = w->stop};
}

void index_writer_close(struct index_writer *w)
{
    if (w->base_deletes && !w->committed)
        discard_new_files(w);
    end_change(w);
    free(w->dir);
    lock_release(w->lock);
    *w = (struct index_writer){.lock = -1};
}

int index_writer_continue(struct index_writer *w, struct error *err)
{
    end_change(w);
    int rc = open_base(w, err);
    return rc ? rc : start_change(w, err);
}

void index_writer_add_segment(struct index_writer *w, const struct segment_entry *entry)
{
    uint32_t i = w->added_count++;
    mem_grow(w->added, &w->added_capacity[0], w->added_count);
    mem_grow(w->added_deletes, &w->added_capacity[1], w->added_count);
    w->added[i] = *entry;
    w->added_deletes[i] = (struct delete_set){0};
    if (entry->number >= w->next_number)
        w->next_number = entry->number + 1;
}

static bool mark(struct delete_set *set, uint32_t docs, uint32_t doc)
{
    if (!set->bitmap)
        set->bitmap = mem_zalloc(((size_t)docs + 7) / 8, 1);
    unsigned char bit = (unsigned char)(1u << doc % 8);
    if (set->bitmap[doc / 8] & bit)
        return false;
    set->bitmap[doc / 8] |= bit;
    return true;
}

bool index_writer_delete(struct index_writer *w, uint32_t segment, uint32_t doc)
{
    const struct segment *s = &w->base.segments[segment];
    return !deletes_has(&s->deletes, doc) && mark(&w->base_deletes[segment], s->entry.docs, doc);
}

bool index_writer_delete_added(struct index_writer *w, uint32_t added, uint32_t doc)
{
    return mark(&w->added_deletes[added], w->added[added].docs, doc);
}

bool index_writer_is_deleted_added(const struct index_writer *w, uint32_t added, uint32_t doc)
{
    const unsigned char *bitmap = w->added_deletes[added].bitmap;
    return bitmap && bitmap[doc / 8] >> doc % 8 & 1;
}

/* ---- commit ---- */

/* A segment whose columns are going to be read all over. */
static int open_verified(struct segment *s, const char *dir, const struct segment_entry *entry,
                         struct error *err)
{
    int rc = segment_open(s, dir, entry, err);
    if (!rc && (rc = columns_verify(&s->columns, err)))
        segment_close(s);
    return rc;
}

/* Adds the deletions to those on disk and writes the new delete file. */
static int write_deletes(struct index_writer *w, const struct segment *s, struct delete_set *set,
                         struct segment_entry *entry, struct error *err)
{
    if (!set->bitmap)
        return BF_OK;
    size_t bytes = ((size_t)s->entry.docs + 7) / 8;
    if (s->deletes.frame.map)
        for (size_t i = 0; i < bytes; i++)
            set->bitmap[i] |= s->deletes.frame.sections[0].p[i];
    uint64_t generation = w->base.manifest.generation + 1;
    return deletes_write(s, w->dir, generation, set->bitmap, entry, err);
}

static int plan_base(struct index_writer *w, struct manifest *m, bool *changed, struct error *err)
{
    int rc = BF_OK;
    for (uint32_t i = 0; i < w->base.count && !rc; i++) {
        struct segment_entry entry = w->base.segments[i].entry;
        if (w->base_deletes[i].bitmap)
            *changed = true;
        rc = write_deletes(w, &w->base.segments[i], &w->base_deletes[i], &entry, err);
        m->segments[m->segment_count++] = entry;
    }
    return rc;
}

static int compare_numbers(const void *a, const void *b)
{
    const struct segment_entry *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static int plan_added(struct index_writer *w, struct manifest *m, bool *changed, struct error *err)
{
    int rc = BF_OK;
    for (uint32_t i = 0; i < w->added_count && !rc; i++) {
        struct segment_entry entry = w->added[i];
        *changed = true;
        if (w->added_deletes[i].bitmap) {
            struct segment s;
            rc = open_verified(&s, w->dir, &entry, err);
            if (!rc) {
                rc = write_deletes(w, &s, &w->added_deletes[i], &entry, err);
                segment_close(&s);
            }
        }
        m->segments[m->segment_count++] = entry;
    }
    return rc;
}

/* Segments of which nothing is left are not named any more. */
static void drop_empty(struct manifest *m, bool *changed)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < m->segment_count; i++) {
        if (m->segments[i].docs == m->segments[i].deleted_docs)
            *changed = true;
        else
            m->segments[kept++] = m->segments[i];
    }
    m->segment_count = kept;
}

static int open_chosen(struct index_writer *w, const struct manifest *m, const bool *chosen,
                       struct segment *opened, uint32_t *count, struct error *err)
{
    int rc = BF_OK;
    *count = 0;
    for (uint32_t i = 0; i < m->segment_count && !rc; i++) {
        if (!chosen[i])
            continue;
        rc = open_verified(&opened[*count], w->dir, &m->segments[i], err);
        if (!rc)
            ++*count;
    }
    return rc;
}

static void replace_chosen(struct manifest *m, const bool *chosen,
                           const struct segment_entry *merged)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < m->segment_count; i++)
        if (!chosen[i])
            m->segments[kept++] = m->segments[i];
    m->segments[kept++] = *merged;
    m->segment_count = kept;
}

static int merge_chosen(struct index_writer *w, struct manifest *m, const bool *chosen,
                        interrupt_flag *stop, struct error *err)
{
    struct segment *opened = mem_zalloc(m->segment_count, sizeof *opened);
    const struct segment **list = mem_zalloc(m->segment_count, sizeof *list);
    struct segment_entry merged;
    uint32_t count;
    int rc = open_chosen(w, m, chosen, opened, &count, err);
    for (uint32_t i = 0; i < count; i++)
        list[i] = &opened[i];
    if (!rc)
        rc = merge_segments(list, count, w->dir, w->next_number++, stop, &merged, err);
    if (!rc)
        replace_chosen(m, chosen, &merged);
    for (uint32_t i = 0; i < count; i++)
        segment_close(&opened[i]);
    free(opened);
    free(list);
    return rc;
}

/* One merge; more segments than a manifest may name are merged even after a signal: what
 * was read would be lost else. Sets *count to how many were chosen. */
static int merge_once(struct index_writer *w, struct manifest *m, enum merge_wish wish,
                      uint32_t *count, struct error *err)
{
    bool *chosen = mem_zalloc(m->segment_count, sizeof *chosen);
    interrupt_flag *stop = m->segment_count > MAX_SEGMENTS ? &interrupt_never : w->stop;
    int rc = BF_OK;
    *count = wish == MERGE_ALL ? merge_choose_all(m->segments, m->segment_count, chosen)
                               : merge_choose(m->segments, m->segment_count, chosen);
    if (*count)
        rc = *stop ? BF_END : merge_chosen(w, m, chosen, stop, err);
    free(chosen);
    return rc;
}

static int merge_as_wished(struct index_writer *w, struct manifest *m, enum merge_wish wish,
                           bool *changed, struct error *err)
{
    uint32_t count;
    int rc;
    do {
        rc = merge_once(w, m, wish, &count, err);
        *changed |= count && !rc;
    } while (!rc && count == MERGE_MOST);
    w->merge_stopped = rc == BF_END;
    return w->merge_stopped ? BF_OK : rc;
}

/* The copies of what is going to be the index. */
static int find_copies(struct index_writer *w, struct manifest *next, struct error *err)
{
    struct snapshot s;
    int rc = snapshot_open_unpublished(&s, w->dir, next, err);
    if (rc)
        return rc;
    for (uint32_t i = 0; i < s.count && !rc; i++)
        rc = columns_verify(&s.segments[i].columns, err);
    if (!rc)
        rc = copies_write(&s, next->generation + 1, next, err);
    snapshot_close(&s);
    return rc;
}

int index_writer_commit(struct index_writer *w, enum merge_wish wish, struct error *err)
{
    struct manifest next;
    bool changed = false;
    manifest_copy(&w->base.manifest, &next);
    size_t most = (size_t)next.segment_count + w->added_count + 1;
    next.segments = mem_realloc(next.segments, most * sizeof *next.segments);
    next.segment_count = 0;
    int rc = plan_base(w, &next, &changed, err);
    if (!rc)
        rc = plan_added(w, &next, &changed, err);
    if (!rc) {
        drop_empty(&next, &changed);
        rc = merge_as_wished(w, &next, wish, &changed, err);
    }
    if (!rc && next.segment_count > MAX_SEGMENTS)
        rc = error_set(err, BF_ERR_LIMIT, "%s: more than %u segments", w->dir, MAX_SEGMENTS);
    if (!rc && changed) {
        qsort(next.segments, next.segment_count, sizeof *next.segments, compare_numbers);
        next.next_segment = w->next_number;
        rc = find_copies(w, &next, err);
        if (!rc)
            rc = commit_manifest(w->dir, &next, err);
    }
    w->committed = !rc;
    manifest_free(&next);
    return rc;
}
