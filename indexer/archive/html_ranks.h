/* html_ranks.h - whose word counts first, of all that a page says of a field. */
#ifndef ARCHIVE_HTML_RANKS_H
#define ARCHIVE_HTML_RANKS_H

enum {
    RANK_LINKED_DATA = 0,
    RANK_CANONICAL = 90, /* the link element that says so */
    RANK_META = 100,     /* and the place in the table of names */
    RANK_LINKED_URL = 250,
    RANK_TIME = 300,
    RANK_SHOWN = 400,
    RANK_GIVEN = 500,     /* what the archive says, not the page */
    RANK_UNREADABLE = 900 /* added to that of a date nobody can read */
};

#endif
