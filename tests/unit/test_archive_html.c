/* test_archive_html.c - saved pages: what they say of themselves, and their text. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/archive_collect.h"

/* --- pages that look like those of real sites: tests/pages --- */

static void put(struct buf *out, const char *name, const char *value)
{
    if (*value)
        buf_printf(out, "%s %s\n", name, value);
}

static void put_date(struct buf *out, const char *name, const struct date *date)
{
    char text[DATE_TEXT_BYTES];
    put(out, name, date_format(date, text));
}

/* As the .txt beside a page has it; an id that was made of the content is left
 * out. */
static void describe(const struct article *a, struct buf *out)
{
    if (strncmp(a->id, "h-", 2) != 0)
        put(out, "id", a->id);
    put(out, "title", a->title);
    put_date(out, "date", &a->date);
    put_date(out, "updated", &a->updated);
    put(out, "url", a->url);
    put(out, "source", a->source);
    put(out, "category", strcmp(a->category, a->source) != 0 ? a->category : "");
    put(out, "author", a->author);
    put(out, "tags", a->tags);
    put(out, "language", a->language);
    put(out, "summary", a->summary);
    buf_printf(out, "\n%s\n", a->body);
}

static void read_file(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t n = 1; n > 0;) {
        buf_reserve(out, 4096);
        n = fread(out->data + out->len, 1, 4096, file);
        out->len += n;
    }
    fclose(file);
}

static void check_page(const char *name)
{
    char path[256];
    struct buf page = {0}, expected = {0}, found = {0};
    struct collected c = {0};
    snprintf(path, sizeof path, "tests/pages/%s.html", name);
    read_file(path, &page);
    snprintf(path, sizeof path, "tests/pages/%s.txt", name);
    read_file(path, &expected);
    collect_bytes(&c, page.data, page.len);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 1);
    describe(&c.articles[0], &found);
    assert_string_equal(buf_text(&found), buf_text(&expected));
    collected_free(&c);
    buf_free(&page);
    buf_free(&expected);
    buf_free(&found);
}

static void pages_of_news_sites_give_their_article(void **state)
{
    (void)state;
    static const char *const names[] = {"harbour", "weblog", "mill", "paywall", "soup"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_page(names[i]);
}

/* --- parts --- */

static void check_body(const char *html, const char *body)
{
    struct collected c = {0};
    collect_text(&c, html);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 1);
    assert_string_equal(c.articles[0].body, body);
    collected_free(&c);
}

#define PROSE "The council met on Monday, and it met again on Friday, in the same room."
#define MORE  "Nobody could say why, not even the clerk, who had been there on both days."

static void end_tags_may_be_missing_or_misplaced(void **state)
{
    (void)state;
    check_body("<html><p>" PROSE "<p>" MORE "<ul><li>one<li>two</ul>",
               PROSE "\n\n" MORE "\n\none\ntwo");
    check_body("<html><body><div><p><b>" PROSE "</div></b><p>" MORE "</body></html>",
               PROSE "\n\n" MORE);
    check_body("<html><p>" PROSE "</i></div></span></p></p><p>" MORE, PROSE "\n\n" MORE);
    check_body("<html><table><tr><td>" PROSE "<tr><td>" MORE "</table>", PROSE "\n" MORE);
    check_body("<html><head><title>T</title><p>" PROSE, PROSE);
}

static void what_is_hidden_or_apart_is_left_out(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "<nav>%s</nav>",
        "<aside>%s</aside>",
        "<footer>%s</footer>",
        "<div hidden>%s</div>",
        "<div style='color:red; display:none'>%s</div>",
        "<div role=dialog>%s</div>",
        "<div class='cookie-banner'>%s</div>",
        "<div id=relatedStories>%s</div>",
        "<p class='sr-only'>%s</p>",
        "<template>%s</template>",
        "<noscript>%s</noscript>",
        "<figure><figcaption>%s</figcaption></figure>",
        "<svg><text>%s</text></svg>",
        "<select><option>%s</option></select>",
        "<textarea>%s</textarea>",
        "<!-- %s -->",
        "<iframe>%s</iframe>",
        "<p><a href=x>%s</a></p>",
        "<script>%s</script>",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buf html = {0};
        buf_puts(&html, "<html><body><p>" PROSE "</p>");
        const char *hole = strstr(parts[i], "%s");
        buf_add(&html, parts[i], (size_t)(hole - parts[i]));
        buf_puts(&html, "This stands apart, whatever it says, and however long it is.");
        buf_puts(&html, hole + 2);
        buf_puts(&html, "<p>" MORE "</p></body></html>");
        check_body(buf_text(&html), PROSE "\n\n" MORE);
        buf_free(&html);
    }
}

static void a_page_without_prose_gives_what_it_has(void **state)
{
    (void)state;
    check_body("<html><body>Hello</body></html>", "Hello");
    check_body("<html><body><div class=widget>Hello</div></body></html>", "Hello");
    check_body("<html><title>Only a title</title><nav>x</nav>", "");
}

