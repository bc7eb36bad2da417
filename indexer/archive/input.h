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

/* Why an origin has no more bytes, when that is too early. */
struct input_trouble {
    enum skip_reason reason; /* SKIP_NONE: there is no trouble */
    bool reported;           /* already, by whom the origin itself reads from */
    char detail[128];
};

/* Where the bytes of an input come from that lies inside another. */
struct input_origin {
    void *ctx;
    /* Up to `room` bytes; 0 at the end, with *trouble set when it is early.
     * Not 0 stops the reading, as in input_fill. */
    int (*read)(void *ctx, void *to, size_t room, size_t *got, struct input_trouble *trouble);
};

/* Of all that lies at one depth inside a source together, no more than this
 * many bytes, and beyond them this many for each byte of the source itself. */
#define INPUT_FREE_BYTES ((uint64_t)64 << 20)
#define INPUT_MOST_RATIO 100

/* An input with the outer one's sink and limits. *given counts the bytes of
 * its depth. Both must outlive it; the outer one is left to the origin. */
struct input *input_new_inside(const struct input_origin *origin, const char *name,
                               const struct input *outer, uint64_t *given);

/* The origin that hands on what is in the view of another input, and behind. */
struct input_origin input_rest(struct input *outer);
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

/* Makes what is in view the end of the input, and a cut one: nothing more is read. */
void input_stop(struct input *in);

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

/* Behind damage in a packed stream: goes on with the next gzip member that can
 * be read, which then follows what is in view; *resumed says whether there is
 * one. For formats whose records are members of their own. */
int input_resume(struct input *in, bool *resumed);

const char *input_name(const struct input *in);
size_t input_max_record(const struct input *in);
uint64_t input_offset(const struct input *in); /* of the view, in the unpacked stream */

/* Reports SKIP_UNREADABLE for an error whose text begins with the source's
 * name, which the report gives by itself. */
void report_unreadable(const struct archive_sink *sink, const char *source, uint64_t offset,
                       const struct error *err);

#endif
