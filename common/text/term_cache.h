/*
 * term_cache.h - which term a word turned into when it was last met.
 *
 * A text of a million words has some ten thousand spellings, so folding and
 * stemming happen on a miss only. The key is the word as the text spells it.
 * Memory is bounded: a cache that is full forgets everything and starts anew.
 *
 * Look-ups stand in the header because they are the indexer's inner loop.
 * An all-zero struct is not a cache: term_cache_init makes one.
 */
#ifndef TEXT_TERM_CACHE_H
#define TEXT_TERM_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"
#include "common/base/hash.h"

#define WORD_KEY_INLINE_BYTES 16

/*
 * A word and what it is looked up by:
 *
 *   up to 16 bytes   head, tail: the bytes themselves, little-endian, behind
 *                    them zeros (which no word holds)
 *   longer           head: their hash; tail: 0
 */
struct word_key {
    uint64_t head, tail;
    const char *word;
    uint32_t len;
};

/* Aligned so that none lies in two cache lines. */
struct term_cache_slot {
    _Alignas(32) uint64_t head;
    uint64_t tail; /* of a longer word: where its bytes start in long_words */
    uint32_t len;  /* 0: free */
    uint32_t value;
};

struct term_cache {
    struct term_cache_slot *slots;
    unsigned bits;      /* there are 1 << bits slots */
    unsigned last_bits; /* and never more than 1 << last_bits */
    size_t count;
    struct buf long_words;
};

/* A cache that takes no more than max_bytes, but for some 100 KiB. */
void term_cache_init(struct term_cache *cache, size_t max_bytes);
size_t term_cache_bytes(const struct term_cache *cache); /* memory held */
void term_cache_free(struct term_cache *cache);

/* Remembers the value of a word that term_cache_get did not know. */
void term_cache_put(struct term_cache *cache, const struct word_key *key, uint32_t value);

void term_cache_reset(struct term_cache *cache); /* forgets everything */

/* Of sixteen bytes, as two numbers: those of a word of each length. */
extern const uint64_t word_key_masks[WORD_KEY_INLINE_BYTES + 1][2];

/* The key of the word of len > 0 bytes at `word`; the text's memory goes on to
 * `end`. The key points at the word. */
static inline struct word_key word_key_of(const char *word, uint32_t len, const char *end)
{
    struct word_key key = {.word = word, .len = len};
    char copy[WORD_KEY_INLINE_BYTES] = {0};
    if (len > WORD_KEY_INLINE_BYTES) {
        key.head = hash64(word, len, 0);
        return key;
    }
    if (end - word < WORD_KEY_INLINE_BYTES)
        word = memcpy(copy, word, len);
    key.head = load_u64(word) & word_key_masks[len][0];
    key.tail = load_u64(word + 8) & word_key_masks[len][1];
    return key;
}

static inline size_t term_cache_home(const struct term_cache *cache, const struct word_key *key)
{
    uint64_t mixed = (key->head ^ key->tail * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
    return (size_t)((mixed ^ mixed << 29) >> (64 - cache->bits));
}

static inline bool term_cache_is(const struct term_cache *cache, const struct term_cache_slot *slot,
                                 const struct word_key *key)
{
    if (slot->head != key->head || slot->len != key->len)
        return false;
    if (key->len <= WORD_KEY_INLINE_BYTES)
        return slot->tail == key->tail;
    return memcmp(cache->long_words.data + slot->tail, key->word, key->len) == 0;
}

/* Where the word's slot is unless another word has it, on its way to the
 * processor's cache. A hint: for term_cache_get_at only. */
static inline size_t term_cache_prefetch(const struct term_cache *cache, const struct word_key *key)
{
    size_t home = term_cache_home(cache, key);
    __builtin_prefetch(&cache->slots[home]);
    return home;
}

/* False, with *value untouched, for a word that is not remembered. */
static inline bool term_cache_get(const struct term_cache *cache, const struct word_key *key,
                                  uint32_t *value)
{
    const size_t mask = ((size_t)1 << cache->bits) - 1;
    size_t at = term_cache_home(cache, key);
    for (; cache->slots[at].len; at = (at + 1) & mask) {
        if (term_cache_is(cache, &cache->slots[at], key)) {
            *value = cache->slots[at].value;
            return true;
        }
    }
    return false;
}

/* term_cache_get, quicker where the word is at `home`. Words may have been
 * put, and slots moved, since home was right. */
static inline bool term_cache_get_at(const struct term_cache *cache, const struct word_key *key,
                                     size_t home, uint32_t *value)
{
    const struct term_cache_slot *slot = &cache->slots[home];
    bool there = (slot->head == key->head) & (slot->tail == key->tail) & (slot->len == key->len);
    if (!there || key->len > WORD_KEY_INLINE_BYTES)
        return term_cache_get(cache, key, value);
    *value = slot->value;
    return true;
}

#endif
