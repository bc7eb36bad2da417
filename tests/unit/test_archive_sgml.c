/* test_archive_sgml.c - Reuters-21578 and TREC: fields, text, and damage. */
#include "tests/unit/test.h"

#include <string.h>

#include "tests/unit/archive_collect.h"

#define REUTERS_HEAD "<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n"

#define REUTERS(id, text)                                                                          \
    "<REUTERS TOPICS=\"YES\" OLDID=\"9\" NEWID=\"" id "\">\n"                                      \
    "<DATE> 3-APR-1987 15:01:01.79&#9;&#9;&#9;RM</DATE>\n"                                         \
    "<TOPICS><D>grain</D><D>corn &amp; oats</D></TOPICS>\n"                                        \
    "<PLACES><D>usa</D></PLACES>\n<PEOPLE></PEOPLE>\n<ORGS><D>fao</D></ORGS>\n"                    \
    "<UNKNOWN>&#5;&#5;f0704&#31;reute</UNKNOWN>\n" text "</REUTERS>\n"

#define WIRE                                                                                       \
    "<TEXT>&#2;\n<TITLE>GRAIN PRICES &lt;UP></TITLE>\n<AUTHOR>    By A. Writer</AUTHOR>\n"         \
    "<DATELINE>    OMAHA, April 3 - </DATELINE><BODY>Prices of grain rose\non Friday.\n"           \
    "    They may rise again,\na farmer said.\n Reuter\n&#3;</BODY></TEXT>\n"

static void read_text(struct collected *c, const char *text)
{
    collect_text(c, text);
    assert_int_equal(c->rc, BF_OK);
}

static void reads_a_wire(void **state)
{
    (void)state;
    struct collected c = {0};
    char date[DATE_TEXT_BYTES];
    read_text(&c, REUTERS_HEAD REUTERS("7", WIRE) REUTERS("8", WIRE));
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 2);
    const struct article *a = &c.articles[0];
    assert_string_equal(a->id, "7");
    assert_string_equal(a->title, "GRAIN PRICES <UP>");
    assert_string_equal(a->author, "By A. Writer");
    assert_string_equal(a->category, "grain, corn & oats");
    assert_string_equal(a->tags, "grain, corn & oats, usa, fao");
    assert_string_equal(date_format(&a->date, date), "1987-04-03T15:01:01");
    assert_string_equal(a->body, "Prices of grain rose\non Friday.\n\n"
                                 "They may rise again,\na farmer said.");
    assert_string_equal(c.articles[1].id, "8");
    assert_int_equal(c.offsets[0], strlen(REUTERS_HEAD));
    collected_free(&c);
}

static void reads_a_brief_without_a_body(void **state)
{
    (void)state;
    struct collected c = {0};
    read_text(&c, REUTERS_HEAD REUTERS("1", "<TEXT TYPE=\"BRIEF\">&#2;\n******<TITLE>RATES UP\n"
                                            "</TITLE>More to follow.\n&#3;\n</TEXT>\n"));
    assert_string_equal(c.articles[0].title, "RATES UP");
    assert_string_equal(c.articles[0].body, "******More to follow.");
    collected_free(&c);
}

static void names_a_record_without_text(void **state)
{
    (void)state;
    struct collected c = {0};
    read_text(&c, REUTERS_HEAD REUTERS("1", "<TEXT>&#2;\n&#3;</TEXT>\n") REUTERS("2", WIRE));
    assert_int_equal(c.count, 1);
    assert_string_equal(buf_text(&c.troubles), "1@36 no text");
    collected_free(&c);
}

#define DOC(fields) "<DOC>\n" fields "</DOC>\n"

static void reads_the_fields_that_collections_use(void **state)
{
    (void)state;
    struct collected c = {0};
    char date[DATE_TEXT_BYTES];
    read_text(&c, DOC("<DOCNO> AB870324-0001 </DOCNO>\n<HL> A title\nin two lines</HL>\n"
                      "<DD> 1987-03-24</DD>\n<SO> The Journal</SO>\n<DATELINE> OMAHA </DATELINE>\n"
                      "<LP>The first.</LP>\n<TEXT>\n<P>\nThe second &amp; last,\nwrapped.\n</P>\n"
                      "</TEXT>\n<TEXT>A third.</TEXT>\n"));
    const struct article *a = &c.articles[0];
    assert_string_equal(buf_text(&c.troubles), "");
    assert_string_equal(a->id, "AB870324-0001");
    assert_string_equal(a->title, "A title in two lines");
    assert_string_equal(a->source, "The Journal");
    assert_string_equal(date_format(&a->date, date), "1987-03-24");
    assert_string_equal(a->body, "The first.\n\nThe second & last,\nwrapped.\n\nA third.");
    collected_free(&c);
}

