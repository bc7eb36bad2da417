/* session.c - opening and closing. */
#include "query/session.h"

#include <string.h>

#include "common/text/stem.h"
#include "query/expand.h"

int session_open(struct session *s, const char *dir, struct error *err)
{
    *s = (struct session){0};
    int rc = snapshot_open(&s->snapshot, dir, err);
    if (rc)
        return rc;
    article_reader_init(&s->reader, &s->snapshot);
    const struct manifest *m = &s->snapshot.manifest;
    s->analyzer = analyzer_new(m->language, NULL, err);
    if (!s->analyzer)
        rc = error_prefix(err, dir);
    else if (strcmp(analyzer_fingerprint(s->analyzer), m->fingerprint) != 0)
        rc = error_set(err, BF_ERR_TOO_OLD,
                       "%s: was analysed by other rules (\"%s\"; this program's are \"%s\"): "
                       "index the archive anew",
                       dir, m->fingerprint, analyzer_fingerprint(s->analyzer));
    if (rc)
        session_close(s);
    return rc;
}

void session_close(struct session *s)
{
    analyzer_free(s->analyzer);
    article_reader_free(&s->reader);
    snapshot_close(&s->snapshot);
    arena_free(&s->arena);
    s->analyzer = NULL;
}

struct analyzer *session_analyzer(struct session *s, const char *language, struct error *err)
{
    if (!language || stem_language(language) || stem_is_language_tag(language))
        return analyzer_for(s->analyzer, language ? language : "");
    return analyzer_new(language, NULL, err); /* NULL, and the error says what there is */
}

int session_check_language(struct session *s, const char *language, struct error *err)
{
    return session_analyzer(s, language, err) ? BF_OK : err->code;
}

int session_query(struct session *s, const char *text, size_t len,
                  const struct query_reading *reading, struct query_node **query, struct error *err)
{
    struct analyzer *analyzer = session_analyzer(s, reading->language, err);
    if (!analyzer)
        return err->code;
    int rc = reading->syntax ? query_parse(text, len, analyzer, &s->arena, query, err)
                             : query_from_words(text, len, analyzer, &s->arena, query, err);
    if (!rc && !reading->stop_words)
        *query = query_drop_stop_words(*query);
    return rc ? rc : query_expand(*query, &s->snapshot, &s->arena, err);
}

int session_find(struct session *s, const char *id, uint32_t *doc, struct error *err)
{
    int rc = snapshot_find_id(&s->snapshot, id, strlen(id), doc, err);
    if (rc == BF_END)
        error_set(err, BF_ERR_MISSING, "no article with the id %s", id);
    return rc;
}
