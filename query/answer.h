/*
 * answer.h - what stands behind the articles of a search: how many match, the
 * next page's mark, facets, and what was perhaps meant.
 *
 *     text    lines for people; a suggestion goes to standard error
 *     json    the rest of the object that answer_open began
 *     jsonl   one more object, when a total or facets were asked for
 *     tsv     total, "", number; facet, field, value, number; the query's id
 *             before them in a batch
 *
 * A next mark and a suggestion go to standard error where the form has no
 * place for them.
 */
#ifndef QUERY_ANSWER_H
#define QUERY_ANSWER_H

#include "query/facets.h"
#include "query/page.h"
#include "query/report.h"

struct answer {
    const char *qid; /* of a batch; NULL for a single query */
    bool counted;
    uint64_t total;
    bool tell_next;         /* outside of JSON, too */
    struct page_mark *next; /* NULL: this was the last page, or it is not known */
    const enum facet_field *fields;
    size_t field_count;
    const struct filter *matches; /* of which the facets are counted */
    const char *suggestion;       /* NULL for none */
};

/* Before the first article: begins the object of JSON. */
void answer_open(const struct answer *a, struct report *r);
/* Behind the last one. */
int answer_close(const struct answer *a, struct report *r, struct arena *arena, struct error *err);

#endif
