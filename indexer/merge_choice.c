/* merge_choice.c - levels of size, and filling one segment from the smallest on. */
#include "indexer/merge_choice.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/limits.h"

#define LEVEL_FACTOR   8
#define LEVEL_SEGMENTS 8
#define LEVELS         16
#define SMALLEST_LEVEL 1024 /* articles */

static uint64_t live_tokens(const struct segment_entry *s)
{
    return s->tokens - s->deleted_tokens;
}

static unsigned level_of(const struct segment_entry *s)
{
    unsigned level = 0;
    for (uint32_t size = SMALLEST_LEVEL; size <= s->docs - s->deleted_docs && level < 8; level++)
        size *= LEVEL_FACTOR;
    return level;
}

static bool is_half_deleted(const struct segment_entry *s)
{
    return s->deleted_docs > s->docs / 2;
}

struct choice {
    const struct segment_entry *segments;
    bool *chosen;
    uint32_t *by_size; /* numbers of the segments, the smallest first */
    uint32_t count;
    uint64_t tokens; /* that the merged segment will have */
    uint32_t total, last;
    unsigned in_level[LEVELS];
};

static int compare_sizes(const void *a, const void *b, void *segments)
{
    const struct segment_entry *all = segments;
    uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
    uint64_t x = live_tokens(&all[i]), y = live_tokens(&all[k]);
    return x != y ? (x > y ? 1 : -1) : (i > k) - (i < k);
}

static void start(struct choice *c, const struct segment_entry *segments, uint32_t count,
                  bool *chosen)
{
    *c = (struct choice){.segments = segments, .chosen = chosen, .count = count};
    c->by_size = mem_alloc(count * sizeof *c->by_size);
    for (uint32_t i = 0; i < count; i++) {
        c->by_size[i] = i;
        chosen[i] = false;
    }
    qsort_r(c->by_size, count, sizeof *c->by_size, compare_sizes,
            (void *)(uintptr_t)(const void *)segments);
}

/* Those that are wanted, unless chosen already or too large for what is left. */
static void choose(struct choice *c,
                   bool (*wanted)(const struct choice *c, const struct segment_entry *s))
{
    for (uint32_t k = 0; k < c->count && c->total < MERGE_MOST; k++) {
        uint32_t i = c->by_size[k];
        const struct segment_entry *s = &c->segments[i];
        if (c->chosen[i] || c->tokens + live_tokens(s) > MAX_SEGMENT_TOKENS || !wanted(c, s))
            continue;
        c->chosen[i] = true;
        c->tokens += live_tokens(s);
        c->total++;
        c->last = i;
    }
}

/* A segment that nothing fits beside is not chosen. */
static void drop_lonely(struct choice *c)
{
    if (c->total != 1)
        return;
    c->chosen[c->last] = false;
    c->total = 0;
}

static bool wants_half_deleted(const struct choice *c, const struct segment_entry *s)
{
    (void)c;
    return is_half_deleted(s);
}

static bool wants_full_level(const struct choice *c, const struct segment_entry *s)
{
    return c->in_level[level_of(s)] >= LEVEL_SEGMENTS;
}

static bool wants_all(const struct choice *c, const struct segment_entry *s)
{
    (void)c;
    (void)s;
    return true;
}

uint32_t merge_choose(const struct segment_entry *segments, uint32_t count, bool *chosen)
{
    struct choice c;
    start(&c, segments, count, chosen);
    for (uint32_t i = 0; i < count; i++)
        c.in_level[level_of(&segments[i])]++;
    for (unsigned level = 0; level + 1 < LEVELS; level++)
        if (c.in_level[level] >= LEVEL_SEGMENTS)
            c.in_level[level + 1]++; /* what the merge will make */
    choose(&c, wants_half_deleted);
    choose(&c, wants_full_level);
    if (c.total == 1 && !is_half_deleted(&segments[c.last]))
        drop_lonely(&c);
    free(c.by_size);
    return c.total;
}

uint32_t merge_choose_all(const struct segment_entry *segments, uint32_t count, bool *chosen)
{
    struct choice c;
    start(&c, segments, count, chosen);
    choose(&c, wants_all);
    drop_lonely(&c);
    for (uint32_t k = 0; k < count && !c.total; k++) {
        c.total = segments[c.by_size[k]].deleted_docs > 0;
        chosen[c.by_size[k]] = c.total > 0;
    }
    free(c.by_size);
    return c.total;
}
