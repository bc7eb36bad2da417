/*
 * main_text.h - the article's text in a page, without what stands round it.
 *
 * The page comes token by token (html_scan.h) and is kept as a list of
 * paragraphs, with how much of each is links and whether it stands in a part
 * that is not the article: by its element (nav, aside, footer, ...), its role,
 * or the words of its class (boilerplate.h). No tree is built: of the open
 * elements, the first 512 are known, and an element that is deeper counts as
 * part of the last.
 *
 * A paragraph of prose gives points, by its length and its commas. Of every
 * element that can hold an article it is known how many points are in it, and
 * how many pieces that are no prose. An element that says it holds the article
 * (itemprop, article, a class such as entry-content, main) wins when it has
 * enough of the prose; else the one with the most prose and the least beside
 * it. From the winner come the paragraphs that are mostly no links, and do not
 * read as part of the page; headings where text follows them.
 */
#ifndef ARCHIVE_MAIN_TEXT_H
#define ARCHIVE_MAIN_TEXT_H

#include "common/base/buf.h"
#include "indexer/archive/html_scan.h"

struct main_text;
struct main_text *main_text_new(void);
void main_text_free(struct main_text *m); /* NULL does nothing */

void main_text_token(struct main_text *m, const struct html_token *token);

/* Adds the text to out, after the last token. A first heading that repeats the
 * title is left out. */
void main_text_write(struct main_text *m, struct span title, struct buf *out);

#endif
