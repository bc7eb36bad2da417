/* worker.c - parse, look the id up, analyse, build; end the segment when memory is used. */
#include "indexer/worker.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/limits.h"

/* Terms of finished segments stay in the lexicon for the token cache's
 * sake, until they take this part of the worker's memory. */
#define LEXICON_SHARE 4
/* And this part is for remembering which form a word became. */
#define CACHE_SHARE 4

static int new_lexicon(struct worker *w, struct error *err)
{
    analyzer_free(w->analyzer);
    lexicon_free(w->lexicon);
    w->lexicon = lexicon_new();
    w->analyzer = analyzer_new(w->base->manifest.language, w->lexicon, err);
    segment_builder_free(&w->builder);
    segment_builder_init(&w->builder, w->base->dir, w->analyzer, w->lexicon);
    if (!w->analyzer)
        return err->code;
    analyzer_limit_memory(w->analyzer, w->memory / CACHE_SHARE);
    return BF_OK;
}

int worker_init(struct worker *w, struct error *err)
{
    queue_init(&w->queue);
    w->parser = archive_parser_new(w->options->fields);
    archive_parser_set_date_order(w->parser, w->options->date_order);
    return new_lexicon(w, err);
}

void worker_free(struct worker *w)
{
    segment_builder_free(&w->builder);
    prepared_article_free(&w->prepared);
    archive_parser_free(w->parser);
    analyzer_free(w->analyzer);
    lexicon_free(w->lexicon);
    arena_free(&w->arena);
    queue_destroy(&w->queue);
    for (size_t i = 0; i < w->built_count; i++)
        free(w->built[i].origins);
    free(w->built);
    free(w->origins);
    free(w->repeats);
    for (size_t i = 0; i < w->withdrawal_count; i++)
        free(w->withdrawals[i].id);
    free(w->withdrawals);
}

static void skip_record(struct worker *w, const struct record *r,
                        const struct record_problem *problem)
{
    w->counts.bad[problem->reason]++;
    skip_log_add(w->options->skips, r->source, r->number, r->offset, problem->reason,
                 problem->detail);
}

/* The base's article of that id; -1 when it has none. */
static int64_t find_in_base(struct worker *w, const char *id, struct error *err)
{
    uint32_t doc;
    return snapshot_find_id(w->base, id, strlen(id), &doc, err) == BF_OK ? (int64_t)doc : -1;
}

/* Whether it is the very same article: then it need not be analysed. */
static bool is_in_base(const struct worker *w, int64_t base_doc)
{
    if (base_doc < 0)
        return false;
    uint32_t doc = (uint32_t)base_doc, s = snapshot_segment_of(w->base, doc);
    const struct columns *c = &w->base->segments[s].columns;
    return column_u64(c, COLUMN_CONTENT_HASH, doc - w->base->bases[s]) == w->prepared.content_hash;
}

static void add_repeat(struct worker *w, uint64_t sequence, int64_t base_doc)
{
    mem_grow(w->repeats, &w->repeats_capacity, w->repeat_count + 1);
    w->repeats[w->repeat_count++] = (struct origin){sequence, base_doc};
}

static void add_withdrawal(struct worker *w, uint64_t sequence, const struct article *a)
{
    struct withdrawal withdrawal = {
        .origin = {sequence, find_in_base(w, a->id, &w->err)},
        .modified = article_modified(a),
        .id = mem_strdup(a->id),
    };
    mem_grow(w->withdrawals, &w->withdrawals_capacity, w->withdrawal_count + 1);
    w->withdrawals[w->withdrawal_count++] = withdrawal;
}

static void end_segment(struct worker *w)
{
    if (!w->builder.docs)
        return;
    struct built_segment built = {.origins =
                                      mem_dup(w->origins, w->builder.docs * sizeof *w->origins)};
    if (segment_builder_end(&w->builder, &built.entry, &w->err)) {
        free(built.origins);
        return;
    }
    mem_grow(w->built, &w->built_capacity, w->built_count + 1);
    w->built[w->built_count++] = built;
    w->first_number += w->number_step;
    if (lexicon_bytes(w->lexicon) > w->memory / LEXICON_SHARE)
        new_lexicon(w, &w->err);
}

static void add_article(struct worker *w, uint64_t sequence, int64_t base_doc)
{
    mem_grow(w->origins, &w->origins_capacity, (size_t)w->builder.docs + 1);
    w->origins[w->builder.docs] = (struct origin){sequence, base_doc};
    struct analyzer *analyzer = analyzer_for(w->analyzer, w->prepared.article->language);
    if (segment_builder_add(&w->builder, w->first_number, analyzer, &w->prepared, &w->err))
        return;
    size_t used = segment_builder_bytes(&w->builder) + lexicon_bytes(w->lexicon) +
                  analyzer_bytes(w->analyzer) + w->origins_capacity * sizeof *w->origins;
    if (used > w->memory || segment_builder_full(&w->builder))
        end_segment(w);
}

void worker_article(struct worker *w, uint64_t sequence, const struct article *a)
{
    w->counts.without_body += !a->body_len;
    prepared_article_set(&w->prepared, a, w->base->manifest.without_text);
    int64_t base_doc = find_in_base(w, a->id, &w->err);
    if (is_in_base(w, base_doc)) {
        add_repeat(w, sequence, base_doc);
    } else if (!w->err.code) {
        w->counts.words += a->words > 0 ? (uint64_t)a->words : 0;
        add_article(w, sequence, base_doc);
    }
}

void worker_record(struct worker *w, const struct record *r, uint64_t sequence)
{
    struct article article;
    struct record_problem problem;
    arena_reset(&w->arena);
    w->counts.records++;
    w->counts.bytes += r->len;
    int rc = archive_parse(w->parser, r, &w->arena, &article, &problem);
    w->counts.unreadable_dates += problem.unreadable_dates;
    w->counts.repaired_encodings += problem.encoding_repaired;
    w->counts.repaired_markup += problem.markup_repaired;
    if (rc) {
        skip_record(w, r, &problem);
        return;
    }
    if (problem.withdrawn) {
        add_withdrawal(w, sequence, &article);
        return;
    }
    worker_article(w, sequence, &article);
}

void worker_batch(struct worker *w, const struct batch *batch)
{
    for (size_t i = 0; i < batch->count && !w->err.code; i++)
        worker_record(w, &batch->records[i], batch->first_sequence + i);
}

void worker_finish(struct worker *w)
{
    if (!w->err.code)
        end_segment(w);
}

void *worker_run(void *worker)
{
    struct worker *w = worker;
    for (struct batch *b; (b = queue_take(&w->queue));) {
        worker_batch(w, b);
        batch_free(b);
        if (w->err.code)
            queue_abort(&w->queue);
    }
    if (!w->queue.aborted)
        worker_finish(w);
    return NULL;
}
