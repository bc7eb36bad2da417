/*
 * vocabulary.c - an open-addressing table of ids over an array of terms.
 *
 * Invariant: slots is at most half full, so a search always meets a free slot.
 */
#include "common/text/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"

#define FIRST_SLOTS ((size_t)1024)
#define PIECE_BYTES ((size_t)32 * 1024)

struct term {
    const char *bytes;
    uint32_t len;
    uint32_t hash;
};

/* The hash stands here too, so that a slot of another term is passed without
 * a look at that term. */
struct slot {
    uint32_t id; /* + 1; 0 is free */
    uint32_t hash;
};

struct vocabulary {
    struct term *terms; /* by id */
    size_t capacity;
    uint32_t count;
    struct slot *slots;
    size_t slot_mask;
    struct arena arena;
    char *piece; /* what is left of the newest piece of the arena */
    size_t piece_left;
};

static void new_slots(struct vocabulary *v, size_t count)
{
    v->slots = mem_table(count, sizeof *v->slots);
    v->slot_mask = count - 1;
    memset(v->slots, 0, count * sizeof *v->slots);
}

struct vocabulary *vocabulary_new(void)
{
    struct vocabulary *v = mem_zalloc(1, sizeof *v);
    new_slots(v, FIRST_SLOTS);
    return v;
}

void vocabulary_free(struct vocabulary *v)
{
    if (!v)
        return;
    arena_free(&v->arena);
    free(v->terms);
    free(v->slots);
    free(v);
}

static bool is_term(const struct term *t, const char *bytes, size_t len)
{
    return t->len == len && memcmp(t->bytes, bytes, len) == 0;
}

/* The slot where the term is, or the free one where it would be. */
static struct slot *slot_of(const struct vocabulary *v, uint32_t hash, const char *term, size_t len)
{
    size_t at = hash & v->slot_mask;
    for (; v->slots[at].id; at = (at + 1) & v->slot_mask)
        if (v->slots[at].hash == hash && is_term(&v->terms[v->slots[at].id - 1], term, len))
            break;
    return &v->slots[at];
}

static struct slot *free_slot(const struct vocabulary *v, uint32_t hash)
{
    size_t at = hash & v->slot_mask;
    while (v->slots[at].id)
        at = (at + 1) & v->slot_mask;
    return &v->slots[at];
}

static void double_slots(struct vocabulary *v)
{
    size_t slots = (v->slot_mask + 1) * 2;
    free(v->slots);
    new_slots(v, slots);
    for (uint32_t id = 0; id < v->count; id++)
        *free_slot(v, v->terms[id].hash) = (struct slot){id + 1, v->terms[id].hash};
}

/* The arena aligns everything to 16; terms are short, so they share pieces. */
static const char *keep_bytes(struct vocabulary *v, const char *bytes, size_t len)
{
    if (len >= PIECE_BYTES / 8)
        return arena_strndup(&v->arena, bytes, len);
    if (len + 1 > v->piece_left) {
        v->piece = arena_alloc(&v->arena, PIECE_BYTES);
        v->piece_left = PIECE_BYTES;
    }
    char *kept = v->piece;
    memcpy(kept, bytes, len);
    kept[len] = '\0';
    v->piece += len + 1;
    v->piece_left -= len + 1;
    return kept;
}

uint32_t vocabulary_add(struct vocabulary *v, const char *term, size_t len)
{
    uint32_t hash = (uint32_t)hash64(term, len, 0);
    struct slot *slot = slot_of(v, hash, term, len);
    if (slot->id)
        return slot->id - 1;
    uint32_t id = v->count++;
    mem_grow(v->terms, &v->capacity, v->count);
    v->terms[id] = (struct term){keep_bytes(v, term, len), (uint32_t)len, hash};
    *slot = (struct slot){id + 1, hash};
    if (v->count > v->slot_mask / 2)
        double_slots(v);
    return id;
}

bool vocabulary_find(const struct vocabulary *v, const char *term, size_t len, uint32_t *id)
{
    const struct slot *slot = slot_of(v, (uint32_t)hash64(term, len, 0), term, len);
    if (slot->id)
        *id = slot->id - 1;
    return slot->id != 0;
}

const char *vocabulary_term(const struct vocabulary *v, uint32_t id, size_t *len)
{
    *len = v->terms[id].len;
    return v->terms[id].bytes;
}

uint32_t vocabulary_count(const struct vocabulary *v)
{
    return v->count;
}

size_t vocabulary_bytes(const struct vocabulary *v)
{
    return sizeof *v + v->capacity * sizeof *v->terms + (v->slot_mask + 1) * sizeof *v->slots +
           v->arena.total;
}
