/* filter.c - one bit an article; a test reads one column from end to end. */
#include "query/filter.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/calendar.h"
#include "common/text/fold.h"

#define SECONDS_PER_DAY INT64_C(86400)

/* ---- periods ---- */

/* The first second of the day `day`, which may lie one past a month's or a year's end. */
static int64_t day_start(struct calendar_day day)
{
    if (day.month > 12)
        day = (struct calendar_day){day.year + 1, 1, 1};
    return (calendar_day_number(&day) - CALENDAR_DAY_OF_1970) * SECONDS_PER_DAY;
}

/* The first second behind what a date stands for. */
static int64_t period_end(const struct date *d)
{
    int64_t days = d->seconds / SECONDS_PER_DAY - (d->seconds % SECONDS_PER_DAY < 0);
    struct calendar_day day = calendar_day_of(days + CALENDAR_DAY_OF_1970);
    switch (d->precision) {
    case DATE_YEAR:
        return day_start((struct calendar_day){day.year + 1, 1, 1});
    case DATE_MONTH:
        return day_start((struct calendar_day){day.year, day.month + 1, 1});
    case DATE_DAY:
        return d->seconds + SECONDS_PER_DAY;
    case DATE_MINUTE:
        return d->seconds + 60;
    default:
        return d->seconds + 1;
    }
}

static int parse_period(const char *text, size_t len, struct date *out, struct error *err)
{
    if (date_parse(text, len, out))
        return BF_OK;
    return error_set(err, BF_ERR_USAGE, "\"%.*s\" is no date; write 2012, 2012-01 or 2012-01-31",
                     (int)(len < 64 ? len : 64), text);
}

int filter_test_dates(struct filter_test *t, const char *range, size_t len, struct error *err)
{
    *t = (struct filter_test){.field = FILTER_DATE, .from = INT64_MIN, .until = INT64_MAX};
    const char *dots = memmem(range, len, "..", 2), *end = range + len;
    struct date first, last;
    int rc = BF_OK;
    if (!dots || dots > range) {
        rc = parse_period(range, dots ? (size_t)(dots - range) : len, &first, err);
        if (rc)
            return rc;
        t->from = first.seconds;
        last = first;
    }
    if (dots && dots + 2 < end)
        rc = parse_period(dots + 2, (size_t)(end - dots) - 2, &last, err);
    else if (dots && dots == range)
        rc = error_set(err, BF_ERR_USAGE, "a range of dates needs one of its ends");
    if (rc)
        return rc;
    if (!dots || dots + 2 < end)
        t->until = period_end(&last);
    if (t->from >= t->until)
        return error_set(err, BF_ERR_USAGE, "\"%.*s\" ends before it starts",
                         (int)(len < 64 ? len : 64), range);
    return BF_OK;
}

/* ---- values ---- */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A value as it is compared: folded as words are, blanks at its ends off. */
static size_t fold_value(const char *value, size_t len, char out[FOLD_MAX_BYTES])
{
    char folded[FOLD_MAX_BYTES];
    while (len && is_blank(*value)) {
        value++;
        len--;
    }
    while (len && is_blank(value[len - 1]))
        len--;
    return fold_accents(folded, fold_word(value, len, FOLD_DEFAULT, folded), out);
}

int filter_test_value(struct filter_test *t, enum filter_field field, const char *value, size_t len,
                      struct arena *arena, struct error *err)
{
    char folded[FOLD_MAX_BYTES];
    *t = (struct filter_test){.field = field, .begins = len && value[len - 1] == '*'};
    t->len = fold_value(value, len - t->begins, folded);
    if (!t->len)
        return error_set(err, BF_ERR_USAGE, "there is nothing to compare with");
    t->text = arena_strndup(arena, folded, t->len);
    return BF_OK;
}

static bool passes_value(const struct filter_test *t, struct text value)
{
    char folded[FOLD_MAX_BYTES];
    size_t len = fold_value(value.p, value.len, folded);
    return len >= t->len && (t->begins || len == t->len) && memcmp(folded, t->text, t->len) == 0;
}

/* ---- tests ---- */

static void set_bit(uint64_t *bits, uint32_t doc)
{
    bits[doc / 64] |= (uint64_t)1 << doc % 64;
}

