/* test_charset.c - names of encodings, marks, and text in any of them. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/text/utf8.h"
#include "indexer/archive/charset.h"
#include "indexer/archive/encoding.h"
#include "tests/unit/archive_collect.h"
#include "tests/unit/random.h"

static const struct charset *named(const char *name)
{
    return charset_named(name, strlen(name));
}

static void names_are_the_webs(void **state)
{
    (void)state;
    assert_string_equal(named("utf-8")->name, "UTF-8");
    assert_string_equal(named(" UTF8\n")->name, "UTF-8");
    assert_string_equal(named("ISO-8859-1")->name, "CP1252");
    assert_string_equal(named("US-ASCII")->name, "CP1252");
    assert_string_equal(named("gb2312")->name, "GB18030");
    assert_string_equal(named("x-sjis")->name, "CP932");
    assert_ptr_equal(named("euc-kr"), named("KS_C_5601-1987"));
}

static void other_names_are_unknown(void **state)
{
    (void)state;
    static const char *const names[] = {"",     " ",   "utf-7",     "bogus", "utf-8//TRANSLIT",
                                        "../x", "utf", "utf-8 utf8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_null(named(names[i]));
}

static void marks_tell_the_encoding(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        size_t len;
        const char *name; /* NULL: not told */
        size_t mark;
    } heads[] = {
        {"\xef\xbb\xbf<", 4, "UTF-8", 3},
        {"\xff\xfe<\0", 4, "UTF-16LE", 2},
        {"\xfe\xff\0<", 4, "UTF-16BE", 2},
        {"\xff\xfe", 2, "UTF-16LE", 2},
        {"\xff\xfe\0\0", 4, "UTF-32LE", 4},
        {"\0\0\xfe\xff", 4, "UTF-32BE", 4},
        {"<\0?\0", 4, "UTF-16LE", 0},
        {"\0<\0?", 4, "UTF-16BE", 0},
        {"<\0\0\0", 4, "UTF-32LE", 0},
        {"\0\0\0<", 4, "UTF-32BE", 0},
        {"<?xm", 4, NULL, 0},
        {"\0\0\0\0", 4, NULL, 0},
        {"\x1f\0\x1f\0", 4, NULL, 0},
        {"<\0?", 3, NULL, 0},
        {"", 0, NULL, 0},
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t mark;
        const struct charset *found = charset_of_head(heads[i].head, heads[i].len, &mark);
        assert_int_equal(mark, heads[i].mark);
        if (heads[i].name)
            assert_string_equal(found->name, heads[i].name);
        else
            assert_null(found);
    }
}

static void check_text(const char *name, const char *text, const char *expected, size_t damage)
{
    struct buf out = {0};
    size_t damaged;
    assert_true(charset_to_utf8(named(name), text, strlen(text), &out, &damaged));
    assert_string_equal(buf_text(&out), expected);
    assert_int_equal(damaged, damage);
    buf_free(&out);
}

static void converts(void **state)
{
    (void)state;
    check_text("iso-8859-1", "\x80 \xe9", "\xe2\x82\xac \xc3\xa9", 0);
    check_text("windows-1251", "\xcc\xe8\xf0", "\xd0\x9c\xd0\xb8\xd1\x80", 0);
    check_text("gb2312", "\xd6\xd0", "\xe4\xb8\xad", 0);
    check_text("euc-kr", "\xc7\xd1", "\xed\x95\x9c", 0);
    check_text("iso-2022-jp", "\x1b$B$\"\x1b(B.", "\xe3\x81\x82.", 0);
    check_text("shift_jis", "a\x82", "a\xef\xbf\xbd", 1);
    check_text("euc-kr", "\xff\xc7\xd1", "\xef\xbf\xbd\xed\x95\x9c", 1);
}

/* Every label of the table is one that this system converts. */
static void every_encoding_has_a_converter(void **state)
{
    (void)state;
    static const char *const names[] = {
        "utf-16le",     "utf-16be",     "utf-32",       "iso-8859-2",   "iso-8859-3",
        "iso-8859-4",   "iso-8859-5",   "iso-8859-6",   "iso-8859-7",   "iso-8859-8",
        "iso-8859-9",   "iso-8859-10",  "iso-8859-13",  "iso-8859-14",  "iso-8859-15",
        "iso-8859-16",  "windows-1250", "windows-1253", "windows-1255", "windows-1256",
        "windows-1257", "windows-1258", "tis-620",      "ibm866",       "ibm437",
        "ibm850",       "koi8-r",       "koi8-u",       "macintosh",    "x-mac-cyrillic",
        "big5",         "euc-jp",       "euc-tw",       "iso-2022-kr"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct charset_decoder *d = charset_decoder_new(named(names[i]));
        if (!d)
            fail_msg("no converter for %s", names[i]);
        charset_decoder_free(d);
    }
}

