/*
 * test_text_units.c - what stands in for words where a script has no blanks,
 * by example and against a slow twin, across every batch boundary.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/text/article.h"
#include "common/text/scripts.h"
#include "common/text/unicode.h"
#include "common/text/units.h"
#include "common/text/utf8.h"
#include "tests/unit/random.h"

/* The units with blanks between; a mark behind those that are no words. */
static char *units_text(const char *text, size_t len, struct breaker *breaker)
{
    static const char marks[] = {'\0', '+', '$', '='};
    struct units units = units_of(text, len, breaker);
    struct word batch[UNITS_BATCH];
    uint8_t kinds[UNITS_BATCH];
    struct buf out = {0};
    for (size_t count; (count = units_scan(&units, batch, kinds)) > 0;) {
        for (size_t i = 0; i < count; i++) {
            assert_true(batch[i].start < batch[i].end && batch[i].end <= len);
            buf_puts(&out, out.len ? " " : "");
            buf_add(&out, text + batch[i].start, batch[i].end - batch[i].start);
            if (marks[kinds[i]])
                buf_add(&out, &marks[kinds[i]], 1);
        }
    }
    char *copy = mem_strndup((const char *)out.data, out.len);
    buf_free(&out);
    return copy;
}

static void expect_units(const char *text, const char *expected)
{
    char *found = units_text(text, strlen(text), NULL);
    assert_string_equal(found, expected);
    free(found);
}

static void chinese_japanese_and_korean_in_pairs(void **state)
{
    (void)state;
    expect_units("東京都", "東京+ 京都+ 都$");
    expect_units("中 国", "中= 国=");
    expect_units("東京、大阪", "東京+ 京$ 大阪+ 阪$");
    expect_units("タワーとtower", "タワ+ ワー+ ーと+ と$ tower");
    expect_units("LG전자는 좋다", "LG 전자+ 자는+ 는$ 좋다+ 다$");
    expect_units("7月12日", "7 月= 12 日=");
    expect_units("\uFF80\uFF9E\uFF9C\uFF70", "\uFF80\uFF9E\uFF9C+ \uFF9C\uFF70+ \uFF70$");
    expect_units("か\u3099き", "か\u3099き+ き$");
    expect_units("タ_ワ", "タ= ワ=");
    expect_units("word 3.14 don't", "word 3.14 don't");
    expect_units("", "");
}

/* Decomposed, as some file systems and keyboards have it. */
static void jamo_are_syllables(void **state)
{
    (void)state;
    expect_units("\u1112\u1161\u11AB\u1100\u116E\u11A8",
                 "\u1112\u1161\u11AB\u1100\u116E\u11A8+ \u1100\u116E\u11A8$");
}

static void thai_without_a_dictionary(void **state)
{
    (void)state;
    expect_units("โลก", "โ ล ก");
    expect_units("ที่ดี", "ที่ ดี");
}

