/* commands.c - the smaller commands: delete, merge, check. */
#include "indexer/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/check.h"
#include "common/io/file.h"
#include "indexer/index_writer.h"

/* ---- delete ---- */

#define INTERRUPTED "interrupted: nothing was changed"

static void add_id(struct option_list *ids, const char *id)
{
    mem_grow(ids->texts, &ids->capacity, ids->count + 1);
    ids->texts[ids->count++] = id;
}

/* Ids of a file, one a line; lines may end as DOS has it, and the file begin with a
 * byte-order mark. */
static int ids_from_file(const char *path, struct option_list *ids, struct buf *text,
                         struct error *err)
{
    int rc = file_read_all(path, (size_t)1 << 30, text, err);
    if (rc)
        return rc;
    if (text->len && memchr(text->data, '\0', text->len))
        return error_set(err, BF_ERR_USAGE, "%s: has a NUL byte, so it is no list of ids", path);
    char *save = NULL, *start = (char *)(uintptr_t)buf_text(text);
    start += strncmp(start, "\xef\xbb\xbf", 3) ? 0 : 3;
    for (char *line = strtok_r(start, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save))
        add_id(ids, line);
    return BF_OK;
}

static int delete_ids(struct index_writer *w, const struct option_list *ids, uint64_t *deleted,
                      uint64_t *missing, struct error *err)
{
    for (size_t i = 0; i < ids->count; i++) {
        uint32_t doc;
        if (*w->stop)
            return error_set(err, BF_ERR_STOPPED, INTERRUPTED);
        int rc = snapshot_find_id(&w->base, ids->texts[i], strlen(ids->texts[i]), &doc, err);
        if (rc < 0)
            return rc;
        uint32_t segment = rc == BF_OK ? snapshot_segment_of(&w->base, doc) : 0;
        if (rc == BF_OK && index_writer_delete(w, segment, doc - w->base.bases[segment])) {
            ++*deleted;
        } else if (rc == BF_END) {
            struct error line; /* makes control bytes harmless */
            error_set(&line, BF_ERR_MISSING, "no article %s", ids->texts[i]);
            fprintf(stderr, "%s\n", line.text);
            ++*missing;
        }
    }
    return BF_OK;
}

int command_delete(int argc, char **argv, struct error *err)
{
    const char *from = NULL;
    uint64_t wait = 0;
    const struct option_spec options[] = {
        {"from", 'f', OPTION_TEXT, &from, "FILE", "read ids from FILE, one a line"},
        WAIT_OPTION(&wait),
        {0},
    };
    const struct command command = {
        "delete", "INDEX [ID...]", "Deletes articles by id.", 1, -1, options, NULL};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    struct option_list ids = {0};
    struct buf text = {0};
    struct index_writer w = {.lock = -1};
    uint64_t deleted = 0, missing = 0;
    struct lock_patience patience = {(double)wait, &interrupt_never};
    for (int i = first + 1; i < argc; i++)
        add_id(&ids, argv[i]);
    if (from)
        rc = ids_from_file(from, &ids, &text, err);
    if (!rc && !from && !ids.count)
        rc = error_set(err, BF_ERR_USAGE, "delete: which articles? Give ids or --from FILE");
    if (!rc) {
        patience.stop = interrupt_watch();
        rc = index_writer_open_patiently(&w, argv[first], false, NULL, &patience, err);
    }
    if (!rc)
        rc = delete_ids(&w, &ids, &deleted, &missing, err);
    if (!rc)
        rc = index_writer_commit(&w, MERGE_AS_NEEDED, err);
    if (!rc)
        fprintf(stderr, "%" PRIu64 " deleted, %" PRIu64 " not found\n", deleted, missing);
    if (w.dir)
        index_writer_close(&w);
    option_list_free(&ids);
    buf_free(&text);
    return exit_status_of_run(patience.stop, rc, deleted ? EXIT_DONE : EXIT_FOUND_NOTHING);
}

/* ---- merge ---- */

static void say_what_was_merged(uint32_t segments, uint64_t deleted)
{
    if (segments > 1)
        fprintf(stderr, "%" PRIu32 " segments merged\n", segments);
    else if (deleted)
        fprintf(stderr, "%" PRIu64 " deleted articles left out\n", deleted);
    else
        fputs("nothing to merge\n", stderr);
}

int command_merge(int argc, char **argv, struct error *err)
{
    uint64_t wait = 0;
    const struct option_spec options[] = {WAIT_OPTION(&wait), {0}};
    const struct command command = {
        "merge",
        "INDEX",
        "Merges all segments into one and leaves deleted articles out.",
        1,
        1,
        options,
        "Answers are the same before and after; the index becomes smaller and faster."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    struct index_writer w;
    const struct lock_patience patience = {(double)wait, interrupt_watch()};
    rc = index_writer_open_patiently(&w, argv[first], false, NULL, &patience, err);
    if (rc)
        return exit_status_of_run(patience.stop, rc, EXIT_DONE);
    uint32_t before = w.base.count;
    uint64_t deleted = w.base.bases[before] - w.base.docs;
    rc = index_writer_commit(&w, MERGE_ALL, err);
    if (!rc && w.merge_stopped)
        rc = error_set(err, BF_ERR_STOPPED, INTERRUPTED);
    index_writer_close(&w);
    if (!rc)
        say_what_was_merged(before, deleted);
    return exit_status_of_run(patience.stop, rc, EXIT_DONE);
}

/* ---- check ---- */

static void print_sound(const char *dir, const struct check_report *r, bool quick)
{
    printf("%s: sound: %" PRIu64 " articles", dir, r->docs - r->deleted_docs);
    if (r->deleted_docs)
        printf(" and %" PRIu64 " deleted ones", r->deleted_docs);
    printf(", %" PRIu32 " segments", r->segments);
    if (!quick)
        printf(", %" PRIu64 " terms, %" PRIu64 " postings", r->terms, r->postings);
    printf(", %" PRIu64 " bytes\n", r->bytes);
}

int command_check(int argc, char **argv, struct error *err)
{
    bool quick = false;
    const struct option_spec options[] = {
        {"quick", 'q', OPTION_FLAG, &quick, NULL, "only the manifest, the frames and the columns"},
        {0},
    };
    const struct command command = {
        "check",
        "INDEX",
        "Derives everything that FORMAT.md promises anew and compares.",
        1,
        1,
        options,
        "Changes nothing. Exit status 3, with file and offset, at the first damage."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    struct check_options check = {.quick = quick};
    struct check_report report;
    rc = check_index(argv[first], &check, &report, err);
    if (!rc)
        print_sound(argv[first], &report, quick);
    return exit_status_of(rc);
}
