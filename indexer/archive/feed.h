/*
 * feed.h - RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF, and the WordPress
 * export that is RSS with more: an article an item.
 */
#ifndef ARCHIVE_FEED_H
#define ARCHIVE_FEED_H

#include "indexer/archive/archive.h"

/*
 * Elements are known by their namespace, under any prefix. The full text
 * (content:encoded, Atom's content, XHTML's body) is the body, and the
 * description or summary the summary; without a full text it is the body. The
 * feed's title, or that of the feed that an item was taken from, is the source;
 * categories, subjects and keywords are tags.
 *
 * A guid that is a URL and a permalink is an id in its canonical form, as is
 * the link of an item without a guid; another guid that is a URI is taken as
 * it is. A guid of any other form ("1234") may occur in other feeds too: the
 * link goes before it, unless it is the feed's own. That one is no item's, and
 * left out where there is no guid.
 *
 * Of a WordPress export, posts, pages and other types with a text are read
 * where they are published and have no password; one in the trash is taken
 * back. Attachments, menus and revisions are no articles.
 */
extern const struct archive_format feed_format;

#endif
