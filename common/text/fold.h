/*
 * fold.h - which spellings count as the same word.
 *
 * Folding happens in two steps round the stemmer, because Snowball's rules
 * want lower case but need the accents:
 *
 *   fold_word     case is folded ("Straße" -> "strasse"), U+2019 and fullwidth
 *                 quotes become ', fullwidth, halfwidth and Arabic
 *                 presentation forms become the plain letters, a letter and
 *                 its combining marks become the composed letter (NFC), soft
 *                 hyphens, joiners and other format characters go
 *   fold_accents  what accents are left go ("café" -> "cafe"), and letters
 *                 that a keyboard may lack get their usual spelling
 *                 ("ø" -> "o", "æ" -> "ae", "ł" -> "l")
 *
 * The tables are Unicode 15.0 through unicode_tables.py, which lists every
 * choice of ours. Both steps take damaged UTF-8 and write valid UTF-8.
 */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stddef.h>

/* Room for a folded word. What does not fit is cut at a character. */
#define FOLD_MAX_BYTES 256

enum fold_case {
    FOLD_DEFAULT,
    FOLD_TURKIC /* I is the capital of dotless i, U+0130 that of i */
};

/* Folds a word; returns the length, 0 when nothing is left. */
size_t fold_word(const char *word, size_t len, enum fold_case rules, char out[FOLD_MAX_BYTES]);

/* Removes accents from a folded word or its stem; the same terms. */
size_t fold_accents(const char *word, size_t len, char out[FOLD_MAX_BYTES]);

#endif
