/*
 * archive_matrix.h - every article's similarity terms, in memory, both ways round.
 *
 * For the pass over the whole archive: made once from the postings, then read
 * by all threads. Deleted articles, stop words, terms of one character and
 * terms of a single article are left out. Articles go by global number.
 */
#ifndef QUERY_ARCHIVE_MATRIX_H
#define QUERY_ARCHIVE_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "common/index/snapshot.h"
#include "common/text/analyzer.h"
#include "query/similar.h"

struct archive_matrix {
    uint32_t docs;        /* global numbers below this */
    uint32_t terms;       /* numbered in byte order */
    uint64_t entries;
    /* by term: postings [term_starts[t], term_starts[t + 1]) */
    uint64_t *term_starts;
    uint32_t *posting_docs;
    float *posting_saturations; /* tf' / (tf' + length norm) */
    /* by article */
    uint64_t *doc_starts;
    uint32_t *doc_terms;
    uint16_t *doc_tfs; /* tf' */
    /* by term and by article */
    uint64_t *dfs;
    struct arena texts_arena;
    const char **texts;
    uint8_t *length_codes; /* of len'; by article */
};

int archive_matrix_make(struct archive_matrix *m, const struct snapshot *s,
                        const struct analyzer *analyzer, const struct similar_options *o,
                        struct error *err);
void archive_matrix_free(struct archive_matrix *m); /* accepts a zeroed struct */

#endif
