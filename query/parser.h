/*
 * parser.h - what reading a query keeps; only for query_parse.c, which has the
 * grammar, and query_units.c, which has what stands between its operators.
 *
 * The clauses of all open lists stand on one stack; a list knows where its own
 * begin.
 */
#ifndef QUERY_PARSER_H
#define QUERY_PARSER_H

#include "query/query_lex.h"
#include "query/query_parse.h"
#include "query/term_set.h"

/* A limit's value, as the compiler has it, for a message. */
#define NUMBER_TEXT(limit)   NUMBER_TEXT_(limit)
#define NUMBER_TEXT_(number) #number

enum role { MUST, SHOULD, MUST_NOT, ROLES };

/* A part of a list while it is read. */
struct clause {
    enum role role;
    struct query_node *node; /* NULL: nothing was left of it */
    bool split;              /* node is one only because one word gave several terms */
    size_t start;
};

/* Where a list met a term in a role: valid when `list` is that list's number. */
struct meeting {
    uint64_t list;
    struct query_node *node;
};

struct parser {
    struct lexer lexer; /* behind `next` */
    struct lexeme next;
    enum query_field field; /* of the group at hand */
    struct analyzer *analyzer;
    struct arena *arena;
    struct clause *clauses;
    size_t count, capacity;
    struct token *tokens;
    size_t token_capacity;
    size_t words, spellings, exact, filters, urls;
    size_t depth;
    uint64_t lists;      /* finished so far */
    struct meeting *met; /* by the term's number and role */
    size_t met_count, met_capacity;
    struct term_set terms;
};

static inline int parser_complain(const struct parser *p, size_t at, const char *what)
{
    return lexer_complain(&p->lexer, at, what);
}

static inline int parser_advance(struct parser *p)
{
    return lexer_next(&p->lexer, &p->next);
}

void parser_push(struct parser *p, struct clause clause);

/* ---- query_units.c ---- */

/* The tokens of a part of the text, in p->tokens. */
size_t parser_analyse(struct parser *p, size_t from, size_t to);

/* The term as the tree has it: one text for all its occurrences. */
int parser_take_term(struct parser *p, const struct token *token, size_t at,
                     struct query_term *out);

struct query_node *parser_node(struct parser *p, enum query_kind kind, size_t start, size_t end);
struct query_node *parser_term(struct parser *p, const struct query_term *term, size_t start,
                               size_t end);
/* With room for slots and units; each slot a unit, or one unit of all. */
struct query_node *parser_span(struct parser *p, size_t slots, size_t units, size_t start,
                               size_t end);

/* Reads the word, phrase or value at hand. out->node stays NULL when nothing
 * is left of it. */
int parser_unit(struct parser *p, struct clause *out);

/* Goes on behind the first operand of NEAR, which is *out. */
int parser_near(struct parser *p, struct clause *out);

#endif
