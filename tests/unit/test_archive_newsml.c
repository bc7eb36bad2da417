/* test_archive_newsml.c - NITF, NewsML-G2, NewsML 1.x and Reuters' <newsitem>. */
#include "tests/unit/test.h"

#include <string.h>

#include "indexer/archive/archive.h"
#include "tests/unit/archive_collect.h"

static void check_date(const struct date *date, const char *expected)
{
    char text[DATE_TEXT_BYTES];
    assert_string_equal(date_format(date, text), expected);
}

static const struct article *read_one(struct collected *c, const char *text)
{
    collect_text(c, text);
    assert_string_equal(buf_text(&c->troubles), "");
    assert_int_equal(c->count, 1);
    assert_false(c->problems[0].markup_repaired);
    return &c->articles[0];
}

static void check_skipped(const char *text, const char *trouble, const char *detail)
{
    struct collected c = {0};
    collect_text(&c, text);
    assert_string_equal(buf_text(&c.troubles), trouble);
    assert_string_equal(c.detail, detail);
    assert_int_equal(c.count, 0);
    collected_free(&c);
}

/* --- NITF --- */

#define NITF_BODY                                                                                  \
    "<body><body.head><hedline><hl1>Ice closes the port</hl1><hl2>Boats wait</hl2></hedline>"      \
    "<byline>By Jane Doe, <byttl>Staff Reporter</byttl></byline><distributor>The "                 \
    "Wire</distributor>"                                                                           \
    "<dateline><location>HARBOUR</location><story.date norm='20230711'>July 11</story.date>"       \
    "</dateline></body.head><body.content><block class='lead'><p>First.</p></block>"               \
    "<block class='full'><p>First.</p><p>Second &amp; third.</p><media media-type='image'>"        \
    "<media-reference source='x.jpg'/><media-caption>A boat.</media-caption></media></block>"      \
    "</body.content></body>"

static void nitf_fields(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c,
        "<?xml version='1.0'?><!DOCTYPE nitf SYSTEM 'http://www.nitf.example/nitf.dtd'>\n"
        "<nitf uno='uno-1' change.date='2005'><head><title>Short</title>"
        "<meta name='print_page' content='7'/><meta name='lang' content='en'/>"
        "<tobject tobject.type='News'><tobject.subject tobject.subject.matter='Weather'/></tobject>"
        "<docdata management-status='usable'><doc-id id-string='123'/>"
        "<date.issue norm='20230712T073300Z'/><key-list><keyword key='ice'/>"
        "<keyword key='port'/></key-list><identified-content><person>Doe, J.</person>"
        "</identified-content></docdata>"
        "<pubdata date.publication='20230713' name='The Gazette' position.section='Coast'"
        " ex-ref='https://gazette.example/1'/></head>" NITF_BODY "</nitf>");
    assert_string_equal(a->title, "Ice closes the port");
    assert_string_equal(a->summary, "Boats wait");
    assert_string_equal(a->author, "Jane Doe");
    assert_string_equal(a->source, "The Wire");
    assert_string_equal(a->body, "First.\n\nSecond & third.\n\nA boat.");
    assert_string_equal(a->id, "123");
    assert_string_equal(a->url, "https://gazette.example/1");
    assert_string_equal(a->category, "Coast");
    assert_string_equal(a->tags, "Weather, ice, port, Doe, J.");
    assert_string_equal(a->language, "en");
    check_date(&a->date, "2023-07-12T07:33:00Z");
    collected_free(&c);
}

static void several_nitf_in_one_source(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "<?xml version='1.0'?><nitf>" NITF_BODY "</nitf>\n"
                     "<?xml version='1.0' encoding='iso-8859-1'?><nitf><head><title>caf\xe9</title>"
                     "</head></nitf>");
    collect_text(&c, "<day><nitf>" NITF_BODY "</nitf><nitf><body><p>Bare.</p></body></nitf></day>");
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 4);
    check_date(&c.articles[0].date, "2023-07-11");
    assert_string_equal(c.articles[1].title, "caf\xc3\xa9");
    assert_string_equal(c.articles[2].title, "Ice closes the port");
    assert_string_equal(c.articles[3].body, "Bare.");
    collected_free(&c);
}

/* --- NewsML-G2 --- */

#define G2 "xmlns='http://iptc.org/std/nar/2006-10-01/' "