static void doubt_gives_way_where_all_is_in_it(void **state)
{
    (void)state;
    check_body("<html><body><div class='page sidebar-left'><p>" PROSE "</p><p>" MORE
               "</p></div><p>Short line.</p></body></html>",
               PROSE "\n\n" MORE);
}

static void headings_stay_where_text_follows(void **state)
{
    (void)state;
    check_body("<html><h1>T</h1><p>" PROSE "</p><h2>Second</h2><p>" MORE "</p><h2>Related</h2>"
               "<p><a href=a>Another story of the day</a></p><h3>End</h3>",
               PROSE "\n\nSecond\n\n" MORE);
}

static void inline_parts_of_a_paragraph_stay(void **state)
{
    (void)state;
    check_body("<html><p>The council, <span class='author'>Ann Lee</span> wrote, met on <a href=x "
               "class=related>Monday</a>.<br>It met again.<br><br>In the same room, by night.</p>",
               "The council, Ann Lee wrote, met on Monday.\nIt met again.\n\n"
               "In the same room, by night.");
}

static const struct article *read_one(struct collected *c, const char *html)
{
    collected_free(c);
    collect_text(c, html);
    assert_int_equal(c->count, 1);
    return &c->articles[0];
}

static void the_title_is_the_best_that_there_is(void **state)
{
    (void)state;
    struct collected c = {0};
    assert_string_equal(read_one(&c, "<title>A &amp; B\n - The Site</title>"
                                     "<meta property=og:site_name content='The Site'>x")
                            ->title,
                        "A & B");
    assert_string_equal(read_one(&c, "<title>A long way home | Site</title><h1>A <b>long</b> way "
                                     "home</h1><p>x")
                            ->title,
                        "A long way home");
    assert_string_equal(read_one(&c, "<title>A long way home</title><h1>Site</h1><p>x")->title,
                        "A long way home");
    assert_string_equal(read_one(&c, "<html><h1>Site</h1><p>x")->title, "Site");
    assert_string_equal(read_one(&c, "<html><svg><title>no</title></svg><title>yes</title>")->title,
                        "yes");
    collected_free(&c);
}

static void dates_that_nobody_reads_rank_last(void **state)
{
    (void)state;
    struct collected c = {0};
    char text[DATE_TEXT_BYTES];
    const struct article *a =
        read_one(&c, "<html><meta property=article:published_time content=soon>"
                     "<meta name=date content=2011-05-06><time datetime=2010-01-01>x</time>");
    assert_string_equal(date_format(&a->date, text), "2011-05-06");
    assert_int_equal(c.problems[0].unreadable_dates, 0);
    a = read_one(&c, "<html><h1>T</h1><meta name=date content=soon>");
    assert_int_equal(a->date.precision, DATE_UNKNOWN);
    assert_int_equal(c.problems[0].unreadable_dates, 1);
    a = read_one(&c, "<html><time datetime=2010-01-01>now</time><h1>T</h1>"
                     "<time datetime=2009-01-01>then</time>");
    assert_string_equal(date_format(&a->date, text), "2009-01-01");
    a = read_one(&c, "<html><meta name=date content=2011-05-06T07:08&#43;02:00>"
                     "<time datetime=2010-01-01>x</time>");
    assert_string_equal(date_format(&a->date, text), "2011-05-06T05:08Z");
    a = read_one(&c, "<html><script type='application/ld+json'>{\"@type\":\"NewsArticle\","
                     "\"headline\":\"T\",\"datePublished\":\"08/06/2018\"}</script>"
                     "<meta property=article:published_time content=2018-06-08>");
    assert_string_equal(date_format(&a->date, text), "2018-06-08");
    assert_int_equal(c.problems[0].unreadable_dates, 0);
    collected_free(&c);
}

/* Of a site whose pages all say that they are the front page, each stays. */
static void a_front_page_is_no_address_of_an_article(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a =
        read_one(&c, "<html><title>One</title><meta property=og:url content=https://e.example/>");
    assert_string_equal(a->url, "");
    assert_string_equal(a->source, "e.example");
    a = read_one(&c, "<html><title>Two</title><link rel=canonical href=https://e.example/?p=2>");
    assert_string_equal(a->id, "https://e.example?p=2");
    collected_free(&c);
}

static void broken_linked_data_does_no_harm(void **state)
{
    (void)state;
    static const char *const data[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"@type\":\"NewsArticle\"",
        "{\"@type\":[1,{}],\"headline\":\"x\"}",
        "{\"@type\":\"Person\",\"name\":\"x\"}",
        "{\"@graph\":{\"@graph\":{\"@graph\":[[[[[]]]]]}}}",
        "<!-- -->",
        "\"NewsArticle\"",
    };
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        struct collected c = {0};
        struct buf html = {0};
        buf_printf(&html,
                   "<html><title>T</title><script type='application/ld+json'>%s</script>"
                   "<p>Text.</p>",
                   data[i]);
        assert_string_equal(read_one(&c, buf_text(&html))->title, "T");
        buf_free(&html);
        collected_free(&c);
    }
}

