/*
 * archive_collect.h - for the tests of indexer/archive: reads a whole archive
 * and keeps all that came out of it.
 */
#ifndef TESTS_UNIT_ARCHIVE_COLLECT_H
#define TESTS_UNIT_ARCHIVE_COLLECT_H

#include "common/base/buf.h"
#include "indexer/archive/archive.h"

struct collected {
    struct arena arena;
    struct article *articles;
    struct record_problem *problems; /* beside each article */
    uint64_t *offsets;               /* of each article's record */
    size_t count, capacity;
    /* One line for each record skipped: "2@17 no text", in order. Source and
     * detail are left out. */
    struct buf troubles;
    struct buf sources; /* the names of the articles' sources, a line each */
    char detail[256];   /* of the last trouble */
    uint64_t progress;  /* what progress was last told */
    size_t stop_after;  /* 0: never; else the sink stops after so many articles */
    int rc;             /* of archive_read */
    struct error err;
};

/* An all-zero struct is ready. More reading adds to what is there. */
void collect_path(struct collected *c, const char *path, const struct archive_options *options,
                  const struct field_map *map);

/* The same for a source that holds these bytes, with the built-in names. */
void collect_bytes(struct collected *c, const void *bytes, size_t len);
void collect_bytes_with(struct collected *c, const void *bytes, size_t len,
                        const struct archive_options *options);
void collect_text(struct collected *c, const char *text);

/* Packs as one gzip member and adds it to out. */
void add_gzip(struct buf *out, const void *bytes, size_t len);

void collected_free(struct collected *c);

#endif
