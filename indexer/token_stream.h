/*
 * token_stream.h - the forms (lexicon.h) of a segment's tokens, in the order of the text.
 *
 * A form's id takes two bytes; one of 0xFFFF or more, which in an archive of
 * millions of tokens few have since ids are given in the order that forms are
 * met, takes six: 0xFFFF and the id, its lower half first.
 */
#ifndef INDEXER_TOKEN_STREAM_H
#define INDEXER_TOKEN_STREAM_H

#include <stddef.h>
#include <stdint.h>

#define LONG_FORM_ID 0xFFFFu

/* All zero: empty. */
struct token_stream {
    uint16_t *units;
    size_t used, capacity; /* units */
    size_t tokens;
    uint32_t *counts; /* by form: how often it is in the stream */
    size_t counted;   /* ids that have a place in counts */
};

void token_stream_free(struct token_stream *s);
void token_stream_reset(struct token_stream *s); /* empties it, keeps the memory */
size_t token_stream_bytes(const struct token_stream *s);

/* Appends tokens; all ids are below `forms`. */
void token_stream_add(struct token_stream *s, const uint32_t *ids, size_t count, size_t forms);

/* Reads a token's id; *at starts at s->units. */
static inline uint32_t token_stream_next(const uint16_t **at)
{
    uint32_t id = *(*at)++;
    if (id == LONG_FORM_ID) {
        id = (*at)[0] | (uint32_t)(*at)[1] << 16;
        *at += 2;
    }
    return id;
}

#endif
