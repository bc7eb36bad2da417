/*
 * similar_choice.h - which articles a list may have, and in what order.
 *
 * Nothing is chosen by default. Dates, categories and freshness of all articles
 * are loaded once and then looked up by global number.
 */
#ifndef QUERY_SIMILAR_CHOICE_H
#define QUERY_SIMILAR_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/snapshot.h"
#include "query/filter.h"

struct similar_choice {
    const struct filter *filter; /* what may be listed; NULL: all */
    double window_days;          /* no further than this from the article's date; 0: any distance */
    bool same_category, other_category;
    uint32_t most_of_source; /* articles of one source among the candidates; 0: any number */
    bool diverse;            /* similar_pick.h */
    /* The score counts half for each so many days by which an article is older
     * than the newest of the archive; one without a date counts as the
     * oldest. 0: age does not count. */
    double half_life_days;
};

/* What is known of the articles, by global number; NULL where the choice does not ask. */
struct similar_facts {
    const struct similar_choice *choice;
    uint64_t *wanted;     /* by the filter: article i is bit i % 64 of word i / 64 */
    int64_t *dates;       /* DATE_NONE when unknown */
    uint32_t *categories; /* numbers of equal names are equal */
    uint32_t
        *sources; /* the same; the source that it names, else the host of its URL; 0: unknown */
    double *freshness; /* 0 to 1 */
};

int similar_facts_load(struct similar_facts *f, const struct snapshot *s,
                       const struct similar_choice *choice, struct error *err);
void similar_facts_free(struct similar_facts *f); /* accepts a zeroed struct */

/* Whether any article may be left out. */
static inline bool similar_filters(const struct similar_facts *f)
{
    return f->wanted || f->dates || f->categories;
}
/* Whether the list of `self` may have the article; self is -1 for a text, which has
 * neither date nor category: no article lies in its window, all are of its category. */
bool similar_may_list(const struct similar_facts *f, int64_t self, uint32_t doc);

/* The score by which the article is ranked: never more than `units`, and not 0. */
uint32_t similar_rank_units(const struct similar_facts *f, uint32_t doc, uint32_t units);

#endif
