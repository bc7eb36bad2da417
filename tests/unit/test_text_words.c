/*
 * test_text_words.c - word boundaries: by example, by Unicode's own cases, and
 * the shortcut against the rules on text made to be hard.
 */
#include "tests/unit/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/utf8.h"
#include "common/text/words.h"
#include "common/text/words_block.h"
#include "tests/unit/random.h"

/* ---- By example -------------------------------------------------------- */

/* The words of the text, each in brackets. */
static void join_words(const char *text, char *out, size_t size)
{
    struct words words = words_of(text, strlen(text));
    struct word word;
    size_t used = 0;
    out[0] = '\0';
    while (words_next(&words, &word))
        used += (size_t)snprintf(out + used, size - used, "[%.*s]", (int)(word.end - word.start),
                                 text + word.start);
}

static void expect_words(const char *text, const char *expected)
{
    char found[512];
    join_words(text, found, sizeof found);
    assert_string_equal(found, expected);
}

static void ascii_words(void **state)
{
    (void)state;
    expect_words("", "");
    expect_words(" \t\r\n .,;:!? -- \"'\" ", "");
    expect_words("word", "[word]");
    expect_words("Stocks rose 3.5%, to 1,234.", "[Stocks][rose][3.5][to][1,234]");
    expect_words("can't 'quoted' dogs' 'tis", "[can't][quoted][dogs][tis]");
    expect_words("The U.S. and example.com.", "[The][U.S][and][example.com]");
    expect_words("snake_case _private __ a_ _1", "[snake_case][_private][a_][_1]");
    expect_words("a:b 1:2 3;4 5,6 a;b a,b", "[a:b][1][2][3;4][5,6][a][b][a][b]");
    expect_words("a.1 1.a x2 2x e.g", "[a][1][1][a][x2][2x][e.g]");
    expect_words("a..b a.'b a.", "[a][b][a][b][a]");
    expect_words("well-known 24/7 a@b.co", "[well][known][24][7][a][b.co]");
    expect_words("$5m #1 C++", "[5m][1][C]");
}

static void words_beyond_ascii(void **state)
{
    (void)state;
    expect_words("caf\u00e9 na\u00efve \u00e9t\u00e9", "[caf\u00e9][na\u00efve][\u00e9t\u00e9]");
    expect_words("don\u2019t \u2018quoted\u2019", "[don\u2019t][quoted]");
    expect_words("\u201cHello\u201d\u2014world\u2026", "[Hello][world]");
    expect_words("\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440",
                 "[\u041f\u0440\u0438\u0432\u0435\u0442][\u043c\u0438\u0440]");
    expect_words("a.\u00e9 a.\u201c", "[a.\u00e9][a]");
    expect_words("\u0661\u066b\u0662 \u0661,\u0662", "[\u0661\u066b\u0662][\u0661,\u0662]");
}

static void marks_belong_to_the_word_before(void **state)
{
    (void)state;
    expect_words("e\u0301te\u0301 co\u00adop", "[e\u0301te\u0301][co\u00adop]");
    expect_words("a\u0308.\u0308b", "[a\u0308.\u0308b]");
    expect_words("\u0301abc \u200dx", "[abc][x]");
    expect_words("a\u2060 b\u200bc", "[a\u2060][b][c]");
}

static void writing_without_blanks(void **state)
{
    (void)state;
    expect_words("\u65e5\u672c\u8a9e", "[\u65e5][\u672c][\u8a9e]");
    expect_words("\u30ab\u30bf\u30ab\u30ca\u3068", "[\u30ab\u30bf\u30ab\u30ca][\u3068]");
    expect_words("\ud55c\uad6d\uc5b4 \ub9d0", "[\ud55c\uad6d\uc5b4][\ub9d0]");
    expect_words("\u0e44\u0e17\u0e22", "[\u0e44][\u0e17][\u0e22]");
}

static void hebrew_quotes(void **state)
{
    (void)state;
    expect_words("\u05e6\u05d4\"\u05dc", "[\u05e6\u05d4\"\u05dc]");
    expect_words("\u05d2' \u05d2\"", "[\u05d2'][\u05d2]");
    expect_words("ab\"cd", "[ab][cd]");
}

static void symbols_are_no_words(void **state)
{
    (void)state;
    expect_words("\U0001f600 \U0001f1e9\U0001f1ea \u00a9 \u20ac5 \u00bd m\u00b2", "[5][m]");
    expect_words("\u24b6\u24b7 \u2167", "[\u24b6\u24b7][\u2167]");
}

static void damage_separates_words(void **state)
{
    (void)state;
    expect_words("caf\xE9 au", "[caf][au]");
    expect_words("a\xE2\x80"
                 "b",
                 "[a][b]");
    expect_words("a\xFF\xFE"
                 "b\xC3",
                 "[a][b]");
}

/* ---- The shortcut against the rules ------------------------------------ */

