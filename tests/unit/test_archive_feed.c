/* test_archive_feed.c - RSS, Atom, CDF and WordPress exports, well-formed and not. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/archive/feed.h"
#include "tests/unit/archive_collect.h"

static void check_date(const struct date *date, const char *expected)
{
    char text[DATE_TEXT_BYTES];
    assert_string_equal(date_format(date, text), expected);
}

#define RSS_HEAD                                                                                   \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                 \
    "<!-- made by hand -->\n"                                                                      \
    "<rss version=\"2.0\" xmlns:c=\"http://purl.org/rss/1.0/modules/content/\"\n"                  \
    "  xmlns:d=\"http://purl.org/dc/elements/1.1/\">\n"                                            \
    "<channel><title>The Harbour Gazette</title><link>https://gazette.example/</link>\n"           \
    "<language>en-gb</language><image><title>Logo</title><url>x.png</url></image>\n"
#define RSS_TAIL "</channel></rss>\n"

static const struct article *read_one(struct collected *c, const char *feed)
{
    collect_text(c, feed);
    assert_string_equal(buf_text(&c->troubles), "");
    assert_int_equal(c->count, 1);
    return &c->articles[0];
}

static void rss_fields(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, RSS_HEAD
        "<item><title>Ice &amp;amp; fog close the &lt;b&gt;port&lt;/b&gt;</title>\n"
        "<link>/news/ice?a=1&amp;b=2</link>\n"
        "<guid isPermaLink=\"false\">tag:gazette.example,2023:17</guid>\n"
        "<pubDate>Wed, 12 Jul 2023 07:33:00 GMT</pubDate>\n"
        "<d:creator>Jane Doe</d:creator><author>desk@gazette.example (The Desk)</author>\n"
        "<category>Weather</category><category "
        "domain=\"x\">Ports</category><d:subject>ice</d:subject>\n"
        "<description>A short text.</description>\n"
        "<c:encoded><![CDATA[<p>First para&shy;graph.</p><p>Second<br>line.</p>]]></c:encoded>\n"
        "</item>" RSS_TAIL);
    assert_string_equal(a->title, "Ice & fog close the port");
    assert_string_equal(a->url, "https://gazette.example/news/ice?a=1&b=2");
    assert_string_equal(a->id, "tag:gazette.example,2023:17");
    check_date(&a->date, "2023-07-12T07:33:00Z");
    assert_string_equal(a->author, "Jane Doe");
    assert_string_equal(a->tags, "Weather, Ports, ice");
    assert_string_equal(a->body, "First paragraph.\n\nSecond\nline.");
    assert_string_equal(a->summary, "A short text.");
    assert_string_equal(a->source, "The Harbour Gazette");
    assert_string_equal(a->language, "en-gb");
    collected_free(&c);
}

static void what_a_guid_is(void **state)
{
    (void)state;
    static const struct {
        const char *item, *id, *url;
    } items[] = {
        {"<guid>http://www.gazette.example/a/?utm_source=rss</guid>", "https://gazette.example/a",
         "http://www.gazette.example/a/?utm_source=rss"},
        {"<link>https://gazette.example/b</link><guid>1234</guid>", "https://gazette.example/b",
         "https://gazette.example/b"},
        {"<guid>1234</guid>", "1234", ""},
        {"<link>http://www.gazette.example</link><guid>1234</guid>", "1234",
         "http://www.gazette.example"},
        {"<guid isPermaLink=\"false\">http://www.gazette.example/?p=7</guid>",
         "http://www.gazette.example/?p=7", ""},
        {"<link>https://gazette.example/c</link>"
         "<guid isPermaLink=\"true\">https://gazette.example/d</guid>",
         "https://gazette.example/d", "https://gazette.example/c"},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct collected c = {0};
        struct buf feed = {0};
        buf_printf(&feed, RSS_HEAD "<item><title>t</title>%s</item>" RSS_TAIL, items[i].item);
        const struct article *a = read_one(&c, buf_text(&feed));
        assert_string_equal(a->id, items[i].id);
        assert_string_equal(a->url, items[i].url);
        buf_free(&feed);
        collected_free(&c);
    }
}

static void items_that_link_to_their_feed_are_several(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, RSS_HEAD
                 "<item><title>1</title><link>https://gazette.example/</link></item>"
                 "<item><title>2</title><link>https://gazette.example/</link></item>" RSS_TAIL);
    assert_int_equal(c.count, 2);
    assert_string_not_equal(c.articles[0].id, c.articles[1].id);
    collected_free(&c);
}

/* Search engines' feeds have addresses of any length. */
static void the_id_of_a_long_address_is_its_hash(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf feed = {0};
    buf_puts(&feed, RSS_HEAD "<item><title>t</title><guid>https://gazette.example/");
    for (int i = 0; i < ARCHIVE_MAX_ID_BYTES; i++)
        buf_putc(&feed, 'a');
    buf_puts(&feed, "</guid></item>" RSS_TAIL);
    const struct article *a = read_one(&c, buf_text(&feed));
    assert_memory_equal(a->id, "h-", 2);
    assert_true(strlen(a->url) > ARCHIVE_MAX_ID_BYTES);
    buf_free(&feed);
    collected_free(&c);
}

