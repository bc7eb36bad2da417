/* test_bytes.c - what is taken from bytes is what was put; what is not whole is left alone. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"

static void numbers_are_little_endian(void **unused)
{
    (void)unused;
    static const unsigned char bytes[] = {0x81, 0x92, 0xa3, 0xb4, 0xc5, 0xd6, 0xe7, 0xf8};
    unsigned char back[8];
    assert_int_equal(load_u16(bytes), 0x9281);
    assert_int_equal(load_u32(bytes), 0xb4a39281);
    assert_int_equal(load_u64(bytes), UINT64_C(0xf8e7d6c5b4a39281));
    store_u16(back, 0x9281);
    assert_memory_equal(back, bytes, 2);
    store_u32(back, 0xb4a39281);
    assert_memory_equal(back, bytes, 4);
    store_u64(back, UINT64_C(0xf8e7d6c5b4a39281));
    assert_memory_equal(back, bytes, 8);
}

/* A copy as long as the bytes, so that a sanitizer sees each byte read behind them. */
static struct bytes exactly(const void *p, size_t n)
{
    unsigned char *copy = malloc(n + !n);
    if (n)
        memcpy(copy, p, n);
    return bytes_of(copy, n);
}

static void nothing_is_taken_past_the_end(void **unused)
{
    (void)unused;
    static const unsigned char eight[] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t n = 0; n <= sizeof eight; n++) {
        struct bytes in = exactly(eight, n);
        const unsigned char *start = in.p, *p;
        uint32_t u32;
        uint64_t u64;
        assert_int_equal(bytes_left(&in), n);
        assert_false(take_bytes(&in, n + 1, &p));
        assert_int_equal(take_u64(&in, &u64), n == 8);
        assert_ptr_equal(in.p, n == 8 ? start + 8 : start);
        in.p = start;
        assert_int_equal(take_u32(&in, &u32), n >= 4);
        assert_ptr_equal(in.p, n >= 4 ? start + 4 : start);
        in.p = start;
        assert_true(take_bytes(&in, n, &p));
        assert_ptr_equal(p, start);
        assert_int_equal(bytes_left(&in), 0);
        free((void *)(uintptr_t)start);
    }
}

/* The least and the most that a varint of each length holds; cut, it is left alone. */
static void varints_of_each_length_come_back(void **unused)
{
    (void)unused;
    for (unsigned len = 1; len <= 10; len++) {
        uint64_t least = len == 1 ? 0 : UINT64_C(1) << (7 * (len - 1));
        uint64_t most = len == 10 ? UINT64_MAX : (UINT64_C(1) << (7 * len)) - 1;
        uint64_t values[] = {least, most}, back;
        for (int i = 0; i < 2; i++) {
            struct buf b = {0};
            buf_varint(&b, values[i]);
            assert_int_equal(b.len, len);
            assert_int_equal(varint_bytes(values[i]), len);
            for (size_t n = 0; n <= len; n++) {
                struct bytes in = exactly(b.data, n);
                const unsigned char *start = in.p;
                assert_int_equal(take_varint(&in, &back), n == len);
                assert_ptr_equal(in.p, n == len ? start + n : start);
                free((void *)(uintptr_t)start);
            }
            assert_true(back == values[i]);
            buf_free(&b);
        }
    }
}

static void other_spellings_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *what;
        unsigned char bytes[12];
        size_t n;
    } cases[] = {
        {"0 in two bytes", {0x80, 0}, 2},
        {"127 in three bytes", {0xff, 0x80, 0}, 3},
        {"2^64", {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2}, 10},
        {"eleven bytes", {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x81, 1}, 11},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes in = bytes_of(cases[i].bytes, cases[i].n);
        uint64_t v;
        if (take_varint(&in, &v))
            fail_msg("%s was read", cases[i].what);
        assert_ptr_equal(in.p, cases[i].bytes);
    }
}

static void thirty_two_bits_are_a_limit(void **unused)
{
    (void)unused;
    const uint64_t values[] = {UINT32_MAX - UINT64_C(1), UINT32_MAX, UINT32_MAX + UINT64_C(1)};
    for (int i = 0; i < 3; i++) {
        struct buf b = {0};
        buf_varint(&b, values[i]);
        struct bytes in = bytes_of(b.data, b.len);
        uint32_t v = 0;
        assert_int_equal(take_varint32(&in, &v), i < 2);
        assert_int_equal(bytes_left(&in), i < 2 ? 0 : b.len);
        assert_true(i == 2 || v == values[i]);
        buf_free(&b);
    }
    struct bytes none = {0};
    uint32_t v;
    assert_false(take_varint32(&none, &v));
}

static void counted_bytes_come_back_whole_or_not_at_all(void **unused)
{
    (void)unused;
    char text[300];
    memset(text, 'x', sizeof text);
    const size_t lengths[] = {0, 1, 127, 128, 300};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct buf b = {0};
        buf_counted(&b, text, lengths[i]);
        for (size_t n = 0; n <= b.len; n++) {
            struct bytes in = exactly(b.data, n);
            const unsigned char *start = in.p, *p;
            size_t len;
            assert_int_equal(take_counted(&in, &p, &len), n == b.len);
            assert_ptr_equal(in.p, n == b.len ? in.end : start);
            if (n == b.len) {
                assert_int_equal(len, lengths[i]);
                assert_memory_equal(p, text, len);
            }
            free((void *)(uintptr_t)start);
        }
        buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_little_endian),
        cmocka_unit_test(nothing_is_taken_past_the_end),
        cmocka_unit_test(varints_of_each_length_come_back),
        cmocka_unit_test(other_spellings_are_refused),
        cmocka_unit_test(thirty_two_bits_are_a_limit),
        cmocka_unit_test(counted_bytes_come_back_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
