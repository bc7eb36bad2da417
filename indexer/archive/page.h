/*
 * page.h - the saved page of a reader, as text: one article a file.
 *
 *   paragraphs
 *   Similar Readings (5 items)
 *   titles
 *   Summary
 *   text
 *   Statistics
 *   186
 *   Words1                  the tail's lines run together: "1" and
 *   Read CountDetails       "Read Count" belong together, "Details" begins
 *   ID: ...                 what follows
 *   Category ID: ...        names and values, by field_map.h
 *
 * Any section may be absent. There is no title: the body's first sentence
 * stands for it, unless the details have one.
 */
#ifndef ARCHIVE_PAGE_H
#define ARCHIVE_PAGE_H

#include "indexer/archive/archive.h"

extern const struct archive_format page_format;

#endif
