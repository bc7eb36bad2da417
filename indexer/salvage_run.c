/* salvage_run.c - whole segments first, then the articles of the others, then one commit. */
#include "indexer/salvage_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/progress.h"
#include "common/index/check.h"
#include "common/index/rescue_rules.h"
#include "common/io/file.h"
#include "indexer/archive/article_id.h"
#include "indexer/archive/title.h"
#include "indexer/resolve.h"
#include "indexer/salvage_copy.h"
#include "indexer/worker.h"

#define DERIVED_TITLE_CHARACTERS 120

/* Where an article stood says which of one id comes later; what is not sure to
 * be of that id comes before all that is. */
#define SURE        ((uint64_t)1 << 63)
#define PLACE_SHIFT 32

struct salvage {
    const struct rescue *from;
    const struct rescue_rules *rules;
    struct salvage_report *report;
    struct index_writer w;
    struct worker worker;
    struct ingest_options options;
    struct built_segment *copied; /* the whole ones, in the order of w.added */
    size_t copied_count;
    bool *is_copied; /* by segment of `from` */
    struct progress progress;
};

static int go_on(const struct salvage *s, struct error *err)
{
    if (!*s->w.stop)
        return BF_OK;
    return error_set(err, BF_ERR_STOPPED,
                     "interrupted: %s has no commit; the same command starts again", s->w.dir);
}

static uint64_t place(size_t segment, uint32_t doc)
{
    return (uint64_t)segment << PLACE_SHIFT | doc;
}

/* ---- whole segments ---- */

static void add_copied(struct salvage *s, size_t segment, const struct segment_entry *entry)
{
    const struct rescue_segment *from = &s->from->segments[segment];
    struct built_segment *built = &s->copied[s->copied_count];
    *built = (struct built_segment){.entry = *entry,
                                    .origins = mem_alloc(entry->docs * sizeof *built->origins)};
    index_writer_add_segment(&s->w, entry);
    for (uint32_t doc = 0; doc < entry->docs; doc++) {
        built->origins[doc] = (struct origin){SURE | place(segment, doc), -1};
        if (rescue_is_deleted(from, doc))
            index_writer_delete_added(&s->w, (uint32_t)s->copied_count, doc);
    }
    s->copied_count++;
    s->is_copied[segment] = true;
}

static uint32_t live_docs(const struct rescue_segment *from)
{
    uint32_t live = from->entry.docs;
    for (uint32_t doc = 0; doc < from->entry.docs; doc++)
        live -= rescue_is_deleted(from, doc);
    return live;
}

/* A segment whose bytes are right but whose content is not is no whole one. */
static int copy_whole_segments(struct salvage *s, struct error *err)
{
    size_t count = s->from->segment_count;
    s->copied = mem_zalloc(count, sizeof *s->copied);
    s->is_copied = mem_zalloc(count, sizeof *s->is_copied);
    for (size_t i = 0; i < count; i++) {
        struct rescue_segment *from = &s->from->segments[i];
        struct segment_entry entry;
        if (!s->rules->same || !salvage_can_copy(from, &s->rules->manifest))
            continue;
        int rc = go_on(s, err);
        if (!rc)
            rc = salvage_copy(from, &s->rules->manifest, s->w.dir, s->w.next_number, &entry,
                              &from->problem, err);
        if (rc && rc != BF_ERR_DAMAGED)
            return rc;
        if (rc)
            *err = (struct error){0}; /* it is the segment's problem */
        else
            add_copied(s, i, &entry);
    }
    return BF_OK;
}

/* ---- the articles of the others ---- */

static const char *text_of(const struct buf *b, struct arena *arena)
{
    return arena_strndup(arena, (const char *)b->data, b->len);
}

