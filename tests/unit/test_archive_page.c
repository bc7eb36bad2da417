/* test_archive_page.c - the saved page, whole and with parts missing. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/archive_collect.h"

/* 10 + 8 words, the first paragraph twice. */
#define BODY                                                                                       \
    "The harbour of the northern town opened again on Monday.\n"                                   \
    "Boats that had waited for weeks left early.\n"                                                \
    "The harbour of the northern town opened again on Monday.\n"

#define SIMILAR                                                                                    \
    "Similar Readings (2 items)\n"                                                                 \
    "Harbour closed by ice\n"                                                                      \
    "Fishermen wait &amp; hope\n"

#define SUMMARY                                                                                    \
    "Summary\n"                                                                                    \
    "The harbour is open. Boats that had waited\n"

#define TAIL                                                                                       \
    "Statistics\n1,018\nWords2\nRead CountDetails\n"                                               \
    "ID: 0b5d0bc2-1111-4222-8333-944444444444\n"                                                   \
    "Category ID: coast\n"                                                                         \
    "URL: https://www.example.org/news/20230712_04/\n"                                             \
    "Date: July 12, 2023\n"                                                                        \
    "Created: 2023/07/12 07:33\n"                                                                  \
    "Updated: 2025/12/09 02:04\n"                                                                  \
    "Last Read: 2023/07/12 08:15"

static const struct article *read_one(struct collected *c, const char *page)
{
    collect_text(c, page);
    assert_string_equal(buf_text(&c->troubles), "");
    assert_int_equal(c->count, 1);
    return &c->articles[0];
}

static void check_date(const struct date *date, const char *expected)
{
    char text[DATE_TEXT_BYTES];
    assert_string_equal(date_format(date, text), expected);
}

static void check_whole_page(const struct article *a)
{
    assert_string_equal(a->id, "0b5d0bc2-1111-4222-8333-944444444444");
    assert_string_equal(a->title, "The harbour of the northern town opened again on Monday.");
    assert_true(a->title_is_derived);
    assert_string_equal(a->body, "The harbour of the northern town opened again on Monday.\n"
                                 "Boats that had waited for weeks left early.");
    assert_int_equal(a->words, 18);
    assert_int_equal(a->stated_words, 1018);
    assert_int_equal(a->read_count, 2);
    assert_string_equal(a->similar, "Harbour closed by ice\nFishermen wait & hope");
    assert_string_equal(a->summary, "The harbour is open. Boats that had waited");
    assert_string_equal(a->category, "coast");
    assert_string_equal(a->url, "https://www.example.org/news/20230712_04/");
    check_date(&a->date, "2023-07-12");
    check_date(&a->created, "2023-07-12T07:33");
    check_date(&a->updated, "2025-12-09T02:04");
    check_date(&a->last_read, "2023-07-12T08:15");
}

static void keeps_all_that_the_page_says(void **state)
{
    (void)state;
    struct collected c = {0};
    check_whole_page(read_one(&c, BODY SIMILAR SUMMARY TAIL));
    collected_free(&c);
    check_whole_page(read_one(&c, "\xef\xbb\xbf" BODY "\n" SIMILAR "\n" SUMMARY "\n" TAIL "\n"));
    collected_free(&c);
}

static void line_ends_may_be_windows_own(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf page = {0};
    for (const char *p = BODY SIMILAR SUMMARY TAIL; *p; p++) {
        if (*p == '\n')
            buf_putc(&page, '\r');
        buf_putc(&page, *p);
    }
    check_whole_page(read_one(&c, buf_text(&page)));
    buf_free(&page);
    collected_free(&c);
}

