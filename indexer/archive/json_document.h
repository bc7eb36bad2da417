/*
 * json_document.h - JSON that is not cut into lines: a list of articles, the
 * same inside an object, or objects one behind the other, on any number of
 * lines.
 *
 *   [{...}, {...}]                                  each element a record
 *   {"status": "ok", "articles": [{...}, {...}]}    the same; what stands
 *   {"response": {"docs": [{...}]}}                 before the list is the
 *   {"version": "https://jsonfeed.org/version/1.1", records' context
 *    "title": "...", "items": [{...}]}
 *   {...} {...}                                     each object a record
 *
 * An object with such a list is an article all the same where it has a text of
 * its own, before the list or within a mebibyte behind it, or a title and the
 * list's objects do not look like articles.
 *
 * The text is never held as a whole: only the record at hand is, up to the
 * limit. An element that is damaged costs only itself: the next one is looked
 * for where the first member's name of the last good one stands behind a
 * comma, or, of objects one behind the other, where a line begins with "{".
 */
#ifndef ARCHIVE_JSON_DOCUMENT_H
#define ARCHIVE_JSON_DOCUMENT_H

#include "indexer/archive/archive.h"

extern const struct archive_format json_document_format;

#endif
