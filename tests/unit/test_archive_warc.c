/* test_archive_warc.c - web archives: what becomes a page, codings, and damage. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/deflate.h"
#include "tests/unit/archive_collect.h"

#define PAGE                                                                                       \
    "<html><title>Harbour opens</title><p>Boats that had waited for weeks left the harbour "       \
    "early, all of them at once.</p></html>"
#define TEXT "Boats that had waited for weeks left the harbour early, all of them at once."

/* Adds a record with the length that the block has. */
static void add_block(struct buf *out, const char *headers, const void *block, size_t len)
{
    buf_printf(out, "WARC/1.0\r\n%sContent-Length: %zu\r\n\r\n", headers, len);
    buf_add(out, block, len);
    buf_puts(out, "\r\n\r\n");
}

static void add_record(struct buf *out, const char *headers, const char *block)
{
    add_block(out, headers, block, strlen(block));
}

/* A response with this status line and these headers of HTTP. */
static void add_response(struct buf *out, const char *url, const char *http, const void *body,
                         size_t len)
{
    struct buf headers = {0}, block = {0};
    buf_printf(&headers,
               "WARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: 2017-03-06T04:02:06Z\r\n"
               "Content-Type: application/http; msgtype=response\r\n",
               url);
    buf_printf(&block, "HTTP/1.1 %s\r\n\r\n", http);
    buf_add(&block, body, len);
    add_block(out, buf_text(&headers), block.data, block.len);
    buf_free(&headers);
    buf_free(&block);
}

static void add_page(struct buf *out, const char *url)
{
    add_response(out, url, "200 OK\r\nContent-Type: text/html", PAGE, strlen(PAGE));
}

static void read_warc(struct collected *c, const struct buf *warc)
{
    collected_free(c);
    collect_bytes(c, warc->data, warc->len);
    assert_int_equal(c->rc, BF_OK);
}

/* --- kinds of records --- */

static void a_response_is_an_article(void **state)
{
    (void)state;
    struct buf warc = {0};
    struct collected c = {0};
    char date[DATE_TEXT_BYTES];
    add_page(&warc, "http://www.example.org/harbour/");
    read_warc(&c, &warc);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 1);
    const struct article *a = &c.articles[0];
    assert_string_equal(a->id, "https://example.org/harbour");
    assert_string_equal(a->url, "http://www.example.org/harbour/");
    assert_string_equal(a->title, "Harbour opens");
    assert_string_equal(a->body, TEXT);
    assert_string_equal(a->source, "example.org");
    assert_string_equal(date_format(&a->date, date), "2017-03-06T04:02:06Z");
    collected_free(&c);
    buf_free(&warc);
}

static void other_records_are_passed_and_counted(void **state)
{
    (void)state;
    static const struct {
        const char *headers, *block, *detail;
    } records[] = {
        {"WARC-Type: warcinfo\r\n", "software: x\r\n", "warcinfo"},
        {"WARC-Type: request\r\n", "GET / HTTP/1.0\r\n\r\n", "request"},
        {"WARC-Type: metadata\r\n", "via: x\r\n", "metadata"},
        {"WARC-Type: revisit\r\nWARC-Target-URI: http://e.org/\r\n", "HTTP/1.0 200 OK\r\n\r\n",
         "revisit of http://e.org/"},
        {"WARC-Type: response\r\n", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\nno",
         "HTTP status 404"},
        {"WARC-Type: response\r\n", "HTTP/1.1 301 Moved\r\nLocation: x\r\n\r\n", "HTTP status 301"},
        {"WARC-Type: response\r\n", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG",
         "image/png"},
        {"WARC-Type: response\r\nContent-Type: text/dns\r\n", "2017 a\r\n", "text/dns"},
        {"WARC-Type: resource\r\nContent-Type: text/css\r\n", "p{}", "text/css"},
        {"WARC-Type: response\r\n", "", "no type"},
    };
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct buf warc = {0};
        struct collected c = {0};
        add_record(&warc, records[i].headers, records[i].block);
        add_page(&warc, "http://e.org/a");
        read_warc(&c, &warc);
        assert_int_equal(c.count, 1);
        assert_string_equal(buf_text(&c.troubles), "1@0 not an article");
        assert_string_equal(c.detail, records[i].detail);
        collected_free(&c);
        buf_free(&warc);
    }
}

static void resources_and_conversions_are_articles(void **state)
{
    (void)state;
    struct buf warc = {0};
    struct collected c = {0};
    add_record(&warc,
               "WARC-Type: resource\r\nContent-Type: text/html; charset=koi8-r\r\n"
               "WARC-Target-URI: <http://e.org/r>\r\n",
               "<html><title>\xc4\xc1</title>");
    add_record(&warc,
               "WARC-Type: conversion\r\nContent-Type: text/plain\r\n"
               "WARC-Target-URI: http://e.org/c\r\n",
               "A text that was made of a page.\n");
    add_record(&warc, "WARC-Type: response\r\nWARC-Target-URI: http://e.org/s\r\n",
               "HTTP/1.0 200 OK\r\n\r\n<!doctype html><title>No type</title>");
    read_warc(&c, &warc);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 3);
    assert_string_equal(c.articles[0].title, "\xd0\xb4\xd0\xb0");
    assert_string_equal(c.articles[0].url, "http://e.org/r");
    assert_string_equal(c.articles[1].body, "A text that was made of a page.");
    assert_string_equal(c.articles[2].title, "No type");
    collected_free(&c);
    buf_free(&warc);
}

