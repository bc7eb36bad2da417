/*
 * boilerplate.h - what pages call the parts of theirs that are not the
 * article, and how the short texts read that stand in them.
 */
#ifndef ARCHIVE_BOILERPLATE_H
#define ARCHIVE_BOILERPLATE_H

#include "indexer/archive/span.h"

/* Whether a class or id names such a part: one of the words in it does, as in
 * "site-nav", "shareBar", "cookie_banner". */
bool names_boilerplate(struct span names);

/* Whether a class or id names the article's text: "article-body",
 * "entry-content", "c-story__body". */
bool names_article_text(struct span names);

/* Whether one of the classes hides what it is given to. */
bool names_hidden(struct span names);

/* Whether role="..." sets the element apart from the article. */
bool is_role_apart(struct span role);

/* Whether a short paragraph is about the page and not of the article:
 * "Advertisement", "Read more: ...", "We use cookies ..." */
bool reads_as_boilerplate(struct span paragraph);

#endif
