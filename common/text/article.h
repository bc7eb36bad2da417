/*
 * article.h - an article as an archive describes it, whatever the format.
 *
 * Strings are valid UTF-8, terminated, never NULL ("" where the archive says
 * nothing), and belong to the arena that the reader was given. A number that
 * the archive does not give is -1.
 */
#ifndef TEXT_ARTICLE_H
#define TEXT_ARTICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/date.h"
#include "common/base/mem.h"

struct article {
    const char *id;
    const char *title;
    const char *body; /* distinct paragraphs only, after article_set_body */
    size_t body_len;
    const char *url;
    const char *category;
    const char *source;
    const char *author; /* several: "A, B" */
    const char *tags;   /* several: "a, b" */
    const char *language;
    const char *summary;
    const char *similar; /* titles that the archived page listed, one a line */
    struct date date;    /* when it was published */
    struct date created;
    struct date updated;
    struct date last_read;
    int64_t read_count;
    int64_t words;         /* white-space separated words of the distinct paragraphs */
    int64_t stated_words;  /* as the archive counts them, whatever it counts */
    bool title_is_derived; /* the archive has no title: this is the body's beginning */
};

/* Nothing said: every string "", every number -1, every date unknown. */
void article_init(struct article *a);

/*
 * Sets body and words from the text as it came: line ends become \n, blanks
 * at the ends of lines go, and a paragraph that repeats an earlier one of the
 * text counts once. Paragraphs are separated by blank lines where the text
 * has any, and are its lines where it has none; one blank line stands between
 * them, or none. Returns the number of paragraphs dropped.
 */
size_t article_set_body(struct article *a, struct arena *arena, const char *text, size_t len);

/* The words of a text: maximal runs of bytes that are not white space. One
 * with Chinese, Japanese or Korean characters (scripts.h) counts as many as it
 * has of them. */
int64_t count_words(const char *text, size_t len);

#endif
