/* test_text_fold.c - which spellings fold together, and what the tables promise. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/text/fold.h"
#include "common/text/unicode.h"
#include "common/text/utf8.h"

static void expect_fold_by(enum fold_case rules, const char *word, const char *folded)
{
    char out[FOLD_MAX_BYTES];
    size_t len = fold_word(word, strlen(word), rules, out);
    assert_int_equal(len, strlen(folded));
    assert_memory_equal(out, folded, len);
}

static void expect_fold(const char *word, const char *folded)
{
    expect_fold_by(FOLD_DEFAULT, word, folded);
}

static void expect_plain(const char *word, const char *plain)
{
    char out[FOLD_MAX_BYTES];
    size_t len = fold_accents(word, strlen(word), out);
    assert_int_equal(len, strlen(plain));
    assert_memory_equal(out, plain, len);
}

static void case_is_folded(void **state)
{
    (void)state;
    expect_fold("", "");
    expect_fold("NATO", "nato");
    expect_fold("McDonald's", "mcdonald's");
    expect_fold("\u00c9COLE", "\u00e9cole");
    expect_fold("Stra\u00dfe", "strasse");
    expect_fold("STRA\u1e9eE", "strasse");
    expect_fold("\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c3");
    expect_fold("\u03bf\u03b4\u03bf\u03c2", "\u03bf\u03b4\u03bf\u03c3");
    expect_fold("\u041c\u043e\u0441\u043a\u0432\u0410", "\u043c\u043e\u0441\u043a\u0432\u0430");
    expect_fold("\U00010400", "\U00010428");
}

static void turkic_rules_keep_the_two_letters_i_apart(void **state)
{
    (void)state;
    expect_fold("\u0130stanbul", "istanbul");
    expect_fold_by(FOLD_TURKIC, "\u0130stanbul", "istanbul");
    expect_fold("DI\u015eI", "di\u015fi");
    expect_fold_by(FOLD_TURKIC, "DI\u015eI", "d\u0131\u015f\u0131");
    expect_fold_by(FOLD_TURKIC, "IRAK", "\u0131rak");
    expect_fold_by(FOLD_TURKIC, "ANKARA", "ankara");
}

static void apostrophes_become_one(void **state)
{
    (void)state;
    expect_fold("don\u2019t", "don't");
    expect_fold("don\u2018t", "don't");
    expect_fold("don\uff07t", "don't");
    expect_fold("\u043c\u02bc\u044f", "\u043c'\u044f");
}

static void invisible_characters_go(void **state)
{
    (void)state;
    expect_fold("co\u00adoperate", "cooperate");
    expect_fold("ab\u200bcd", "abcd");
    expect_fold("ab\u200d\u200c\u2060cd\ufe0f", "abcd");
    expect_fold("\u0643\u0640\u0640\u062a\u0627\u0628", "\u0643\u062a\u0627\u0628");
    expect_fold("\u00ad", "");
}

static void compatibility_forms_become_plain(void **state)
{
    (void)state;
    expect_fold("\uff34\uff4f\uff4b\uff59\uff4f\uff12\uff10", "tokyo20");
    expect_fold("\uff76\uff9e\uff77", "\u30ac\u30ad");
    expect_fold("\ufb01lm", "film");
    expect_fold("\ufedf\ufe8e", "\u0644\u0627");
    expect_fold("\u0662\u0660\u0661\u0662", "2012");
}

static void marks_compose_with_their_letter(void **state)
{
    (void)state;
    expect_fold("cafe\u0301", "caf\u00e9");
    expect_fold("CAFE\u0301", "caf\u00e9");
    expect_fold("e\u0323\u0302", "\u1ec7");
    expect_fold("\u1112\u1161\u11ab", "\ud55c");
    expect_fold("\u0438\u0306", "\u0439");
    expect_fold("s\u0326t\u0326", "\u015f\u0163"); /* Romanian, see FOLD_AS */
}

static void accents_go_where_they_are_accents(void **state)
{
    (void)state;
    expect_plain("", "");
    expect_plain("plain", "plain");
    expect_plain("caf\u00e9", "cafe");
    expect_plain("x\u0301y", "xy");
    expect_plain("\u1ec7", "e");
    expect_plain("s\u00f8re\u00e6\u0142\u0111\u0131\u0153", "soreaeldioe");
    expect_plain("\u0451\u0436", "\u0435\u0436");
    expect_plain("\u0645\u064f\u062f\u064e\u0631", "\u0645\u062f\u0631");
    expect_plain("\u03ae", "\u03b7");
    expect_plain("\u021bar\u0219", "tars"); /* as newer Snowball spells Romanian */
}

static void marks_that_are_letters_stay(void **state)
{
    (void)state;
    expect_plain("\u043c\u043e\u0439", "\u043c\u043e\u0439");
    expect_plain("\u30ac", "\u30ac");
    expect_plain("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940");
    expect_plain("\u0e17\u0e35\u0e48", "\u0e17\u0e35\u0e48");
}

