/*
 * edits.h - words within a few edits of one, for words that come in order.
 *
 * An edit inserts, leaves out or replaces a character, or exchanges two
 * neighbours (optimal string alignment). A word that shares its beginning
 * with the one before shares its rows of the table, too, so a walk through a
 * sorted list computes each row once.
 */
#ifndef QUERY_EDITS_H
#define QUERY_EDITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EDITS_MOST_CHARACTERS 256

struct edits;

/* For distances up to `most` from the word. Characters beyond
 * EDITS_MOST_CHARACTERS are not looked at. */
struct edits *edits_new(const char *word, size_t len, unsigned most);
void edits_free(struct edits *e); /* NULL is fine */

/* The distance of the next word; most + 1 for any above. */
unsigned edits_distance(struct edits *e, const char *word, size_t len);

#endif
