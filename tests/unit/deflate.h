/* deflate.h - for tests of what unpacks: raw deflate (RFC 1951). */
#ifndef TESTS_UNIT_DEFLATE_H
#define TESTS_UNIT_DEFLATE_H

#include <stddef.h>

#include "common/base/buf.h"

/* Appends the compressed form of n bytes to out. */
void add_deflated(struct buf *out, const void *bytes, size_t n);

#endif
