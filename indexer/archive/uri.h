/* uri.h - references to absolute URIs (RFC 3986, section 5.2). */
#ifndef ARCHIVE_URI_H
#define ARCHIVE_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

/* Whether the text begins with a scheme and ":". */
bool uri_is_absolute(const char *text, size_t len);

/*
 * Adds what the reference means at the base, both without blanks round them:
 * the reference itself when it is absolute, or when the base is not a
 * hierarchical URI with an authority.
 */
void uri_resolve(const char *base, size_t base_len, const char *reference, size_t len,
                 struct buf *out);

#endif
