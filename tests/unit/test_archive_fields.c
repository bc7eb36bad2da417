/* test_archive_fields.c - names, HTML, URLs, titles: what formats share. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indexer/archive/archive.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/html.h"
#include "indexer/archive/title.h"
#include "indexer/archive/url.h"

/* --- names --- */

static enum field find(const struct field_map *map, const char *name, unsigned *rank)
{
    return field_map_find(map, name, strlen(name), rank);
}

static void names_are_compared_loosely(void **state)
{
    (void)state;
    struct field_map *map = field_map_new();
    unsigned rank, other;
    assert_int_equal(find(map, "pubDate", &rank), FIELD_DATE);
    assert_int_equal(find(map, "PUB-date", &other), FIELD_DATE);
    assert_int_equal(rank, other);
    assert_int_equal(find(map, "Category ID", &rank), FIELD_CATEGORY);
    assert_int_equal(find(map, "_id", &rank), FIELD_ID);
    assert_int_equal(find(map, "", &rank), FIELD_NONE);
    assert_int_equal(find(map, "__", &rank), FIELD_NONE);
    assert_int_equal(find(map, "titles", &rank), FIELD_NONE);
    assert_int_equal(
        find(map, "a name that is far too long to be any of those in the table", &rank),
        FIELD_NONE);
    field_map_free(map);
}

static void names_rank_in_their_order(void **state)
{
    (void)state;
    static const char *const ordered[] = {"id",         "uuid",   "guid",  "uri",
                                          "article_id", "doc_id", "docno", "post_id"};
    struct field_map *map = field_map_new();
    unsigned before = 0, rank;
    for (size_t i = 0; i < sizeof ordered / sizeof *ordered; i++) {
        assert_int_equal(find(map, ordered[i], &rank), FIELD_ID);
        assert_true(i == 0 || rank > before);
        before = rank;
    }
    field_map_free(map);
}

static void each_field_answers_to_its_own_name(void **state)
{
    (void)state;
    struct field_map *map = field_map_new();
    for (enum field f = FIELD_NONE + 1; f < FIELDS; f++) {
        unsigned rank;
        assert_int_equal(find(map, field_name(f), &rank), f);
    }
    field_map_free(map);
}

static void a_users_name_goes_first(void **state)
{
    (void)state;
    struct field_map *map = field_map_new();
    struct error err;
    unsigned first, second, built_in;
    assert_int_equal(field_map_add(map, "title=hl", &err), BF_OK);
    assert_int_equal(field_map_add(map, "TITLE=Summary", &err), BF_OK);
    assert_int_equal(find(map, "HL", &first), FIELD_TITLE);
    assert_int_equal(find(map, "summary", &second), FIELD_TITLE); /* no longer the summary's */
    assert_int_equal(find(map, "title", &built_in), FIELD_TITLE);
    assert_true(first < second && second < built_in);
    field_map_free(map);
}

static void wrong_mappings_are_refused_with_the_fields(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "title",    "=x",      "title=",
        "title=_-", "titel=x", "title=0123456789012345678901234567890123456789012345678"};
    struct field_map *map = field_map_new();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = {0};
        assert_int_equal(field_map_add(map, wrong[i], &err), BF_ERR_USAGE);
        assert_true(strlen(err.text) > 0);
    }
    struct error err = {0};
    field_map_add(map, "titel=x", &err);
    assert_non_null(strstr(err.text, "body_html"));
    field_map_free(map);
}

static void the_table_of_names_has_an_end(void **state)
{
    (void)state;
    struct field_map *map = field_map_new();
    struct error err;
    int rc = BF_OK, added = 0;
    unsigned rank;
    for (; !rc && added < 10000; added++) {
        char text[32];
        snprintf(text, sizeof text, "title=name%d", added);
        rc = field_map_add(map, text, &err);
    }
    assert_int_equal(rc, BF_ERR_LIMIT);
    assert_in_range(added, 100, 1000);
    assert_int_equal(field_map_add(map, "title=one more", &err), BF_ERR_LIMIT);
    assert_int_equal(find(map, "unknown", &rank), FIELD_NONE);
    field_map_free(map);
}

/* --- HTML --- */

