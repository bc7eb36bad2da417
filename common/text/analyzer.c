/*
 * analyzer.c - from text to terms, most of it by remembering.
 *
 * Invariant: term_of alone decides what a word's term is; the caches only
 * remember what it said, so every way through here gives the same terms.
 */
#include "common/text/analyzer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/text/apostrophe.h"
#include "common/text/fold.h"
#include "common/text/stem.h"
#include "common/text/stopwords.h"
#include "common/text/term_cache.h"
#include "common/text/unicode_tables.h"
#include "common/text/utf8.h"
#include "common/text/units.h"

#define RULES_VERSION     2          /* counts up with every change in which terms come out */
#define NO_TERM           UINT32_MAX /* for words of which nothing is left */
#define FEW_WORDS         64
#define MAX_PRIVATE_BYTES ((size_t)16 * 1024 * 1024)
#define MAX_GIVEN_BYTES   ((size_t)48 * 1024 * 1024)
#define OTHERS_SHARE      8 /* other languages remember this part of what the first does */

/* What gives ids, one or the other, and those of the words met lately. */
struct numbering {
    struct lexicon *lexicon;       /* of forms */
    struct vocabulary *vocabulary; /* of terms */
    struct term_cache cache;
};

struct analyzer {
    const char *language;
    enum fold_case case_rules;
    const struct apostrophe_rules *apostrophe_rules;
    bool possessive; /* English: what its stemmers cut off first does not make another form */
    struct stem *stem;
    struct breaker *breaker;
    struct numbering given;   /* by the caller's lexicon, which may be NULL */
    struct numbering private; /* opens with the stop words' terms */
    uint32_t stop_terms;      /* an id below this in private is a stop word's */
    char fingerprint[128];
    struct analyzer *next; /* of another language; owned by the first */
    size_t max_bytes;      /* of what analyzer_ids remembers */
    /* what an article said last, and whose it was */
    char said[32];
    struct analyzer *meant;
};

/* ---- The rule ---------------------------------------------------------- */

/* The word without case and with what an apostrophe adds cut off, in `folded`. */
static const char *make_core(const struct analyzer *a, const char *word, size_t len,
                             char folded[FOLD_MAX_BYTES], size_t *core_len)
{
    *core_len = fold_word(word, len, a->case_rules, folded);
    return apostrophe_trim(a->apostrophe_rules, folded, core_len);
}

static size_t without_accents(const char *text, size_t len, char out[FOLD_MAX_BYTES])
{
    return utf8_cut(out, fold_accents(text, len, out), MAX_TERM_BYTES);
}

static size_t term_of(struct analyzer *a, const char *core, size_t len, char term[FOLD_MAX_BYTES])
{
    size_t stem_len;
    const char *stem = stem_word(a->stem, core, len, &stem_len);
    return without_accents(stem, stem_len, term);
}

/* Not empty unless all of the core is accents: "'s" behind nothing else is kept. */
static size_t form_of(const struct analyzer *a, const char *core, size_t len,
                      char form[FOLD_MAX_BYTES])
{
    size_t cut = a->possessive ? apostrophe_possessive(core, len) : len;
    size_t form_len = without_accents(core, cut, form);
    return form_len ? form_len : without_accents(core, len, form);
}

static size_t make_term(struct analyzer *a, const char *word, size_t len, char term[FOLD_MAX_BYTES])
{
    char folded[FOLD_MAX_BYTES];
    size_t core_len;
    const char *core = make_core(a, word, len, folded, &core_len);
    return term_of(a, core, core_len, term);
}

size_t analyzer_form(const struct analyzer *a, const char *word, size_t len,
                     char form[ANALYZER_FORM_BYTES])
{
    _Static_assert(ANALYZER_FORM_BYTES == FOLD_MAX_BYTES, "room for a folded word");
    char folded[FOLD_MAX_BYTES];
    size_t core_len;
    const char *core = make_core(a, word, len, folded, &core_len);
    return form_of(a, core, core_len, form);
}

size_t analyzer_fold(const struct analyzer *a, const char *word, size_t len,
                     char out[ANALYZER_FOLD_BYTES])
{
    _Static_assert(ANALYZER_FOLD_BYTES == FOLD_MAX_BYTES, "room for a folded word");
    char folded[FOLD_MAX_BYTES];
    size_t folded_len = fold_word(word, len, a->case_rules, folded);
    return utf8_cut(out, fold_accents(folded, folded_len, out), MAX_TERM_BYTES);
}

/* ---- Remembering ------------------------------------------------------- */

