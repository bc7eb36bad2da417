/* base64.h - bytes written as letters (RFC 4648, section 4). */
#ifndef ARCHIVE_BASE64_H
#define ARCHIVE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

/* Adds the bytes to out. White space does not count, and the "=" at the end may
 * be missing. False, with nothing added, when anything else stands there. */
bool base64_decode(const char *text, size_t len, struct buf *out);

#endif
