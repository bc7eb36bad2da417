/* test_codec.c - every width, every length, and bytes that are no encoding. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/codec/bitpack.h"
#include "common/codec/postblock.h"
#include "common/codec/rice.h"
#include "common/codec/rice_run.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

static uint32_t random_of_width(unsigned width)
{
    return width ? random32(&seed) >> (32 - width) : 0;
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
        for (unsigned n = 1; n < 300; n++) {
            uint32_t in[300], out[300];
            for (unsigned i = 0; i < n; i++)
                in[i] = random_of_width(width);
            size_t bytes = bitpack_bytes(n, width);
            unsigned char *exact = malloc(bytes ? bytes : 1);
            bitpack_pack_run(in, n, width, exact);
            bitpack_unpack_run(exact, n, width, out);
            assert_memory_equal(in, out, n * sizeof *in);
            unsigned i = below(n);
            assert_int_equal(bitpack_get(exact, exact + bytes, (uint64_t)i * width, width), in[i]);
            free(exact);
        }
    }
}

/* Mostly narrow integers with some wide ones. */
static void fill_skewed(uint32_t *in, size_t n, unsigned most)
{
    unsigned narrow = below(most + 1), wide = below(most + 1), rarity = 1 + below(40);
    for (size_t i = 0; i < n; i++)
        in[i] = random_of_width(below(rarity) ? narrow : wide);
}

/* ---- Rice coding ---- */

static void the_width_is_the_best(void **unused)
{
    (void)unused;
    for (int round = 0; round < 3000; round++) {
        uint32_t in[300];
        unsigned n = 1 + below(300), most = below(31), best = 0;
        fill_skewed(in, n, 32);
        for (unsigned w = 1; w <= most; w++)
            if (rice_ones_bits(in, n, w) + (uint64_t)n * w <
                rice_ones_bits(in, n, best) + (uint64_t)n * best)
                best = w;
        uint64_t ones_bits;
        assert_int_equal(rice_width(in, n, most, &ones_bits), best);
        assert_int_equal(ones_bits, rice_ones_bits(in, n, best));
    }
}

static uint64_t put_ones_one_by_one(const uint32_t *in, unsigned n, unsigned width,
                                    unsigned char *out, uint64_t bit)
{
    for (unsigned i = 0; i < n; i++, bit++) {
        bit += in[i] >> width;
        out[bit / 8] |= (unsigned char)(1u << bit % 8);
    }
    return bit;
}

/* Two runs one behind the other, over what was there before, in bytes that are exactly enough. */
static void ones_are_put_where_they_belong(void **unused)
{
    (void)unused;
    for (int round = 0; round < 2000; round++) {
        uint32_t in[2][200];
        unsigned n[2], width = below(4);
        uint64_t bits = 0, bit[2] = {0};
        for (int i = 0; i < 2; i++) {
            n[i] = below(below(2) ? 4 : 201);
            fill_skewed(in[i], n[i], 8);
            bits += rice_ones_bits(in[i], n[i], width);
        }
        size_t bytes = (size_t)(bits + 7) / 8;
        unsigned char *out = malloc(bytes + RICE_SLACK), *expected = calloc(bytes + 1, 1);
        memset(out, 0xee, bytes + RICE_SLACK);
        for (int i = 0; i < 2; i++) {
            bit[0] = put_ones_one_by_one(in[i], n[i], width, expected, bit[0]);
            bit[1] = rice_put_ones(in[i], n[i], width, out, bit[1]);
            assert_int_equal(bit[0], bit[1]);
        }
        assert_int_equal(bit[1], bits);
        if (bytes)
            assert_memory_equal(out, expected, bytes);
        free(out);
        free(expected);
    }
}

/* Where all of the sums fit 32 bits. */
static void sums_from_anywhere(struct rice_run *r, const uint32_t *in, uint32_t n)
{
    uint32_t from = below(n) & ~7u, count = 1 + below(n - from), sum = 0;
    uint32_t *ones = mem_alloc((count + RICE_RUN_SUMS_ROOM) * sizeof *ones);
    uint32_t *out = mem_alloc((count + 15) * sizeof *out);
    if (rice_run_sums(r, from, count, ones, out)) {
        for (uint32_t i = 0; i < count; i++) {
            sum += in[from + i];
            assert_int_equal(out[i], sum + i);
        }
    } else {
        uint64_t most = 0;
        for (uint32_t i = 0; i < count; i++)
            most += (uint64_t)in[from + i] + (1u << r->width);
        assert_true(most + count > UINT32_MAX);
    }
    free(ones);
    free(out);
}

