/*
 * query_tree.h - what a query asks for, as a tree.
 */
#ifndef QUERY_QUERY_TREE_H
#define QUERY_QUERY_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/mem.h"
#include "query/filter.h"

#define MAX_QUERY_DISTANCE 1000 /* of "..."~n and NEAR/n */
#define MAX_SLOT_EDITS     2    /* of word~n */

enum query_kind { QUERY_TERM, QUERY_PHRASE, QUERY_SPAN, QUERY_FILTER, QUERY_BOOL };

/* Equal terms that the parser made have the same text pointer. */
struct query_term {
    const char *text; /* terminated */
    size_t len;
};

struct query_phrase {
    struct query_term *terms;
    uint32_t *positions; /* of the terms, ascending from 0; two may be equal */
    size_t count;        /* at least 2 */
};

enum query_text_field { QUERY_ANYWHERE, QUERY_IN_TITLE, QUERY_IN_BODY };

enum slot_kind {
    SLOT_WORD,   /* one term */
    SLOT_PREFIX, /* word*: every term that begins with `spelled`, and `term` */
    SLOT_FUZZY,  /* word~n: every term at most n edits from `term` */
    SLOT_EXACT   /* =word: `term` where it stands in the form `spelled` */
};

/* One place of a span: any of its words may stand there. */
struct query_slot {
    enum slot_kind kind;
    uint8_t edits;             /* SLOT_FUZZY */
    struct query_term term;    /* as the analyser makes it of the word */
    struct query_term spelled; /* the same, folded but not stemmed; of SLOT_EXACT analyzer_form's */
    /* query_expand sets these; before, count is 1 and terms points to `term` */
    struct query_term *terms; /* in byte order */
    size_t count;
    size_t found; /* how many there are; more than count where the cap was met */
};

/* Whether query_expand has something to do. */
static inline bool slot_is_expanded(const struct query_slot *slot)
{
    return slot->kind == SLOT_PREFIX || slot->kind == SLOT_FUZZY;
}

/* Slots that stand side by side, as in a phrase. */
struct query_unit {
    size_t first, count; /* slots */
    uint32_t at;         /* of a sloppy phrase: the unit's place in it, the first is at 0 */
};

/*
 * Words in a field, near each other, or of several spellings:
 *
 *   one unit        its slots side by side, as `positions` has it
 *   near            all units within `distance` words, in any order: from the
 *                   first word of all to the last there are at most
 *                   `distance` steps, not counting those inside the units
 *   else            the units in order, with at most `distance` more words
 *                   between them than their places ask for
 *
 * All of it lies in the title or all in the body. Its tf is the number of
 * places of the first unit from which the others can be reached. Its idf is
 * the sum over its slots; a slot's is that of its most frequent term, whatever
 * the form.
 */
struct query_span {
    enum query_text_field field;
    struct query_slot *slots;
    uint32_t *positions; /* of each slot in its unit, ascending from 0 */
    size_t count;
    struct query_unit *units;
    size_t unit_count;
    bool near;
    uint32_t distance;
};

struct query_list {
    struct query_node **nodes;
    size_t count;
};

/*
 * A QUERY_BOOL matches where all of `must` match, none of `must_not` does
 * and, when `must` is empty, at least one of `should`. Its score is the sum
 * over what matched of `must` and `should`. A QUERY_FILTER scores nothing.
 *
 * The tree is as flat as its meaning allows: a list of one is that one, a
 * list of nothing but optional clauses never stands among the optional
 * clauses of another, nor one without optional clauses among those that must
 * match; a term stands once in each of the three lists, with the number of
 * its repeats. `must` and `should` are never both empty. `should` stands
 * beside no `must` of filters alone: those are no words to look for, so the
 * options are then a list of their own among `must`.
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
        struct query_span span;
        struct filter_test test; /* QUERY_FILTER */
        struct {                 /* QUERY_BOOL */
            struct query_list must, should, must_not;
        };
    };
    size_t start, end; /* byte offsets in the query's text, signs and quotes left out */
};

/*
 * Takes stop words out of the optional clauses of every list that holds
 * something else to find: they cost most of the time and say nearly nothing.
 * What must match, what must not, phrases, and a list of stop words alone
 * stay. Changes the tree and returns its new root.
 */
struct query_node *query_drop_stop_words(struct query_node *root);

/* The different terms that a match may hold, those of phrases and spans
 * included, in the order of the tree; excluded ones are not among them. At
 * most MAX_COLLECTED_TERMS. Returns their number. */
#define MAX_COLLECTED_TERMS 4096
size_t query_terms(const struct query_node *root, struct arena *arena, struct query_term **out);

/* The exact slots of whose term no other form is asked for, at most `most`.
 * Returns their number. */
size_t query_exact_slots(const struct query_node *root, const struct query_slot **out, size_t most);

/* Whether the node is made of filters only. */
bool query_is_filter(const struct query_node *node);

/*
 * The tree as text: + and - before what must and must not match, in that
 * order with optional clauses between, repeats as word^2, _ where a phrase
 * has a gap and | between terms at one position, OR where an optional filter is:   +bank "interest
 * rate" -(+a b) Spans as they are written (title:bank, bank*, "a b"~2, (a NEAR/5 b)), filters as
 * field:"folded value", dates to the second.
 */
void query_print(const struct query_node *root, struct buf *out);

#endif
