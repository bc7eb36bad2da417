/*
 * similar_lists_file.h - the lists of a whole archive to and from a file (lists.h).
 */
#ifndef QUERY_SIMILAR_LISTS_FILE_H
#define QUERY_SIMILAR_LISTS_FILE_H

#include "query/session.h"
#include "query/similar_all.h"

/* BF_ERR_USAGE when these options cannot be kept in a file: what depends on the
 * present moment or on other articles than the two. */
int similar_lists_can_save(const struct similar_options *o, struct error *err);

/* Replaces the file. `statistics` is the file that they were taken from, or NULL. */
int similar_lists_save(const struct similar_lists *lists, const struct session *session,
                       const struct similar_options *o, const struct lists *statistics,
                       const char *path, struct error *err);

/* Opens a file that was made of articles analysed as the session's are. */
int similar_lists_open(struct lists *l, const struct session *session, const char *path,
                       struct error *err);
/* The options that its lists were made with. */
struct similar_options similar_lists_options(const struct lists *l);

#endif
