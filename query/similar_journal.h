/*
 * similar_journal.h - finished lists of a long run, so that it can go on where it
 * was interrupted.
 *
 * A file that only grows: 8 bytes "BFLISTS1", 8 that stand for the index and the options,
 * and for each list 4 bytes that follow, 4 CRC-32C of them, and they: rank, score against
 * itself, own copies, items, articles learned from (4 each), then 12 bytes an item and 8
 * an article learned from. What is damaged or belongs to another index, or to other
 * options, is not used: the lists are made again. Nothing is synced: after a power cut
 * the end may be missing.
 */
#ifndef QUERY_SIMILAR_JOURNAL_H
#define QUERY_SIMILAR_JOURNAL_H

#include "query/similar_all.h"

/* Opens or creates the file; what was in it is taken over. */
int similar_journal_open(struct similar_journal **journal, const char *path,
                         const struct snapshot *s, const struct similar_options *o,
                         const struct lists *statistics, struct error *err);
/* Removes the file when the run is done. The first failure to write is reported. */
int similar_journal_close(struct similar_journal *j, bool done, struct error *err);

/* How many lists it has: at first, those that were taken over. */
uint32_t similar_journal_lists(const struct similar_journal *j);

/* The list of out->docs[rank] from the journal; false when it does not have it. */
bool similar_journal_take(const struct similar_journal *j, struct similar_lists *out,
                          uint32_t rank);
/* Adds it to the journal. By any thread. */
void similar_journal_add(struct similar_journal *j, const struct similar_lists *out, uint32_t rank);

#endif
