/*
 * random_query.h - queries of every form, made of what the articles say, so
 * that they find something; now and then of words that nobody says.
 */
#ifndef TESTS_UNIT_RANDOM_QUERY_H
#define TESTS_UNIT_RANDOM_QUERY_H

#include "common/base/buf.h"
#include "tests/unit/oracle.h"

/* Replaces *out. The parser may still refuse it, as it does "-a -b". */
void random_query(uint64_t *state, const struct oracle *o, struct buf *out);

/* n words that stand side by side in some title or body, added to *out. */
void random_words(uint64_t *state, const struct oracle *o, unsigned n, struct buf *out);

#endif