/* As `add` does for an article of which nobody says what it is called. */
static void give_name(struct rescued_article *r, struct arena *arena)
{
    struct article *a = &r->article;
    struct buf text = {0};
    first_sentence(a->body, DERIVED_TITLE_CHARACTERS, &text);
    const char *derived = text_of(&text, arena);
    if (!*a->title && !*a->id)
        a->title = derived;
    if (!r->flags_right)
        a->title_is_derived = *derived && !strcmp(a->title, derived);
    text.len = 0;
    if (!*a->id && !id_from_url(a->url, &text))
        id_from_content(a, &text);
    if (!*a->id)
        a->id = text_of(&text, arena);
    buf_free(&text);
}

static int take_article(struct salvage *s, size_t segment, struct rescued_article *a,
                        struct arena *arena, struct salvage_segment *out, struct error *err)
{
    uint64_t number = s->from->segments[segment].entry.number;
    if (a->fate != RESCUE_LOST)
        give_name(a, arena);
    if (a->fate != RESCUE_WHOLE)
        salvage_report_article(s->report, number, a);
    if (a->fate == RESCUE_LOST) {
        out->lost++;
        return BF_OK;
    }
    out->articles++;
    out->doubtful += a->fate == RESCUE_DOUBTFUL;
    uint64_t sure = a->doubts & DOUBT_NAME ? 0 : SURE;
    worker_article(&s->worker, sure | place(segment, a->doc), &a->article);
    if (s->worker.err.code)
        *err = s->worker.err;
    progress_articles(&s->progress, s->report->counts.again + out->articles);
    return s->worker.err.code;
}

/* Without text nothing can be indexed anew: its articles are named, no more. */
static void lose(struct rescued_article *a)
{
    static const struct article nothing = {0};
    const char *id = a->article.id, *title = a->article.title;
    a->article = nothing;
    a->article.id = id;
    a->article.title = title;
    a->fate = RESCUE_LOST;
    a->reason = "the index has no text to index it from";
}

static int read_segment(struct salvage *s, size_t segment, struct salvage_segment *out,
                        struct error *err)
{
    const struct rescue_segment *from = &s->from->segments[segment];
    struct segment_rescue walk;
    struct rescued_article a;
    struct arena arena = {0};
    int rc;
    segment_rescue_open(&walk, from, s->rules->manifest.without_text);
    while (!(rc = segment_rescue_next(&walk, &arena, &a))) {
        if (walk.without_text)
            lose(&a);
        rc = take_article(s, segment, &a, &arena, out, err);
        if (!rc)
            rc = go_on(s, err);
        if (rc)
            break;
        arena_reset(&arena);
    }
    uint64_t seen = out->articles + out->lost;
    if (!walk.has_columns && from->docs_known && live_docs(from) > seen)
        out->lost += live_docs(from) - seen;
    out->uncounted = !walk.has_columns && !from->docs_known;
    out->deletions_lost |= walk.gap && from->deleted;
    segment_rescue_close(&walk);
    arena_free(&arena);
    return rc == BF_END ? BF_OK : rc;
}

static int report_segment(struct salvage *s, size_t segment, struct error *err)
{
    const struct rescue_segment *from = &s->from->segments[segment];
    struct salvage_segment out = {.number = from->entry.number,
                                  .mended = from->mended,
                                  .deletions_lost = from->deletions_lost};
    int rc = BF_OK;
    if (s->is_copied[segment]) {
        out.articles = live_docs(from);
        out.sketches_derived = !from->right[FILE_SKETCHES];
        out.problem = from->whole ? NULL : from->problem.text;
    } else {
        out.problem = s->rules->same ? from->problem.text : "it was analysed by other rules";
        rc = read_segment(s, segment, &out, err);
        out.taken = out.articles ? TAKEN_AGAIN : TAKEN_NOT;
    }
    if (!rc)
        salvage_report_segment(s->report, &out);
    return rc;
}

static int start_worker(struct salvage *s, uint64_t memory, struct error *err)
{
    s->options = (struct ingest_options){.memory = memory, .threads = 1, .fields = field_map_new()};
    s->worker.base = &s->w.base;
    s->worker.options = &s->options;
    s->worker.memory = memory;
    s->worker.first_number = s->w.next_number;
    s->worker.number_step = 1;
    return worker_init(&s->worker, err);
}

