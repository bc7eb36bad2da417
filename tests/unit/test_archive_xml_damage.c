/*
 * test_archive_xml_damage.c - sources in XML with random damage: whatever it
 * is, reading ends well, what comes out is valid, and what stands apart from
 * the damage is there.
 */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/text/utf8.h"
#include "tests/unit/archive_collect.h"
#include "tests/unit/random.h"

#define ROUNDS 400

static const char *const documents[] = {
    "<?xml version='1.0' encoding='utf-8'?><!DOCTYPE rss [<!ENTITY e 'x'><!-- > -->]>"
    "<rss xmlns:c='http://purl.org/rss/1.0/modules/content/'><channel><title>&e;F</title>"
    "<item><title>First</title><guid isPermaLink='false'>a:1</guid></item>"
    "<item><title>A &amp; b</title><c:encoded><![CDATA[<p>x</p>]]></c:encoded>"
    "<pubDate>Wed, 12 Jul 2023 07:33:00 GMT</pubDate><!-- c --><?p i?></item>"
    "<item><title>Last</title><guid isPermaLink='false'>a:2</guid></item></channel></rss>",
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://a.example/'><title>F</title>"
    "<entry><title>First</title></entry><entry><title type='xhtml'><div>x<b>y</b></div></title>"
    "<link href='../x'/><category term='t'/><author><name>N</name></author>"
    "<content type='html'>&lt;p&gt;\xe6\xbc\xa2&lt;/p&gt;</content></entry>"
    "<entry><title>Last</title></entry></feed>",
    "<?xml version='1.0' encoding='shift_jis'?><rss><item><title>First</title></item>"
    "<item><title>\x8a\xbf\x8e\x9a</title></item><item><title>Last</title></item></rss>",
    "<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><itemSet><newsItem guid='1'>"
    "<contentMeta><headline>First</headline></contentMeta></newsItem><newsItem guid='2'>"
    "<itemMeta><pubStatus qcode='stat:usable'/></itemMeta><contentSet><inlineXML><nitf><body>"
    "<body.head><byline>By <person>P</person></byline></body.head><body.content><p>T</p>"
    "</body.content></body></nitf></inlineXML></contentSet></newsItem><newsItem guid='3'>"
    "<contentMeta><headline>Last</headline></contentMeta></newsItem></itemSet></newsMessage>",
};

/* Pieces that mean something where they land. */
static const char *const pieces[] = {"<",       ">",     "&",         "]]>",    "<![CDATA[", "<!--",
                                     "-->",     "\"",    "</item>",   "<item>", "&#0;",      "&x;",
                                     "\0",      "\xff",  "<!DOCTYPE", "</",     "/>",        "<?",
                                     "xmlns='", "&lt;p", "\x1b$B"};

static void damage(struct buf *text, uint64_t *seed)
{
    size_t at = random32(seed) % text->len, n = 1 + random32(seed) % 12;
    const char *piece = pieces[random32(seed) % (sizeof pieces / sizeof *pieces)];
    struct buf damaged = {0};
    buf_add(&damaged, text->data, at);
    if (random32(seed) % 3)
        buf_add(&damaged, piece, *piece ? strlen(piece) : 1);
    if (random32(seed) % 2)
        at += n < text->len - at ? n : text->len - at;
    buf_add(&damaged, text->data + at, text->len - at);
    buf_free(text);
    *text = damaged;
}

static void check_valid(const struct collected *c)
{
    assert_int_equal(c->rc, BF_OK);
    for (size_t i = 0; i < c->count; i++) {
        const struct article *a = &c->articles[i];
        const char *const texts[] = {a->id,   a->title,  a->body,   a->url,    a->category,
                                     a->tags, a->author, a->source, a->summary};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            assert_true(utf8_valid(texts[k], strlen(texts[k])));
    }
}

static void anything_may_be_damaged(void **state)
{
    (void)state;
    uint64_t seed = RANDOM_SEED;
    for (int round = 0; round < ROUNDS; round++) {
        const char *document = documents[round % 4];
        struct buf text = {0};
        struct collected c = {0};
        buf_add(&text, document, strlen(document));
        for (uint32_t k = 1 + random32(&seed) % 6; k > 0 && text.len; k--)
            damage(&text, &seed);
        collect_bytes(&c, text.data, text.len);
        check_valid(&c);
        buf_free(&text);
        collected_free(&c);
    }
}

static bool has_title(const struct collected *c, const char *title)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->articles[i].title, title) == 0)
            return true;
    return false;
}

/* Damage inside the second record: the first is always there, and so is the
 * last, unless the damage made the rest of the source a part of its record. */
static void neighbours_are_read(void **state)
{
    (void)state;
    uint64_t seed = RANDOM_SEED;
    size_t last_lost = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const char *document = documents[round % 4];
        const char *start = strstr(strstr(document, "First"), round % 4 == 1   ? "<entry>"
                                                              : round % 4 == 3 ? "<newsItem"
                                                                               : "<item>");
        const char *end = strstr(start, round % 4 == 1   ? "</entry>"
                                        : round % 4 == 3 ? "</newsItem>"
                                                         : "</item>");
        struct buf text = {0}, middle = {0};
        struct collected c = {0};
        buf_add(&middle, start + 6, (size_t)(end - start) - 6);
        damage(&middle, &seed);
        buf_add(&text, document, (size_t)(start - document) + 6);
        buf_add(&text, middle.data, middle.len);
        buf_puts(&text, end);
        collect_bytes(&c, text.data, text.len);
        check_valid(&c);
        assert_true(has_title(&c, "First"));
        last_lost += !has_title(&c, "Last");
        buf_free(&text);
        buf_free(&middle);
        collected_free(&c);
    }
    assert_in_range(last_lost, 0, ROUNDS / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_may_be_damaged),
        cmocka_unit_test(neighbours_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
