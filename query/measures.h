/*
 * measures.h - how good a ranking is, against judgements made by people.
 *
 * The measures are those of trec_eval: a document is
 * relevant when its grade is 1 or more, a document that nobody judged is not,
 * and a mean is taken over the queries that have a relevant document at all,
 * so that a query which finds nothing counts as 0.
 *
 * qrels file:  "qid iteration docid grade" a line, separated by blanks; the
 *              iteration is ignored, the grade is a whole number.
 * topics file: "qid TAB text of the query" a line.
 * In both, blank lines are skipped, a byte-order mark at the start and a
 * carriage return at the end of a line are ignored, and "-" is standard input.
 * A file may have 1 GiB.
 */
#ifndef QUERY_MEASURES_H
#define QUERY_MEASURES_H

#include <stddef.h>

#include "common/base/error.h"
#include "common/base/mem.h"

struct judgement {
    const char *docid;
    int grade;
};

struct judged_query {
    const char *qid;
    const struct judgement *docs; /* by docid, each once */
    size_t count;
    size_t relevant; /* of them */
    double ideal_dcg_10;
};

/* An all-zero struct is empty; the strings belong to the arena. */
struct qrels {
    struct judged_query *queries; /* by qid, each once */
    size_t count;
    struct arena arena;
};

/* BF_ERR_SYSTEM when the file cannot be read, BF_ERR_USAGE, with file and
 * line, when a line is none of the form above or judges a document again. */
int qrels_load(const char *path, struct qrels *out, struct error *err);
void qrels_free(struct qrels *qrels);

/* NULL when nothing was judged for the query. */
const struct judged_query *qrels_find(const struct qrels *qrels, const char *qid);

struct topic {
    const char *qid;
    const char *text; /* as it stands in the file, terminated; blanks at its ends are gone */
    size_t len;
    size_t line; /* of the file, for messages about the text */
};

/* An all-zero struct is empty; the strings belong to the arena. */
struct topics {
    struct topic *list; /* in the file's order */
    size_t count;
    struct arena arena;
};

/* Fails as qrels_load does, also when a qid comes twice. */
int topics_load(const char *path, struct topics *out, struct error *err);
void topics_free(struct topics *topics);

struct measures {
    double average_precision; /* its mean is MAP */
    double precision_10;
    double ndcg_10; /* gain = grade, discount = log2(rank + 1) */
    double recall_100;
    double reciprocal_rank; /* its mean is MRR */
};

/* Judges a ranking, best first, that names no relevant document twice. */
void measures_of(const struct judged_query *query, const char *const *docids, size_t count,
                 struct measures *out);

/* An all-zero struct is a mean of nothing. A query without relevant documents
 * leaves it unchanged; measures_mean gives zeros for a mean of nothing. */
struct measures_mean {
    struct measures sum;
    size_t queries;
};

void measures_mean_add(struct measures_mean *mean, const struct judged_query *query,
                       const struct measures *measures);
void measures_mean_get(const struct measures_mean *mean, struct measures *out);

#endif
