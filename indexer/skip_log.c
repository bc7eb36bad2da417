/* skip_log.c - one line for each reader; the file's lines are written in blocks. */
#include "indexer/skip_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/io/file.h"
#include "common/text/escape.h"

#define BLOCK_BYTES ((size_t)64 << 10)

int skip_log_open(struct skip_log *log, const char *path, struct error *err)
{
    *log = (struct skip_log){.path = path, .fd = -1};
    if (path && (log->fd = file_open_write(path, err)) < 0)
        return err->code;
    pthread_mutex_init(&log->lock, NULL);
    return BF_OK;
}

static void flush(struct skip_log *log)
{
    if (log->pending.len && !log->err.code)
        file_write(log->fd, log->path, log->pending.data, log->pending.len, &log->err);
    log->pending.len = 0;
}

static void add_json(struct skip_log *log, const char *source, uint64_t number, uint64_t offset,
                     enum skip_reason reason, const char *detail)
{
    struct buf *out = &log->pending;
    buf_puts(out, "{\"source\":");
    escape_json_string(out, source, strlen(source));
    buf_printf(out, ",\"record\":%" PRIu64 ",\"offset\":%" PRIu64 ",\"reason\":", number, offset);
    escape_json_string(out, skip_reason_name(reason), strlen(skip_reason_name(reason)));
    buf_puts(out, ",\"detail\":");
    escape_json_string(out, detail, strlen(detail));
    buf_puts(out, "}\n");
    if (out->len >= BLOCK_BYTES)
        flush(log);
}

static void print(const char *source, uint64_t number, uint64_t offset, enum skip_reason reason,
                  const char *detail)
{
    struct error line; /* makes control bytes harmless */
    error_set(&line, BF_ERR_INPUT, "%s: record %" PRIu64 ", byte %" PRIu64 ": %s%s%s", source,
              number, offset, skip_reason_name(reason), *detail ? ": " : "", detail);
    fprintf(stderr, "%s\n", line.text);
}

void skip_log_add(struct skip_log *log, const char *source, uint64_t number, uint64_t offset,
                  enum skip_reason reason, const char *detail)
{
    pthread_mutex_lock(&log->lock);
    if (log->path)
        add_json(log, source, number, offset, reason, detail);
    if (!skip_reason_is_expected(reason))
        print(source, number, offset, reason, detail);
    pthread_mutex_unlock(&log->lock);
}

int skip_log_finish(struct skip_log *log, struct error *err)
{
    flush(log);
    if (log->fd >= 0 && file_close(log->fd, log->path, log->err.code ? NULL : &log->err))
        log->err.code = BF_ERR_SYSTEM;
    buf_free(&log->pending);
    pthread_mutex_destroy(&log->lock);
    if (log->err.code)
        *err = log->err;
    return log->err.code;
}
