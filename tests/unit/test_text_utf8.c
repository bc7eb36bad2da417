/* test_text_utf8.c - decoding, checking and mending, with every kind of damage. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/text/utf8.h"

/* A copy that ends where its memory ends, so that a sanitizer sees over-reads. */
static char *exact_copy(const char *text, size_t len)
{
    char *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    if (len)
        memcpy(copy, text, len);
    return copy;
}

static void expect_decode(const char *bytes, size_t len, uint32_t cp, size_t taken)
{
    char *copy = exact_copy(bytes, len);
    size_t used = 0;
    assert_int_equal(utf8_decode(copy, copy + len, &used), cp);
    assert_int_equal(used, taken);
    free(copy);
}

static void decodes_well_formed_text(void **state)
{
    (void)state;
    expect_decode("", 1, 0, 1);
    expect_decode("a", 1, 'a', 1);
    expect_decode("\xC3\xA9", 2, 0xE9, 2);
    expect_decode("\xE2\x82\xAC", 3, 0x20AC, 3);
    expect_decode("\xEF\xBF\xBD", 3, 0xFFFD, 3);
    expect_decode("\xED\x9F\xBF", 3, 0xD7FF, 3);
    expect_decode("\xF0\x9F\x98\x80", 4, 0x1F600, 4);
    expect_decode("\xF4\x8F\xBF\xBF", 4, 0x10FFFF, 4);
}

static void damage_takes_its_maximal_subpart(void **state)
{
    (void)state;
    expect_decode("\x80", 1, 0xFFFD, 1);
    expect_decode("\xC3", 1, 0xFFFD, 1);
    expect_decode("\xC3(", 2, 0xFFFD, 1);
    expect_decode("\xC0\x80", 2, 0xFFFD, 1);
    expect_decode("\xE0\x80\x80", 3, 0xFFFD, 1);
    expect_decode("\xE2\x82", 2, 0xFFFD, 2);
    expect_decode("\xE2\x82(", 3, 0xFFFD, 2);
    expect_decode("\xED\xA0\x80", 3, 0xFFFD, 1);
    expect_decode("\xF0\x80\x80\x80", 4, 0xFFFD, 1);
    expect_decode("\xF0\x9F\x98", 3, 0xFFFD, 3);
    expect_decode("\xF1\x80\xC3\xA9", 4, 0xFFFD, 2);
    expect_decode("\xF4\x90\x80\x80", 4, 0xFFFD, 1);
    expect_decode("\xF5\x80\x80\x80", 4, 0xFFFD, 1);
    expect_decode("\xFF", 1, 0xFFFD, 1);
}

static void every_scalar_value_comes_back(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        char bytes[UTF8_MAX_BYTES];
        size_t len = utf8_encode(cp, bytes), taken;
        assert_int_equal(utf8_decode(bytes, bytes + len, &taken), cp);
        assert_int_equal(taken, len);
        assert_true(utf8_valid(bytes, len));
        assert_false(len > 1 && utf8_valid(bytes, len - 1));
    }
}

static void encode_writes_no_surrogates(void **state)
{
    (void)state;
    char bytes[UTF8_MAX_BYTES];
    assert_int_equal(utf8_encode(0xD800, bytes), 3);
    assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
    assert_int_equal(utf8_encode(0x110000, bytes), 3);
    assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
}

static void validity_at_every_place_of_a_long_text(void **state)
{
    (void)state;
    char text[40];
    for (size_t len = 0; len <= sizeof text; len++) {
        for (size_t at = 0; at < len; at++) {
            memset(text, 'x', sizeof text);
            text[at] = (char)0x80;
            char *copy = exact_copy(text, len);
            assert_false(utf8_valid(copy, len));
            copy[at] = 'y';
            assert_true(utf8_valid(copy, len));
            free(copy);
        }
    }
    assert_true(utf8_valid("\xEF\xBF\xBD", 3));
    assert_false(utf8_valid("\xEF\xBF", 2));
}

static void cut_keeps_characters_whole(void **state)
{
    (void)state;
    const char *text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z"; /* 1 2 3 4 1 */
    const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (size_t max = 0; max < sizeof expected / sizeof *expected; max++)
        assert_int_equal(utf8_cut(text, 11, max), expected[max]);
}

static void expect_repair(const char *in, size_t len, const char *out, size_t replaced)
{
    struct buf b = {0};
    char *copy = exact_copy(in, len);
    assert_int_equal(utf8_repair(copy, len, &b), replaced);
    assert_string_equal(buf_text(&b), out);
    assert_true(utf8_valid(buf_text(&b), b.len));
    buf_free(&b);
    free(copy);
}

static void repair_replaces_what_is_damaged_only(void **state)
{
    (void)state;
    expect_repair("", 0, "", 0);
    expect_repair("plain", 5, "plain", 0);
    expect_repair("\xEF\xBF\xBD", 3, "\xEF\xBF\xBD", 0);
    expect_repair("caf\xE9", 4, "caf\xEF\xBF\xBD", 1);
    expect_repair("caf\xE9 au lait", 12, "caf\xEF\xBF\xBD au lait", 1);
    expect_repair("\xE2\x82x\xC3\xA9", 5, "\xEF\xBF\xBDx\xC3\xA9", 1);
    /* The example of the Unicode Standard, table 3-11. */
    expect_repair("\xF0\x80\x80\x41", 4,
                  "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                  "A",
                  3);
    /* Table 3-8: truncated sequences. */
    expect_repair("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9,
                  "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                  "A",
                  4);
}

static void repair_adds_to_the_buffer(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_puts(&b, "before ");
    assert_int_equal(utf8_repair("\xFF", 1, &b), 1);
    assert_string_equal(buf_text(&b), "before \xEF\xBF\xBD");
    buf_free(&b);
}

static void windows_1252_becomes_utf8(void **state)
{
    (void)state;
    struct buf b = {0};
    utf8_from_cp1252("\x93"
                     "caf\xE9\x94 \x80"
                     "5\x85\x81",
                     11, &b);
    assert_string_equal(buf_text(&b), "\xE2\x80\x9C"
                                      "caf\xC3\xA9\xE2\x80\x9D \xE2\x82\xAC"
                                      "5"
                                      "\xE2\x80\xA6\xEF\xBF\xBD");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_well_formed_text),
        cmocka_unit_test(damage_takes_its_maximal_subpart),
        cmocka_unit_test(every_scalar_value_comes_back),
        cmocka_unit_test(encode_writes_no_surrogates),
        cmocka_unit_test(validity_at_every_place_of_a_long_text),
        cmocka_unit_test(cut_keeps_characters_whole),
        cmocka_unit_test(repair_replaces_what_is_damaged_only),
        cmocka_unit_test(repair_adds_to_the_buffer),
        cmocka_unit_test(windows_1252_becomes_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
