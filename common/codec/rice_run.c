/* rice_run.c - counting ones up to a number, then decoding from there. */
#include "common/codec/rice_run.h"

#include "common/codec/bitpack.h"
#include "common/codec/kernels.h"
#include "common/codec/rice.h"

#define PIECE 128 /* numbers decoded at a time */

_Static_assert(RICE_RUN_SUMS_ROOM >= 64 + ONES_SLACK,
               "a word before them and what is written behind");

void rice_run_encode(const uint32_t *in, size_t n, struct buf *out)
{
    uint64_t ones_bits;
    unsigned width = rice_width(in, n, RICE_RUN_MOST_WIDTH, &ones_bits);
    size_t lows = bitpack_bytes(n, width), ones = bitpack_bytes(ones_bits, 1);
    buf_reserve(out, 1 + lows + ones + RICE_SLACK);
    unsigned char *at = out->data + out->len;
    at[0] = (unsigned char)width;
    bitpack_pack_run(in, n, width, at + 1);
    rice_put_ones(in, n, width, at + 1 + lows, 0);
    out->len += 1 + lows + ones;
}

bool rice_run_open(struct rice_run *r, const unsigned char *in, const unsigned char *end,
                   uint64_t n)
{
    if (in >= end || *in > RICE_RUN_MOST_WIDTH ||
        bitpack_bytes(n, *in) + bitpack_bytes(n, 1) > (uint64_t)(end - in) - 1)
        return false;
    *r = (struct rice_run){.n = n, .width = *in, .lows = in + 1, .end = end};
    r->ones = r->lows + bitpack_bytes(n, r->width);
    return true;
}

/* Moves to the word of the one before which so many stand; returns how many
 * of them are in that word. */
static uint64_t move_to(struct rice_run *r, const struct kernels *k, uint64_t ones)
{
    if (ones < r->passed_ones || !ones)
        r->passed_bytes = r->passed_ones = 0;
    if (!ones)
        return 0; /* zeros before the first one count */
    const unsigned char *at = r->ones + r->passed_bytes;
    uint64_t left = ones - r->passed_ones;
    r->passed_bytes += k->skip_ones(at, (size_t)(r->end - at), &left);
    r->passed_ones = ones - left;
    return left;
}

/* A few numbers, none but theirs looked at. */
static bool read_piece(struct rice_run *r, uint64_t from, size_t count, uint32_t *out)
{
    const struct kernels *k = kernels_best();
    uint32_t room[1 + PIECE], *ones = room; /* the one before them and theirs */
    if (!from)
        *ones++ = UINT32_MAX; /* so that the very first number counts from 0 */
    size_t wanted = count + (from > 0);
    unsigned skip = (unsigned)move_to(r, k, from ? from - 1 : 0);
    const unsigned char *at = r->ones + r->passed_bytes;
    if (skip >= 64 || k->pick_ones(at, (size_t)(r->end - at), skip, wanted, ones) < wanted)
        return false;
    uint64_t bit = from * r->width, most = 0;
    for (size_t i = 0; i < count; i++, bit += r->width) {
        uint64_t high = (uint64_t)(room[i + 1] - room[i] - 1) << r->width;
        out[i] = (uint32_t)high | bitpack_get(r->lows, r->end, bit, r->width);
        most |= high;
    }
    return most <= UINT32_MAX;
}

bool rice_run_read(struct rice_run *r, uint64_t from, size_t count, uint32_t *out)
{
    for (size_t i = 0; i < count; i += PIECE)
        if (!read_piece(r, from + i, count - i < PIECE ? count - i : PIECE, out + i))
            return false;
    return true;
}

bool rice_run_sums(struct rice_run *r, uint64_t from, size_t count, uint32_t *ones, uint32_t *out)
{
    const struct kernels *k = kernels_best();
    uint64_t before = from ? move_to(r, k, from - 1) + 1 : 0;
    const unsigned char *in = r->ones + (from ? r->passed_bytes : 0);
    const unsigned char *lows = r->lows + from / 8 * r->width;
    if (before > 64 || !count ||
        k->find_ones(in, (size_t)(r->end - in), 0, before + count, ones) < before + count)
        return false;
    uint32_t first = before ? ones[before - 1] + 1 : 0;
    /* the high parts, and the most that the low ones may be */
    if (((uint64_t)(ones[before + count - 1] + 1 - first) << r->width) + count > UINT32_MAX)
        return false;
    k->unpack_run(lows, r->end, count, r->width, out);
    k->join_gaps(out, ones + before, -(first << r->width), r->width, (unsigned)count, out);
    return true;
}

bool rice_run_ends(struct rice_run *r)
{
    const struct kernels *k = kernels_best();
    uint32_t ones[1 + 64 + ONES_SLACK];
    uint64_t before = move_to(r, k, r->n - 1);
    const unsigned char *at = r->ones + r->passed_bytes;
    if (before > 64 || k->find_ones(at, (size_t)(r->end - at), 0, before + 1, ones) != before + 1)
        return false;
    return (size_t)(r->end - at) == ones[before] / 8 + 1;
}
