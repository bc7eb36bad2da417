/*
 * test_text_stem.c - names of languages, the rules round Snowball, apostrophes,
 * and Snowball's own vocabularies.
 */
#include "tests/unit/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/apostrophe.h"
#include "common/text/stem.h"

static void expect_language(const char *name, const char *canonical)
{
    assert_non_null(stem_language(name));
    assert_string_equal(stem_language(name), canonical);
}

static void names_become_canonical(void **state)
{
    (void)state;
    expect_language("english", "english");
    expect_language("English", "english");
    expect_language("en", "english");
    expect_language("eng", "english");
    expect_language("EN", "english");
    expect_language("en-GB", "english");
    expect_language("pt_BR", "portuguese");
    expect_language("de", "german");
    expect_language("ger", "german");
    expect_language("nb", "norwegian");
    expect_language("porter", "porter");
    expect_language("none", "none");
    expect_language("NONE", "none");
}

static void unknown_names_are_refused(void **state)
{
    (void)state;
    const char *const names[] = {
        "",           "klingon", "e",    "english-GB",
        "en english", "-",       " en ", "a name far too long to be the name of any language"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error err = {0};
        assert_null(stem_language(names[i]));
        assert_null(stem_new(names[i], &err));
        assert_int_equal(err.code, BF_ERR_USAGE);
        assert_non_null(strstr(err.text, "english"));
        assert_non_null(strstr(err.text, "none"));
    }
    assert_null(stem_new("klingon", NULL));
}

static void every_language_opens(void **state)
{
    (void)state;
    size_t count = 0;
    const char *name, *last = NULL;
    for (; (name = stem_language_at(count)) != NULL; count++) {
        struct error err;
        struct stem *stem = stem_new(name, &err);
        assert_non_null(stem);
        expect_language(name, name);
        stem_free(stem);
        last = name;
    }
    assert_true(count > 20);
    assert_string_equal(last, "none");
    assert_null(stem_language_at(count + 5));
    stem_free(NULL);
}

static void expect_stem(struct stem *stem, const char *word, const char *expected)
{
    size_t len;
    const char *found = stem_word(stem, word, strlen(word), &len);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(found, expected, len);
}

static void words_are_stemmed(void **state)
{
    (void)state;
    struct stem *english = stem_new("en", NULL);
    expect_stem(english, "running", "run");
    expect_stem(english, "elections", "elect");
    expect_stem(english, "obama's", "obama");
    expect_stem(english, "", "");
    struct stem *german = stem_new("de", NULL);
    expect_stem(german, "häuser", "haus");
    struct stem *none = stem_new("none", NULL);
    expect_stem(none, "running", "running");
    expect_stem(english, "flies", "fli");
    stem_free(english);
    stem_free(german);
    stem_free(none);
}

static void some_words_are_their_own_stem(void **state)
{
    (void)state;
    char word[STEM_MAX_BYTES + 3];
    size_t len;
    struct stem *english = stem_new("en", NULL);
    expect_stem(english, "u.s", "u.s");
    expect_stem(english, "example.cars", "example.cars");
    struct stem *greek = stem_new("el", NULL);
    size_t greek_len;
    stem_word(greek, "ίσα", strlen("ίσα"), &greek_len);
    assert_true(greek_len > 0); /* libstemmer 2.2 leaves nothing of it */
    stem_free(greek);
    memset(word, 'b', sizeof word);
    memcpy(word + STEM_MAX_BYTES - 3, "ing", 3);
    stem_word(english, word, STEM_MAX_BYTES, &len);
    assert_int_equal(len, STEM_MAX_BYTES); /* "bbb...ing" has no vowel before */
    word[0] = 'a';
    stem_word(english, word, STEM_MAX_BYTES, &len);
    assert_int_equal(len, STEM_MAX_BYTES - 4); /* ... and "bb" is undoubled */
    memcpy(word + STEM_MAX_BYTES - 2, "ing", 3);
    assert_ptr_equal(stem_word(english, word, STEM_MAX_BYTES + 1, &len), word);
    assert_int_equal(len, STEM_MAX_BYTES + 1);
    stem_free(english);
}

static void expect_core(const char *language, const char *word, const char *core)
{
    size_t len = strlen(word);
    const char *found = apostrophe_trim(apostrophe_rules_of(language), word, &len);
    assert_int_equal(len, strlen(core));
    assert_memory_equal(found, core, len);
}

