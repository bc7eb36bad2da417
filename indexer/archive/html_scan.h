/*
 * html_scan.h - HTML as a sequence of tags and texts.
 *
 * The rules are those of HTML's tokenizer (WHATWG, HTML, 13.2.5), with one
 * difference: a tag that never ends is text, and so is all behind it. No tree
 * is built, nothing is looked up twice: the time is linear whatever the
 * markup. Spans point into the document.
 */
#ifndef ARCHIVE_HTML_SCAN_H
#define ARCHIVE_HTML_SCAN_H

#include "indexer/archive/span.h"

enum html_kind {
    HTML_TEXT,     /* with its references */
    HTML_RAW_TEXT, /* of a script, style, ...: what stands there is meant */
    HTML_START_TAG,
    HTML_END_TAG,
    HTML_OTHER /* comment, declaration */
};

struct html_token {
    enum html_kind kind;
    struct span source; /* all of it; of texts, the text */
    struct span name;   /* of a tag, as written */
    struct span attributes;
    bool closes_itself; /* <br/> */
};

struct html_scanner {
    struct span rest;
    struct span raw;  /* the element whose text comes next as it is */
    unsigned foreign; /* depth of svg and math, where other rules hold */
    bool unclosed;    /* no tag ends any more */
};

struct html_scanner html_scan(struct span document);

/* False at the end. */
bool html_next(struct html_scanner *s, struct html_token *token);

struct html_attribute {
    struct span name, value; /* the value with its references, without quotes */
};

/* Takes the first attribute off the rest; false when there is none. */
bool html_next_attribute(struct span *rest, struct html_attribute *attribute);

/* The value of the attribute so named; p is NULL where there is none. */
struct span html_attribute(struct span attributes, const char *name);

#endif
