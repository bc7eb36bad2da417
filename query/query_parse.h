/*
 * query_parse.h - the query language: from what a person typed to a tree.
 *
 *   query   = list
 *   list    = clause { [ "OR" ] clause }           any of them may match
 *   clause  = operand { "AND" operand }            all of them must match
 *   operand = { "NOT" } [ "+" | "-" ] [ field ":" ] unit { "NEAR/" n unit }
 *   unit    = word [ "*" | "~" [ n ] ] | [ "=" ] ( word | phrase [ "~" n ] ) | "(" list ")"
 *   phrase  = quote { any character but a quote } quote
 *   word    = characters other than blanks, quotes and parentheses
 *   quote   = " or U+201C or U+201D; any of them closes any other
 *   field   = title body author category date source tag url
 *
 * AND, OR, NOT and NEAR/n count in capitals only. What a clause asks of an
 * article:
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
 * must not. A word or phrase with = before it, and a phrase of one word, means
 * these very words and none of the same stem (forms.h). What becomes no term
 * at all ("...") is dropped without a word. A single Chinese, Japanese or Korean
 * character is every pair that begins with it.
 *
 * title: and body: say where words have to stand. Behind the other fields,
 * which are filters (filter.h), stand values, and they score nothing; a filter
 * must match unless it stands beside OR, in a group of its field, or has a -.
 * Where nothing but filters must match, at least one optional clause does. A
 * field holds for all of a group but what has one of its own. A colon makes a
 * field only behind letters and before something else than a blank or a slash.
 *
 * NEAR/n joins words and phrases of one field; word* and word~n stand for
 * several words, see expand.h; "a b"~n is a phrase with up to n more words in
 * it. All of these are spans (query_tree.h).
 *
 * Refused, because they would find nearly everything: a query that only
 * excludes, and an excluded clause beside OR ("a OR NOT b").
 */
#ifndef QUERY_QUERY_PARSE_H
#define QUERY_QUERY_PARSE_H

#include <stddef.h>

#include "common/base/error.h"
#include "common/base/mem.h"
#include "common/text/analyzer.h"
#include "query/query_tree.h"

#define MAX_QUERY_BYTES     ((size_t)1 << 20)
#define MAX_QUERY_DEPTH     64    /* groups within groups */
#define MAX_QUERY_WORDS     16384 /* terms, each time that they occur */
#define MAX_QUERY_TERMS     1024  /* different terms */
#define MAX_QUERY_SPELLINGS 16    /* word* and word~n */
#define MAX_QUERY_EXACT     64    /* words of =word, ="a phrase" and "word" */
#define MAX_QUERY_FILTERS   32
#define MAX_QUERY_URLS      4  /* filters by words of a URL, which read the stored text */
#define MAX_QUERY_NEAR      16 /* words and phrases that are joined */

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

#endif
