/* test_archive_jsonl.c - JSON Lines: values, names, hostile records. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/archive_collect.h"

#define GOOD "{\"id\":\"good\",\"title\":\"Good\",\"body\":\"canary\"}\n"

/* Reads one record that must be good, and gives it. */
static const struct article *read_one(struct collected *c, const char *record)
{
    collect_text(c, record);
    assert_string_equal(buf_text(&c->troubles), "");
    assert_int_equal(c->count, 1);
    return &c->articles[0];
}

/* Reads one record that must be skipped for this reason. */
static void check_skipped(const char *record, const char *reason)
{
    struct collected c = {0};
    collect_text(&c, record);
    assert_int_equal(c.count, 0);
    assert_int_equal(c.rc, BF_OK);
    assert_string_equal(strchr(buf_text(&c.troubles), ' ') + 1, reason);
    collected_free(&c);
}

/* --- values --- */

static void reads_all_that_a_record_says(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "{\"id\":\"x-1\",\"title\":\"A title\",\"body\":\"One two.\\nThree.\\nOne two.\","
            "\"date\":\"2023-07-12T07:33:00Z\",\"updated\":\"2023-07-13\",\"created\":1689147185,"
            "\"url\":\"https://example.org/a?b=1&c=2\",\"category\":\"world\",\"source\":\"wire\","
            "\"author\":[\"A. One\",\"B. Two\"],\"tags\":[\"t1\",\"t2\"],\"lang\":\"en\","
            "\"summary\":\"Short.\",\"word_count\":1234,\"read_count\":7,"
            "\"last_read\":\"2023/07/12 08:15\",\"similar\":[\"S one\",\"S two\"]}\n");
    char text[DATE_TEXT_BYTES];
    assert_string_equal(a->id, "x-1");
    assert_string_equal(a->title, "A title");
    assert_false(a->title_is_derived);
    assert_string_equal(a->body, "One two.\nThree.");
    assert_int_equal(a->words, 3);
    assert_string_equal(date_format(&a->date, text), "2023-07-12T07:33:00Z");
    assert_string_equal(date_format(&a->updated, text), "2023-07-13");
    assert_string_equal(date_format(&a->created, text), "2023-07-12T07:33:05Z");
    assert_string_equal(date_format(&a->last_read, text), "2023-07-12T08:15");
    assert_string_equal(a->url, "https://example.org/a?b=1&c=2");
    assert_string_equal(a->category, "world");
    assert_string_equal(a->source, "wire");
    assert_string_equal(a->author, "A. One, B. Two");
    assert_string_equal(a->tags, "t1, t2");
    assert_string_equal(a->language, "en");
    assert_string_equal(a->summary, "Short.");
    assert_string_equal(a->similar, "S one\nS two");
    assert_int_equal(a->stated_words, 1234);
    assert_int_equal(a->read_count, 7);
    collected_free(&c);
}

static void values_of_every_type_have_a_rule(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(
        &c, "{\"id\":17,\"title\":\"t\",\"author\":{\"name\":\"A. One\"}}\n"
            "{\"id\":1.50,\"title\":\"t\",\"author\":[{\"name\":\"A\"},{\"x\":1},\"B\",3]}\n"
            "{\"id\":true,\"uuid\":\"u\",\"title\":[\"first\",\"second\"]}\n"
            "{\"id\":null,\"uuid\":\"\",\"guid\":\" \",\"uri\":\"last\",\"title\":\"t\"}\n"
            "{\"id\":{\"a\":1},\"doc_id\":-3,\"title\":NaN,\"body\":[\"p1\",\"p2\",[\"p3\"]]}\n");
    assert_string_equal(buf_text(&c.troubles), "");
    assert_string_equal(c.articles[0].id, "17");
    assert_string_equal(c.articles[0].author, "A. One");
    assert_string_equal(c.articles[1].id, "1.50");
    assert_string_equal(c.articles[1].author, "A, B, 3");
    assert_string_equal(c.articles[2].id, "u");
    assert_string_equal(c.articles[2].title, "first");
    assert_string_equal(c.articles[3].id, "last");
    assert_string_equal(c.articles[4].id, "-3");
    assert_string_equal(c.articles[4].body, "p1\n\np2");
    collected_free(&c);
}

