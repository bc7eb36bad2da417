/*
 * index_writer.h - one change of an index, from taking the lock to the commit.
 *
 *     index_writer_open
 *     index_writer_add_segment ...                        new segments
 *     index_writer_delete ...                             articles to delete
 *     index_writer_commit                                 all or nothing
 *     index_writer_close                                  without commit: nothing happened
 */
#ifndef INDEXER_INDEX_WRITER_H
#define INDEXER_INDEX_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/lock.h"
#include "common/index/snapshot.h"

/* Articles of one segment to be deleted. */
struct delete_set {
    unsigned char *bitmap; /* NULL: none new */
};

struct index_writer {
    char *dir;
    int lock;
    struct snapshot base; /* the commit that is being changed */
    struct delete_set *base_deletes;
    struct segment_entry *added; /* new segments, in ascending order of number at commit */
    struct delete_set *added_deletes;
    uint32_t added_count;
    size_t added_capacity[2];
    uint64_t next_number; /* the lowest that no segment has had */
    bool committed;
    interrupt_flag *stop; /* leaves merging out; never by itself */
    bool merge_stopped;   /* by the flag */
};

/* What is chosen when an index is made and never changes. */
struct index_choice {
    const char *language; /* NULL: the index's own, English for a new one */
    bool without_text;    /* false: the index's own, with text for a new one */
};

/* Opens an index to change it; with `create`, makes an empty one where there
 * is none. A choice of NULL leaves all to the index; an index made otherwise,
 * or analysed by other rules, is refused. */
int index_writer_open(struct index_writer *w, const char *dir, bool create,
                      const struct index_choice *choice, struct error *err);
/* The same, waiting for another writer; patience->stop is the writer's flag. */
int index_writer_open_patiently(struct index_writer *w, const char *dir, bool create,
                                const struct index_choice *choice,
                                const struct lock_patience *patience, struct error *err);
void index_writer_close(struct index_writer *w);

/* After a commit: the next change, under the same lock. When it fails the
 * writer is to be closed. */
int index_writer_continue(struct index_writer *w, struct error *err);

/* A finished segment of a number that is at least next_number, and new. */
void index_writer_add_segment(struct index_writer *w, const struct segment_entry *entry);

/* Marks an article of the base snapshot (by segment and number there), or of
 * an added segment, for deletion. False when it already was deleted. */
bool index_writer_delete(struct index_writer *w, uint32_t segment, uint32_t doc);
bool index_writer_delete_added(struct index_writer *w, uint32_t added, uint32_t doc);
bool index_writer_is_deleted_added(const struct index_writer *w, uint32_t added, uint32_t doc);

enum merge_wish { MERGE_AS_NEEDED, MERGE_ALL };

/* Writes delete files, merges, and publishes; without any change there is no
 * commit and the generation stays. When the flag is set, what is being merged stays
 * as it was and the rest is committed. */
int index_writer_commit(struct index_writer *w, enum merge_wish wish, struct error *err);

#endif
