/*
 * similar_all.h - the similar readings of every article of an archive.
 *
 * The lists are those of similar.h, to the last digit, whatever the number of
 * threads.
 */
#ifndef QUERY_SIMILAR_ALL_H
#define QUERY_SIMILAR_ALL_H

#include "common/base/interrupt.h"
#include "common/index/lists.h"
#include "query/archive_matrix.h"
#include "query/latency.h"
#include "query/similar.h"

/* What a file of lists has to remember of them. */
struct similar_statistics {
    uint64_t docs, tokens, lead_tokens;
    uint32_t terms;
    struct buf term_bytes; /* of all terms, in byte order */
    size_t *term_ends;     /* by term: where its bytes end there */
    uint32_t *dfs;
};

struct similar_lists {
    uint32_t *docs; /* the live articles in byte order of their ids */
    uint32_t count;
    /* by global number */
    struct similar_item *items; /* n a list: items[doc * n] ... */
    uint16_t *lengths;          /* of each list */
    uint32_t *own_copies;
    uint32_t *self_units;
    float *least_weights;         /* in its query without feedback (term_weights_query) */
    struct similar_item *learned; /* SIMILAR_FEEDBACK a list: what its query learned from */
    uint8_t *learned_counts;
    size_t n;
    struct similar_statistics statistics; /* once the engine is closed */
};

struct similar_journal;

struct similar_run {
    unsigned threads;
    /* When not NULL, is told how many articles are done, on the caller's thread. */
    void (*progress)(void *ctx, uint32_t done);
    void *ctx;
    struct latency *latency;         /* when not NULL: one query an article, in the lists' order */
    const struct lists *statistics;  /* those of this file; NULL: the archive's */
    struct similar_journal *journal; /* similar_journal.h; may be NULL */
    interrupt_flag *stop;            /* ends it with BF_ERR_STOPPED and no text; may be NULL */
};

#define SIMILAR_MOST_LIST 1000 /* articles in a list */

/* The archive is gone through once for each round of the latency. */
int similar_all(const struct snapshot *s, struct analyzer *analyzer,
                const struct similar_options *o, const struct similar_run *run,
                struct similar_lists *out, struct error *err);
void similar_lists_free(struct similar_lists *l);

/*
 * The same in steps, for some of the articles: similar_engine_open finds the
 * articles, similar_engine_ask every article's query without feedback, by what
 * out->least_weights may tell of it already, similar_engine_make makes lists. What the engine was
 * opened with has to outlive it; *out is the caller's.
 */
struct similar_engine;

int similar_engine_open(struct similar_engine **engine, const struct snapshot *s,
                        struct analyzer *analyzer, const struct similar_options *o,
                        const struct similar_run *run, struct similar_lists *out,
                        struct error *err);
int similar_engine_ask(struct similar_engine *e, struct error *err);
void similar_engine_close(struct similar_engine *e); /* NULL is fine */

/* The lists of the articles out->docs[which[0]] ... */
int similar_engine_make(struct similar_engine *e, const uint32_t *which, uint32_t count,
                        struct error *err);

/* Lists that are there, brought up to articles that are new: list which[i] may be entered
 * by docs[starts[i]] ... docs[starts[i + 1] - 1], and by no other. Nothing of the list or of
 * what its query learned from is gone, and what were copies before of each other still are. */
struct similar_entrants {
    const uint32_t *starts, *docs;
};
int similar_engine_enter(struct similar_engine *e, const uint32_t *which, uint32_t count,
                         const struct similar_entrants *entrants, struct error *err);

/* How many others there are of the article's group; 0 where copies are listed. */
uint32_t similar_engine_copies(const struct similar_engine *e, uint32_t doc);
const struct archive_matrix *similar_engine_matrix(const struct similar_engine *e);
const struct weighted_term *similar_engine_query(const struct similar_engine *e, uint32_t doc,
                                                 size_t *count);
/* The query with feedback that made an article's list, fitted; `slots` as for
 * term_weights_feedback, `out` has room for the terms of six queries. */
size_t similar_engine_learned_query(const struct similar_engine *e, uint32_t doc, uint16_t *slots,
                                    struct weighted_term *out);

#endif
