/*
 * apostrophe.h - what an apostrophe ties to a word without being part of it:
 * articles before it in French, Italian, Catalan and Irish ("l'homme"), endings
 * after it in Turkish ("Ankara'da").
 *
 * Unicode's rules leave them on; without this step "homme" would not find
 * "l'homme". English "'s" is the stemmer's business.
 */
#ifndef TEXT_APOSTROPHE_H
#define TEXT_APOSTROPHE_H

#include <stddef.h>

struct apostrophe_rules;

/* A language's rules by its Snowball name; NULL for most languages. */
const struct apostrophe_rules *apostrophe_rules_of(const char *language);

/* The length of a word of English without the ending of its possessive: "'s"
 * or "'". What would be nothing stays whole. */
size_t apostrophe_possessive(const char *word, size_t len);

/* The part of a folded word that is left; its length goes to *len. Never empty
 * when the word is not. rules may be NULL: all of the word is left. */
const char *apostrophe_trim(const struct apostrophe_rules *rules, const char *word, size_t *len);

#endif