static void words_of_the_dictionaries(void **state)
{
    (void)state;
    struct breaker *breaker = breaker_new();
    if (strcmp(breaker_name(), "rules") == 0) {
        print_message("SKIP: built without ICU\n");
        skip();
    }
    static const char *const texts[][2] = {
        {"สวัสดีชาวโลก", "สวัสดี ชาว โลก"},
        {"นายกรัฐมนตรี 2012 tower", "นายก รัฐมนตรี 2012 tower"},
        {"ชาวโลก東京", "ชาว โลก 東京+ 京$"},
        {"ປະເທດລາວ", "ປະເທດ ລາວ"},
        {"ភាសាខ្មែរ", "ភាសាខ្មែរ"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *found = units_text(texts[i][0], strlen(texts[i][0]), breaker);
        assert_string_equal(found, texts[i][1]);
        free(found);
    }
    breaker_free(breaker);
}

/* A run of Thai longer than a batch and than what ICU is given at a time: all
 * of it comes out once, in order. */
static void long_runs_lose_nothing(void **state)
{
    (void)state;
    struct breaker *breaker = breaker_new();
    struct buf text = {0};
    for (int i = 0; i < 9000; i++)
        buf_puts(&text, i % 1000 == 999 ? " " : "ประเทศ");
    struct units units = units_of(buf_text(&text), text.len, breaker);
    struct word batch[UNITS_BATCH];
    uint8_t kinds[UNITS_BATCH];
    size_t bytes = 0, last = 0;
    for (size_t count; (count = units_scan(&units, batch, kinds)) > 0;) {
        for (size_t i = 0; i < count; i++) {
            assert_true(batch[i].start >= last);
            last = batch[i].end;
            bytes += batch[i].end - batch[i].start;
        }
    }
    assert_int_equal(bytes, text.len - 9);
    buf_free(&text);
    breaker_free(breaker);
}

/* ---- A slow twin ---- */

static bool paired_at(const char *text, size_t len, size_t at)
{
    size_t step;
    return at < len && is_paired_letter(utf8_decode(text + at, text + len, &step));
}

static bool has_letter(const char *text, size_t from, size_t to)
{
    for (size_t step; from < to; from += step) {
        uint32_t cp = utf8_decode(text + from, text + to, &step);
        if (unicode_word_property(cp) & UNICODE_LETTER_OR_DIGIT)
            return true;
    }
    return false;
}

/* Every paired character by itself, whatever the words; other words as
 * words_next has them, cut at paired characters. */
static char *slow_units(const char *text, size_t len)
{
    struct words words = words_of(text, len);
    struct buf out = {0};
    size_t last_end = SIZE_MAX;
    for (struct word w; words_next(&words, &w);) {
        for (uint32_t at = w.start, end; at < w.end; at = end) {
            end = character_end(text, (uint32_t)len, at);
            if (!paired_at(text, len, at)) {
                while (end < w.end && !paired_at(text, len, end))
                    end = character_end(text, (uint32_t)len, end);
                if (has_letter(text, at, end))
                    buf_printf(&out, "%s%.*s", out.len ? " " : "", (int)(end - at), text + at);
                continue;
            }
            uint32_t next =
                paired_at(text, len, end) ? character_end(text, (uint32_t)len, end) : end;
            const char *mark = next > end ? "+" : last_end == at ? "$" : "=";
            buf_printf(&out, "%s%.*s%s", out.len ? " " : "", (int)(next - at), text + at, mark);
            last_end = end;
        }
    }
    char *copy = mem_strndup((const char *)out.data, out.len);
    buf_free(&out);
    return copy;
}

static void random_text_as_by_the_slow_twin(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",      "Wort", "東", "京", "カ", "한",
                                         " ",      ".",    "'",  "7",  "か", "\u3099",
                                         "\u00ad", "ก",    "é",  "𠀋", ", ", "नमस्ते"};
    uint64_t seed = RANDOM_SEED;
    for (int round = 0; round < 3000; round++) {
        struct buf text = {0};
        for (uint32_t n = random32(&seed) % (round % 50 ? 40 : 1500); n; n--)
            buf_puts(&text, pieces[random32(&seed) % (sizeof pieces / sizeof *pieces)]);
        char *found = units_text(buf_text(&text), text.len, NULL);
        char *expected = slow_units(buf_text(&text), text.len);
        assert_string_equal(found, expected);
        free(found);
        free(expected);
        buf_free(&text);
    }
}

/* ---- Counting ---- */

static void characters_count_as_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t words;
    } counts[] = {
        {"", 0},
        {"two words", 2},
        {"“two” words – here", 4},
        {"東京都", 3},
        {"東京都、大阪 and Kyoto", 7},
        {"2023年7月12日", 3},
        {"LG전자는 좋다", 5},
        {"สวัสดี ชาวโลก", 2},
        {"\u1112\u1161\u11AB\u1100\u116E\u11A8", 2},
        {"            東", 1},
        {"東            ", 1},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        assert_int_equal(count_words(counts[i].text, strlen(counts[i].text)), counts[i].words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_japanese_and_korean_in_pairs),
        cmocka_unit_test(jamo_are_syllables),
        cmocka_unit_test(thai_without_a_dictionary),
        cmocka_unit_test(words_of_the_dictionaries),
        cmocka_unit_test(long_runs_lose_nothing),
        cmocka_unit_test(random_text_as_by_the_slow_twin),
        cmocka_unit_test(characters_count_as_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
