/*
 * table.h - CSV and TSV with a header: one article a row.
 *
 * A field may stand in quotes as RFC 4180 has it: then it may hold delimiters,
 * line ends, and quotes written twice. Files in the wild also hold quotes that
 * mean nothing, so a quote ends a field only where a delimiter or a line end
 * follows, and a row that has the wrong number of fields with its quotes, but
 * the right one on its first line without them, is that line. The header's
 * names are found as field_map.h has them; other columns are passed over.
 *
 * A row with fewer fields than the header, or with more that are not empty,
 * is skipped: which field is missing cannot be known.
 *
 * A record is a row; its context is the delimiter and the header.
 */
#ifndef ARCHIVE_TABLE_H
#define ARCHIVE_TABLE_H

#include "indexer/archive/archive.h"

extern const struct archive_format csv_format; /* delimiter "," ";" or "|" */
extern const struct archive_format tsv_format; /* delimiter tab */

#endif