static int read_segments(struct salvage *s, struct error *err)
{
    int rc = BF_OK;
    for (size_t i = 0; i < s->from->segment_count && !rc; i++)
        rc = report_segment(s, i, err);
    if (!rc)
        worker_finish(&s->worker);
    if (!rc && s->worker.err.code) {
        *err = s->worker.err;
        rc = err->code;
    }
    return rc;
}

/* ---- the commit ---- */

/* Where the manifest or deletions are lost an id may stand several times. */
static int resolve(struct salvage *s, struct error *err)
{
    struct ingest_counts counts = {0};
    size_t most = s->copied_count + s->worker.built_count;
    struct harvest h = {.built = mem_alloc(most * sizeof *h.built)};
    for (size_t i = 0; i < s->copied_count; i++)
        h.built[h.count++] = &s->copied[i];
    for (size_t i = 0; i < s->worker.built_count; i++) {
        index_writer_add_segment(&s->w, &s->worker.built[i].entry);
        h.built[h.count++] = &s->worker.built[i];
    }
    int rc = resolve_ids(&s->w, &h, &counts, err);
    s->report->counts.repeated = counts.replaced + counts.same + counts.older;
    free(h.built);
    return rc;
}

static int make(struct salvage *s, uint64_t memory, struct error *err)
{
    int rc = copy_whole_segments(s, err);
    if (!rc)
        rc = start_worker(s, memory, err);
    if (!rc)
        rc = read_segments(s, err);
    if (!rc)
        rc = resolve(s, err);
    if (!rc)
        rc = salvage_report_flush(s->report, err);
    if (!rc)
        rc = go_on(s, err);
    return rc ? rc : index_writer_commit(&s->w, MERGE_AS_NEEDED, err);
}

static int check_new(struct salvage *s, const char *dir, struct error *err)
{
    struct check_report report;
    int rc = check_index(dir, NULL, &report, err);
    s->report->counts.articles = report.docs - report.deleted_docs;
    return rc;
}

static void release(struct salvage *s)
{
    for (size_t i = 0; i < s->copied_count; i++)
        free(s->copied[i].origins);
    free(s->copied);
    free(s->is_copied);
    if (s->worker.options)
        worker_free(&s->worker);
    field_map_free((struct field_map *)(uintptr_t)s->options.fields);
    index_writer_close(&s->w);
}

static int salvage_into(struct salvage *s, const char *dir, const struct salvage_options *options,
                        struct error *err)
{
    const struct manifest *rules = &s->rules->manifest;
    const struct index_choice choice = {rules->language, rules->without_text};
    const struct lock_patience at_once = {.stop = options->stop};
    int rc = index_writer_open_patiently(&s->w, dir, true, &choice, &at_once, err);
    if (rc)
        return rc;
    progress_start(&s->progress, 0, s->report->quiet);
    rc = s->w.base.manifest.generation
             ? error_set(err, BF_ERR_USAGE, "%s: another process has just filled it", dir)
             : make(s, options->memory, err);
    progress_end(&s->progress);
    release(s);
    return rc ? rc : check_new(s, dir, err);
}

int salvage_run(const char *old, const char *dir, const struct salvage_options *options,
                struct salvage_report *report, struct error *err)
{
    struct rescue from;
    struct rescue_rules rules = {0};
    int rc = rescue_open(&from, old, err);
    if (rc)
        return rc;
    if (from.manifest_problem.code)
        salvage_report_manifest(report, &from.manifest_problem, !from.has_manifest);
    rc = rescue_find_rules(&from, options->language, &rules, err);
    if (!rc) {
        struct salvage s = {.from = &from, .rules = &rules, .report = report};
        rc = salvage_into(&s, dir, options, err);
    }
    rescue_close(&from);
    manifest_free(&rules.manifest);
    return rc;
}
