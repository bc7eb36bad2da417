/* html_elements.h - the elements of HTML, as far as text goes round them. */
#ifndef ARCHIVE_HTML_ELEMENTS_H
#define ARCHIVE_HTML_ELEMENTS_H

#include "indexer/archive/span.h"

/* What stands between the text before a tag and the text behind it; of several,
 * the greatest. */
enum html_gap { GAP_NONE, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH };

enum html_traits {
    HTML_VOID = 1,       /* has no end tag */
    HTML_SPECIAL = 2,    /* end tags of other elements do not reach beyond it */
    HTML_CONTAINER = 4,  /* may hold an article's paragraphs */
    HTML_ENDS_P = 8,     /* its start tag ends an open paragraph */
    HTML_HEADING = 16,   /* h1 to h6 */
    HTML_DOUBTFUL = 32,  /* seldom part of an article's text */
    HTML_APART = 64,     /* not part of the article that it stands beside */
    HTML_NO_TEXT = 128,  /* what it holds is not shown, or is not prose */
    HTML_PARAGRAPH = 256 /* holds one paragraph, or a part of one */
};

struct html_element {
    const char *name; /* in lower case; "" for the elements that are not known */
    enum html_gap gap;
    unsigned traits; /* of enum html_traits */
};

/* Never NULL. */
const struct html_element *html_element_named(struct span name);

#endif
