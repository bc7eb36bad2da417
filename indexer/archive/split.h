/* split.h - what the formats share that cut a source into records. */
#ifndef ARCHIVE_SPLIT_H
#define ARCHIVE_SPLIT_H

#include "indexer/archive/input.h"

/* The record at the view's start, or beginning there, is above the limit. */
void report_long_record(struct input *in, const struct archive_sink *sink, uint64_t number);

/* Hands over the view's first `len` bytes as a record. */
int hand_over_record(struct input *in, size_t len, uint64_t number,
                     const struct archive_format *format, const struct archive_sink *sink,
                     struct error *err);

/* How many bytes of the text are UTF-8's byte-order mark: 3 or 0. */
size_t mark_length(const char *text, size_t len);

/* Passes the rest of a line that is not wanted, without keeping it. */
int pass_line(struct input *in);

/* The whole source is one record; nothing is handed over when the source is
 * cut, for half an article would pass for a whole one. */
int split_whole(struct input *in, const struct archive_format *format,
                const struct archive_sink *sink, struct error *err);

#endif