static void run_round_trip(const uint32_t *in, uint32_t n)
{
    struct buf coded = {0};
    struct rice_run r;
    uint32_t *out = malloc(n * sizeof *out);
    rice_run_encode(in, n, &coded);
    unsigned char *exact = exact_copy(coded.data, coded.len), *end = exact + coded.len;
    assert_true(rice_run_open(&r, exact, end, n));
    assert_true(rice_run_read(&r, 0, n, out));
    assert_memory_equal(in, out, n * sizeof *in);
    assert_true(rice_run_ends(&r));
    for (int k = 0; k < 20; k++) { /* forwards and backwards */
        uint32_t from = below(n), count = 1 + below(n - from);
        assert_true(rice_run_read(&r, from, count, out));
        assert_memory_equal(in + from, out, count * sizeof *in);
        sums_from_anywhere(&r, in, n);
    }
    for (size_t cut = 0; cut < coded.len; cut += 1 + coded.len / 50)
        assert_true(!rice_run_open(&r, exact, exact + cut, n) || !rice_run_read(&r, 0, n, out));
    assert_false(rice_run_open(&r, exact, end, n - 1) && n > 1 && rice_run_ends(&r));
    free(out);
    free(exact);
    buf_free(&coded);
}

static void runs_come_back_from_anywhere(void **unused)
{
    (void)unused;
    static uint32_t in[2000];
    for (int round = 0; round < 1000; round++) {
        uint32_t n = 1 + below(round % 2 ? 20 : 2000);
        fill_skewed(in, n, 26);
        run_round_trip(in, n);
    }
    memset(in, 0, sizeof in);
    run_round_trip(in, 2000);
    in[0] = 1u << 26;
    run_round_trip(in, 200); /* many zeros before the first one */
}

static void runs_survive_any_bytes(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20000; round++) {
        unsigned char bytes[300];
        uint32_t out[400], n = 1 + below(400);
        size_t len = below(300);
        for (size_t i = 0; i < len; i++)
            bytes[i] = (unsigned char)(random32(&seed) & random32(&seed));
        bytes[0] = (unsigned char)below(30);
        unsigned char *exact = exact_copy(bytes, len);
        struct rice_run r;
        if (rice_run_open(&r, exact, exact + len, n)) {
            uint32_t from = below(n);
            rice_run_read(&r, from, n - from, out);
            rice_run_ends(&r);
        }
        free(exact);
    }
}

/* ---- blocks of postings ---- */

struct sample {
    int64_t base;
    unsigned n;
    uint32_t docs[BLOCK_LEN], tf[BLOCK_LEN];
};

static void fill_sample(struct sample *s)
{
    uint32_t spread = 1 + random_of_width(below(20)), most_tf = 1 + random_of_width(below(14));
    s->n = below(2) ? BLOCK_LEN : 1 + below(BLOCK_LEN);
    s->base = (int64_t)below(100000) - 1;
    int64_t doc = s->base;
    for (unsigned i = 0; i < s->n; i++) {
        doc += 1 + below(below(30) ? spread : 1 + 20 * spread);
        s->docs[i] = (uint32_t)doc;
        s->tf[i] = 1 + (below(3) ? 0 : below(most_tf));
    }
}

static bool read_block(const unsigned char *in, size_t len, const struct sample *s,
                       struct sample *back)
{
    struct postblock b;
    return postblock_open(&b, in, in + len, s->n) && postblock_docs(&b, s->base, back->docs) &&
           postblock_tf(&b, back->tf);
}

/* Frequencies and their sums, with and without the articles decoded before. */
static void compare_frequencies(const unsigned char *in, size_t len, const struct sample *s)
{
    uint32_t docs[BLOCK_LEN], tf[BLOCK_LEN], starts[BLOCK_LEN + 1], sum = 0;
    struct postblock b;
    assert_true(postblock_open(&b, in, in + len, s->n));
    for (int known = 0; known < 2; known++, sum = 0) {
        assert_true(postblock_tf(&b, tf) && postblock_starts(&b, starts));
        assert_memory_equal(tf, s->tf, s->n * sizeof *tf);
        for (unsigned i = 0; i < s->n; sum += s->tf[i++])
            assert_int_equal(starts[i], sum);
        assert_int_equal(starts[s->n], sum);
        assert_true(postblock_docs(&b, s->base, docs));
    }
}

static void block_round_trip(const struct sample *s)
{
    static unsigned char room[POSTBLOCK_MOST_BYTES + RICE_SLACK];
    struct sample back;
    struct postblock_plan plan = postblock_plan(s->base, s->docs, s->tf, s->n);
    assert_true(plan.bytes <= POSTBLOCK_MOST_BYTES);
    postblock_encode(&plan, s->base, s->docs, s->tf, s->n, room);
    unsigned char *exact = exact_copy(room, plan.bytes);
    assert_true(read_block(exact, plan.bytes, s, &back));
    assert_memory_equal(s->docs, back.docs, s->n * sizeof *s->docs);
    assert_memory_equal(s->tf, back.tf, s->n * sizeof *s->tf);
    compare_frequencies(exact, plan.bytes, s);
    for (size_t cut = 0; cut < plan.bytes; cut += 1 + plan.bytes / 40)
        assert_false(read_block(exact, cut, s, &back));
    free(exact);
    room[plan.bytes] = 0;
    assert_false(read_block(room, plan.bytes + 1, s, &back));
}

