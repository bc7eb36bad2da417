/*
 * warc.h - web archives: WARC 1.0 and 1.1 (ISO 28500), a page a record.
 *
 * Articles are made of responses with status 2xx that hold HTML, of such
 * resources, and of conversions to plain text. All other records are passed
 * over and counted (SKIP_NOT_AN_ARTICLE): requests, metadata, other media,
 * redirects and errors, and revisits, which hold nothing but the name of a
 * record that came before.
 *
 * The URL is the page's own where it names the same host, else the record's;
 * the record's date stands in where the page has none. A record whose length
 * is wrong is damaged; what follows is found by the next "WARC/". Behind a
 * damaged member of a packed archive the next one is looked for.
 */
#ifndef ARCHIVE_WARC_H
#define ARCHIVE_WARC_H

#include "indexer/archive/archive.h"

extern const struct archive_format warc_format;

#endif