static void check_html(const char *html, const char *expected)
{
    struct buf out = {0};
    size_t len = strlen(html);
    char *exact = mem_dup(html, len);
    html_to_text(exact, len, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
    free(exact);
}

static void tags_become_the_gaps_they_make(void **state)
{
    (void)state;
    check_html("plain", "plain");
    check_html("<p>One</p><p>Two</p>", "One\n\nTwo");
    check_html(" <div> One <b>bold</b>er\n\t text </div> ", "One bolder text");
    check_html("a<br>b<BR/>c", "a\nb\nc");
    check_html("<ul><li>a<li>b</ul>c", "a\nb\n\nc");
    check_html("<table><tr><td>1<td>2</tr><tr><td>3</table>", "1 2\n3");
    check_html("<h1>T</h1>x<hr>y", "T\n\nx\n\ny");
    check_html("a<span title='x'>b</span>c", "abc");
    check_html("a<script>if (a<b) { \"</p>\" }</script>b<style>p{}</STYLE >c", "abc");
    check_html("a<!-- <p>no</p> -->b<!DOCTYPE html>c<?php x ?>d", "abcd");
    check_html("a&nbsp;b &amp; &lt;p&gt; &#65;&#x42; caf&eacute;", "a b & <p> AB caf\xc3\xa9");
    check_html("", "");
    check_html("<p></p>", "");
}

static void markup_that_never_ends_does_no_harm(void **state)
{
    (void)state;
    check_html("1 < 2 and 3 > 2", "1 < 2 and 3 > 2");
    check_html("a < b", "a < b");
    check_html("end <", "end <");
    check_html("end <p", "end <p");
    check_html("end &", "end &");
    check_html("end &amp", "end &amp");
    check_html("a<b>c<", "ac<");
    check_html("a<!-- never closed <p>x</p>", "a");
    check_html("a<script>never closed <p>x</p>", "a");
    check_html("<></><//>", "<>");
}

static void check_decoded(const char *text, const char *expected)
{
    struct buf out = {0};
    size_t len = strlen(text);
    char *exact = mem_dup(text, len);
    html_decode(exact, len, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
    free(exact);
}

static void references_are_decoded_or_left(void **state)
{
    (void)state;
    check_decoded("&amp;&lt;&gt;&quot;&apos;", "&<>\"'");
    check_decoded("&AElig;&aelig;&thetasym;&yuml;&zwj;",
                  "\xc3\x86\xc3\xa6\xcf\x91\xc3\xbf\xe2\x80\x8d");
    check_decoded("&rsquo;&#8217;&#x2019;&#X2019;&#146;",
                  "\xe2\x80\x99\xe2\x80\x99\xe2\x80\x99\xe2\x80\x99\xe2\x80\x99");
    check_decoded("&#0;&#xD800;&#x110000;&#99999999999999999999;",
                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    check_decoded("&bogus;&;&#;&#x;&#12a;&# 1;", "&bogus;&;&#;&#x;&#12a;&# 1;");
    check_decoded("&amp;amp; a&b;c & d", "&amp; a&b;c & d");
}

/* Twice the length may not take four times as long; the sizes are such that
 * squares would take minutes. */
static void hostile_markup_takes_linear_time(void **state)
{
    (void)state;
    static const char *const units[] = {"<span ", "<!--", "&", "&#", "<script>", "<", "</", "<p>"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct buf html = {0}, out = {0};
        while (html.len < 2000000)
            buf_puts(&html, units[i]);
        clock_t start = clock();
        html_to_text((const char *)html.data, html.len, &out);
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
        buf_free(&html);
        buf_free(&out);
    }
}

/* --- URLs --- */

static void one_page_has_one_url(void **state)
{
    (void)state;
    static const struct {
        const char *url, *expected;
    } cases[] = {
        {"http://example.org", "https://example.org"},
        {"HTTPS://WWW.Example.ORG/", "https://example.org"},
        {"https://example.org:443/Path/", "https://example.org/Path"},
        {"http://example.org:80//", "https://example.org"},
        {"http://example.org:8080/a", "https://example.org:8080/a"},
        {"https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"},
        {"https://example.org/a?utm_source=x&id=5&fbclid=z", "https://example.org/a?id=5"},
        {"https://example.org/a/?b=2&a=1#part", "https://example.org/a?b=2&a=1"},
        {"https://example.org/?", "https://example.org"},
        {"https://example.org/a?&&x&", "https://example.org/a?x"},
        {"https://example.org/#!/article/5", "https://example.org#!/article/5"},
        {"https://example.org?id=5", "https://example.org?id=5"},
        {"https://www.org/a", "https://www.org/a"},
        {"https://example.org/a?utmost=1", "https://example.org/a?utmost=1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        assert_true(url_canonical(cases[i].url, strlen(cases[i].url), &out));
        assert_string_equal(buf_text(&out), cases[i].expected);
        buf_free(&out);
    }
}

static void what_is_no_web_address_is_none(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",      "example.org", "/news/1",       "ftp://example.org/", "javascript:alert(1)",
        "http:", "http://",     "https:///path", "https://?x",         "mailto:a@example.org",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct buf out = {0};
        assert_false(url_canonical(others[i], strlen(others[i]), &out));
        assert_int_equal(out.len, 0);
        buf_free(&out);
    }
}

/* --- titles --- */

static void check_sentence(const char *text, size_t most, const char *expected)
{
    struct buf out = {0};
    first_sentence(text, most, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
}

static void the_first_sentence_stands_for_the_title(void **state)
{
    (void)state;
    check_sentence("The boats left. Then more.", 120, "The boats left.");
    check_sentence("No end here", 120, "No end here");
    check_sentence("  \n One line\nanother", 120, "One line");
    check_sentence("Is it so? Yes.", 120, "Is it so?");
    check_sentence("Mr. Smith of the U.S. left early. He did.", 120,
                   "Mr. Smith of the U.S. left early.");
    check_sentence("Growth of 3.5 percent. More.", 120, "Growth of 3.5 percent.");
    check_sentence("\xe6\x97\xa5\xe6\x9c\xac\xe3\x80\x82\xe6\x97\xa5", 120,
                   "\xe6\x97\xa5\xe6\x9c\xac\xe3\x80\x82");
    check_sentence("", 120, "");
    check_sentence(".", 120, ".");
}

static void a_long_sentence_is_cut_at_a_word(void **state)
{
    (void)state;
    check_sentence("one two three", 13, "one two three");
    check_sentence("one two three", 12, "one two\xe2\x80\xa6");
    check_sentence("one two three", 8, "one two\xe2\x80\xa6");
    check_sentence("one two three", 7, "one\xe2\x80\xa6");
    check_sentence("abcdefghijkl", 5, "abcd\xe2\x80\xa6");
    check_sentence("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 3, "\xc3\xa9\xc3\xa9\xe2\x80\xa6");
}

/* --- controls --- */

static void controls_are_found_wherever_they_stand(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        bool control = (byte < 32 && !strchr("\t\n\v\f\r", byte)) || byte == 0 || byte == 127;
        for (size_t at = 0; at < 19; at++) {
            char text[20];
            memset(text, byte == 'x' ? 0xff : 'x', sizeof text);
            text[at] = (char)byte;
            assert_int_equal(has_controls(text, 19), control);
            assert_false(has_controls(text, at));
        }
    }
}

static void every_reason_has_a_name(void **state)
{
    (void)state;
    for (enum skip_reason r = SKIP_NONE; r < SKIP_REASONS; r++)
        assert_true(strlen(skip_reason_name(r)) > 0);
    assert_string_equal(skip_reason_name(SKIP_INVALID_JSON), "invalid JSON");
    assert_string_equal(skip_reason_name(SKIP_NO_TEXT), "no text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_compared_loosely),
        cmocka_unit_test(names_rank_in_their_order),
        cmocka_unit_test(each_field_answers_to_its_own_name),
        cmocka_unit_test(a_users_name_goes_first),
        cmocka_unit_test(wrong_mappings_are_refused_with_the_fields),
        cmocka_unit_test(the_table_of_names_has_an_end),
        cmocka_unit_test(tags_become_the_gaps_they_make),
        cmocka_unit_test(markup_that_never_ends_does_no_harm),
        cmocka_unit_test(references_are_decoded_or_left),
        cmocka_unit_test(hostile_markup_takes_linear_time),
        cmocka_unit_test(one_page_has_one_url),
        cmocka_unit_test(what_is_no_web_address_is_none),
        cmocka_unit_test(the_first_sentence_stands_for_the_title),
        cmocka_unit_test(a_long_sentence_is_cut_at_a_word),
        cmocka_unit_test(controls_are_found_wherever_they_stand),
        cmocka_unit_test(every_reason_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
