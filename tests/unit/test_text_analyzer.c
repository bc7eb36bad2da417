/*
 * test_text_analyzer.c - terms by example, and both ways through the analyzer
 * against the rule applied word by word.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/analyzer.h"
#include "common/text/apostrophe.h"
#include "common/text/fold.h"
#include "common/text/stem.h"
#include "common/text/utf8.h"
#include "common/text/words.h"
#include "tests/unit/random.h"

/* ---- By example -------------------------------------------------------- */

/* The terms of the text with blanks between, stop words in brackets. */
static void expect_terms(const char *language, const char *text, const char *expected)
{
    struct analyzer *a = analyzer_new(language, NULL, NULL);
    struct token *tokens = NULL;
    size_t capacity = 0, used = 0;
    struct arena arena = {0};
    char found[1024] = "";
    assert_non_null(a);
    size_t count = analyzer_tokens(a, text, strlen(text), &tokens, &capacity, &arena);
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(found + used, sizeof found - used,
                                 tokens[i].stop ? "%s[%s]" : "%s%s", i ? " " : "", tokens[i].term);
    assert_string_equal(found, expected);
    arena_free(&arena);
    free(tokens);
    analyzer_free(a);
}

static void english_terms(void **state)
{
    (void)state;
    expect_terms("en", "", "");
    expect_terms("en", "Oil prices rose 3.5% on Monday.", "oil price rose 3.5 [on] monday");
    expect_terms("en", "The U.S. economy", "[the] u.s economi");
    expect_terms("en", "Don\u2019t don't DON'T", "[don't] [don't] [don't]");
    expect_terms("en", "It's Obama\u2019s caf\u00e9", "[it] obama cafe");
    expect_terms("en", "Zo\u00eb cafe\u0301 co\u00adoperation", "zoe cafe cooper");
    expect_terms("en", "running runs ran", "run run ran");
    expect_terms("en", "\u4e2d\u56fd 2012", "\u4e2d\u56fd \u56fd 2012");
}

static void terms_of_other_languages(void **state)
{
    (void)state;
    expect_terms("de", "Die H\u00e4user in der Stra\u00dfe", "[die] haus [in] [der] strass");
    expect_terms("fr", "L\u2019homme qu'il a \u00e9t\u00e9", "homm [il] [a] [ete]");
    expect_terms("tr", "Ankara'da IRAK \u0130stanbul", "ankar irak istanbul");
    expect_terms("ru", "\u041c\u043e\u0441\u043a\u0432\u0430 \u0438 \u0415\u0449\u0451",
                 "\u043c\u043e\u0441\u043a\u0432 [\u0438] [\u0435\u0449]");
    expect_terms("none", "The Houses RUNNING caf\u00e9", "the houses running cafe");
    expect_terms("porter", "the running elections", "[the] run elect");
}

static void words_that_vanish_take_no_position(void **state)
{
    (void)state;
    const char *text = "one \u0640 two";
    struct analyzer *a = analyzer_new("none", NULL, NULL);
    struct token *tokens = NULL;
    size_t capacity = 0;
    struct arena arena = {0};
    assert_int_equal(analyzer_tokens(a, text, strlen(text), &tokens, &capacity, &arena), 2);
    assert_string_equal(tokens[1].term, "two");
    assert_int_equal(tokens[1].len, 3);
    assert_int_equal(tokens[1].position, 1);
    assert_int_equal(tokens[1].start, 7);
    assert_int_equal(tokens[1].end, 10);
    arena_free(&arena);
    free(tokens);
    analyzer_free(a);
}

static void long_terms_are_cut(void **state)
{
    (void)state;
    char text[999] = "x"; /* odd, so that the cut falls inside a character */
    for (size_t i = 1; i < sizeof text; i += 2)
        memcpy(text + i, "\u0436", 2);
    struct analyzer *a = analyzer_new("en", NULL, NULL);
    struct token *tokens = NULL;
    size_t capacity = 0;
    struct arena arena = {0};
    assert_int_equal(analyzer_tokens(a, text, sizeof text, &tokens, &capacity, &arena), 1);
    assert_int_equal(tokens[0].len, MAX_TERM_BYTES - 1);
    assert_true(utf8_valid(tokens[0].term, tokens[0].len));
    arena_free(&arena);
    free(tokens);
    analyzer_free(a);
}

static void stop_words_are_known_by_their_term(void **state)
{
    (void)state;
    struct analyzer *a = analyzer_new("english", NULL, NULL);
    assert_true(analyzer_is_stop(a, "the", 3));
    assert_true(analyzer_is_stop(a, "becaus", 6));
    assert_true(analyzer_is_stop(a, "don't", 5));
    assert_false(analyzer_is_stop(a, "because", 7));
    assert_false(analyzer_is_stop(a, "oil", 3));
    assert_false(analyzer_is_stop(a, "", 0));
    analyzer_free(a);
    a = analyzer_new("fr", NULL, NULL);
    assert_true(analyzer_is_stop(a, "ete", 3));
    analyzer_free(a);
    a = analyzer_new("none", NULL, NULL);
    assert_false(analyzer_is_stop(a, "the", 3));
    analyzer_free(a);
    analyzer_free(NULL);
}

