/*
 * html_meta.h - what a page says of its article: JSON-LD, meta elements
 * (OpenGraph, Dublin Core and the names that news sites use), canonical link,
 * <time>, title, first heading, language.
 *
 * JSON-LD ranks before OpenGraph, that before the other meta elements, those
 * before what the page shows. A date that is not understood ranks last.
 */
#ifndef ARCHIVE_HTML_META_H
#define ARCHIVE_HTML_META_H

#include "indexer/archive/article_fields.h"
#include "indexer/archive/html_scan.h"
#include "indexer/archive/json.h"

struct html_meta {
    struct archive_parser *parser;
    struct arena *arena; /* takes what is not in the page as such */
    struct raw_fields *raw;
    struct json_object *linked; /* the JSON-LD that the values below belong to */
    struct json_text linked_body;
    struct raw_value title, heading; /* the title element; the first h1 */
    bool in_title, in_linked_data;
    bool in_heading;
    struct buf heading_text;
};

/* The three must outlive it. */
struct html_meta html_meta_of(struct archive_parser *parser, struct arena *arena,
                              struct raw_fields *raw);

void html_meta_token(struct html_meta *m, const struct html_token *token);

/* After the last token: offers the title, of those that there are. The values
 * offered hold until html_meta_free. */
void html_meta_end(struct html_meta *m);
void html_meta_free(struct html_meta *m);

#endif
