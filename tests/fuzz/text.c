/*
 * text.c - text to terms, spellings of dates, encodings.
 */
#include <string.h>

#include "common/base/date.h"
#include "common/base/mem.h"
#include "common/text/analyzer.h"
#include "common/text/utf8.h"
#include "indexer/archive/charset.h"
#include "tests/fuzz/target.h"

/* ---- words ---- */

static const char *const languages[] = {"english", "none",    "german",
                                        "turkish", "russian", "arabic"};
#define LANGUAGES (sizeof languages / sizeof *languages)

static struct analyzer *analyzers[LANGUAGES];
static struct lexicon *lexicons[LANGUAGES];
static size_t texts_seen;

static void make_analyzer(unsigned language)
{
    struct error err;
    analyzer_free(analyzers[language]);
    lexicon_free(lexicons[language]);
    lexicons[language] = lexicon_new();
    analyzers[language] = analyzer_new(languages[language], lexicons[language], &err);
    FUZZ_HOLDS(analyzers[language]);
}

static void start_words(void)
{
    for (unsigned i = 0; i < LANGUAGES; i++)
        make_analyzer(i);
}

static void check_tokens(const struct token *tokens, size_t count, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        const struct token *t = &tokens[i];
        FUZZ_HOLDS(t->len && t->len <= MAX_TERM_BYTES && strlen(t->term) == t->len);
        FUZZ_HOLDS(utf8_valid(t->term, t->len) && t->position == i);
        FUZZ_HOLDS(t->start < t->end && t->end <= len && (!i || t->start >= t[-1].start));
    }
}

/* What the indexer makes of a text is what a query makes of it. */
static void run_words(const unsigned char *p, size_t n, const void *arg)
{
    struct token *tokens = NULL;
    uint32_t *ids = NULL;
    size_t token_capacity = 0, id_capacity = 0;
    struct arena arena = {0};
    (void)arg;
    if (!n)
        return;
    unsigned language = *p % LANGUAGES;
    if (++texts_seen % 10000 == 0) /* a lexicon only grows */
        make_analyzer(language);
    struct analyzer *a = analyzers[language];
    char *text = mem_dup(p + 1, n - 1);
    size_t count = analyzer_tokens(a, text, n - 1, &tokens, &token_capacity, &arena);
    check_tokens(tokens, count, n - 1);
    FUZZ_HOLDS(analyzer_ids(a, text, n - 1, &ids, &id_capacity, 0) == count);
    for (size_t i = 0; i < count; i++) {
        size_t len;
        const char *term = lexicon_term(lexicons[language], ids[i], &len);
        FUZZ_HOLDS(len == tokens[i].len && !memcmp(term, tokens[i].term, len));
        lexicon_form(lexicons[language], ids[i], &len);
        FUZZ_HOLDS(len); /* the reader of forms refuses an empty one */
    }
    free(text);
    free(tokens);
    free(ids);
    arena_free(&arena);
}

/* ---- dates ---- */

/* A date that was read is read the same from how it is written. */
static void run_date(const unsigned char *p, size_t n, const void *arg)
{
    struct date d, again;
    char text[DATE_TEXT_BYTES];
    (void)arg;
    if (!n)
        return;
    char *spelling = mem_dup(p + 1, n - 1);
    if (date_parse_ordered(spelling, n - 1, (enum date_order)(*p % 4), &d)) {
        FUZZ_HOLDS(d.precision >= DATE_YEAR && d.precision <= DATE_SECOND);
        date_format(&d, text);
        FUZZ_HOLDS(date_parse(text, strlen(text), &again));
        FUZZ_HOLDS(again.seconds == d.seconds && again.precision == d.precision);
        FUZZ_HOLDS(*date_format_long(&d, text));
    }
    free(spelling);
}

/* ---- encodings ---- */

static const char *const charsets[] = {"utf-8",    "windows-1252", "shift_jis", "gb18030",
                                       "utf-16le", "iso-2022-jp",  "big5",      "koi8-r",
                                       "euc-kr",   "utf-16be"};

static size_t decode_in_pieces(const struct charset *charset, const unsigned char *p, size_t n,
                               size_t piece, struct buf *out)
{
    struct charset_decoder *d = charset_decoder_new(charset);
    size_t damaged = 0, end = piece < n ? piece : n;
    struct bytes in = bytes_of(p, end);
    FUZZ_HOLDS(d);
    for (;;) {
        damaged += charset_decoder_run(d, &in, end == n, out);
        if (end == n)
            break;
        end += piece < n - end ? piece : n - end;
        in.end = p + end;
    }
    FUZZ_HOLDS(in.p == p + n);
    charset_decoder_free(d);
    return damaged;
}

/* Well-formed in any case, and in pieces the same as in one. */
static void run_charset(const unsigned char *p, size_t n, const void *arg)
{
    struct buf whole = {0}, pieces = {0};
    size_t damaged, mark;
    (void)arg;
    if (n < 2)
        return;
    const char *name = charsets[*p % (sizeof charsets / sizeof *charsets)];
    const struct charset *charset = charset_named(name, strlen(name));
    unsigned char *exact = mem_dup(p + 2, n - 2);
    charset_of_head(exact, n - 2, &mark);
    charset_named((const char *)exact, n - 2);
    FUZZ_HOLDS(charset && charset_to_utf8(charset, exact, n - 2, &whole, &damaged));
    FUZZ_HOLDS(utf8_valid(buf_text(&whole), whole.len));
    if (charset->kind != CHARSET_UTF8) { /* which needs no decoder */
        FUZZ_HOLDS(decode_in_pieces(charset, exact, n - 2, p[1] + 1u, &pieces) == damaged);
        FUZZ_HOLDS(pieces.len == whole.len);
        FUZZ_HOLDS(!whole.len || !memcmp(pieces.data, whole.data, whole.len));
    }
    buf_free(&whole);
    buf_free(&pieces);
    free(exact);
}

const struct fuzz_target text_targets[] = {
    {"words", run_words, NULL, start_words},
    {"date", run_date, NULL, NULL},
    {"charset", run_charset, NULL, NULL},
    {0},
};
