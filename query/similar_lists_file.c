/* similar_lists_file.c - global numbers become places in the order of ids. */
#include "query/similar_lists_file.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

int similar_lists_can_save(const struct similar_options *o, struct error *err)
{
    if (o->choice.filter)
        return error_set(err, BF_ERR_USAGE,
                         "--lists: not with limits of date, category, source, tag or author");
    if (o->choice.half_life_days > 0)
        return error_set(err, BF_ERR_USAGE,
                         "--lists: not with --recency: the newest article changes all lists");
    return BF_OK;
}

static struct lists_settings settings_of(const struct similar_lists *lists,
                                         const struct similar_options *o)
{
    const struct similar_choice *c = &o->choice;
    const struct similar_statistics *s = &lists->statistics;
    return (struct lists_settings){.docs = s->docs,
                                   .tokens = s->tokens,
                                   .lead_tokens = s->lead_tokens,
                                   .k1 = o->k1,
                                   .b = o->b,
                                   .threshold = o->threshold,
                                   .window_days = c->window_days,
                                   .n = (uint32_t)o->n,
                                   .terms = (uint32_t)o->terms,
                                   .most_of_source = c->most_of_source,
                                   .feedback = o->feedback,
                                   .keep_copies = o->keep_copies,
                                   .same_category = c->same_category,
                                   .other_category = c->other_category,
                                   .diverse = c->diverse};
}

struct similar_options similar_lists_options(const struct lists *l)
{
    const struct lists_settings *s = &l->settings;
    return (struct similar_options){.k1 = s->k1,
                                    .b = s->b,
                                    .n = s->n,
                                    .terms = s->terms,
                                    .feedback = s->feedback,
                                    .keep_copies = s->keep_copies,
                                    .keep_boilerplate = true,
                                    .threshold = s->threshold,
                                    .choice = {.window_days = s->window_days,
                                               .same_category = s->same_category,
                                               .other_category = s->other_category,
                                               .most_of_source = s->most_of_source,
                                               .diverse = s->diverse}};
}

static int add_article(struct lists_writer *w, const struct similar_lists *lists,
                       const struct snapshot *s, uint32_t doc, const uint32_t *ranks,
                       struct error *err)
{
    uint32_t i = snapshot_segment_of(s, doc), leader = copies_leader(&s->copies, doc);
    const struct columns *c = &s->segments[i].columns;
    struct text id, title;
    int rc = columns_name(c, doc - s->bases[i], &id, &title, err);
    if (!rc)
        rc = columns_touch_in(c, COLUMN_CONTENT_HASH, doc - s->bases[i], err);
    if (rc)
        return rc;
    const struct lists_article article = {lists->self_units[doc], lists->own_copies[doc],
                                          leader == COPIES_NONE ? LISTS_NONE : ranks[leader],
                                          lists->least_weights[doc]};
    lists_writer_add_article(w, id.p, id.len, column_u64(c, COLUMN_CONTENT_HASH, doc - s->bases[i]),
                             &article);
    const struct similar_item *items = lists->items + (size_t)doc * lists->n;
    for (uint32_t k = 0; k < lists->lengths[doc]; k++)
        lists_writer_add_item(
            w, &(struct lists_item){ranks[items[k].doc], items[k].units, items[k].copies});
    for (uint32_t k = 0; k < lists->learned_counts[doc]; k++) {
        const struct similar_item *learned = &lists->learned[(size_t)doc * SIMILAR_FEEDBACK + k];
        lists_writer_add_learned(w, &(struct lists_item){ranks[learned->doc], learned->units, 0});
    }
    return BF_OK;
}

static void add_terms(struct lists_writer *w, const struct similar_statistics *s)
{
    size_t from = 0;
    for (uint32_t term = 0; term < s->terms; term++) {
        lists_writer_add_term(w, (const char *)s->term_bytes.data + from, s->term_ends[term] - from,
                              s->dfs[term]);
        from = s->term_ends[term];
    }
}

static void copy_terms(struct lists_writer *w, const struct lists *from)
{
    struct bytes in = lists_terms(from);
    struct lists_term term;
    while (lists_take_term(&in, &term))
        lists_writer_add_term(w, term.p, term.len, term.df);
}

int similar_lists_save(const struct similar_lists *lists, const struct session *session,
                       const struct similar_options *o, const struct lists *statistics,
                       const char *path, struct error *err)
{
    const struct snapshot *s = &session->snapshot;
    const struct lists_settings settings = settings_of(lists, o);
    uint32_t *ranks = mem_alloc(s->bases[s->count] * sizeof *ranks);
    struct lists_writer w;
    int rc = BF_OK;
    for (uint32_t i = 0; i < lists->count; i++)
        ranks[lists->docs[i]] = i;
    lists_writer_init(&w, &settings, analyzer_fingerprint(session->analyzer));
    for (uint32_t i = 0; i < lists->count && !rc; i++)
        rc = add_article(&w, lists, s, lists->docs[i], ranks, err);
    if (statistics)
        copy_terms(&w, statistics);
    else
        add_terms(&w, &lists->statistics);
    if (!rc)
        rc = lists_writer_save(&w, path, err);
    lists_writer_free(&w);
    free(ranks);
    return rc;
}

int similar_lists_open(struct lists *l, const struct session *session, const char *path,
                       struct error *err)
{
    int rc = lists_open(l, path, err);
    if (rc)
        return rc;
    const char *ours = analyzer_fingerprint(session->analyzer);
    if (l->fingerprint_len == strlen(ours) && !memcmp(l->fingerprint, ours, l->fingerprint_len))
        return BF_OK;
    lists_close(l);
    return error_set(err, BF_ERR_TOO_OLD,
                     "%s: made of articles that were analysed by other rules: make the lists again",
                     path);
}