static void long_words_are_cut_at_a_character(void **state)
{
    (void)state;
    char word[400], out[FOLD_MAX_BYTES];
    memset(word, 'A', sizeof word);
    assert_int_equal(fold_word(word, sizeof word, FOLD_DEFAULT, out), FOLD_MAX_BYTES);
    assert_int_equal(out[FOLD_MAX_BYTES - 1], 'a');
    for (size_t i = 1; i + 1 < sizeof word; i += 2)
        memcpy(word + i, "\xC3\xA9", 2);
    assert_int_equal(fold_word(word, sizeof word, FOLD_DEFAULT, out), FOLD_MAX_BYTES - 1);
    assert_true(utf8_valid(out, FOLD_MAX_BYTES - 1));
    assert_int_equal(fold_accents(word + 1, sizeof word - 2, out), 199);
}

static void damaged_words_give_valid_text(void **state)
{
    (void)state;
    char out[FOLD_MAX_BYTES];
    size_t len = fold_word("a\xFF\xC3", 3, FOLD_DEFAULT, out);
    assert_int_equal(len, 7);
    assert_memory_equal(out, "a\xEF\xBF\xBD\xEF\xBF\xBD", 7);
    len = fold_accents("\xC3", 1, out);
    assert_int_equal(len, 3);
}

static size_t fold_one(uint32_t cp, char out[FOLD_MAX_BYTES])
{
    char bytes[UTF8_MAX_BYTES];
    return fold_word(bytes, utf8_encode(cp, bytes), FOLD_DEFAULT, out);
}

static void folding_twice_changes_nothing(void **state)
{
    (void)state;
    char once[FOLD_MAX_BYTES], twice[FOLD_MAX_BYTES];
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        size_t len = fold_one(cp, once);
        assert_int_equal(fold_word(once, len, FOLD_DEFAULT, twice), len);
        assert_memory_equal(twice, once, len);
    }
}

static void removing_accents_twice_changes_nothing(void **state)
{
    (void)state;
    char folded[FOLD_MAX_BYTES], once[FOLD_MAX_BYTES], twice[FOLD_MAX_BYTES];
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        size_t len = fold_accents(folded, fold_one(cp, folded), once);
        assert_int_equal(fold_accents(once, len, twice), len);
        assert_memory_equal(twice, once, len);
        assert_int_equal(fold_word(once, len, FOLD_DEFAULT, twice), len);
        assert_memory_equal(twice, once, len);
    }
}

static void compositions_are_canonical(void **state)
{
    (void)state;
    assert_int_equal(unicode_compose('e', 0x301), 0xE9);
    assert_int_equal(unicode_compose('e', 'f'), 0);
    assert_int_equal(unicode_compose('q', 0x301), 0);
    assert_int_equal(unicode_compose(0x0915, 0x093C), 0); /* excluded from composition */
    assert_int_equal(unicode_compose(0x1100, 0x1161), 0xAC00);
    assert_int_equal(unicode_compose(0xAC00, 0x11A8), 0xAC01);
    assert_int_equal(unicode_compose(0xAC01, 0x11A8), 0);
    assert_int_equal(unicode_compose(0xAC00, 0x11A7), 0);
    assert_int_equal(unicode_compose(0xAC00, 0x11C2), 0xAC1B);
    assert_int_equal(unicode_compose(0xAC00, 0x11C3), 0);
}

static void properties_beyond_the_tables(void **state)
{
    (void)state;
    assert_int_equal(unicode_word_property('a'), WB_ALETTER | UNICODE_LETTER_OR_DIGIT);
    assert_int_equal(unicode_word_property('7'), WB_NUMERIC | UNICODE_LETTER_OR_DIGIT);
    assert_int_equal(unicode_word_property(0x4E2D), WB_OTHER | UNICODE_LETTER_OR_DIGIT);
    assert_int_equal(unicode_word_property(0x2139),
                     WB_ALETTER | UNICODE_LETTER_OR_DIGIT | UNICODE_PICTOGRAPHIC);
    assert_int_equal(unicode_word_property(0x1F600), WB_OTHER | UNICODE_PICTOGRAPHIC);
    assert_int_equal(unicode_word_property(0x323AF), WB_OTHER | UNICODE_LETTER_OR_DIGIT);
    assert_int_equal(unicode_word_property(0xE0001), WB_FORMAT);
    assert_int_equal(unicode_word_property(0xE01EF), WB_EXTEND);
    assert_int_equal(unicode_word_property(0xE2000), WB_OTHER);
    assert_int_equal(unicode_word_property(0x10FFFF), WB_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_is_folded),
        cmocka_unit_test(turkic_rules_keep_the_two_letters_i_apart),
        cmocka_unit_test(apostrophes_become_one),
        cmocka_unit_test(invisible_characters_go),
        cmocka_unit_test(compatibility_forms_become_plain),
        cmocka_unit_test(marks_compose_with_their_letter),
        cmocka_unit_test(accents_go_where_they_are_accents),
        cmocka_unit_test(marks_that_are_letters_stay),
        cmocka_unit_test(long_words_are_cut_at_a_character),
        cmocka_unit_test(damaged_words_give_valid_text),
        cmocka_unit_test(folding_twice_changes_nothing),
        cmocka_unit_test(removing_accents_twice_changes_nothing),
        cmocka_unit_test(compositions_are_canonical),
        cmocka_unit_test(properties_beyond_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
