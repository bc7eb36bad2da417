/* salvage.c - `backfile-index salvage`: what is whole in a damaged index, as a new one. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/file.h"
#include "indexer/commands.h"
#include "indexer/salvage_run.h"

#define DEFAULT_MEMORY ((uint64_t)512 << 20)
#define LEAST_MEMORY   ((uint64_t)16 << 20)

/* ---- where the new index goes ---- */

/* What a salvage that was interrupted leaves: an index without a commit, or
 * not even that. */
static bool has_no_commit(const char *dir)
{
    struct manifest m;
    if (manifest_read(dir, &m, NULL))
        return false;
    bool none = !m.generation && !m.segment_count;
    manifest_free(&m);
    return none;
}

static bool is_empty(const char *dir, struct error *err)
{
    static const char *const harmless[] = {".", "..", LOCK_NAME, MANIFEST_TEMP_NAME};
    DIR *d = file_calls.opendir(dir);
    bool empty = true;
    if (!d) {
        error_system(err, dir, "reading the directory");
        return false;
    }
    for (struct dirent *e; empty && (e = file_calls.readdir(d));) {
        bool known = false;
        for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
            known |= !strcmp(e->d_name, harmless[i]);
        empty = known;
    }
    file_calls.closedir(d);
    return empty;
}

/* Whether `path`, or the directory that it will be made in, is `old` or in it. */
static bool lies_in(const char *path, const char *old)
{
    char real[PATH_MAX], real_old[PATH_MAX];
    if (!realpath(old, real_old))
        return false;
    if (!realpath(path, real)) {
        char *parent = file_parent(path);
        bool found = realpath(parent, real) != NULL;
        free(parent);
        if (!found)
            return false;
    }
    size_t n = strlen(real_old);
    return !strncmp(real, real_old, n) && (!real[n] || real[n] == '/');
}

static int check_outside(const char *path, const char *old, struct error *err)
{
    if (!lies_in(path, old))
        return BF_OK;
    return error_set(err, BF_ERR_USAGE, "%s: lies in the index that is to be left alone", path);
}

static int check_new_place(const char *dir, const char *old, struct error *err)
{
    struct stat st;
    int rc = check_outside(dir, old, err);
    if (rc)
        return rc;
    if (stat(dir, &st) < 0)
        return BF_OK;
    *err = (struct error){0};
    if (is_empty(dir, err) || (!err->code && has_no_commit(dir)))
        return BF_OK;
    if (err->code)
        return err->code;
    return error_set(err, BF_ERR_USAGE, "%s: is not empty: salvage makes a new index", dir);
}

/* ---- the command ---- */

int command_salvage(int argc, char **argv, struct error *err)
{
    bool quiet = false, json = false;
    const char *lost = NULL;
    struct salvage_options how = {.memory = DEFAULT_MEMORY};
    const struct option_spec options[] = {
        {"json", 'j', OPTION_FLAG, &json, NULL, "what was found as JSON"},
        {"language", 'l', OPTION_TEXT, &how.language, "LANG",
         "of an index whose manifest is lost (found out)"},
        {"lost", 'L', OPTION_TEXT, &lost, "FILE",
         "name lost and doubtful articles there, as JSONL"},
        {"memory", 'M', OPTION_BYTES, &how.memory, "SIZE", "to work in (512M)"},
        {"quiet", 'q', OPTION_FLAG, &quiet, NULL, "only the summary, no progress"},
        {0},
    };
    const struct command command = {
        "salvage",
        "INDEX NEW",
        "Makes a new index from what is whole in a damaged one.",
        2,
        2,
        options,
        "INDEX is only read. Whole segments are copied; of others every article is\n"
        "indexed anew whose text can be read. NEW must not exist, or be empty.\n"
        "Exit status 4 when anything is lost; each lost article is named."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    struct salvage_report report;
    const char *old = argv[first], *dir = argv[first + 1];
    how.memory = how.memory < LEAST_MEMORY ? LEAST_MEMORY : how.memory;
    how.stop = interrupt_watch();
    rc = check_new_place(dir, old, err);
    if (!rc && lost && strcmp(lost, "-") != 0)
        rc = check_outside(lost, old, err);
    if (!rc)
        rc = salvage_report_open(&report, quiet, json, lost, err);
    if (rc)
        return exit_status_of(rc);
    rc = salvage_report_finish(&report, salvage_run(old, dir, &how, &report, err), err);
    if (rc)
        return exit_status_of_run(how.stop, rc, EXIT_DONE);
    return salvage_lost_something(&report.counts) ? EXIT_SKIPPED : EXIT_DONE;
}