static int test_dates(const struct filter_test *t, const struct columns *c, uint64_t *passed,
                      struct error *err)
{
    int rc = columns_need(c, COLUMN_DATE, err);
    for (uint32_t doc = 0; doc < c->docs && !rc; doc++) {
        struct date d = columns_date(c, doc);
        if (d.precision && d.seconds >= t->from && d.seconds < t->until &&
            (t->until == INT64_MAX || period_end(&d) <= t->until))
            set_bit(passed, doc);
    }
    return rc;
}

static int test_category(const struct filter_test *t, const struct columns *c, uint64_t *passed,
                         struct error *err)
{
    int rc = columns_need(c, COLUMN_CATEGORY, err);
    uint8_t *known = mem_zalloc((size_t)c->categories + 1, 1); /* 1: passes, 2: does not */
    for (uint32_t doc = 0; doc < c->docs && !rc; doc++) {
        uint32_t number = column_u32(c, COLUMN_CATEGORY, doc);
        number = number < c->categories ? number : c->categories;
        if (!known[number])
            known[number] = passes_value(t, columns_category(c, doc)) ? 1 : 2;
        if (known[number] == 1)
            set_bit(passed, doc);
    }
    free(known);
    return rc;
}

static int run_test(const struct filter_test *t, const struct segment *s, uint64_t *passed,
                    struct error *err)
{
    if (t->field == FILTER_DATE)
        return test_dates(t, &s->columns, passed, err);
    return test_category(t, &s->columns, passed, err);
}

/* ---- the bits ---- */

static size_t word_count(const struct snapshot *s, uint32_t segment)
{
    return (size_t)s->segments[segment].entry.docs / 64 + 1;
}

static void set_live(uint64_t *bits, const struct segment *s)
{
    uint32_t docs = s->entry.docs;
    memset(bits, 0xff, docs / 64 * sizeof *bits);
    bits[docs / 64] = ((uint64_t)1 << docs % 64) - 1;
    if (!s->entry.deleted_docs)
        return;
    for (uint32_t doc = 0; doc < docs; doc++)
        if (deletes_has(&s->deletes, doc))
            bits[doc / 64] &= ~((uint64_t)1 << doc % 64);
}

void filter_open(struct filter *f, const struct snapshot *s)
{
    *f = (struct filter){s, mem_alloc((s->count + 1) * sizeof *f->bits)};
    for (uint32_t i = 0; i < s->count; i++) {
        f->bits[i] = mem_alloc(word_count(s, i) * sizeof **f->bits);
        set_live(f->bits[i], &s->segments[i]);
    }
}

void filter_copy(struct filter *f, const struct filter *from)
{
    const struct snapshot *s = from->snapshot;
    *f = (struct filter){s, mem_alloc((s->count + 1) * sizeof *f->bits)};
    for (uint32_t i = 0; i < s->count; i++)
        f->bits[i] = mem_dup(from->bits[i], word_count(s, i) * sizeof **f->bits);
}

void filter_free(struct filter *f)
{
    for (uint32_t i = 0; f->bits && i < f->snapshot->count; i++)
        free(f->bits[i]);
    free(f->bits);
    *f = (struct filter){0};
}

int filter_keep(struct filter *f, const struct filter_test *tests, size_t count, bool wanted,
                struct error *err)
{
    int rc = BF_OK;
    for (uint32_t i = 0; i < f->snapshot->count && !rc; i++) {
        size_t words = word_count(f->snapshot, i);
        uint64_t *passed = mem_zalloc(words, sizeof *passed);
        for (size_t t = 0; t < count && !rc; t++)
            rc = run_test(&tests[t], &f->snapshot->segments[i], passed, err);
        for (size_t w = 0; w < words; w++)
            f->bits[i][w] &= wanted ? passed[w] : ~passed[w];
        free(passed);
    }
    return rc;
}

uint64_t filter_count(const struct filter *f)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < f->snapshot->count; i++)
        for (size_t w = 0; w < word_count(f->snapshot, i); w++)
            count += (unsigned)__builtin_popcountll(f->bits[i][w]);
    return count;
}
