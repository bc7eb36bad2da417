/* token_stream.c - appending, and counting on the way. */
#include "indexer/token_stream.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

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

static uint16_t *put_long(uint16_t *to, uint32_t id)
{
    to[0] = LONG_FORM_ID;
    to[1] = (uint16_t)id;
    to[2] = (uint16_t)(id >> 16);
    return to + 3;
}

void token_stream_add(struct token_stream *s, const uint32_t *ids, size_t count, size_t forms)
{
    reserve_counts(s, forms);
    mem_grow(s->units, &s->capacity, s->used + 3 * count);
    uint16_t *to = s->units + s->used;
    for (size_t i = 0; i < count; i++) {
        s->counts[ids[i]]++;
        if (ids[i] < LONG_FORM_ID)
            *to++ = (uint16_t)ids[i];
        else
            to = put_long(to, ids[i]);
    }
    s->used = (size_t)(to - s->units);
    s->tokens += count;
}
