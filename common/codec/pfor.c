/* pfor.c - choosing a width, packing, and patching the exceptions in. */
#include "common/codec/pfor.h"

#include <string.h>

#define HAS_EXCEPTIONS 0x80
#define MAX_EXCEPTIONS 127

struct plan {
    unsigned width;
    unsigned exceptions;
    unsigned high_width;
    size_t bytes;
};

static size_t encoded_bytes(unsigned n, unsigned width, unsigned exceptions, unsigned high_width)
{
    size_t bytes = 1 + bitpack_bytes(n, width);
    if (exceptions)
        bytes += 2 + exceptions + bitpack_bytes(exceptions, high_width);
    return bytes;
}

/* The width with the smallest encoding; of equals the widest, since it
 * patches least. */
static struct plan choose_width(const uint32_t *in, unsigned n)
{
    uint32_t any = 0;
    for (unsigned i = 0; i < n; i++)
        any |= in[i];
    const unsigned widest = bit_width(any);
    struct plan best = {widest, 0, 0, encoded_bytes(n, widest, 0, 0)};
    for (unsigned w = widest; w-- > 0;) {
        unsigned above = 0;
        for (unsigned i = 0; i < n; i++)
            above += in[i] >> w != 0;
        if (above > MAX_EXCEPTIONS)
            break;
        size_t bytes = encoded_bytes(n, w, above, widest - w);
        if (bytes < best.bytes)
            best = (struct plan){w, above, widest - w, bytes};
    }
    return best;
}

static unsigned char *put_exceptions(const uint32_t *in, unsigned n, const struct plan *plan,
                                     unsigned char *out)
{
    uint32_t high[BLOCK_LEN];
    unsigned e = 0;
    for (unsigned i = 0; i < n; i++) { /* no branch: which one it is nobody can guess */
        high[e] = in[i] >> plan->width;
        out[e] = (unsigned char)i;
        e += high[e] != 0;
    }
    bitpack_pack_run(high, e, plan->high_width, out + e);
    return out + e + bitpack_bytes(e, plan->high_width);
}

size_t pfor_encode(const uint32_t *in, unsigned n, unsigned char *out)
{
    struct plan plan = choose_width(in, n);
    unsigned char *p = out;
    *p++ = (unsigned char)(plan.width | (plan.exceptions ? HAS_EXCEPTIONS : 0));
    if (plan.exceptions) {
        *p++ = (unsigned char)plan.exceptions;
        *p++ = (unsigned char)plan.high_width;
    }
    p = bitpack_put(in, n, plan.width, p);
    if (plan.exceptions)
        p = put_exceptions(in, n, &plan, p);
    return (size_t)(p - out);
}

/* Reads the head and leaves *in at the packed integers; false unless all the
 * bytes that it promises are there. */
static int read_plan(const unsigned char **in, const unsigned char *end, unsigned n,
                     struct plan *plan)
{
    const unsigned char *p = *in;
    if (p >= end)
        return 0;
    *plan = (struct plan){.width = *p & 0x7f};
    unsigned head = 1;
    if (*p & HAS_EXCEPTIONS) {
        if (end - p < 3)
            return 0;
        plan->exceptions = p[1];
        plan->high_width = p[2];
        head = 3;
        if (!plan->exceptions || plan->exceptions > n || !plan->high_width)
            return 0;
    }
    if (plan->width + plan->high_width > 32)
        return 0;
    plan->bytes = encoded_bytes(n, plan->width, plan->exceptions, plan->high_width);
    if (plan->bytes > (size_t)(end - p))
        return 0;
    *in = p + head;
    return 1;
}

static int patch(const unsigned char *p, unsigned n, const struct plan *plan, uint32_t *out)
{
    uint32_t high[256];
    bitpack_unpack_run(p + plan->exceptions, plan->exceptions, plan->high_width, high);
    for (unsigned e = 0; e < plan->exceptions; e++) {
        unsigned i = p[e];
        if (i >= n || (e && i <= p[e - 1]))
            return 0;
        out[i] += high[e] << plan->width;
    }
    return 1;
}

const unsigned char *pfor_decode(const unsigned char *in, const unsigned char *end, unsigned n,
                                 uint32_t *out)
{
    struct plan plan;
    const unsigned char *p = in;
    if (!read_plan(&p, end, n, &plan))
        return NULL;
    if (n == BLOCK_LEN)
        bitpack_unpack(p, plan.width, out);
    else
        bitpack_unpack_run(p, n, plan.width, out);
    if (plan.exceptions && !patch(p + bitpack_bytes(n, plan.width), n, &plan, out))
        return NULL;
    return in + plan.bytes;
}

const unsigned char *pfor_skip(const unsigned char *in, const unsigned char *end, unsigned n)
{
    struct plan plan;
    const unsigned char *p = in;
    return read_plan(&p, end, n, &plan) ? in + plan.bytes : NULL;
}
