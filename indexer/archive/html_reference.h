/* html_reference.h - the character references of HTML: &amp; &#8217; &#x2019; */
#ifndef ARCHIVE_HTML_REFERENCE_H
#define ARCHIVE_HTML_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "indexer/archive/span.h"

enum reference_rules {
    REFERENCE_CLOSED, /* only with its ";" */
    REFERENCE_IN_TEXT /* also the names and numbers that browsers read without */
};

/*
 * Reads the reference at the "&" that begins the span. Its length, with cp[0]
 * set and cp[1] too or 0; 0 when it is none. A number that is no character
 * gives U+FFFD.
 */
size_t html_reference(struct span text, enum reference_rules rules, uint32_t cp[2]);

/* Adds the one or two characters; for 128 to 159 those of windows-1252, as
 * browsers have it. */
void html_add_characters(struct buf *out, const uint32_t cp[2]);

/* Adds the text to out with its references decoded; what is none stays. */
void html_decode_as(struct span text, enum reference_rules rules, struct buf *out);

#endif
