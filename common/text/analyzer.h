/*
 * analyzer.h - from text to terms: the one way for both programs, so that a
 * query finds what the indexer wrote.
 *
 * Every unit of the text (units.h: a word, mostly) becomes a term:
 *
 *   word -> fold_word -> apostrophe_trim -> stem_word -> fold_accents
 *        -> cut at MAX_TERM_BYTES
 *
 * A word of which nothing is left gives no token and takes no position. Stop
 * words are terms as any other; they are only marked. An analyzer is for one
 * thread, and so is its lexicon while it runs.
 */
#ifndef TEXT_ANALYZER_H
#define TEXT_ANALYZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/base/mem.h"
#include "common/text/lexicon.h"
#include "common/text/units.h"

/* A longer term is cut, at a character boundary. */
#define MAX_TERM_BYTES 128

struct token {
    const char *term; /* terminated */
    size_t len;
    uint32_t start, end; /* byte offsets of the word in the text */
    uint32_t position;   /* counts the text's tokens from 0 */
    bool stop;           /* the term is what a stop word becomes */
    enum unit_kind kind;
};

struct analyzer;

/*
 * language as stem_language (stem.h) takes it. The lexicon gets the terms and
 * forms that analyzer_ids meets and has to outlive the analyzer; NULL where
 * analyzer_ids is not called. NULL with BF_ERR_USAGE for an unknown language.
 */
struct analyzer *analyzer_new(const char *language, struct lexicon *lexicon, struct error *err);
void analyzer_free(struct analyzer *a); /* NULL is fine */

/* What analyzer_ids remembers may take this much, 48 MiB if nothing is said,
 * and for each other language of analyzer_for an eighth of it; what is there
 * is forgotten. For an analyzer without others yet. And what all take. */
void analyzer_limit_memory(struct analyzer *a, size_t max_bytes);
size_t analyzer_bytes(const struct analyzer *a);

/*
 * The analyzer for an article that says which language it is in: a name, code
 * or tag as stem_language takes it, or any other. It shares the lexicon
 * and belongs to `a`, which has to be one that analyzer_new returned.
 *
 *   nothing said, or no name or tag of a language    a itself
 *   a language that libstemmer has                   its stemmer and stop words
 *   any other, by its ISO 639 code ("ja", "zh-TW")   words as they are
 *
 * Where `a` is of no language ("none"), it is every article's.
 */
struct analyzer *analyzer_for(struct analyzer *a, const char *language);

/*
 * All tokens of a text, in order: for queries, snippets and `analyze`.
 * *tokens (NULL at first) grows as needed and stays the caller's to free();
 * the terms' bytes are the arena's. The lexicon is left alone. Returns the
 * number of tokens.
 */
size_t analyzer_tokens(struct analyzer *a, const char *text, size_t len, struct token **tokens,
                       size_t *capacity, struct arena *arena);

/*
 * The same tokens as forms in the lexicon: for indexing. They
 * go to (*ids)[used] and on; the array grows as needed and stays the
 * caller's. Returns the new count of ids in use.
 */
size_t analyzer_ids(struct analyzer *a, const char *text, size_t len, uint32_t **ids,
                    size_t *capacity, size_t used);

/* What a word begins with when it begins with this one: the term without its
 * stemming. Returns the length. */
#define ANALYZER_FOLD_BYTES 256
size_t analyzer_fold(const struct analyzer *a, const char *word, size_t len,
                     char out[ANALYZER_FOLD_BYTES]);

/* The form that a word has in a lexicon: it differs from the term in that it
 * is not stemmed. Returns the length; 0 when nothing is left. */
#define ANALYZER_FORM_BYTES 256
size_t analyzer_form(const struct analyzer *a, const char *word, size_t len,
                     char form[ANALYZER_FORM_BYTES]);

/* Whether the term is what a stop word of the language becomes. */
bool analyzer_is_stop(const struct analyzer *a, const char *term, size_t len);

/* Everything that decides which terms come out, as one line for the index'
 * manifest: "backfile-analysis 2; unicode 15.0; snowball english; stop english
 * 1f0c93aa". The number changes with the stop list and with what the stemmer
 * makes of it. An index and its queries must agree on the whole line. */
const char *analyzer_fingerprint(const struct analyzer *a);

/* The canonical name: "english", "porter", "none". */
const char *analyzer_language(const struct analyzer *a);

#endif
