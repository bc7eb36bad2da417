/*
 * similar_update.h - a file of lists brought up to the index as it is now.
 *
 * The lists become what similar_all would make under the statistics of the file,
 * to the byte. Made again are the lists
 *
 *   - of new articles: those whose id, or whose content, the file does not have;
 *   - that hold an article which is gone, or whose query learned from one;
 *   - of articles that are copies of other old articles than they were, or that hold or
 *     learned from one;
 *   - all, when they are diverse, and an article is gone or copies are others.
 *
 * Those that a new article may enter, or whose query may learn from it, are completed:
 * where its score for the list's query, or a bound of it where the query has learned,
 * reaches the last score.
 *
 * These are found by an inverted index of the queries: a new article costs the
 * lists of its terms there, and a scan of the last scores.
 */
#ifndef QUERY_SIMILAR_UPDATE_H
#define QUERY_SIMILAR_UPDATE_H

#include "query/similar_lists_file.h"

struct similar_update {
    struct similar_lists lists;
    bool *changed;        /* by place in lists.docs: the list is new, or another than before */
    uint32_t fresh, gone; /* articles that are new, and that the index has no longer */
    uint32_t made;        /* lists made again or completed */
};

/* `old` is the file, `o` its options. */
int similar_update(struct similar_update *u, const struct session *session, const struct lists *old,
                   const struct similar_options *o, const struct similar_run *run,
                   struct error *err);
void similar_update_free(struct similar_update *u);

#endif
