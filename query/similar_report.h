/*
 * similar_report.h - a list of similar readings in the form that was asked for.
 *
 * With `why` each item names the words that it shares with the article asked
 * about, as that article writes them (word_forms.h), else as the item does, and
 * what part of the item's score each is.
 */
#ifndef QUERY_SIMILAR_REPORT_H
#define QUERY_SIMILAR_REPORT_H

#include "query/report.h"
#include "query/similar.h"
#include "query/word_forms.h"

struct similar_report {
    struct report report;
    struct session *session;
    bool why;
};

/* What a list is about, for --why. */
struct similar_reasons {
    const struct similar_query *query;
    struct word_forms forms;
};

/* Prints a list; `of` is what was asked about. `reasons` may be NULL: then the
 * list does not say why. */
int similar_report_list(struct similar_report *r, const struct report_article *of,
                        const struct similar_list *list, const struct similar_reasons *reasons,
                        struct error *err);

#endif
