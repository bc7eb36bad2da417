/* jsonl.h - JSON Lines: one article an object, one object a line. */
#ifndef ARCHIVE_JSONL_H
#define ARCHIVE_JSONL_H

#include "indexer/archive/archive.h"

/* Lines of white space only are passed over; json_article.h reads the others. */
extern const struct archive_format jsonl_format;

#endif