/* Whatever the bytes and wherever they are parted, the same text comes out,
 * and it is valid. */
static void pieces_make_no_difference(void **state)
{
    (void)state;
    static const char *const names[] = {"utf-16", "utf-32",      "gb18030",
                                        "big5",   "iso-2022-jp", "koi8-r"};
    uint64_t seed = RANDOM_SEED;
    for (int round = 0; round < 600; round++) {
        const struct charset *charset = named(names[round % 6]);
        unsigned char text[61];
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = (unsigned char)random32(&seed);
        struct buf whole = {0}, pieces = {0};
        size_t damaged, cut = random32(&seed) % sizeof text;
        assert_true(charset_to_utf8(charset, text, sizeof text, &whole, &damaged));
        assert_true(utf8_valid((char *)whole.data, whole.len));
        struct charset_decoder *d = charset_decoder_new(charset);
        struct bytes in = bytes_of(text, cut);
        size_t damaged_in_pieces = charset_decoder_run(d, &in, false, &pieces);
        in.end = text + sizeof text;
        damaged_in_pieces += charset_decoder_run(d, &in, true, &pieces);
        charset_decoder_free(d);
        assert_int_equal(damaged_in_pieces, damaged);
        assert_int_equal(pieces.len, whole.len);
        assert_memory_equal(pieces.data, whole.data, whole.len);
        buf_free(&whole);
        buf_free(&pieces);
    }
}

static void check_declared(const char *name, const char *text, const char *expected, bool repaired)
{
    struct archive_parser parser = {0};
    struct record_problem problem = {0};
    struct bytes out =
        text_in_utf8(&parser, text, strlen(text), name ? named(name) : NULL, &problem);
    assert_int_equal(bytes_left(&out), strlen(expected));
    assert_memory_equal(out.p, expected, strlen(expected));
    assert_int_equal(problem.encoding_repaired, repaired);
    buf_free(&parser.encoded);
}

/* Each byte in each place of texts of up to 40. */
static void controls_are_found_anywhere(void **state)
{
    (void)state;
    char text[40];
    for (size_t len = 1; len <= sizeof text; len += 13)
        for (size_t at = 0; at < len; at++)
            for (int c = 0; c < 256; c++) {
                bool control = (c < ' ' && !(c >= '\t' && c <= '\r')) || c == 0x7f;
                memset(text, at % 2 ? 'a' : ' ', sizeof text);
                text[at] = (char)c;
                assert_int_equal(has_controls(text, len), control);
            }
    assert_false(has_controls("", 0));
}

static void what_is_declared_counts_unless_the_text_says_otherwise(void **state)
{
    (void)state;
    check_declared("koi8-r", "\xed", "\xd0\x9c", false);
    check_declared("koi8-r", "\xd0\x9c", "\xd0\x9c", false);         /* is UTF-8 */
    check_declared("utf-8", "caf\xe9", "caf\xc3\xa9", true);         /* is windows-1252 */
    check_declared("euc-kr", "\xed\x95\x9c", "\xed\x95\x9c", false); /* fits only UTF-8 */
    check_declared("koi8-r", "\xef\xbb\xbf\xd0\x9c", "\xd0\x9c", false);
    check_declared("euc-kr", "\xc7\xd1 \xff", "\xed\x95\x9c \xef\xbf\xbd", true);
    check_declared(NULL, "caf\xe9", "caf\xc3\xa9", true);
    check_declared(NULL, "", "", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_the_webs),
        cmocka_unit_test(other_names_are_unknown),
        cmocka_unit_test(marks_tell_the_encoding),
        cmocka_unit_test(converts),
        cmocka_unit_test(every_encoding_has_a_converter),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(controls_are_found_anywhere),
        cmocka_unit_test(what_is_declared_counts_unless_the_text_says_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