static uint32_t learn(struct analyzer *a, struct numbering *numbering, const struct word_key *key)
{
    char folded[FOLD_MAX_BYTES], term[FOLD_MAX_BYTES], form[FOLD_MAX_BYTES];
    size_t core_len;
    const char *core = make_core(a, key->word, key->len, folded, &core_len);
    size_t len = term_of(a, core, core_len, term);
    uint32_t id = NO_TERM;
    if (len > 0 && numbering->vocabulary)
        id = vocabulary_add(numbering->vocabulary, term, len);
    else if (len > 0)
        id = lexicon_add(numbering->lexicon, term, len, form, form_of(a, core, core_len, form));
    term_cache_put(&numbering->cache, key, id);
    return id;
}

static inline uint32_t id_of(struct analyzer *a, struct numbering *numbering,
                             const struct word_key *key, size_t home)
{
    uint32_t id;
    return term_cache_get_at(&numbering->cache, key, home, &id) ? id : learn(a, numbering, key);
}

/* The ids of a few words, NO_TERM among them. All keys are made before the
 * first is looked up, so that the slots are on their way by then; more words
 * at a time would drive each other out of the first cache. */
static void ids_of_few(struct analyzer *a, struct numbering *numbering, const struct words *words,
                       const struct word *batch, size_t count, uint32_t *ids)
{
    struct word_key keys[FEW_WORDS];
    size_t homes[FEW_WORDS];
    const char *text = words->text, *end = text + words->len;
    for (size_t i = 0; i < count; i++) {
        keys[i] = word_key_of(text + batch[i].start, batch[i].end - batch[i].start, end);
        homes[i] = term_cache_prefetch(&numbering->cache, &keys[i]);
    }
    for (size_t i = 0; i < count; i++)
        ids[i] = id_of(a, numbering, &keys[i], homes[i]);
}

static void ids_of_batch(struct analyzer *a, struct numbering *numbering, const struct words *words,
                         const struct word *batch, size_t count, uint32_t ids[UNITS_BATCH])
{
    for (size_t i = 0; i < count; i += FEW_WORDS)
        ids_of_few(a, numbering, words, batch + i, count - i < FEW_WORDS ? count - i : FEW_WORDS,
                   ids + i);
}

/* ---- Opening and closing ----------------------------------------------- */

/* Numbers the stop words' terms from 0 on; returns a hash of them all. */
static uint64_t add_stop_terms(struct analyzer *a)
{
    uint64_t hash = 0;
    char term[FOLD_MAX_BYTES];
    for (const char *const *word = stopwords_of(a->language, NULL); *word; word++) {
        size_t len = make_term(a, *word, strlen(*word), term);
        hash = hash64(term, len, hash);
        if (len > 0)
            vocabulary_add(a->private.vocabulary, term, len);
    }
    a->stop_terms = vocabulary_count(a->private.vocabulary);
    return hash;
}

static uint64_t open_private(struct analyzer *a)
{
    a->private.vocabulary = vocabulary_new();
    term_cache_init(&a->private.cache, MAX_PRIVATE_BYTES);
    return add_stop_terms(a);
}

static void close_private(struct analyzer *a)
{
    vocabulary_free(a->private.vocabulary);
    term_cache_free(&a->private.cache);
}

static void compose_fingerprint(struct analyzer *a, uint64_t stop_hash)
{
    size_t stop_words;
    stopwords_of(a->language, &stop_words);
    int used = snprintf(a->fingerprint, sizeof a->fingerprint,
                        "backfile-analysis %d; unicode " UNICODE_VERSION "; snowball %s; stop ",
                        RULES_VERSION, a->language);
    char *rest = a->fingerprint + used;
    size_t room = sizeof a->fingerprint - (size_t)used;
    if (stop_words > 0)
        snprintf(rest, room, "%s %08x", a->language, (unsigned)(stop_hash & 0xFFFFFFFFu));
    else
        snprintf(rest, room, "none");
}

struct analyzer *analyzer_new(const char *language, struct lexicon *lexicon, struct error *err)
{
    struct stem *stem = stem_new(language, err);
    if (!stem)
        return NULL;
    struct analyzer *a = mem_zalloc(1, sizeof *a);
    a->stem = stem;
    a->breaker = breaker_new();
    a->language = stem_language(language);
    a->apostrophe_rules = apostrophe_rules_of(a->language);
    a->possessive = strcmp(a->language, "english") == 0 || strcmp(a->language, "porter") == 0;
    a->case_rules = strcmp(a->language, "turkish") == 0 ? FOLD_TURKIC : FOLD_DEFAULT;
    a->given.lexicon = lexicon;
    a->max_bytes = MAX_GIVEN_BYTES;
    term_cache_init(&a->given.cache, a->max_bytes);
    compose_fingerprint(a, open_private(a));
    return a;
}

void analyzer_free(struct analyzer *a)
{
    if (!a)
        return;
    analyzer_free(a->next);
    close_private(a);
    term_cache_free(&a->given.cache);
    stem_free(a->stem);
    breaker_free(a->breaker);
    free(a);
}

