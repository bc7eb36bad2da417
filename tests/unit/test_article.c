/* test_article.c - the body's paragraphs, and counting words. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/text/article.h"
#include "common/text/scripts.h"

static void check_body(const char *text, const char *expected, size_t dropped)
{
    struct article a;
    struct arena arena = {0};
    article_init(&a);
    size_t len = strlen(text);
    char *exact = mem_dup(text, len);
    assert_int_equal(article_set_body(&a, &arena, exact, len), dropped);
    assert_string_equal(a.body, expected);
    assert_int_equal(a.body_len, strlen(expected));
    assert_int_equal(a.words, count_words(expected, strlen(expected)));
    free(exact);
    arena_free(&arena);
}

static void says_nothing_at_first(void **state)
{
    (void)state;
    struct article a;
    article_init(&a);
    assert_string_equal(a.title, "");
    assert_string_equal(a.body, "");
    assert_string_equal(a.similar, "");
    assert_int_equal(a.words, -1);
    assert_int_equal(a.read_count, -1);
    assert_int_equal(a.stated_words, -1);
    assert_int_equal(a.date.precision, DATE_UNKNOWN);
    assert_false(a.title_is_derived);
}

static void lines_are_paragraphs_without_blank_lines(void **state)
{
    (void)state;
    check_body("one\ntwo\nthree", "one\ntwo\nthree", 0);
    check_body("one\ntwo\none\ntwo\nthree", "one\ntwo\nthree", 2);
    check_body("one\none\none\none", "one", 3);
    check_body("\n\n  \none\ntwo\n\n\t\n", "one\ntwo", 0);
}

static void blank_lines_part_paragraphs_where_there_are_any(void **state)
{
    (void)state;
    check_body("one\ntwo\n\nthree", "one\ntwo\n\nthree", 0);
    check_body("one\ntwo\n\n\n \t \nthree\n", "one\ntwo\n\nthree", 0);
    check_body("one\ntwo\n\none\ntwo\n\none", "one\ntwo\n\none", 1);
    check_body("a\n\nb\n\na\n\nb\n\nc", "a\n\nb\n\nc", 2);
}

static void line_ends_and_trailing_blanks_are_made_alike(void **state)
{
    (void)state;
    check_body("one\r\ntwo\r\n\r\nthree\r\n", "one\ntwo\n\nthree", 0);
    check_body("one\rtwo\r\rthree\r", "one\ntwo\n\nthree", 0);
    check_body("one  \ntwo\t\n", "one\ntwo", 0);
    check_body("one \r\none\none\t", "one", 2);
    check_body("  one\n two", "  one\n two", 0);
}

static void nothing_makes_an_empty_body(void **state)
{
    (void)state;
    check_body("", "", 0);
    check_body(" ", "", 0);
    check_body("\n\r\n\r \t\n", "", 0);
    struct article a;
    struct arena arena = {0};
    article_set_body(&a, &arena, NULL, 0);
    assert_string_equal(a.body, "");
    assert_int_equal(a.words, 0);
    arena_free(&arena);
}

/* 20,000 different lines, all of them three times: the set of those seen
 * must grow and still know each. */
static void many_paragraphs_count_once_each(void **state)
{
    (void)state;
    enum { LINES = 20000, LINE_BYTES = 8 };
    char *text = mem_alloc(3 * LINES * LINE_BYTES);
    for (size_t i = 0; i < 3 * LINES; i++) {
        size_t n = i % LINES;
        for (int digit = LINE_BYTES - 2; digit >= 0; digit--, n /= 10)
            text[i * LINE_BYTES + (size_t)digit] = (char)('0' + n % 10);
        text[i * LINE_BYTES + LINE_BYTES - 1] = '\n';
    }
    struct article a;
    struct arena arena = {0};
    assert_int_equal(article_set_body(&a, &arena, text, 3 * LINES * LINE_BYTES), 2 * LINES);
    assert_int_equal(a.words, LINES);
    assert_int_equal(a.body_len, LINES * LINE_BYTES - 1);
    assert_memory_equal(a.body, text, a.body_len);
    arena_free(&arena);
    free(text);
}

static int64_t count_words_slowly(const char *text, size_t len)
{
    int64_t words = 0;
    for (size_t at = 0, end; at < len; at = end) {
        for (end = at; end < len && !strchr(" \t\n\v\f\r", text[end]);)
            end++;
        size_t characters = count_paired(text + at, end - at);
        words += characters ? (int64_t)characters : end > at;
        end += end == at;
    }
    return words;
}

/* So long that a count of each sixteenth byte does not fit one. */
static void many_words_are_counted(void **state)
{
    (void)state;
    for (size_t len = 8150; len < 8200; len++) {
        char *text = malloc(len);
        for (size_t i = 0; i < len; i++)
            text[i] = i % 2 ? ' ' : 'a';
        assert_int_equal(count_words(text, len), (int64_t)(len + 1) / 2);
        memset(text, 'a', len);
        assert_int_equal(count_words(text, len), 1);
        free(text);
    }
}

/* Every byte value but NUL, in every position of a block of sixteen. */
static void words_are_counted_as_by_hand(void **state)
{
    (void)state;
    assert_int_equal(count_words("", 0), 0);
    assert_int_equal(count_words("one", 3), 1);
    assert_int_equal(count_words(" one  two\tthree\n", 16), 3);
    uint32_t random = 1;
    for (int round = 0; round < 20000; round++) {
        unsigned char text[40];
        random = random * 1664525 + 1013904223;
        size_t len = (random >> 8) % sizeof text;
        for (size_t i = 0; i < len; i++) {
            random = random * 1664525 + 1013904223;
            text[i] = (unsigned char)(1 + (random >> 16) % (round % 2 ? 255 : 40));
        }
        assert_int_equal(count_words((char *)text, len), count_words_slowly((char *)text, len));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_nothing_at_first),
        cmocka_unit_test(lines_are_paragraphs_without_blank_lines),
        cmocka_unit_test(blank_lines_part_paragraphs_where_there_are_any),
        cmocka_unit_test(line_ends_and_trailing_blanks_are_made_alike),
        cmocka_unit_test(nothing_makes_an_empty_body),
        cmocka_unit_test(many_paragraphs_count_once_each),
        cmocka_unit_test(words_are_counted_as_by_hand),
        cmocka_unit_test(many_words_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
