/*
 * vocabulary.h - the terms met so far, numbered 0, 1, 2 ... as they came.
 *
 * A term is any string of bytes. Not for two threads at once, but for the
 * functions that take it const while nobody adds.
 */
#ifndef TEXT_VOCABULARY_H
#define TEXT_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vocabulary;

struct vocabulary *vocabulary_new(void);
void vocabulary_free(struct vocabulary *v); /* NULL is fine */

/* The term's id; the next free one when the term is new. */
uint32_t vocabulary_add(struct vocabulary *v, const char *term, size_t len);

/* False, with *id untouched, when the term has not been added. */
bool vocabulary_find(const struct vocabulary *v, const char *term, size_t len, uint32_t *id);

/* The bytes of the term with this id (below the count), terminated; they
 * stay where they are until the vocabulary is freed. */
const char *vocabulary_term(const struct vocabulary *v, uint32_t id, size_t *len);

uint32_t vocabulary_count(const struct vocabulary *v);
size_t vocabulary_bytes(const struct vocabulary *v); /* all memory held */

#endif
