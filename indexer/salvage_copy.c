/* salvage_copy.c - the copies are what is checked: they are what the new index will have. */
#include "indexer/salvage_copy.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/check.h"
#include "common/index/segment.h"
#include "common/io/file.h"
#include "indexer/salvage_sketches.h"

static char *path_of(const char *dir, uint64_t number, unsigned which)
{
    char name[FILE_NAME_BYTES];
    segment_file_name(number, which, name);
    return file_join(dir, name);
}

static int copy_file(const struct frame *f, const char *path, struct error *err)
{
    int fd = file_create(path, err);
    if (fd < 0)
        return BF_ERR_SYSTEM;
    int rc = file_write(fd, path, f->map, f->len, err);
    if (!rc)
        rc = file_sync(fd, path, err);
    if (file_close(fd, path, rc ? NULL : err) && !rc)
        rc = BF_ERR_SYSTEM;
    return rc;
}

static int copy_files(const struct rescue_segment *from, const char *dir, uint64_t number,
                      struct error *err)
{
    int rc = BF_OK;
    for (unsigned i = 0; i < SEGMENT_FILES && !rc; i++) {
        if (!from->right[i])
            continue;
        char *path = path_of(dir, number, i);
        rc = copy_file(&from->files[i]->frame.frame, path, err);
        free(path);
    }
    return rc;
}

static void remove_files(const char *dir, uint64_t number)
{
    for (unsigned i = 0; i < SEGMENT_FILES; i++) {
        char *path = path_of(dir, number, i);
        file_calls.unlink(path);
        free(path);
    }
}

static int check_copy(const char *dir, const struct segment_entry *entry,
                      const struct manifest *rules, struct error *err)
{
    struct segment s;
    int rc = segment_open(&s, dir, entry, err);
    if (rc)
        return rc;
    rc = check_one_segment(rules, &s, err);
    segment_close(&s);
    return rc;
}

bool salvage_can_copy(const struct rescue_segment *from, const struct manifest *rules)
{
    for (unsigned i = 0; i < SEGMENT_FILES; i++)
        if (!from->right[i] && (i != FILE_SKETCHES || !rules->without_text))
            return false;
    return true;
}

int salvage_copy(const struct rescue_segment *from, const struct manifest *rules, const char *dir,
                 uint64_t number, struct segment_entry *entry, struct error *problem,
                 struct error *err)
{
    *entry = from->entry;
    entry->number = number;
    entry->deletes_generation = 0;
    entry->deletes_file = (struct file_entry){0};
    entry->deleted_docs = 0;
    entry->deleted_tokens = entry->deleted_lead_tokens = 0;
    int rc = copy_files(from, dir, number, err);
    if (!rc && !from->right[FILE_SKETCHES])
        rc = salvage_derive_sketches(dir, rules, entry, err);
    if (!rc)
        rc = check_copy(dir, entry, rules, err);
    if (rc == BF_ERR_DAMAGED)
        error_set(problem, rc, "its copy does not pass check: %s", err->text);
    if (rc)
        remove_files(dir, number);
    return rc;
}
