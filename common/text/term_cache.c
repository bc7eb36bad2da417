/*
 * term_cache.c - filling, growing and emptying the cache.
 *
 * Invariant: at most half of the slots are taken, so every search ends.
 */
#include "common/text/term_cache.h"

#include <stdlib.h>

#include "common/base/mem.h"

#define FIRST_BITS 10
#define LAST_BITS  20 /* 32 MiB of slots: half a million words */

#define MAX_LONG_WORD_BYTES ((size_t)256) /* longer words are not remembered */

#define ALL UINT64_MAX
const uint64_t word_key_masks[WORD_KEY_INLINE_BYTES + 1][2] = {
    {0, 0},           {ALL >> 56, 0},   {ALL >> 48, 0},   {ALL >> 40, 0},   {ALL >> 32, 0},
    {ALL >> 24, 0},   {ALL >> 16, 0},   {ALL >> 8, 0},    {ALL, 0},         {ALL, ALL >> 56},
    {ALL, ALL >> 48}, {ALL, ALL >> 40}, {ALL, ALL >> 32}, {ALL, ALL >> 24}, {ALL, ALL >> 16},
    {ALL, ALL >> 8},  {ALL, ALL},
};
#undef ALL

static struct term_cache_slot *new_slots(unsigned bits)
{
    const size_t count = (size_t)1 << bits;
    return memset(mem_table(count, sizeof(struct term_cache_slot)), 0,
                  count * sizeof(struct term_cache_slot));
}

static size_t slot_bytes(unsigned bits)
{
    return sizeof(struct term_cache_slot) << bits;
}

/* While the slots are doubled the old ones are there too. */
void term_cache_init(struct term_cache *cache, size_t max_bytes)
{
    unsigned bits = FIRST_BITS, last = FIRST_BITS;
    while (last < LAST_BITS && slot_bytes(last + 1) + slot_bytes(last) <= max_bytes)
        last++;
    *cache = (struct term_cache){.slots = new_slots(bits), .bits = bits, .last_bits = last};
}

void term_cache_free(struct term_cache *cache)
{
    free(cache->slots);
    buf_free(&cache->long_words);
    *cache = (struct term_cache){0};
}

size_t term_cache_bytes(const struct term_cache *cache)
{
    return slot_bytes(cache->bits) + cache->long_words.capacity;
}

void term_cache_reset(struct term_cache *cache)
{
    memset(cache->slots, 0, slot_bytes(cache->bits));
    buf_free(&cache->long_words);
    cache->count = 0;
}

static void place(struct term_cache *cache, const struct term_cache_slot *slot)
{
    const size_t mask = ((size_t)1 << cache->bits) - 1;
    const struct word_key key = {.head = slot->head,
                                 .len = slot->len,
                                 .tail = slot->len > WORD_KEY_INLINE_BYTES ? 0 : slot->tail};
    size_t at = term_cache_home(cache, &key);
    while (cache->slots[at].len)
        at = (at + 1) & mask;
    cache->slots[at] = *slot;
}

static void double_slots(struct term_cache *cache)
{
    struct term_cache_slot *old = cache->slots;
    const size_t old_count = (size_t)1 << cache->bits;
    cache->bits++;
    cache->slots = new_slots(cache->bits);
    for (size_t i = 0; i < old_count; i++)
        if (old[i].len)
            place(cache, &old[i]);
    free(old);
}

static bool is_full(const struct term_cache *cache)
{
    return cache->count >= (size_t)1 << (cache->bits - 1);
}

static void make_room(struct term_cache *cache, size_t long_bytes)
{
    size_t most_long = slot_bytes(cache->last_bits) / 8;
    if (is_full(cache) && cache->bits < cache->last_bits)
        double_slots(cache);
    if (is_full(cache) || cache->long_words.len + long_bytes > most_long)
        term_cache_reset(cache);
}

void term_cache_put(struct term_cache *cache, const struct word_key *key, uint32_t value)
{
    const bool is_long = key->len > WORD_KEY_INLINE_BYTES;
    if (key->len > MAX_LONG_WORD_BYTES)
        return;
    make_room(cache, is_long ? key->len : 0);
    struct term_cache_slot slot = {key->head, key->tail, key->len, value};
    if (is_long) {
        slot.tail = cache->long_words.len;
        buf_add(&cache->long_words, key->word, key->len);
    }
    place(cache, &slot);
    cache->count++;
}
