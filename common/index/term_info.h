/* term_info.h - what the dictionary knows of a term: its counts and where its lists are. */
#ifndef INDEX_TERM_INFO_H
#define INDEX_TERM_INFO_H

#include <stdint.h>

struct term_info {
    uint32_t ordinal;                       /* the term's number in its segment, in byte order */
    uint32_t df;                            /* articles that have it, deleted ones included */
    uint64_t cf;                            /* its occurrences in them */
    uint64_t postings_at, postings_bytes;   /* in the postings section; 0 bytes when df is 1 */
    uint64_t positions_at, positions_bytes; /* in the positions section; 0 bytes when cf is 1 */
    uint32_t single_doc;                    /* when df is 1: the article, */
    uint32_t single_position;               /* and, when cf is 1 too, the position */
};

#endif
