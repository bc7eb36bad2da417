/* jsonl.h - JSON Lines: one article an object, one object a line. */
#ifndef ARCHIVE_JSONL_H
#define ARCHIVE_JSONL_H

#include "indexer/archive/archive.h"

/*
 * Lines of white space only are passed over. Of two equal keys in one object
 * the last counts, as in most readers of JSON; of two keys that field_map.h
 * takes for one name, the first that is not empty. A value may be a string, a
 * number, a list of these, or an object with a "name"; null, NaN and the
 * empty string count as not given, and so do true and false.
 */
extern const struct archive_format jsonl_format;

/* What a parser keeps in parser->json. NULL does nothing. */
struct json_tokener;
void jsonl_tokener_free(struct json_tokener *tokener);

#endif