static void g2_fields(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "<newsItem " G2 "guid='urn:newsml:wire.example:20230712:ice' version='3' xml:lang='en'>"
            "<rightsInfo><copyrightHolder><name>Holder</name></copyrightHolder></rightsInfo>"
            "<itemMeta><itemClass qcode='ninat:text'/><provider qcode='p:1'><name>The Wire</name>"
            "</provider><versionCreated>2023-07-13T08:00:00+02:00</versionCreated>"
            "<firstCreated>2023-07-12T07:33:00Z</firstCreated><pubStatus qcode='stat:usable'/>"
            "</itemMeta><contentMeta><contentCreated>2023-07-11T00:00:00Z</contentCreated>"
            "<creator><name>Desk</name></creator><language tag='en-GB'/>"
            "<subject qcode='medtop:20000001'><name>ice</name></subject>"
            "<subject qcode='medtop:17000000'><name>weather</name></subject>"
            "<keyword>port</keyword><slugline>ICE-PORT</slugline>"
            "<headline>Ice closes\n  the port</headline><description>Boats wait.</description>"
            "</contentMeta><contentSet><inlineXML contenttype='application/nitf+xml'>\n"
            "<nitf xmlns='http://iptc.org/std/NITF/2006-10-18/'>" NITF_BODY
            "</nitf></inlineXML></contentSet></newsItem>");
    assert_string_equal(a->id, "urn:newsml:wire.example:20230712:ice");
    assert_string_equal(a->title, "Ice closes the port");
    assert_string_equal(a->summary, "Boats wait.");
    assert_string_equal(a->body, "First.\n\nSecond & third.\n\nA boat.");
    assert_string_equal(a->author, "Jane Doe");
    assert_string_equal(a->source, "The Wire");
    assert_string_equal(a->category, "weather");
    assert_string_equal(a->tags, "ice, weather, port, ICE-PORT");
    assert_string_equal(a->language, "en-GB");
    check_date(&a->date, "2023-07-12T07:33:00Z");
    check_date(&a->updated, "2023-07-13T06:00:00Z");
    collected_free(&c);
}

static void a_message_holds_items(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(
        &c,
        "<g:newsMessage xmlns:g='http://iptc.org/std/nar/2006-10-01/'><g:header><g:sent>x</g:sent>"
        "</g:header><g:itemSet><g:packageItem/>"
        "<g:newsItem guid='1'><g:contentMeta><g:headline>One</g:headline></g:contentMeta>"
        "<g:contentSet><g:inlineData contenttype='text/plain'>Line one.\n\nLine two."
        "</g:inlineData></g:contentSet></g:newsItem>"
        "<g:newsItem guid='2'><g:itemMeta><g:itemClass qcode='ninat:picture'/></g:itemMeta>"
        "<g:contentMeta><g:headline>Two</g:headline></g:contentMeta></g:newsItem>"
        "<g:newsItem guid='3'><g:itemMeta><g:pubStatus uri='http://cv.example/pubstatus/canceled'/>"
        "</g:itemMeta></g:newsItem>"
        "<g:newsItem guid='4'><g:itemMeta><g:pubStatus qcode='stat:withheld'/></g:itemMeta>"
        "</g:newsItem>"
        "<g:newsItem guid='5'><g:contentSet><g:inlineXML><html "
        "xmlns='http://www.w3.org/1999/xhtml'>"
        "<head><title>Five</title></head><body><p>In XHTML.</p></body></html></g:inlineXML>"
        "</g:contentSet></g:newsItem></g:itemSet></g:newsMessage>");
    assert_non_null(strstr(buf_text(&c.troubles), " not an article\n3@"));
    assert_non_null(strstr(buf_text(&c.troubles), " not an article\n5@"));
    assert_string_equal(c.detail, "withheld");
    assert_int_equal(c.count, 3);
    assert_string_equal(c.articles[0].body, "Line one.\n\nLine two.");
    assert_string_equal(c.articles[1].id, "3");
    assert_true(c.problems[1].withdrawn);
    assert_string_equal(c.articles[2].title, "Five");
    assert_string_equal(c.articles[2].body, "In XHTML.");
    collected_free(&c);
}

static void what_is_no_article_in_g2(void **state)
{
    (void)state;
    check_skipped("<conceptItem " G2 "guid='1'/>", "1@0 not an article", "conceptItem");
    check_skipped("<newsItem " G2
                  "guid='1'><itemMeta><itemClass qcode='ninat:composite'/></itemMeta>"
                  "<contentSet><inlineXML><events xmlns='urn:x'><e>When</e></events></inlineXML>"
                  "</contentSet></newsItem>",
                  "1@0 not an article", "composite");
    check_skipped("<newsItem " G2 "guid='1'/>", "1@0 no text", "");
}