static void authors_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *item, *author;
    } items[] = {
        {"<author>jane@gazette.example (Jane Doe)</author>", "Jane Doe"},
        {"<author>Jane Doe (jane@gazette.example)</author>", "Jane Doe"},
        {"<author>Jane Doe &lt;jane@gazette.example&gt;</author>", "Jane Doe"},
        {"<author>jane@gazette.example</author>", "jane@gazette.example"},
        {"<author><name>Jane Doe</name></author>", "Jane Doe"},
        {"<d:creator>Jane Doe</d:creator><d:creator>John Roe</d:creator><d:creator>jane "
         "doe</d:creator>",
         "Jane Doe, John Roe"},
        {"<itunes:author>Jane Doe</itunes:author>", "Jane Doe"},
        {"<author>Jane Doe (Reuters)</author>", "Jane Doe"},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct collected c = {0};
        struct buf feed = {0};
        buf_printf(&feed, RSS_HEAD "<item><title>t</title>%s</item>" RSS_TAIL, items[i].item);
        collect_text(&c, buf_text(&feed));
        assert_string_equal(c.articles[0].author, items[i].author);
        buf_free(&feed);
        collected_free(&c);
    }
}

static void a_description_is_text_html_or_escaped_once_too_often(void **state)
{
    (void)state;
    static const struct {
        const char *description, *body;
    } items[] = {
        {"One.\n\nTwo &amp;amp; three.", "One.\n\nTwo & three."},
        {"&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."},
        {"&amp;lt;p&amp;gt;One.&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;Two.&amp;lt;/p&amp;gt;",
         "One.\n\nTwo."},
        {"<![CDATA[One <b>and</b> two.]]>", "One and two."},
        {"<p xmlns='http://www.w3.org/1999/xhtml'>One.</p><p>a &lt; b</p>", "One.\n\na < b"},
        {"x &lt; y and y &gt; z", "x < y and y > z"},
        {"Mail jane&lt;at&gt;example.org", "Mail jane<at>example.org"},
        {"caf&#233; &#146;s", "caf\xc3\xa9 \xe2\x80\x99s"},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct collected c = {0};
        struct buf feed = {0};
        buf_printf(&feed, RSS_HEAD "<item><description>%s</description></item>" RSS_TAIL,
                   items[i].description);
        assert_string_equal(read_one(&c, buf_text(&feed))->body, items[i].body);
        assert_string_equal(c.articles[0].summary, "");
        buf_free(&feed);
        collected_free(&c);
    }
}