static void the_tail_need_not_run_together(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a =
        read_one(&c, BODY "Statistics\n18\nWords\n3\nRead Count\nDetails\nID: x\n");
    assert_int_equal(a->stated_words, 18);
    assert_int_equal(a->read_count, 3);
    assert_string_equal(a->id, "x");
    collected_free(&c);
    a = read_one(&c, BODY "Statistics\n18 Words 3 Read CountDetails\nID: x\n");
    assert_int_equal(a->stated_words, 18);
    assert_int_equal(a->read_count, 3);
    collected_free(&c);
}

static void any_section_may_be_absent(void **state)
{
    (void)state;
    static const char *const pages[] = {
        BODY SIMILAR SUMMARY "Details\nID: x\n",
        BODY SIMILAR "Statistics\n18\nWords2\nRead CountDetails\nID: x\n",
        BODY SUMMARY TAIL,
        BODY TAIL,
        BODY "Details\nID: x\n",
        BODY SIMILAR,
        BODY SIMILAR SUMMARY,
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct collected c = {0};
        const struct article *a = read_one(&c, pages[i]);
        assert_int_equal(a->words, 18);
        assert_string_equal(a->similar, strstr(pages[i], "Similar Readings")
                                            ? "Harbour closed by ice\nFishermen wait & hope"
                                            : "");
        assert_string_equal(a->summary, strstr(pages[i], "Summary\n")
                                            ? "The harbour is open. Boats that had waited"
                                            : "");
        assert_int_equal(a->stated_words >= 0, strstr(pages[i], "Statistics") != NULL);
        collected_free(&c);
    }
}

/* The last heading of each kind counts, so that a body may hold any line. */
static void headings_in_the_body_are_text(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a =
        read_one(&c, "Summary\nDetails\nStatistics\nSimilar Readings (1 items)\n"
                     "Date: a line like any other\n" SIMILAR SUMMARY TAIL);
    assert_string_equal(a->body, "Summary\nDetails\nStatistics\nSimilar Readings (1 items)\n"
                                 "Date: a line like any other");
    assert_string_equal(a->similar, "Harbour closed by ice\nFishermen wait & hope");
    collected_free(&c);
}

static void details_may_name_more(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(&c, BODY "Details\nID: x\nTitle: Given: a title\nno colon\n"
                                                "Unknown: y\nAuthor: A. One\nDate: someday\n");
    assert_string_equal(a->title, "Given: a title");
    assert_false(a->title_is_derived);
    assert_string_equal(a->author, "A. One");
    assert_int_equal(a->date.precision, DATE_UNKNOWN);
    assert_int_equal(c.problems[0].unreadable_dates, 1);
    collected_free(&c);
}

static void an_empty_body_needs_a_title_or_a_summary(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "Details\nID: x\nURL: https://example.org/\n");
    assert_string_equal(buf_text(&c.troubles), "1@0 no text");
    collected_free(&c);
    const struct article *a = read_one(&c, SUMMARY TAIL);
    assert_string_equal(a->body, "The harbour is open. Boats that had waited");
    collected_free(&c);
}

static void other_texts_are_no_pages(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Just a text.\n",
        "Details\nnothing that is named\n",
        "Similar Readings\nthis and that\n",
        "<unknown>Details</unknown>",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct collected c = {0};
        collect_text(&c, texts[i]);
        assert_int_equal(c.count, 0);
        assert_string_equal(buf_text(&c.troubles), "0@0 unknown format");
        collected_free(&c);
    }
}

