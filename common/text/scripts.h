/*
 * scripts.h - the letters of scripts that put no blanks between words, and
 * what stands in for words there (units.h).
 *
 * The ranges are those of the property Script in Unicode 15.0, as far as they
 * are letters (general category L or Nl): Han, Hiragana, Katakana, Bopomofo and Hangul are
 * *paired*; Thai, Lao, Khmer and Myanmar (line break class SA) need a *dictionary*.
 */
#ifndef TEXT_SCRIPTS_H
#define TEXT_SCRIPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No letter of these scripts begins, in UTF-8, with a byte below. */
#define SCRIPTS_LEAST_BYTE 0xE0

bool is_paired_letter(uint32_t cp);
bool is_dictionary_letter(uint32_t cp); /* vowel signs and tone marks too */

/* Whether any byte can begin a letter of these scripts: false for most text,
 * quickly; true need not mean that there is one. */
bool may_hold_unspaced(const char *text, size_t len);

/*
 * The end of the character at `at` < len: with the marks that follow, and the
 * vowel and final consonant of a Hangul syllable that is spelt in jamo.
 */
uint32_t character_end(const char *text, uint32_t len, uint32_t at);

/* How many paired characters the text has. */
size_t count_paired(const char *text, size_t len);

#endif
