/* split.c - what the formats share that cut a source into records. */
#include "indexer/archive/split.h"

#include <stdio.h>

void report_long_record(struct input *in, const struct archive_sink *sink, uint64_t number)
{
    char detail[64];
    snprintf(detail, sizeof detail, "more than %zu bytes", input_max_record(in));
    sink->bad_record(sink->ctx, input_name(in), number, input_offset(in), SKIP_RECORD_TOO_LONG,
                     detail);
}

int split_whole(struct input *in, const struct archive_format *format,
                const struct archive_sink *sink, struct error *err)
{
    struct record r = {.source = input_name(in), .number = 1, .format = format};
    int rc = input_fill(in, input_max_record(in) + 1);
    if (rc || input_cut(in))
        return rc;
    r.data = input_view(in, &r.len);
    if (r.len <= input_max_record(in))
        return sink->record(sink->ctx, &r, err);
    report_long_record(in, sink, 1);
    return BF_OK;
}
