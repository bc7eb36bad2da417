/*
 * filter.h - which articles may be found at all, whatever words they have.
 *
 * A filter is a bit for each article of a snapshot. It starts with all live
 * articles and is narrowed by tests, each about one field of an article:
 *
 *     struct filter f;
 *     filter_open(&f, &snapshot);
 *     filter_keep(&f, tests, 2, true, err);    those that pass either test
 *     filter_keep(&f, &other, 1, false, err);  of them, those that fail this one
 *     ... filter_has(&f, segment, doc) ...
 *     filter_free(&f);
 *
 * It is applied before anything is scored and changes no score: N, df and the
 * average length stay those of the whole snapshot.
 */
#ifndef QUERY_FILTER_H
#define QUERY_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/snapshot.h"

enum filter_field {
    FILTER_DATE,
    FILTER_CATEGORY,
    FILTER_SOURCE,
    FILTER_TAG,
    FILTER_AUTHOR,
    FILTER_URL
};

const char *filter_field_name(enum filter_field field); /* "date", "category", ... */

struct filter_test {
    enum filter_field field;
    /* FILTER_DATE: from `from` on and before `until`, seconds since 1970 UTC */
    int64_t from, until;
    /* any other field: what its value is compared with, as filter_test_value leaves it */
    const char *text;
    size_t len;
    bool begins; /* the value may go on */
    /* FILTER_URL only: the host that the text begins with ("" for none) */
    const char *host;
};

/*
 * A period, or two with ".." between, of which either may be missing:
 * 2012, 2012-01..2012-03, ..2011, 2012-02-29.., "July 12, 2023". Each is any
 * spelling that date_parse reads and lasts as long as it is precise: 2012 a
 * year, 2012-01 a month. Both ends belong to the range.
 *
 * An article passes when all of its own date lies in the range: one that is
 * known to be of 2012 passes 2012 but not 2012-01, and one without a date
 * passes nothing.
 *
 * BF_ERR_USAGE, with a text that quotes the spelling, when it is none or the
 * range ends before it starts.
 */
int filter_test_dates(struct filter_test *t, const char *range, size_t len, struct error *err);

/* The same of a single period; a range is refused. */
int filter_test_period(struct filter_test *t, const char *period, size_t len, struct error *err);

/*
 * A value as it was typed: case and accents make no difference; a final *
 * stands for any ending. What it is compared with:
 *
 *   category, source   the whole value, blanks at its ends aside
 *   tag                each of the tags in the same way
 *   author             words that stand in a row in it: "lee" and "ann lee",
 *                      but not "ann l", are in "By Ann Lee and Bo Yi"
 *   url                the same, unless it has a dot before its first slash:
 *                      then it is a host, or a domain that the host belongs
 *                      to, and behind the slash the beginning of the rest, word
 *                      by word; a scheme and "www." do not count
 *
 * The texts go to the arena. BF_ERR_USAGE when nothing is left of the value.
 */
int filter_test_value(struct filter_test *t, enum filter_field field, const char *value, size_t len,
                      struct arena *arena, struct error *err);

struct filter {
    const struct snapshot *snapshot;
    uint64_t **bits; /* of each segment: article i is bit i % 64 of word i / 64 */
};

void filter_open(struct filter *f, const struct snapshot *s);
void filter_open_empty(struct filter *f, const struct snapshot *s); /* no article */
void filter_copy(struct filter *f, const struct filter *from);
void filter_free(struct filter *f); /* accepts a zeroed struct */

/* Keeps the articles of either, or those that are not in the other. */
void filter_join(struct filter *f, const struct filter *other);
void filter_subtract(struct filter *f, const struct filter *other);

/* Keeps the articles that pass any of the tests (`wanted`) or none of them.
 * A URL with words in its path is looked up in the stored text, of the articles
 * that are left: put such a test last. BF_ERR_DAMAGED when a column cannot be read: the filter is
 * then good for filter_free only. */
int filter_keep(struct filter *f, const struct filter_test *tests, size_t count, bool wanted,
                struct error *err);

static inline bool filter_has(const struct filter *f, uint32_t segment, uint32_t doc)
{
    return f->bits[segment][doc / 64] >> doc % 64 & 1;
}

/* Whether any article of [from, to) may be there: to within 64 articles. */
static inline bool filter_any(const struct filter *f, uint32_t segment, uint32_t from, uint32_t to)
{
    uint32_t docs = f->snapshot->segments[segment].entry.docs;
    uint64_t any = 0;
    for (uint32_t w = from / 64; w <= (to < docs ? to : docs) / 64; w++)
        any |= f->bits[segment][w];
    return any != 0;
}

static inline void filter_add(struct filter *f, uint32_t segment, uint32_t doc)
{
    f->bits[segment][doc / 64] |= (uint64_t)1 << doc % 64;
}

/* How many articles are left. */
uint64_t filter_count(const struct filter *f);

#endif
