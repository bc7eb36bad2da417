/* split.c - what the formats share that cut a source into records. */
#include "indexer/archive/split.h"

#include <stdio.h>
#include <string.h>

void report_long_record(struct input *in, const struct archive_sink *sink, uint64_t number)
{
    char detail[64];
    snprintf(detail, sizeof detail, "more than %zu bytes", input_max_record(in));
    sink->bad_record(sink->ctx, input_name(in), number, input_offset(in), SKIP_RECORD_TOO_LONG,
                     detail);
}

int hand_over_record(struct input *in, size_t len, uint64_t number,
                     const struct archive_format *format, const struct archive_sink *sink,
                     struct error *err)
{
    size_t in_view;
    struct record r = {
        .source = input_name(in),
        .number = number,
        .offset = input_offset(in),
        .data = input_view(in, &in_view),
        .len = len,
        .format = format,
    };
    return sink->record(sink->ctx, &r, err);
}

size_t mark_length(const char *text, size_t len)
{
    return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

int pass_line(struct input *in)
{
    for (;;) {
        size_t len;
        const char *text = input_view(in, &len);
        const char *newline = len ? memchr(text, '\n', len) : NULL;
        input_advance(in, newline ? (size_t)(newline - text) + 1 : len);
        if (newline || input_ended(in))
            return BF_OK;
        int rc = input_fill(in, 1);
        if (rc)
            return rc;
    }
}

int split_whole(struct input *in, const struct archive_format *format,
                const struct archive_sink *sink, struct error *err)
{
    size_t len;
    int rc = input_fill(in, input_max_record(in) + 1);
    input_view(in, &len);
    if (rc || input_cut(in))
        return rc;
    if (len <= input_max_record(in))
        return hand_over_record(in, len, 1, format, sink, err);
    report_long_record(in, sink, 1);
    return BF_OK;
}
