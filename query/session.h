/*
 * session.h - what every command opens: the snapshot and its analyzer.
 */
#ifndef QUERY_SESSION_H
#define QUERY_SESSION_H

#include "common/index/snapshot.h"
#include "common/text/analyzer.h"

struct session {
    struct snapshot snapshot;
    struct analyzer *analyzer;
    struct article_reader reader;
    struct arena arena; /* reset between queries */
};

/* Refuses an index that was analysed by other rules. */
int session_open(struct session *s, const char *dir, struct error *err);
void session_close(struct session *s);

/* The live article with this id, or BF_ERR_MISSING with a text. */
int session_find(struct session *s, const char *id, uint32_t *doc, struct error *err);

#endif