static void blocks_come_back(void **unused)
{
    (void)unused;
    struct sample s;
    for (int round = 0; round < 3000; round++) {
        fill_sample(&s);
        block_round_trip(&s);
    }
    for (unsigned i = 0; i < s.n; i++)
        s.tf[i] = (1u << 30) / BLOCK_LEN; /* as many as a segment may have */
    block_round_trip(&s);
}

static void dense_numbers_are_a_bitset(void **unused)
{
    (void)unused;
    struct sample s = {.base = 9, .n = BLOCK_LEN};
    unsigned char out[200] = {0};
    uint32_t doc = 10;
    for (unsigned i = 0; i < BLOCK_LEN; i++, doc += 1 + below(2)) {
        s.docs[i] = doc;
        s.tf[i] = 1;
    }
    struct postblock_plan plan = postblock_plan(s.base, s.docs, s.tf, s.n);
    postblock_encode(&plan, s.base, s.docs, s.tf, s.n, out);
    assert_int_equal(out[0], 0);
    assert_int_equal(plan.bytes, 1 + (s.docs[BLOCK_LEN - 1] - 10) / 8 + 1);
    for (unsigned i = 0; i < BLOCK_LEN; i++)
        assert_true(out[1 + (s.docs[i] - 10) / 8] >> (s.docs[i] - 10) % 8 & 1);
    block_round_trip(&s);
}

static void doc_numbers_never_wrap(void **unused)
{
    (void)unused;
    struct sample s = {.base = UINT32_MAX - 2,
                       .n = 2,
                       .docs = {UINT32_MAX - 1, UINT32_MAX},
                       .tf = {1, 1}},
                  back;
    unsigned char out[100];
    struct postblock_plan plan = postblock_plan(s.base, s.docs, s.tf, s.n);
    postblock_encode(&plan, s.base, s.docs, s.tf, s.n, out);
    assert_true(read_block(out, plan.bytes, &s, &back));
    s.base++;
    assert_false(read_block(out, plan.bytes, &s, &back));
}

/* A number that does not fit, by its high part and by 128 low ones. */
static void sums_never_wrap(void **unused)
{
    (void)unused;
    unsigned char bytes[1 + 16 * 30 + 16];
    struct sample s = {.base = -1, .n = BLOCK_LEN}, back;
    memset(bytes, 0xff, sizeof bytes);
    bytes[0] = 30; /* 128 gaps of 2^30 */
    assert_false(read_block(bytes, sizeof bytes, &s, &back));
    s.n = 1;
    const unsigned char far[] = {30, 0, 0, 0, 0, 0x10}; /* 4 << 30 */
    assert_false(read_block(far, sizeof far, &s, &back));
    const unsigned char near[] = {30, 0, 0, 0, 0, 0x08}; /* 3 << 30 */
    assert_true(read_block(near, sizeof near, &s, &back));
    assert_int_equal(back.docs[0], 3u << 30);
}

static void blocks_survive_any_bytes(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20000; round++) {
        unsigned char bytes[600];
        size_t len = below(600);
        struct sample s, back;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (unsigned char)random32(&seed);
        bytes[0] = (unsigned char)(below(8) << 5 | below(32));
        fill_sample(&s);
        unsigned char *exact = exact_copy(bytes, len);
        struct postblock b;
        if (postblock_open(&b, exact, exact + len, s.n)) {
            bool docs = postblock_docs(&b, s.base, back.docs);
            for (unsigned i = 1; docs && i < s.n; i++)
                assert_true(back.docs[i] > back.docs[i - 1]);
            bool tf = postblock_tf(&b, back.tf);
            for (unsigned i = 0; tf && i < s.n; i++)
                assert_true(back.tf[i] >= 1);
            uint32_t starts[BLOCK_LEN + 1];
            bool same = postblock_starts(&b, starts) == tf;
            for (unsigned i = 0; tf && i < s.n; i++)
                same = same && starts[i + 1] - starts[i] == back.tf[i];
            assert_true(same);
        }
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_follow_the_layout),
        cmocka_unit_test(short_runs_come_back),
        cmocka_unit_test(the_width_is_the_best),
        cmocka_unit_test(ones_are_put_where_they_belong),
        cmocka_unit_test(runs_come_back_from_anywhere),
        cmocka_unit_test(runs_survive_any_bytes),
        cmocka_unit_test(blocks_come_back),
        cmocka_unit_test(dense_numbers_are_a_bitset),
        cmocka_unit_test(doc_numbers_never_wrap),
        cmocka_unit_test(sums_never_wrap),
        cmocka_unit_test(blocks_survive_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
