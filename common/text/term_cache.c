/*
 * term_cache.c - filling, growing and emptying the cache.
 *
 * Invariant: at most half of the slots are taken, so every search ends.
 */
#include "common/text/term_cache.h"

#include <stdlib.h>

#include "common/base/mem.h"

#define FIRST_BITS 10
#define LAST_BITS  19 /* 12 MiB of slots */

#define MAX_LONG_WORD_BYTES  ((size_t)256) /* longer words are not remembered */
#define MAX_LONG_WORDS_BYTES ((size_t)4 * 1024 * 1024)

static struct term_cache_slot *new_slots(unsigned bits)
{
    return mem_zalloc((size_t)1 << bits, sizeof(struct term_cache_slot));
}

void term_cache_init(struct term_cache *cache)
{
    *cache = (struct term_cache){.slots = new_slots(FIRST_BITS), .bits = FIRST_BITS};
}

void term_cache_free(struct term_cache *cache)
{
    free(cache->slots);
    buf_free(&cache->long_words);
    *cache = (struct term_cache){0};
}

void term_cache_reset(struct term_cache *cache)
{
    term_cache_free(cache);
    term_cache_init(cache);
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
    if (is_full(cache) && cache->bits < LAST_BITS)
        double_slots(cache);
    if (is_full(cache) || long_bytes > MAX_LONG_WORDS_BYTES - cache->long_words.len)
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
