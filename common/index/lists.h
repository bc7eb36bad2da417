/*
 * lists.h - the lists of similar articles of a whole archive, in one file:
 * layout, reading and writing.
 *
 * Kind "LIST". It is no part of an index: it lies wherever its user wants it, names
 * articles by their ids and survives any change of the index. It holds what the lists
 * were made with as well, so that they can be kept up to date under the same
 * statistics. Articles are numbered in byte order of their ids; NONE is 2^32 - 1.
 *
 *   section 0   what the lists were made with:
 *                 8  articles    8  tokens    8  lead tokens (manifest.h)
 *                 8  k1          8  b         8  threshold      8  window, days (IEEE 754)
 *                 4  length of a list         4  terms of a query
 *                 4  most articles of a source
 *                 4  bit 0 feedback, 1 copies are listed, 2 same category, 3 other
 *                    category, 4 diverse
 *                 varint length and bytes: fingerprint of the analysis
 *   section 1   n x 8        hash of everything stored of the article
 *   section 2   (n + 1) x 8  where each id starts in section 3
 *   section 3   ids
 *   section 4   n x 16       4 the article's score against itself, 4 its copies that are
 *                            not listed, 4 leader of its group of copies or NONE, 4 the
 *                            least weight in its query without feedback, 0 when that is
 *                            of all terms (IEEE 754)
 *   section 5   (n + 1) x 8  where each article's items start in section 6
 *   section 6   x 12         4 article, 4 score in units, 4 copies of it that are not listed
 *   section 7   (n + 1) x 8  where the articles that a query learned from start in section 8
 *   section 8   x 8          4 article, 4 score in units
 *   section 9   the terms of two articles or more, in byte order: varint length, bytes,
 *               varint document frequency
 *
 * The last item of a full list has the score that a new article must reach.
 */
#ifndef INDEX_LISTS_H
#define INDEX_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/io/frame.h"

#define LISTS_NONE UINT32_MAX

enum lists_section {
    LISTS_SETTINGS,
    LISTS_HASHES,
    LISTS_ID_OFFSETS,
    LISTS_IDS,
    LISTS_ARTICLES,
    LISTS_ITEM_OFFSETS,
    LISTS_ITEMS,
    LISTS_LEARNED_OFFSETS,
    LISTS_LEARNED,
    LISTS_TERMS,
    LISTS_SECTIONS
};

/* Section 0. */
struct lists_settings {
    uint64_t docs, tokens, lead_tokens;
    double k1, b, threshold, window_days;
    uint32_t n, terms, most_of_source;
    bool feedback, keep_copies, same_category, other_category, diverse;
};

struct lists {
    struct frame frame;
    struct lists_settings settings;
    const char *fingerprint;
    size_t fingerprint_len;
    uint32_t count;
};

/* Verifies every byte and every number. */
int lists_open(struct lists *l, const char *path, struct error *err);
void lists_close(struct lists *l); /* accepts a zeroed struct */

static inline const unsigned char *lists_at(const struct lists *l, unsigned section, size_t offset)
{
    return l->frame.sections[section].p + offset;
}

static inline uint64_t lists_hash(const struct lists *l, uint32_t i)
{
    return load_u64(lists_at(l, LISTS_HASHES, 8 * (size_t)i));
}

static inline const char *lists_id(const struct lists *l, uint32_t i, size_t *len)
{
    uint64_t from = load_u64(lists_at(l, LISTS_ID_OFFSETS, 8 * (size_t)i));
    *len = load_u64(lists_at(l, LISTS_ID_OFFSETS, 8 * (size_t)i + 8)) - from;
    return (const char *)lists_at(l, LISTS_IDS, from);
}

struct lists_article {
    uint32_t self_units, own_copies, leader;
    float least_weight;
};

static inline struct lists_article lists_article(const struct lists *l, uint32_t i)
{
    const unsigned char *p = lists_at(l, LISTS_ARTICLES, 16 * (size_t)i);
    struct lists_article a = {load_u32(p), load_u32(p + 4), load_u32(p + 8), 0};
    uint32_t bits = load_u32(p + 12);
    memcpy(&a.least_weight, &bits, sizeof bits);
    return a;
}

struct lists_item {
    uint32_t article, units, copies;
};

/* Items first up to the end are the article's. */
static inline uint64_t lists_items(const struct lists *l, uint32_t i, uint64_t *end)
{
    *end = load_u64(lists_at(l, LISTS_ITEM_OFFSETS, 8 * (size_t)i + 8));
    return load_u64(lists_at(l, LISTS_ITEM_OFFSETS, 8 * (size_t)i));
}

static inline struct lists_item lists_item(const struct lists *l, uint64_t at)
{
    const unsigned char *p = lists_at(l, LISTS_ITEMS, 12 * at);
    return (struct lists_item){load_u32(p), load_u32(p + 4), load_u32(p + 8)};
}

/* The same of the articles that a query learned from; their copies are 0. */
static inline uint64_t lists_learned(const struct lists *l, uint32_t i, uint64_t *end)
{
    *end = load_u64(lists_at(l, LISTS_LEARNED_OFFSETS, 8 * (size_t)i + 8));
    return load_u64(lists_at(l, LISTS_LEARNED_OFFSETS, 8 * (size_t)i));
}

static inline struct lists_item lists_learned_item(const struct lists *l, uint64_t at)
{
    const unsigned char *p = lists_at(l, LISTS_LEARNED, 8 * at);
    return (struct lists_item){load_u32(p), load_u32(p + 4), 0};
}

/* A term of section 9. */
struct lists_term {
    const char *p;
    size_t len;
    uint32_t df;
};

/* Starts at the first; false behind the last. */
static inline struct bytes lists_terms(const struct lists *l)
{
    return bytes_of(l->frame.sections[LISTS_TERMS].p, l->frame.sections[LISTS_TERMS].len);
}
bool lists_take_term(struct bytes *in, struct lists_term *term);

/* ---- writing ---- */

/* The sections, as they are to stand in the file; articles are added in order. */
struct lists_writer {
    struct buf sections[LISTS_SECTIONS];
};

void lists_writer_init(struct lists_writer *w, const struct lists_settings *settings,
                       const char *fingerprint);
void lists_writer_free(struct lists_writer *w);
void lists_writer_add_article(struct lists_writer *w, const char *id, size_t id_len, uint64_t hash,
                              const struct lists_article *article);
/* Of the article added last. */
void lists_writer_add_item(struct lists_writer *w, const struct lists_item *item);
void lists_writer_add_learned(struct lists_writer *w, const struct lists_item *item);
void lists_writer_add_term(struct lists_writer *w, const char *term, size_t len, uint32_t df);

/* Writes the file beside its place, syncs it and renames it over what was there. */
int lists_writer_save(struct lists_writer *w, const char *path, struct error *err);

#endif
