/*
 * filter_options.h - the options that limit an answer to some articles.
 *
 * Different options must all hold; of several values of one option any may.
 */
#ifndef QUERY_FILTER_OPTIONS_H
#define QUERY_FILTER_OPTIONS_H

#include "common/base/options.h"
#include "query/filter.h"

struct filter_options {
    const char *from, *to;
    struct option_list categories, sources, tags, authors;
};

/* The entries for a command's option table. */
#define FILTER_OPTIONS(o)                                                                          \
    {"from", 0, OPTION_TEXT, &(o)->from, "DATE", "only articles of DATE or later"},                \
        {"to", 0, OPTION_TEXT, &(o)->to, "DATE", "only articles of DATE or earlier"},              \
        {"category", 0, OPTION_LIST, &(o)->categories, "NAME", "only articles of this category"},  \
        {"source", 0, OPTION_LIST, &(o)->sources, "NAME", "only articles of this source"},         \
        {"tag", 0, OPTION_LIST, &(o)->tags, "NAME", "only articles with this tag"},                \
    {                                                                                              \
        "author", 0, OPTION_LIST, &(o)->authors, "NAME", "only articles by this author"            \
    }

/* Whether any was given. */
bool filter_options_given(const struct filter_options *o);

/* Narrows a filter; BF_ERR_USAGE names the option that is wrong. */
int filter_options_apply(const struct filter_options *o, struct filter *f, struct error *err);

void filter_options_free(struct filter_options *o);

#endif
