/*
 * facets.h - how many articles of a set have each value of a field.
 */
#ifndef QUERY_FACETS_H
#define QUERY_FACETS_H

#include <stddef.h>
#include <stdint.h>

#include "query/filter.h"

enum facet_field {
    FACET_CATEGORY,
    FACET_YEAR,
    FACET_SOURCE,
    FACET_AUTHOR,
    FACET_TAG,
    FACET_HOST,
    FACET_FIELDS
};

const char *facet_name(enum facet_field field);

/* Reads "category,year,source" into `fields`, each once; BF_ERR_USAGE names
 * what is none. */
int facets_parse(const char *list, enum facet_field fields[FACET_FIELDS], size_t *count,
                 struct error *err);

struct facet_value {
    struct text value;
    uint64_t count; /* 1 or more */
};

/* The values of the articles that the filter has, the most frequent first, of
 * equally frequent ones by byte order. An article without a value counts
 * nowhere, one with several in each. *values is the arena's. */
int facets_count(const struct filter *articles, enum facet_field field, struct arena *arena,
                 struct facet_value **values, size_t *count, struct error *err);

#endif
