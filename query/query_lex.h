/*
 * query_lex.h - a query's text as words, phrases, parentheses and operators.
 *
 * query_parse.h has the language. A lexeme knows where it stands; nothing is
 * analysed here.
 */
#ifndef QUERY_QUERY_LEX_H
#define QUERY_QUERY_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "query/filter.h"

enum symbol {
    SYMBOL_END,
    SYMBOL_OPEN,
    SYMBOL_CLOSE,
    SYMBOL_WORD,
    SYMBOL_PHRASE,
    SYMBOL_AND,
    SYMBOL_OR,
    SYMBOL_NOT,
    SYMBOL_NEAR
};

/* What stands before a colon. Behind QUERY_FIELD_BODY come the fields of filters. */
enum query_field {
    QUERY_FIELD_NONE,
    QUERY_FIELD_TITLE,
    QUERY_FIELD_BODY,
    QUERY_FIELD_AUTHOR,
    QUERY_FIELD_CATEGORY,
    QUERY_FIELD_DATE,
    QUERY_FIELD_SOURCE,
    QUERY_FIELD_TAG,
    QUERY_FIELD_URL
};

static inline bool query_field_filters(enum query_field field)
{
    return field > QUERY_FIELD_BODY;
}

struct lexeme {
    enum symbol symbol;
    char sign;              /* + or - before a word, a phrase or a group; or 0 */
    enum query_field field; /* of a word, a phrase or a group */
    size_t start;           /* in the text, with its sign */
    size_t from, to;        /* what is to be analysed, without sign, field and quotes */
    uint32_t distance;      /* of NEAR/n and "..."~n */
    bool exact;             /* = before a word or a phrase */
};

struct lexer {
    const char *text;
    size_t len, at;
    struct error *err;
};

/* The next lexeme; BF_ERR_USAGE for an open quote, a field that is none and a
 * distance out of range. */
int lexer_next(struct lexer *l, struct lexeme *out);

/* Sets err: "query, at character 7 (near "AND"): " and what is wrong. */
int lexer_complain(const struct lexer *l, size_t at, const char *what);

#endif
