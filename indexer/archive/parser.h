/* parser.h - what one thread keeps between two records; see archive.h. */
#ifndef ARCHIVE_PARSER_H
#define ARCHIVE_PARSER_H

#include "common/base/buf.h"
#include "indexer/archive/archive.h"

struct json_tokener;
struct xml_reader;

struct archive_parser {
    const struct field_map *map;
    enum date_order date_order;
    struct json_tokener *json; /* json.c's; NULL until it is needed */
    struct xml_reader *xml;    /* xml.c's; NULL until it is needed */
    struct buf encoded;        /* the record in UTF-8, when it came as something else */
    struct buf text;           /* scratch of article_fields.c */
};

/* Notes why the record is skipped. Returns BF_ERR_INPUT. */
int skip_record(struct record_problem *problem, enum skip_reason reason, const char *detail);

#endif
