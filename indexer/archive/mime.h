/* mime.h - how mail carries text in ASCII: transfer encodings and encoded words. */
#ifndef ARCHIVE_MIME_H
#define ARCHIVE_MIME_H

#include "common/base/buf.h"
#include "indexer/archive/parser.h"
#include "indexer/archive/span.h"

/* Adds the body of a part, decoded by its Content-Transfer-Encoding; as it is
 * where that is empty, 7bit, 8bit, binary or unknown. What has no place in the
 * encoding is passed. */
void transfer_decode(struct span body, struct span encoding, struct buf *out);

/*
 * Adds a header's value to out as UTF-8, with its encoded words decoded (RFC
 * 2047); one in a charset that is not known stays as it is. What is neither
 * ASCII nor encoded counts as UTF-8, else windows-1252.
 */
void encoded_words_decode(struct archive_parser *parser, struct span value, struct buf *out,
                          struct record_problem *problem);

#endif
