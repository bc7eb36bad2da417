/* test_archive_uri.c - references against the examples of RFC 3986, and base64. */
#include "tests/unit/test.h"

#include <string.h>

#include "indexer/archive/base64.h"
#include "indexer/archive/uri.h"

static void check_resolved(const char *base, const char *reference, const char *expected)
{
    struct buf out = {0};
    uri_resolve(base, strlen(base), reference, strlen(reference), &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
}

/* Section 5.4, but for the fragment of an empty reference's base. */
static void resolves_as_the_standard_says(void **state)
{
    (void)state;
    static const struct {
        const char *reference, *expected;
    } examples[] = {
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"g/../h", "http://a/b/c/h"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check_resolved("http://a/b/c/d;p?q", examples[i].reference, examples[i].expected);
}

static void other_bases(void **state)
{
    (void)state;
    check_resolved("http://a", "g", "http://a/g");
    check_resolved("http://a?x", "/g", "http://a/g");
    check_resolved("", "g", "g");
    check_resolved("mailto:x", "g", "g");
    check_resolved("relative/", "g", "g");
    check_resolved("http://a#f", "", "http://a");
}

static void base64_as_the_standard_says(void **state)
{
    (void)state;
    static const struct {
        const char *coded, *expected;
    } examples[] = {{"", ""},           {"Zg==", "f"},           {"Zm8=", "fo"},
                    {"Zm9v", "foo"},    {"Zm9vYg==", "foob"},    {"Zm9v\nYmFy ", "foobar"},
                    {"Zm9vYg", "foob"}, {"//79", "\xff\xfe\xfd"}};
    struct buf out = {0};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        out.len = 0;
        assert_true(base64_decode(examples[i].coded, strlen(examples[i].coded), &out));
        assert_string_equal(buf_text(&out), examples[i].expected);
    }
    out.len = 0;
    assert_false(base64_decode("Zm9v-", 5, &out));
    assert_false(base64_decode("Zg==Zg", 6, &out));
    assert_int_equal(out.len, 0);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolves_as_the_standard_says),
        cmocka_unit_test(other_bases),
        cmocka_unit_test(base64_as_the_standard_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
