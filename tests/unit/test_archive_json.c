/* test_archive_json.c - JSON that is not cut into lines: lists, wrappers, damage, known shapes. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/archive/json_scan.h"
#include "tests/unit/archive_collect.h"

/* --- every damage costs one element --- */

#define ELEMENTS 5
#define DAMAGED  2 /* the element that is damaged */

static void add_element(struct buf *out, int i, bool pretty)
{
    const char *line = pretty ? "\n  " : "";
    buf_printf(
        out,
        "{%s\"id\": \"e%d\",%s\"title\": \"Title \\\"%d\\\"\",%s\"tags\": [\"a\", \"b\"],%s"
        "\"author\": [{\"name\": \"A, {B}\"}, {\"name\": \"C\"}],%s\"body\": \"Text, of %d.\"%s}",
        line, i, line, i, line, line, line, i, pretty ? "\n" : "");
}

/* The form, and where the element that will be damaged stands in it. */
struct form {
    const char *name, *before, *between, *after;
    bool pretty;
};

static const struct form forms[] = {
    {"one line", "[", ",", "]", false},
    {"a line each", "[\n", ",\n", "\n]\n", false},
    {"pretty", "[ ", ", ", " ]", true},
    {"wrapped", "{\"status\": \"ok\", \"articles\": [", ",", "], \"more\": {\"a\": [1]}}", false},
    {"concatenated", "", "\n", "\n", true},
};

static void write_form(const struct form *form, struct buf *out, size_t *start, size_t *end)
{
    buf_puts(out, form->before);
    for (int i = 0; i < ELEMENTS; i++) {
        if (i)
            buf_puts(out, form->between);
        if (i == DAMAGED)
            *start = out->len;
        add_element(out, i, form->pretty);
        if (i == DAMAGED)
            *end = out->len;
    }
    buf_puts(out, form->after);
}

/* How many of the other elements are not there as they should be. */
static int count_lost(const struct collected *c)
{
    int lost = 0;
    for (int i = 0; i < ELEMENTS; i++) {
        char id[8], body[32];
        bool found = i == DAMAGED;
        snprintf(id, sizeof id, "e%d", i);
        snprintf(body, sizeof body, "Text, of %d.", i);
        for (size_t k = 0; k < c->count; k++)
            found |= !strcmp(c->articles[k].id, id) && !strcmp(c->articles[k].body, body);
        lost += !found;
    }
    return lost;
}

/* Byte `at` is deleted, or replaced by `to`. */
static int damage_once(const struct form *form, const struct buf *whole, size_t at, int to)
{
    struct collected c = {0};
    struct buf text = {0};
    buf_add(&text, whole->data, at);
    if (to >= 0)
        buf_putc(&text, to);
    buf_add(&text, whole->data + at + 1, whole->len - at - 1);
    collect_bytes(&c, text.data, text.len);
    int lost = count_lost(&c);
    bool invented = c.count > ELEMENTS;
    if (lost || invented)
        printf("%s: byte %zu to %d: %d lost, %zu articles: %.*s\n", form->name, at, to, lost,
               c.count, (int)text.len, (const char *)text.data);
    assert_int_equal(c.rc, BF_OK);
    assert_true(c.count == ELEMENTS || c.troubles.len);
    collected_free(&c);
    buf_free(&text);
    return lost + invented;
}

/* Objects one behind the other are told by the line that begins with "{", so
 * a line end before an inner one makes an article of it. */
static void a_damaged_element_costs_only_itself(void **state)
{
    (void)state;
    static const char to[] = "\"\\{}[],:x\n";
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        struct buf whole = {0};
        size_t start = 0, end = 0, count = sizeof to - (forms[f].before[0] ? 1 : 2);
        int lost = 0;
        write_form(&forms[f], &whole, &start, &end);
        for (size_t at = start; at < end; at++) {
            lost += damage_once(&forms[f], &whole, at, -1);
            for (size_t i = 0; i < count; i++)
                lost += damage_once(&forms[f], &whole, at, to[i]);
        }
        assert_int_equal(lost, 0);
        buf_free(&whole);
    }
}

/* The text cut anywhere gives the elements before the cut, and says so. */
static void a_text_that_is_cut_gives_what_stands_before(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        struct buf whole = {0};
        size_t start = 0, end = 0;
        write_form(&forms[f], &whole, &start, &end);
        for (size_t len = start; len < end; len++) {
            struct collected c = {0};
            collect_bytes(&c, whole.data, len);
            assert_int_equal(c.count, DAMAGED);
            assert_true(c.troubles.len || (!forms[f].before[0] && len == start));
            collected_free(&c);
        }
        buf_free(&whole);
    }
}

