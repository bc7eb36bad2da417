/* test_text_stopwords.c - the lists are in order, folded, and found. */
#include "tests/unit/test.h"

#include <string.h>

#include "common/text/fold.h"
#include "common/text/stem.h"
#include "common/text/stopwords.h"

static enum fold_case case_of(const char *language)
{
    return strcmp(language, "turkish") == 0 ? FOLD_TURKIC : FOLD_DEFAULT;
}

static void check_list(const char *language)
{
    size_t count;
    const char *const *words = stopwords_of(language, &count);
    for (size_t i = 0; i < count; i++) {
        char folded[FOLD_MAX_BYTES];
        size_t len = strlen(words[i]);
        assert_int_equal(fold_word(words[i], len, case_of(language), folded), len);
        assert_memory_equal(folded, words[i], len);
        assert_true(i == 0 || strcmp(words[i - 1], words[i]) < 0);
        assert_true(stopword_is(language, words[i], len));
        assert_false(stopword_is(language, "zzyzx", 5));
    }
    assert_null(words[count]);
}

static void lists_are_sorted_and_folded(void **state)
{
    (void)state;
    const char *language;
    for (size_t i = 0; (language = stem_language_at(i)) != NULL; i++)
        check_list(language);
}

static size_t count_of(const char *language)
{
    size_t count;
    stopwords_of(language, &count);
    return count;
}

static void languages_have_lists(void **state)
{
    (void)state;
    const char *const listed[] = {"arabic",  "basque",    "catalan", "danish",     "dutch",
                                  "english", "finnish",   "french",  "german",     "hungarian",
                                  "italian", "norwegian", "porter",  "portuguese", "romanian",
                                  "russian", "spanish",   "swedish", "turkish"};
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++)
        assert_true(count_of(listed[i]) > 100);
    assert_int_equal(count_of("none"), 0);
    assert_int_equal(count_of("tamil"), 0);
    assert_int_equal(count_of("porter"), count_of("english"));
    assert_non_null(stopwords_of("none", NULL));
    assert_null(stopwords_of("none", NULL)[0]);
}

static void words_are_found_whole(void **state)
{
    (void)state;
    assert_true(stopword_is("english", "the", 3));
    assert_true(stopword_is("english", "the cat", 3));
    assert_true(stopword_is("english", "don't", 5));
    assert_true(stopword_is("english", "a", 1));
    assert_true(stopword_is("english", "yourselves", 10));
    assert_false(stopword_is("english", "the cat", 7));
    assert_false(stopword_is("english", "th", 2));
    assert_false(stopword_is("english", "them", 2));
    assert_false(stopword_is("english", "", 0));
    assert_false(stopword_is("english", "us", 2)); /* the US */
    assert_false(stopword_is("english", "The", 3));
    assert_true(stopword_is("french", "\u00eatre", 5));
    assert_false(stopword_is("none", "the", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_sorted_and_folded),
        cmocka_unit_test(languages_have_lists),
        cmocka_unit_test(words_are_found_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
