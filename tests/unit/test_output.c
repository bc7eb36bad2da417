/* test_output.c - what leaves the program is safe for where it goes. */
#include "tests/unit/test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/text/escape.h"
#include "common/text/utf8.h"
#include "query/output.h"

typedef void writer(struct buf *out, const char *text, size_t len);

struct sample {
    const char *in;
    size_t len;
    const char *want;
};

#define SAMPLE(in, want)                                                                           \
    {                                                                                              \
        in, sizeof(in) - 1, want                                                                   \
    }

static void check_samples(writer *write, const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf out = {0};
        char *exact = mem_dup(samples[i].in, samples[i].len);
        write(&out, exact, samples[i].len);
        assert_string_equal(buf_text(&out), samples[i].want);
        free(exact);
        buf_free(&out);
    }
}

static void test_json(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        SAMPLE("", "\"\""),
        SAMPLE("plain text", "\"plain text\""),
        SAMPLE("say \"x\" \\ /", "\"say \\\"x\\\" \\\\ /\""),
        SAMPLE("a\nb\tc\rd", "\"a\\nb\\tc\\rd\""),
        SAMPLE("\b\f\0z\x1b[1m\x7f", "\"\\u0008\\u000c\\u0000z\\u001b[1m\\u007f\""),
        SAMPLE("caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80",
               "\"caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80\""),
        SAMPLE("\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\""),
        SAMPLE("\xc2\x9b\xe2\x80\xae\xe2\x81\xa6", "\"\\u009b\\u202e\\u2066\""),
        SAMPLE("a\xff"
               "b",
               "\"a\xef\xbf\xbd"
               "b\""),
        SAMPLE("cut \xe2\x80", "\"cut \xef\xbf\xbd\""),
        SAMPLE("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""),
        SAMPLE("\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""),
        SAMPLE("\xef\xbf\xbd", "\"\xef\xbf\xbd\""),
    };
    check_samples(escape_json_string, samples, sizeof samples / sizeof *samples);
}

static void test_tsv(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        SAMPLE("", ""),
        SAMPLE("a \"b\" c", "a \"b\" c"),
        SAMPLE("a\tb\nc\rd\\e", "a\\tb\\nc\\rd\\\\e"),
        SAMPLE("\x1b]0;title\x07", "\\u001b]0;title\\u0007"),
        SAMPLE("\xff\xe6\x97\xa5", "\xef\xbf\xbd\xe6\x97\xa5"),
    };
    check_samples(escape_column, samples, sizeof samples / sizeof *samples);
}

static void test_terminal(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        SAMPLE("", ""),
        SAMPLE("a\tb\nc\r\n\x0b\x0c", "a b c    "),
        SAMPLE("\x1b[31mred\x1b[0m", "[31mred[0m"),
        SAMPLE("\xc2\x9b"
               "31m",
               "31m"),
        SAMPLE("x\xc2\x85y\xe2\x80\xa8z", "x y z"),
        SAMPLE("user\xe2\x80\xae nimda\xe2\x81\xa9", "user nimda"),
        SAMPLE("\xd7\xa9\xe2\x80\x8f!", "\xd7\xa9\xe2\x80\x8f!"),
        SAMPLE("nul\0 del\x7f", "nul del"),
        SAMPLE("\xe2\x82", "\xef\xbf\xbd"),
    };
    check_samples(output_terminal, samples, sizeof samples / sizeof *samples);
}

static const struct output_layout narrow = {.width = 12, .style = {"<", ">"}};

static void check_paragraph(const char *text, const struct output_range *bold, size_t count,
                            const struct output_layout *layout, const char *want)
{
    struct buf out = {0};
    char *exact = mem_dup(text, strlen(text));
    output_paragraph(&out, exact, strlen(text), bold, count, layout);
    assert_string_equal(buf_text(&out), want);
    free(exact);
    buf_free(&out);
}

static void check_plain(const char *text, const char *want)
{
    check_paragraph(text, NULL, 0, &narrow, want);
}

static void test_wrap(void **state)
{
    (void)state;
    check_plain("", "");
    check_plain(" \n\t ", "");
    check_plain("one", "one\n");
    check_plain("  one \n two  ", "one two\n");
    check_plain("twelve chars", "twelve chars\n");
    check_plain("twelve chars!", "twelve\nchars!\n");
    check_plain("a supercalifragilistic b", "a\nsupercalifragilistic\nb\n");
    check_plain("esc \x1b[2J here", "esc [2J here\n");
    check_plain("a \x01 b", "a b\n");
    check_plain("\xff"
                "a",
                "\xef\xbf\xbd"
                "a\n");
}

