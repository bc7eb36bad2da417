/*
 * inversion.h - from a segment's stream of tokens to its lists, term by term.
 *
 * Every token has a place, a number of 32 bits from which its article and its
 * position are known. An article's places begin at a multiple of PLACE_STEP and
 * skip the gap behind its title, so that
 *
 *     place / PLACE_STEP     is a row of a small table of articles
 *     place - first place    is the position
 *
 *     article      0                            1
 *     tokens       3 of the title, 5 others     ...
 *     places       0 1 2, 19 20 21 22 23        256 ...
 *
 * How often each form occurs says where the places of its tokens go, and one
 * pass over the stream puts them there. Those of a term's forms, side by
 * side then, are merged.
 */
#ifndef INDEXER_INVERSION_H
#define INDEXER_INVERSION_H

#include <stdint.h>

#include "common/index/limits.h"
#include "common/index/segment_write.h"
#include "common/text/lexicon.h"
#include "indexer/token_stream.h"

#define PLACE_STEP 256u

/* Tokens whose places are kept at a time: bounds the memory of inversion. Each
 * pass reads the whole stream, so few are better. */
#define INVERSION_PASS_TOKENS ((size_t)32 << 20)

/* Memory, about, that inversion takes for each form of the lexicon. */
#define INVERSION_FORM_BYTES 56

struct article_tokens {
    uint32_t first_place;
    uint32_t title, all; /* how many */
};

/* Where the places of the article behind this one begin; too many when it is
 * above UINT32_MAX. */
static inline uint64_t place_behind(const struct article_tokens *a)
{
    uint64_t end = (uint64_t)a->first_place + a->all + TITLE_GAP;
    return (end + PLACE_STEP - 1) / PLACE_STEP * PLACE_STEP;
}

/* Writes the terms and lists of the stream, which holds the tokens of `docs`
 * articles, one at least, one behind the other. What is written does not depend
 * on pass_tokens. */
void invert_tokens(const struct token_stream *stream, const struct article_tokens *articles,
                   uint32_t docs, const struct lexicon *lexicon, size_t pass_tokens,
                   struct segment_writer *w);

#endif
