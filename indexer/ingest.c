/* ingest.c - the reader's side of the pipeline, and putting the results together. */
#include "indexer/ingest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/mem.h"
#include "common/base/progress.h"
#include "common/io/file.h"
#include "indexer/resolve.h"
#include "indexer/worker.h"

struct ingestion {
    struct index_writer *w;
    const struct ingest_options *options;
    interrupt_flag *stop;
    struct worker *workers;
    unsigned started;    /* threads running */
    struct batch *batch; /* the one being filled */
    uint64_t batches, records;
    uint64_t next_commit; /* after that many records */
    struct ingest_counts *counts;
    struct progress progress;
    bool stopping;         /* the reader knows that it is to stop */
    bool failed;           /* a worker has */
    uint64_t bytes_before; /* of the sources that are done */
    uint64_t bytes_now;
};

/* ---- workers ---- */

static uint64_t commit_interval(const struct ingestion *in)
{
    uint64_t half = in->w->base.docs / 2;
    if (in->options->commit_every)
        return in->options->commit_every;
    return half > INGEST_COMMIT_EVERY ? half : INGEST_COMMIT_EVERY;
}

static int start_workers(struct ingestion *in, struct error *err)
{
    unsigned threads = in->options->threads;
    in->workers = mem_zalloc(threads, sizeof *in->workers);
    in->next_commit = in->records + commit_interval(in);
    in->batches = 0;
    for (unsigned i = 0; i < threads; i++) {
        struct worker *worker = &in->workers[i];
        worker->base = &in->w->base;
        worker->options = in->options;
        worker->memory = in->options->memory / threads;
        worker->first_number = in->w->next_number + i;
        worker->number_step = threads;
        int rc = worker_init(worker, err);
        if (rc)
            return rc;
    }
    for (unsigned i = 0; threads > 1 && i < threads; i++) {
        int failure = pthread_create(&in->workers[i].thread, NULL, worker_run, &in->workers[i]);
        if (failure)
            return error_set(err, BF_ERR_SYSTEM, "cannot start thread %u of %u: %s", i + 1, threads,
                             strerror(failure));
        in->started++;
    }
    return BF_OK;
}

static void stop_workers(struct ingestion *in, bool abort)
{
    for (unsigned i = 0; i < in->started; i++) {
        if (abort)
            queue_abort(&in->workers[i].queue);
        else
            queue_close(&in->workers[i].queue);
    }
    for (unsigned i = 0; i < in->started; i++)
        pthread_join(in->workers[i].thread, NULL);
    if (!in->started && !abort)
        worker_finish(&in->workers[0]);
    in->started = 0;
}

static void add_counts(struct ingest_counts *to, const struct ingest_counts *from)
{
    to->records += from->records;
    to->unreadable_dates += from->unreadable_dates;
    to->without_body += from->without_body;
    to->repaired_encodings += from->repaired_encodings;
    to->repaired_markup += from->repaired_markup;
    to->bytes += from->bytes;
    to->words += from->words;
    for (int i = 0; i < SKIP_REASONS; i++)
        to->bad[i] += from->bad[i];
}

static void gather_from(const struct worker *worker, struct harvest *h)
{
    for (size_t i = 0; i < worker->built_count; i++)
        h->built[h->count++] = &worker->built[i];
    for (size_t i = 0; i < worker->repeat_count; i++)
        h->repeats[h->repeat_count++] = worker->repeats[i];
    for (size_t i = 0; i < worker->withdrawal_count; i++)
        h->withdrawals[h->withdrawal_count++] = worker->withdrawals[i];
}

static void gather(const struct ingestion *in, struct harvest *h)
{
    *h = (struct harvest){0};
    size_t segments = 0, repeats = 0, withdrawals = 0;
    for (unsigned i = 0; i < in->options->threads; i++) {
        segments += in->workers[i].built_count;
        repeats += in->workers[i].repeat_count;
        withdrawals += in->workers[i].withdrawal_count;
    }
    h->built = mem_alloc(segments * sizeof *h->built);
    h->repeats = mem_alloc(repeats * sizeof *h->repeats);
    h->withdrawals = mem_alloc(withdrawals * sizeof *h->withdrawals);
    for (unsigned i = 0; i < in->options->threads; i++)
        gather_from(&in->workers[i], h);
}

/* All new segments, settled and given to the writer. */
static int collect(struct ingestion *in, struct error *err)
{
    struct harvest h;
    gather(in, &h);
    for (size_t i = 0; i < h.count; i++)
        index_writer_add_segment(in->w, &h.built[i]->entry);
    int rc = resolve_ids(in->w, &h, in->counts, err);
    free(h.built);
    free(h.repeats);
    free(h.withdrawals);
    return rc;
}

/* Ends the workers; what they made is the writer's, unless one has failed or `rc` says
 * that the run has. Returns rc, or what went wrong here. */