static void test_wrap_counts_columns(void **state)
{
    (void)state;
    /* Six ideographs fill a line of twelve columns. */
    check_plain(
        "\xe6\x97\xa5\xe6\x9c\xac\xe7\xb5\x8c\xe6\xb8\x88\xe6\x96\xb0\xe8\x81\x9e\xe7\xa4\xbe",
        "\xe6\x97\xa5\xe6\x9c\xac\xe7\xb5\x8c\xe6\xb8\x88\xe6\x96\xb0\xe8\x81\x9e\n"
        "\xe7\xa4\xbe\n");
    /* A combining accent takes no column. */
    check_plain("e\xcc\x81"
                "e\xcc\x81"
                "e\xcc\x81 eight888",
                "e\xcc\x81"
                "e\xcc\x81"
                "e\xcc\x81 eight888\n");
    check_plain("\xc3\xa9\xc3\xa9\xc3\xa9 eight888", "\xc3\xa9\xc3\xa9\xc3\xa9 eight888\n");
}

static void test_wrap_indent(void **state)
{
    (void)state;
    const struct output_layout indented = {.width = 12, .indent = 4, .style = {"", ""}};
    const struct output_layout endless = {.width = 0, .indent = 2, .style = {"", ""}};
    check_paragraph("one two three", NULL, 0, &indented, "    one two\n    three\n");
    check_paragraph("muchtoolong x", NULL, 0, &indented, "    muchtoolong\n    x\n");
    check_paragraph("one two three four five", NULL, 0, &endless, "  one two three four five\n");
}

static void test_bold(void **state)
{
    (void)state;
    const struct output_range words[] = {{4, 7}, {8, 11}};
    check_paragraph("one two six ten", words, 2, &narrow, "one <two> <six>\nten\n");
    const struct output_range over_line_end[] = {{4, 14}};
    check_paragraph("one twenty six ten", over_line_end, 1, &narrow, "one <twenty>\n<six> ten\n");
    const struct output_range inside[] = {{1, 2}};
    check_paragraph("abc", inside, 1, &narrow, "a<b>c\n");
    const struct output_range at_end[] = {{0, 1}, {2, 3}};
    check_paragraph("abc", at_end, 2, &narrow, "<a>b<c>\n");
    assert_string_equal(output_style_plain.bold, "");
    assert_string_equal(output_style_plain.normal, "");
    assert_string_equal(output_style_ansi.bold, "\x1b[1m");
    assert_string_equal(output_style_ansi.normal, "\x1b[0m");
}

static void check_body(const char *text, const char *want)
{
    struct buf out = {0};
    output_paragraphs(&out, text, strlen(text), &narrow);
    assert_string_equal(buf_text(&out), want);
    buf_free(&out);
}

static void test_paragraphs(void **state)
{
    (void)state;
    check_body("", "");
    check_body("\n\n", "");
    check_body("one\ntwo\n", "one\ntwo\n");
    check_body("\n\none\n\n \n\ntwo three four\nfive\n\n", "one\n\ntwo three\nfour\nfive\n");
}

/* What a terminal would take for more than text: none of it may come out. */
static bool holds_control(const struct buf *out, const char *allowed)
{
    size_t n;
    const char *text = (const char *)out->data, *end = text + out->len;
    for (const char *p = text; p < end; p += n) {
        uint32_t cp = utf8_decode(p, end, &n);
        bool control = cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x202a && cp <= 0x202e) ||
                       (cp >= 0x2066 && cp <= 0x2069);
        if (control && !(cp < 0x80 && cp && strchr(allowed, (int)cp)))
            return true;
    }
    return false;
}

static void write_paragraph(struct buf *out, const char *text, size_t len)
{
    const struct output_range bold[] = {{len / 4, len / 2}};
    output_paragraph(out, text, len, bold, 1, &narrow);
}

static void write_paragraphs(struct buf *out, const char *text, size_t len)
{
    output_paragraphs(out, text, len, &narrow);
}

static void test_random_bytes(void **state)
{
    (void)state;
    writer *const writers[] = {escape_json_string, escape_column, output_terminal, write_paragraph,
                               write_paragraphs};
    srand(20230712);
    for (int round = 0; round < 20000; round++) {
        size_t len = (size_t)(rand() % 40);
        char *bytes = mem_alloc(len);
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)(rand() % 3 ? rand() : "\xe2\x80\xaa\xae\n\x1b \xc2\x9b"[rand() % 9]);
        for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
            struct buf out = {0};
            writers[i](&out, bytes, len);
            assert_true(utf8_valid(buf_text(&out), out.len));
            assert_false(holds_control(&out, i < 3 ? "" : "\n"));
            buf_free(&out);
        }
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_tsv),
        cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_wrap_counts_columns),
        cmocka_unit_test(test_wrap_indent),
        cmocka_unit_test(test_bold),
        cmocka_unit_test(test_paragraphs),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
