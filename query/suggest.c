/* suggest.c - the nearest term for each unknown word, spelled as in some articles. */
#include "query/suggest.h"

#include <stdlib.h>
#include <string.h>

#include "query/expand.h"
#include "query/search.h"

#define LEAST_BYTES     3  /* shorter words are left alone */
#define SHORT_BYTES     4  /* up to here one edit, above two */
#define SAMPLE_ARTICLES 16 /* in which the word's spelling is looked for */
#define MOST_FORMS      32

/* ---- as articles write it ---- */

struct form_counts {
    const char *texts[MOST_FORMS];
    size_t lens[MOST_FORMS];
    unsigned times[MOST_FORMS];
    size_t count;
};

static void count_form(struct form_counts *f, const char *text, size_t len, struct arena *arena)
{
    size_t i = 0;
    while (i < f->count && (f->lens[i] != len || memcmp(f->texts[i], text, len) != 0))
        i++;
    if (i == MOST_FORMS)
        return;
    if (i == f->count) {
        f->texts[i] = arena_strndup(arena, text, len);
        f->lens[i] = len;
        f->times[i] = 0;
        f->count++;
    }
    f->times[i]++;
}

static void count_in(struct form_counts *f, const char *text, size_t len, struct analyzer *analyzer,
                     const struct query_term *term, struct arena *arena)
{
    struct token *tokens = NULL;
    size_t capacity = 0, n = analyzer_tokens(analyzer, text, len, &tokens, &capacity, arena);
    for (size_t i = 0; i < n; i++)
        if (tokens[i].len == term->len && !memcmp(tokens[i].term, term->text, term->len))
            count_form(f, text + tokens[i].start, tokens[i].end - tokens[i].start, arena);
    free(tokens);
}

static int count_in_article(struct session *s, uint32_t doc, const struct query_term *term,
                            struct form_counts *f, struct error *err)
{
    struct article a;
    int rc = article_read(&s->reader, doc, &s->arena, &a, err);
    if (rc)
        return rc;
    struct analyzer *analyzer = analyzer_for(s->analyzer, a.language);
    count_in(f, a.title, strlen(a.title), analyzer, term, &s->arena);
    count_in(f, a.body, a.body_len, analyzer, term, &s->arena);
    return BF_OK;
}

/* In the best articles for the term: the same ones whatever the segments. */
static int count_forms(struct session *s, const struct query_term *term, struct form_counts *f,
                       struct error *err)
{
    const struct query_node node = {.kind = QUERY_TERM, .term = *term, .repeats = 1};
    const struct search_options options = {
        .k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B, .k = SAMPLE_ARTICLES};
    struct hit *hits = NULL;
    struct bm25 bm25;
    size_t count = 0;
    int rc = search_run(&s->snapshot, &node, &options, &s->arena, &hits, &count, &bm25, err);
    for (size_t i = 0; i < count && !rc; i++)
        rc = count_in_article(s, hits[i].doc, term, f, err);
    free(hits);
    return rc;
}

/* The most frequent form; the term itself when the text is not stored. */
static int spell(struct session *s, const struct query_term *term, struct buf *out,
                 struct error *err)
{
    struct form_counts f = {.count = 0};
    size_t best = 0;
    int rc = count_forms(s, term, &f, err);
    for (size_t i = 1; i < f.count; i++)
        if (f.times[i] > f.times[best])
            best = i;
    if (f.count)
        buf_add(out, f.texts[best], f.lens[best]);
    else
        buf_add(out, term->text, term->len);
    return rc;
}

/* ---- the query ---- */

static bool asked_for(const struct query_term *terms, size_t count, const struct token *token)
{
    for (size_t i = 0; i < count; i++)
        if (terms[i].len == token->len && !memcmp(terms[i].text, token->term, token->len))
            return true;
    return false;
}

/* Adds the word's replacement, or the word where it needs none; *replaced counts. */
static int put_word(struct session *s, const char *word, const struct token *token, struct buf *out,
                    size_t *replaced, struct error *err)
{
    const struct query_term term = {token->term, token->len};
    struct query_term nearest;
    uint64_t df, cf;
    int rc = snapshot_term(&s->snapshot, term.text, term.len, &df, &cf, err);
    if (!rc)
        rc = df || term.len < LEAST_BYTES
                 ? BF_END
                 : expand_nearest(&s->snapshot, &term, term.len <= SHORT_BYTES ? 1 : 2, &s->arena,
                                  &nearest, err);
    if (rc == BF_END) {
        buf_add(out, word, token->end - token->start);
        return BF_OK;
    }
    ++*replaced;
    return rc ? rc : spell(s, &nearest, out, err);
}

int suggest_query(struct session *s, const char *text, size_t len, const struct query_node *query,
                  struct analyzer *analyzer, const char **out, struct error *err)
{
    struct query_term *terms;
    struct token *tokens = NULL;
    struct buf changed = {0};
    size_t capacity = 0, at = 0, replaced = 0;
    size_t count = query_terms(query, &s->arena, &terms);
    size_t n = analyzer_tokens(analyzer, text, len, &tokens, &capacity, &s->arena);
    int rc = BF_OK;
    for (size_t i = 0; i < n && !rc; i++) {
        if (tokens[i].start < at || !asked_for(terms, count, &tokens[i]))
            continue;
        buf_add(&changed, text + at, tokens[i].start - at);
        rc = put_word(s, text + tokens[i].start, &tokens[i], &changed, &replaced, err);
        at = tokens[i].end;
    }
    buf_add(&changed, text + at, len - at);
    if (!rc)
        *out = arena_strndup(&s->arena, (const char *)changed.data, changed.len);
    buf_free(&changed);
    free(tokens);
    return rc ? rc : replaced ? BF_OK : BF_END;
}
