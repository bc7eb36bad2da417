/* token_stream.c - appending, and counting on the way. */
#include "indexer/token_stream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

/* Tokens ahead whose counts are fetched. */
#define AHEAD 32

void token_stream_free(struct token_stream *s)
{
    free(s->units);
    free(s->counts);
    *s = (struct token_stream){0};
}

void token_stream_reset(struct token_stream *s)
{
    s->used = 0;
    s->tokens = 0;
    memset(s->counts, 0, s->counted * sizeof *s->counts);
}

size_t token_stream_bytes(const struct token_stream *s)
{
    return s->capacity * sizeof *s->units + s->counted * sizeof *s->counts;
}

static void reserve_counts(struct token_stream *s, size_t forms)
{
    size_t before = s->counted;
    if (forms <= before)
        return;
    mem_grow(s->counts, &s->counted, forms);
    memset(s->counts + before, 0, (s->counted - before) * sizeof *s->counts);
}

void token_stream_add(struct token_stream *s, const uint32_t *ids, size_t count, size_t forms)
{
    reserve_counts(s, forms);
    mem_grow(s->units, &s->capacity, s->used + 3 * count);
    uint16_t *to = s->units + s->used;
    for (size_t i = 0; i < count; i++) { /* no branch: which ids are long nobody can guess */
        __builtin_prefetch(&s->counts[ids[i + AHEAD < count ? i + AHEAD : i]]);
        bool is_long = ids[i] >= LONG_FORM_ID;
        s->counts[ids[i]]++;
        to[0] = is_long ? LONG_FORM_ID : (uint16_t)ids[i];
        to[1] = (uint16_t)ids[i];
        to[2] = (uint16_t)(ids[i] >> 16);
        to += is_long ? 3 : 1;
    }
    s->used = (size_t)(to - s->units);
    s->tokens += count;
}