static void numbers_above_64_bits_name_nothing(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "{\"id\":18446744073709551614,\"title\":\"t\"}\n"
                     "{\"id\":99999999999999999999999,\"title\":\"t\",\"uuid\":\"u\"}\n"
                     "{\"id\":-99999999999999999999999,\"title\":\"t\",\"uuid\":\"v\"}\n");
    assert_string_equal(c.articles[0].id, "18446744073709551614");
    assert_string_equal(c.articles[1].id, "u");
    assert_string_equal(c.articles[2].id, "v");
    collected_free(&c);
}

static void the_earliest_name_that_says_something_wins(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "{\"headline\":\"second\",\"Title\":\"first\",\"uuid\":\"2\",\"_ID\":\"1\"}\n"
                     "{\"headline\":\"used\",\"title\":\"\",\"id\":\"3\"}\n"
                     "{\"maintext\":\"b\",\"article-body\":\"a\",\"id\":\"4\"}\n"
                     "{\"title\":\"t\",\"ID\":\"5\",\"id\":\"not this\"}\n"
                     "{\"title\":\"t\",\"id\":\"first\",\"id\":\"6\"}\n");
    assert_string_equal(c.articles[0].title, "first");
    assert_string_equal(c.articles[0].id, "1");
    assert_string_equal(c.articles[1].title, "used");
    assert_string_equal(c.articles[2].body, "b");
    assert_string_equal(c.articles[3].id, "5");
    assert_string_equal(c.articles[4].id, "6"); /* of two equal keys the last */
    collected_free(&c);
}

static void what_is_missing_has_a_stand_in(void **state)
{
    (void)state;
    struct collected c = {0};
    char text[DATE_TEXT_BYTES];
    collect_text(
        &c, "{\"id\":\"1\",\"title\":\"t\",\"body_html\":\"<p>One &amp; two</p><p>Three</p>\"}\n"
            "{\"id\":\"2\",\"title\":\"t\",\"description\":\"Only this.\"}\n"
            "{\"id\":\"3\",\"title\":\"t\",\"created_at\":\"2023-07-12\",\"domain\":\"d.org\"}\n"
            "{\"id\":\"4\",\"body\":\"No title here. Only a body.\"}\n"
            "{\"id\":\"5\",\"title\":\"t\"}\n");
    assert_string_equal(c.articles[0].body, "One & two\n\nThree");
    assert_string_equal(c.articles[1].body, "Only this.");
    assert_string_equal(c.articles[1].summary, "Only this.");
    assert_string_equal(date_format(&c.articles[2].date, text), "2023-07-12");
    assert_string_equal(c.articles[2].category, "d.org");
    assert_string_equal(c.articles[3].title, "No title here.");
    assert_true(c.articles[3].title_is_derived);
    assert_string_equal(c.articles[4].body, "");
    assert_int_equal(c.articles[4].words, 0);
    collected_free(&c);
}

static void lines_are_cleaned(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "{\"id\":\" i \",\"title\":\"\\u001b]0;x\\u0007 A &quot;B&quot;\\r\\n  C &nbsp;\","
            "\"category\":\"a\\u0000b\",\"body\":\"one\\u0000two\\u001b\\u007f\\t\\ud800 &amp;\","
            "\"author\":\"x\\u0085\\u009by\"}\n");
    assert_string_equal(a->id, "i");
    assert_string_equal(a->title, "]0;x A \"B\" C");
    assert_string_equal(a->category, "a b");
    assert_string_equal(a->body, "one two  \t\xef\xbf\xbd &amp;");
    assert_string_equal(a->author, "x y");
    collected_free(&c);
}