static void fingerprint_says_what_decides(void **state)
{
    (void)state;
    struct analyzer *english = analyzer_new("en-US", NULL, NULL);
    struct analyzer *porter = analyzer_new("porter", NULL, NULL);
    struct analyzer *none = analyzer_new("none", NULL, NULL);
    const char *start = "backfile-analysis 2; unicode 15.0; snowball english; stop english ";
    assert_string_equal(analyzer_language(english), "english");
    assert_memory_equal(analyzer_fingerprint(english), start, strlen(start));
    assert_int_equal(strlen(analyzer_fingerprint(english)), strlen(start) + 8);
    assert_string_equal(analyzer_fingerprint(none),
                        "backfile-analysis 2; unicode 15.0; snowball none; stop none");
    assert_string_not_equal(analyzer_fingerprint(porter), analyzer_fingerprint(english));
    analyzer_free(english);
    analyzer_free(porter);
    analyzer_free(none);
}

/* What an article says of its language, and whose rules it gets. */
static void an_article_has_the_rules_of_its_language(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"english", "", "english"},      {"english", "en-GB", "english"},
        {"english", "de", "german"},     {"english", "DE_at", "german"},
        {"english", "German", "german"}, {"english", "ja", "none"},
        {"english", "zh-Hant", "none"},  {"english", "none", "none"},
        {"english", "und", "english"},   {"english", "mul-x", "english"},
        {"english", "?", "english"},     {"english", "the news", "english"},
        {"english", "news", "english"},  {"german", "en", "english"},
        {"porter", "en", "porter"},      {"porter", "fr", "french"},
        {"none", "de", "none"},          {"none", "", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct analyzer *a = analyzer_new(cases[i][0], NULL, NULL);
        struct analyzer *meant = analyzer_for(a, cases[i][1]);
        assert_string_equal(analyzer_language(meant), cases[i][2]);
        assert_ptr_equal(analyzer_for(a, cases[i][1]), meant);
        assert_ptr_equal(analyzer_for(a, ""), a);
        analyzer_free(a);
    }
}

static void languages_share_the_lexicon(void **state)
{
    (void)state;
    struct lexicon *v = lexicon_new();
    struct analyzer *a = analyzer_new("en", v, NULL);
    uint32_t *ids = NULL;
    size_t capacity = 0, used = 0;
    used = analyzer_ids(a, "houses", 6, &ids, &capacity, used);
    used = analyzer_ids(analyzer_for(a, "de"), "Hauses", 6, &ids, &capacity, used);
    used = analyzer_ids(analyzer_for(a, "fr"), "hous", 4, &ids, &capacity, used);
    const uint32_t expected[] = {0, 1, 2};
    assert_int_equal(used, 3);
    assert_memory_equal(ids, expected, sizeof expected);
    assert_string_equal(lexicon_term(v, 1, &used), "haus");
    assert_int_equal(lexicon_term_of(v, 2), lexicon_term_of(v, 0));
    assert_memory_equal(lexicon_form(v, 2, &used), "hous", 4);
    free(ids);
    analyzer_free(a);
    lexicon_free(v);
}

static void unknown_language_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(analyzer_new("klingon", NULL, &err));
    assert_int_equal(err.code, BF_ERR_USAGE);
    assert_non_null(strstr(err.text, "klingon"));
    assert_non_null(strstr(err.text, "english"));
}

static void ids_are_appended(void **state)
{
    (void)state;
    struct lexicon *v = lexicon_new();
    struct analyzer *a = analyzer_new("en", v, NULL);
    uint32_t *ids = NULL;
    size_t capacity = 0, used = 0;
    used = analyzer_ids(a, "oil price", 9, &ids, &capacity, used);
    used = analyzer_ids(a, "", 0, &ids, &capacity, used);
    used = analyzer_ids(a, "Price of oil", 12, &ids, &capacity, used);
    const uint32_t expected[] = {0, 1, 1, 2, 0};
    assert_int_equal(used, 5);
    assert_memory_equal(ids, expected, sizeof expected);
    free(ids);
    analyzer_free(a);
    lexicon_free(v);
}

static void tokens_leave_the_lexicon_alone(void **state)
{
    (void)state;
    struct lexicon *v = lexicon_new();
    struct analyzer *a = analyzer_new("en", v, NULL);
    struct token *tokens = NULL;
    size_t capacity = 0;
    struct arena arena = {0};
    assert_int_equal(analyzer_tokens(a, "oil price", 9, &tokens, &capacity, &arena), 2);
    assert_int_equal(lexicon_forms(v), 0);
    arena_free(&arena);
    free(tokens);
    analyzer_free(a);
    lexicon_free(v);
}

