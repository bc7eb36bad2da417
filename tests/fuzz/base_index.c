/* base_index.c - written to a scratch directory, then read into memory. */
#include "tests/unit/test.h"

#include "tests/fuzz/base_index.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/manifest.h"
#include "tests/fuzz/target.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/scratch.h"

#define PLAIN_ARTICLES 140 /* more than a block of postings has */

static struct loose_frame files[BASE_FILES];
static char names[BASE_FILES][FILE_NAME_BYTES];
static struct manifest manifest;
static bool changed[BASE_FILES];

/* ---- making it ---- */

static const char rich[] =
    "{\"id\":\"r-1\",\"title\":\"Storm floods harbour\",\"date\":\"2012-03-04T05:06:07Z\","
    "\"category\":\"World\",\"author\":\"Ann Lee\",\"source\":\"The Times\",\"tags\":\"sea; air\","
    "\"url\":\"https://www.example.org/2012/storm.html\",\"summary\":\"Boats "
    "sank.\",\"text\":\"The "
    "storm flooded the harbour in the night. Ships sank at the quay, and the keepers of the "
    "lighthouse saw waves above the walls.\\n\\nFlooded streets were closed until the morning.\"}\n"
    "{\"id\":\"r-2\",\"title\":\"Storm floods harbour\",\"date\":\"2012-03-05\",\"source\":\"The "
    "Post\",\"text\":\"The storm flooded the harbour in the night. Ships sank at the quay, and the "
    "keepers of the lighthouse saw waves above the walls.\\n\\nFlooded streets were shut until the "
    "morning.\"}\n"
    "{\"id\":\"r-3\",\"title\":\"\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\","
    "\"language\":\"ja\",\"text\":\"\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe3\x81\xae"
    "\xe6\xb8\xaf \xe5\x8c\x97\xe4\xba\xac harbour "
    "\xe0\xb9\x80\xe0\xb8\xa3\xe0\xb8\xb7\xe0\xb8\xad\"}\n"
    "{\"id\":\"r-4\",\"title\":\"Der Hafen\",\"language\":\"de\",\"date\":\"2011\",\"category\":"
    "\"World\",\"updated\":\"2013-01-02T03:04Z\",\"text\":\"Die Schiffe lagen im Hafen, die "
    "H\xc3\xa4user standen leer. Caf\xc3\xa9s und M\xc3\xa4rkte waren geschlossen.\"}\n"
    "{\"id\":\"r-5\",\"title\":\"Markets\",\"date\":1331000000,\"category\":\"Business\","
    "\"text\":\"market markets marketing marketed market market's state-owned banks and bankers "
    "of the common market\"}\n";

static void add_plain(struct buf *out, unsigned i)
{
    static const char *const words[] = {"mill", "quay", "barn", "ferry", "lock"};
    buf_printf(out, "{\"id\":\"p-%u\",\"title\":\"Note %u\",\"text\":\"common %s %s", i, i,
               words[i % 5], i % 3 ? "note" : "notes of the day");
    if (i % 12 == 1)
        buf_puts(out, "\\n\\nRead more in our Sunday edition.\",\"source\":\"Gazette");
    buf_puts(out, "\"}\n");
}

static void make_index(const char *dir)
{
    struct buf plain = {0};
    char *sources[] = {scratch_path(dir, "plain.jsonl"), scratch_path(dir, "rich.jsonl")};
    char *index = scratch_path(dir, "index");
    for (unsigned i = 0; i < PLAIN_ARTICLES; i++)
        add_plain(&plain, i);
    scratch_write(sources[0], plain.data, plain.len);
    scratch_write(sources[1], rich, sizeof rich - 1);
    const struct reading how = {.threads = 1, .memory = PLENTY};
    index_add(index, sources, 1, &how, NULL);
    index_add(index, sources + 1, 1, &how, NULL);
    index_delete(index, (const char *const[]){"p-3", "p-77"}, 2);
    free(sources[0]);
    free(sources[1]);
    free(index);
    buf_free(&plain);
}

/* ---- in memory ---- */

static void name_files(void)
{
    const struct segment_entry *s = &manifest.segments[0];
    for (unsigned i = 0; i < SEGMENT_FILES; i++)
        segment_file_name(s->number, i, names[i]);
    deletes_file_name(s->number, s->deletes_generation, names[SEGMENT_FILES]);
    copies_file_name(manifest.copies_generation, names[SEGMENT_FILES + 1]);
    strcpy(names[SEGMENT_FILES + 2], MANIFEST_NAME);
}

static uint32_t kind_of(const struct buf *file)
{
    FUZZ_HOLDS(file->len > FRAME_HEADER);
    return load_u32(file->data + 8);
}

static void keep_file(const char *dir, const char *name)
{
    struct buf bytes = {0};
    char *path = scratch_path(dir, name);
    scratch_read(path, &bytes);
    memory_file_put(name, bytes.data, bytes.len);
    for (unsigned i = 0; i < BASE_FILES; i++)
        if (!strcmp(names[i], name))
            loose_read(&files[i], path, kind_of(&bytes));
    buf_free(&bytes);
    free(path);
}

static void keep_files(const char *dir)
{
    struct dirent *e;
    struct error err;
    DIR *d = opendir(dir);
    FUZZ_HOLDS(d && !manifest_read(dir, &manifest, &err));
    FUZZ_HOLDS(manifest.segment_count == 2 && manifest.segments[0].deletes_generation &&
               manifest.copies_generation);
    name_files();
    while ((e = readdir(d)))
        if (*e->d_name != '.' && strcmp(e->d_name, LOCK_NAME) != 0)
            keep_file(dir, e->d_name);
    closedir(d);
}

void base_index_start(void)
{
    if (manifest.segments)
        return;
    char *dir = scratch_new(), *index = scratch_path(dir, "index");
    memory_files_install();
    make_index(dir);
    keep_files(index);
    scratch_free(dir);
    free(index);
}

const char *base_file_name(unsigned which)
{
    return names[which];
}

const struct loose_frame *base_file(unsigned which)
{
    return &files[which];
}

/* ---- changing it ---- */

static struct file_entry *entry_of(unsigned which)
{
    struct segment_entry *s = &manifest.segments[0];
    if (which < SEGMENT_FILES)
        return &s->files[which];
    return which == SEGMENT_FILES ? &s->deletes_file : &manifest.copies_file;
}

static void put_file(unsigned which, const struct section *sections, unsigned count)
{
    struct file_entry ignored;
    bool listed = which + 1 < BASE_FILES;
    memory_file_put_framed(names[which], files[which].kind, files[which].id, sections, count,
                           listed ? entry_of(which) : &ignored);
}

static void put_back(unsigned which)
{
    struct section sections[FRAME_MAX_SECTIONS];
    for (unsigned i = 0; i < files[which].count; i++)
        sections[i] = (struct section){files[which].sections[i].data, files[which].sections[i].len};
    put_file(which, sections, files[which].count);
    changed[which] = false;
}

void base_index_change(unsigned which, const struct section *sections, unsigned count)
{
    for (unsigned i = 0; i < BASE_FILES; i++)
        if (changed[i])
            put_back(i);
    put_file(which, sections, count);
    changed[which] = true;
    if (which + 1 == BASE_FILES)
        return;
    struct buf encoded = {0};
    manifest_encode(&manifest, &encoded);
    const struct section whole = {encoded.data, encoded.len};
    put_file(BASE_FILES - 1, &whole, 1);
    buf_free(&encoded);
}
