/*
 * session.h - what every command opens: the snapshot and its analyzer.
 */
#ifndef QUERY_SESSION_H
#define QUERY_SESSION_H

#include "common/index/snapshot.h"
#include "common/text/analyzer.h"
#include "query/query_parse.h"

struct session {
    struct snapshot snapshot;
    struct analyzer *analyzer;
    struct article_reader reader;
    struct arena arena; /* reset between queries */
};

/* Refuses an index that was analysed by other rules. */
int session_open(struct session *s, const char *dir, struct error *err);
void session_close(struct session *s);

/* The analyzer for a language, the index's own for NULL; the session owns it.
 * NULL with BF_ERR_USAGE for what is no language. */
struct analyzer *session_analyzer(struct session *s, const char *language, struct error *err);

/* BF_ERR_USAGE for what is no language. */
int session_check_language(struct session *s, const char *language, struct error *err);

/* How a query's text is to be read. */
struct query_reading {
    bool syntax;          /* query language; else plain words, punctuation and all */
    bool stop_words;      /* keep optional stop words (query_drop_stop_words) */
    const char *language; /* whose stemmer and stop words; NULL: the index's */
};

/* The tree lies in the session's arena. BF_ERR_USAGE for a language that is
 * none, too. */
int session_query(struct session *s, const char *text, size_t len,
                  const struct query_reading *reading, struct query_node **query,
                  struct error *err);

/* The live article with this id; or BF_END, with a text for a person in *err. */
int session_find(struct session *s, const char *id, uint32_t *doc, struct error *err);

#endif
