/* test_codec.c - every width, every length, and bytes that are no encoding. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/codec/bitpack.h"
#include "common/codec/doclist.h"
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

/* What bitpack.h says, one bit at a time. */
static uint32_t slow_get(const unsigned char *in, unsigned width, unsigned i)
{
    uint32_t v = 0;
    for (unsigned b = 0; b < width; b++) {
        unsigned bit = i / 4 * width + b, word = bit / 32;
        unsigned char byte = in[word * 16 + i % 4 * 4 + bit % 32 / 8];
        v |= (uint32_t)(byte >> bit % 8 & 1) << b;
    }
    return v;
}

static void blocks_follow_the_layout(void **unused)
{
    (void)unused;
    for (unsigned width = 0; width <= 32; width++) {
        uint32_t in[BLOCK_LEN], out[BLOCK_LEN];
        unsigned char *packed = malloc(16 * width + 1);
        for (unsigned i = 0; i < BLOCK_LEN; i++)
            in[i] = random_of_width(width);
        packed[16 * width] = 0xa5;
        bitpack_pack(in, width, packed);
        assert_int_equal(packed[16 * width], 0xa5);
        for (unsigned i = 0; i < BLOCK_LEN; i++)
            assert_int_equal(slow_get(packed, width, i), in[i]);
        unsigned char *exact = malloc(16 * width + !width);
        memcpy(exact, packed, 16 * width);
        bitpack_unpack(exact, width, out);
        assert_memory_equal(in, out, sizeof in);
        free(exact);
        free(packed);
    }
}

static void short_runs_come_back(void **unused)
{
    (void)unused;
    for (unsigned width = 0; width <= 32; width++) {
        for (unsigned n = 1; n < BLOCK_LEN; n++) {
            uint32_t in[BLOCK_LEN], out[BLOCK_LEN];
            for (unsigned i = 0; i < n; i++)
                in[i] = random_of_width(width);
            size_t bytes = bitpack_bytes(n, width);
            unsigned char *exact = malloc(bytes ? bytes : 1);
            bitpack_pack_run(in, n, width, exact);
            bitpack_unpack_run(exact, n, width, out);
            assert_memory_equal(in, out, n * sizeof *in);
            free(exact);
        }
    }
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

static void doclist_round_trip(int64_t base, const uint32_t *docs, unsigned n)
{
    unsigned char room[DOCLIST_MAX_BYTES];
    uint32_t out[BLOCK_LEN];
    size_t len = doclist_encode(base, docs, n, room);
    unsigned char *exact = malloc(len);
    memcpy(exact, room, len);
    assert_ptr_equal(doclist_decode(exact, exact + len, base, n, out), exact + len);
    assert_memory_equal(docs, out, n * sizeof *docs);
    for (size_t cut = 0; cut < len; cut++)
        assert_null(doclist_decode(exact, exact + cut, base, n, out));
    free(exact);
}

static void doclists_come_back(void **unused)
{
    (void)unused;
    for (int round = 0; round < 3000; round++) {
        uint32_t docs[BLOCK_LEN], spread = 1 + random_of_width(random32() % 24);
        unsigned n = round % 2 ? BLOCK_LEN : 1 + random32() % BLOCK_LEN;
        int64_t base = (int64_t)(random32() % 100000) - 1;
        int64_t doc = base;
        for (unsigned i = 0; i < n; i++) {
            doc += 1 + random32() % spread;
            docs[i] = (uint32_t)doc;
        }
        doclist_round_trip(base, docs, n);
    }
}

static void a_dense_block_is_a_bitset(void **unused)
{
    (void)unused;
    uint32_t docs[BLOCK_LEN];
    unsigned char out[DOCLIST_MAX_BYTES];
    uint32_t doc = 0;
    for (unsigned i = 0; i < BLOCK_LEN; i++) {
        docs[i] = doc;
        doc += 1 + (uint32_t)__builtin_ctz(random32() | 1u << 31);
    }
    size_t len = doclist_encode(-1, docs, BLOCK_LEN, out);
    assert_int_equal(out[0], 0x40);
    assert_int_equal(len, 3 + (docs[127] + 8) / 8);
    doclist_round_trip(-1, docs, BLOCK_LEN);
    /* one bit too many, one too few: not this block */
    uint32_t back[BLOCK_LEN];
    out[3] ^= 0xff;
    assert_null(doclist_decode(out, out + len, -1, BLOCK_LEN, back));
}

static void doc_numbers_never_wrap(void **unused)
{
    (void)unused;
    const uint32_t docs[] = {UINT32_MAX - 1, UINT32_MAX};
    unsigned char out[DOCLIST_MAX_BYTES];
    uint32_t back[BLOCK_LEN];
    size_t len = doclist_encode(UINT32_MAX - 2, docs, 2, out);
    assert_non_null(doclist_decode(out, out + len, (int64_t)UINT32_MAX - 2, 2, back));
    assert_null(doclist_decode(out, out + len, (int64_t)UINT32_MAX - 1, 2, back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_follow_the_layout),
        cmocka_unit_test(short_runs_come_back),
        cmocka_unit_test(pfor_comes_back_and_refuses_cuts),
        cmocka_unit_test(pfor_worked_example),
        cmocka_unit_test(pfor_survives_any_bytes),
        cmocka_unit_test(doclists_come_back),
        cmocka_unit_test(a_dense_block_is_a_bitset),
        cmocka_unit_test(doc_numbers_never_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