/* --- what lists stand in --- */

static void check_ids(const char *text, const char *ids, const char *troubles)
{
    struct collected c = {0};
    struct buf found = {0};
    collect_text(&c, text);
    for (size_t i = 0; i < c.count; i++)
        buf_printf(&found, "%s%s", i ? " " : "", c.articles[i].id);
    if (strcmp(buf_text(&found), ids) != 0)
        fail_msg("\"%s\", not \"%s\", of: %s", buf_text(&found), ids, text);
    assert_string_equal(buf_text(&c.troubles), troubles);
    assert_int_equal(c.rc, BF_OK);
    buf_free(&found);
    collected_free(&c);
}

#define ONE "{\"id\":\"1\",\"title\":\"one\"}"
#define TWO "{\"id\":\"2\",\"title\":\"two\"}"

static void lists_are_found_where_archives_have_them(void **state)
{
    (void)state;
    check_ids("[" ONE "," TWO "]", "1 2", "");
    check_ids("\xef\xbb\xbf [\r\n" ONE "\r\n,\r\n" TWO "\r\n]\r\n", "1 2", "");
    check_ids("{\"articles\":[" ONE "," TWO "]}", "1 2", "");
    check_ids("{\"n\":2,\"x\":{\"items\":[1]},\"items\":[" ONE "," TWO "],\"next\":null}", "1 2",
              "");
    check_ids("{\"response\":{\"docs\":[" ONE "]},\"results\":[" TWO "]}", "1 2", "");
    check_ids("{\"hits\":{\"total\":2,\"hits\":[{\"_id\":\"1\",\"_source\":{\"title\":\"one\"}},"
              "{\"_id\":\"2\",\"_source\":{\"title\":\"two\"}}]}}",
              "1 2", "");
    check_ids("[" ONE "] [" TWO "]", "1 2", "");
    check_ids("{\"items\":[" ONE "]}\n{\"items\":[" TWO "]}\n", "1 2", "");
    check_ids(ONE TWO, "1 2", "");
    check_ids("\x1e" ONE "\n\x1e{\"id\":\"2\",\n\"title\":\"two\"}\n", "1 2", "");
    check_ids("{\n\"id\":\"1\",\n\"title\":\"one\"\n}\n{\n\"id\":\"2\",\n\"title\":\"two\"\n}",
              "1 2", "");
}

static void an_article_may_have_lists(void **state)
{
    (void)state;
    check_ids("{\"id\":\"a\",\"title\":\"t\",\"items\":[" ONE "]}", "a", "");
    check_ids("{\"id\":\"a\",\n\"body\":\"b\",\"data\":{\"items\":[" ONE "]}}", "a", "");
    check_ids("{\n\"tags\":[" ONE "],\"id\":\"a\",\"title\":\"t\"}", "a", "");
}

#define TEXT "{\"id\":\"3\",\"title\":\"three\",\"body\":\"b\"}"

/* It may stand before the list or behind it. */
static void a_collection_may_have_a_title(void **state)
{
    (void)state;
    check_ids("{\"title\":\"News\",\"articles\":[" TEXT "," ONE "]}", "3 1", "");
    check_ids("{\"name\":\"x\",\n\"items\":[" TEXT "],\"description\":\"d\"}\n", "3", "");
    check_ids("{\"items\":[" TEXT "," TWO "],\"title\":\"News\"}", "3 2", "");
    check_ids("{\"feed\":{\"url\":\"u\",\"title\":\"News\"},\"items\":[" TEXT "]}", "3", "");
    check_ids("{\"title\":\"News\",\"data\":{\"articles\":[" TEXT "]},\"n\":1}", "3", "");
    check_ids("{\"id\":\"a\",\"title\":\"t\",\"data\":{\"items\":[" TEXT "]},\"body\":\"b\"}", "a",
              "");
    check_ids("{\"id\":\"a\",\"title\":\"t\",\"data\":{\"items\":[{\"url\":\"u\"}]}}", "a", "");
    check_ids("{\"title\":\"t\",\"posts\":[{\"id\":\"4\",\"title\":{\"rendered\":\"r\"},"
              "\"content\":{\"rendered\":\"c\"}}]}",
              "4", "");
    check_ids("{\"documents\":[{\"url\":\"u\"}],\"id\":\"a\",\"title\":\"t\",\"body\":\"b\"}\n"
              "{\"documents\":[" TEXT "],\"id\":\"b\",\"title\":\"t\",\"body\":\"b\"}\n",
              "a b", "");
}

