/* test_archive_table.c - CSV and TSV: quotes, delimiters, rows that do not fit the header. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/unit/archive_collect.h"

/* "id|title|body" of each article, one a line. */
static void check_rows(const char *text, const char *rows, const char *troubles)
{
    struct collected c = {0};
    struct buf found = {0};
    collect_text(&c, text);
    for (size_t i = 0; i < c.count; i++)
        buf_printf(&found, "%s|%s|%s\n", c.articles[i].id, c.articles[i].title, c.articles[i].body);
    if (strcmp(buf_text(&found), rows) != 0)
        fail_msg("\"%s\", not \"%s\", of: %s", buf_text(&found), rows, text);
    assert_string_equal(buf_text(&c.troubles), troubles);
    buf_free(&found);
    collected_free(&c);
}

static void fields_may_stand_in_quotes(void **state)
{
    (void)state;
    check_rows("id,title,body\r\n1,plain,words\r\n2,\"with, comma\",\"with \"\"quotes\"\"\"\r\n"
               "3,\"\",\"two\r\nlines\"\r\n4,\"a\",\"\"\"b\"\"\"",
               "1|plain|words\n2|with, comma|with \"quotes\"\n3|two|two\nlines\n4|a|\"b\"\n", "");
}

static void the_delimiter_is_found_by_the_names(void **state)
{
    (void)state;
    check_rows("id;title;body\n1;a,b;c\n", "1|a,b|c\n", "");
    check_rows("id|title|body\n1|a;b|c\n", "1|a;b|c\n", "");
    check_rows("id\ttitle\tbody\n1\ta, b\tc\n", "1|a, b|c\n", "");
    check_rows("\xef\xbb\xbf\"ID\",\"Head Line\",Full-Text\n1,a,b\n", "1|a|b\n", "");
    check_rows("docno,text,label\n1,some words,x\n2,other words,y\n",
               "1|some words|some words\n2|other words|other words\n", "");
    check_rows("text,label\n,1\n,0\n", "", "2@11 no text\n3@14 no text");
}

static void columns_that_name_nothing_are_passed_over(void **state)
{
    (void)state;
    check_rows("x,id,,title\n9,1,8,t\n\n  \n9,2,8,u\n", "1|t|\n2|u|\n", "");
}

static void rows_that_do_not_fit_are_named(void **state)
{
    (void)state;
    check_rows("id,title,body\n1,a\n2,a,b\n3,a,b,c\n4,a,b,,\n5,a,b\n", "2|a|b\n4|a|b\n5|a|b\n",
               "2@14 wrong number of fields\n4@24 wrong number of fields");
}

static void a_quote_that_means_nothing_costs_nothing(void **state)
{
    (void)state;
    check_rows(
        "id,title,body\n1,5\" disc,b\n2,\"Yes\" he said,b\n3,\"open,b\n4,a,b\n"
        "5,a,\"un\"quoted\" text\"\n6,a,b\n",
        "1|5\" disc|b\n2|\"Yes\" he said|b\n3|\"open|b\n4|a|b\n5|a|un\"quoted\" text\n6|a|b\n", "");
    check_rows("id\ttitle\tbody\n1\t\"Hello,\" he said.\tb\n2\t\"a\nb\"\tc\n3\td\te\n",
               "1|\"Hello,\" he said.|b\n2|a b|c\n3|d|e\n", "");
}

static void other_names_come_from_the_map(void **state)
{
    (void)state;
    struct collected c = {0};
    struct error err;
    struct field_map *map = field_map_new();
    const struct archive_options options = {.format = archive_format_named("csv", &err)};
    assert_int_equal(field_map_add(map, "title=Schlagzeile", &err), BF_OK);
    assert_non_null(options.format);
    FILE *file = fopen("/tmp/backfile-test-table", "w");
    assert_non_null(file);
    fputs("Nr;Schlagzeile;Ort\n1;eins, zwei;x\n", file);
    fclose(file);
    collect_path(&c, "/tmp/backfile-test-table", &options, map);
    remove("/tmp/backfile-test-table");
    assert_int_equal(c.count, 1);
    assert_string_equal(c.articles[0].title, "eins, zwei");
    field_map_free(map);
    collected_free(&c);
}

static double seconds_for(const char *row, int count)
{
    struct buf text = {0};
    struct collected c = {0};
    buf_puts(&text, "id,title,body\n");
    for (int i = 0; i < count; i++)
        buf_puts(&text, row);
    clock_t start = clock();
    collect_bytes(&c, text.data, text.len);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    buf_free(&text);
    collected_free(&c);
    return seconds;
}

/* Quotes that open and never close make each row look for the end again. */
static void quotes_that_never_close_take_linear_time(void **state)
{
    (void)state;
    static const char *const rows[] = {"\"a\"b,c,d\n", "\"x y\n", "1,2,\"\n", "\"\"\"\n"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(seconds_for(rows[i], 200000) < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_may_stand_in_quotes),
        cmocka_unit_test(the_delimiter_is_found_by_the_names),
        cmocka_unit_test(columns_that_name_nothing_are_passed_over),
        cmocka_unit_test(rows_that_do_not_fit_are_named),
        cmocka_unit_test(a_quote_that_means_nothing_costs_nothing),
        cmocka_unit_test(other_names_come_from_the_map),
        cmocka_unit_test(quotes_that_never_close_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
