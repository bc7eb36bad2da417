/*
 * check_parts.h - the parts of check_index, one for each kind of file; only
 * for check*.c. Each is BF_OK, or damage of the segment's file.
 */
#ifndef INDEX_CHECK_PARTS_H
#define INDEX_CHECK_PARTS_H

#include <stdbool.h>

#include "common/index/check.h"
#include "common/index/check_tokens.h"
#include "common/index/snapshot.h"

struct check_run {
    const struct check_options *options;
    const struct manifest *manifest;
    struct check_report *report;
    bool without_text;        /* as the manifest has it */
    struct token_sums tokens; /* of the present segment: first its text's, then its lists' */
    uint64_t done, total;     /* bytes, for progress */
    uint64_t told;            /* done when progress was last called */
};

void check_advance(struct check_run *run, uint64_t bytes);

/* frame_damaged with a composed text. */
int check_damaged(const struct frame *f, const void *p, struct error *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Columns, and what the manifest says of them and of the deletions. */
int check_columns(const struct segment *s, struct error *err);

/* The groups of copies; from the sketches, unless it is to be quick. */
int check_copies(const struct check_run *run, const struct snapshot *s, struct error *err);

/* No id is live twice, in whatever segments. */
int check_ids(const struct segment *segments, uint32_t count, struct error *err);

/* Every record, in the order of the articles, and the article's sketch. */
int check_text(struct check_run *run, const struct segment *s, struct error *err);

/* Derives sketches again: one for each article of a segment, in their order. */
struct sketch_check {
    struct sketch_cursor cursor;
    struct lexicon *lexicon;
    struct analyzer *analyzer; /* NULL: no text, or other rules than the index has */
    struct sketcher sketcher;
    struct token_sums *tokens; /* NULL: not wanted */
    uint32_t *ids;
    size_t capacity;
    struct buf expected; /* encoded */
};
/* The tokens met on the way are added to the sums, unless these are NULL. */
int sketch_check_init(struct sketch_check *k, const struct manifest *m, const struct segment *s,
                      struct token_sums *tokens, struct error *err);
void sketch_check_free(struct sketch_check *k);
int sketch_check_article(struct sketch_check *k, uint32_t doc, const struct article *a,
                         struct error *err);
int sketch_check_end(const struct sketch_check *k, struct error *err);

/* The dictionary, all lists and forms, and the delete file's counts; behind check_text. */
int check_terms(struct check_run *run, const struct segment *s, struct error *err);

#endif
