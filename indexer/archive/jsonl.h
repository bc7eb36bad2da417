/* jsonl.h - JSON Lines: one article an object, one object a line. */
#ifndef ARCHIVE_JSONL_H
#define ARCHIVE_JSONL_H

#include "indexer/archive/archive.h"

/*
 * Lines of white space only are passed over. Of two equal keys in one object
 * the last counts, as in most readers of JSON; of two keys that field_map.h
 * takes for one name, the first that is not empty. json.h says which values
 * count.
 */
extern const struct archive_format jsonl_format;

#endif
