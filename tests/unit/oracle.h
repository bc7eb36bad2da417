/*
 * oracle.h - search and similar readings by definition: every article is
 * looked at, token by token.
 *
 * It shares the analyser, the query tree and the length codes with what it
 * judges, and nothing else: no index, no lists, no bounds, and its own
 * spelling of the formulas of query/bm25.h, query/similar.h and
 * query/term_weights.h, with the same float operations in the same order, so
 * that scores can be compared unit by unit.
 */
#ifndef TESTS_UNIT_ORACLE_H
#define TESTS_UNIT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/mem.h"
#include "common/text/analyzer.h"
#include "common/text/article.h"
#include "query/query_parse.h"
#include "query/search.h"
#include "query/similar.h"

/* Positions count the title's tokens from 0, the body's from TITLE_GAP
 * behind the title's last. */
struct oracle_token {
    uint32_t term, form; /* numbers in the oracle's lexicon */
    uint32_t position;
};

struct oracle_article {
    char *id, *title, *body;
    char *category, *source, *author, *tags, *url;
    struct date when;
    size_t body_len;
    int64_t date;                /* INT64_MIN when unknown: older than any */
    uint64_t group;              /* of copies; 0 for none */
    struct oracle_token *tokens; /* by term, then position */
    uint32_t token_count, title_tokens;
};

struct oracle {
    struct lexicon *lexicon;
    struct analyzer *analyzer;
    struct oracle_article *articles; /* the live ones */
    size_t count, capacity;
    uint32_t *dfs, df_count; /* by term; NULL after a change, until it is needed */
    int64_t from, until;     /* lists have only articles of these dates; 0 and 0: all */
};

void oracle_init(struct oracle *o, const char *language);
void oracle_free(struct oracle *o);

/* Copies the article; one with the same id is replaced. */
void oracle_put(struct oracle *o, const struct article *a);
/* Every article of an archive, the last of equal ids. Returns how many. */
size_t oracle_put_archive(struct oracle *o, const char *path);
void oracle_delete(struct oracle *o, const char *id);
const struct oracle_article *oracle_find(const struct oracle *o, const char *id);

struct oracle_hit {
    const struct oracle_article *article;
    uint32_t units;
};

/* Which articles are copies is taken from an index that holds the same ones:
 * test_copies.c is the judge of that. */
void oracle_take_copies(struct oracle *o, const char *dir);

/* All that match, best first; the array is the caller's to free. */
size_t oracle_search(struct oracle *o, const struct query_node *query, double k1, double b,
                     struct oracle_hit **hits);

struct oracle_item {
    const struct oracle_article *article;
    uint32_t units;
    double similarity;
    uint32_t copies;
};

struct oracle_list {
    struct oracle_item *items; /* the caller's to free */
    size_t count;
    uint32_t self_units, own_copies;
};

/* The list of one of the oracle's articles, or of a text. */
void oracle_similar(struct oracle *o, const struct oracle_article *a,
                    const struct similar_options *options, struct oracle_list *out);
void oracle_similar_text(struct oracle *o, const char *text, const struct similar_options *options,
                         struct oracle_list *out);

/* ---- parts of the search, in oracle_fields.c ---- */

uint32_t oracle_span_occurrences(const struct oracle *o, const struct oracle_article *a,
                                 const struct query_span *span);
/* Before the first article of another query. */
void oracle_forget_spans(void);
bool oracle_filter_passes(const struct oracle_article *a, const struct filter_test *t);
/* Fails the test unless the slot has the terms that it should have. */
void oracle_check_slot(struct oracle *o, const struct query_slot *slot);

/* ---- for oracle_similar.c ---- */

/* The article's terms, as one that is not among the articles; oracle_release
 * frees what it owns. */
void oracle_analyse(struct oracle *o, const struct article *a, struct oracle_article *out);
void oracle_release(struct oracle_article *a);
/* In how many live articles each term is. */
const uint32_t *oracle_dfs(struct oracle *o);
/* Score, then date, then id. */
int oracle_compare(const void *hit_a, const void *hit_b);

#endif