static void unreadable_dates_are_counted_and_stay_unknown(void **state)
{
    (void)state;
    static const char *const dates[] = {
        "\"0000-00-00\"",
        "\"2020-02-30\"",
        "\"10000-01-01\"",
        "\"08/06/2018\"",
        "-1",
        "0",
        "18446744073709551616e0",
        "-1e308",
        "99999999999999999999",
        "\"NaN\"",
        "20201301",
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char record[128];
        struct collected c = {0};
        snprintf(record, sizeof record, "{\"id\":\"d\",\"title\":\"t\",\"date\":%s}\n", dates[i]);
        const struct article *a = read_one(&c, record);
        assert_int_equal(a->date.precision, DATE_UNKNOWN);
        assert_int_equal(c.problems[0].unreadable_dates, 1);
        collected_free(&c);
    }
}

static void numeric_dates_are_epochs_or_days(void **state)
{
    (void)state;
    static const struct {
        const char *date, *expected;
    } cases[] = {
        {"1689147185", "2023-07-12T07:33:05Z"},
        {"1689147185.9", "2023-07-12T07:33:05Z"},
        {"1689147185000", "2023-07-12T07:33:05Z"},
        {"1.689147185e9", "2023-07-12T07:33:05Z"},
        {"20230712", "2023-07-12"},
        {"2023", "2023"},
        {"-1000000000", "1938-04-24T22:13:20Z"},
        {"null", ""},
        {"NaN", ""},
        {"\"\"", ""},
        {"[\"2023-07-12\",\"x\"]", "2023-07-12"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char record[128], text[DATE_TEXT_BYTES];
        struct collected c = {0};
        snprintf(record, sizeof record, "{\"id\":\"d\",\"title\":\"t\",\"date\":%s}\n",
                 cases[i].date);
        const struct article *a = read_one(&c, record);
        assert_string_equal(date_format(&a->date, text), cases[i].expected);
        assert_int_equal(c.problems[0].unreadable_dates, 0);
        collected_free(&c);
    }
}

/* --- ids --- */

static void ids_are_given_or_made(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "{\"title\":\"t\",\"url\":\"http://www.Example.org/a/?utm_source=x#top\"}\n"
                     "{\"title\":\"t\",\"date\":\"2023-07-12\",\"source\":\"s\",\"body\":\"one\"}\n"
                     "{\"title\":\"t\",\"date\":\"2023-07-12\",\"source\":\"s\",\"body\":\"two\"}\n"
                     "{\"title\":\"t\",\"body\":\"one\"}\n"
                     "{\"title\":\"t\",\"body\":\"two\"}\n"
                     "{\"title\":\"t\",\"id\":\"a\\nb\"}\n"
                     "{\"title\":\"t\",\"id\":\"a\\tb\\u0000\\u009b\"}\n"
                     "{\"title\":\"t\",\"id\":\"../../etc/passwd\"}\n");
    assert_string_equal(buf_text(&c.troubles), "");
    assert_string_equal(c.articles[0].id, "https://example.org/a");
    assert_int_equal(strlen(c.articles[1].id), 18);
    assert_memory_equal(c.articles[1].id, "h-", 2);
    assert_string_equal(c.articles[1].id, c.articles[2].id);
    assert_string_not_equal(c.articles[3].id, c.articles[4].id);
    assert_string_equal(c.articles[5].id, "a%0Ab");
    assert_string_equal(c.articles[6].id, "a%09b%00%C2%9B");
    assert_string_equal(c.articles[7].id, "../../etc/passwd");
    collected_free(&c);
}

static void the_limit_of_an_id_is_exact(void **state)
{
    (void)state;
    for (size_t len = ARCHIVE_MAX_ID_BYTES - 1; len <= ARCHIVE_MAX_ID_BYTES + 1; len++) {
        struct collected c = {0};
        struct buf record = {0};
        buf_printf(&record, "{\"title\":\"t\",\"id\":\"%0*d\"}\n", (int)len, 0);
        collect_bytes(&c, record.data, record.len);
        if (len <= ARCHIVE_MAX_ID_BYTES)
            assert_int_equal(strlen(c.articles[0].id), len);
        else
            assert_string_equal(buf_text(&c.troubles), "1@0 id too long");
        buf_free(&record);
        collected_free(&c);
    }
}

