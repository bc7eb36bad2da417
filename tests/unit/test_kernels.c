/* test_kernels.c - every instruction set gives what plain loops give, bit by bit. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/codec/kernels.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

#define ROOM 1024

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

/* All that this processor can run. */
static size_t list_kernels(const struct kernels *list[4])
{
    size_t n = 0;
    list[n++] = &kernels_portable;
    if (kernels_sse41())
        list[n++] = kernels_sse41();
    if (kernels_avx2())
        list[n++] = kernels_avx2();
    if (kernels_avx512())
        list[n++] = kernels_avx512();
    return n;
}

static void for_each(void (*test)(const struct kernels *k))
{
    const struct kernels *list[4];
    size_t n = list_kernels(list);
    for (size_t i = 0; i < n; i++)
        test(list[i]);
}

static void the_best_is_one_of_them(void **unused)
{
    (void)unused;
    const struct kernels *list[4];
    assert_ptr_equal(kernels_best(), list[list_kernels(list) - 1]);
}

/* ---- unpacking ---- */

static void unpack_every_width(const struct kernels *k)
{
    for (unsigned width = 0; width <= 32; width++) {
        uint32_t in[BLOCK_LEN], out[BLOCK_LEN];
        unsigned char packed[16 * 32];
        for (unsigned i = 0; i < BLOCK_LEN; i++)
            in[i] = width ? random32(&seed) >> (32 - width) : 0;
        bitpack_pack(in, width, packed);
        unsigned char *exact = exact_copy(packed, 16 * width);
        k->unpack(exact, width, out);
        assert_memory_equal(in, out, sizeof in);
        free(exact);
    }
}

/* With other bytes behind it, or with none. */
static void unpack_runs(const struct kernels *k)
{
    for (unsigned width = 0; width <= 32; width++) {
        uint32_t in[100], n = below(100);
        size_t bytes = bitpack_bytes(n, width), behind = below(2) ? below(80) : 0;
        unsigned char packed[4 * 100 + 80];
        memset(packed, 0xff, sizeof packed);
        for (unsigned i = 0; i < n; i++)
            in[i] = width ? random32(&seed) >> (32 - width) : 0;
        bitpack_pack_run(in, n, width, packed);
        unsigned char *exact = exact_copy(packed, bytes + behind);
        uint32_t *out = mem_alloc((n + 1) * sizeof *out);
        k->unpack_run(exact, exact + bytes + behind, n, width, out);
        assert_memory_equal(in, out, n * sizeof *in);
        free(out);
        free(exact);
    }
}

static void unpacking(void **unused)
{
    (void)unused;
    for_each(unpack_every_width);
    for (int round = 0; round < 20; round++)
        for_each(unpack_runs);
}

/* ---- ones ---- */

/* Sparse, even, dense or full. */
static unsigned char *random_bits(size_t bytes)
{
    unsigned char bits[ROOM];
    uint32_t kind = below(4);
    for (size_t i = 0; i < bytes; i++) {
        unsigned char any = (unsigned char)random32(&seed);
        bits[i] = kind == 0   ? (below(20) ? 0 : any)
                  : kind == 1 ? any
                  : kind == 2 ? any | (unsigned char)random32(&seed)
                              : 0xff;
    }
    return exact_copy(bits, bytes);
}

static size_t slow_ones(const unsigned char *bits, size_t bytes, uint32_t *out)
{
    size_t found = 0;
    for (size_t bit = 0; bit < 8 * bytes; bit++)
        if (bits[bit / 8] >> bit % 8 & 1)
            out[found++] = (uint32_t)bit;
    return found;
}

static void find_ones_anywhere(const struct kernels *k)
{
    static uint32_t expected[8 * ROOM];
    for (int round = 0; round < 2000; round++) {
        size_t bytes = below(below(2) ? 40 : ROOM);
        unsigned char *bits = random_bits(bytes);
        size_t all = slow_ones(bits, bytes, expected);
        size_t n = below((uint32_t)all + 10), from = below(4) ? 0 : below(8 * (uint32_t)bytes + 70);
        size_t before = 0;
        while (before < all && expected[before] < from)
            before++;
        uint32_t *out = mem_alloc((n + ONES_SLACK) * sizeof *out);
        size_t found = k->find_ones(bits, bytes, from, n, out);
        assert_true(before + found <= all && (found >= n || before + found == all));
        assert_memory_equal(out, expected + before, found * sizeof *out);
        free(out);
        free(bits);
    }
}