static void the_canonical_link_must_be_the_sites_own(void **state)
{
    (void)state;
    static const struct {
        const char *canonical, *id;
    } cases[] = {
        {"https://e.org/one", "https://e.org/one"},
        {"https://e.org/", "https://e.org/given"},
        {"https://other.org/one", "https://e.org/given"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf warc = {0}, page = {0};
        struct collected c = {0};
        buf_printf(&page, "<html><link rel=canonical href=\"%s\"><p>Text.", cases[i].canonical);
        add_response(&warc, "http://e.org/given", "200 OK\r\nContent-Type: text/html", page.data,
                     page.len);
        read_warc(&c, &warc);
        assert_string_equal(c.articles[0].id, cases[i].id);
        collected_free(&c);
        buf_free(&warc);
        buf_free(&page);
    }
}

/* --- codings of HTTP --- */

static void check_coded(const char *headers, const void *body, size_t len)
{
    struct buf warc = {0};
    struct collected c = {0};
    add_response(&warc, "http://e.org/", headers, body, len);
    read_warc(&c, &warc);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 1);
    assert_string_equal(c.articles[0].body, TEXT);
    collected_free(&c);
    buf_free(&warc);
}

#define HTML(more) "200 OK\r\nContent-Type: text/html\r\n" more

/* In chunks of 40 bytes. */
static void add_chunks(struct buf *out, const void *body, size_t len)
{
    for (size_t i = 0, n; i < len; i += n) {
        n = len - i < 40 ? len - i : 40;
        buf_printf(out, "%zx;x=y\r\n", n);
        buf_add(out, (const char *)body + i, n);
        buf_puts(out, "\r\n");
    }
    buf_puts(out, "0\r\n\r\n");
}

static void bodies_are_unpacked(void **state)
{
    (void)state;
    struct buf gzip = {0}, raw = {0}, chunks = {0}, both = {0};
    struct deflater *deflater = deflater_new();
    add_gzip(&gzip, PAGE, strlen(PAGE));
    deflater_run(deflater, PAGE, strlen(PAGE), &raw);
    add_chunks(&chunks, PAGE, strlen(PAGE));
    add_chunks(&both, gzip.data, gzip.len);
    check_coded(HTML("Content-Encoding: gzip"), gzip.data, gzip.len);
    check_coded(HTML("Content-Encoding: deflate"), raw.data, raw.len);
    check_coded(HTML("Transfer-Encoding: chunked"), chunks.data, chunks.len);
    check_coded(HTML("transfer-encoding: Chunked\r\nContent-Encoding: x-gzip"), both.data,
                both.len);
    deflater_free(deflater);
    buf_free(&gzip);
    buf_free(&raw);
    buf_free(&chunks);
    buf_free(&both);
}

/* Archives keep the headers and unpack the bodies. */
static void headers_may_name_a_coding_that_is_gone(void **state)
{
    (void)state;
    check_coded(HTML("Content-Encoding: gzip"), PAGE, strlen(PAGE));
    check_coded(HTML("Content-Encoding: deflate"), PAGE, strlen(PAGE));
    check_coded(HTML("Content-Encoding: br"), PAGE, strlen(PAGE));
    check_coded(HTML("Transfer-Encoding: chunked"), PAGE, strlen(PAGE));
}

static void bodies_that_cannot_be_had_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *headers, *body, *trouble;
    } cases[] = {
        {HTML("Content-Encoding: br"), "\x0b\x02\x80", "1@0 unknown encoding"},
        {HTML("Content-Encoding: gzip"), "\x1f\x8b\x08 no gzip at all", "1@0 damaged record"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf warc = {0};
        struct collected c = {0};
        add_response(&warc, "http://e.org/", cases[i].headers, cases[i].body,
                     strlen(cases[i].body));
        add_page(&warc, "http://e.org/a");
        read_warc(&c, &warc);
        assert_int_equal(c.count, 1);
        assert_string_equal(buf_text(&c.troubles), cases[i].trouble);
        collected_free(&c);
        buf_free(&warc);
    }
}

static void bodies_that_expand_too_far_are_refused(void **state)
{
    (void)state;
    struct buf gzip = {0}, warc = {0};
    struct collected c = {0};
    size_t len = (size_t)80 << 20;
    char *spaces = mem_alloc(len);
    memset(spaces, ' ', len);
    add_gzip(&gzip, spaces, len);
    add_response(&warc, "http://e.org/", HTML("Content-Encoding: gzip"), gzip.data, gzip.len);
    read_warc(&c, &warc);
    assert_string_equal(buf_text(&c.troubles), "1@0 expands too far");
    free(spaces);
    collected_free(&c);
    buf_free(&gzip);
    buf_free(&warc);
}

