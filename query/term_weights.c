/* term_weights.c - weighting and choosing. */
#include "query/term_weights.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Larger weight first, then byte order: the larger key. Weights are positive, and the bits
 * of a positive float ascend with it. */
static inline uint64_t key_of(struct weighted_term t)
{
    uint32_t bits;
    memcpy(&bits, &t.weight, sizeof bits);
    return (uint64_t)bits << 32 | ~t.term;
}

static inline bool precedes(struct weighted_term a, struct weighted_term b)
{
    return key_of(a) > key_of(b);
}

static int compare(const void *a, const void *b)
{
    const struct weighted_term *x = a, *y = b;
    return precedes(*x, *y) ? -1 : precedes(*y, *x);
}

static inline void swap(struct weighted_term *a, struct weighted_term *b)
{
    struct weighted_term t = *a;
    *a = *b;
    *b = t;
}

static void sort_few(struct weighted_term *terms, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct weighted_term t = terms[i];
        size_t at = i;
        for (; at && precedes(t, terms[at - 1]); at--)
            terms[at] = terms[at - 1];
        terms[at] = t;
    }
}

/* Of the first, the middle and the last, moves the median to the last place. */
static void choose_pivot(struct weighted_term *terms, size_t count)
{
    struct weighted_term *a = terms, *b = terms + count / 2, *c = terms + count - 1;
    if (precedes(*b, *a))
        swap(a, b);
    if (precedes(*b, *c))
        swap(b, c);
    if (precedes(*c, *a))
        swap(a, c);
}

/* Moves what precedes the last term before it, and what does not behind; returns where it
 * then stands. No branch depends on the weights. */
static size_t partition(struct weighted_term *terms, size_t count)
{
    uint64_t pivot = key_of(terms[count - 1]);
    size_t before = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        uint64_t key = key_of(terms[i]);
        swap(&terms[i], &terms[before]);
        before += key > pivot;
    }
    swap(&terms[before], &terms[count - 1]);
    return before;
}

#define FEW 16

/* Puts the first `most` in order: quicksort that looks no further. After too many
 * steps, which only weights made for it take, qsort does the rest. */
static void sort_first(struct weighted_term *terms, size_t count, size_t most, unsigned steps)
{
    while (count > FEW && steps--) {
        choose_pivot(terms, count);
        size_t at = partition(terms, count);
        if (most > at + 1) /* what lies behind is wanted too */
            sort_first(terms + at + 1, count - at - 1, most - at - 1, steps);
        count = at;
    }
    if (count <= FEW)
        sort_few(terms, count);
    else
        qsort(terms, count, sizeof *terms, compare);
}

static size_t keep_heaviest(struct weighted_term *terms, size_t count, size_t most)
{
    sort_first(terms, count, most, 64);
    return count < most ? count : most;
}

static size_t keep_within(const struct article_term *terms, size_t count,
                          const struct term_statistics *statistics, uint64_t least, uint64_t most,
                          struct weighted_term *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t df = statistics->dfs[terms[i].term];
        if (df < least || df > most)
            continue;
        double repeats = terms[i].tf == 1 ? 0 : log(terms[i].tf);
        double weight = (1 + repeats) * statistics->idfs[terms[i].term];
        out[kept++] = (struct weighted_term){terms[i].term, (float)weight};
    }
    return kept;
}

size_t term_weights_query(const struct article_term *terms, size_t count,
                          const struct term_statistics *statistics, uint64_t least_df, size_t most,
                          struct weighted_term *out)
{
    uint64_t docs = statistics->docs;
    uint64_t limits[] = {docs / 5, docs / 2, docs};
    size_t kept = 0;
    for (size_t i = 0; i < 3 && kept < SIMILAR_LEAST; i++) {
        uint64_t limit = limits[i] > SIMILAR_SMALL_DF ? limits[i] : SIMILAR_SMALL_DF;
        kept = keep_within(terms, count, statistics, least_df, limit, out);
    }
    return keep_heaviest(out, kept, most);
}

/* ---- feedback ---- */

static double length_of(const struct weighted_term *terms, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)terms[i].weight * (double)terms[i].weight;
    return sqrt(sum);
}

/* Adds a query times `factor` to the first `count` of out. */
static size_t add_query(const struct weighted_term *terms, size_t n, double factor, uint16_t *slots,
                        struct weighted_term *out, size_t count)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t *slot = &slots[terms[i].term];
        if (!*slot) {
            out[count++] = (struct weighted_term){terms[i].term, 0};
            *slot = (uint16_t)count;
        }
        out[*slot - 1].weight += (float)(factor * (double)terms[i].weight);
    }
    return count;
}

size_t term_weights_feedback(const struct feedback *f, size_t most, uint16_t *slots,
                             struct weighted_term *out)
{
    double own = length_of(f->terms[0], f->counts[0]), units = 0;
    size_t count = add_query(f->terms[0], f->counts[0], 1, slots, out, 0);
    for (size_t r = 1; r <= f->n; r++)
        units += f->units[r];
    for (size_t r = 1; r <= f->n; r++) {
        double length = length_of(f->terms[r], f->counts[r]);
        if (length > 0)
            count =
                add_query(f->terms[r], f->counts[r],
                          SIMILAR_ALPHA * own * (f->units[r] / units) / length, slots, out, count);
    }
    for (size_t i = 0; i < count; i++)
        slots[out[i].term] = 0;
    return keep_heaviest(out, count, most);
}
