/* add.c - `backfile-index add`: archives into an index. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/progress.h"
#include "common/io/file.h"
#include "indexer/commands.h"
#include "indexer/ingest.h"

#define DEFAULT_MEMORY ((uint64_t)512 << 20)
#define LEAST_MEMORY   ((uint64_t)16 << 20)
#define MOST_THREADS   256
#define THREAD_MEMORY  ((uint64_t)4 << 20) /* with less, segments would be tiny, and many */

static void print_counts(const struct ingest_counts *c, double seconds)
{
    double mb = (double)c->bytes / 1e6;
    uint64_t bad = ingest_bad_total(c);
    fprintf(stderr,
            "%" PRIu64 " records: %" PRIu64 " added, %" PRIu64 " replaced, %" PRIu64
            " the same, %" PRIu64 " older, %" PRIu64 " skipped; %.1f MB in %.2f s, %.1f MB/s\n",
            c->records, c->added, c->replaced, c->same, c->older, bad, mb, seconds,
            seconds > 0 ? mb / seconds : 0);
    for (enum skip_reason i = 0; i < SKIP_REASONS; i++)
        if (c->bad[i])
            fprintf(stderr, "  %s, %s: %" PRIu64 "\n",
                    skip_reason_is_expected(i) ? "passed over" : "skipped", skip_reason_name(i),
                    c->bad[i]);
    if (c->withdrawn)
        fprintf(stderr, "  withdrawn by the archive: %" PRIu64 "\n", c->withdrawn);
    if (c->absent)
        fprintf(stderr, "  withdrawn, but not there: %" PRIu64 "\n", c->absent);
    if (c->without_body)
        fprintf(stderr, "  without a body, only the title: %" PRIu64 "\n", c->without_body);
    if (c->unreadable_dates)
        fprintf(stderr, "  dates not understood: %" PRIu64 "\n", c->unreadable_dates);
    if (c->repaired_encodings)
        fprintf(stderr, "  not UTF-8, read as windows-1252: %" PRIu64 "\n", c->repaired_encodings);
    if (c->repaired_markup)
        fprintf(stderr, "  ill-formed XML, read leniently: %" PRIu64 "\n", c->repaired_markup);
}

/* How archives are to be read. */
static int set_reading(const struct option_list *maps, const char *format, const char *date_order,
                       struct field_map *fields, struct ingest_options *ingest_options,
                       struct error *err)
{
    for (size_t i = 0; i < maps->count; i++) {
        int rc = field_map_add(fields, maps->texts[i], err);
        if (rc)
            return rc;
    }
    ingest_options->fields = fields;
    ingest_options->format = format ? archive_format_named(format, err) : NULL;
    if (format && !ingest_options->format)
        return BF_ERR_USAGE;
    if (date_order && !date_order_named(date_order, &ingest_options->date_order))
        return error_set(err, BF_ERR_USAGE, "\"%s\" is no order of dates: dmy, mdy or ymd",
                         date_order);
    return BF_OK;
}

static void set_limits(uint64_t threads, uint64_t memory, struct ingest_options *ingest_options)
{
    if (!threads) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        threads = cores > 0 ? (uint64_t)cores : 1;
    }
    memory = memory < LEAST_MEMORY ? LEAST_MEMORY : memory;
    uint64_t most = memory / THREAD_MEMORY < MOST_THREADS ? memory / THREAD_MEMORY : MOST_THREADS;
    ingest_options->threads = (unsigned)(threads < most ? threads : most);
    ingest_options->memory = memory;
}

/* What is to be done, beside how archives are read. */
struct add_task {
    const char *dir;
    char *const *sources;
    int count;
    struct index_choice choice;
    const char *errors_path;
    struct lock_patience patience; /* with the flag of the whole run */
};

/* To open the file of errors empties it: none of the sources. */
static int check_errors_path(const struct add_task *task, struct error *err)
{
    struct stat errors, source;
    if (!task->errors_path || file_calls.stat(task->errors_path, &errors) < 0 ||
        !S_ISREG(errors.st_mode))
        return BF_OK;
    for (int i = 0; i < task->count; i++)
        if (!file_calls.stat(task->sources[i], &source) && source.st_dev == errors.st_dev &&
            source.st_ino == errors.st_ino)
            return error_set(err, BF_ERR_USAGE, "--errors: %s is to be read", task->errors_path);
    return BF_OK;
}

/* As ingest; a file of errors that cannot be written is a failure too. */
static int ingest_logged(struct index_writer *w, const struct add_task *task,
                         struct ingest_options *options, struct ingest_counts *counts,
                         struct error *err)
{
    struct skip_log skips;
    struct error log_err;
    int rc = skip_log_open(&skips, task->errors_path, err);
    if (rc)
        return rc;
    options->skips = &skips;
    rc = ingest(w, task->sources, task->count, options, w->stop, counts, err);
    if (skip_log_finish(&skips, &log_err) && rc >= 0) {
        *err = log_err;
        rc = err->code;
    }
    return rc;
}