static const char *const pieces[] = {
    "a",      "b",      "Z",      "xyz",      "longer", "0",      "9",          "42",
    "_",      "__",     "'",      ".",        ",",      ";",      ":",          "\"",
    " ",      "  ",     "\n",     "\r\n",     "\t",     "-",      "(",          "\u00e9",
    "\u0301", "\u0308", "\u00ad", "\u200d",   "\u200b", "\u2019", "\u201c",     "\u2014",
    "\u05d0", "\u05d1", "\u30ab", "\u3042",   "\u4e2d", "\u00a9", "\U0001f600", "\U0001f1e9",
    "\u2139", "\u0661", "\u066c", "\u202f",   "\u2003", "\u00b7", "\u0e17",     "\ufeff",
    "\uff0e", "\x80",   "\xC3",   "\xE2\x80", "\xFF",
};

/* Text of the pieces, most of it letters and blanks as long as `wild` is low. */
static size_t random_text(uint64_t *seed, char *out, size_t size, unsigned wild)
{
    size_t used = 0;
    for (;;) {
        const size_t count = sizeof pieces / sizeof *pieces;
        size_t pick = random32(seed) % 100 < wild ? random32(seed) % count : random32(seed) % 5;
        if (random32(seed) % 4 == 0)
            pick = 16;
        size_t len = strlen(pieces[pick]);
        if (len > size - used)
            return used;
        memcpy(out + used, pieces[pick], len);
        used += len;
    }
}

static size_t words_by_the_rules(const char *text, uint32_t len, struct word *out)
{
    size_t count = 0;
    bool is_word;
    for (uint32_t at = 0, end; at < len; at = end) {
        end = words_segment_end(text, len, at, &is_word);
        assert_true(end > at && end <= len);
        if (is_word)
            out[count++] = (struct word){at, end};
    }
    return count;
}

static void expect_same_words(const struct word *a, const struct word *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(a[i].start, b[i].start);
        assert_int_equal(a[i].end, b[i].end);
    }
}

#define MAX_RANDOM_BYTES 400

static void compare_paths(const char *text, size_t len, words_block_fn *kernel, size_t batch)
{
    struct word expected[MAX_RANDOM_BYTES], found[MAX_RANDOM_BYTES] = {{0}};
    size_t wanted = words_by_the_rules(text, (uint32_t)len, expected);
    struct words words = words_of(text, len);
    size_t count = 0, step;
    words.kernel = kernel;
    while ((step = words_scan(&words, found + count, batch)) > 0) {
        if (count + batch < MAX_RANDOM_BYTES) /* never more is written than asked for */
            assert_true(!found[count + batch].start && !found[count + batch].end);
        count += step;
    }
    assert_int_equal(count, wanted);
    expect_same_words(found, expected, count);
    assert_int_equal(words.at, len);
}

static void shortcut_gives_the_words_of_the_rules(void **state)
{
    (void)state;
    uint64_t seed = RANDOM_SEED;
    for (unsigned round = 0; round < 60000; round++) {
        char buffer[MAX_RANDOM_BYTES];
        size_t size = random32(&seed) % (round % 8 ? 40 : MAX_RANDOM_BYTES);
        size_t len = random_text(&seed, buffer, size, round % 101);
        char *exact = malloc(len ? len : 1);
        assert_non_null(exact);
        memcpy(exact, buffer, len);
        compare_paths(exact, len, words_block_scalar, MAX_RANDOM_BYTES);
        compare_paths(exact, len, words_block_best(), 1 + round % 7);
        compare_paths(exact, len, words_block_best(), 30 + round % 50);
        free(exact);
    }
}

static void shortcut_takes_any_bytes(void **state)
{
    (void)state;
    uint64_t seed = RANDOM_SEED;
    for (unsigned round = 0; round < 20000; round++) {
        size_t len = random32(&seed) % 200;
        char *exact = malloc(len ? len : 1);
        assert_non_null(exact);
        for (size_t i = 0; i < len; i++)
            exact[i] = (char)random32(&seed);
        compare_paths(exact, len, words_block_best(), MAX_RANDOM_BYTES);
        free(exact);
    }
}

static void kernels_agree(void **state)
{
    (void)state;
    uint64_t seed = RANDOM_SEED;
    for (unsigned round = 0; round < 20000; round++) {
        char *bytes = malloc(WORDS_BLOCK_BYTES);
        struct words_block reference, other;
        assert_non_null(bytes);
        for (size_t i = 0; i < WORDS_BLOCK_BYTES; i++)
            bytes[i] = (char)(round < 256 ? round : random32(&seed));
        words_block_scalar(bytes, &reference);
        words_block_best()(bytes, &other);
        assert_memory_equal(&other, &reference, sizeof reference);
        free(bytes);
    }
}

static void scalar_kernel_tells_bytes_apart(void **state)
{
    (void)state;
    struct words_block b;
    char bytes[WORDS_BLOCK_BYTES] = "aZ09_.':,; -@[`{/\x80\xFF";
    words_block_scalar(bytes, &b);
    assert_int_equal(b.letters, 0x3);
    assert_int_equal(b.digits, 0xC);
    assert_int_equal(b.underscores, 0x10);
    assert_int_equal(b.mid_letters, 0xE0);
    assert_int_equal(b.mid_digits, 0x360);
    assert_int_equal(b.beyond, 0x60000);
}

