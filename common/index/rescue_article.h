/*
 * rescue_article.h - the articles of a segment whose files may be damaged.
 *
 * Whether an article is what was stored is told by its content hash, or by the
 * checksums of all pages that it was made of. The hash counts for more: in a
 * page with a wrong checksum most is right, and it says what.
 */
#ifndef INDEX_RESCUE_ARTICLE_H
#define INDEX_RESCUE_ARTICLE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/mem.h"
#include "common/index/columns.h"
#include "common/index/rescue_blocks.h"
#include "common/index/rescue_files.h"
#include "common/text/article.h"

enum rescue_fate {
    RESCUE_WHOLE,    /* as it was stored */
    RESCUE_DOUBTFUL, /* its body is, but not all that belongs to it is sure */
    RESCUE_LOST
};

/* What is not sure of a doubtful article. */
enum rescue_doubt {
    DOUBT_NAME = 1,     /* id and title: as they can be read, or "" */
    DOUBT_CATEGORY = 2, /* left out */
    DOUBT_DATE = 4,     /* left out */
    DOUBT_DETAILS = 8,  /* source, author, tags, summary ...: as they can be read */
    DOUBT_HASH = 16     /* all of it is as checksums have it, but the hash of all is another */
};

struct rescued_article {
    uint32_t doc;
    enum rescue_fate fate;
    unsigned doubts;
    /* Of a lost one only id and title, "" where they are lost as well. */
    struct article article;
    const char *reason; /* why it is lost, or what is damaged */
    bool flags_right;   /* that the title is derived is sure, or that it is not */
};

struct rescued_name {
    struct text id, title;
    bool right; /* rests on right pages */
};

/* A walk through a segment. */
struct segment_rescue {
    struct columns columns;
    const struct rescued_frame *columns_file, *text_file; /* NULL: there is none */
    bool has_columns;     /* else articles have no names, and are as many as records */
    bool without_text;    /* records have no bodies */
    bool belong_together; /* both files are this segment's without a doubt */
    const struct rescue_segment *from;
    bool with_deleted; /* set it to walk through deleted articles too */
    uint32_t docs;     /* 0 where it is not known and there are no columns */
    uint32_t doc;      /* comes next */
    struct rescue_blocks names, text;
    struct rescued_name held_names[NAMES_IN_BLOCK]; /* of the block at hand */
    uint32_t held_count;
    uint32_t next_block; /* where the record behind the last one found starts */
    size_t next_offset;
    bool next_known;
    bool gap; /* records without columns are missing: those behind have lost their numbers */
};

/* The segment has to outlive it. */
void segment_rescue_open(struct segment_rescue *r, const struct rescue_segment *from,
                         bool without_text);
void segment_rescue_close(struct segment_rescue *r);

/* The next article, deleted ones left out: BF_OK, or BF_END. Strings are the
 * arena's, the reason is static. */
int segment_rescue_next(struct segment_rescue *r, struct arena *arena, struct rescued_article *out);

#endif