/* How an interrupted or failed run left the index. */
static void say_what_is_in(const struct index_writer *w, int rc, bool stopped,
                           const struct ingest_counts *c)
{
    uint64_t done = rc ? c->committed : ingest_changes(c);
    if (stopped && !rc)
        fprintf(stderr,
                "interrupted: %" PRIu64
                " articles committed; run the same command again to go on\n",
                done);
    else if (!rc && *w->stop)
        fprintf(stderr, "interrupted: all is committed%s\n",
                w->merge_stopped ? ", only merging was left out" : "");
    else if (rc && done)
        fprintf(stderr,
                "ended early: %" PRIu64 " articles were committed on the way; the same command "
                "goes on from there\n",
                done);
}

/* Everything between the lock and the commit. */
static int add_sources(const struct add_task *task, struct ingest_options *options,
                       struct ingest_counts *counts, struct error *err)
{
    struct index_writer w;
    int rc = check_errors_path(task, err);
    if (!rc)
        rc = index_writer_open_patiently(&w, task->dir, true, &task->choice, &task->patience, err);
    if (rc)
        return rc;
    rc = ingest_logged(&w, task, options, counts, err);
    bool stopped = rc == BF_END;
    if (!rc || stopped)
        rc = index_writer_commit(&w, MERGE_AS_NEEDED, err);
    say_what_is_in(&w, rc, stopped, counts);
    index_writer_close(&w);
    return rc;
}

int command_add(int argc, char **argv, struct error *err)
{
    struct add_task task = {0};
    const char *format = NULL, *date_order = NULL;
    uint64_t memory = DEFAULT_MEMORY, threads = 0, wait = 0;
    struct option_list maps = {0};
    struct ingest_options ingest_options = {0};
    const struct option_spec options[] = {
        {"commit-every", 'c', OPTION_COUNT, &ingest_options.commit_every, "N",
         "commit after N records, too (1000000)"},
        {"date-order", 'd', OPTION_TEXT, &date_order, "ORDER",
         "what 08/06/2018 means: dmy, mdy or ymd (nothing)"},
        {"errors", 'e', OPTION_TEXT, &task.errors_path, "FILE",
         "name skipped records there too, as JSONL"},
        {"format", 'f', OPTION_TEXT, &format, "NAME", "of every source (recognised by content)"},
        {"language", 'l', OPTION_TEXT, &task.choice.language, "LANG",
         "of a new index: english, de, ... or none"},
        {"map", 'm', OPTION_LIST, &maps, "FIELD=NAME", "NAME is where the records have FIELD"},
        {"memory", 'M', OPTION_BYTES, &memory, "SIZE", "to work in (512M)"},
        {"no-text", 0, OPTION_FLAG, &task.choice.without_text, NULL,
         "a new index: without the articles' text"},
        {"quiet", 'q', OPTION_FLAG, &ingest_options.quiet, NULL, "no progress"},
        {"threads", 't', OPTION_COUNT, &threads, "N", "workers (all cores)"},
        WAIT_OPTION(&wait),
        {0},
    };
    const struct command command = {
        "add",
        "INDEX SOURCE...",
        "Creates or extends an index from files, directories or -.",
        2,
        -1,
        options,
        "Reads JSON, tables, feeds, agencies' formats and saved pages, known by content.\n"
        "The same id again: same content is skipped, newer replaces, older is ignored.\n"
        "Fields for --map: title, body, date, url, id, category, source, author, summary, ...\n"
        "Exit status 4 when records were skipped; each is named on standard error."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc) {
        option_list_free(&maps);
        return program_parse_status(rc);
    }
    struct ingest_counts counts = {0};
    struct field_map *fields = field_map_new();
    double started = progress_clock();
    task.dir = argv[first];
    task.sources = argv + first + 1;
    task.count = argc - first - 1;
    task.patience = (struct lock_patience){(double)wait, interrupt_watch()};
    set_limits(threads, memory, &ingest_options);
    rc = set_reading(&maps, format, date_order, fields, &ingest_options, err);
    if (!rc)
        rc = add_sources(&task, &ingest_options, &counts, err);
    if (!rc)
        print_counts(&counts, progress_clock() - started);
    field_map_free(fields);
    option_list_free(&maps);
    int status = ingest_bad_total(&counts) ? EXIT_SKIPPED : EXIT_DONE;
    return exit_status_of_run(task.patience.stop, rc, status);
}
