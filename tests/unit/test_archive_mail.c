/* test_archive_mail.c - mailboxes and messages: headers, parts, encodings. */
#include "tests/unit/test.h"

#include <string.h>

#include "tests/unit/archive_collect.h"

static const struct article *read_one(struct collected *c, const char *text)
{
    collected_free(c);
    collect_text(c, text);
    assert_int_equal(c->rc, BF_OK);
    assert_string_equal(buf_text(&c->troubles), "");
    assert_int_equal(c->count, 1);
    return &c->articles[0];
}

static void a_message_is_an_article(void **state)
{
    (void)state;
    struct collected c = {0};
    char date[DATE_TEXT_BYTES];
    const struct article *a =
        read_one(&c, "Path: news.example.org!not-for-mail\nFrom: jane@example.org (Jane Doe)\n"
                     "Newsgroups: talk.harbours\nSubject: Re: Ice in\n the harbour\n"
                     "Message-ID: <1993Apr5.1@example.org>\nDate: Mon, 5 Apr 93 23:13:41 GMT\n"
                     "Keywords: ice, harbours\nLines: 2\n\nThe first line.\n\n> a quoted one\n");
    assert_string_equal(a->id, "1993Apr5.1@example.org");
    assert_string_equal(a->title, "Re: Ice in the harbour");
    assert_string_equal(a->author, "Jane Doe");
    assert_string_equal(a->category, "talk.harbours");
    assert_string_equal(a->tags, "ice, harbours");
    assert_string_equal(a->body, "The first line.\n\n> a quoted one");
    assert_string_equal(date_format(&a->date, date), "1993-04-05T23:13:41Z");
    collected_free(&c);
}

static void senders_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *from, *author;
    } cases[] = {
        {"a@b.example", "a@b.example"},
        {"Jane Doe <a@b.example>", "Jane Doe"},
        {"\"Doe, Jane\" <a@b.example>", "Doe, Jane"},
        {"<a@b.example>", "<a@b.example>"},
        {"a@b.example (Jane (JD) Doe)", "Jane (JD) Doe"},
        {"=?iso-8859-1?q?J=F6rg_M=FCller?= <a@b.example>", "J\xc3\xb6rg M\xc3\xbcller"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected c = {0};
        struct buf text = {0};
        buf_printf(&text, "From: %s\nSubject: s\n\nx\n", cases[i].from);
        assert_string_equal(read_one(&c, buf_text(&text))->author, cases[i].author);
        buf_free(&text);
        collected_free(&c);
    }
}

static void encoded_words_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *subject, *title;
    } cases[] = {
        {"=?utf-8?Q?caf=C3=A9_=3F?=", "caf\xc3\xa9 ?"},
        {"=?UTF-8?B?w6nDqQ==?= and =?koi8-r?b?xME?=", "\xc3\xa9\xc3\xa9 and \xd0\xb4\xd0\xb0"},
        {"=?utf-8?q?a?= =?utf-8?q?b?=\n =?utf-8?q?c?= d", "abc d"},
        {"=?us-ascii*en?q?tongue?=", "tongue"},
        {"=?utf-8?q?caf=C3?=\n =?UTF-8?b?qQ==?= =?iso-8859-1?q?=E9?=", "caf\xc3\xa9\xc3\xa9"},
        {"=?bogus?q?x?= =?utf-8?x?y?= =?utf-8?q?z", "=?bogus?q?x?= =?utf-8?x?y?= =?utf-8?q?z"},
        {"1 =? 2", "1 =? 2"},
        {"caf\xe9", "caf\xc3\xa9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected c = {0};
        struct buf text = {0};
        buf_printf(&text, "From: a\nSubject: %s\n\nx\n", cases[i].subject);
        assert_string_equal(read_one(&c, buf_text(&text))->title, cases[i].title);
        buf_free(&text);
        collected_free(&c);
    }
}

#define HEAD "From: a\nSubject: s\nMIME-Version: 1.0\n"

static void check_body(const char *message, const char *body)
{
    struct collected c = {0};
    assert_string_equal(read_one(&c, message)->body, body);
    collected_free(&c);
}

