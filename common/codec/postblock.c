/* postblock.c - two Rice-coded runs of numbers that share their streams. */
#include "common/codec/postblock.h"

#include "common/codec/kernels.h"
#include "common/codec/rice.h"

#define MOST_WIDTH 30

static const uint8_t tf_widths[] = {0, 0, 1, 2, 3, 4, 5, 12};
#define TF_CODES (sizeof tf_widths / sizeof *tf_widths)

/* ---- encoding ---- */

static void gaps_of(int64_t base, const uint32_t *docs, unsigned n, uint32_t *gaps)
{
    gaps[0] = (uint32_t)((int64_t)docs[0] - base - 1);
    for (unsigned i = 1; i < n; i++)
        gaps[i] = docs[i] - docs[i - 1] - 1;
}

static bool less_one(const uint32_t *tf, unsigned n, uint32_t *less)
{
    uint32_t any = 0;
    for (unsigned i = 0; i < n; i++) {
        less[i] = tf[i] - 1;
        any |= less[i];
    }
    return any;
}

/* Once a wider code is no smaller none is (rice.c). */
static unsigned choose_tf_code(const uint32_t *less, unsigned n, uint64_t *ones_bits)
{
    unsigned best = 1;
    *ones_bits = rice_ones_bits(less, n, 0);
    for (unsigned code = 2; code < TF_CODES; code++) {
        uint64_t ones = rice_ones_bits(less, n, tf_widths[code]);
        if (ones + n * tf_widths[code] >= *ones_bits + n * tf_widths[best])
            break;
        *ones_bits = ones;
        best = code;
    }
    return best;
}

struct postblock_plan postblock_plan(int64_t base, const uint32_t *docs, const uint32_t *tf,
                                     unsigned n)
{
    uint32_t gaps[BLOCK_LEN], less[BLOCK_LEN];
    gaps_of(base, docs, n, gaps);
    struct postblock_plan p = {0};
    uint64_t tf_ones = 0;
    p.width = rice_width(gaps, n, MOST_WIDTH, &p.ones_bits);
    if (less_one(tf, n, less))
        p.tf_code = choose_tf_code(less, n, &tf_ones);
    p.ones_bits += tf_ones;
    p.bytes = 1 + bitpack_bytes(n, p.width) + bitpack_bytes(n, tf_widths[p.tf_code]) +
              bitpack_bytes(p.ones_bits, 1);
    return p;
}

void postblock_encode(const struct postblock_plan *p, int64_t base, const uint32_t *docs,
                      const uint32_t *tf, unsigned n, unsigned char *out)
{
    uint32_t gaps[BLOCK_LEN], less[BLOCK_LEN];
    unsigned tf_width = tf_widths[p->tf_code];
    gaps_of(base, docs, n, gaps);
    less_one(tf, n, less);
    *out++ = (unsigned char)(p->width | p->tf_code << 5);
    out = bitpack_put(gaps, n, p->width, out);
    out = bitpack_put(less, n, tf_width, out);
    uint64_t bit = rice_put_ones(gaps, n, p->width, out, 0);
    if (p->tf_code)
        rice_put_ones(less, n, tf_width, out, bit);
}

/* ---- decoding ---- */

bool postblock_open(struct postblock *b, const unsigned char *in, const unsigned char *end,
                    unsigned n)
{
    if (in >= end || end - in > POSTBLOCK_MOST_BYTES)
        return false;
    unsigned code = *in >> 5;
    *b = (struct postblock){.n = n, .width = *in & 31, .tf_width = tf_widths[code], .once = !code};
    size_t lows = bitpack_bytes(n, b->width), tf_lows = bitpack_bytes(n, b->tf_width);
    if (b->width > MOST_WIDTH || lows + tf_lows > (size_t)(end - in) - 1)
        return false;
    b->lows = in + 1;
    b->tf_lows = b->lows + lows;
    b->ones = b->tf_lows + tf_lows;
    b->end = end;
    return true;
}

static void get_lows(const struct kernels *k, const unsigned char *in, unsigned n, unsigned width,
                     uint32_t out[BLOCK_LEN])
{
    if (n == BLOCK_LEN)
        k->unpack(in, width, out);
    else
        bitpack_unpack_run(in, n, width, out);
}

/* Whether the ones end with this bit: zeros follow to the end of its byte,
 * and that is the last. */
static bool ends_with(const struct postblock *b, uint64_t bit)
{
    return (size_t)(b->end - b->ones) == bit / 8 + 1 && b->ones[bit / 8] >> bit % 8 == 1;
}

