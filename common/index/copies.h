/*
 * copies.h - which articles tell the same story in nearly the same words, and
 * which paragraphs are boilerplate: layout and reading.
 *
 * Kind "COPY", one file for the whole commit, none where there is nothing to
 * say. Articles have their global numbers (snapshot.h). Of each group of
 * copies one article, the longest, is the leader; a group has two or more
 * articles, and none is in two. Deleted articles are in none.
 *
 *   section 0   D x 4   the articles that have copies, ascending
 *   section 1   D x 4   the leader of each, itself for a leader
 *   section 2   P x 4   the keys of boilerplate (sketch.h), ascending
 *   section 3   P x 4   how many articles have each, 1 or more
 *   section 4           the source and the text of each: varint length and bytes,
 *                       twice; both empty in an index without text
 */
#ifndef INDEX_COPIES_H
#define INDEX_COPIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/index/columns.h"
#include "common/io/frame.h"

#define COPIES_NONE UINT32_MAX

enum copies_section {
    COPIES_DOCS,
    COPIES_LEADERS,
    COPIES_KEYS,
    COPIES_KEY_ARTICLES,
    COPIES_TEXTS,
    COPIES_SECTIONS
};

struct copies {
    struct frame frame; /* zeroed when there is no such file */
    uint32_t count;     /* D */
    uint32_t keys;      /* P */
};

int copies_open(struct copies *c, const char *path, struct error *err);
void copies_close(struct copies *c); /* accepts a zeroed struct */

/* Before anything is read from it: `docs` is the number of articles of all
 * segments. What then still may be wrong is who leads whom, and so an answer,
 * but no number is out of range. */
int copies_verify(const struct copies *c, uint32_t docs, struct error *err);

static inline uint32_t copies_doc(const struct copies *c, uint32_t i)
{
    return load_u32(c->frame.sections[COPIES_DOCS].p + 4 * (size_t)i);
}

static inline uint32_t copies_leader_at(const struct copies *c, uint32_t i)
{
    return load_u32(c->frame.sections[COPIES_LEADERS].p + 4 * (size_t)i);
}

/* The leader of the article's group; COPIES_NONE when it has no copies. */
uint32_t copies_leader(const struct copies *c, uint32_t doc);

/* How many articles each of n groups has, named by their leaders. For
 * COPIES_NONE it is 1. */
void copies_sizes(const struct copies *c, const uint32_t *leaders, size_t n, uint32_t *sizes);

/* Whether a paragraph's key is that of boilerplate. */
bool copies_is_boilerplate(const struct copies *c, uint32_t key);

/* What boilerplate says: from the first to the last of c->keys. */
struct boilerplate_text {
    uint32_t articles;
    struct text source, text;
};
struct boilerplate_cursor {
    const struct copies *copies;
    struct bytes left;
    uint32_t next;
};
void boilerplate_cursor_open(struct boilerplate_cursor *c, const struct copies *copies);
/* BF_END behind the last. */
int boilerplate_cursor_next(struct boilerplate_cursor *c, struct boilerplate_text *out,
                            struct error *err);

#endif
