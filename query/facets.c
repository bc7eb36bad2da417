/* facets.c - counting each segment by itself, then adding up equal values. */
#include "query/facets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/calendar.h"
#include "common/index/dictionary.h"
#include "common/index/values.h"

#define LAST_YEAR 9999

static const char *const facet_names[FACET_FIELDS] = {
    [FACET_CATEGORY] = "category", [FACET_YEAR] = "year", [FACET_SOURCE] = "source",
    [FACET_AUTHOR] = "author",     [FACET_TAG] = "tag",   [FACET_HOST] = "host",
};

const char *facet_name(enum facet_field field)
{
    return facet_names[field];
}

static bool find_name(const char *name, size_t len, enum facet_field *field)
{
    for (int i = 0; i < FACET_FIELDS; i++)
        if (strlen(facet_names[i]) == len && !memcmp(facet_names[i], name, len)) {
            *field = (enum facet_field)i;
            return true;
        }
    return false;
}

int facets_parse(const char *list, enum facet_field fields[FACET_FIELDS], size_t *count,
                 struct error *err)
{
    *count = 0;
    for (const char *p = list;; p++) {
        size_t len = strcspn(p, ",");
        enum facet_field field;
        bool seen = false;
        if (!find_name(p, len, &field))
            return error_set(err, BF_ERR_USAGE,
                             "--facets: \"%.*s\" is none of category, year, source, author, tag "
                             "and host",
                             (int)(len < 40 ? len : 40), p);
        for (size_t i = 0; i < *count; i++)
            seen = seen || fields[i] == field;
        if (!seen)
            fields[(*count)++] = field;
        p += len;
        if (!*p)
            return BF_OK;
    }
}

/* ---- counting ---- */

struct tally {
    struct arena *arena;
    struct facet_value *list;
    size_t count, capacity;
};

static void add(struct tally *t, struct text value, uint64_t count)
{
    if (!count || !value.len)
        return;
    mem_grow(t->list, &t->capacity, t->count + 1);
    const char *copy = arena_strndup(t->arena, value.p, value.len);
    t->list[t->count++] = (struct facet_value){{copy, value.len}, count};
}

static int count_categories(const struct filter *f, uint32_t segment, struct tally *t,
                            struct error *err)
{
    const struct columns *c = &f->snapshot->segments[segment].columns;
    uint64_t *counts = mem_zalloc((size_t)c->categories + 1, sizeof *counts);
    uint32_t *first = mem_alloc(((size_t)c->categories + 1) * sizeof *first);
    int rc = columns_need(c, COLUMN_CATEGORY, err);
    for (uint32_t doc = 0; doc < c->docs && !rc; doc++) {
        uint32_t number = column_u32(c, COLUMN_CATEGORY, doc);
        if (!filter_has(f, segment, doc) || number >= c->categories)
            continue;
        if (!counts[number]++)
            first[number] = doc;
    }
    for (uint32_t i = 0; i < c->categories && !rc; i++)
        if (counts[i])
            add(t, columns_category(c, first[i]), counts[i]);
    free(counts);
    free(first);
    return rc;
}

static int count_years(const struct filter *f, uint32_t segment, struct tally *t, struct error *err)
{
    const struct columns *c = &f->snapshot->segments[segment].columns;
    uint64_t *counts = mem_zalloc(LAST_YEAR + 1, sizeof *counts);
    int rc = columns_need(c, COLUMN_DATE, err);
    for (uint32_t doc = 0; doc < c->docs && !rc; doc++) {
        struct date d = columns_date(c, doc);
        int year = filter_has(f, segment, doc) && d.precision
                       ? calendar_day_of_seconds(d.seconds).year
                       : 0;
        if (year > 0 && year <= LAST_YEAR)
            counts[year]++;
    }
    for (int year = 1; year <= LAST_YEAR; year++) {
        char text[8];
        if (!counts[year])
            continue;
        int len = snprintf(text, sizeof text, "%04d", year);
        add(t, (struct text){text, (size_t)len}, counts[year]);
    }
    free(counts);
    return rc;
}

static int count_list(const struct filter *f, uint32_t segment, struct value_cursor *v,
                      uint64_t *count, struct error *err)
{
    uint32_t first, length;
    int rc;
    *count = 0;
    while (!(rc = values_next_run(v, &first, &length, err)))
        for (uint32_t doc = first; doc < first + length; doc++)
            *count += filter_has(f, segment, doc);
    return rc == BF_END ? BF_OK : rc;
}

static int count_values(const struct filter *f, uint32_t segment, enum value_field field,
                        struct tally *t, struct error *err)
{
    struct value_cursor v;
    int rc = values_seek(&f->snapshot->segments[segment].columns, field, &v, err);
    while (!rc && !(rc = values_next(&v, err))) {
        uint64_t count;
        rc = count_list(f, segment, &v, &count, err);
        if (!rc)
            add(t, (struct text){(const char *)v.value.data, v.value.len}, count);
    }
    values_close(&v);
    return rc == BF_END ? BF_OK : rc;
}

static int count_segment(const struct filter *f, uint32_t segment, enum facet_field field,
                         struct tally *t, struct error *err)
{
    static const enum value_field fields[FACET_FIELDS] = {[FACET_SOURCE] = VALUE_SOURCE,
                                                          [FACET_AUTHOR] = VALUE_AUTHOR,
                                                          [FACET_TAG] = VALUE_TAG,
                                                          [FACET_HOST] = VALUE_HOST};
    if (field == FACET_CATEGORY)
        return count_categories(f, segment, t, err);
    if (field == FACET_YEAR)
        return count_years(f, segment, t, err);
    return count_values(f, segment, fields[field], t, err);
}

/* ---- adding up ---- */

static int compare_values(const void *a, const void *b)
{
    const struct facet_value *x = a, *y = b;
    return term_compare(x->value.p, x->value.len, y->value.p, y->value.len);
}

static int compare_counts(const void *a, const void *b)
{
    const struct facet_value *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return compare_values(a, b);
}

static void unite(struct tally *t)
{
    size_t kept = 0;
    if (!t->count)
        return;
    qsort(t->list, t->count, sizeof *t->list, compare_values);
    for (size_t i = 0; i < t->count; i++) {
        if (kept && !compare_values(&t->list[kept - 1], &t->list[i]))
            t->list[kept - 1].count += t->list[i].count;
        else
            t->list[kept++] = t->list[i];
    }
    t->count = kept;
    qsort(t->list, t->count, sizeof *t->list, compare_counts);
}

int facets_count(const struct filter *articles, enum facet_field field, struct arena *arena,
                 struct facet_value **values, size_t *count, struct error *err)
{
    struct tally t = {.arena = arena};
    int rc = BF_OK;
    for (uint32_t i = 0; i < articles->snapshot->count && !rc; i++)
        rc = count_segment(articles, i, field, &t, err);
    unite(&t);
    *count = t.count;
    *values = arena_alloc(arena, t.count * sizeof **values);
    if (t.count)
        memcpy(*values, t.list, t.count * sizeof **values);
    free(t.list);
    return rc;
}