/* Numbers ascend, so it is enough that the last one, `sum` if it has not
 * wrapped, fits. What 128 low parts of 24 bits add up to does not wrap. */
static bool last_fits(const struct postblock *b, int64_t base, const uint32_t *lows,
                      uint32_t last_one, uint32_t sum)
{
    uint64_t least = (uint64_t)(base + b->n) + ((uint64_t)(last_one - (b->n - 1)) << b->width);
    uint64_t low = sum - (uint32_t)least;
    if (b->width > 24) {
        low = 0;
        for (unsigned i = 0; i < b->n; i++)
            low += lows[i];
    }
    return least + low <= UINT32_MAX;
}

bool postblock_docs(struct postblock *b, int64_t base, uint32_t docs[BLOCK_LEN])
{
    const struct kernels *k = kernels_best();
    uint32_t lows[BLOCK_LEN], ones[BLOCK_LEN + ONES_SLACK];
    if (k->find_ones(b->ones, (size_t)(b->end - b->ones), 0, b->n, ones) < b->n)
        return false;
    uint32_t last_one = ones[b->n - 1];
    b->tf_bit = last_one + 1;
    get_lows(k, b->lows, b->n, b->width, lows);
    k->join_gaps(lows, ones, (uint32_t)(base + 1), b->width, b->n, docs);
    return last_fits(b, base, lows, last_one, docs[b->n - 1]) &&
           (!b->once || ends_with(b, last_one));
}

/* Of the frequencies; behind the bit before the first. */
struct tf_ones {
    uint32_t room[1 + BLOCK_LEN + 64 + ONES_SLACK];
    const uint32_t *ones;
};

/* Where it is not known where they begin, the articles' are passed over, but for the last. */
static bool find_tf_ones(const struct kernels *k, const struct postblock *b, struct tf_ones *t)
{
    size_t bytes = (size_t)(b->end - b->ones), from = b->tf_bit;
    uint64_t before = 0;
    if (!from) {
        before = b->n - 1;
        from = 8 * k->skip_ones(b->ones, bytes, &before);
        before++;
    }
    t->room[0] = b->tf_bit - 1;
    t->ones = t->room + 1 + before;
    return k->find_ones(b->ones, bytes, from, before + b->n, t->room + 1) >= before + b->n &&
           ends_with(b, t->ones[b->n - 1]);
}

bool postblock_tf(const struct postblock *b, uint32_t tf[BLOCK_LEN])
{
    const struct kernels *k = kernels_best();
    uint32_t lows[BLOCK_LEN];
    struct tf_ones t;
    for (unsigned i = 0; i < b->n && b->once; i++)
        tf[i] = 1;
    if (b->once)
        return true;
    if (!find_tf_ones(k, b, &t))
        return false;
    get_lows(k, b->tf_lows, b->n, b->tf_width, lows);
    k->join(lows, t.ones, b->tf_width, 1, b->n, tf);
    return true;
}

/* A frequency's one stands as many bits behind the one before as its high part says,
 * and one more: without low parts the numbers of the ones are the sums. */
bool postblock_starts(const struct postblock *b, uint32_t starts[BLOCK_LEN + 1])
{
    const struct kernels *k = kernels_best();
    uint32_t lows[BLOCK_LEN];
    struct tf_ones t;
    for (unsigned i = 0; i <= b->n && b->once; i++)
        starts[i] = i;
    if (b->once)
        return true;
    if (!find_tf_ones(k, b, &t))
        return false;
    const uint32_t *ones = t.ones, before = ones[-1];
    starts[0] = 0;
    if (!b->tf_width) {
        for (unsigned i = 0; i < BLOCK_LEN; i++)
            starts[i + 1] = ones[i] - before;
        return true;
    }
    get_lows(k, b->tf_lows, b->n, b->tf_width, lows);
    k->join_gaps(lows, ones, 1 - ((before + 1) << b->tf_width), b->tf_width, b->n, starts + 1);
    return true;
}

/* Numbers without high parts have their ones at 0, 1, 2, ...; with all of them
 * at 0 the sums are less i. */
void postblock_sums(const uint32_t tf[BLOCK_LEN], unsigned n, uint32_t sums[BLOCK_LEN])
{
    static const uint32_t ones[BLOCK_LEN];
    kernels_best()->join_gaps(tf, ones, 0, 0, n, sums);
}