/* A text of another format may have a line of its own that reads "Details". */
static void other_formats_may_have_such_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
    } sources[] = {
        {"From a@b Mon Apr  5 23:13:41 1993\nSubject: 1\n\nCome.\n\nDetails\n\nHere.\n\n"
         "From a@b Mon Apr  5 23:14:41 1993\nSubject: 2\nDate: 5 Apr 1993\n\nTwo.\n",
         2},
        {"From: a\nSubject: s\n\nCome.\n\nDetails\nDate: May 1, 2020\nPlace: here\n", 1},
        {"<html><title>t</title><p>Come.<h2>\nDetails\n</h2><p>\nDate: May 1, 2020\n</html>", 1},
        {"title,body\none,\"Come.\nDetails\nDate: May 1, 2020\n\"\ntwo,Stay.\n", 2},
        {"---\ntitle: t\n---\nCome.\n\nDetails\nDate: May 1, 2020\n", 1},
        {"<rss><channel><item><title>1</title><description>Come.\nDetails\nDate: May 1\n"
         "</description></item><item><title>2</title></item></channel></rss>",
         2},
        {"<nitf><body><body.content><p>Come.</p>\nDetails\nDate: May 1\n</body.content></body>"
         "</nitf>",
         1},
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct collected c = {0};
        collect_text(&c, sources[i].text);
        assert_string_equal(buf_text(&c.troubles), "");
        assert_int_equal(c.count, sources[i].count);
        if (c.articles[0].body_len)
            assert_non_null(strstr(c.articles[0].body, "Details"));
        collected_free(&c);
    }
}

static void every_cut_of_a_page_is_read_or_refused(void **state)
{
    (void)state;
    static const char page[] = BODY SIMILAR SUMMARY TAIL;
    for (size_t len = 0; len < sizeof page; len += 3) {
        struct collected c = {0};
        collect_bytes(&c, page, len);
        assert_int_equal(c.rc, BF_OK);
        assert_true(c.count <= 1);
        collected_free(&c);
    }
}

static void half_a_packed_page_is_not_a_page(void **state)
{
    (void)state;
    static const char page[] = BODY SIMILAR SUMMARY TAIL;
    struct collected c = {0};
    struct buf packed = {0};
    add_gzip(&packed, page, sizeof page - 1);
    collect_bytes(&c, packed.data, packed.len);
    assert_int_equal(c.count, 1);
    collected_free(&c);
    collect_bytes(&c, packed.data, packed.len - 4);
    assert_int_equal(c.count, 0);
    assert_non_null(strstr(buf_text(&c.troubles), "damaged gzip"));
    buf_free(&packed);
    collected_free(&c);
}

/* The page that the whole project started from. */
static void reads_the_archived_page(void **state)
{
    (void)state;
    if (!shared_dir()) {
        print_message("BACKFILE_CORPORA is not set: no saved page to read\n");
        skip();
    }
    char path[4096];
    struct collected c = {0};
    struct archive_options options = {0};
    struct field_map *map = field_map_new();
    snprintf(path, sizeof path, "%s/formats/saved-page.txt", shared_dir());
    collect_path(&c, path, &options, map);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 1);
    const struct article *a = &c.articles[0];
    assert_int_equal(a->words, 186);
    assert_int_equal(a->stated_words, 186);
    assert_int_equal(a->read_count, 1);
    assert_string_equal(a->id, "cee2a256-533f-47c6-b410-e0a69506b641");
    assert_string_equal(a->category, "nhk");
    assert_int_equal(strlen(a->summary), 289);
    check_date(&a->date, "2023-07-12");
    check_date(&a->updated, "2025-12-09T02:04");
    assert_true(a->title_is_derived);
    assert_int_equal(c.problems[0].unreadable_dates, 0);
    field_map_free(map);
    collected_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_all_that_the_page_says),
        cmocka_unit_test(line_ends_may_be_windows_own),
        cmocka_unit_test(the_tail_need_not_run_together),
        cmocka_unit_test(any_section_may_be_absent),
        cmocka_unit_test(headings_in_the_body_are_text),
        cmocka_unit_test(details_may_name_more),
        cmocka_unit_test(an_empty_body_needs_a_title_or_a_summary),
        cmocka_unit_test(other_texts_are_no_pages),
        cmocka_unit_test(other_formats_may_have_such_lines),
        cmocka_unit_test(every_cut_of_a_page_is_read_or_refused),
        cmocka_unit_test(half_a_packed_page_is_not_a_page),
        cmocka_unit_test(reads_the_archived_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