static void an_empty_list_is_no_trouble(void **state)
{
    (void)state;
    check_ids("[]", "", "");
    check_ids("{\"status\":\"ok\",\n\"articles\":[]}", "", "");
    check_ids("[ , ]", "", "");
}

static void what_is_no_object_is_named(void **state)
{
    (void)state;
    check_ids("[" ONE ",[1],\"s\",17,null," TWO "]", "1 2",
              "2@26 not a JSON object\n3@30 not a JSON object\n4@34 not a JSON object\n"
              "5@37 not a JSON object");
    check_ids("[" ONE "] tail\n" TWO, "1 2", "2@25 invalid JSON\n0@56 invalid JSON");
}

/* --- limits --- */

static void add_deep(struct buf *out, const char *open, const char *close, int depth)
{
    for (int i = 0; i < depth; i++)
        buf_puts(out, open);
    buf_puts(out, "1");
    for (int i = 0; close && i < depth; i++)
        buf_puts(out, close);
}

static void check_deep(const char *open, const char *close, int depth, const char *troubles)
{
    struct buf text = {0};
    buf_puts(&text, "[" ONE ",{\"id\":\"deep\",\"title\":\"t\",\"x\":");
    add_deep(&text, open, close, depth);
    buf_puts(&text, "},\n" TWO "]");
    check_ids(buf_text(&text), close && depth < 62 ? "1 deep 2" : "1 2", troubles);
    buf_free(&text);
}

static void what_is_too_deep_costs_only_itself(void **state)
{
    (void)state;
    check_deep("[", "]", 61, "");
    check_deep("{\"a\":", "}", 61, "");
    check_deep("[", "]", 64, "2@26 nested too deeply");
    check_deep("[", "]", 100000, "2@26 nested too deeply");
    check_deep("{\"id\":", "}", 100000, "2@26 nested too deeply");
    check_deep("[", NULL, 100000, "2@26 nested too deeply");
    check_deep("{\"id\":", NULL, 100000, "2@26 nested too deeply");
}

/* An object of the limit is taken, one of a byte more is not. */
static void the_limit_is_exact(void **state)
{
    (void)state;
    static const char object[] = "{\n\"id\":\"1\",\"title\":\"one\",\n\"body\":\"some words\"}";
    for (size_t less = 0; less < 2; less++) {
        struct archive_options options = {.max_record_bytes = sizeof object - 1 - less};
        struct collected c = {0};
        options.format = archive_format_named("json", &c.err);
        collect_bytes_with(&c, object, sizeof object - 1, &options);
        assert_int_equal(c.count, 1 - less);
        assert_string_equal(buf_text(&c.troubles), less ? "1@0 record too long" : "");
        collected_free(&c);
    }
}

static void what_is_too_long_costs_only_itself(void **state)
{
    (void)state;
    static const struct archive_options options = {.max_record_bytes = 100};
    static const char *const texts[] = {
        ("[" ONE ",{\"id\":\"long\",\"body\":\"%s\"}," TWO "]"),
        ("{\"items\":[" ONE ",{\"id\":\"long\",\"body\":\"%s\"}," TWO "]}"),
        ("{\n\"id\":\"1\",\"title\":\"one\"}\n{\"id\":\"long\",\"body\":\"%s\"}\n" TWO),
    };
    struct buf long_text = {0};
    while (long_text.len < 3000000)
        buf_puts(&long_text, "a \\\" b, {c}: ");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct collected c = {0};
        struct field_map *map = field_map_new();
        struct buf text = {0};
        char *before = mem_strndup(texts[i], (size_t)(strstr(texts[i], "%s") - texts[i]));
        buf_printf(&text, "%s%s%s", before, buf_text(&long_text), strstr(texts[i], "%s") + 2);
        char path[] = "/tmp/backfile-test-XXXXXX";
        int fd = mkstemp(path);
        assert_true(write(fd, text.data, text.len) == (ssize_t)text.len);
        close(fd);
        collect_path(&c, path, &options, map);
        unlink(path);
        assert_int_equal(c.count, 2);
        assert_string_equal(c.articles[1].id, "2");
        assert_string_equal(strchr(buf_text(&c.troubles), ' ') + 1, "record too long");
        free(before);
        buf_free(&text);
        field_map_free(map);
        collected_free(&c);
    }
    buf_free(&long_text);
}

/* --- the scanner --- */