static void a_url_that_is_too_long_becomes_a_hash(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf record = {0};
    buf_printf(&record, "{\"title\":\"t\",\"url\":\"http://e.org/%0*d\"}\n", ARCHIVE_MAX_ID_BYTES,
               0);
    collect_bytes(&c, record.data, record.len);
    assert_memory_equal(c.articles[0].id, "h-", 3 - 1);
    assert_int_equal(strlen(c.articles[0].id), 18);
    buf_free(&record);
    collected_free(&c);
}

/* --- lines --- */

static void blank_lines_marks_and_line_ends_do_no_harm(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "\xef\xbb\xbf" GOOD "\r\n  \r\n" GOOD "\xef\xbb\xbf" GOOD
                     "{\"id\":\"last\",\"title\":\"no line end\"}");
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 4);
    assert_int_equal(c.offsets[0], 3);
    assert_int_equal(c.offsets[1], 3 + strlen(GOOD) + 6);
    assert_string_equal(c.articles[3].id, "last");
    collected_free(&c);
    collect_text(&c, "");
    collect_text(&c, " \n\r\n\xef\xbb\xbf\t");
    assert_int_equal(c.rc, BF_OK);
    assert_int_equal(c.count, 0);
    assert_string_equal(buf_text(&c.troubles), "");
    collected_free(&c);
}

static void a_bad_record_costs_only_itself(void **state)
{
    (void)state;
    static const struct {
        const char *line, *trouble;
    } cases[] = {
        {"{", "invalid JSON"},
        {"}", "invalid JSON"},
        {"{\"id\":", "invalid JSON"},
        {"{\"id\":\"x\" \"y\"}", "invalid JSON"},
        {"{\"id\":\"x\"} {\"id\":\"y\"}", "invalid JSON"},
        {"nul", "invalid JSON"},
        {"{\"id\":\"\\u00\"}", "invalid JSON"},
        {"{\"id\":\"\\x\"}", "invalid JSON"},
        {"{\"n\":00012}", "invalid JSON"},
        {"{\"id\":\"a\",}", "invalid JSON"},
        {"\xff\xfe", "invalid JSON"},
        {"[]", "not a JSON object"},
        {"\"str\"", "not a JSON object"},
        {"12345678901234567890123", "not a JSON object"},
        {"null", "not a JSON object"},
        {"{}", "no text"},
        {"{\"id\":\"x\",\"title\":\" \",\"body\":\"\\n\\t\"}", "no text"},
        {"{\"id\":\"x\",\"title\":{\"a\":1},\"body\":false}", "no text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected c = {0};
        struct buf text = {0};
        char expected[64];
        buf_printf(&text, "%s%s\n%s", GOOD, cases[i].line, GOOD);
        collect_bytes(&c, text.data, text.len);
        snprintf(expected, sizeof expected, "2@%zu %s", strlen(GOOD), cases[i].trouble);
        assert_string_equal(buf_text(&c.troubles), expected);
        assert_int_equal(c.count, 2);
        buf_free(&text);
        collected_free(&c);
    }
}

static void long_lines_are_skipped_without_being_kept(void **state)
{
    (void)state;
    struct collected c = {0};
    struct archive_options options = {.max_record_bytes = strlen(GOOD) - 1};
    struct field_map *map = field_map_new();
    struct buf text = {0};
    char path[] = "/tmp/backfile-test-XXXXXX";
    buf_puts(&text, GOOD "{\"one\":\"byte over the limit that is set for it\"}\n");
    size_t over = text.len - strlen(GOOD);
    buf_puts(&text, "{\"body\":\"");
    for (int i = 0; i < 300000; i++)
        buf_puts(&text, "0123456789");
    buf_puts(&text, "\"}\n" GOOD);
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text.data, text.len), (ssize_t)text.len);
    close(fd);
    collect_path(&c, path, &options, map);
    unlink(path);
    char expected[128];
    snprintf(expected, sizeof expected, "2@%zu record too long\n3@%zu record too long",
             strlen(GOOD), strlen(GOOD) + over);
    assert_string_equal(buf_text(&c.troubles), expected);
    assert_string_equal(c.detail, "more than 44 bytes");
    assert_int_equal(c.count, 2);
    assert_int_equal(c.offsets[1], text.len - strlen(GOOD));
    buf_free(&text);
    field_map_free(map);
    collected_free(&c);
}

