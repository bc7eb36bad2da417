/* newsml_g2.h - the IPTC's NewsML-G2, and the older <newsitem> of Reuters' corpora. */
#ifndef ARCHIVE_NEWSML_G2_H
#define ARCHIVE_NEWSML_G2_H

#include "indexer/archive/archive.h"

/*
 * Each news item is an article, by itself or in a news message, when it is of
 * the class text, of none, or has a text inside it. Pictures, videos, packages,
 * concepts, plans and catalogues are no articles.
 *
 * The guid is the id, so that a later version replaces an earlier one. The date
 * is that of the first version where the item says it, else of the content,
 * else of this version; this version's is the date of modification. Named
 * subjects, keywords and the slug line are tags; the first subject that is a
 * top-level topic of the IPTC's, else the first, is the category. A public
 * status of canceled withdraws the article.
 */
extern const struct archive_format newsml_g2_format;

#endif
