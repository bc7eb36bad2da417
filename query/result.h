/*
 * result.h - one article of an answer to a search.
 */
#ifndef QUERY_RESULT_H
#define QUERY_RESULT_H

#include "query/report.h"
#include "query/search.h"
#include "query/snippet.h"

/* What the articles of one answer have in common. */
struct result_form {
    struct session *session;
    struct report *report;
    const struct search_options *options; /* for explanations */
    const char *qid;                      /* of a batch; NULL for a single query */
    bool snippets, explain, collapse;
    struct arena scratch; /* of the result at hand */
    /* result_form_open sets these */
    const struct query_node *query;
    struct snippet_terms terms;
};

/* The query's terms lie in the session's arena. */
int result_form_open(struct result_form *f, const struct query_node *query, struct error *err);

void result_form_close(struct result_form *f);

struct result {
    const struct hit *hit;
    size_t rank;
    double score;
    uint32_t copies; /* that are left out for it */
    /* result_print sets these */
    struct report_article article;
    struct snippet snippet;
};

/* Adds it to the report. Its snippet is valid until the next one. */
int result_print(struct result_form *f, struct result *r, struct error *err);

#endif
