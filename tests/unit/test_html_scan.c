/* test_html_scan.c - tags, texts and attributes; gumbo as the oracle. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/mem.h"
#include "indexer/archive/html_reference.h"
#include "indexer/archive/html_scan.h"
#include "tests/unit/html_oracle.h"
#include "tests/unit/random.h"

/* A letter for the kind, and what is meant: "<p|class=x|" "t:text" "/p". */
static void describe(const struct html_token *t, struct buf *out)
{
    struct span rest = t->attributes;
    struct html_attribute a;
    switch (t->kind) {
    case HTML_TEXT:
    case HTML_RAW_TEXT:
        buf_printf(out, "[%s%.*s]", t->kind == HTML_TEXT ? "" : "raw ", (int)t->source.len,
                   t->source.p);
        break;
    case HTML_START_TAG:
    case HTML_END_TAG:
        buf_printf(out, "<%s%.*s", t->kind == HTML_END_TAG ? "/" : "", (int)t->name.len, t->name.p);
        while (html_next_attribute(&rest, &a))
            buf_printf(out, " %.*s=(%.*s)", (int)a.name.len, a.name.p, (int)a.value.len, a.value.p);
        buf_puts(out, t->closes_itself ? "/>" : ">");
        break;
    case HTML_OTHER:
        buf_printf(out, "{%zu}", t->source.len);
        break;
    }
}

