/*
 * html_oracle.h - the scanner of HTML held against gumbo, which builds the
 * tree that browsers build.
 *
 * Of every element that gumbo finds with a start and an end tag in the
 * document, the scanner must have both tags at the same place; what it has of
 * text between them, white space left out, must be gumbo's text of the
 * element. Where gumbo moved things (text out of tables, badly nested markup)
 * there is no element of that text in the document: such are only counted.
 */
#ifndef TESTS_UNIT_HTML_ORACLE_H
#define TESTS_UNIT_HTML_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

struct html_agreement {
    size_t elements; /* compared */
    size_t equal;
    size_t moved;      /* the text is not where gumbo has it: in a repaired part */
    size_t different;  /* neither */
    struct buf report; /* a line for each that is different */
};

/* Adds the document to *a. False when the tests were built without gumbo. */
bool html_compare(const char *html, size_t len, struct html_agreement *a);

#endif