static void atom_fields(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "<a:feed xmlns:a='http://www.w3.org/2005/Atom' xml:lang='de' "
            "xml:base='http://feed.example/x/'>\n"
            "<a:title type='html'>Die &amp;lt;i&amp;gt;Zeitung&amp;lt;/i&amp;gt;</a:title>\n"
            "<a:author><a:name>Redaktion</a:name></a:author>\n"
            "<a:entry xml:base='2023/'><a:title type='text'>Eis &lt; Nebel</a:title>\n"
            "<a:link rel='self' href='self.xml'/><a:link href='../eis.html'/>\n"
            "<a:id>urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a</a:id>\n"
            "<a:updated>2023-07-13T00:00:00Z</a:updated><a:published>2023-07-12T09:33:00+02:00</"
            "a:published>\n"
            "<a:category term='wx' label='Wetter'/><a:category term='hafen'/>\n"
            "<a:summary>Kurz.</a:summary>\n"
            "<a:content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Erster.</p>"
            "<ul><li>eins</li><li>zwei &amp; drei</li></ul></div></a:content></a:entry></a:feed>");
    assert_string_equal(a->title, "Eis < Nebel");
    assert_string_equal(a->url, "http://feed.example/x/eis.html");
    assert_string_equal(a->id, "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a");
    check_date(&a->date, "2023-07-12T07:33:00Z");
    check_date(&a->updated, "2023-07-13T00:00:00Z");
    assert_string_equal(a->author, "Redaktion");
    assert_string_equal(a->tags, "Wetter, hafen");
    assert_string_equal(a->summary, "Kurz.");
    assert_string_equal(a->body, "Erster.\n\neins\nzwei & drei");
    assert_string_equal(a->source, "Die Zeitung");
    assert_string_equal(a->language, "de");
    collected_free(&c);
}

static void rdf_and_cdf_are_feeds_too(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c,
                 "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
                 " xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
                 "<channel rdf:about='http://a.example/'><title>RDF</title>"
                 "<items><rdf:Seq><rdf:li/></rdf:Seq></items></channel>"
                 "<item rdf:about='http://a.example/1'><title>One</title>"
                 "<dc:date>2003-12-31T10:14:55Z</dc:date></item></rdf:RDF>");
    collect_text(&c, "<CHANNEL HREF='http://b.example/'><TITLE>CDF</TITLE>"
                     "<ITEM HREF='/2' LASTMOD='2004-04-06T23:05:43-05:00'><TITLE>Two</TITLE>"
                     "<ABSTRACT>Text.</ABSTRACT></ITEM></CHANNEL>");
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 2);
    assert_string_equal(c.articles[0].url, "http://a.example/1");
    assert_string_equal(c.articles[0].source, "RDF");
    check_date(&c.articles[0].date, "2003-12-31T10:14:55Z");
    assert_string_equal(c.articles[1].url, "http://b.example/2");
    assert_string_equal(c.articles[1].source, "CDF");
    assert_string_equal(c.articles[1].body, "Text.");
    check_date(&c.articles[1].date, "2004-04-07T04:05:43Z");
    collected_free(&c);
}

/* --- WordPress --- */

#define WXR_HEAD                                                                                   \
    "<rss version='2.0' xmlns:excerpt='http://wordpress.org/export/1.2/excerpt/'"                  \
    " xmlns:content='http://purl.org/rss/1.0/modules/content/'"                                    \
    " xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:wp='http://wordpress.org/export/1.2/'>"    \
    "<channel><title>Blog</title><link>https://blog.example</link>"                                \
    "<wp:author><wp:author_login><![CDATA[jane]]></wp:author_login><wp:author_display_name>"       \
    "<![CDATA[Jane Doe]]></wp:author_display_name></wp:author>"                                    \
    "<wp:category><wp:cat_name>News</wp:cat_name></wp:category>"
#define WXR_ITEM(title, status, type)                                                              \
    "<item><title>" title "</title><link>https://blog.example/" title "</link>"                    \
    "<wp:status>" status "</wp:status><wp:post_type>" type "</wp:post_type>"

