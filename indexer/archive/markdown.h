/*
 * markdown.h - a text in Markdown, with or without front matter: one article a
 * file. Without, it is known by the heading that it begins with.
 *
 * The title is the front matter's, else the first heading, which then is no
 * part of the body.
 */
#ifndef ARCHIVE_MARKDOWN_H
#define ARCHIVE_MARKDOWN_H

#include "indexer/archive/archive.h"

extern const struct archive_format markdown_format;

#endif
