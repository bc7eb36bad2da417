/*
 * sketch.h - a few hashes of an article, by which its copies are recognised.
 *
 * Title and body are cut into windows of SKETCH_WINDOW successive terms, stop
 * words left out. Each window has a hash; the sketch is the lowest
 * SKETCH_HASHES different ones. Two articles share about as great a part of
 * their sketches as of their windows ("bottom-k"; A. Z. Broder, "On the
 * resemblance and containment of documents", 1997).
 *
 * With it stand the keys of the paragraphs at the ends of the body, by which
 * paragraphs that many articles of a source have are counted (boilerplate.h).
 */
#ifndef INDEX_SKETCH_H
#define INDEX_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/bytes.h"
#include "common/text/analyzer.h"
#include "common/text/article.h"

#define SKETCH_WINDOW          3 /* terms */
#define SKETCH_HASHES          12
#define SKETCH_HASH_BITS       22
#define SKETCH_MOST_WINDOWS    65536 /* what follows is not looked at */
#define SKETCH_PARAGRAPHS      6     /* the first two and the last four */
#define SKETCH_PARAGRAPH_BITS  24
#define SKETCH_PARAGRAPH_WORDS 5 /* shorter ones are not counted */

struct sketch {
    uint32_t windows; /* that the hashes were chosen from */
    uint8_t count;    /* of hashes */
    uint8_t paragraph_count;
    uint32_t hashes[SKETCH_HASHES]; /* ascending, all different */
    uint32_t paragraphs[SKETCH_PARAGRAPHS];
};

/*
 * Makes sketches from the ids of a lexicon: each term's key is made once.
 * Stop words are those of the index's language, also for articles in others:
 * a term is one or not, whoever brought it in. An all-zero struct may be freed.
 */
struct sketcher {
    const struct analyzer *analyzer;
    const struct lexicon *lexicon;
    uint32_t *keys; /* by form; 0 for a stop word's */
    uint32_t known;
    size_t capacity;
    uint32_t *content; /* the keys at hand, without stop words */
    size_t content_capacity;
    uint32_t *hashes; /* of the windows at hand */
    size_t hashes_capacity;
};

/* The analyzer is that of the index's language; both have to outlive it. */
void sketcher_init(struct sketcher *k, const struct analyzer *analyzer,
                   const struct lexicon *lexicon);
void sketcher_free(struct sketcher *k);

/* The sketch of an article: `ids` are the forms of its title and then of its
 * body. */
void sketcher_sketch(struct sketcher *k, const struct article *a, const uint32_t *ids,
                     size_t title_tokens, size_t tokens, struct sketch *out);

/* All windows of a text alone, for what has to be taken off sketches: hashes
 * from `hashes[used]` on; the array grows. Returns the new number in use. */
size_t sketcher_windows(struct sketcher *k, const uint32_t *ids, size_t tokens, uint32_t **hashes,
                        size_t *capacity, size_t used);

/* A paragraph at an end of a body, where boilerplate is looked for. */
struct end_paragraph {
    const char *text; /* in the body */
    size_t len;
    uint32_t key; /* of this paragraph in articles of this source */
};

/* Those of an article in the order of its body, as in its sketch; returns how
 * many. */
unsigned sketch_paragraphs(const struct article *a, struct end_paragraph out[SKETCH_PARAGRAPHS]);
uint32_t sketch_paragraph_key(const char *source, const char *paragraph, size_t len);

/* As stored (FORMAT.md, "What is in a sketch?"). */
void sketch_encode(const struct sketch *s, struct buf *out);
bool sketch_decode(struct bytes *in, struct sketch *out); /* false: damage */

#endif