static void wordpress_posts_are_articles_when_published(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(
        &c,
        WXR_HEAD WXR_ITEM(
            "one", "publish",
            "post") "<pubDate>Wed, 30 Nov -0001 00:00:00 +0000</pubDate>"
                    "<dc:creator>jane</dc:creator><guid "
                    "isPermaLink='false'>https://blog.example/?p=1</guid>"
                    "<wp:post_date>2010-04-15 14:00:00</wp:post_date>"
                    "<wp:post_date_gmt>2010-04-15 12:00:00</wp:post_date_gmt>"
                    "<wp:post_modified_gmt>2010-04-16 12:00:00</wp:post_modified_gmt>"
                    "<category domain='post_tag' nicename='ash'>Ash</category>"
                    "<category domain='category' nicename='news'>News</category>"
                    "<category domain='post_format' nicename='x'>Aside</category>"
                    "<excerpt:encoded><![CDATA[Short.]]></excerpt:encoded>"
                    "<content:encoded><![CDATA[First.\r\n\r\n[caption id=\"1\"]<img>A "
                    "hill[/caption]\n"
                    "Second [sic].\n\n\nThird.]]></content:encoded>"
                    "<wp:comment><wp:comment_content>spam</wp:comment_content></wp:comment></"
                    "item>" WXR_ITEM("two", "draft", "post") "</item>" WXR_ITEM(
                        "three", "inherit",
                        "attachment") "</item>" WXR_ITEM("four", "publish",
                                                         "page") "<wp:post_password>x</"
                                                                 "wp:post_password></"
                                                                 "item>" WXR_ITEM(
                                                                     "five", "trash",
                                                                     "post") "</"
                                                                             "item"
                                                                             ">" WXR_ITEM(
                                                                                 "six", "publish",
                                                                                 "recipe") "</"
                                                                                           "item></"
                                                                                           "channel"
                                                                                           "></"
                                                                                           "rss>");
    assert_string_equal(buf_text(&c.troubles), "2@1336 not published\n3@1465 not an article\n"
                                               "4@1606 not published");
    assert_int_equal(c.count, 3);
    const struct article *a = &c.articles[0];
    assert_string_equal(a->id, "https://blog.example/?p=1");
    check_date(&a->date, "2010-04-15T12:00:00Z");
    check_date(&a->updated, "2010-04-16T12:00:00Z");
    assert_string_equal(a->author, "Jane Doe");
    assert_string_equal(a->category, "News");
    assert_string_equal(a->tags, "Ash, News");
    assert_string_equal(a->summary, "Short.");
    assert_string_equal(a->body, "First.\n\nA hill Second [sic].\n\nThird.");
    assert_true(c.problems[1].withdrawn);
    assert_string_equal(c.articles[1].id, "https://blog.example/five");
    assert_string_equal(c.articles[2].title, "six");
    collected_free(&c);
}

/* --- what is no XML --- */

static void ill_formed_items_are_read_leniently(void **state)
{
    (void)state;
    static const struct {
        const char *item, *title, *body;
    } items[] = {
        {"<title>AT&T buys</title>", "AT&T buys", ""},
        {"<title>Caf&eacute; &nbsp; closed</title>", "Caf\xc3\xa9 closed",
         ""}, /* not even ill-formed */
        {"<title>T</title><description>One<br>two <b>three</description>", "T", "One\ntwo three"},
        {"<title>T</title><undeclared:x>y</undeclared:x><dc:date>2003</dc:date>", "T", ""},
        {"<title>a\x01z</title>", "a z", ""},
        {"<title>T</title><description><![CDATA[never closed</description>", "T", "never closed"},
        {"<title>T<title><description>text</description>", "T", ""},
        {"<title>T</title><x a=1 b>y</x><!-- <description>never closed</description>", "T",
         "never closed"},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct collected c = {0};
        struct buf feed = {0};
        buf_printf(&feed,
                   RSS_HEAD "<item><title>before</title></item>\n<item>%s</item>\n"
                            "<item><title>behind</title></item>" RSS_TAIL,
                   items[i].item);
        collect_text(&c, buf_text(&feed));
        assert_string_equal(buf_text(&c.troubles), "");
        assert_int_equal(c.count, 3);
        assert_true(strncmp(c.articles[1].title, items[i].title, strlen(items[i].title)) == 0);
        if (*items[i].body)
            assert_string_equal(c.articles[1].body, items[i].body);
        assert_string_equal(c.articles[0].title, "before");
        assert_string_equal(c.articles[2].title, "behind");
        assert_false(c.problems[0].markup_repaired || c.problems[2].markup_repaired);
        assert_int_equal(c.problems[1].markup_repaired, i != 1 && i != 3);
        buf_free(&feed);
        collected_free(&c);
    }
}

static void an_item_without_its_end_ends_where_the_next_begins(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, RSS_HEAD "<item><title>one</title><item><title>two</title></item>" RSS_TAIL);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 2);
    assert_string_equal(c.articles[0].title, "one");
    assert_true(c.problems[0].markup_repaired);
    assert_string_equal(c.articles[1].title, "two");
    collected_free(&c);
}