static void depth_is_limited(void **state)
{
    (void)state;
    for (int depth = ARCHIVE_MAX_DEPTH - 1; depth <= ARCHIVE_MAX_DEPTH + 1; depth++) {
        struct buf record = {0};
        struct collected c = {0};
        buf_puts(&record, "{\"title\":\"t\",\"x\":");
        for (int i = 1; i < depth; i++)
            buf_putc(&record, '[');
        for (int i = 1; i < depth; i++)
            buf_putc(&record, ']');
        buf_puts(&record, "}\n");
        collect_bytes(&c, record.data, record.len);
        assert_int_equal(c.count, depth <= ARCHIVE_MAX_DEPTH);
        assert_string_equal(buf_text(&c.troubles), c.count ? "" : "1@0 nested too deeply");
        buf_free(&record);
        collected_free(&c);
    }
    char *open = mem_alloc(1000001);
    memset(open, '[', 1000000);
    memcpy(open, "{\"a\":", 5);
    open[1000000] = '\0';
    check_skipped(open, "nested too deeply");
    free(open);
}

/* --- encodings --- */

static void bytes_that_are_no_utf8_are_windows_1252(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "{\"id\":\"caf\xe9\",\"title\":\"na\xefve \x93quote\x94\",\"body\":\"\x80 5\"}\n");
    assert_string_equal(a->id, "caf\xc3\xa9");
    assert_string_equal(a->title, "na\xc3\xafve \xe2\x80\x9cquote\xe2\x80\x9d");
    assert_string_equal(a->body, "\xe2\x82\xac 5");
    assert_true(c.problems[0].encoding_repaired);
    collected_free(&c);
}

static void one_bad_byte_in_utf8_is_one_replacement(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "{\"id\":\"1\",\"title\":\"\xe6\x97\xa5\xe6\x9c\xac \xe2\x82 caf\xc3\xa9\"}\n");
    assert_string_equal(a->title, "\xe6\x97\xa5\xe6\x9c\xac \xef\xbf\xbd caf\xc3\xa9");
    assert_true(c.problems[0].encoding_repaired);
    collected_free(&c);
}

static void raw_nuls_become_spaces(void **state)
{
    (void)state;
    struct collected c = {0};
    static const char text[] = GOOD "{\"id\":\"raw\",\"title\":\"t\",\"body\":\"a\0b\"}\n" GOOD;
    collect_bytes(&c, text, sizeof text - 1);
    assert_int_equal(c.count, 3);
    assert_string_equal(c.articles[1].body, "a b");
    assert_true(c.problems[1].encoding_repaired);
    assert_false(c.problems[2].encoding_repaired);
    collected_free(&c);
}

/* Every cut of a record whose text has characters of all lengths. */
static void no_cut_reads_behind_the_end(void **state)
{
    (void)state;
    static const char record[] =
        "{\"id\":\"\xc3\xa9\",\"title\":\"\xe6\x97\xa5 &amp; \xf0\x9f\x98\x80\","
        "\"date\":\"2023-07-12\",\"n\":-1.5e3,\"b\":[true,null]}";
    for (size_t len = 1; len < sizeof record - 1; len++) {
        struct collected c = {0};
        collect_bytes(&c, record, len);
        assert_int_equal(c.count, 0);
        assert_string_equal(buf_text(&c.troubles), "1@0 invalid JSON");
        collected_free(&c);
    }
}

static void utf16_is_read(void **state)
{
    (void)state;
    static const char text[] = "\xff\xfe{\0\"\0t\0i\0t\0l\0e\0\"\0:\0\"\0\xac\x20\"\0}\0\n\0";
    struct collected c = {0};
    collect_bytes(&c, text, sizeof text - 1);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_string_equal(c.articles[0].title, "\xe2\x82\xac");
    collected_free(&c);
}

