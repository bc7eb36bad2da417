/* commit.c - the steps of a commit, in their order. */
#include "common/index/commit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/io/fault.h"
#include "common/io/file.h"
#include "common/io/frame_write.h"

static int write_temp(const char *path, const struct manifest *m, struct error *err)
{
    static const unsigned char no_id[FRAME_ID_BYTES];
    struct frame_writer w;
    struct buf bytes = {0};
    uint64_t length;
    uint32_t crc;
    file_calls.unlink(path); /* what a crash may have left */
    int rc = frame_writer_open(&w, path, FRAME_KIND('M', 'A', 'N', 'I'), no_id, err);
    if (rc)
        return rc;
    manifest_encode(m, &bytes);
    frame_put_section(&w, bytes.data, bytes.len);
    buf_free(&bytes);
    return frame_writer_finish(&w, &length, &crc, err);
}

static int publish(const char *dir, const struct manifest *m, struct error *err)
{
    char *temp = file_join(dir, MANIFEST_TEMP_NAME), *path = file_join(dir, MANIFEST_NAME);
    int rc = file_sync_directory(dir, err);
    if (!rc)
        rc = write_temp(temp, m, err);
    if (!rc)
        rc = file_replace(temp, path, err);
    if (!rc && file_sync_directory(dir, err))
        rc = error_prefix(err, "the last step failed, so this commit may or may not be durable");
    free(temp);
    free(path);
    return rc;
}

int commit_make_directory(const char *dir, struct error *err)
{
    if (file_calls.mkdir(dir, 0777) < 0)
        return errno == EEXIST ? BF_OK : error_system(err, dir, "creating the index directory");
    char *parent = file_parent(dir);
    int rc = file_sync_directory(parent, err);
    free(parent);
    return rc;
}

/* The name of a directory that was there already: whoever made it may have
 * been killed before it was synced. A parent that we may not read cannot be. */
static int sync_name(const char *dir, struct error *err)
{
    char *parent = file_parent(dir);
    errno = 0;
    int rc = file_sync_directory(parent, err);
    free(parent);
    return rc && errno == EACCES ? BF_OK : rc;
}

int commit_create(const char *dir, const char *language, const char *fingerprint, bool without_text,
                  struct error *err)
{
    int rc = sync_name(dir, err);
    if (rc)
        return rc;
    struct manifest m = {.next_segment = 1,
                         .language = mem_strdup(language),
                         .fingerprint = mem_strdup(fingerprint),
                         .without_text = without_text};
    rc = publish(dir, &m, err);
    manifest_free(&m);
    return rc;
}

int commit_manifest(const char *dir, struct manifest *m, struct error *err)
{
    m->generation++;
    fault_check();
    int rc = publish(dir, m, err);
    if (rc)
        m->generation--;
    else
        commit_remove_strays(dir, m);
    return rc;
}

/* Whether a name has the form of ours: then it is ours to remove. */
static bool is_our_name(const char *name)
{
    if (!strcmp(name, MANIFEST_TEMP_NAME))
        return true;
    size_t digits = name[0] == 's' || name[0] == 'g' ? strspn(name + 1, "0123456789") : 0;
    const char *rest = name + 1 + digits;
    if (digits < 8)
        return false;
    if (name[0] == 'g')
        return !strcmp(rest, ".copies");
    for (int i = 0; i < SEGMENT_FILES; i++)
        if (*rest == '.' && !strcmp(rest + 1, segment_file_names[i]))
            return true;
    if (*rest != '-')
        return false;
    rest += 1 + strspn(rest + 1, "0123456789");
    return !strcmp(rest, ".deletes");
}

static bool is_named(const struct manifest *m, const char *name)
{
    uint64_t number = strtoull(name + 1, NULL, 10);
    char made[FILE_NAME_BYTES];
    copies_file_name(m->copies_generation, made);
    if (m->copies_generation && !strcmp(made, name))
        return true;
    for (uint32_t i = 0; i < m->segment_count; i++) {
        const struct segment_entry *s = &m->segments[i];
        if (s->number != number)
            continue;
        for (unsigned which = 0; which < SEGMENT_FILES; which++) {
            segment_file_name(number, which, made);
            if (!strcmp(made, name))
                return true;
        }
        deletes_file_name(number, s->deletes_generation, made);
        return s->deletes_generation && !strcmp(made, name);
    }
    return false;
}

void commit_remove_strays(const char *dir, const struct manifest *m)
{
    DIR *d = file_calls.opendir(dir);
    if (!d)
        return;
    for (struct dirent *e; (e = file_calls.readdir(d));) {
        if (!is_our_name(e->d_name) || is_named(m, e->d_name))
            continue;
        char *path = file_join(dir, e->d_name);
        file_calls.unlink(path);
        free(path);
    }
    file_calls.closedir(d);
}