/* Whatever the pieces, the outcome is that of the whole. */
static void a_scan_may_come_in_pieces(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"a\\\"b\":[1,2.5e3,{\"c\":\"\\\\\"}],\"d\":null}",
        "[[],{}]",
        "\"s\\n\" ",
        "-12 ",
        "{]",
        "{\"a\":\"\n\"}",
        "[1,2",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct json_scan whole = {0};
        size_t len = strlen(texts[i]);
        enum json_scan_status wanted = json_scan_run(&whole, texts[i], len), status;
        for (size_t cut = 0; cut <= len; cut++) {
            struct json_scan scan = {0};
            status = json_scan_run(&scan, texts[i], cut);
            if (status == JSON_SCAN_MORE)
                status = json_scan_run(&scan, texts[i], len);
            assert_int_equal(status, wanted);
            assert_int_equal(scan.seen, whole.seen);
        }
    }
}

/* --- known shapes --- */

static const struct article *read_one(struct collected *c, const char *text)
{
    collect_text(c, text);
    assert_string_equal(buf_text(&c->troubles), "");
    assert_int_equal(c->count, 1);
    return &c->articles[0];
}

static void reads_a_json_feed(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a =
        read_one(&c, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"My Feed\","
                     "\"home_page_url\":\"https://example.org/\",\"language\":\"de\","
                     "\"authors\":[{\"name\":\"Of The Feed\"}],\"items\":[{\"id\":\"i1\","
                     "\"url\":\"https://example.org/1\",\"content_html\":\"<p>One &amp; two.</p>\","
                     "\"summary\":\"S\",\"date_published\":\"2010-02-07T14:04:00-05:00\","
                     "\"date_modified\":\"2010-02-08T14:04:00-05:00\",\"tags\":[\"a\",\"b\"]}]}");
    char text[DATE_TEXT_BYTES];
    assert_string_equal(a->id, "i1");
    assert_string_equal(a->url, "https://example.org/1");
    assert_string_equal(a->body, "One & two.");
    assert_string_equal(a->title, "One & two.");
    assert_true(a->title_is_derived);
    assert_string_equal(a->source, "My Feed");
    assert_string_equal(a->category, "My Feed");
    assert_string_equal(a->author, "Of The Feed");
    assert_string_equal(a->language, "de");
    assert_string_equal(a->tags, "a, b");
    assert_string_equal(date_format(&a->date, text), "2010-02-07T19:04:00Z");
    assert_string_equal(date_format(&a->updated, text), "2010-02-08T19:04:00Z");
    collected_free(&c);
}

static void what_an_item_says_goes_before_the_feed(void **state)
{
    (void)state;
    struct collected c = {0};
    collect_text(&c, "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"F\","
                     "\"author\":{\"name\":\"Of The Feed\"},\"items\":["
                     "{\"id\":\"1\",\"title\":\"t\",\"content_text\":\"x\","
                     "\"author\":{\"name\":\"Own\"}},{\"id\":\"2\",\"title\":\"u\"}]}");
    assert_int_equal(c.count, 2);
    assert_string_equal(c.articles[0].author, "Own");
    assert_string_equal(c.articles[0].body, "x");
    assert_string_equal(c.articles[1].author, "Of The Feed");
    collected_free(&c);
}

static void reads_ninjs(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c,
        "{\"uri\":\"urn:x:1\",\"versionCreated\":\"2023-10-08T02:34:03+02:00\",\"type\":\"text\","
        "\"title\":\"Working title\",\"by\":\"A. One\",\"language\":\"sv\",\"headlines\":["
        "{\"role\":\"sub\",\"value\":\"Second\"},{\"role\":\"main\",\"value\":\"Headline\"}],"
        "\"subjects\":[{\"name\":\"sport\",\"rel\":\"about\"},{\"name\":\"law\"}],"
        "\"descriptions\":[{\"role\":\"summary\",\"value\":\"Short.\"}],\"bodies\":["
        "{\"role\":\"caption\",\"contentType\":\"text/plain\",\"value\":\"Picture\"},"
        "{\"role\":\"main\",\"contentType\":\"text/html\",\"value\":\"<p>From HTML</p>\"}]}");
    char text[DATE_TEXT_BYTES];
    assert_string_equal(a->id, "urn:x:1");
    assert_string_equal(a->title, "Headline");
    assert_string_equal(a->author, "A. One");
    assert_string_equal(a->body, "From HTML");
    assert_string_equal(a->summary, "Short.");
    assert_string_equal(a->tags, "sport, law");
    assert_string_equal(a->language, "sv");
    assert_string_equal(date_format(&a->date, text), "2023-10-08T00:34:03Z");
    assert_false(c.problems[0].withdrawn);
    collected_free(&c);
}