static void check_tokens(const char *html, const char *expected)
{
    size_t len = strlen(html);
    char *exact = mem_dup(html, len);
    struct html_scanner scanner = html_scan(span_of(exact, len));
    struct html_token token;
    struct buf out = {0};
    while (html_next(&scanner, &token))
        describe(&token, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
    free(exact);
}

static void tags_and_texts(void **state)
{
    (void)state;
    check_tokens("a<p>b</P >c", "[a]<p>[b]</P>[c]");
    check_tokens("<br/><br /><img src=a/>", "<br/><br/><img src=(a/)>");
    check_tokens("a<!-- <p> --!>b<!-->c<!--->d<!doctype html>", "[a]{13}[b]{5}[c]{6}[d]{15}");
    check_tokens("<?php x ?></><//>", "{10}{3}{4}");
    check_tokens("1 < 2 <3 a<b", "[1 < 2 <3 a][<b]");
    check_tokens("x<p a='>' b=\">\">y", "[x]<p a=(>) b=(>)>[y]");
    check_tokens("<p/a/b=c/>", "<p a=() b=(c/)>");
}

static void attributes(void **state)
{
    (void)state;
    check_tokens("<a b c=d e = 'f g' h=\"i\"j K=>", "<a b=() c=(d) e=(f g) h=(i) j=() K=()>");
    check_tokens("<a ==c =b ==c \"=d>", "<a ==(c) =b=(=c) \"=(d)>");
    assert_null(html_attribute(span_of("a=b", 3), "c").p);
    assert_int_equal(html_attribute(span_of("A=b a=cc", 8), "a").len, 1);
}

static void raw_texts(void **state)
{
    (void)state;
    check_tokens("<script>a<b</scrip></SCRIPT>c", "<script>[raw a<b</scrip>]</SCRIPT>[c]");
    check_tokens("<style></style><title>a&amp;<b></title>",
                 "<style></style><title>[a&amp;<b>]</title>");
    check_tokens("<textarea><p></textareas></textarea >", "<textarea>[<p></textareas>]</textarea>");
    check_tokens("<script><!-- <script>a</script> --></script>b",
                 "<script>[raw <!-- <script>a</script> -->]</script>[b]");
    check_tokens("<script>never</scripts>", "<script>[raw never</scripts>]");
    check_tokens("<plaintext>a</plaintext>", "<plaintext>[raw a</plaintext>]");
    check_tokens("<svg><title>a<b></title><![CDATA[<c>]]></svg><title><b>",
                 "<svg><title>[a]<b></title>[raw <c>]</svg><title>[<b>]");
}

/* --- references --- */

static void check_reference(const char *text, const char *expected)
{
    struct buf out = {0};
    size_t len = strlen(text);
    char *exact = mem_dup(text, len);
    html_decode_as(span_of(exact, len), REFERENCE_IN_TEXT, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
    free(exact);
}

static void references_in_text_need_no_end(void **state)
{
    (void)state;
    check_reference("&amp &ampx &notit; &notin; &copy2005", "& &x \xc2\xacit; \xe2\x88\x89 \xc2\xa9"
                                                            "2005");
    check_reference("&#65 &#x42g &#; &#x; & &;", "A Bg &#; &#x; & &;");
    check_reference("&CounterClockwiseContourIntegral;&fjlig;&hearts", "\xe2\x88\xb3"
                                                                       "fj&hearts");
    check_reference("&#150;&#xD800;&#0;", "\xe2\x80\x93\xef\xbf\xbd\xef\xbf\xbd");
    check_reference("&a", "&a");
}

/* --- the oracle --- */

static void check_against_gumbo(const char *html, size_t len)
{
    struct html_agreement a = {0};
    if (!html_compare(html, len, &a)) {
        print_message("SKIP: no gumbo to compare with\n");
        skip();
    }
    if (a.different)
        print_message("in: %.*s\n%s", (int)len, html, buf_text(&a.report));
    assert_int_equal(a.different, 0);
    buf_free(&a.report);
}

static void elements_are_gumbos(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<!doctype html><html><head><title>A &lt;b></title><script>if (a < b) \"</p>\"</script>"
        "<style>p > a {}</style></head><body><div class=\"a>b\"><p>One <b>bold</b> &amp; more</p>"
        "<ul><li>a</li><li>b</li></ul><!-- <p>no</p> --></div></body></html>",
        "<table><tr><td>1</td><td>2</td></tr></table><textarea><p>x</p></textarea>",
        "<p>a<br/>b<img alt='x>y'>c</p><pre>\n x &copy; y &notanything; z</pre>",
        "<div><svg><title>t</title><g/></svg>text</div><iframe><p>in</p></iframe>",
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        check_against_gumbo(pages[i], strlen(pages[i]));
}

static void random_markup_is_gumbos(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "<div>",      "</div>",   "<p>",        "</p>",    "<b>",      "</b>",       "<span a='",
        "'>",         "\">",      "<i x=\"",    "</i>",    "<!--",     "-->",        "--",
        ">",          "<",        "/",          " ",       "a",        "&amp;",      "&lt",
        "&#65",       ";",        "<em a=b/c>", "</em>",   "<script>", "</script>",  "<title>",
        "</title>",   "<!x>",     "</ >",       "<?y>",    "text",     "=",          "<section ",
        "</section>", "<h2>",     "</h2>",      "&notin;", "&not",     "<textarea>", "</textarea>",
        "<style>",    "</style>",
    };
    uint64_t r = RANDOM_SEED;
    struct buf html = {0};
    for (int round = 0; round < 3000; round++) {
        html.len = 0;
        for (unsigned i = 0, n = 1 + random32(&r) % 30; i < n; i++)
            buf_puts(&html, pieces[random32(&r) % (sizeof pieces / sizeof *pieces)]);
        check_against_gumbo((const char *)html.data, html.len);
    }
    buf_free(&html);
}

static double scan_seconds(const struct buf *html)
{
    clock_t start = clock();
    struct html_scanner scanner = html_scan(span_of((const char *)html->data, html->len));
    struct html_token token;
    while (html_next(&scanner, &token))
        html_attribute(token.attributes, "class");
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* Squares of these sizes would take minutes. */
static void hostile_markup_takes_linear_time(void **state)
{
    (void)state;
    static const char *const units[] = {
        "<",        "</",      "<a ",       "<a b='", "<!--",           "<!-- --",     "<a b>",
        "<script>", "<title>", "</script ", "a=b ",   "<svg><![CDATA[", "<plaintext>", "<p a='x\">",
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct buf html = {0};
        buf_puts(&html, "<a ");
        while (html.len < 4000000)
            buf_puts(&html, units[i]);
        assert_true(scan_seconds(&html) < 5);
        buf_free(&html);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_and_texts),
        cmocka_unit_test(attributes),
        cmocka_unit_test(raw_texts),
        cmocka_unit_test(references_in_text_need_no_end),
        cmocka_unit_test(elements_are_gumbos),
        cmocka_unit_test(random_markup_is_gumbos),
        cmocka_unit_test(hostile_markup_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
