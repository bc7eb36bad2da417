/*
 * salvage_report.h - what a salvage found, for people or as JSON, and a file
 * of the articles that were lost.
 *
 * For people, each finding is a line on standard output as it is made, and a
 * summary comes last. As JSON, one object with all of it comes at the end. The
 * file has one object a line:
 *
 *   {"segment":3,"article":17,"id":"a-17","title":"Rain","fate":"lost","unsure":[],
 *    "reason":"does not decompress"}
 */
#ifndef INDEXER_SALVAGE_REPORT_H
#define INDEXER_SALVAGE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/index/rescue_article.h"

enum salvage_taken { TAKEN_WHOLE, TAKEN_AGAIN, TAKEN_NOT };

/* What came of a segment. */
struct salvage_segment {
    uint64_t number;
    enum salvage_taken taken;
    const char *problem; /* NULL for a whole one */
    unsigned mended;     /* wrong bytes of its files that were put right */
    uint64_t articles;   /* that are in the new index, doubtful ones included */
    uint64_t doubtful;   /* not all that belongs to them is sure */
    uint64_t lost;       /* that are known of */
    bool uncounted;      /* more are lost, nobody knows how many */
    bool deletions_lost; /* articles may have come back */
    /* Without text the sketches were damaged: what tells copies was derived, what
     * tells boilerplate is lost. */
    bool sketches_derived;
};

/* What came of all. */
struct salvage_counts {
    uint32_t segments[TAKEN_NOT + 1]; /* by enum salvage_taken */
    uint64_t whole;                   /* articles of whole segments */
    uint64_t again;                   /* of others, as they were */
    uint64_t doubtful, lost;
    uint64_t repeated; /* left out: another article of that id stays */
    bool uncounted, deletions_lost, sketches_derived;
    uint64_t articles; /* in the new index */
};

struct salvage_report {
    bool quiet; /* the summary alone */
    bool json;
    struct error manifest_problem; /* code 0: none */
    const char *lost_path;         /* NULL: no file */
    int lost_fd;
    struct buf lost;     /* of that file, not yet written */
    struct buf segments; /* JSON of those so far */
    struct error err;    /* of that file, the first */
    struct salvage_counts counts;
};

/* Empties or makes the file of lost articles, or takes standard output for
 * "-"; BF_ERR_SYSTEM when it cannot, and then the report must not be finished. */
int salvage_report_open(struct salvage_report *r, bool quiet, bool json, const char *lost_path,
                        struct error *err);

/* The manifest is damaged; `lost`: and not to be put right. */
void salvage_report_manifest(struct salvage_report *r, const struct error *problem, bool lost);

/* An article that is lost or doubtful. */
void salvage_report_article(struct salvage_report *r, uint64_t segment,
                            const struct rescued_article *a);

void salvage_report_segment(struct salvage_report *r, const struct salvage_segment *s);

/* Writes what the file of lost articles has so far; what went wrong with it. */
int salvage_report_flush(struct salvage_report *r, struct error *err);

/* The end: the summary, unless rc says that the salvage failed, and the file
 * closed. rc, or what went wrong with that file. */
int salvage_report_finish(struct salvage_report *r, int rc, struct error *err);

/* Whether the new index lacks anything that the old one had. */
bool salvage_lost_something(const struct salvage_counts *c);

#endif
