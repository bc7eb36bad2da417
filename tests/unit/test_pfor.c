/* test_pfor.c - patched frames come back, and bytes that are none do no harm. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/codec/pfor.h"

/* xorshift64*: the tests are the same every time. */
static uint64_t state = 88172645463325252u;
static uint32_t random32(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(state * 2685821657736338717u >> 32);
}

static uint32_t random_of_width(unsigned width)
{
    return width ? random32() >> (32 - width) : 0;
}

/* Mostly narrow integers with some wide ones. */
static void fill_skewed(uint32_t *in, unsigned n)
{
    unsigned narrow = random32() % 33, wide = random32() % 33, rarity = 1 + random32() % 40;
    for (unsigned i = 0; i < n; i++)
        in[i] = random_of_width(random32() % rarity ? narrow : wide);
}

static void pfor_round_trip(const uint32_t *in, unsigned n)
{
    unsigned char room[PFOR_MAX_BYTES];
    uint32_t out[BLOCK_LEN];
    size_t len = pfor_encode(in, n, room);
    assert_true(len <= PFOR_MAX_BYTES);
    unsigned char *exact = malloc(len);
    memcpy(exact, room, len);
    assert_ptr_equal(pfor_decode(exact, exact + len, n, out), exact + len);
    assert_memory_equal(in, out, n * sizeof *in);
    assert_ptr_equal(pfor_skip(exact, exact + len, n), exact + len);
    for (size_t cut = 0; cut < len; cut++)
        assert_null(pfor_decode(exact, exact + cut, n, out));
    free(exact);
}

static void pfor_comes_back_and_refuses_cuts(void **unused)
{
    (void)unused;
    uint32_t in[BLOCK_LEN];
    for (int round = 0; round < 3000; round++) {
        unsigned n = round % 3 ? BLOCK_LEN : 1 + random32() % BLOCK_LEN;
        fill_skewed(in, n);
        pfor_round_trip(in, n);
    }
    memset(in, 0xff, sizeof in);
    pfor_round_trip(in, BLOCK_LEN);
    memset(in, 0, sizeof in);
    pfor_round_trip(in, BLOCK_LEN);
}

/* The worked example of FORMAT.md. */
static void pfor_worked_example(void **unused)
{
    (void)unused;
    const uint32_t in[] = {1, 0, 2, 1, 3, 0, 1, 900, 2, 1, 0, 3, 1, 2, 0, 1};
    /* width 2, one exception of 8 high bits; 16 two-bit integers; index 7; 900 >> 2 */
    const unsigned char expected[] = {0x82, 1, 8, 0x61, 0x13, 0xc6, 0x49, 7, 225};
    unsigned char out[PFOR_MAX_BYTES];
    size_t len = pfor_encode(in, 16, out);
    assert_int_equal(len, 9);
    assert_memory_equal(out, expected, sizeof expected);
}

static void pfor_survives_any_bytes(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20000; round++) {
        size_t len = random32() % 600;
        unsigned char *exact = malloc(len ? len : 1);
        uint32_t out[BLOCK_LEN];
        for (size_t i = 0; i < len; i++)
            exact[i] = (unsigned char)random32();
        if (len)
            exact[0] = (unsigned char)(random32() % 34 | (random32() & 0x80));
        unsigned n = 1 + random32() % BLOCK_LEN;
        const unsigned char *behind = pfor_decode(exact, exact + len, n, out);
        assert_true(!behind || (behind > exact && behind <= exact + len));
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pfor_comes_back_and_refuses_cuts),
        cmocka_unit_test(pfor_worked_example),
        cmocka_unit_test(pfor_survives_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
