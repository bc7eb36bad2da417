/* main_text_parts.h - what main_text.c collects and main_text_choose.c chooses from. */
#ifndef ARCHIVE_MAIN_TEXT_PARTS_H
#define ARCHIVE_MAIN_TEXT_PARTS_H

#include "indexer/archive/html_elements.h"
#include "indexer/archive/main_text.h"

#define MOST_OPEN 512

/* How far a piece is from being the article's text. */
enum distance {
    IN_TEXT,
    IN_DOUBT, /* by the words of a class, or in a header */
    APART,    /* by its element or role */
    NOT_TEXT, /* not shown */
};
#define TRUSTS 2 /* scores are kept with and without what is in doubt */

/* What an element says it is. */
enum claim { CLAIM_NONE, CLAIM_MAIN, CLAIM_ARTICLE, CLAIM_BODY, CLAIMS };

/* A paragraph, or a part of one. */
struct piece {
    size_t start, len; /* in main_text.text */
    size_t links;      /* bytes of it that are links */
    enum html_gap gap; /* between it and the piece before */
    enum distance distance;
    unsigned char heading; /* 1 to 6, or 0 */
};

struct weight {
    double prose; /* points of the paragraphs that read as an article's */
    double other; /* lists of links, scraps, calls to subscribe: how many */
};

/* An element that may be the one. */
struct candidate {
    size_t first, end; /* its pieces */
    struct weight sum; /* of all that is in it */
};

struct open_element {
    const struct html_element *element;
    struct span name;
    enum distance distance;
    enum claim claim;
    size_t first_piece;
    struct weight before[TRUSTS]; /* on the page, when it opened */
};

struct main_text {
    struct buf text;
    struct piece *pieces;
    size_t count, capacity;
    struct open_element open[MOST_OPEN];
    size_t depth;
    size_t too_deep;      /* open elements beyond */
    size_t in_links;      /* open <a> */
    size_t in_paragraphs; /* open <p> */
    bool seen_body;
    bool in_piece;
    bool after_break; /* a <br> came last */
    enum html_gap gap;
    struct weight sum[TRUSTS];
    struct candidate best[TRUSTS];
    struct candidate claimed[TRUSTS][CLAIMS];
};

/* After the last token: closes what is open. */
void main_text_end(struct main_text *m);

#endif