static void bodies_are_decoded(void **state)
{
    (void)state;
    check_body(HEAD
               "Content-Type: text/plain; charset=\"iso-8859-2\"\n"
               "Content-Transfer-Encoding: quoted-printable\n\n=B1=E6 soft=\n break=20\n=3D=zz",
               "\xc4\x85\xc4\x87 soft break\n==zz");
    check_body(HEAD "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: BASE64\n\n"
                    "Y2Fm\nw6k=\n-- \nfooter of a list\n",
               "caf\xc3\xa9");
    check_body(HEAD "Content-Type: text/plain; format=flowed\n\nOne \nparagraph.\n Another.\n",
               "One paragraph.\nAnother.");
    check_body(HEAD "Content-Type: text/plain; format=flowed; delsp=yes\n\nOne par \nagraph.\n",
               "One paragraph.");
    check_body(HEAD "Content-Type: text/html; charset=koi8-r\n\n<p>\xc4\xc1<br>b</p>",
               "\xd0\xb4\xd0\xb0\nb");
}

#define PARTS(type) HEAD "Content-Type: multipart/" type "; boundary=\"=b\"\n\nfor old readers\n"

static void parts_are_chosen(void **state)
{
    (void)state;
    check_body(PARTS("alternative") "--=b\nContent-Type: text/plain\n\nPlain.\n"
                                    "--=b\nContent-Type: text/html\n\n<p>HTML.\n--=b--\nrest",
               "Plain.");
    check_body(PARTS("alternative") "--=b\nContent-Type: text/plain\n\n \n"
                                    "--=b\nContent-Type: text/html\n\n<p>HTML.\n--=b--\n",
               "HTML.");
    check_body(PARTS("mixed") "--=b\n\nOne.\n--=b\nContent-Type: text/plain\n"
                              "Content-Disposition: attachment; filename=a\n\nAttached.\n"
                              "--=b\nContent-Type: image/png\n\nPNG\n--=bc\n--=b\n\nTwo.\n--=b--",
               "One.\n\nTwo.");
    check_body(
        PARTS("mixed") "--=b\nContent-Type: multipart/alternative; boundary=c\n\n"
                       "--c\nContent-Type: text/plain\n\nInner.\n--c\n"
                       "Content-Type: text/html\n\n<p>No.\n--c--\n"
                       "--=b\nContent-Type: message/rfc822\n\nSubject: x\n\nForwarded.\n--=b--",
        "Inner.\n\nForwarded.");
    check_body(PARTS("mixed") "--=b\n\nNever closed.", "Never closed.");
}

static void no_part_that_has_text_is_lost(void **state)
{
    (void)state;
    check_body(PARTS("mixed") "--=b\nContent-Type: text/html\n\n<p>News.</p>\n"
                              "--=b\nContent-Type: text/plain\n\nThe list's footer.\n--=b--",
               "News.\n\nThe list's footer.");
    check_body(PARTS("mixed") "--=b\nContent-Type: text/plain\n\nSee below.\n"
                              "--=b\nContent-Type: text/html\n\n<p>News.</p>\n--=b--",
               "See below.\n\nNews.");
    check_body(PARTS("mixed") "--another\n\nIts boundary is another.\n",
               "for old readers\n--another\n\nIts boundary is another.");
    check_body(HEAD "Content-Type: multipart/mixed\n\nNo boundary.\n", "No boundary.");
}

static void a_page_saved_with_its_parts_is_a_page(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c,
        "From: <Saved by a browser>\nSnapshot-Content-Location: https://www.e.example/a/\n"
        "Subject: x\nDate: Mon, 5 Apr 2021 10:00:00 +0000\nMIME-Version: 1.0\n"
        "Content-Type: multipart/related; type=\"text/html\"; boundary=\"=b\"\n\n--=b\n"
        "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<html><meta charset=3Dutf-8><title>Caf=C3=A9</title><nav>Home</nav><p>The text=\n of it."
        "</p></html>\n--=b\nContent-Type: image/png\n\nPNG\n--=b--\n");
    assert_string_equal(a->id, "https://e.example/a");
    assert_string_equal(a->title, "Caf\xc3\xa9");
    assert_string_equal(a->body, "The text of it.");
    a = read_one(&c, "From: x\nSnapshot-Content-Location: http://e.example/\xe9\nSubject: x\n"
                     "Content-Type: text/html\n\n<title>T</title>\n");
    assert_string_equal(a->url, "http://e.example/\xc3\xa9");
    collected_free(&c);
}

/* --- mailboxes --- */

#define FROM              "From jane@example.org Mon Apr  5 23:13:41 1993\n"
#define MESSAGE(id, body) FROM "From: jane\nMessage-ID: <" id ">\nSubject: " id "\n\n" body "\n"

