/*
 * test_filter.c - tests of articles against a table of what passes, in one
 * segment and in many, with deleted articles.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "query/facets.h"
#include "query/filter.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/repack.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

/* Each line is an article; those with a capital id are deleted again. */
static const char *const articles[] = {
    "{\"id\":\"a\",\"body\":\"x\",\"date\":\"2011-12-31T23:59:59Z\",\"category\":\"World\"}",
    "{\"id\":\"b\",\"body\":\"x\",\"date\":\"2012-01-01T00:00:00Z\",\"category\":\"world\"}",
    "{\"id\":\"c\",\"body\":\"x\",\"date\":\"2012-01\",\"category\":\"Sport\"}",
    "{\"id\":\"d\",\"body\":\"x\",\"date\":\"2012\",\"category\":\"Caf\xc3\xa9 Culture\"}",
    "{\"id\":\"E\",\"body\":\"x\",\"date\":\"2012-02-03\",\"category\":\"World\"}",
    "{\"id\":\"f\",\"body\":\"x\",\"date\":\"2012-02-29\",\"category\":\"Sports desk\"}",
    "{\"id\":\"g\",\"body\":\"x\",\"date\":\"2012-03-31T22:30Z\"}",
    "{\"id\":\"h\",\"body\":\"x\",\"date\":\"2012-12-31\",\"category\":\"world\"}",
    "{\"id\":\"i\",\"body\":\"x\",\"date\":\"1969-12-31\",\"category\":\"comp.graphics\"}",
    "{\"id\":\"j\",\"body\":\"x\",\"date\":\"0001-01-01\"}",
    "{\"id\":\"k\",\"body\":\"x\",\"category\":\"Sport\"}",
    "{\"id\":\"l\",\"body\":\"x\",\"date\":\"9999\",\"category\":\"comp.*\"}",
};
#define ARTICLES (sizeof articles / sizeof *articles)

/* One index of all articles at once, one with a segment for each. */
static char *dirs[2];
static struct snapshot snapshots[2];

static void write_parts(const char *dir, size_t parts)
{
    char *scratch = scratch_new(), *paths[ARTICLES];
    for (size_t part = 0; part < parts; part++) {
        struct buf text = {0};
        char name[16];
        for (size_t i = part * ARTICLES / parts; i < (part + 1) * ARTICLES / parts; i++)
            buf_printf(&text, "%s\n", articles[i]);
        snprintf(name, sizeof name, "%02zu", part);
        paths[part] = scratch_path(scratch, name);
        scratch_write(paths[part], text.data, text.len);
        buf_free(&text);
    }
    /* Few enough at a time that nothing is merged. */
    for (size_t at = 0; at < parts; at += 6)
        index_add(dir, paths + at, (int)(parts - at < 6 ? parts - at : 6),
                  &(struct reading){.threads = 1, .memory = PLENTY}, NULL);
    for (size_t part = 0; part < parts; part++)
        free(paths[part]);
    scratch_free(scratch);
}

static int make_indexes(void **unused)
{
    (void)unused;
    const char *deleted[] = {"E"};
    const size_t parts[2] = {1, 6};
    for (int i = 0; i < 2; i++) {
        struct error err;
        dirs[i] = scratch_new();
        write_parts(dirs[i], parts[i]);
        index_delete(dirs[i], deleted, 1);
        assert_int_equal(snapshot_open(&snapshots[i], dirs[i], &err), BF_OK);
    }
    assert_int_equal(snapshots[0].count, 1);
    assert_true(snapshots[1].count > 4);
    return 0;
}

static int free_indexes(void **unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++) {
        snapshot_close(&snapshots[i]);
        scratch_free(dirs[i]);
    }
    return 0;
}

/* The ids that a filter leaves, in order. */
static void list(const struct filter *f, char *out)
{
    for (uint32_t i = 0; i < f->snapshot->count; i++) {
        const struct columns *c = &f->snapshot->segments[i].columns;
        for (uint32_t doc = 0; doc < c->docs; doc++) {
            struct text id, title;
            struct error err;
            if (!filter_has(f, i, doc))
                continue;
            assert_int_equal(columns_name(c, doc, &id, &title, &err), BF_OK);
            *out++ = *id.p;
        }
    }
    *out = '\0';
}

static void assert_left(const struct filter_test *tests, size_t count, bool wanted,
                        const char *what, const char *expected)
{
    for (int i = 0; i < 2; i++) {
        struct filter f;
        struct error err;
        char found[ARTICLES + 1];
        filter_open(&f, &snapshots[i]);
        assert_int_equal(filter_keep(&f, tests, count, wanted, &err), BF_OK);
        list(&f, found);
        if (strcmp(found, expected) != 0)
            fail_msg("%s: %s, not %s", what, found, expected);
        assert_int_equal(filter_count(&f), strlen(expected));
        filter_free(&f);
    }
}

