/*
 * similar_copies.h - the copies of one article (copies.h), or all of the archive's.
 *
 * The others of a group are printed the oldest first (unknown dates last), then
 * by id; not as a TREC run.
 */
#ifndef QUERY_SIMILAR_COPIES_H
#define QUERY_SIMILAR_COPIES_H

#include "query/report.h"

/* BF_END when the article has no copies, or there is no such article; *err then
 * has a text for a person. */
int similar_copies(struct session *s, struct report *r, const char *id, struct error *err);

/* Every group as that of its leader, in the order of the leaders' numbers.
 * BF_END when there is none. */
int similar_copies_all(struct session *s, struct report *r, struct error *err);

#endif
