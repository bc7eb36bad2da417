/*
 * boilerplate.h - paragraphs that many articles of a source end or begin with.
 *
 * A paragraph is boilerplate when BOILERPLATE_BODIES different bodies of one
 * source have it, word for word, among the paragraphs of sketch_paragraphs.
 * That is decided anew with every commit, from the sketches of all live
 * articles: what an article's boilerplate is depends on the others, so nothing
 * of it is decided when the article comes in, and its text stays as it is. The
 * windows of boilerplate are taken off sketches before copies are looked for,
 * and queries for similar readings leave it out.
 */
#ifndef INDEX_BOILERPLATE_H
#define INDEX_BOILERPLATE_H

#include "common/index/copies_find.h"

#define BOILERPLATE_BODIES 10

struct boilerplate_entry {
    uint32_t key;        /* sketch_paragraph_key */
    uint32_t articles;   /* that have it */
    uint32_t example;    /* one of them, by global number */
    char *source, *text; /* "" in an index without text */
    uint32_t *windows;   /* its hashes, ascending */
    size_t window_count;
};

struct boilerplate {
    struct boilerplate_entry *entries; /* ascending by key */
    size_t count;
};

/* Finds it among the articles of a snapshot. What the snapshot stores as text
 * is read for one article of each entry; without stored text there are no
 * windows. The analysis has to be this program's. */
int boilerplate_find(const struct snapshot *s, const struct copy_node *nodes, size_t count,
                     struct boilerplate *out, struct error *err);
void boilerplate_free(struct boilerplate *b); /* accepts a zeroed struct */

/* Takes the windows of its boilerplate off an article. */
void boilerplate_take_off(const struct boilerplate *b, struct copy_node *node);

#endif
