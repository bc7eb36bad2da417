/*
 * output.h - text made safe for people to read; for programs, see escape.h.
 *
 * An article's text can hold anything: quotes, line breaks, escape sequences
 * that rewrite a terminal, damaged UTF-8. Every function here adds to `out`
 * text that is valid UTF-8 and cannot leave its place. Damaged sequences
 * become U+FFFD, one for each maximal subpart (utf8.h).
 */
#ifndef QUERY_OUTPUT_H
#define QUERY_OUTPUT_H

#include <stddef.h>

#include "common/base/buf.h"

/* For a terminal, within a line: every line break and tab is a blank, other
 * controls (ESC and C1 among them) and bidirectional overrides are left out. */
void output_terminal(struct buf *out, const char *text, size_t len);

/* What switches bold on and off. Whether a terminal is there and wants it
 * (isatty, NO_COLOR) is for the caller to decide. */
struct output_style {
    const char *bold;
    const char *normal;
};

extern const struct output_style output_style_plain; /* nothing */
extern const struct output_style output_style_ansi;

/* A part of a text, as byte offsets. */
struct output_range {
    size_t start, end;
};

struct output_layout {
    size_t width;  /* columns of a line, its indent included; 0: no line ends before the text */
    size_t indent; /* blanks before every line */
    struct output_style style;
};

/*
 * A paragraph for people: runs of blanks count as one, lines are broken
 * between words and between ideographs, and end with a newline. A word wider
 * than a line has one of its own. The bold ranges are in order, apart, and
 * count bytes of the text as given. Nothing is written for a text without
 * words. What reaches `out` besides the style's codes is as output_terminal.
 */
void output_paragraph(struct buf *out, const char *text, size_t len,
                      const struct output_range *bold, size_t bold_count,
                      const struct output_layout *layout);

/* A whole body: each of its lines is a paragraph, a run of empty lines is one. */
void output_paragraphs(struct buf *out, const char *text, size_t len,
                       const struct output_layout *layout);

#endif
