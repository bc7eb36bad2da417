/* term_weights.c - weighting and choosing. */
#include "query/term_weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

/* Larger weight first, then byte order: the larger key. Weights are positive, and the bits
 * of a positive float ascend with it. */
static inline uint64_t key_of(struct weighted_term t)
{
    uint32_t bits;
    memcpy(&bits, &t.weight, sizeof bits);
    return (uint64_t)bits << 32 | ~t.term;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x > *y ? -1 : *x < *y;
}

static inline void swap(uint64_t *a, uint64_t *b)
{
    uint64_t key = *a;
    *a = *b;
    *b = key;
}

/* Of the first, the middle and the last, moves the median to the last place. */
static void choose_pivot(uint64_t *keys, size_t count)
{
    uint64_t *a = keys, *b = keys + count / 2, *c = keys + count - 1;
    if (*b > *a)
        swap(a, b);
    if (*b > *c)
        swap(b, c);
    if (*c > *a)
        swap(a, c);
}

/* Moves what is larger than the last key before it, and the others behind; returns where it
 * then stands. No branch depends on the keys. */
static size_t partition(uint64_t *keys, size_t count)
{
    uint64_t pivot = keys[count - 1];
    size_t before = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        uint64_t key = keys[i];
        swap(&keys[i], &keys[before]);
        before += key > pivot;
    }
    swap(&keys[before], &keys[count - 1]);
    return before;
}

#define FEW      16
#define FEW_KEYS 1024 /* on the stack */

/* The key with `place` larger ones. After too many steps, which only weights made for it
 * take, qsort does the rest. */
static uint64_t select_key(uint64_t *keys, size_t count, size_t place)
{
    for (unsigned steps = 64; count > FEW && steps; steps--) {
        choose_pivot(keys, count);
        size_t at = partition(keys, count);
        if (at == place)
            return keys[at];
        if (at > place) {
            count = at;
        } else {
            keys += at + 1;
            count -= at + 1;
            place -= at + 1;
        }
    }
    qsort(keys, count, sizeof *keys, compare);
    return keys[place];
}

static uint64_t find_key(const struct weighted_term *terms, size_t count, size_t place)
{
    uint64_t few[FEW_KEYS], *keys = count > FEW_KEYS ? mem_alloc(count * sizeof *keys) : few;
    for (size_t i = 0; i < count; i++)
        keys[i] = key_of(terms[i]);
    uint64_t key = select_key(keys, count, place);
    if (keys != few)
        free(keys);
    return key;
}

/* In the order that they have; returns how many. */
static size_t keep_from(struct weighted_term *terms, size_t count, uint64_t least)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct weighted_term t = terms[i];
        terms[kept] = t;
        kept += key_of(t) >= least;
    }
    return kept;
}

static size_t count_from(const struct weighted_term *terms, size_t count, float least)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += terms[i].weight >= least;
    return found;
}

static float smallest(const struct weighted_term *terms, size_t count)
{
    float least = INFINITY;
    for (size_t i = 0; i < count; i++)
        least = terms[i].weight < least ? terms[i].weight : least;
    return least;
}

/* `least` as for term_weights_query. */
static size_t keep_heaviest(struct weighted_term *terms, size_t count, size_t most, float *least)
{
    if (count <= most) {
        *least = 0;
        return count;
    }
    uint64_t key = count_from(terms, count, *least) == most
                       ? key_of((struct weighted_term){UINT32_MAX, *least})
                       : find_key(terms, count, most - 1);
    count = keep_from(terms, count, key);
    *least = smallest(terms, count);
    return count;
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

/* Of N, one after the other, the parts that df may reach. */
static const uint64_t parts[] = {5, 2, 1};

static uint64_t most_df(const struct term_statistics *statistics, size_t part)
{
    uint64_t most = statistics->docs / parts[part];
    return most > SIMILAR_SMALL_DF ? most : SIMILAR_SMALL_DF;
}

bool term_weights_usual(const struct term_statistics *statistics, uint32_t term)
{
    uint64_t df = statistics->dfs[term];
    return df >= SIMILAR_LEAST_DF && df <= most_df(statistics, 0);
}

size_t term_weights_query(const struct article_term *terms, size_t count,
                          const struct term_statistics *statistics, uint64_t least_df, size_t most,
                          float *least, struct weighted_term *out)
{
    size_t kept = 0;
    for (size_t part = 0; part < sizeof parts / sizeof *parts && kept < SIMILAR_LEAST; part++)
        kept = keep_within(terms, count, statistics, least_df, most_df(statistics, part), out);
    return keep_heaviest(out, kept, most, least);
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
    return keep_heaviest(out, count, most, &(float){0});
}
