/*
 * copies_find.h - finding the groups of copies of an archive.
 *
 * Articles are taken from the longest to the shortest. One that is a copy of
 * a leader joins the leader it is most like; any other becomes a leader. So
 * every article of a group is a copy of its leader, and no chain of copies of
 * copies can join two stories. (Order: windows, sketch, date, id; the numbers
 * of articles play no part, and so neither do segments and threads.)
 *
 * Two articles are copies when their sketches (sketch.h) say so:
 *
 *                        within three days      otherwise
 *     resemblance            COPY_NEAR_...       COPY_FAR_...   shared / all windows
 *     or containment         COPY_NEAR_...       COPY_FAR_...   shared / windows of the shorter
 *     same headline          any hash shared     no part
 *     same body              always              always
 *
 * Two articles without dates count as within three days of each other, one without and one
 * with a date do not.
 *
 * Containment is looked at where the longer has at most COPY_MOST_RATIO times
 * the windows of the shorter. Articles with fewer than SKETCH_HASHES different
 * windows, or COPY_LEAST_HASHES without boilerplate, say too little to tell one story from the
 * next: they are copies within three days only, when they share COPY_SMALL_RESEMBLANCE; or under
 * one headline, whatever they share, as they hardly have more.
 *
 * Candidates are the leaders that share hashes with the article: no other
 * pair is looked at. Of a hash that more than COPY_MOST_SHARERS articles have,
 * only as many of those next to the article in the order are looked at.
 */
#ifndef INDEX_COPIES_FIND_H
#define INDEX_COPIES_FIND_H

#include "common/index/snapshot.h"

#define COPY_NEAR_SECONDS      (3 * 86400)
#define COPY_NEAR_RESEMBLANCE  45 /* of a hundred */
#define COPY_NEAR_CONTAINMENT  75
#define COPY_FAR_RESEMBLANCE   60
#define COPY_FAR_CONTAINMENT   90
#define COPY_SMALL_RESEMBLANCE 80
#define COPY_LEAST_WORDS       5 /* of a body that says something: "(more)" does not */
#define COPY_MOST_RATIO        4
#define COPY_LEAST_HASHES      6 /* of the shorter, to judge containment by */
#define COPY_LEAST_SHARED      3 /* hashes; any number under one headline */
#define COPY_MOST_SHARERS      64

/* An article as far as it matters for its copies. */
struct copy_node {
    uint32_t doc;         /* global number */
    uint32_t segment;     /* and where the rest is known: its id */
    struct sketch sketch; /* without boilerplate, once boilerplate_take_off was there */
    uint32_t reach;       /* no window above it is in the sketch; UINT32_MAX: all are */
    int64_t date;         /* DATE_NONE when unknown */
    uint64_t headline;    /* headline.h */
    uint64_t body_hash;   /* 0 for a body of fewer than COPY_LEAST_WORDS */
};

/* All live articles, in any order. The columns have been verified. The caller
 * frees *nodes. */
int copies_nodes(const struct snapshot *s, struct copy_node **nodes, size_t *count,
                 struct error *err);

/* Puts them in the order in which they are taken. */
void copies_order(const struct snapshot *s, struct copy_node *nodes, size_t count);

/* How much alike two articles are: 0 when they are not copies, at most 100. */
unsigned copies_likeness(const struct copy_node *a, const struct copy_node *b);

/* The groups: leaders[i], the node that leads node i, itself where it leads. */
void copies_group(const struct copy_node *nodes, size_t count, uint32_t *leaders);

#endif
