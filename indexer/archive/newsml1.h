/* newsml1.h - NewsML 1.x of the IPTC: an article a NewsItem. */
#ifndef ARCHIVE_NEWSML1_H
#define ARCHIVE_NEWSML1_H

#include "indexer/archive/archive.h"

/*
 * Of an item's components, which may nest, the first headline, byline and text
 * count. The id is the item's public identifier without the revision, so that a
 * later revision replaces an earlier one. An item whose contents are all of
 * other media is no article. A status of canceled withdraws the article.
 */
extern const struct archive_format newsml1_format;

#endif
