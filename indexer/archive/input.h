/*
 * input.h - a source as a stream of unpacked bytes with a view on its next part.
 *
 * The view grows as far as the reader of a format asks and moves with
 * input_advance. Sources are read, never mapped: a file that changes or
 * shrinks meanwhile gives other bytes, not a signal. What goes wrong while
 * reading is reported to the sink here, once, and ends the stream there.
 */
#ifndef ARCHIVE_INPUT_H
#define ARCHIVE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/archive/archive.h"
#include "indexer/archive/charset.h"

struct input;

/* Takes over the descriptor. The name and the sink must outlive the input. */
struct input *input_new(int fd, const char *name, size_t max_record_bytes,
                        const struct archive_sink *sink);
void input_free(struct input *in); /* NULL does nothing */

/* The bytes that are read and not passed; the pointer holds until the next
 * input_fill. */
const char *input_view(const struct input *in, size_t *len);

/* Reads until the view has `want` bytes, the stream ends, or the sink's
 * progress stops it: then its code is returned. */
int input_fill(struct input *in, size_t want);

/* Passes n bytes, at most those in view. */
void input_advance(struct input *in, size_t n);

/* Whether the view holds all that will come. */
bool input_ended(const struct input *in);

/* Whether it ended too early, and the end of the view may be half a record. */
bool input_cut(const struct input *in);

/*
 * From the start of the view on, the stream is text in that encoding, and the
 * view has it as UTF-8; so do offsets. False, with nothing changed, when this
 * system has no converter. UTF-16 and UTF-32 are told by their first bytes and
 * decoded before anyone asks. A stream is decoded once: later calls return true.
 */
bool input_decode(struct input *in, const struct charset *charset);
bool input_decoded(const struct input *in);

const char *input_name(const struct input *in);
size_t input_max_record(const struct input *in);
uint64_t input_offset(const struct input *in); /* of the view, in the unpacked stream */

/* Reports SKIP_UNREADABLE for an error whose text begins with the source's
 * name, which the report gives by itself. */
void report_unreadable(const struct archive_sink *sink, const char *source, uint64_t offset,
                       const struct error *err);

#endif