static void linked_data_may_be_wrapped(void **state)
{
    (void)state;
    struct collected c = {0};
    assert_string_equal(read_one(&c, "<html><title>T</title><script type='application/ld+json'>\n"
                                     "//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"Wrapped\""
                                     "}\n//]]>\n</script><p>Text.</p>")
                            ->title,
                        "Wrapped");
    collected_free(&c);
}

static void encodings_are_those_declared(void **state)
{
    (void)state;
    check_body("<meta charset=iso-8859-2><p>\xb1\xe6\xea", "\xc4\x85\xc4\x87\xc4\x99");
    check_body("<html><meta http-equiv=Content-Type content=\"text/html; charset='koi8-r'\">"
               "<p>\xc4\xc1",
               "\xd0\xb4\xd0\xb0");
    check_body("<html><p>caf\xe9", "caf\xc3\xa9");
    check_body("\xef\xbb\xbf<html><meta charset=koi8-r><p>caf\xc3\xa9", "caf\xc3\xa9");
}

/* Squares of these sizes would take minutes, and a tree gigabytes. */
static void a_declaration_may_stand_behind_scripts(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf html = {0};
    buf_puts(&html, "<html><script>");
    for (int i = 0; i < 1000; i++)
        buf_puts(&html, "a = 1;\n");
    buf_puts(&html, "</script><meta charset=windows-1251><title>\xc4\xe0</title>");
    assert_string_equal(read_one(&c, buf_text(&html))->title, "\xd0\x94\xd0\xb0");
    buf_free(&html);
    collected_free(&c);
}

static void an_author_may_be_named_elsewhere(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a =
        read_one(&c, "<html><script type='application/ld+json'>{\"@graph\":[{\"@type\":\"Article\","
                     "\"headline\":\"H\",\"author\":[{\"@id\":\"#j\"}]},{\"@type\":\"Person\","
                     "\"@id\":\"#j\",\"name\":\"Jane Doe\"}]}</script><p>Text.</p>");
    assert_string_equal(a->author, "Jane Doe");
    collected_free(&c);
}

static void hostile_pages_take_linear_time(void **state)
{
    (void)state;
    static const char *const units[] = {
        "<div>",
        "<div class='a b'>",
        "<p>",
        "<a href=x>",
        "<b>",
        "</div>",
        "<li>",
        "<td>",
        "<table>",
        "<b><p></b>",
        "<a><div></a>",
        "<h1>",
        "<meta property=article:tag content=x>",
        "&amp;",
        "<br>",
        "<script type='application/ld+json'>{",
        "<html>",
        "<body>",
        "<time datetime=x>",
        "x<hr>",
        "<p>a</p><nav>",
        "word, ",
        "<span hidden>x",
        "<title>",
        "<svg>",
        "<option>",
        "<form>x",
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct collected c = {0};
        struct buf html = {0};
        buf_puts(&html, "<html>");
        while (html.len < 600000)
            buf_puts(&html, units[i]);
        buf_puts(&html, "<p>" PROSE);
        clock_t start = clock();
        collect_bytes(&c, html.data, html.len);
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
        assert_int_equal(c.rc, BF_OK);
        buf_free(&html);
        collected_free(&c);
    }
}

static void every_cut_of_a_page_is_read(void **state)
{
    (void)state;
    struct buf page = {0};
    read_file("tests/pages/harbour.html", &page);
    for (size_t len = 20; len < page.len; len += 17) {
        struct collected c = {0};
        collect_bytes(&c, page.data, len);
        assert_int_equal(c.rc, BF_OK);
        collected_free(&c);
    }
    buf_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_of_news_sites_give_their_article),
        cmocka_unit_test(end_tags_may_be_missing_or_misplaced),
        cmocka_unit_test(what_is_hidden_or_apart_is_left_out),
        cmocka_unit_test(a_page_without_prose_gives_what_it_has),
        cmocka_unit_test(doubt_gives_way_where_all_is_in_it),
        cmocka_unit_test(headings_stay_where_text_follows),
        cmocka_unit_test(inline_parts_of_a_paragraph_stay),
        cmocka_unit_test(the_title_is_the_best_that_there_is),
        cmocka_unit_test(dates_that_nobody_reads_rank_last),
        cmocka_unit_test(a_front_page_is_no_address_of_an_article),
        cmocka_unit_test(broken_linked_data_does_no_harm),
        cmocka_unit_test(linked_data_may_be_wrapped),
        cmocka_unit_test(encodings_are_those_declared),
        cmocka_unit_test(a_declaration_may_stand_behind_scripts),
        cmocka_unit_test(an_author_may_be_named_elsewhere),
        cmocka_unit_test(hostile_pages_take_linear_time),
        cmocka_unit_test(every_cut_of_a_page_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
