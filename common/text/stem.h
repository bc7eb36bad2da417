/*
 * stem.h - Snowball stemming; stem.c is the only file that knows libstemmer.
 *
 * A stemmer keeps state between calls: one for each thread.
 */
#ifndef TEXT_STEM_H
#define TEXT_STEM_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/error.h"

/* A longer word is its own stem: no language has such words, and Snowball's
 * time is not linear in the length. */
#define STEM_MAX_BYTES 128

#define STEM_NONE "none" /* the canonical name of no stemming */

struct stem;

/* The canonical name of a language: Snowball's own ("english", "porter") or
 * "none", given that name, an ISO 639 code ("en", "eng") or a language tag
 * ("en-GB"), in any case. NULL when this libstemmer does not have it. The
 * result is a constant string. */
const char *stem_language(const char *name);

/* Whether the name has the form of a language tag (BCP 47) whose first part is
 * an ISO 639 code: "ja", "zh-Hant-TW", "pt_BR". Which codes there are is not
 * looked up, but for those that say that no language is meant ("und", "mul"). */
bool stem_is_language_tag(const char *name);

/* The i-th canonical name, from 0: what libstemmer has, in its order, then
 * "none", then NULL. */
const char *stem_language_at(size_t i);

/* NULL with BF_ERR_USAGE, naming the languages there are, for an unknown one. */
struct stem *stem_new(const char *language, struct error *err);
void stem_free(struct stem *stem); /* NULL is fine */

/* The stem of a folded word (valid UTF-8). A word with a full stop in it
 * ("u.s", "example.com": no words that inflect) and one of which the rules
 * would leave nothing are their own stems. The result is not terminated; it
 * is either `word` itself or belongs to the stemmer until the next call. */
const char *stem_word(struct stem *stem, const char *word, size_t len, size_t *stem_len);

#endif
