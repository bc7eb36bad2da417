/* filter_test.h - what passes a test; filter.c applies it to articles. */
#ifndef QUERY_FILTER_TEST_H
#define QUERY_FILTER_TEST_H

#include "query/filter.h"

/* The first second behind what a date stands for: the next year, month, day ... */
int64_t filter_period_end(const struct date *d);

/* Whether a value passes a test of its field; of a host, whether it is the
 * test's or belongs to its domain. */
bool filter_value_passes(const struct filter_test *t, struct text value);

/* Whether the words of a URL test stand in the URL; with a host, right behind it. */
bool filter_url_passes(const struct filter_test *t, const char *url);

#endif