static void ranges_of_dates(void **unused)
{
    (void)unused;
    static const struct {
        const char *range, *passed;
    } rows[] = {
        {"2012", "bcdfgh"},
        {"2012-01", "bc"},
        {"2012-01..2012-03", "bcfg"},
        {"2012-01-01", "b"},
        {"2012-01-01T00:00:00Z", "b"},
        {"2012-01-01T00:00:01Z..2012-02", "f"},
        {"2012-02..2012-03", "fg"},
        {"..2011", "aij"},
        {"2012-03-31..", "ghl"},
        {"2012-03-31..2012-03-31", "g"},
        {" February 29, 2012 ", "f"},
        {"1969..1970", "i"},
        {"0001..0001", "j"},
        {"9999", "l"},
        {"0001..", "abcdfghijl"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct filter_test t;
        struct error err = {0};
        assert_int_equal(filter_test_dates(&t, rows[i].range, strlen(rows[i].range), &err), BF_OK);
        assert_left(&t, 1, true, rows[i].range, rows[i].passed);
    }
}

static void ranges_that_are_none(void **unused)
{
    (void)unused;
    const char *const ranges[] = {"",           "..",          "yesterday",  "2012-13",
                                  "2012..2011", "2012-01..x",  "08/06/2018", "2012-02..2012-01",
                                  "....",       "2012...2013", "1"};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct filter_test t;
        struct error err = {0};
        assert_int_equal(filter_test_dates(&t, ranges[i], strlen(ranges[i]), &err), BF_ERR_USAGE);
        assert_true(*err.text);
    }
}

static void categories(void **unused)
{
    (void)unused;
    static const struct {
        const char *value, *passed;
    } rows[] = {
        {"world", "abh"},       {"WORLD", "abh"},      {" world ", "abh"},    {"wor", ""},
        {"sport", "ck"},        {"sport*", "cfk"},     {"cafe culture", "d"}, {"comp.*", "il"},
        {"comp.graphics", "i"}, {"caf\xc3\x89*", "d"}, {"nosuch", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct filter_test t;
        struct error err = {0};
        struct arena arena = {0};
        assert_int_equal(filter_test_value(&t, FILTER_CATEGORY, rows[i].value,
                                           strlen(rows[i].value), &arena, &err),
                         BF_OK);
        assert_left(&t, 1, true, rows[i].value, rows[i].passed);
        arena_free(&arena);
    }
}

static void nothing_to_compare_with(void **unused)
{
    (void)unused;
    const char *const values[] = {"", " ", "*", " *"};
    for (size_t i = 0; i < 4; i++) {
        struct filter_test t;
        struct error err = {0};
        struct arena arena = {0};
        assert_int_equal(
            filter_test_value(&t, FILTER_CATEGORY, values[i], strlen(values[i]), &arena, &err),
            BF_ERR_USAGE);
        arena_free(&arena);
    }
}

static void several_tests(void **unused)
{
    (void)unused;
    struct filter_test t[2];
    struct arena arena = {0};
    struct error err;
    struct filter f;
    char found[ARTICLES + 1];
    filter_test_value(&t[0], FILTER_CATEGORY, "world", 5, &arena, &err);
    filter_test_dates(&t[1], "2012-01", 7, &err);
    assert_left(t, 2, true, "either", "abch");
    assert_left(t, 2, false, "neither", "dfgijkl");
    filter_open(&f, &snapshots[1]);
    assert_int_equal(filter_keep(&f, &t[0], 1, true, &err), BF_OK);
    struct filter copy;
    filter_copy(&copy, &f);
    assert_int_equal(filter_keep(&copy, &t[1], 1, true, &err), BF_OK);
    list(&copy, found);
    assert_string_equal(found, "b");
    list(&f, found);
    assert_string_equal(found, "abh");
    filter_free(&copy);
    filter_free(&f);
    arena_free(&arena);
}

static void date_of_no_calendar(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_DATE, 0, (uint64_t)INT64_MIN + 1);
    loose_set_number(f, COLUMN_DATE, 1, (uint64_t)INT64_MAX);
}

/* What was written wrong ends no query that reads it, nor keeps it for ever. */
static void impossible_dates_are_unknown(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct snapshot s;
    struct filter f;
    struct filter_test t;
    struct facet_value *years;
    struct arena arena = {0};
    struct error err;
    size_t count;
    write_parts(dir, 1);
    small_index_patch(dir, 0, FILE_COLUMNS, date_of_no_calendar);
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    alarm(20); /* instead of waiting for it for hours */
    assert_int_equal(filter_test_dates(&t, "..2012", 6, &err), BF_OK);
    filter_open(&f, &s);
    assert_int_equal(facets_count(&f, FACET_YEAR, &arena, &years, &count, &err), BF_OK);
    assert_int_equal(years[0].count, 6); /* of 2012 there were seven */
    assert_int_equal(filter_keep(&f, &t, 1, true, &err), BF_OK);
    assert_int_equal(filter_count(&f), 8);
    alarm(0);
    filter_free(&f);
    arena_free(&arena);
    snapshot_close(&s);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_dates), cmocka_unit_test(ranges_that_are_none),
        cmocka_unit_test(categories),      cmocka_unit_test(nothing_to_compare_with),
        cmocka_unit_test(several_tests),   cmocka_unit_test(impossible_dates_are_unknown),
    };
    return cmocka_run_group_tests(tests, make_indexes, free_indexes);
}
