/* archive_index.c - one writer a change, and every return code looked at. */
#include "tests/unit/test.h"

#include "tests/unit/archive_index.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/check.h"
#include "common/io/file.h"
#include "tests/unit/reframe.h"

static void must(int rc, const struct error *err)
{
    if (rc)
        fail_msg("%d %s", rc, err->text);
}

int ingest_quietly(struct index_writer *w, char *const *sources, int count,
                   const struct reading *how, struct ingest_counts *counts, struct error *err)
{
    struct field_map *fields = field_map_new();
    struct skip_log skips;
    must(skip_log_open(&skips, NULL, err), err);
    const struct ingest_options options = {.memory = how->memory,
                                           .threads = how->threads,
                                           .commit_every = how->commit_every,
                                           .fields = fields,
                                           .skips = &skips,
                                           .quiet = true};
    int rc =
        ingest(w, sources, count, &options, how->stop ? how->stop : &interrupt_never, counts, err);
    must(skip_log_finish(&skips, err), err);
    field_map_free(fields);
    return rc;
}

static void commit(struct index_writer *w, enum merge_wish wish)
{
    struct error err;
    must(index_writer_commit(w, wish, &err), &err);
    index_writer_close(w);
}

void index_add(const char *dir, char *const *sources, int count, const struct reading *how,
               struct ingest_counts *counts)
{
    const struct index_choice choice = {.without_text = how->without_text};
    struct file_calls durable = file_calls;
    struct ingest_counts ignored;
    struct index_writer w;
    struct error err;
    file_calls.fsync = no_fsync;
    must(index_writer_open(&w, dir, true, &choice, &err), &err);
    for (int i = 0; i < count; i++)
        must(ingest_quietly(&w, sources + i, 1, how, counts ? counts : &ignored, &err), &err);
    commit(&w, MERGE_AS_NEEDED);
    file_calls = durable;
}

void index_delete(const char *dir, const char *const *ids, size_t count)
{
    struct file_calls durable = file_calls;
    struct index_writer w;
    struct error err;
    file_calls.fsync = no_fsync;
    must(index_writer_open(&w, dir, false, NULL, &err), &err);
    for (size_t i = 0; i < count; i++) {
        uint32_t doc;
        assert_int_equal(snapshot_find_id(&w.base, ids[i], strlen(ids[i]), &doc, &err), BF_OK);
        uint32_t segment = snapshot_segment_of(&w.base, doc);
        assert_true(index_writer_delete(&w, segment, doc - w.base.bases[segment]));
        assert_false(index_writer_delete(&w, segment, doc - w.base.bases[segment]));
    }
    commit(&w, MERGE_AS_NEEDED);
    file_calls = durable;
}

void index_merge(const char *dir)
{
    struct file_calls durable = file_calls;
    struct index_writer w;
    struct error err;
    file_calls.fsync = no_fsync;
    must(index_writer_open(&w, dir, false, NULL, &err), &err);
    commit(&w, MERGE_ALL);
    file_calls = durable;
}

uint32_t index_segments(const char *dir)
{
    struct snapshot s;
    struct error err;
    must(snapshot_open(&s, dir, &err), &err);
    uint32_t count = s.count;
    snapshot_close(&s);
    return count;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *line_of(struct article_reader *r, uint32_t doc, struct arena *arena)
{
    struct article a;
    struct error err;
    char date[DATE_TEXT_BYTES];
    struct buf line = {0};
    must(article_read(r, doc, arena, &a, &err), &err);
    buf_printf(&line, "%s|%s|%s|%s\n", a.id, a.title, a.body, date_format(&a.date, date));
    char *copy = arena_strndup(arena, (const char *)line.data, line.len);
    buf_free(&line);
    return copy;
}

static char *sorted_text(char **lines, size_t count)
{
    struct buf all = {0};
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        buf_puts(&all, lines[i]);
    char *text = mem_strdup(buf_text(&all));
    buf_free(&all);
    return text;
}

char *index_contents(const char *dir)
{
    struct snapshot s;
    struct article_reader r;
    struct arena arena = {0};
    struct error err;
    size_t count = 0;
    must(snapshot_open(&s, dir, &err), &err);
    article_reader_init(&r, &s);
    char **lines = mem_alloc(s.docs * sizeof *lines);
    for (uint32_t i = 0; i < s.count; i++)
        for (uint32_t doc = 0; doc < s.segments[i].entry.docs; doc++)
            if (!deletes_has(&s.segments[i].deletes, doc))
                lines[count++] = line_of(&r, s.bases[i] + doc, &arena);
    assert_int_equal(count, s.docs);
    char *text = sorted_text(lines, count);
    free(lines);
    article_reader_free(&r);
    snapshot_close(&s);
    arena_free(&arena);
    return text;
}

void index_is_sound(const char *dir)
{
    struct check_options options = {0};
    struct check_report report;
    struct error err;
    must(check_index(dir, &options, &report, &err), &err);
}

uint64_t generation_of(const char *dir)
{
    struct manifest m;
    struct error err;
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    uint64_t generation = m.generation;
    manifest_free(&m);
    return generation;
}