static void apostrophes_tie_particles_on(void **state)
{
    (void)state;
    expect_core("french", "l'homme", "homme");
    expect_core("french", "qu'il", "il");
    expect_core("french", "lorsqu'elle", "elle");
    expect_core("french", "aujourd'hui", "aujourd'hui");
    expect_core("french", "homme", "homme");
    expect_core("french", "l'", "l'");
    expect_core("french", "'l", "'l");
    expect_core("french", "", "");
    expect_core("french", "o'brien", "o'brien");
    expect_core("french", "extraordinairement'vu", "extraordinairement'vu");
    expect_core("italian", "dell'anno", "anno");
    expect_core("catalan", "d'un", "un");
    expect_core("turkish", "ankara'da", "ankara");
    expect_core("turkish", "'da", "'da");
    expect_core("english", "d'accord", "d'accord");
    assert_null(apostrophe_rules_of("none"));
}

/* ---- Snowball's vocabularies ------------------------------------------- */

/* The next line without its end; false at the end of the file. */
static bool read_line(FILE *file, char *line, size_t size)
{
    if (!fgets(line, (int)size, file))
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

/* Where Snowball's data has the language: its version 3 gave the name "dutch"
 * to another algorithm. */
static const char *data_folder(const char *language)
{
    bool old_dutch = strcmp(language, "dutch") == 0 && !stem_language("dutch_porter");
    return old_dutch ? "dutch_porter" : language;
}

static FILE *open_list(const char *language, const char *name)
{
    char command[1024];
    snprintf(command, sizeof command,
             "tar xzOf '%s/conformance/snowball-data.tar.gz' snowball-data/%s/%s 2>/dev/null",
             shared_dir(), data_folder(language), name);
    return popen(command, "r");
}

struct tally {
    size_t words, mismatches;
};

static void compare_word(struct stem *stem, const char *language, const char *word,
                         const char *expected, struct tally *tally)
{
    size_t len;
    const char *found = stem_word(stem, word, strlen(word), &len);
    tally->words++;
    if (*expected == '\0')
        expected = word; /* our rule: a word is never stemmed away */
    if (len == strlen(expected) && memcmp(found, expected, len) == 0)
        return;
    if (tally->mismatches++ < 5)
        print_message("  %s: %s -> %.*s, expected %s\n", language, word, (int)len, found, expected);
}

static struct tally compare_language(const char *language)
{
    struct tally tally = {0};
    char word[1024], expected[1024];
    struct stem *stem = stem_new(language, NULL);
    FILE *words = open_list(language, "voc.txt"), *stems = open_list(language, "output.txt");
    assert_non_null(words);
    assert_non_null(stems);
    while (read_line(words, word, sizeof word) && read_line(stems, expected, sizeof expected))
        compare_word(stem, language, word, expected, &tally);
    pclose(words);
    pclose(stems);
    stem_free(stem);
    return tally;
}

/* Languages whose rules have not changed from libstemmer 2.0 to 3.0, so that
 * whatever version there is has to agree with the data. */
static bool is_settled(const char *language)
{
    const char *const settled = " armenian basque catalan danish finnish hindi hungarian "
                                "indonesian irish nepali porter portuguese russian serbian ";
    char wanted[64];
    snprintf(wanted, sizeof wanted, " %s ", language);
    return strstr(settled, wanted) != NULL;
}

static void check_language(const char *language, struct tally *all)
{
    struct tally tally = compare_language(language);
    print_message("%s: %zu words, %zu mismatches\n", language, tally.words, tally.mismatches);
    if (is_settled(language))
        assert_int_equal(tally.mismatches, 0);
    assert_true(tally.mismatches <= tally.words / 5);
    all->words += tally.words;
    all->mismatches += tally.mismatches;
}

static void vocabularies_of_snowball(void **state)
{
    (void)state;
    const char *language;
    struct tally all = {0};
    if (!shared_dir()) {
        print_message("SKIP: BACKFILE_CORPORA is not set\n");
        skip();
    }
    for (size_t i = 0; (language = stem_language_at(i)) != NULL; i++)
        check_language(language, &all);
    print_message("together: %zu words, %zu mismatches\n", all.words, all.mismatches);
    assert_true(all.words > 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_canonical),
        cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(every_language_opens),
        cmocka_unit_test(words_are_stemmed),
        cmocka_unit_test(some_words_are_their_own_stem),
        cmocka_unit_test(apostrophes_tie_particles_on),
        cmocka_unit_test(vocabularies_of_snowball),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
