/*
 * invisible.h - marks that are no part of what is read: the soft hyphen
 * (U+00AD), the word joiner (U+2060) and the byte-order mark (U+FEFF) inside
 * a text. They say where a line may be broken, and typesetters leave them in.
 *
 * The zero-width space stays, because it parts the words of Khmer and Thai,
 * and so do the joiners, which Persian and emoji are written with; the index
 * looks through these.
 */
#ifndef ARCHIVE_INVISIBLE_H
#define ARCHIVE_INVISIBLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

/* How many bytes at p are such a mark; 0 when none is. */
size_t invisible_at(const char *p, const char *end);

bool has_invisible(const char *text, size_t len);
void drop_invisible(struct buf *text);

#endif
