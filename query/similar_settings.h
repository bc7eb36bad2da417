/*
 * similar_settings.h - the options that say how lists are made.
 *
 *     struct similar_settings settings;
 *     similar_settings_init(&settings);
 *     ... {SIMILAR_SETTINGS(&settings)} in the option table ...
 *     similar_settings_check(&settings, err);            before the index is opened
 *     similar_settings_open(&settings, &snapshot, err);  settings.options is then ready
 *     similar_settings_free(&settings);
 */
#ifndef QUERY_SIMILAR_SETTINGS_H
#define QUERY_SIMILAR_SETTINGS_H

#include "query/filter_options.h"
#include "query/similar.h"

struct similar_settings {
    struct similar_options options;
    /* as given */
    uint64_t n, terms, most_of_source;
    double threshold; /* below 0: the default */
    bool no_feedback, fill;
    const char *after, *before;
    struct filter_options limits;
    struct filter filter;
};

#define SIMILAR_SETTINGS(o)                                                                        \
    {"limit", 'n', OPTION_COUNT, &(o)->n, "N", "length of a list (5)"},                            \
        {"threshold", 0, OPTION_NUMBER, &(o)->threshold, "X", "least similarity listed (0.4)"},    \
        {"fill", 0, OPTION_FLAG, &(o)->fill, NULL, "N articles, off topic or not"},                \
        {"no-feedback", 0, OPTION_FLAG, &(o)->no_feedback, NULL, "do not learn from the first 5"}, \
        {"after", 0, OPTION_TEXT, &(o)->after, "DATE", "only articles later than DATE"},           \
        {"before", 0, OPTION_TEXT, &(o)->before, "DATE", "only articles earlier than DATE"},       \
        FILTER_OPTIONS(&(o)->limits),                                                              \
        {"window",      0,                                                                         \
         OPTION_NUMBER, &(o)->options.choice.window_days,                                          \
         "DAYS",        "only articles at most DAYS earlier or later"},                            \
        {"same-category",                                                                          \
         0,                                                                                        \
         OPTION_FLAG,                                                                              \
         &(o)->options.choice.same_category,                                                       \
         NULL,                                                                                     \
         "only articles of the same category"},                                                    \
        {"other-category",                                                                         \
         0,                                                                                        \
         OPTION_FLAG,                                                                              \
         &(o)->options.choice.other_category,                                                      \
         NULL,                                                                                     \
         "only articles of other categories"},                                                     \
        {"max-per-source",     0,   OPTION_COUNT,                                                  \
         &(o)->most_of_source, "N", "at most N articles of a source"},                             \
        {"diverse",   0,                                                                           \
         OPTION_FLAG, &(o)->options.choice.diverse,                                                \
         NULL,        "articles that are not like each other"},                                    \
        {"recency",     0,                                                                         \
         OPTION_NUMBER, &(o)->options.choice.half_life_days,                                       \
         "DAYS",        "the score halves with each DAYS of age"},                                 \
        {"terms", 0, OPTION_COUNT, &(o)->terms, "N", "terms that are compared (85)"},              \
        {"k1", 0, OPTION_NUMBER, &(o)->options.k1, "X", "how slowly repeats saturate (1.2)"},      \
    {                                                                                              \
        "b", 0, OPTION_NUMBER, &(o)->options.b, "X", "how much length counts, 0 to 1 (0.75)"       \
    }

void similar_settings_init(struct similar_settings *o);

/* BF_ERR_USAGE names the option that is wrong. */
int similar_settings_check(struct similar_settings *o, struct error *err);
/* Finds the articles that may be listed. */
int similar_settings_open(struct similar_settings *o, const struct snapshot *s, struct error *err);
void similar_settings_free(struct similar_settings *o);

#endif
