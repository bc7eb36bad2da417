/*
 * segment_builder.h - from articles to one segment, in memory until it is full.
 *
 * The tokens of all articles make one linear stream of forms (lexicon.h), which
 * is inverted when the segment is ended (inversion.h).
 */
#ifndef INDEXER_SEGMENT_BUILDER_H
#define INDEXER_SEGMENT_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "common/index/segment_write.h"
#include "common/index/sketch.h"
#include "common/text/analyzer.h"
#include "common/text/article.h"
#include "indexer/inversion.h"
#include "indexer/token_stream.h"

struct segment_builder {
    const char *dir;
    struct lexicon *lexicon; /* the owner's; grows as words come */
    struct segment_writer writer;
    uint32_t docs;
    struct token_stream stream; /* of forms, article by article */
    uint32_t *ids;              /* of the article at hand */
    size_t ids_capacity;
    struct article_tokens *articles; /* docs of them */
    size_t articles_capacity;
    uint64_t next_place;      /* of the next article's first token */
    struct sketcher sketcher; /* of the lexicon */
    struct buf sketch;        /* the last article's, encoded */
};

/* When it was last modified: its updated date, else its date; DATE_NONE when unknown. */
int64_t article_modified(const struct article *a);

/* An article ready for a segment: its stored form and hashes are made once
 * and looked at before it is analysed. */
struct prepared_article {
    const struct article *article;
    struct buf record;
    uint64_t body_hash, content_hash;
};
void prepared_article_set(struct prepared_article *p, const struct article *a, bool without_text);
void prepared_article_free(struct prepared_article *p);

/* The analyzer is that of the index's language; the articles' own may differ. */
void segment_builder_init(struct segment_builder *b, const char *dir,
                          const struct analyzer *analyzer, struct lexicon *lexicon);
void segment_builder_free(struct segment_builder *b); /* abandons an unfinished segment */

/* Adds an article; the first one starts the segment `number`. The articles of
 * a segment are numbered in the order they come. The analyzer numbers forms
 * by the builder's lexicon. */
int segment_builder_add(struct segment_builder *b, uint64_t number, struct analyzer *analyzer,
                        const struct prepared_article *p, struct error *err);

/* Memory in use, what ending the segment takes on top included. */
size_t segment_builder_bytes(const struct segment_builder *b);

/* Whether one more article could pass a limit of the format. */
bool segment_builder_full(const struct segment_builder *b);

/* Writes the segment and makes the builder empty. Not for an empty builder. */
int segment_builder_end(struct segment_builder *b, struct segment_entry *entry, struct error *err);

#endif
