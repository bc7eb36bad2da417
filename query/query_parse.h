/*
 * query_parse.h - the query language: from what a person typed to a tree.
 *
 *   query   = list
 *   list    = clause { [ "OR" ] clause }           any of them may match
 *   clause  = operand { "AND" operand }            all of them must match
 *   operand = { "NOT" } [ "+" | "-" ] unit
 *   unit    = word | phrase | "(" list ")"
 *   phrase  = quote { any character but a quote } quote
 *   word    = characters other than blanks, quotes and parentheses
 *   quote   = " or U+201C or U+201D; any of them closes any other
 *
 * AND, OR and NOT count in capitals only. What a clause asks of an article:
 *
 *   plain        optional; the more optional clauses match, the better
 *   + before it  must match; so does everything beside AND
 *   - or NOT     must not match; two of them cancel out into "must"
 *
 * + and - belong to the word, phrase or group that follows at once. Within a
 * word they are part of it, and before a blank they are punctuation. A + on
 * one side of AND holds for the whole AND: "+a AND b c" requires a and b.
 *
 * Words and phrases become terms by the analyser that the index was built
 * with. A word that becomes several terms ("state-owned") is each of them
 * when it is optional, all of them when it must match, and a phrase when it
 * must not. A phrase of one term is that term. What becomes no term at all
 * ("...") is dropped without a word.
 *
 * Refused, because they would find nearly everything: a query that only
 * excludes, and an excluded clause beside OR ("a OR NOT b").
 *
 * Kept free for later, today plain text of a word: field:word, word*, word~1,
 * =word. NEAR/n will stand where AND does.
 */
#ifndef QUERY_QUERY_PARSE_H
#define QUERY_QUERY_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/base/mem.h"
#include "common/text/analyzer.h"

#define MAX_QUERY_BYTES ((size_t)1 << 20)
#define MAX_QUERY_DEPTH 64    /* groups within groups */
#define MAX_QUERY_WORDS 16384 /* terms, each time that they occur */
#define MAX_QUERY_TERMS 1024  /* different terms */

enum query_kind { QUERY_TERM, QUERY_PHRASE, QUERY_BOOL };

/* Equal terms of a tree have the same text pointer. */
struct query_term {
    const char *text; /* terminated */
    size_t len;
};

struct query_phrase {
    struct query_term *terms;
    uint32_t *positions; /* of the terms, ascending from 0; two may be equal */
    size_t count;        /* at least 2 */
};

struct query_list {
    struct query_node **nodes;
    size_t count;
};

/*
 * A QUERY_BOOL matches where all of `must` match, none of `must_not` does
 * and, when `must` is empty, at least one of `should`. Its score is the sum
 * over what matched of `must` and `should`.
 *
 * The tree is as flat as its meaning allows: a list of one is that one, a
 * list of nothing but optional clauses never stands among the optional
 * clauses of another, nor one without optional clauses among those that must
 * match; a term stands once in each of the three lists, with the number of
 * its repeats. `must` and `should` are never both empty.
 */
struct query_node {
    enum query_kind kind;
    union {
        struct { /* QUERY_TERM */
            struct query_term term;
            uint32_t repeats; /* how often the query says it, at least 1 */
            bool stop;        /* a stop word of the analyser's language */
        };
        struct query_phrase phrase;
        struct { /* QUERY_BOOL */
            struct query_list must, should, must_not;
        };
    };
    size_t start, end; /* byte offsets in the query's text, signs and quotes left out */
};

/*
 * Reads a query. The tree belongs to the arena. The only failure is
 * BF_ERR_USAGE; its text says where, in characters from 1, and shows the
 * spot: query, at character 7 (near "AND"): ... The text may hold any bytes.
 */
int query_parse(const char *text, size_t len, struct analyzer *analyzer, struct arena *arena,
                struct query_node **out, struct error *err);

/* Reads plain words, punctuation and all: every term is optional. Fails when
 * there is none, or at the limits above. */
int query_from_words(const char *text, size_t len, struct analyzer *analyzer, struct arena *arena,
                     struct query_node **out, struct error *err);

/*
 * Takes stop words out of the optional clauses of every list that holds
 * something else to find: they cost most of the time and say nearly nothing.
 * What must match, what must not, phrases, and a list of stop words alone
 * stay. Changes the tree and returns its new root.
 */
struct query_node *query_drop_stop_words(struct query_node *root);

/* The different terms that a match may hold, phrases' terms included, in the
 * order of the tree; excluded ones are not among them. Returns their number. */
size_t query_terms(const struct query_node *root, struct arena *arena, struct query_term **out);

/*
 * The tree as text: + and - before what must and must not match, in that
 * order with optional clauses between, repeats as word^2, _ where a phrase
 * has a gap and | between terms at one position:   +bank "interest rate" -(+a b)
 */
void query_print(const struct query_node *root, struct buf *out);

#endif
