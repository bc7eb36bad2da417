/* test_text_vocabulary.c - numbering terms, and remembering words. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/term_cache.h"
#include "common/text/vocabulary.h"

static void expect_term(const struct vocabulary *v, uint32_t id, const char *term)
{
    size_t len;
    const char *bytes = vocabulary_term(v, id, &len);
    assert_int_equal(len, strlen(term));
    assert_string_equal(bytes, term);
}

static void terms_are_numbered_as_they_come(void **state)
{
    (void)state;
    struct vocabulary *v = vocabulary_new();
    assert_int_equal(vocabulary_count(v), 0);
    assert_int_equal(vocabulary_add(v, "oil", 3), 0);
    assert_int_equal(vocabulary_add(v, "price", 5), 1);
    assert_int_equal(vocabulary_add(v, "oil", 3), 0);
    assert_int_equal(vocabulary_add(v, "oily", 4), 2);
    assert_int_equal(vocabulary_add(v, "", 0), 3);
    assert_int_equal(vocabulary_count(v), 4);
    expect_term(v, 0, "oil");
    expect_term(v, 1, "price");
    expect_term(v, 2, "oily");
    expect_term(v, 3, "");
    vocabulary_free(v);
    vocabulary_free(NULL);
}

static void find_does_not_add(void **state)
{
    (void)state;
    struct vocabulary *v = vocabulary_new();
    uint32_t id = 77;
    assert_false(vocabulary_find(v, "oil", 3, &id));
    assert_int_equal(id, 77);
    vocabulary_add(v, "price", 5);
    vocabulary_add(v, "oil", 3);
    assert_true(vocabulary_find(v, "oil", 3, &id));
    assert_int_equal(id, 1);
    assert_false(vocabulary_find(v, "oi", 2, &id));
    assert_int_equal(vocabulary_count(v), 2);
    vocabulary_free(v);
}

static void many_terms_keep_their_numbers(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    struct vocabulary *v = vocabulary_new();
    char term[32];
    size_t empty_bytes = vocabulary_bytes(v);
    for (uint32_t i = 0; i < COUNT; i++) {
        int len = snprintf(term, sizeof term, "term %u", i * 7919u);
        assert_int_equal(vocabulary_add(v, term, (size_t)len), i);
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t id;
        int len = snprintf(term, sizeof term, "term %u", i * 7919u);
        assert_true(vocabulary_find(v, term, (size_t)len, &id));
        assert_int_equal(id, i);
        expect_term(v, i, term);
    }
    assert_true(vocabulary_bytes(v) > empty_bytes + COUNT * 10);
    assert_true(vocabulary_bytes(v) < COUNT * 60);
    vocabulary_free(v);
}

static void long_terms_and_any_bytes(void **state)
{
    (void)state;
    struct vocabulary *v = vocabulary_new();
    char *term = malloc(100000);
    assert_non_null(term);
    memset(term, 0, 100000);
    for (size_t len = 0; len < 100000; len = len * 3 + 1)
        vocabulary_add(v, term, len);
    uint32_t count = vocabulary_count(v);
    for (size_t len = 0; len < 100000; len = len * 3 + 1)
        vocabulary_add(v, term, len);
    assert_int_equal(vocabulary_count(v), count);
    free(term);
    vocabulary_free(v);
}

/* ---- The cache --------------------------------------------------------- */

static struct word_key key_of(const char *word)
{
    return word_key_of(word, (uint32_t)strlen(word), word + strlen(word));
}

static void keys_hold_the_bytes(void **state)
{
    (void)state;
    const char *text = "abcdefghijklmnopqrstuvwxyz";
    for (uint32_t len = 1; len <= WORD_KEY_INLINE_BYTES; len++) {
        char padded[WORD_KEY_INLINE_BYTES] = {0}, *exact = malloc(len);
        assert_non_null(exact);
        memcpy(padded, text, len);
        memcpy(exact, text, len);
        struct word_key inside = word_key_of(text, len, text + 26);
        struct word_key at_end = word_key_of(exact, len, exact + len);
        assert_int_equal(inside.head, load_u64(padded));
        assert_int_equal(inside.tail, load_u64(padded + 8));
        assert_int_equal(at_end.head, inside.head);
        assert_int_equal(at_end.tail, inside.tail);
        assert_int_equal(at_end.len, len);
        free(exact);
    }
}

static void cache_remembers(void **state)
{
    (void)state;
    const char *const words[] = {
        "a", "b", "sixteen bytes ok", "seventeen bytes ok", "seventeen bytes no", "Oil", "oil"};
    struct term_cache cache;
    uint32_t value = 99;
    term_cache_init(&cache, SIZE_MAX);
    for (uint32_t i = 0; i < 7; i++) {
        struct word_key key = key_of(words[i]);
        assert_false(term_cache_get(&cache, &key, &value));
        assert_int_equal(value, i ? i - 1 : 99);
        term_cache_put(&cache, &key, i);
        assert_true(term_cache_get(&cache, &key, &value));
        assert_int_equal(value, i);
    }
    term_cache_reset(&cache);
    struct word_key key = key_of("a");
    assert_false(term_cache_get(&cache, &key, &value));
    term_cache_free(&cache);
}

static void keep_bounds(size_t max_bytes)
{
    enum { COUNT = 600000 };
    struct term_cache cache;
    char word[64];
    size_t known = 0;
    term_cache_init(&cache, max_bytes);
    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(word, sizeof word, i % 3 ? "w%u" : "a word of more than sixteen bytes %u", i);
        struct word_key key = key_of(word);
        term_cache_put(&cache, &key, i);
        assert_true(term_cache_bytes(&cache) <= max_bytes + (size_t)100 * 1024);
    }
    for (uint32_t i = 0, value; i < COUNT; i++) {
        snprintf(word, sizeof word, i % 3 ? "w%u" : "a word of more than sixteen bytes %u", i);
        struct word_key key = key_of(word);
        if (term_cache_get(&cache, &key, &value)) {
            assert_int_equal(value, i);
            known++;
        }
    }
    assert_true(known > 0 && known < COUNT);
    term_cache_free(&cache);
}

static void cache_keeps_its_bounds(void **state)
{
    (void)state;
    keep_bounds(0);
    keep_bounds((size_t)1 << 20);
    keep_bounds((size_t)20 << 20);
    keep_bounds((size_t)1 << 30); /* half a million words are the most */
}

static void cache_leaves_out_endless_words(void **state)
{
    (void)state;
    struct term_cache cache;
    char word[2000];
    uint32_t value;
    memset(word, 'x', sizeof word);
    term_cache_init(&cache, SIZE_MAX);
    struct word_key key = word_key_of(word, sizeof word, word + sizeof word);
    term_cache_put(&cache, &key, 1);
    assert_false(term_cache_get(&cache, &key, &value));
    assert_int_equal(cache.count, 0);
    term_cache_free(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_numbered_as_they_come),
        cmocka_unit_test(find_does_not_add),
        cmocka_unit_test(many_terms_keep_their_numbers),
        cmocka_unit_test(long_terms_and_any_bytes),
        cmocka_unit_test(keys_hold_the_bytes),
        cmocka_unit_test(cache_remembers),
        cmocka_unit_test(cache_keeps_its_bounds),
        cmocka_unit_test(cache_leaves_out_endless_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
