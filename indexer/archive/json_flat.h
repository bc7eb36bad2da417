/*
 * json_flat.h - the usual record, read where it stands: an object whose values
 * are strings, whole numbers and bare words.
 *
 * json-c (json.h) makes an object of every value, which costs more than looking
 * up the words of the text. Here nothing is made but the text of strings
 * with escapes. What is seldom or wrong is left to json-c: nested values,
 * fractions, escapes in names, surrogates, a name of the article's given
 * twice, any error. What is taken is offered as json_offer_members would.
 */
#ifndef ARCHIVE_JSON_FLAT_H
#define ARCHIVE_JSON_FLAT_H

#include <stdbool.h>

#include "common/base/bytes.h"
#include "indexer/archive/article_fields.h"

/* Offers every member that the map knows; false when the text, valid UTF-8, is not of
 * the kind, and then *raw may hold some of it. What is offered lies in the
 * text or the arena. */
bool json_flat_offer(struct bytes text, const struct field_map *map, struct arena *arena,
                     struct raw_fields *raw);

#endif