static void an_id_may_stand_in_the_start_tag_and_hold_the_date(void **state)
{
    (void)state;
    struct collected c = {0};
    char date[DATE_TEXT_BYTES];
    read_text(&c, "<DOC id=\"NYX_ENG_20000102.0001\" type=\"story\" >\n<HEADLINE>\nTitle\n"
                  "</HEADLINE>\n<TEXT>\n<P>\nOne.\n</P>\n<P>\nTwo.\n</P>\n</TEXT>\n</DOC>\n");
    assert_string_equal(c.articles[0].id, "NYX_ENG_20000102.0001");
    assert_string_equal(c.articles[0].body, "One.\n\nTwo.");
    assert_string_equal(date_format(&c.articles[0].date, date), "2000-01-02");
    collected_free(&c);
}

static void text_may_stand_in_no_element(void **state)
{
    (void)state;
    struct collected c = {0};
    read_text(&c, DOC("<DOCNO>1</DOCNO>\ncompact memories\nhave capacities\nhave capacities\n")
                      DOC("<DOCNO>2</DOCNO>\nA < b, and <c> d\n"));
    assert_int_equal(c.count, 2);
    assert_string_equal(c.articles[0].body, "compact memories have capacities have capacities");
    assert_string_equal(c.articles[1].body, "A < b, and  d");
    collected_free(&c);
}

static void a_web_page_stands_behind_its_header(void **state)
{
    (void)state;
    struct collected c = {0};
    read_text(&c, DOC("<DOCNO>W1</DOCNO>\n<DOCHDR>\nhttp://example.org/a 1.2.3.4 1997 text/html\n"
                      "HTTP/1.0 200 OK\n</DOCHDR>\n<html><title>T</title><nav>x</nav><p>One "
                      "page.</p></html>\n"));
    assert_string_equal(c.articles[0].id, "W1");
    assert_string_equal(c.articles[0].url, "http://example.org/a");
    assert_string_equal(c.articles[0].title, "T");
    assert_string_equal(c.articles[0].body, "One page.");
    collected_free(&c);
    read_text(&c, DOC("<DOCNO>W\xe9</DOCNO>\n<DOCHDR>\nhttp://example.org/\xe9 1.2.3.4\n</DOCHDR>\n"
                      "<html><title>T</title></html>\n"));
    assert_string_equal(c.articles[0].id, "W\xc3\xa9");
    assert_string_equal(c.articles[0].url, "http://example.org/\xc3\xa9");
    collected_free(&c);
}

/* --- damage --- */

#define GOOD DOC("<DOCNO>g</DOCNO>\ngood\n")

static void check_damage(const char *text, size_t count, const char *troubles)
{
    struct collected c = {0};
    read_text(&c, text);
    assert_int_equal(c.count, count);
    assert_string_equal(buf_text(&c.troubles), troubles);
    collected_free(&c);
}

static void damage_costs_only_its_own_record(void **state)
{
    (void)state;
    check_damage(GOOD "<DOC>\n<DOCNO>b</DOCNO>\nbad\n" GOOD, 2, "2@35 damaged record");
    check_damage(GOOD GOOD "<DOC>\n<DOCNO>b</DOCNO>\nbad\n", 2, "3@70 damaged record");
    check_damage(GOOD "<DXC>\n<DOCNO>b</DOCNO>\nbad\n</DOC>\n" GOOD, 2, "2@48 damaged record");
    check_damage(GOOD "stray\n" GOOD, 2, "2@35 damaged record");
    check_damage("<?xml version=\"1.0\"?>\n<!-- all -->\n" GOOD "\n</root>\n", 1, "");
}

static void every_cut_is_read_or_named(void **state)
{
    (void)state;
    static const char text[] = GOOD GOOD;
    size_t one = (sizeof text - 1) / 2; /* with its line end */
    for (size_t len = one; len < sizeof text; len++) {
        struct collected c = {0};
        collect_bytes(&c, text, len);
        bool second = len >= 2 * one - 1, begun = len > one;
        assert_int_equal(c.rc, BF_OK);
        assert_int_equal(c.count, second ? 2 : 1);
        assert_int_equal(c.troubles.len > 0, begun && !second && len >= one + strlen("<DOC>"));
        collected_free(&c);
    }
}

static void long_records_are_named_and_passed(void **state)
{
    (void)state;
    struct buf text = {0};
    struct collected c = {0};
    buf_puts(&text, GOOD "<DOC>\n<DOCNO>long</DOCNO>\n");
    for (int i = 0; i < 400000; i++)
        buf_puts(&text, "word after word ");
    buf_puts(&text, "</DOC>\n" GOOD);
    struct archive_options options = {.max_record_bytes = 1 << 20};
    collect_bytes_with(&c, text.data, text.len, &options);
    assert_int_equal(c.count, 2);
    assert_string_equal(buf_text(&c.troubles), "2@35 record too long");
    collected_free(&c);
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_wire),
        cmocka_unit_test(reads_a_brief_without_a_body),
        cmocka_unit_test(names_a_record_without_text),
        cmocka_unit_test(reads_the_fields_that_collections_use),
        cmocka_unit_test(an_id_may_stand_in_the_start_tag_and_hold_the_date),
        cmocka_unit_test(text_may_stand_in_no_element),
        cmocka_unit_test(a_web_page_stands_behind_its_header),
        cmocka_unit_test(damage_costs_only_its_own_record),
        cmocka_unit_test(every_cut_is_read_or_named),
        cmocka_unit_test(long_records_are_named_and_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