/* Text on which a careless look-ahead takes quadratic time. */
static void hard_text_takes_linear_time(void **state)
{
    (void)state;
    const size_t len = 4000000;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < len; i += 4)
        memcpy(text + i, i % 8 ? "a.\xCC\x88" : "\xCC\x88.\x20", 4);
    struct words words = words_of(text, len);
    struct word word;
    size_t count = 0;
    while (words_next(&words, &word))
        count++;
    assert_int_equal(count, len / 8);
    for (size_t i = 2; i < len; i += 2)
        memcpy(text + i, "\xCC\x88", 2);
    memcpy(text, "a.", 2);
    words = words_of(text, len);
    assert_true(words_next(&words, &word));
    assert_int_equal(word.end, 1);
    assert_false(words_next(&words, &word));
    free(text);
}

/* ---- Unicode's own cases ----------------------------------------------- */

/* "÷ 0061 × 0301 ÷": the text, and where it breaks. */
struct break_case {
    char text[256];
    uint32_t len;
    uint32_t breaks[64];
    size_t break_count;
};

static void add_field(struct break_case *c, const char *field)
{
    if (strcmp(field, "\u00f7") == 0)
        c->breaks[c->break_count++] = c->len;
    else if (strcmp(field, "\u00d7") != 0)
        c->len += (uint32_t)utf8_encode((uint32_t)strtoul(field, NULL, 16), c->text + c->len);
}

static bool parse_case(char *line, struct break_case *c)
{
    memset(c, 0, sizeof *c);
    line[strcspn(line, "#")] = '\0';
    char *rest = line, *field;
    while ((field = strtok_r(rest, " \t\r\n", &rest)) != NULL)
        add_field(c, field);
    return c->break_count > 0;
}

static void check_case(const struct break_case *c)
{
    uint32_t at = 0;
    for (size_t i = 1; i < c->break_count; i++) {
        bool is_word;
        at = words_segment_end(c->text, c->len, at, &is_word);
        assert_int_equal(at, c->breaks[i]);
    }
    assert_int_equal(at, c->len);
    compare_paths(c->text, c->len, words_block_best(), 4);
}

static void breaks_of_a_few_cases(void **state)
{
    (void)state;
    const char *const cases[] = {
        "\u00f7 000D \u00d7 000A \u00f7 0308 \u00f7",
        "\u00f7 0020 \u00d7 0020 \u00d7 0308 \u00f7 0020 \u00f7",
        "\u00f7 0061 \u00d7 002E \u00d7 0308 \u00d7 0062 \u00f7",
        "\u00f7 0031 \u00d7 002C \u00d7 0033 \u00f7 002C \u00f7 0061 \u00f7",
        "\u00f7 05D0 \u00d7 0022 \u00d7 05D0 \u00f7 0022 \u00f7",
        "\u00f7 05D0 \u00d7 0027 \u00f7 0022 \u00f7",
        "\u00f7 05D0 \u00d7 0027 \u00d7 0061 \u00f7",
        "\u00f7 0061 \u00d7 200D \u00d7 00A9 \u00f7 0061 \u00f7",
        "\u00f7 1F1E6 \u00d7 1F1E7 \u00f7 1F1E8 \u00d7 200D \u00d7 1F1E9 \u00f7 1F1E6 \u00f7",
        "\u00f7 1F476 \u00d7 1F3FF \u00d7 200D \u00d7 1F6D1 \u00f7",
        "\u00f7 30AB \u00d7 005F \u00d7 0061 \u00f7 30AB \u00f7",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[128];
        struct break_case c;
        snprintf(line, sizeof line, "%s", cases[i]);
        assert_true(parse_case(line, &c));
        check_case(&c);
    }
}

static void word_break_test_of_unicode(void **state)
{
    (void)state;
    char command[512], line[2048];
    size_t count = 0;
    if (!shared_dir()) {
        print_message("SKIP: BACKFILE_CORPORA is not set\n");
        skip();
    }
    snprintf(command, sizeof command, "gzip -dc '%s/conformance/WordBreakTest.txt.gz'",
             shared_dir());
    FILE *file = popen(command, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        struct break_case c;
        if (parse_case(line, &c)) {
            check_case(&c);
            count++;
        }
    }
    assert_int_equal(pclose(file), 0);
    print_message("WordBreakTest: %zu cases\n", count);
    assert_true(count > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_words),
        cmocka_unit_test(words_beyond_ascii),
        cmocka_unit_test(marks_belong_to_the_word_before),
        cmocka_unit_test(writing_without_blanks),
        cmocka_unit_test(hebrew_quotes),
        cmocka_unit_test(symbols_are_no_words),
        cmocka_unit_test(damage_separates_words),
        cmocka_unit_test(scalar_kernel_tells_bytes_apart),
        cmocka_unit_test(kernels_agree),
        cmocka_unit_test(shortcut_gives_the_words_of_the_rules),
        cmocka_unit_test(shortcut_takes_any_bytes),
        cmocka_unit_test(hard_text_takes_linear_time),
        cmocka_unit_test(breaks_of_a_few_cases),
        cmocka_unit_test(word_break_test_of_unicode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
