/*
 * snippet.h - the part of an article that shows best why it was found.
 *
 * The snippet is a stretch of the body, about as wide as asked, in which the
 * most different terms of the query come together, each counting by its
 * weight; of equal ones the first. It begins where a sentence or else a word
 * does and ends where a word does. The words are marked as the article writes
 * them ("Banks'" for the term "bank").
 */
#ifndef QUERY_SNIPPET_H
#define QUERY_SNIPPET_H

#include <stddef.h>

#include "common/base/mem.h"
#include "common/text/analyzer.h"
#include "query/output.h"
#include "query/query_parse.h"

#define SNIPPET_WIDTH 240 /* characters, by default */

/* What to look for: different terms, and what each is worth (its idf). A
 * weight that is not a positive number counts as very little. */
struct snippet_terms {
    const struct query_term *terms;
    const double *weights;
    size_t count;
    const struct query_slot **exact; /* terms among them that count in one form only */
    size_t exact_count;
};

/* Everything in it belongs to the arena. */
struct snippet {
    const char *text; /* terminated; every run of blanks and controls is one blank,
                         and "…" stands at an end where the body goes on */
    size_t len;
    struct output_range *marks; /* matched words: in order, apart, bytes of `text` */
    size_t mark_count;
};

/*
 * Makes the snippet of a body in time linear in its length. width counts
 * characters, without the ellipses; a single word may exceed it. When no term
 * occurs it is the start of the body, and empty only when the body is.
 */
void snippet_make(const char *body, size_t len, struct analyzer *analyzer,
                  const struct snippet_terms *terms, size_t width, struct arena *arena,
                  struct snippet *out);

#endif
