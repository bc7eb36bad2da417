/* linked_data.h - the article that a page describes in JSON-LD (schema.org). */
#ifndef ARCHIVE_LINKED_DATA_H
#define ARCHIVE_LINKED_DATA_H

#include "indexer/archive/json.h"
#include "indexer/archive/span.h"

/*
 * Offers what the first article in the JSON says, before all other ranks. The
 * values belong to *root, which is the caller's to release; it is NULL when
 * there is no article, no JSON, or more than a mebibyte of it. *body gets the articleBody.
 */
void linked_data_offer(struct archive_parser *parser, struct span json, struct arena *arena,
                       struct raw_fields *raw, struct json_object **root, struct json_text *body);

#endif