static void skip_ones_by_words(const struct kernels *k)
{
    static uint32_t all[8 * ROOM];
    for (int round = 0; round < 2000; round++) {
        size_t bytes = below(ROOM);
        unsigned char *bits = random_bits(bytes);
        uint64_t n = below((uint32_t)slow_ones(bits, bytes, all) + 10), left = n;
        size_t passed = k->skip_ones(bits, bytes, &left);
        assert_true(passed % 8 == 0 && passed <= bytes);
        assert_int_equal(slow_ones(bits, passed, all), n - left);
        if (bytes - passed >= 8)
            assert_true(slow_ones(bits + passed, 8, all) > left);
        free(bits);
    }
}

static void pick_a_few_ones(const struct kernels *k)
{
    static uint32_t all[8 * ROOM];
    for (int round = 0; round < 2000; round++) {
        size_t bytes = 1 + below(below(2) ? 20 : ROOM - 1);
        unsigned char *bits = random_bits(bytes);
        size_t count = slow_ones(bits, bytes, all);
        size_t first = slow_ones(bits, bytes < 8 ? bytes : 8, all);
        slow_ones(bits, bytes, all);
        unsigned skip = first ? below((uint32_t)first) : 0;
        size_t n = 1 + below(130), left = count - skip;
        uint32_t *out = mem_alloc(n * sizeof *out);
        size_t found = k->pick_ones(bits, bytes, skip, n, out);
        assert_int_equal(found, n < left ? n : left);
        assert_memory_equal(out, all + skip, found * sizeof *out);
        free(out);
        free(bits);
    }
}

static void ones(void **unused)
{
    (void)unused;
    for_each(pick_a_few_ones);
    for_each(find_ones_anywhere);
    for_each(skip_ones_by_words);
}

/* ---- joining ---- */

#define JOINED 320

static void join_both_ways(const struct kernels *k)
{
    for (int round = 0; round < 2000; round++) {
        uint32_t room[1 + JOINED], *numbers = room + 1, lows[JOINED], out[JOINED];
        unsigned width = below(12), n = 1 + below(JOINED);
        uint32_t one = 0, first = below(100000), sum = first;
        for (unsigned i = 0; i < JOINED; i++) {
            one += below(9);
            numbers[i] = one++;
            lows[i] = random32(&seed) & ((1u << width) - 1);
        }
        room[0] = UINT32_MAX;
        k->join(lows, numbers, width, 1, n, out);
        for (unsigned i = 0; i < n; i++)
            assert_int_equal(out[i], ((numbers[i] - room[i] - 1) << width) + lows[i] + 1);
        k->join_gaps(lows, numbers, first, width, n, out);
        for (unsigned i = 0; i < n; i++) {
            sum += ((numbers[i] - room[i] - 1) << width) + lows[i];
            assert_int_equal(out[i], sum + i);
        }
        k->join_gaps(lows, numbers, first, width, n, lows);
        assert_memory_equal(lows, out, n * sizeof *out);
    }
}

static void joining(void **unused)
{
    (void)unused;
    for_each(join_both_ways);
}

/* ---- looking bits up ---- */

/* Of a bit among the ones; `at` moves on. */
static uint32_t slow_place(const uint32_t *ones, size_t count, size_t *at, uint32_t bit,
                           uint32_t base)
{
    while (*at < count && ones[*at] < bit)
        ++*at;
    return *at < count && ones[*at] == bit ? base + (uint32_t)*at : UINT32_MAX;
}