/* ---- Against the rule -------------------------------------------------- */

/* The rule of analyzer.h written out, with nothing remembered. */
struct oracle {
    struct stem *stem;
    enum fold_case case_rules;
    const struct apostrophe_rules *apostrophe_rules;
    struct breaker *breaker;
};

static size_t term_by_the_rule(const struct oracle *o, const char *word, size_t len,
                               char term[FOLD_MAX_BYTES])
{
    char folded[FOLD_MAX_BYTES];
    size_t core_len = fold_word(word, len, o->case_rules, folded), stem_len;
    const char *core = apostrophe_trim(o->apostrophe_rules, folded, &core_len);
    const char *stem = stem_word(o->stem, core, core_len, &stem_len);
    return utf8_cut(term, fold_accents(stem, stem_len, term), MAX_TERM_BYTES);
}

struct subject {
    struct oracle oracle;
    struct lexicon *lexicon;
    struct analyzer *analyzer;
    struct arena arena;
    struct token *tokens;
    uint32_t *ids;
    size_t token_capacity, id_capacity;
};

static struct subject open_subject(const char *language)
{
    struct subject s = {.lexicon = lexicon_new()};
    s.analyzer = analyzer_new(language, s.lexicon, NULL);
    s.oracle.stem = stem_new(language, NULL);
    s.oracle.case_rules = strcmp(language, "turkish") == 0 ? FOLD_TURKIC : FOLD_DEFAULT;
    s.oracle.apostrophe_rules = apostrophe_rules_of(language);
    s.oracle.breaker = breaker_new();
    assert_non_null(s.analyzer);
    assert_non_null(s.oracle.stem);
    return s;
}

static void close_subject(struct subject *s)
{
    analyzer_free(s->analyzer);
    lexicon_free(s->lexicon);
    stem_free(s->oracle.stem);
    breaker_free(s->oracle.breaker);
    arena_free(&s->arena);
    free(s->tokens);
    free(s->ids);
}

static void expect_token(struct subject *s, size_t i, const struct word *word, const char *term,
                         size_t len)
{
    size_t id_len;
    const char *id_term = lexicon_term(s->lexicon, s->ids[i], &id_len);
    const struct token *token = &s->tokens[i];
    assert_int_equal(id_len, len);
    assert_memory_equal(id_term, term, len);
    assert_int_equal(token->len, len);
    assert_memory_equal(token->term, term, len);
    assert_int_equal(token->term[len], '\0');
    assert_int_equal(token->start, word->start);
    assert_int_equal(token->end, word->end);
    assert_int_equal(token->position, i);
    assert_int_equal(token->stop, analyzer_is_stop(s->analyzer, term, len));
}

static void compare_with_rule(struct subject *s, const char *text, size_t len)
{
    size_t tokens =
        analyzer_tokens(s->analyzer, text, len, &s->tokens, &s->token_capacity, &s->arena);
    size_t ids = analyzer_ids(s->analyzer, text, len, &s->ids, &s->id_capacity, 0), count = 0;
    struct units units = units_of(text, len, s->oracle.breaker);
    struct word batch[UNITS_BATCH];
    uint8_t kinds[UNITS_BATCH];
    assert_int_equal(ids, tokens);
    for (size_t n; (n = units_scan(&units, batch, kinds)) > 0;) {
        for (size_t i = 0; i < n; i++) {
            char term[FOLD_MAX_BYTES];
            size_t term_len = term_by_the_rule(&s->oracle, text + batch[i].start,
                                               batch[i].end - batch[i].start, term);
            if (term_len == 0)
                continue;
            assert_true(count < tokens);
            assert_int_equal(s->tokens[count].kind, kinds[i]);
            expect_token(s, count++, &batch[i], term, term_len);
        }
    }
    assert_int_equal(count, tokens);
    arena_reset(&s->arena);
}

