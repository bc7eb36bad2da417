/* test_archive_markdown.c - front matter in its forms, and text without marks. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/mem.h"
#include "indexer/archive/markdown_text.h"
#include "tests/unit/archive_collect.h"

/* --- text --- */

static void check_text(const char *markdown, const char *expected)
{
    struct buf out = {0};
    size_t len = strlen(markdown);
    char *exact = mem_dup(markdown, len);
    markdown_to_text(span_of(exact, len), &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
    free(exact);
}

static void blocks_lose_their_marks(void **state)
{
    (void)state;
    check_text("One\ntwo\n\nthree", "One two\n\nthree");
    check_text("hard  \nbreak\\\nhere", "hard\nbreak\nhere");
    check_text("# A #\ntext\n### B\n\nC\n===\nD\n---\n", "A\n\ntext\n\nB\n\nC\n\nD");
    check_text("* one\n* two\n  more\n1. three\n\n- [x] four", "one\ntwo more\nthree\n\nfour");
    check_text("> quoted\n> > twice\n>- a\n", "quoted twice\na");
    check_text("a\n\n***\n\nb\n- - -\nc", "a\n\nb\n\nc");
    check_text("```c\nint *a[1];\n```\nafter\n~~~\n# no\n```\n~~~",
               "int *a[1];\n\nafter\n\n# no\n```");
    check_text("| a | *b* |\n|---|:--:|\n| 1 | 2 |", "a   b\n1   2");
    check_text("[x]: http://e.org 'T'\n[^1]: A note.", "[^1]: A note.");
    check_text("a\n<!-- not\nthis -->\nb\n{{< figure src=\"x\" >}}\n{% raw %}\nc", "a b c");
}

static void lines_lose_theirs(void **state)
{
    (void)state;
    check_text("**bold** and *em* and __b__ and _e_ ~~gone~~", "bold and em and b and e gone");
    check_text("snake_case_name 2 * 3 *a* b*c", "snake_case_name 2 * 3 a bc");
    check_text("[text](http://e.org/a_(b) \"T\") and [ref][1] and [x]", "text and ref and [x]");
    check_text("![alt](a.png) [![in](b.png) out](c)", "alt in out");
    check_text("see [a [b] c](d) ] [", "see a [b] c ] [");
    check_text("<http://e.org> <me@e.org> <b>x</b> a<br>b 1 < 2",
               "http://e.org me@e.org x a\nb 1 < 2");
    check_text("`code *x*` and ``a ` b`` and ` open", "code *x* and a ` b and ` open");
    check_text("\\*no\\* &amp; &eacute; AT&T", "*no* & \xc3\xa9 AT&T");
}

static void hostile_text_takes_linear_time(void **state)
{
    (void)state;
    static const char *const units[] = {"[",   "](",   "[](", "*",    "_a",   "`", "<",
                                        "<a ", "<a >", "![",  "> ",   "- ",   "#", "&",
                                        "\\",  "|",    "~",   "<!--", "```\n"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct buf text = {0}, out = {0};
        while (text.len < 400000)
            buf_puts(&text, units[i]);
        clock_t start = clock();
        markdown_to_text(span_of((const char *)text.data, text.len), &out);
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
        buf_free(&text);
        buf_free(&out);
    }
}

/* --- files --- */

static const struct article *read_one(struct collected *c, const char *text)
{
    collected_free(c);
    collect_text(c, text);
    assert_string_equal(buf_text(&c->troubles), "");
    assert_int_equal(c->count, 1);
    return &c->articles[0];
}

static void check_fields(const char *text)
{
    struct collected c = {0};
    char date[DATE_TEXT_BYTES];
    const struct article *a = read_one(&c, text);
    assert_string_equal(a->title, "The harbour: open again");
    assert_string_equal(date_format(&a->date, date), "2020-03-04");
    assert_string_equal(a->tags, "ice, ships, the sea");
    assert_string_equal(a->author, "Ann Lee");
    assert_string_equal(a->summary, "It is open.");
    assert_string_equal(a->body, "Boats left early.");
    collected_free(&c);
}

static void front_matter_has_several_forms(void **state)
{
    (void)state;
    check_fields("---\ntitle: \"The harbour: open again\"\ndate: 2020-03-04 # a day\n"
                 "tags: [ice, 'ships', \"the sea\"]\nauthor: Ann Lee\nsummary: It is open.\n---\n\n"
                 "Boats *left* early.\n");
    check_fields(
        "---\r\ntitle: 'The harbour: open again'\r\ndate: 2020-03-04\r\ntags:\r\n"
        "  - ice\r\n  - ships\r\n  - the sea\r\nauthor:\r\n  name: Ann Lee\r\n  mail: x\r\n"
        "description: >\r\n  It is\r\n  open.\r\nother: {a: 1}\r\n...\r\nBoats left early.\r\n");
    check_fields("+++\ntitle = \"The harbour: open again\"\ndate = 2020-03-04\n"
                 "author = 'Ann Lee'\nsummary = \"\"\"\nIt is open.\"\"\"\n[taxonomies]\n"
                 "tags = [\n  \"ice\",\n  \"ships\", \"the sea\"\n]\n+++\nBoats left early.\n");
    check_fields(
        "{\n  \"title\": \"The harbour: open again\",\n  \"date\": \"2020-03-04\",\n"
        "  \"tags\": [\"ice\", \"ships\", \"the sea\"],\n  \"author\": {\"name\": \"Ann Lee\"},\n"
        "  \"summary\": \"It is open.\"\n}\n\nBoats left early.\n");
    check_fields("Title: The harbour: open again\nDate: 2020-03-04\nTags: ice, ships, the sea\n"
                 "Author: Ann Lee\nSummary: It is open.\n\nBoats left early.\n");
}

static void comments_are_no_values(void **state)
{
    (void)state;
    check_fields("---\ntitle: \"The harbour: open again\" # or not\ndate: '2020-03-04' # a day\n"
                 "tags: [ice, ships, the sea] # three\nauthor: Ann Lee\nsummary: It is open.\n---\n"
                 "Boats left early.\n");
    check_fields("---\ntitle: The harbour: open again\ndate: 2020-03-04\ntags:\n- 'ice' # cold\n"
                 "- ships # many\n- the sea\nauthor: Ann Lee\nsummary: It is open.\n---\n"
                 "Boats left early.\n");
    struct collected c = {0};
    const struct article *a = read_one(
        &c, "---\ntitle: \"Item #7 # of \\\" # nine\" # here\nsummary: '#one # two'\n---\nx");
    assert_string_equal(a->title, "Item #7 # of \" # nine");
    assert_string_equal(a->summary, "#one # two");
    collected_free(&c);
}

static void the_first_heading_is_the_title(void **state)
{
    (void)state;
    struct collected c = {0};
    const struct article *a = read_one(&c, "# The *first* heading\n\nText.\n\n# Another\n");
    assert_string_equal(a->title, "The first heading");
    assert_string_equal(a->body, "Text.\n\nAnother");
    a = read_one(&c, "\nUnder\n-----\nText.\n");
    assert_string_equal(a->title, "Under");
    a = read_one(&c, "---\ndate: 2020-01-02\n---\n## From the text\nText.\n");
    assert_string_equal(a->title, "From the text");
    assert_string_equal(a->body, "Text.");
    collected_free(&c);
}

static void check_troubles(const char *text, const char *troubles)
{
    struct collected c = {0};
    collect_text(&c, text);
    assert_int_equal(c.count, 0);
    assert_string_equal(buf_text(&c.troubles), troubles);
    collected_free(&c);
}

static void drafts_and_other_texts_are_left_out(void **state)
{
    (void)state;
    check_troubles("---\ntitle: x\ndraft: true\n---\ntext", "1@0 not published");
    check_troubles("+++\ntitle = 'x'\ndraft = true\n+++\ntext", "1@0 not published");
    check_troubles("{\n\"title\":\"x\",\"draft\":true\n}\ntext", "1@0 not published");
    check_troubles("---\ntitle: x\npublished: false\n---\ntext", "1@0 not published");
    check_troubles("---\nno end\n", "0@0 unknown format");
    check_troubles("---\n---\ntext", "0@0 unknown format");
    check_troubles("Title: x\n\nText.\n", "0@0 unknown format");
    check_troubles("#hashtag and text\n", "0@0 unknown format");
}

static void every_cut_is_read_or_refused(void **state)
{
    (void)state;
    static const char yaml[] = "---\ntitle: \"a\"\ntags: [x, 'y']\nb:\n  - c\n---\n# h\n"
                               "[a](b) ![c][d] `e` <f> **g** &amp;\n";
    static const char toml[] = "+++\ntitle = \"\"\"a\"\"\"\ntags = [\n'b'\n]\n+++\ntext\n";
    static const char json[] = "{\n\"title\": \"a\\\"\", \"b\": [{}]\n}\ntext\n";
    static const char *const texts[] = {yaml, toml, json};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t len = 0; len < strlen(texts[i]); len++) {
            struct collected c = {0};
            collect_bytes(&c, texts[i], len);
            assert_int_equal(c.rc, BF_OK);
            assert_true(c.count <= 1);
            collected_free(&c);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_lose_their_marks),
        cmocka_unit_test(lines_lose_theirs),
        cmocka_unit_test(hostile_text_takes_linear_time),
        cmocka_unit_test(front_matter_has_several_forms),
        cmocka_unit_test(comments_are_no_values),
        cmocka_unit_test(the_first_heading_is_the_title),
        cmocka_unit_test(drafts_and_other_texts_are_left_out),
        cmocka_unit_test(every_cut_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