static void look_up_ascending_bits(const struct kernels *k)
{
    static uint32_t all[8 * ROOM];
    for (int round = 0; round < 2000; round++) {
        size_t bytes = 1 + below(below(2) ? 20 : ROOM - 1);
        unsigned char *bits = random_bits(bytes);
        uint32_t numbers[BLOCK_LEN], out[BLOCK_LEN], first = below(1000), number = first;
        unsigned n = 0;
        for (; n < BLOCK_LEN && number < first + 8 * bytes + 100; number += 1 + below(99))
            numbers[n++] = number;
        uint32_t last = (n ? numbers[n - 1] : first) + below(below(2) ? 2 : 3000);
        uint32_t base = below(1000), last_place;
        unsigned found =
            k->bit_places(bits, bytes, first, last, numbers, n, base, out, &last_place);
        size_t count = slow_ones(bits, bytes, all), at = 0;
        for (unsigned i = 0; i < n; i++) {
            assert_int_equal(out[i], slow_place(all, count, &at, numbers[i] - first, base));
            found -= out[i] != UINT32_MAX;
        }
        assert_int_equal(found, 0);
        assert_int_equal(last_place, slow_place(all, count, &at, last - first, 0));
        free(bits);
    }
}

static void bit_places(void **unused)
{
    (void)unused;
    for_each(look_up_ascending_bits);
}

/* ---- comparing ---- */

/* Ascending, with room for what may be read behind them. */
static uint32_t *some_numbers(uint32_t n, uint32_t first)
{
    uint32_t *numbers = mem_zalloc(n + 7, sizeof *numbers);
    for (uint32_t i = 0; i < n; i++, first += 1 + below(9))
        numbers[i] = first;
    return numbers;
}

static void count_common_numbers(const struct kernels *k)
{
    for (int round = 0; round < 2000; round++) {
        uint32_t na = below(12), nb = below(below(2) ? 12 : 100), expected = 0;
        uint32_t first = random32(&seed), plus = below(50) - 25;
        uint32_t *a = some_numbers(na, first), *b = some_numbers(nb, first);
        for (uint32_t i = 0; i < na; i++)
            for (uint32_t j = 0; j < nb; j++)
                expected += a[i] + plus == b[j];
        assert_int_equal(k->count_common(a, na, plus, b, nb), expected);
        free(a);
        free(b);
    }
}

#define PAIRS 40

/* Lists of numbers that ascend through all of them, and so from the one before each. */
static uint32_t *some_lists(uint32_t at[PAIRS], uint32_t count[PAIRS])
{
    uint32_t most = below(2) ? 5 : 30, total = 1;
    for (unsigned i = 0; i < PAIRS; i++) {
        at[i] = total;
        count[i] = 1 + below(most);
        total += count[i];
    }
    uint32_t *numbers = mem_zalloc(total + 15, sizeof *numbers);
    for (uint32_t i = 0, sum = random32(&seed); i < total; i++, sum += 1 + below(6))
        numbers[i] = sum;
    return numbers;
}

static void count_common_of_pairs(const struct kernels *k)
{
    for (int round = 0; round < 200; round++) {
        uint32_t at[2][PAIRS], count[2][PAIRS], out[PAIRS], distance = below(9) - 4;
        uint32_t *numbers[2] = {some_lists(at[0], count[0]), some_lists(at[1], count[1])};
        const struct number_lists a = {numbers[0], at[0], count[0]};
        const struct number_lists b = {numbers[1], at[1], count[1]};
        k->count_pairs(&a, &b, distance, PAIRS, out);
        for (unsigned i = 0; i < PAIRS; i++) {
            const uint32_t *x = numbers[0] + at[0][i], *y = numbers[1] + at[1][i];
            uint32_t plus = distance + y[-1] - x[-1];
            assert_int_equal(out[i],
                             kernels_portable.count_common(x, count[0][i], plus, y, count[1][i]));
        }
        free(numbers[0]);
        free(numbers[1]);
    }
}

static void look_up_in_a_block(const struct kernels *k)
{
    for (int round = 0; round < 500; round++) {
        uint32_t first = below(2) ? 0x7ffffe00 : below(1000), *sorted = some_numbers(128, first);
        uint32_t n = below(200), *numbers = some_numbers(n, first - below(9)), out[201];
        for (unsigned i = below(129); i < 128; i++)
            sorted[i] = UINT32_MAX; /* as behind the last article */
        out[n] = 77;
        unsigned found = k->sorted_places(sorted, numbers, n, 1000, out);
        assert_int_equal(out[n], 77);
        for (unsigned i = 0; i < n; i++) {
            unsigned at = 0;
            while (at < 128 && sorted[at] != numbers[i])
                at++;
            assert_int_equal(out[i], at < 128 ? 1000 + at : UINT32_MAX);
            found -= at < 128;
        }
        assert_int_equal(found, 0);
        free(sorted);
        free(numbers);
    }
}