static const char *const sentences[] = {
    "The President's visit to Washington, D.C., wasn't a surprise: 3,500 people came.",
    "\u201cWe\u2019re not there yet,\u201d said Zo\u00eb \u2014 the caf\u00e9\u2019s owner \u2014 "
    "in "
    "2012.",
    "Die Stra\u00dfenbahnhaltestellenbeleuchtung der M\u00dcNCHNER H\u00e4user war au\u00dfer "
    "Betrieb.",
    "L\u2019\u00e9t\u00e9 dernier, qu'on n'avait pas pr\u00e9vu, l'a rendu tr\u00e8s "
    "\u00c9TONNANT.",
    "Ankara\u2019da \u0130STANBUL ve IRAK \u0131\u015f\u0131\u011f\u0131",
    "\u041c\u043e\u0441\u043a\u0432\u0430 \u2014 \u0441\u0442\u043e\u043b\u0438\u0446\u0430 "
    "\u0420\u043e\u0441\u0441\u0438\u0438, \u0435\u0451 \u043b\u044e\u0431\u044f\u0442.",
    "\u0648\u0642\u0627\u0644 \u0627\u0644\u0631\u0626\u064a\u0633 \u0641\u064a "
    "\u0662\u0660\u0661\u0662\u060c \u0643\u0640\u0640\u062a\u0627\u0628",
    "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8 \ud55c\uad6d\uc5b4 "
    "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22 \uff34\uff4f\uff4b\uff59\uff4f",
    "supercalifragilisticexpialidocious antidisestablishmentarianism "
    "Internationalisation internationalisation a_b_c e-mail@example.com",
};

/* A sentence, cut somewhere, with some bytes changed. */
static size_t mutated_sentence(uint64_t *seed, char *out)
{
    const char *sentence = sentences[random32(seed) % (sizeof sentences / sizeof *sentences)];
    size_t start = random32(seed) % strlen(sentence);
    size_t len = random32(seed) % (strlen(sentence) - start + 1);
    memcpy(out, sentence + start, len);
    for (size_t changes = random32(seed) % 4; changes > 0 && len > 0; changes--)
        out[random32(seed) % len] = (char)random32(seed);
    return len;
}

static void compare_exact(struct subject *s, const char *text, size_t len)
{
    char *exact = malloc(len ? len : 1);
    assert_non_null(exact);
    memcpy(exact, text, len);
    compare_with_rule(s, exact, len);
    free(exact);
}

static void both_ways_follow_the_rule(void **state)
{
    (void)state;
    const char *const languages[] = {"english", "german", "french",  "turkish",
                                     "russian", "arabic", "finnish", "none"};
    uint64_t seed = RANDOM_SEED;
    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        struct subject s = open_subject(languages[l]);
        for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
            compare_exact(&s, sentences[i], strlen(sentences[i]));
        for (unsigned round = 0; round < 3000; round++) {
            char text[1024];
            compare_exact(&s, text, mutated_sentence(&seed, text));
        }
        close_subject(&s);
    }
}

static void random_bytes_follow_the_rule(void **state)
{
    (void)state;
    const char likely[] = "abcdEF' .9\xC3\xA9_";
    uint64_t seed = RANDOM_SEED;
    struct subject s = open_subject("english");
    for (unsigned round = 0; round < 5000; round++) {
        char text[300];
        size_t len = random32(&seed) % sizeof text;
        for (size_t i = 0; i < len; i++)
            text[i] =
                round % 2 ? (char)random32(&seed) : likely[random32(&seed) % (sizeof likely - 1)];
        compare_exact(&s, text, len);
    }
    close_subject(&s);
}

/* More words than the caches hold, so that they start anew in between. */
static void forgetting_changes_nothing(void **state)
{
    (void)state;
    enum { WORDS = 700000 };
    struct subject s = open_subject("none");
    char *text = malloc((size_t)WORDS * 32);
    size_t len = 0;
    assert_non_null(text);
    for (unsigned i = 0; i < WORDS; i++)
        len += (size_t)sprintf(text + len, i % 5 ? "w%u " : "abcdefghijklmnopqrst%u ", i % 500000);
    size_t first = analyzer_ids(s.analyzer, text, len, &s.ids, &s.id_capacity, 0);
    assert_int_equal(first, WORDS);
    for (unsigned i = 500000; i < WORDS; i++)
        assert_int_equal(s.ids[i], s.ids[i - 500000]);
    assert_int_equal(lexicon_forms(s.lexicon), 500000);
    for (unsigned round = 0; round < 2; round++) {
        assert_int_equal(
            analyzer_tokens(s.analyzer, text, len, &s.tokens, &s.token_capacity, &s.arena), WORDS);
        assert_string_equal(s.tokens[WORDS - 1].term, "w199999");
    }
    free(text);
    close_subject(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_terms),
        cmocka_unit_test(terms_of_other_languages),
        cmocka_unit_test(words_that_vanish_take_no_position),
        cmocka_unit_test(long_terms_are_cut),
        cmocka_unit_test(stop_words_are_known_by_their_term),
        cmocka_unit_test(fingerprint_says_what_decides),
        cmocka_unit_test(an_article_has_the_rules_of_its_language),
        cmocka_unit_test(languages_share_the_lexicon),
        cmocka_unit_test(unknown_language_is_refused),
        cmocka_unit_test(ids_are_appended),
        cmocka_unit_test(tokens_leave_the_lexicon_alone),
        cmocka_unit_test(both_ways_follow_the_rule),
        cmocka_unit_test(random_bytes_follow_the_rule),
        cmocka_unit_test(forgetting_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
