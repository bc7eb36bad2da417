/*
 * html_page.h - a saved web page in HTML: one article a file.
 *
 * What the page says of its article is html_meta.h's, the text main_text.h's;
 * a canonical URL that is only a front page is left out;
 * the articleBody of JSON-LD counts where it is about as long or longer. The
 * encoding is the byte-order mark's, else the one declared in the first 4 KiB,
 * or further on where the bytes are no UTF-8; else UTF-8 or windows-1252, by
 * the bytes.
 */
#ifndef ARCHIVE_HTML_PAGE_H
#define ARCHIVE_HTML_PAGE_H

#include "indexer/archive/article_fields.h"
#include "indexer/archive/span.h"

extern const struct archive_format html_page_format;

/* What an archive says of a page beside its bytes. */
struct page_origin {
    struct span charset; /* of the transport; p is NULL where there is none */
    struct span id;      /* p is NULL: the URL makes it */
    struct span url;     /* where it was fetched */
    struct span date;    /* when: stands in for a missing one */
};

/* How sure it is, 0..100, that the bytes begin a page. */
int html_page_recognise(const char *head, size_t len);

/* As archive_parse, of a page's bytes. */
int html_page_parse(struct archive_parser *parser, struct span page,
                    const struct page_origin *origin, struct arena *arena, struct article *out,
                    struct record_problem *problem);

#endif
