/*
 * json_article.h - a JSON object to an article, however its record was cut.
 *
 * Members are found by name (field_map.h); of two equal names the last
 * counts, as in most readers of JSON; of two that are one to field_map.h, the
 * first that is not empty. Besides, these shapes are known:
 *
 *   ninjs 2, 3        "headlines", "descriptions", "bodies": lists of {"role",
 *                     "contenttype", "value"}; the main headline is the title
 *   TREC Washington   "contents": a list of {"type", "mime", "content"}; the
 *   Post              paragraphs are the body, the kicker the category
 *   WordPress         {"rendered": HTML} as title, content and excerpt
 *   Elasticsearch,    the members of "_source", "attributes" and "fields" too,
 *   JSON:API, ...     where the object itself has none of that field
 *
 * A record's context is an object whose language, source and authors hold
 * for its articles, and so does the title of a JSON Feed, as their source.
 */
#ifndef ARCHIVE_JSON_ARTICLE_H
#define ARCHIVE_JSON_ARTICLE_H

#include "indexer/archive/archive.h"

/* archive_format.parse of JSON. */
int json_article_parse(struct archive_parser *parser, const struct record *record,
                       struct arena *arena, struct article *out, struct record_problem *problem);

#endif