/* --- damage --- */

/* A page, the record with this length instead of its own, and a page. */
static void check_length(const char *length)
{
    struct buf warc = {0};
    struct collected c = {0};
    char expected[64];
    add_page(&warc, "http://e.org/1");
    size_t second = warc.len;
    buf_printf(&warc,
               "WARC/1.0\r\nWARC-Type: response\r\n%s\r\nHTTP/1.1 200 OK\r\n"
               "Content-Type: text/html\r\n\r\n" PAGE "\r\n\r\n",
               length);
    add_page(&warc, "http://e.org/3");
    read_warc(&c, &warc);
    snprintf(expected, sizeof expected, "2@%zu damaged record", second);
    assert_string_equal(buf_text(&c.troubles), expected);
    assert_int_equal(c.count, 2);
    assert_string_equal(c.articles[1].id, "https://e.org/3");
    collected_free(&c);
    buf_free(&warc);
}

static void a_wrong_length_costs_one_record(void **state)
{
    (void)state;
    check_length("Content-Length: 10\r\n");
    check_length("Content-Length: 300\r\n");
    check_length("Content-Length: 5000\r\n");
    check_length("Content-Length: 99999999999999999999\r\n");
    check_length("Content-Length: -1\r\n");
    check_length("Content-Length: x\r\n");
    check_length("");
}

/* Each record a gzip member, as tools write them. */
static void add_members(struct buf *out, size_t starts[4])
{
    for (int i = 0; i < 3; i++) {
        struct buf record = {0};
        char url[32];
        snprintf(url, sizeof url, "http://e.org/%d", i);
        add_page(&record, url);
        starts[i] = out->len;
        add_gzip(out, record.data, record.len);
        buf_free(&record);
    }
    starts[3] = out->len;
}

static bool has_id(const struct collected *c, const char *id)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->articles[i].id, id) == 0)
            return true;
    return false;
}

static void a_damaged_member_costs_one_record(void **state)
{
    (void)state;
    struct buf packed = {0};
    size_t starts[4];
    add_members(&packed, starts);
    for (size_t at = starts[1]; at < starts[2]; at++) {
        struct collected c = {0};
        packed.data[at] ^= 0x55;
        read_warc(&c, &packed);
        packed.data[at] ^= 0x55;
        assert_true(has_id(&c, "https://e.org/0"));
        assert_true(has_id(&c, "https://e.org/2"));
        assert_true(c.count == 3 || c.troubles.len > 0);
        collected_free(&c);
    }
    buf_free(&packed);
}

static void every_cut_is_read_or_named(void **state)
{
    (void)state;
    struct buf warc = {0};
    add_page(&warc, "http://e.org/1");
    size_t one = warc.len;
    add_page(&warc, "http://e.org/2");
    for (size_t len = one - 4; len <= warc.len; len++) {
        struct collected c = {0};
        collect_bytes(&c, warc.data, len);
        bool second = len >= warc.len - 4, begun = len > one;
        assert_int_equal(c.rc, BF_OK);
        assert_int_equal(c.count, second ? 2 : 1);
        assert_int_equal(c.troubles.len > 0, begun && !second);
        collected_free(&c);
    }
    buf_free(&warc);
}

static void large_records_are_passed_without_being_kept(void **state)
{
    (void)state;
    struct buf warc = {0}, body = {0};
    struct collected c = {0};
    struct archive_options options = {.max_record_bytes = 1 << 20};
    buf_zeros(&body, (size_t)3 << 20);
    add_response(&warc, "http://e.org/v", "200 OK\r\nContent-Type: video/mp4", body.data, body.len);
    size_t second = warc.len;
    add_response(&warc, "http://e.org/p", "200 OK\r\nContent-Type: text/html", body.data, body.len);
    add_page(&warc, "http://e.org/a");
    collect_bytes_with(&c, warc.data, warc.len, &options);
    char expected[96];
    snprintf(expected, sizeof expected, "1@0 not an article\n2@%zu record too long", second);
    assert_string_equal(buf_text(&c.troubles), expected);
    assert_int_equal(c.count, 1);
    collected_free(&c);
    buf_free(&warc);
    buf_free(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_is_an_article),
        cmocka_unit_test(other_records_are_passed_and_counted),
        cmocka_unit_test(resources_and_conversions_are_articles),
        cmocka_unit_test(the_canonical_link_must_be_the_sites_own),
        cmocka_unit_test(bodies_are_unpacked),
        cmocka_unit_test(headers_may_name_a_coding_that_is_gone),
        cmocka_unit_test(bodies_that_cannot_be_had_are_named),
        cmocka_unit_test(bodies_that_expand_too_far_are_refused),
        cmocka_unit_test(a_wrong_length_costs_one_record),
        cmocka_unit_test(a_damaged_member_costs_one_record),
        cmocka_unit_test(every_cut_is_read_or_named),
        cmocka_unit_test(large_records_are_passed_without_being_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