static void marks_that_are_not_read_go(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "{\"id\":\"1\",\"title\":\"co\xc2\xadope&shy;rate \xef\xbb\xbfnow\","
                     "\"body\":\"Zer\xe2\x81\xa0o \xc2\xad wi\xef\xbb\xbf\xc2\xad"
                     "dth\"}\n"
                     "{\"id\":\"2\",\"title\":\"t\",\"body_html\":\"<p>so&shy;ft</p>\"}\n"
                     "{\"id\":\"3\",\"title\":\"\xc2\xad\",\"body\":\"\xc2\xa9 caf\xc3\xa9 "
                     "\xe2\x80\x99 \xe2\x80\x8b\"}\n");
    assert_int_equal(c.count, 3);
    assert_string_equal(c.articles[0].title, "cooperate now");
    assert_string_equal(c.articles[0].body, "Zero  width");
    assert_string_equal(c.articles[1].body, "soft");
    assert_string_equal(c.articles[2].body, "\xc2\xa9 caf\xc3\xa9 \xe2\x80\x99 \xe2\x80\x8b");
    assert_true(c.articles[2].title_is_derived);
    collected_free(&c);
}

/* A body is HTML by its name, or when it begins and ends like it. */
static void a_body_may_be_markup_without_saying_so(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } cases[] = {
        {"<p>One &amp; two.</p><p>Three.</p>", "One & two.\n\nThree."},
        {" <div class='x'>One<br>two</div>", "One\ntwo"},
        {"<!-- x --><h2>One</h2>two", "One\n\ntwo"},
        {"<P> is a code, and </x> no tag", "<P> is a code, and </x> no tag"},
        {"Say <b>so</b> &amp; go", "Say <b>so</b> &amp; go"},
        {"< 5 and </p>", "< 5 and </p>"},
        {"<p>never closed </", "<p>never closed </"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected c = {0};
        struct buf line = {0};
        buf_printf(&line, "{\"id\":\"1\",\"title\":\"t\",\"content\":\"%s\"}\n", cases[i].body);
        collect_text(&c, buf_text(&line));
        assert_string_equal(c.articles[0].body, cases[i].text);
        collected_free(&c);
        line.len = 0;
        buf_printf(&line, "id,title,text\n1,t,\"%s\"\n", cases[i].body);
        collect_text(&c, buf_text(&line));
        assert_string_equal(c.articles[0].body, cases[i].text);
        collected_free(&c);
        buf_free(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_that_a_record_says),
        cmocka_unit_test(values_of_every_type_have_a_rule),
        cmocka_unit_test(numbers_above_64_bits_name_nothing),
        cmocka_unit_test(the_earliest_name_that_says_something_wins),
        cmocka_unit_test(what_is_missing_has_a_stand_in),
        cmocka_unit_test(lines_are_cleaned),
        cmocka_unit_test(unreadable_dates_are_counted_and_stay_unknown),
        cmocka_unit_test(numeric_dates_are_epochs_or_days),
        cmocka_unit_test(ids_are_given_or_made),
        cmocka_unit_test(the_limit_of_an_id_is_exact),
        cmocka_unit_test(a_url_that_is_too_long_becomes_a_hash),
        cmocka_unit_test(blank_lines_marks_and_line_ends_do_no_harm),
        cmocka_unit_test(a_bad_record_costs_only_itself),
        cmocka_unit_test(long_lines_are_skipped_without_being_kept),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(bytes_that_are_no_utf8_are_windows_1252),
        cmocka_unit_test(one_bad_byte_in_utf8_is_one_replacement),
        cmocka_unit_test(raw_nuls_become_spaces),
        cmocka_unit_test(no_cut_reads_behind_the_end),
        cmocka_unit_test(utf16_is_read),
        cmocka_unit_test(marks_that_are_not_read_go),
        cmocka_unit_test(a_body_may_be_markup_without_saying_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
