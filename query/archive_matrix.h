/*
 * archive_matrix.h - every article's similarity terms, in memory, both ways round.
 *
 * For the pass over the whole archive: made once from the postings, then read
 * by all threads. By term, a posting is three bytes, grouped in tiles of
 * articles so small that a tile's sums stay in the processor's cache; its
 * saturation is rounded up and only bounds the score. By article, the exact
 * frequencies give the score itself, and a signature of 64 bytes says which of the
 * frequent terms the article may have. Deleted articles, stop words, terms of one character and
 * terms of a single article are left out. Articles go by global number.
 */
#ifndef QUERY_ARCHIVE_MATRIX_H
#define QUERY_ARCHIVE_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "common/index/lists.h"
#include "common/index/snapshot.h"
#include "common/text/analyzer.h"
#include "query/bm25.h"
#include "query/doc_languages.h"
#include "query/similar.h"

#define TILE_BITS 16
#define TILE_DOCS (1u << TILE_BITS)

#define SIGNATURE_SHIFT 9
#define SIGNATURE_BITS  (1u << SIGNATURE_SHIFT)
#define SIGNATURE_WORDS (SIGNATURE_BITS / 64)

#define MATRIX_REPEATS 64

/* What an article asks for of a term is not what it has (asked.h). */
struct matrix_asked {
    uint32_t doc, term, tf;
};

struct archive_matrix {
    uint32_t docs;  /* global numbers below this */
    uint32_t terms; /* numbered in byte order */
    uint32_t tiles; /* of TILE_DOCS articles */
    uint64_t entries;
    struct bm25 bm25; /* length norms; a query fits its own scale */
    struct term_statistics statistics;
    uint64_t tokens, lead_tokens; /* as far as they are statistics */
    struct buf term_bytes;        /* of all terms */
    size_t *term_ends;            /* by term: where its bytes end there */
    /* by term and tile: postings [starts[t * tiles + k], starts[t * tiles + k + 1]) */
    uint64_t *tile_starts;
    uint16_t *posting_docs;       /* within the tile */
    uint8_t *posting_saturations; /* tf' / (tf' + length norm), in 255ths, rounded up */
    /* by article: entries [doc_starts[d], doc_starts[d + 1]), terms ascending */
    uint64_t *doc_starts;
    uint32_t *doc_terms;
    uint16_t *doc_tfs;          /* tf' */
    struct matrix_asked *asked; /* where an article asks for less, by article and term */
    size_t asked_count;
    uint32_t *dfs; /* by term */
    double *idfs;
    double *usual_idfs;             /* 0 for a term in too many articles for most queries */
    double repeats[MATRIX_REPEATS]; /* by tf': 1 + ln tf' */
    uint8_t *most_saturations;      /* by term: the largest of its postings' */
    uint8_t *length_codes;          /* of len'; by article */
    uint64_t *signatures;           /* SIGNATURE_WORDS an article: a bit for each term that signs */
    struct doc_languages languages;
};

static inline uint64_t archive_matrix_list(const struct archive_matrix *m, uint32_t term,
                                           uint32_t tile)
{
    return m->tile_starts[(uint64_t)term * m->tiles + tile];
}

/* The bit of a term in signatures, or SIGNATURE_BITS: the term does not sign, for it is so
 * rare, or so frequent, that its bit would tell nothing. Terms share bits. */
static inline unsigned archive_matrix_signature(const struct archive_matrix *m, uint32_t term)
{
    uint64_t df = m->dfs[term], docs = m->statistics.docs;
    return df * 5 > docs || df * 1000 < docs ? SIGNATURE_BITS
                                             : (term * 2654435761u) >> (32 - SIGNATURE_SHIFT);
}

/* `statistics` may be NULL: else the number of articles, the document frequencies and
 * the average length are those of the file, and so are the terms. */
int archive_matrix_make(struct archive_matrix *m, const struct snapshot *s,
                        struct analyzer *analyzer, const struct similar_options *o,
                        const struct lists *statistics, struct error *err);
void archive_matrix_free(struct archive_matrix *m); /* accepts a zeroed struct */

static inline const char *archive_matrix_term(const struct archive_matrix *m, uint32_t term,
                                              size_t *len)
{
    size_t from = term ? m->term_ends[term - 1] : 0;
    *len = m->term_ends[term] - from;
    return (const char *)m->term_bytes.data + from;
}

/* An article's query without feedback. `out` has room for the article's entries;
 * `terms` is scratch of the same length. *least is that of term_weights_query. */
size_t archive_matrix_query(const struct archive_matrix *m, uint32_t doc, size_t most, float *least,
                            struct article_term *terms, struct weighted_term *out);

#endif
