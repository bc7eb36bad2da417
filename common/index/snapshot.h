/*
 * snapshot.h - one commit of an index, open for reading.
 *
 * A snapshot takes no lock and writes nothing. All files are opened at once,
 * so that it stays whole whatever a writer does meanwhile. An article's
 * global number is its segment's base plus its number there.
 */
#ifndef INDEX_SNAPSHOT_H
#define INDEX_SNAPSHOT_H

#include <stdint.h>

#include "common/base/error.h"
#include "common/base/mem.h"
#include "common/index/copies.h"
#include "common/index/manifest.h"
#include "common/index/segment.h"
#include "common/text/article.h"

struct snapshot {
    char *dir;
    struct manifest manifest;
    struct segment *segments;
    uint32_t *bases; /* global number of each segment's first article; then the end */
    uint32_t count;
    struct copies copies; /* copies_verify comes before its first use */
    /* over all segments, deleted articles left out */
    uint64_t docs;
    uint64_t tokens;
    uint64_t lead_tokens;
};

int snapshot_open(struct snapshot *s, const char *dir, struct error *err);
/* What a manifest that is not published yet will mean, without the copies. */
int snapshot_open_unpublished(struct snapshot *s, const char *dir, const struct manifest *m,
                              struct error *err);
void snapshot_close(struct snapshot *s); /* accepts a zeroed struct */

/* The segment that holds a global number below bases[count]. */
uint32_t snapshot_segment_of(const struct snapshot *s, uint32_t doc);

/* The live article with this id: BF_OK with its global number, or BF_END. */
int snapshot_find_id(const struct snapshot *s, const char *id, size_t len, uint32_t *doc,
                     struct error *err);

/* df and cf of a term over all segments, deleted articles left out. */
int snapshot_term(const struct snapshot *s, const char *term, size_t len, uint64_t *df,
                  uint64_t *cf, struct error *err);

/* Reads stored articles; keeps the last text block decompressed. One thread. */
struct article_reader {
    const struct snapshot *snapshot;
    struct inflater *inflater;
    struct buf block;
    int64_t held; /* segment << 32 | block of what is in `block`; -1 for nothing */
};
void article_reader_init(struct article_reader *r, const struct snapshot *s);
void article_reader_free(struct article_reader *r);
int article_read(struct article_reader *r, uint32_t doc, struct arena *arena, struct article *out,
                 struct error *err);

#endif