static void a_mailbox_is_cut_at_its_from_lines(void **state)
{
    (void)state;
    struct collected c = {0};
    static const char box[] =
        MESSAGE("1", "One.\nFrom here on it is one.\n\nFrom now on too, at 10:15 sharp.\n")
            MESSAGE("2", "Two.\n>From the start.\n>>From an answer.\n> quoted\n")
                MESSAGE("3", "Three.");
    collect_text(&c, box);
    assert_string_equal(buf_text(&c.troubles), "");
    assert_int_equal(c.count, 3);
    assert_string_equal(c.articles[0].body, "One.\nFrom here on it is one.\n\n"
                                            "From now on too, at 10:15 sharp.");
    assert_string_equal(c.articles[1].body, "Two.\nFrom the start.\n>From an answer.\n> quoted");
    assert_string_equal(c.articles[2].id, "3");
    assert_int_equal(c.offsets[2], strstr(box, FROM "From: jane\nMessage-ID: <3>") - box);
    collected_free(&c);
}

static void messages_need_no_empty_line_between_them(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, FROM "Subject: 1\n\nOne.\nFrom the sea, 10:15\nit: comes.\n" FROM
                          "Subject: 2\n\nTwo.\n");
    assert_int_equal(c.count, 2);
    assert_string_equal(c.articles[0].body, "One.\nFrom the sea, 10:15\nit: comes.");
    assert_string_equal(c.articles[1].title, "2");
    collected_free(&c);
}

static void long_messages_are_named_and_passed(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf box = {0};
    struct archive_options options = {.max_record_bytes = 1 << 20};
    buf_puts(&box, MESSAGE("1", "One.\n") FROM "Subject: long\n\n");
    for (int i = 0; i < 500000; i++)
        buf_puts(&box, "a line\n");
    buf_puts(&box, "\n" MESSAGE("3", "Three.\n"));
    collect_bytes_with(&c, box.data, box.len, &options);
    assert_int_equal(c.count, 2);
    assert_string_equal(c.articles[1].id, "3");
    assert_non_null(strstr(buf_text(&c.troubles), "record too long"));
    buf_free(&box);
    collected_free(&c);
}

static void every_cut_of_a_message_is_read(void **state)
{
    (void)state;
    static const char box[] =
        FROM PARTS("mixed") "--=b\nContent-Type: text/plain\n"
                            "Content-Transfer-Encoding: base64\n\nY2Fm\n--=b--\n";
    for (size_t len = 0; len < sizeof box; len++) {
        struct collected c = {0};
        collect_bytes(&c, box, len);
        assert_int_equal(c.rc, BF_OK);
        assert_true(c.count <= 1);
        collected_free(&c);
    }
}

static void parts_in_parts_have_an_end(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf text = {0};
    buf_puts(&text, "From: a\nSubject: s\n");
    for (int i = 0; i < 20000; i++)
        buf_puts(&text, "Content-Type: multipart/mixed; boundary=b\n\n--b\n");
    collect_bytes(&c, text.data, text.len);
    assert_int_equal(c.count, 1);
    buf_free(&text);
    collected_free(&c);
}

static void other_texts_are_no_mail(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Note: this is no mail.\nSubject: but it looks so\n",
        "From here to there\n\ntext\n",
        "Title: x\n\nText.\n",
        "From: only one header that is known\n\nx\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct collected c = {0};
        collect_text(&c, texts[i]);
        assert_string_equal(buf_text(&c.troubles), "0@0 unknown format");
        collected_free(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_an_article),
        cmocka_unit_test(senders_are_named),
        cmocka_unit_test(encoded_words_are_decoded),
        cmocka_unit_test(bodies_are_decoded),
        cmocka_unit_test(parts_are_chosen),
        cmocka_unit_test(no_part_that_has_text_is_lost),
        cmocka_unit_test(a_page_saved_with_its_parts_is_a_page),
        cmocka_unit_test(a_mailbox_is_cut_at_its_from_lines),
        cmocka_unit_test(messages_need_no_empty_line_between_them),
        cmocka_unit_test(long_messages_are_named_and_passed),
        cmocka_unit_test(every_cut_of_a_message_is_read),
        cmocka_unit_test(parts_in_parts_have_an_end),
        cmocka_unit_test(other_texts_are_no_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
