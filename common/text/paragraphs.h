/*
 * paragraphs.h - the paragraphs of a stored body, one after the other.
 *
 * They are separated by blank lines where the body has any, and are its lines
 * where it has none: what article_set_body (article.h) has left between them.
 */
#ifndef TEXT_PARAGRAPHS_H
#define TEXT_PARAGRAPHS_H

#include <stdbool.h>
#include <stddef.h>

struct paragraphs {
    const char *p, *end; /* what is still to come */
    bool by_line;
};

struct paragraphs paragraphs_of(const char *body, size_t len);

/* The next paragraph, without the line ends round it; false at the end. */
bool paragraphs_next(struct paragraphs *it, const char **start, size_t *len);

#endif
