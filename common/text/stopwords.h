/*
 * stopwords.h - function words, by language: words so frequent that they say
 * nothing about what an article is about.
 *
 * The words are folded but neither stemmed nor without accents ("être").
 * Languages have Snowball's names ("french").
 */
#ifndef TEXT_STOPWORDS_H
#define TEXT_STOPWORDS_H

#include <stdbool.h>
#include <stddef.h>

/* The list in byte order, ending with NULL; an empty list for a language
 * that has none. *count may be NULL. */
const char *const *stopwords_of(const char *language, size_t *count);

bool stopword_is(const char *language, const char *folded_word, size_t len);

#endif
