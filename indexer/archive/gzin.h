/*
 * gzin.h - gzip, unpacked piece by piece between two blocks of memory.
 *
 * Members that follow one another count as one stream, as gzip(1) has it; so
 * do zero bytes behind the last (tapes pad with them). Checksums are verified.
 */
#ifndef ARCHIVE_GZIN_H
#define ARCHIVE_GZIN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/bytes.h"

/* Beyond this many bytes, no more than this many for each one compressed.
 * Text shrinks to a third or a tenth; deflate can reach 1:1032. */
#define GZIN_FREE_BYTES ((uint64_t)64 << 20)
#define GZIN_MOST_RATIO 100

enum gzin_status {
    GZIN_GOING,    /* wants more input, or more room */
    GZIN_END,      /* all members unpacked and right */
    GZIN_GARBAGE,  /* the same, and something that is not gzip behind them */
    GZIN_CUT,      /* the input ends inside a member */
    GZIN_DAMAGED,  /* no deflate data, or a wrong checksum or length */
    GZIN_TOO_LARGE /* beyond the limits above */
};

#define GZIN_HEAD_BYTES 3 /* what it is recognised by */
bool gzin_recognise(const void *head, size_t len);

/* The same data in other wrappings are of one member only; what is behind it
 * is not looked at. */
enum gzin_form {
    GZIN_GZIP,
    GZIN_ZLIB,   /* RFC 1950 */
    GZIN_DEFLATE /* RFC 1951: none at all */
};

struct gzin;
struct gzin *gzin_new(enum gzin_form form);
void gzin_free(struct gzin *g); /* NULL does nothing */

/* Begins anew, at the start of a member. */
void gzin_restart(struct gzin *g);

/* How many bytes of the present member were taken. */
uint64_t gzin_member_taken(const struct gzin *g);

/*
 * Unpacks what it can of *in, whose start it moves, into the `room` bytes at
 * out; *written says how many. `last`: no input will come after this. Any
 * status but GZIN_GOING is final; what was written with it is good.
 */
enum gzin_status gzin_run(struct gzin *g, struct bytes *in, bool last, void *out, size_t room,
                          size_t *written);

#endif
