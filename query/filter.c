/* filter.c - one bit an article; a test reads one column from end to end. */
#include "query/filter.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/values.h"
#include "query/filter_test.h"

/* ---- tests ---- */

const char *filter_field_name(enum filter_field field)
{
    static const char *const names[] = {
        [FILTER_DATE] = "date", [FILTER_CATEGORY] = "category", [FILTER_SOURCE] = "source",
        [FILTER_TAG] = "tag",   [FILTER_AUTHOR] = "author",     [FILTER_URL] = "url",
    };
    return names[field];
}

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
            (t->until == INT64_MAX || filter_period_end(&d) <= t->until))
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
            known[number] = filter_value_passes(t, columns_category(c, doc)) ? 1 : 2;
        if (known[number] == 1)
            set_bit(passed, doc);
    }
    free(known);
    return rc;
}

/* The articles of all values that pass. */
static int test_values(const struct filter_test *t, enum value_field field, const struct columns *c,
                       uint64_t *passed, struct error *err)
{
    struct value_cursor v;
    int rc = values_seek(c, field, &v, err);
    while (!rc && !(rc = values_next(&v, err))) {
        uint32_t first, count;
        struct text value = {(const char *)v.value.data, v.value.len};
        if (!filter_value_passes(t, value))
            continue;
        while (!(rc = values_next_run(&v, &first, &count, err)))
            for (uint32_t doc = first; doc < first + count; doc++)
                set_bit(passed, doc);
        rc = rc == BF_END ? BF_OK : rc;
    }
    values_close(&v);
    return rc == BF_END ? BF_OK : rc;
}

/* Takes the articles out of `passed` whose URL does not have the text. */
static int read_urls(const struct filter_test *t, const struct snapshot *s, uint32_t segment,
                     uint64_t *passed, struct error *err)
{
    struct article_reader reader;
    struct arena arena = {0};
    int rc = BF_OK;
    article_reader_init(&reader, s);
    for (uint32_t doc = 0; doc < s->segments[segment].entry.docs && !rc; doc++) {
        struct article a;
        if (!(passed[doc / 64] >> doc % 64 & 1))
            continue;
        arena_reset(&arena);
        rc = article_read(&reader, s->bases[segment] + doc, &arena, &a, err);
        if (!rc && !filter_url_passes(t, a.url))
            passed[doc / 64] &= ~((uint64_t)1 << doc % 64);
    }
    article_reader_free(&reader);
    arena_free(&arena);
    return rc;
}

static size_t word_count(const struct snapshot *s, uint32_t segment)
{
    return (size_t)s->segments[segment].entry.docs / 64 + 1;
}

static int test_url(const struct filter_test *t, const struct snapshot *s, uint32_t segment,
                    const uint64_t *left, uint64_t *passed, struct error *err)
{
    size_t words = word_count(s, segment);
    uint64_t *of_host = mem_dup(left, words * sizeof *of_host);
    int rc = BF_OK;
    if (*t->host) {
        memset(of_host, 0, words * sizeof *of_host);
        rc = test_values(t, VALUE_HOST, &s->segments[segment].columns, of_host, err);
        for (size_t w = 0; w < words; w++)
            of_host[w] &= left[w];
    }
    if (!rc && t->len)
        rc = read_urls(t, s, segment, of_host, err);
    for (size_t w = 0; w < words; w++)
        passed[w] |= of_host[w];
    free(of_host);
    return rc;
}

/* Adds the articles that pass; of a URL only those among `left`. */
static int run_test(const struct filter_test *t, const struct snapshot *s, uint32_t segment,
                    const uint64_t *left, uint64_t *passed, struct error *err)
{
    const struct columns *c = &s->segments[segment].columns;
    switch (t->field) {
    case FILTER_DATE:
        return test_dates(t, c, passed, err);
    case FILTER_CATEGORY:
        return test_category(t, c, passed, err);
    case FILTER_SOURCE:
        return test_values(t, VALUE_SOURCE, c, passed, err);
    case FILTER_TAG:
        return test_values(t, VALUE_TAG, c, passed, err);
    case FILTER_AUTHOR:
        return test_values(t, VALUE_AUTHOR, c, passed, err);
    case FILTER_URL:
        return test_url(t, s, segment, left, passed, err);
    }
    return BF_OK;
}

/* ---- the bits ---- */

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

void filter_open_empty(struct filter *f, const struct snapshot *s)
{
    *f = (struct filter){s, mem_alloc((s->count + 1) * sizeof *f->bits)};
    for (uint32_t i = 0; i < s->count; i++)
        f->bits[i] = mem_zalloc(word_count(s, i), sizeof **f->bits);
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

void filter_join(struct filter *f, const struct filter *other)
{
    for (uint32_t i = 0; i < f->snapshot->count; i++)
        for (size_t w = 0; w < word_count(f->snapshot, i); w++)
            f->bits[i][w] |= other->bits[i][w];
}

void filter_subtract(struct filter *f, const struct filter *other)
{
    for (uint32_t i = 0; i < f->snapshot->count; i++)
        for (size_t w = 0; w < word_count(f->snapshot, i); w++)
            f->bits[i][w] &= ~other->bits[i][w];
}

int filter_keep(struct filter *f, const struct filter_test *tests, size_t count, bool wanted,
                struct error *err)
{
    int rc = BF_OK;
    for (uint32_t i = 0; i < f->snapshot->count && !rc; i++) {
        size_t words = word_count(f->snapshot, i);
        uint64_t *passed = mem_zalloc(words, sizeof *passed);
        for (size_t t = 0; t < count && !rc; t++)
            rc = run_test(&tests[t], f->snapshot, i, f->bits[i], passed, err);
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
