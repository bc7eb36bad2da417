/*
 * suggest.h - what was perhaps meant, when a query found nothing.
 *
 * Each word of the query that no article has is replaced by the word of the
 * archive that is most like it: one or two edits away (edits.h; one for words
 * of three and four characters), of equally near ones the most frequent. Words are
 * shown as articles write them, not as terms.
 */
#ifndef QUERY_SUGGEST_H
#define QUERY_SUGGEST_H

#include "query/session.h"

/*
 * The query's text with such words replaced; `query` is its tree. BF_END when
 * there is nothing to replace or nothing to replace it with; the text lies in
 * the session's arena. Whether the suggestion finds anything is for the caller to try.
 */
int suggest_query(struct session *s, const char *text, size_t len, const struct query_node *query,
                  struct analyzer *analyzer, const char **out, struct error *err);

#endif
