/* query_lex.c - cutting a query's text, one lexeme at a time. */
#include "query/query_lex.h"

#include <string.h>
#include <strings.h>

#include "common/base/buf.h"
#include "common/text/utf8.h"
#include "query/output.h"
#include "query/query_tree.h"

#define NEAR_BYTES ((size_t)24) /* of the query shown in a message */

#define NUMBER_TEXT(limit)   NUMBER_TEXT_(limit)
#define NUMBER_TEXT_(number) #number

/* ---- messages ---- */

static size_t count_characters(const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

int lexer_complain(const struct lexer *l, size_t at, const char *what)
{
    struct buf near = {0};
    output_terminal(&near, l->text + at, utf8_cut(l->text + at, l->len - at, NEAR_BYTES));
    int rc = error_set(l->err, BF_ERR_USAGE, "query, at character %zu (near \"%s\"): %s",
                       count_characters(l->text, at) + 1, buf_text(&near), what);
    buf_free(&near);
    return rc;
}

/* ---- characters ---- */

/* Bytes of the blank that starts here; 0 when something else does. Besides
 * ASCII's these are the blanks of Unicode that separate words when typed:
 * U+0085, U+00A0, U+2000..U+200A, U+2028, U+2029, U+202F and U+3000. */
static size_t blank_at(const struct lexer *l, size_t at)
{
    const char *text = l->text + at;
    size_t n = 1;
    if ((unsigned char)*text <= ' ')
        return 1;
    if ((unsigned char)*text < 0x80)
        return 0;
    uint32_t cp = utf8_decode(text, l->text + l->len, &n);
    bool blank = cp == 0x85 || cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
                 cp == 0x2029 || cp == 0x202f || cp == 0x3000;
    return blank ? n : 0;
}

static size_t quote_at(const struct lexer *l, size_t at)
{
    const char *text = l->text + at;
    if (*text == '"')
        return 1;
    bool curly = l->len - at >= 3 &&
                 (memcmp(text, "\xe2\x80\x9c", 3) == 0 || memcmp(text, "\xe2\x80\x9d", 3) == 0);
    return curly ? 3 : 0;
}

static bool ends_word(const struct lexer *l, size_t at)
{
    return at == l->len || l->text[at] == '(' || l->text[at] == ')' || quote_at(l, at) ||
           blank_at(l, at);
}

static char sign_at(const struct lexer *l, size_t at)
{
    char c = l->text[at];
    if ((c != '+' && c != '-') || at + 1 == l->len)
        return 0;
    return l->text[at + 1] == ')' || blank_at(l, at + 1) ? 0 : c;
}

/* A = before a word or a phrase. */
static bool exact_at(const struct lexer *l, size_t at)
{
    return l->text[at] == '=' && at + 1 < l->len && l->text[at + 1] != '(' &&
           l->text[at + 1] != ')' && !blank_at(l, at + 1);
}

/* ---- fields ---- */

static const struct {
    const char *name;
    enum query_field field;
} query_fields[] = {
    {"title", QUERY_FIELD_TITLE},       {"body", QUERY_FIELD_BODY}, {"author", QUERY_FIELD_AUTHOR},
    {"category", QUERY_FIELD_CATEGORY}, {"date", QUERY_FIELD_DATE}, {"source", QUERY_FIELD_SOURCE},
    {"tag", QUERY_FIELD_TAG},           {"url", QUERY_FIELD_URL},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Length of "name:" with something of its own behind it; of "http://" and
 * "note: " it is 0. */
static size_t field_length(const struct lexer *l, size_t at)
{
    size_t end = at;
    while (end < l->len && is_letter(l->text[end]))
        end++;
    if (end == at || end == l->len || l->text[end] != ':' || end + 1 == l->len)
        return 0;
    size_t behind = end + 1;
    if (l->text[behind] == ')' || l->text[behind] == '/' || blank_at(l, behind))
        return 0;
    return behind - at;
}

static int lex_field(struct lexer *l, struct lexeme *x)
{
    size_t len = field_length(l, l->at);
    if (!len)
        return BF_OK;
    for (size_t i = 0; i < sizeof query_fields / sizeof *query_fields; i++)
        if (strlen(query_fields[i].name) == len - 1 &&
            !strncasecmp(query_fields[i].name, l->text + l->at, len - 1))
            x->field = query_fields[i].field;
    if (!x->field)
        return lexer_complain(l, x->start,
                              "no such field; there are title, body, author, category, date, "
                              "source, tag and url (a word with a colon goes between quotes)");
    l->at += len;
    return BF_OK;
}

/* ---- lexemes ---- */

/* Digits from `at` to `end`, at least one; MAX_QUERY_DISTANCE + 1 for anything else. */
static uint32_t read_distance(const struct lexer *l, size_t at, size_t end)
{
    uint32_t n = 0;
    if (at == end)
        return MAX_QUERY_DISTANCE + 1;
    for (; at < end && n <= MAX_QUERY_DISTANCE; at++) {
        if (l->text[at] < '0' || l->text[at] > '9')
            return MAX_QUERY_DISTANCE + 1;
        n = n * 10 + (uint32_t)(l->text[at] - '0');
    }
    return n;
}

static int check_distance(const struct lexer *l, const struct lexeme *x)
{
    if (x->distance <= MAX_QUERY_DISTANCE)
        return BF_OK;
    return lexer_complain(l, x->start,
                          "a distance is a number up to " NUMBER_TEXT(MAX_QUERY_DISTANCE));
}

static int lex_phrase(struct lexer *l, struct lexeme *x)
{
    x->symbol = SYMBOL_PHRASE;
    x->from = l->at += quote_at(l, l->at);
    while (l->at < l->len && !quote_at(l, l->at))
        l->at++;
    if (l->at == l->len)
        return lexer_complain(l, x->start, "the quote is never closed");
    x->to = l->at;
    l->at += quote_at(l, l->at);
    if (l->at == l->len || l->text[l->at] != '~')
        return BF_OK;
    size_t digits = ++l->at;
    while (!ends_word(l, l->at))
        l->at++;
    x->distance = read_distance(l, digits, l->at);
    return check_distance(l, x);
}

static enum symbol operator_of(const char *word, size_t len)
{
    if (len == 3 && memcmp(word, "AND", 3) == 0)
        return SYMBOL_AND;
    if (len == 2 && memcmp(word, "OR", 2) == 0)
        return SYMBOL_OR;
    if (len == 3 && memcmp(word, "NOT", 3) == 0)
        return SYMBOL_NOT;
    if (len > 5 && memcmp(word, "NEAR/", 5) == 0)
        return SYMBOL_NEAR;
    return SYMBOL_WORD;
}

static int lex_word(struct lexer *l, struct lexeme *x)
{
    x->from = l->at;
    while (!ends_word(l, l->at))
        l->at++;
    x->to = l->at;
    bool plain = !x->sign && !x->field && !x->exact;
    x->symbol = plain ? operator_of(l->text + x->from, x->to - x->from) : SYMBOL_WORD;
    if (x->symbol != SYMBOL_NEAR)
        return BF_OK;
    x->distance = read_distance(l, x->from + 5, x->to);
    return check_distance(l, x);
}

static void lex_parenthesis(struct lexer *l, struct lexeme *x)
{
    x->symbol = l->text[l->at++] == '(' ? SYMBOL_OPEN : SYMBOL_CLOSE;
}

/* A word, a phrase or a parenthesis, with what stands before it. */
static int lex_unit(struct lexer *l, struct lexeme *x)
{
    x->sign = sign_at(l, l->at);
    l->at += x->sign != 0;
    int rc = lex_field(l, x);
    if (rc)
        return rc;
    x->exact = exact_at(l, l->at);
    l->at += x->exact;
    if (l->text[l->at] == '(' || l->text[l->at] == ')')
        lex_parenthesis(l, x);
    else if (quote_at(l, l->at))
        rc = lex_phrase(l, x);
    else
        rc = lex_word(l, x);
    return rc;
}

int lexer_next(struct lexer *l, struct lexeme *out)
{
    size_t blank;
    while (l->at < l->len && (blank = blank_at(l, l->at)) > 0)
        l->at += blank;
    *out = (struct lexeme){.symbol = SYMBOL_END, .start = l->at};
    return l->at < l->len ? lex_unit(l, out) : BF_OK;
}