static void markup_in_comments_and_cdata_is_none(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, RSS_HEAD "<!-- <item><title>no</title></item> -->"
                              "<item><title>one</title><description><![CDATA[</item><item>]]>"
                              "</description><?x </item> ?><!-- </item> --></item>" RSS_TAIL);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 1);
    assert_string_equal(c.articles[0].title, "one");
    assert_false(c.problems[0].markup_repaired);
    collected_free(&c);
}

static void a_cut_feed_gives_what_is_whole_and_says_so(void **state)
{
    (void)state;
    static const char feed[] = RSS_HEAD "<item><title>one</title></item>"
                                        "<item><title>two</title><![CDATA[x]]></item>" RSS_TAIL;
    const char *one_ends = strstr(feed, "</item>") + 7, *two_ends = strstr(one_ends, "</item>") + 7;
    for (size_t len = 1; len < sizeof feed - 1; len++) {
        struct collected c = {0};
        collect_bytes(&c, feed, len);
        assert_int_equal(c.rc, BF_OK);
        size_t whole = (size_t)(feed + len >= one_ends) + (feed + len >= two_ends);
        assert_int_equal(c.count, whole);
        if (len < sizeof feed - 2) /* the line end is not missed */
            assert_true(c.troubles.len > 0);
        collected_free(&c);
    }
}

static void recognised_by_the_root_only(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a \"<b>\">]>\n<rss>",
        "\xef\xbb\xbf  <rss/>",
        "<!-- x --><?y z?><feed xmlns='http://www.w3.org/2005/Atom'/>",
        "<entry xmlns='http://www.w3.org/2005/Atom'>",
        "<x:RDF><channel/>",
    };
    static const char *const others[] = {
        "<html><rss>",        "x <rss>", "<rss", "<!-- <rss> -->",        "<entry>",
        "<RDF><Description>", "",        "<",    "<!DOCTYPE html><html>", "{\"a\":\"<rss>\"}"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        assert_int_equal(feed_format.recognise(heads[i], strlen(heads[i])), 90);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(feed_format.recognise(others[i], strlen(others[i])), 0);
}

static void the_declared_encoding_counts(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "<?xml version='1.0' encoding='koi8-r'?><rss><channel><title>\xed</title>"
                     "<item><title>\xed\xc9\xd2</title></item></channel></rss>");
    collect_text(&c, "<?xml version='1.0' encoding='iso-2022-jp'?><rss><item>"
                     "<title>\x1b$B<$\x1b(B</title></item></rss>"); /* holds a "<" */
    collect_text(&c, "<?xml version='1.0' encoding='utf-8'?><rss><item>"
                     "<title>caf\xe9</title></item></rss>");
    collect_text(&c, "<?xml version='1.0' encoding='utf-16'?><rss><item>"
                     "<title>caf\xc3\xa9</title></item></rss>");
    assert_string_equal(buf_text(&c.troubles), "");
    assert_string_equal(c.articles[0].title, "\xd0\x9c\xd0\xb8\xd1\x80");
    assert_string_equal(c.articles[0].source, "\xd0\x9c");
    assert_string_equal(c.articles[1].title, "\xe7\x88\xbe");
    assert_string_equal(c.articles[2].title, "caf\xc3\xa9");
    assert_true(c.problems[2].encoding_repaired);
    assert_string_equal(c.articles[3].title, "caf\xc3\xa9");
    assert_false(c.problems[3].encoding_repaired);
    collected_free(&c);
}

static void an_empty_feed_is_a_feed(void **state)
{
    (void)state;
    static const char *const feeds[] = {"<rss/>",
                                        "<feed xmlns='http://www.w3.org/2005/Atom'></feed>",
                                        "<rss><channel><title>t</title></channel></rss>"};
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
        struct collected c = {0};
        collect_text(&c, feeds[i]);
        assert_int_equal(c.count, 0);
        assert_string_equal(buf_text(&c.troubles), "");
        collected_free(&c);
    }
}

/* --- hostile --- */