static int end_workers(struct ingestion *in, int rc, struct error *err)
{
    stop_workers(in, in->failed || rc < 0);
    for (unsigned i = 0; i < in->options->threads; i++) {
        add_counts(in->counts, &in->workers[i].counts);
        if (rc >= 0 && in->workers[i].err.code) {
            *err = in->workers[i].err;
            rc = err->code;
        }
    }
    if (rc >= 0) {
        int collected = collect(in, err);
        rc = collected ? collected : rc;
    }
    for (unsigned i = 0; i < in->options->threads; i++)
        worker_free(&in->workers[i]);
    free(in->workers);
    in->workers = NULL;
    mem_trim(); /* merging has the memory that they had */
    return rc;
}

/* All that was handed over is committed, and new workers go on from there. */
static int commit_on_the_way(struct ingestion *in, struct error *err)
{
    int rc = end_workers(in, BF_OK, err);
    if (!rc)
        rc = index_writer_commit(in->w, MERGE_AS_NEEDED, err);
    if (!rc) {
        in->counts->committed = ingest_changes(in->counts);
        rc = index_writer_continue(in->w, err);
    }
    return rc ? rc : start_workers(in, err);
}

/* ---- the reader ---- */

/* False when a worker has failed: that worker knows why. */
static bool hand_over(struct ingestion *in)
{
    struct batch *b = in->batch;
    in->batch = NULL;
    if (b)
        in->failed |= !queue_put(&in->workers[in->batches++ % in->options->threads].queue, b);
    return !in->failed;
}

/* For a thread: false when one has failed. */
static bool put_in_batch(struct ingestion *in, const struct record *r, bool due)
{
    if (!in->batch) {
        in->batch = mem_zalloc(1, sizeof *in->batch);
        in->batch->first_sequence = in->records;
    }
    batch_add(in->batch, r);
    bool full = in->batch->bytes >= BATCH_BYTES || in->batch->count >= BATCH_RECORDS;
    return !(full || due) || hand_over(in);
}

/* The only worker takes the record where it stands: it is not copied. */
static bool work_off(struct ingestion *in, const struct record *r)
{
    worker_record(&in->workers[0], r, in->records);
    in->failed = in->workers[0].err.code != BF_OK;
    return !in->failed;
}

/* Once the reader has been told to stop, what it still has belongs to what
 * was read. */
static int take_record(void *ctx, const struct record *r, struct error *err)
{
    struct ingestion *in = ctx;
    if (*in->stop && !in->stopping)
        return BF_END;
    bool due = in->records + 1 == in->next_commit;
    bool taken = in->started ? put_in_batch(in, r, due) : work_off(in, r);
    in->records++;
    if (!taken)
        return BF_END;
    return due ? commit_on_the_way(in, err) : BF_OK;
}

static void take_bad_record(void *ctx, const char *source, uint64_t number, uint64_t offset,
                            enum skip_reason reason, const char *detail)
{
    struct ingestion *in = ctx;
    in->counts->records++;
    in->counts->bad[reason]++;
    progress_end(&in->progress);
    skip_log_add(in->options->skips, source, number, offset, reason, detail);
}

static int take_progress(void *ctx, uint64_t bytes_read)
{
    struct ingestion *in = ctx;
    in->bytes_now = bytes_read;
    progress_bytes(&in->progress, in->bytes_before + bytes_read, in->records);
    in->stopping = *in->stop;
    return in->stopping ? BF_END : BF_OK;
}

/* Bytes to read, for the time left; 0 when a source is no plain file. */
static uint64_t total_bytes(char *const *sources, int count)
{
    uint64_t total = 0;
    for (int i = 0; i < count; i++) {
        struct stat st;
        if (file_calls.stat(sources[i], &st) < 0 || !S_ISREG(st.st_mode))
            return 0;
        total += (uint64_t)st.st_size;
    }
    return total;
}

static int read_sources(struct ingestion *in, char *const *sources, int count, struct error *err)
{
    const struct archive_sink sink = {take_record, take_bad_record, take_progress, in};
    const struct archive_options how = {.format = in->options->format};
    int rc = BF_OK;
    for (int i = 0; i < count && !rc; i++) {
        rc = archive_read(sources[i], &how, &sink, err);
        in->bytes_before += in->bytes_now;
        in->bytes_now = 0;
    }
    hand_over(in);
    return rc;
}

/* ---- all of it ---- */

int ingest(struct index_writer *w, char *const *sources, int source_count,
           const struct ingest_options *options, interrupt_flag *stop, struct ingest_counts *counts,
           struct error *err)
{
    struct ingestion in = {.w = w, .options = options, .stop = stop, .counts = counts};
    *counts = (struct ingest_counts){0};
    progress_start(&in.progress, total_bytes(sources, source_count), options->quiet);
    int rc = start_workers(&in, err);
    if (!rc)
        rc = read_sources(&in, sources, source_count, err);
    if (in.workers)
        rc = end_workers(&in, rc, err);
    progress_end(&in.progress);
    return rc;
}

uint64_t ingest_changes(const struct ingest_counts *counts)
{
    return counts->added + counts->replaced + counts->withdrawn;
}

uint64_t ingest_bad_total(const struct ingest_counts *counts)
{
    uint64_t total = 0;
    for (int i = 0; i < SKIP_REASONS; i++)
        if (!skip_reason_is_expected((enum skip_reason)i))
            total += counts->bad[i];
    return total;
}
