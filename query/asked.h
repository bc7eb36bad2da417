/*
 * asked.h - what an article asks for when similar readings are looked for: all
 * of it but its boilerplate (copies.h).
 *
 * Only queries leave boilerplate out. The article is still found by all of its
 * words, and is as long as it is; so nothing of the index depends on what is
 * boilerplate today.
 */
#ifndef QUERY_ASKED_H
#define QUERY_ASKED_H

#include "common/index/sketch.h"
#include "common/index/snapshot.h"
#include "common/text/analyzer.h"

/* Parts of a body, as offsets, in their order. */
struct body_parts {
    unsigned count;
    struct {
        size_t start, end;
    } parts[SKETCH_PARAGRAPHS];
};

/* The article's boilerplate; nothing when that would be all of its body. The
 * snapshot's copies have been verified. */
void asked_boilerplate(const struct copies *c, const struct article *a, struct body_parts *out);

/* A term that an article asks for less than it has it. */
struct asked_term {
    const char *text;
    size_t len;
    uint32_t doc; /* global number */
    uint32_t tf;  /* tf' without boilerplate; 0: it does not ask for it */
};

/* The terms of all articles with boilerplate, by term, then by article: those
 * whose tf' boilerplate changes. The list and its texts are the arena's. Empty for
 * an index without text. The analyzer is of the index's language. */
int asked_of_archive(const struct snapshot *s, struct analyzer *analyzer, struct arena *arena,
                     struct asked_term **list, size_t *count, struct error *err);

#endif
