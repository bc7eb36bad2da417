/* add.c - `backfile-index add`: archives into an index, in one commit. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/progress.h"
#include "indexer/commands.h"
#include "indexer/ingest.h"

#define DEFAULT_MEMORY ((uint64_t)512 << 20)
#define LEAST_MEMORY   ((uint64_t)16 << 20)
#define MOST_THREADS   256

/* Set by the first signal; what was read by then is committed. */
static volatile int stop_signal;

static void on_signal(int number)
{
    stop_signal = number;
}

static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

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
    ingest_options->threads = (unsigned)(threads < MOST_THREADS ? threads : MOST_THREADS);
    ingest_options->memory = memory < LEAST_MEMORY ? LEAST_MEMORY : memory;
}

/* As ingest; a file of errors that cannot be written is a failure too. */
static int ingest_logged(struct index_writer *w, char *const *sources, int count,
                         const char *errors_path, struct ingest_options *options,
                         struct ingest_counts *counts, struct error *err)
{
    struct skip_log skips;
    struct error log_err;
    int rc = skip_log_open(&skips, errors_path, err);
    if (rc)
        return rc;
    options->skips = &skips;
    rc = ingest(w, sources, count, options, &stop_signal, counts, err);
    if (skip_log_finish(&skips, &log_err) && rc >= 0) {
        *err = log_err;
        rc = err->code;
    }
    return rc;
}

/* Everything between the lock and the commit. */
static int add_sources(const char *dir, const struct index_choice *choice, char *const *sources,
                       int count, const char *errors_path, struct ingest_options *options,
                       struct ingest_counts *counts, struct error *err)
{
    struct index_writer w;
    int rc = index_writer_open(&w, dir, true, choice, err);
    if (rc)
        return rc;
    watch_signals();
    rc = ingest_logged(&w, sources, count, errors_path, options, counts, err);
    bool stopped = rc == BF_END;
    if (!rc || stopped)
        rc = index_writer_commit(&w, MERGE_AS_NEEDED, err);
    index_writer_close(&w);
    if (!rc && stopped)
        fprintf(stderr, "interrupted: what was read so far is committed; "
                        "the same command again goes on from there\n");
    else if (rc && stop_signal)
        fprintf(stderr, "interrupted: nothing was committed\n");
    return rc;
}

int command_add(int argc, char **argv, struct error *err)
{
    struct index_choice choice = {0};
    const char *format = NULL, *errors_path = NULL, *date_order = NULL;
    uint64_t memory = DEFAULT_MEMORY, threads = 0;
    struct option_list maps = {0};
    struct ingest_options ingest_options = {0};
    const struct option_spec options[] = {
        {"date-order", 'd', OPTION_TEXT, &date_order, "ORDER",
         "what 08/06/2018 means: dmy, mdy or ymd (nothing)"},
        {"errors", 'e', OPTION_TEXT, &errors_path, "FILE",
         "name skipped records there too, as JSONL"},
        {"format", 'f', OPTION_TEXT, &format, "NAME", "of every source (recognised by content)"},
        {"language", 'l', OPTION_TEXT, &choice.language, "LANG",
         "of a new index: english, de, ... or none"},
        {"map", 'm', OPTION_LIST, &maps, "FIELD=NAME", "NAME is where the records have FIELD"},
        {"memory", 'M', OPTION_BYTES, &memory, "SIZE", "to work in (512M)"},
        {"no-text", 0, OPTION_FLAG, &choice.without_text, NULL,
         "a new index: without the articles' text"},
        {"quiet", 'q', OPTION_FLAG, &ingest_options.quiet, NULL, "no progress"},
        {"threads", 't', OPTION_COUNT, &threads, "N", "workers (all cores)"},
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
    set_limits(threads, memory, &ingest_options);
    rc = set_reading(&maps, format, date_order, fields, &ingest_options, err);
    if (!rc)
        rc = add_sources(argv[first], &choice, argv + first + 1, argc - first - 1, errors_path,
                         &ingest_options, &counts, err);
    if (!rc)
        print_counts(&counts, progress_clock() - started);
    field_map_free(fields);
    option_list_free(&maps);
    if (rc)
        return exit_status_of(rc);
    if (stop_signal)
        return 128 + stop_signal;
    return ingest_bad_total(&counts) ? EXIT_SKIPPED : EXIT_DONE;
}