static void entities_grow_only_so_far(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf feed = {0};
    buf_puts(&feed, "<!DOCTYPE rss [<!ENTITY a0 \"aaaaaaaaaaaaaaaaaaaa\">");
    for (int i = 1; i < 12; i++) {
        buf_printf(&feed, "<!ENTITY a%d \"", i);
        for (int k = 0; k < 10; k++)
            buf_printf(&feed, "&a%d;", i - 1);
        buf_puts(&feed, "\">");
    }
    buf_puts(&feed, "<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss>"
                    "<item><title>&a11;</title></item><item><title>t</title><x y='&a11;'/></item>"
                    "<item><title>fine &a0;&x;</title></item></rss>");
    collect_text(&c, buf_text(&feed));
    assert_int_equal(c.count, 1);
    assert_string_equal(c.articles[0].title, "fine aaaaaaaaaaaaaaaaaaaa");
    assert_non_null(strstr(buf_text(&c.troubles), "expands too far\n2@"));
    buf_free(&feed);
    collected_free(&c);
}

static void add_times(struct buf *out, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        buf_puts(out, text);
}

static void what_is_too_much_costs_only_itself(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int times;
        const char *trouble; /* NULL: it is read all the same */
    } traps[] = {
        {"<a>", 100000, "nested too deeply"},
        {"<![CDATA[", 100000, NULL},
        {"<!--", 100000, NULL},
        {"<?x ", 100000, NULL},
        {"<a href=\"", 100000, NULL},
        {"<!DOCTYPE x [", 20000, NULL},
        {"</x>", 100000, NULL},
        {"&amp;", 100000, NULL},
        {"<a/>", 600000, "record too long"},
    };
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
        struct collected c = {0};
        struct buf feed = {0};
        buf_puts(&feed, "<rss><item><title>good</title></item><item><title>bad</title>");
        add_times(&feed, traps[i].text, traps[i].times);
        buf_puts(&feed, "</item><item><title>also good</title></item></rss>");
        collect_bytes(&c, feed.data, feed.len);
        assert_string_equal(c.articles[0].title, "good");
        assert_string_equal(c.articles[c.count - 1].title, "also good");
        if (traps[i].trouble)
            assert_non_null(strstr(buf_text(&c.troubles), traps[i].trouble));
        else
            assert_string_equal(buf_text(&c.troubles), "");
        buf_free(&feed);
        collected_free(&c);
    }
}

static void a_record_that_is_too_long_is_passed(void **state)
{
    (void)state;
    static const char feed[] =
        "<rss><item><title>one</title></item><item><title>two</title><description>"
        "0123456789012345678901234567890123456789012345678901234567890123456789"
        "</description></item><item><title>three</title></item></rss>";
    struct collected c = {0};
    struct archive_options options = {.max_record_bytes = 64};
    struct field_map *map = field_map_new();
    char path[] = "/tmp/backfile-test-XXXXXX";
    FILE *f = fdopen(mkstemp(path), "w");
    fputs(feed, f);
    fclose(f);
    collect_path(&c, path, &options, map);
    remove(path);
    assert_string_equal(buf_text(&c.troubles), "2@36 record too long");
    assert_int_equal(c.count, 2);
    assert_string_equal(c.articles[1].title, "three");
    field_map_free(map);
    collected_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rss_fields),
        cmocka_unit_test(what_a_guid_is),
        cmocka_unit_test(items_that_link_to_their_feed_are_several),
        cmocka_unit_test(the_id_of_a_long_address_is_its_hash),
        cmocka_unit_test(authors_in_every_form),
        cmocka_unit_test(a_description_is_text_html_or_escaped_once_too_often),
        cmocka_unit_test(atom_fields),
        cmocka_unit_test(rdf_and_cdf_are_feeds_too),
        cmocka_unit_test(wordpress_posts_are_articles_when_published),
        cmocka_unit_test(ill_formed_items_are_read_leniently),
        cmocka_unit_test(an_item_without_its_end_ends_where_the_next_begins),
        cmocka_unit_test(markup_in_comments_and_cdata_is_none),
        cmocka_unit_test(a_cut_feed_gives_what_is_whole_and_says_so),
        cmocka_unit_test(recognised_by_the_root_only),
        cmocka_unit_test(the_declared_encoding_counts),
        cmocka_unit_test(an_empty_feed_is_a_feed),
        cmocka_unit_test(entities_grow_only_so_far),
        cmocka_unit_test(what_is_too_much_costs_only_itself),
        cmocka_unit_test(a_record_that_is_too_long_is_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