static void reuters_corpora(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c,
        "<?xml version='1.0' encoding='iso-8859-1' ?>\n"
        "<newsitem itemid='77' id='root' date='1996-08-20' xml:lang='en'>\n<title>MEXICO: "
        "Ice.</title>"
        "<headline>Ice in Mexico.</headline><byline>Jane Doe</byline><dateline>MEXICO "
        "CITY</dateline>"
        "<text><p>First &quot;caf\xe9&quot;.</p><p>Second.</p></text><copyright>x</copyright>"
        "<metadata><codes class='bip:topics:1.0'><code code='GWEA'><editdetail attribution='x'/>"
        "</code></codes></metadata></newsitem>");
    assert_string_equal(a->id, "77");
    assert_string_equal(a->title, "Ice in Mexico.");
    assert_string_equal(a->author, "Jane Doe");
    assert_string_equal(a->body, "First \"caf\xc3\xa9\".\n\nSecond.");
    assert_string_equal(a->tags, "GWEA");
    check_date(&a->date, "1996-08-20");
    collected_free(&c);
}

/* --- NewsML 1.x --- */

#define NEWSML1_ITEM(status, content)                                                              \
    "<NewsItem "                                                                                   \
    "xml:lang='fr'><Identification><NewsIdentifier><ProviderId>wire.example</ProviderId>"          \
    "<DateId>20010925</DateId><NewsItemId>ice</NewsItemId><RevisionId Update='N'>2</RevisionId>"   \
    "<PublicIdentifier>urn:newsml:wire.example:20010925:ice:2</PublicIdentifier></NewsIdentifier>" \
    "</Identification><NewsManagement><NewsItemType FormalName='News'/>"                           \
    "<FirstCreated>20010925T100000+0200</FirstCreated>"                                            \
    "<ThisRevisionCreated>20010926T100000Z</ThisRevisionCreated><Status FormalName='" status "'/>" \
    "</NewsManagement><NewsComponent><NewsLines><HeadLine>La glace</HeadLine>"                     \
    "<ByLine>Jeanne D.</ByLine><KeywordLine>port</KeywordLine></NewsLines>"                        \
    "<AdministrativeMetadata><Provider><Party FormalName='Agence'/></Provider>"                    \
    "</AdministrativeMetadata><DescriptiveMetadata><Language FormalName='fr'/>"                    \
    "<SubjectCode><Subject FormalName='17000000'/></SubjectCode></DescriptiveMetadata>"            \
    "<NewsComponent><ContentItem><MediaType FormalName='Photo'/><DataContent>AAAA</DataContent>"   \
    "</ContentItem></NewsComponent><NewsComponent>" content "</NewsComponent></NewsComponent>"     \
    "</NewsItem>"

static void newsml1_fields(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "<?xml version='1.0'?><NewsML><Catalog/><NewsEnvelope><DateAndTime>x</DateAndTime>"
            "</NewsEnvelope>" NEWSML1_ITEM(
                "Usable",
                "<ContentItem><MediaType FormalName='Text'/><Format FormalName='NITF'/>"
                "<DataContent><nitf>" NITF_BODY "</nitf></DataContent></ContentItem>") "</NewsML>");
    assert_string_equal(a->id, "urn:newsml:wire.example:20010925:ice");
    assert_string_equal(a->title, "La glace");
    assert_string_equal(a->author, "Jeanne D.");
    assert_string_equal(a->body, "First.\n\nSecond & third.\n\nA boat.");
    assert_string_equal(a->source, "Agence");
    assert_string_equal(a->tags, "port, 17000000");
    assert_string_equal(a->language, "fr");
    check_date(&a->date, "2001-09-25T08:00:00Z");
    check_date(&a->updated, "2001-09-26T10:00:00Z");
    collected_free(&c);
}

static void newsml1_statuses(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c,
                 "<NewsML>" NEWSML1_ITEM("Usable", "") NEWSML1_ITEM("Canceled", "") "</NewsML>");
    assert_string_equal(buf_text(&c.troubles), "1@8 not an article");
    assert_string_equal(c.detail, "Photo");
    assert_int_equal(c.count, 1);
    assert_true(c.problems[0].withdrawn);
    assert_string_equal(c.articles[0].id, "urn:newsml:wire.example:20010925:ice");
    collected_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nitf_fields),
        cmocka_unit_test(several_nitf_in_one_source),
        cmocka_unit_test(g2_fields),
        cmocka_unit_test(a_message_holds_items),
        cmocka_unit_test(what_is_no_article_in_g2),
        cmocka_unit_test(reuters_corpora),
        cmocka_unit_test(newsml1_fields),
        cmocka_unit_test(newsml1_statuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
