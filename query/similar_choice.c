/* similar_choice.c - columns to arrays; then one comparison after the other. */
#include "query/similar_choice.h"

#include <math.h>
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/values.h"
#include "common/text/vocabulary.h"
#include "query/recency.h"

#define DAY_SECONDS 86400.0

static void load_filter(struct similar_facts *f, const struct snapshot *s)
{
    f->wanted = mem_zalloc(s->bases[s->count] / 64 + 1, sizeof *f->wanted);
    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t doc = 0; doc < s->segments[i].entry.docs; doc++)
            if (filter_has(f->choice->filter, i, doc))
                f->wanted[(s->bases[i] + doc) / 64] |= (uint64_t)1 << (s->bases[i] + doc) % 64;
}

static int load_dates(struct similar_facts *f, const struct snapshot *s, struct error *err)
{
    int rc = BF_OK;
    f->dates = mem_alloc(s->bases[s->count] * sizeof *f->dates);
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        const struct columns *c = &s->segments[i].columns;
        for (uint32_t doc = 0; doc < c->docs && !rc; doc++) {
            rc = columns_touch_in(c, COLUMN_DATE, doc, err);
            if (!rc)
                f->dates[s->bases[i] + doc] = column_time(c, COLUMN_DATE, doc);
        }
    }
    return rc;
}

static int load_categories(struct similar_facts *f, const struct snapshot *s, struct error *err)
{
    struct vocabulary *names = vocabulary_new();
    int rc = BF_OK;
    f->categories = mem_alloc(s->bases[s->count] * sizeof *f->categories);
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        const struct columns *c = &s->segments[i].columns;
        for (uint32_t doc = 0; doc < c->docs && !rc; doc++) {
            rc = columns_touch_in(c, COLUMN_CATEGORY, doc, err);
            if (rc)
                break;
            struct text name = columns_category(c, doc);
            f->categories[s->bases[i] + doc] = vocabulary_add(names, name.p, name.len);
        }
    }
    vocabulary_free(names);
    return rc;
}

/* Each article that has a value of the field gets the value's number. */
static int number_values(const struct columns *c, enum value_field field, struct vocabulary *names,
                         uint32_t *numbers, struct error *err)
{
    struct value_cursor v = {0};
    int rc = values_seek(c, field, &v, err);
    while (!rc && !(rc = values_next(&v, err))) {
        uint32_t first, count, number = vocabulary_add(names, (char *)v.value.data, v.value.len);
        while (!(rc = values_next_run(&v, &first, &count, err)))
            for (uint32_t i = 0; i < count; i++)
                numbers[first + i] = number;
        rc = rc == BF_END ? BF_OK : rc;
    }
    values_close(&v);
    return rc == BF_END ? BF_OK : rc;
}

static int load_sources(struct similar_facts *f, const struct snapshot *s, struct error *err)
{
    struct vocabulary *names = vocabulary_new();
    int rc = BF_OK;
    vocabulary_add(names, "", 0); /* 0: unknown */
    f->sources = mem_zalloc(s->bases[s->count], sizeof *f->sources);
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        const struct columns *c = &s->segments[i].columns;
        rc = number_values(c, VALUE_HOST, names, f->sources + s->bases[i], err);
        if (!rc)
            rc = number_values(c, VALUE_SOURCE, names, f->sources + s->bases[i], err);
    }
    vocabulary_free(names);
    return rc;
}

static int find_freshness(struct similar_facts *f, const struct snapshot *s, struct error *err)
{
    uint32_t docs = s->bases[s->count];
    struct recency r;
    int rc = recency_open(&r, s, f->choice->half_life_days * DAY_SECONDS, err);
    f->freshness = mem_alloc(docs * sizeof *f->freshness);
    for (uint32_t doc = 0; doc < docs && !rc; doc++)
        f->freshness[doc] = recency_factor(&r, f->dates[doc]);
    return rc;
}

int similar_facts_load(struct similar_facts *f, const struct snapshot *s,
                       const struct similar_choice *choice, struct error *err)
{
    *f = (struct similar_facts){.choice = choice};
    int rc = BF_OK;
    if (choice->filter)
        load_filter(f, s);
    if (choice->window_days > 0 || choice->half_life_days > 0)
        rc = load_dates(f, s, err);
    if (!rc && (choice->same_category || choice->other_category))
        rc = load_categories(f, s, err);
    if (!rc && choice->most_of_source)
        rc = load_sources(f, s, err);
    if (!rc && choice->half_life_days > 0)
        rc = find_freshness(f, s, err);
    if (rc)
        similar_facts_free(f);
    return rc;
}

void similar_facts_free(struct similar_facts *f)
{
    free(f->wanted);
    free(f->dates);
    free(f->categories);
    free(f->sources);
    free(f->freshness);
    *f = (struct similar_facts){0};
}

static bool lies_in_window(const struct similar_facts *f, int64_t self, uint32_t doc)
{
    int64_t date = f->dates[doc], own = self < 0 ? DATE_NONE : f->dates[self];
    return date != DATE_NONE && own != DATE_NONE &&
           fabs((double)date - (double)own) <= f->choice->window_days * DAY_SECONDS;
}

bool similar_may_list(const struct similar_facts *f, int64_t self, uint32_t doc)
{
    if (f->wanted && !(f->wanted[doc / 64] >> doc % 64 & 1))
        return false;
    if (f->choice->window_days > 0 && !lies_in_window(f, self, doc))
        return false;
    if (!f->categories || self < 0)
        return true;
    return (f->categories[doc] == f->categories[self]) == f->choice->same_category;
}

uint32_t similar_rank_units(const struct similar_facts *f, uint32_t doc, uint32_t units)
{
    if (!f->freshness || !units)
        return units;
    double rank = rint(units * f->freshness[doc]);
    return rank < 1 ? 1 : (uint32_t)rank;
}
