/* title.h - what stands for a title that an archive does not give. */
#ifndef ARCHIVE_TITLE_H
#define ARCHIVE_TITLE_H

#include <stddef.h>

#include "common/base/buf.h"

/*
 * Adds the first sentence of the text, within its first line, to out. Longer
 * than `most` characters, it is cut at a word's end and closed with an
 * ellipsis, which counts. A full stop behind a short word ("Mr.", "U.S.")
 * does not end a sentence.
 */
void first_sentence(const char *text, size_t most, struct buf *out);

#endif
