/*
 * small_index.h - an index of two segments, written as an indexer would, and
 * ways to write it wrong.
 *
 * It has everything the format has: lists of one article, of one block and of
 * more than 32 blocks, dense and sparse ones, articles longer than their
 * lead, without title, without date, several blocks of text, deletions, an id
 * that came again in the second segment and one that stands five times in it.
 */
#ifndef TESTS_UNIT_SMALL_INDEX_H
#define TESTS_UNIT_SMALL_INDEX_H

#include <stdint.h>

#include "common/base/mem.h"
#include "common/index/forms_write.h"
#include "common/index/segment.h"
#include "common/text/article.h"
#include "tests/unit/reframe.h"

#define SMALL_SEGMENTS 2
extern const uint32_t small_docs[SMALL_SEGMENTS];

/* The article that was stored; strings are the arena's. */
void small_article(unsigned segment, uint32_t doc, struct arena *arena, struct article *a);
bool small_is_deleted(unsigned segment, uint32_t doc);

struct small_posting {
    const char *term;
    uint32_t doc;
    uint32_t *positions; /* room for one more than tf */
    uint32_t tf;
};

/* How a term's occurrences are spelt. */
struct small_forms {
    const char *term;
    struct form forms[3];
    uint32_t count;
    uint32_t *numbers; /* of each occurrence */
    size_t occurrences;
};

/* Each may be NULL; called before what they get is written. */
struct small_bend {
    void (*article)(unsigned segment, uint32_t doc, struct article *a);
    void (*posting)(unsigned segment, struct small_posting *p);
    void (*forms)(unsigned segment, struct small_forms *f);
};

/* Makes the index in an existing directory; aborts when that fails. */
void small_index_make(const char *dir, const struct small_bend *bend);

/* Set-up and tear-down for cmocka: *state is the directory of one that is written
 * right. Syncing to disk is left out, from then on. */
int small_index_set_up(void **state);
int small_index_tear_down(void **state);

/* In place of a segment's file: the file of copies, of the whole index. */
#define SMALL_COPIES (SEGMENT_FILES + 1)

/* Changes one file's sections (SEGMENT_FILES: the delete file) and makes
 * frame and manifest right again. s is the segment before, NULL for the
 * file of copies. */
void small_index_patch(const char *dir, unsigned segment, enum segment_file which,
                       void (*patch)(struct loose_frame *f, const struct segment *s));

void small_index_patch_manifest(const char *dir, void (*patch)(struct manifest *m));

#endif