static void the_name_of_an_agency_describes_nothing(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a =
        read_one(&c, "{\"uri\":\"urn:x:1\",\"headlines\":[{\"role\":\"main\",\"value\":\"H\"}],"
                     "\"descriptions\":[{\"role\":\"creditline\",\"value\":\"AGENCY\"},"
                     "{\"role\":\"caption\",\"value\":\"A ship leaves.\"},"
                     "{\"role\":\"summary\"}]}");
    assert_string_equal(a->summary, "A ship leaves.");
    assert_string_equal(a->body, "A ship leaves.");
    collected_free(&c);
}

static void a_canceled_ninjs_item_is_withdrawn(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(&c, "{\"uri\":\"urn:x:1\",\"pubStatus\":\"canceled\","
                                           "\"versionCreated\":\"2023-10-08\"}");
    assert_true(c.problems[0].withdrawn);
    assert_string_equal(a->id, "urn:x:1");
    assert_int_equal(a->date.precision, DATE_DAY);
    collected_free(&c);
    check_ids("{\"uri\":\"urn:x:1\",\"pubstatus\":\"withheld\",\"headline\":\"H\"}", "",
              "1@0 not published");
}

static void reads_the_washington_post_of_trec(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "{\"id\": \"b2e8\", \"article_url\": \"https://example.org/p\", \"title\": \"T\","
            "\"author\": \"A. One\", \"published_date\": 1325376562000, \"contents\": ["
            "{\"content\": \"Opinions\", \"mime\": \"text/plain\", \"type\": \"kicker\"},"
            "{\"content\": \"T\", \"mime\": \"text/plain\", \"type\": \"title\"}, null,"
            "{\"content\": 1325376562000, \"mime\": \"text/plain\", \"type\": \"date\"},"
            "{\"content\": \"First <b>bold</b>.\", \"subtype\": \"paragraph\","
            "\"type\": \"sanitized_html\", \"mime\": \"text/html\"},"
            "{\"fullcaption\": \"A picture\", \"type\": \"image\"},"
            "{\"name\": \"A. One\", \"bio\": \"One writes.\", \"type\": \"author_info\"},"
            "{\"content\": \"Second.\", \"type\": \"sanitized_html\", \"mime\": \"text/html\"}],"
            "\"type\": \"article\", \"source\": \"The Washington Post\"}\n");
    char text[DATE_TEXT_BYTES];
    assert_string_equal(a->id, "b2e8");
    assert_string_equal(a->url, "https://example.org/p");
    assert_string_equal(a->category, "Opinions");
    assert_string_equal(a->body, "First bold.\n\nSecond.");
    assert_string_equal(date_format(&a->date, text), "2012-01-01T00:09:22Z");
    collected_free(&c);
}

static void reads_what_wordpress_answers(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "[{\"id\":7,\"date\":\"2020-05-06T07:08:09\",\"link\":\"https://example.org/7\","
            "\"title\":{\"rendered\":\"A &#8211; B\"},\"content\":{\"rendered\":"
            "\"<p>One.</p>\\n<p>Two.</p>\"},\"excerpt\":{\"rendered\":\"<p>E.</p>\"}}]");
    assert_string_equal(a->id, "7");
    assert_string_equal(a->title, "A \xe2\x80\x93 B");
    assert_string_equal(a->body, "One.\n\nTwo.");
    assert_string_equal(a->summary, "E.");
    collected_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_element_costs_only_itself),
        cmocka_unit_test(a_text_that_is_cut_gives_what_stands_before),
        cmocka_unit_test(lists_are_found_where_archives_have_them),
        cmocka_unit_test(an_article_may_have_lists),
        cmocka_unit_test(a_collection_may_have_a_title),
        cmocka_unit_test(an_empty_list_is_no_trouble),
        cmocka_unit_test(what_is_no_object_is_named),
        cmocka_unit_test(what_is_too_deep_costs_only_itself),
        cmocka_unit_test(the_limit_is_exact),
        cmocka_unit_test(what_is_too_long_costs_only_itself),
        cmocka_unit_test(a_scan_may_come_in_pieces),
        cmocka_unit_test(reads_a_json_feed),
        cmocka_unit_test(what_an_item_says_goes_before_the_feed),
        cmocka_unit_test(reads_ninjs),
        cmocka_unit_test(the_name_of_an_agency_describes_nothing),
        cmocka_unit_test(a_canceled_ninjs_item_is_withdrawn),
        cmocka_unit_test(reads_the_washington_post_of_trec),
        cmocka_unit_test(reads_what_wordpress_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
