/*
 * header.h - "Name: value" lines, as mail, HTTP and WARC have them: up to an
 * empty line, each continued by lines that begin with a blank. Names are
 * compared without regard to case.
 */
#ifndef ARCHIVE_HEADER_H
#define ARCHIVE_HEADER_H

#include "indexer/archive/span.h"

struct header {
    struct span name;
    struct span value; /* trimmed; with the line ends of its continuations */
};

/* Takes the first header off the rest. False at the empty line, behind which
 * the rest then begins, and at the end. Lines that are no header are passed. */
bool take_header(struct span *rest, struct header *h);

/* The first value of the name; p is NULL where there is none. */
struct span header_value(struct span headers, const char *name);

/* Behind the empty line; 0 when there is none. */
size_t header_length(struct span text);

/* "charset" of "text/html; charset=utf-8", without quotes; p is NULL where
 * there is none. */
struct span header_parameter(struct span value, const char *name);

/* "text/html" of "text/html; charset=utf-8". */
struct span media_type(struct span value);

#endif