static void comparing(void **unused)
{
    (void)unused;
    for_each(look_up_in_a_block);
    for_each(count_common_numbers);
    for_each(count_common_of_pairs);
}

/* ---- choosing ---- */

static void mark_between(const struct kernels *k)
{
    for (int round = 0; round < 500; round++) {
        uint32_t n = below(300), high = below(2) ? UINT32_MAX - 20 : 0, least = high + below(11);
        uint32_t most = below(4) ? least + below(11) : UINT32_MAX;
        uint32_t *numbers = mem_alloc((n + 15) * sizeof *numbers);
        uint64_t marks[5];
        for (unsigned i = 0; i < n + 15; i++)
            numbers[i] = high + below(21);
        k->mark(numbers, n, least, most, marks);
        for (unsigned i = 0; i < (n + 63) / 64 * 64; i++) {
            bool marked = i < n && numbers[i] >= least && numbers[i] <= most;
            assert_int_equal(marks[i / 64] >> i % 64 & 1, marked);
        }
        free(numbers);
    }
}

/* Into another array or in place. */
static void keep_in_order(const struct kernels *k)
{
    for (int round = 0; round < 500; round++) {
        uint32_t n = below(257), at = 0, room = (n + 15) / 16 * 16;
        uint32_t *in = mem_alloc((room + 1) * sizeof *in);
        uint32_t *out = round % 2 ? in : mem_alloc((room + 1) * sizeof *out);
        uint64_t marks[5] = {0};
        for (unsigned i = 0; i < room; i++)
            in[i] = i;
        for (unsigned i = 0; i < n; i++)
            marks[i / 64] |= (uint64_t)below(2) << i % 64;
        unsigned kept = k->keep(in, n, marks, out);
        for (unsigned i = 0; i < n; i++)
            if (marks[i / 64] >> i % 64 & 1)
                assert_int_equal(out[at++], i);
        assert_int_equal(kept, at);
        if (out != in)
            free(out);
        free(in);
    }
}

static void count_leading(const struct kernels *k)
{
    for (int round = 0; round < 2000; round++) {
        uint32_t n = below(80), first = below(2) ? 0x7fffffc0 : 0, expected = 0;
        uint32_t *numbers = some_numbers(n, first), v = first + below(n * 5 + 2);
        while (expected < n && numbers[expected] <= v)
            expected++;
        uint32_t *exact = mem_dup(numbers, n * sizeof *numbers);
        assert_int_equal(k->count_up_to(exact, n, v), expected);
        free(exact);
        free(numbers);
    }
}

static void choosing(void **unused)
{
    (void)unused;
    for_each(mark_between);
    for_each(keep_in_order);
    for_each(count_leading);
}

/* ---- counting ---- */

static void count_every_length(const struct kernels *k)
{
    for (unsigned n = 0; n <= 40; n++) {
        for (int round = 0; round < 50; round++) {
            unsigned char two[80], four[160];
            uint32_t number = below(3), v = below(round % 2 ? 200 : UINT16_MAX + 1u);
            uint32_t high = below(2) ? 0x80000000u : 0;
            unsigned expected = 0;
            for (unsigned i = 0; i < n; i++, number += below(round % 2 ? 9 : 3000)) {
                number = number < UINT16_MAX ? number : UINT16_MAX;
                store_u16(two + 2 * i, (uint16_t)number);
                store_u32(four + 4 * i, number + high);
                expected += number < v;
            }
            unsigned char *exact_two = exact_copy(two, 2 * n),
                          *exact_four = exact_copy(four, 4 * n);
            assert_int_equal(k->count_below_16(exact_two, n, (uint16_t)v), expected);
            assert_int_equal(k->count_below_32(exact_four, n, v + high), expected);
            free(exact_two);
            free(exact_four);
        }
    }
}

static void counting(void **unused)
{
    (void)unused;
    for_each(count_every_length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_is_one_of_them),
        cmocka_unit_test(unpacking),
        cmocka_unit_test(ones),
        cmocka_unit_test(joining),
        cmocka_unit_test(bit_places),
        cmocka_unit_test(comparing),
        cmocka_unit_test(choosing),
        cmocka_unit_test(counting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
