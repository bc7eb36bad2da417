/* check_sketches.c - making each sketch again from the stored article. */
#include <stdlib.h>
#include <string.h>

#include "common/index/check_parts.h"
#include "common/index/limits.h"

int sketch_check_init(struct sketch_check *k, const struct manifest *m, const struct segment *s,
                      struct token_sums *tokens, struct error *err)
{
    *k = (struct sketch_check){.lexicon = lexicon_new(), .tokens = tokens};
    int rc = sketch_cursor_open(&k->cursor, &s->sketches, err);
    if (rc)
        return rc;
    if (m->without_text)
        return BF_OK;
    k->analyzer = analyzer_new(m->language, k->lexicon, NULL);
    if (k->analyzer && strcmp(analyzer_fingerprint(k->analyzer), m->fingerprint) != 0) {
        analyzer_free(k->analyzer);
        k->analyzer = NULL;
    }
    if (k->analyzer && tokens)
        token_sums_init(k->tokens, s->entry.docs);
    sketcher_init(&k->sketcher, k->analyzer, k->lexicon);
    return BF_OK;
}

void sketch_check_free(struct sketch_check *k)
{
    analyzer_free(k->analyzer);
    lexicon_free(k->lexicon);
    sketcher_free(&k->sketcher);
    buf_free(&k->expected);
    free(k->ids);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void derive(struct sketch_check *k, uint32_t doc, const struct article *a,
                   struct sketch *out)
{
    struct analyzer *own = analyzer_for(k->analyzer, a->language);
    size_t title = analyzer_ids(own, a->title, strlen(a->title), &k->ids, &k->capacity, 0);
    title = least(title, MAX_TITLE_TOKENS);
    size_t all = analyzer_ids(own, a->body, a->body_len, &k->ids, &k->capacity, title);
    all = least(all, MAX_DOC_TOKENS);
    if (k->tokens)
        token_sums_add(k->tokens, doc, k->lexicon, k->ids, title, all);
    sketcher_sketch(&k->sketcher, a, k->ids, title, all, out);
}

int sketch_check_article(struct sketch_check *k, uint32_t doc, const struct article *a,
                         struct error *err)
{
    int rc = sketch_cursor_next(&k->cursor, err);
    if (rc || !k->analyzer)
        return rc;
    struct sketch sketch;
    derive(k, doc, a, &sketch);
    k->expected.len = 0;
    sketch_encode(&sketch, &k->expected);
    size_t len = (size_t)(k->cursor.left.p - k->cursor.start);
    if (k->expected.len != len || memcmp(k->expected.data, k->cursor.start, len) != 0)
        return check_damaged(k->cursor.frame, k->cursor.start, err,
                             "article %u: not the sketch of its text", doc);
    return BF_OK;
}

int sketch_check_end(const struct sketch_check *k, struct error *err)
{
    if (bytes_left(&k->cursor.left))
        return frame_damaged(k->cursor.frame, k->cursor.left.p, "more sketches than articles", err);
    return BF_OK;
}
