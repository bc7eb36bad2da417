/* test_length_impact.c - the length table, and that an impact bounds whatever it stands for. */
#include "tests/unit/test.h"

#include <stdbool.h>

#include "common/index/impact.h"
#include "common/index/length.h"
#include "tests/unit/random.h"

static uint64_t seed = RANDOM_SEED;

/* ---- lengths ---- */

static void every_code_stands_for_its_smallest_length(void **unused)
{
    (void)unused;
    for (unsigned code = 0; code < LENGTH_CODES; code++) {
        uint32_t length = length_decode(code);
        assert_int_equal(length_encode(length), code);
        if (code)
            assert_int_equal(length_encode((uint64_t)length - 1), code - 1);
        if (code < 32)
            assert_int_equal(length, code);
    }
    assert_int_equal(length_decode(255), 507904);
}

static void a_code_is_within_a_sixteenth(void **unused)
{
    (void)unused;
    for (uint64_t length = 0; length < 524288; length++) {
        uint64_t value = length_decode(length_encode(length));
        assert_true(value <= length && (length - value) * 16 <= length);
    }
}

static void longer_than_the_last_code_is_the_last_code(void **unused)
{
    (void)unused;
    assert_int_equal(length_encode(524287), 255);
    for (int bits = 19; bits < 64; bits++)
        assert_int_equal(length_encode(UINT64_C(1) << bits), 255);
    assert_int_equal(length_encode(UINT64_MAX), 255);
}

/* ---- impacts ---- */

static bool covers(struct impact bound, uint32_t tf, unsigned code)
{
    if (tf > IMPACT_MANY)
        tf = IMPACT_MANY;
    return (tf <= bound.high_tf && code >= bound.high_length) ||
           (bound.low_tf && tf <= bound.low_tf && code >= bound.low_length);
}

static double score(double tf, unsigned code, double k1, double b, double average)
{
    return tf * (k1 + 1) / (tf + k1 * (1 - b + b * length_decode(code) / average));
}

static double bound_score(struct impact i, double k1, double b, double average)
{
    if (i.high_tf == IMPACT_MANY)
        return k1 + 1;
    double high = score(i.high_tf, i.high_length, k1, b, average);
    double low = i.low_tf ? score(i.low_tf, i.low_length, k1, b, average) : 0;
    return high > low ? high : low;
}

struct run {
    uint32_t tf[128];
    uint8_t codes[128];
    unsigned n;
};

static void fill(struct run *run)
{
    unsigned most = 1 + random32(&seed) % (random32(&seed) % 8 ? 12 : 1000);
    unsigned spread = 1 + random32(&seed) % 255;
    run->n = 1 + random32(&seed) % 128;
    for (unsigned i = 0; i < run->n; i++) {
        run->tf[i] = 1 + random32(&seed) % most * (random32(&seed) % 3 == 0);
        run->codes[i] = (uint8_t)(random32(&seed) % spread);
    }
}

static void assert_bounds(struct impact bound, const struct run *run)
{
    for (unsigned i = 0; i < run->n; i++) {
        assert_true(covers(bound, run->tf[i], run->codes[i]));
        for (double k1 = 0; k1 <= 3; k1 += 1.5)
            for (double b = 0; b <= 1; b += 0.5)
                assert_true(score(run->tf[i], run->codes[i], k1, b, 250) <=
                            bound_score(bound, k1, b, 250));
    }
}

/* No worse than one pair of the highest frequency and the lowest length. */
static void assert_tight(struct impact bound, const struct run *run)
{
    uint32_t high = 0;
    uint8_t shortest = 255;
    for (unsigned i = 0; i < run->n; i++) {
        high = run->tf[i] > high ? run->tf[i] : high;
        shortest = run->codes[i] < shortest ? run->codes[i] : shortest;
    }
    assert_int_equal(bound.high_tf, high < IMPACT_MANY ? high : IMPACT_MANY);
    assert_true(bound.high_length >= shortest);
    assert_true(bound.low_tf < bound.high_tf);
    assert_true(bound.low_tf || !bound.low_length);
}

static void an_impact_bounds_its_postings(void **unused)
{
    (void)unused;
    for (int round = 0; round < 5000; round++) {
        struct run run;
        fill(&run);
        struct impact bound = impact_of(run.tf, run.codes, run.n);
        assert_bounds(bound, &run);
        assert_tight(bound, &run);
    }
}

static void one_posting_is_its_own_bound(void **unused)
{
    (void)unused;
    for (uint32_t tf = 1; tf < 600; tf++) {
        uint8_t code = (uint8_t)(tf * 7);
        struct impact bound = impact_of(&tf, &code, 1);
        assert_int_equal(bound.high_tf, tf < IMPACT_MANY ? tf : IMPACT_MANY);
        assert_int_equal(bound.high_length, code);
        assert_int_equal(bound.low_tf, 0);
        assert_int_equal(bound.low_length, 0);
    }
}

/* A long article with many and a short one with few: two pairs keep apart
 * what one would join to a short article with many. */
static void two_pairs_keep_long_and_short_apart(void **unused)
{
    (void)unused;
    const uint32_t tf[] = {40, 2};
    const uint8_t codes[] = {200, 20};
    struct impact bound = impact_of(tf, codes, 2);
    assert_int_equal(bound.high_tf, 40);
    assert_int_equal(bound.high_length, 200);
    assert_int_equal(bound.low_tf, 2);
    assert_int_equal(bound.low_length, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_stands_for_its_smallest_length),
        cmocka_unit_test(a_code_is_within_a_sixteenth),
        cmocka_unit_test(longer_than_the_last_code_is_the_last_code),
        cmocka_unit_test(an_impact_bounds_its_postings),
        cmocka_unit_test(one_posting_is_its_own_bound),
        cmocka_unit_test(two_pairs_keep_long_and_short_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