/* ---- Articles of other languages --------------------------------------- */

static bool is_none(const char *language)
{
    return strcmp(language, STEM_NONE) == 0;
}

/* The canonical name of the language that an article's own word for it means;
 * NULL when it is the analyzer's. */
static const char *other_language(const struct analyzer *a, const char *said)
{
    const char *language = is_none(a->language) ? NULL : stem_language(said);
    if (!language && !is_none(a->language) && stem_is_language_tag(said))
        language = STEM_NONE;
    /* Porter's older rules for English are a choice that "en" does not undo. */
    if (language && strcmp(a->language, "porter") == 0 && strcmp(language, "english") == 0)
        language = NULL;
    return language && strcmp(language, a->language) != 0 ? language : NULL;
}

static struct analyzer *sibling(struct analyzer *a, const char *language)
{
    struct analyzer **place = &a->next;
    struct error err;
    while (*place && strcmp((*place)->language, language) != 0)
        place = &(*place)->next;
    if (*place)
        return *place;
    *place = analyzer_new(language, a->given.lexicon, &err);
    if (!*place)
        return a;
    analyzer_limit_memory(*place, a->max_bytes / OTHERS_SHARE);
    return *place;
}

struct analyzer *analyzer_for(struct analyzer *a, const char *said)
{
    if (!*said)
        return a;
    if (a->meant && strcmp(said, a->said) == 0)
        return a->meant;
    const char *language = other_language(a, said);
    struct analyzer *meant = language ? sibling(a, language) : a;
    if (strlen(said) < sizeof a->said) {
        strcpy(a->said, said);
        a->meant = meant;
    }
    return meant;
}

/* ---- Memory ------------------------------------------------------------ */

void analyzer_limit_memory(struct analyzer *a, size_t max_bytes)
{
    a->max_bytes = max_bytes;
    term_cache_free(&a->given.cache);
    term_cache_init(&a->given.cache, max_bytes);
}

size_t analyzer_bytes(const struct analyzer *a)
{
    size_t bytes = 0;
    for (; a; a = a->next)
        bytes += term_cache_bytes(&a->given.cache);
    return bytes;
}

/* ---- Reading text ------------------------------------------------------ */

static void fill_token(const struct analyzer *a, struct token *token, uint32_t id,
                       struct arena *arena)
{
    const char *term = vocabulary_term(a->private.vocabulary, id, &token->len);
    token->term = arena_strndup(arena, term, token->len);
    token->stop = id < a->stop_terms;
}

size_t analyzer_tokens(struct analyzer *a, const char *text, size_t len, struct token **tokens,
                       size_t *capacity, struct arena *arena)
{
    struct units units = units_of(text, len, a->breaker);
    struct word batch[UNITS_BATCH];
    uint8_t kinds[UNITS_BATCH];
    uint32_t ids[UNITS_BATCH];
    size_t used = 0, count;
    if (vocabulary_bytes(a->private.vocabulary) > MAX_PRIVATE_BYTES) {
        close_private(a);
        open_private(a);
    }
    while ((count = units_scan(&units, batch, kinds)) > 0) {
        mem_grow(*tokens, capacity, used + count);
        ids_of_batch(a, &a->private, &units.words, batch, count, ids);
        for (size_t i = 0; i < count; i++) {
            if (ids[i] == NO_TERM)
                continue;
            struct token *token = &(*tokens)[used];
            *token = (struct token){.start = batch[i].start,
                                    .end = batch[i].end,
                                    .position = (uint32_t)used++,
                                    .kind = (enum unit_kind)kinds[i]};
            fill_token(a, token, ids[i], arena);
        }
    }
    return used;
}

size_t analyzer_ids(struct analyzer *a, const char *text, size_t len, uint32_t **ids,
                    size_t *capacity, size_t used)
{
    struct units units = units_of(text, len, a->breaker);
    struct word batch[UNITS_BATCH];
    uint8_t kinds[UNITS_BATCH];
    uint32_t found[UNITS_BATCH];
    size_t count;
    while ((count = units_scan(&units, batch, kinds)) > 0) {
        mem_grow(*ids, capacity, used + count);
        ids_of_batch(a, &a->given, &units.words, batch, count, found);
        for (size_t i = 0; i < count; i++) {
            (*ids)[used] = found[i];
            used += found[i] != NO_TERM;
        }
    }
    return used;
}

/* ---- What it is -------------------------------------------------------- */

bool analyzer_is_stop(const struct analyzer *a, const char *term, size_t len)
{
    uint32_t id;
    return vocabulary_find(a->private.vocabulary, term, len, &id) && id < a->stop_terms;
}

const char *analyzer_fingerprint(const struct analyzer *a)
{
    return a->fingerprint;
}

const char *analyzer_language(const struct analyzer *a)
{
    return a->language;
}
