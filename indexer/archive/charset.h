/*
 * charset.h - the names of character encodings, and text in any of them as UTF-8.
 *
 * Names are those of the web (WHATWG, Encoding Standard, section 4.2), with
 * what they mean there: "iso-8859-1" is windows-1252, "gb2312" is GB 18030.
 * Only these are ever handed to iconv. Labels of UTF-7 are unknown on purpose.
 */
#ifndef ARCHIVE_CHARSET_H
#define ARCHIVE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"

enum charset_kind {
    CHARSET_UTF8,
    CHARSET_SINGLE,   /* a byte a character, ASCII below 128 */
    CHARSET_MULTIPLE, /* more bytes for some, but "<", ">" and "&" are always themselves */
    CHARSET_OPAQUE    /* an ASCII byte need not be that character: UTF-16, ISO-2022-JP, ... */
};

struct charset {
    const char *name; /* as iconv has it */
    enum charset_kind kind;
    unsigned unit; /* bytes by which damage is passed over */
};

/* NULL when the name, in any case and with blanks round it, is not known. */
const struct charset *charset_named(const char *name, size_t len);

/* UTF-8, UTF-16 or UTF-32 by the byte-order mark that a stream begins with,
 * whose length is *mark; UTF-16 and UTF-32 also without one (*mark is 0) where
 * the first four bytes are ASCII spread over them. Else NULL. */
const struct charset *charset_of_head(const void *head, size_t len, size_t *mark);

/*
 * Adds the text to out as UTF-8, each damaged sequence as U+FFFD; *damaged
 * says how many there were. False, with nothing added, when this system has
 * no converter for the encoding.
 */
bool charset_to_utf8(const struct charset *charset, const void *text, size_t len, struct buf *out,
                     size_t *damaged);

/* The same for a stream that comes in pieces. NULL: no converter. */
struct charset_decoder;
struct charset_decoder *charset_decoder_new(const struct charset *charset);
void charset_decoder_free(struct charset_decoder *d); /* NULL does nothing */

/* Moves the start of *in past what was converted: up to a character that is
 * not whole yet, and to the end when it is `last`. Returns how many sequences
 * were damaged. */
size_t charset_decoder_run(struct charset_decoder *d, struct bytes *in, bool last, struct buf *out);

#endif
