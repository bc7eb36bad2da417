/*
 * front_matter.h - what stands before the text of a Markdown file.
 *
 *   ---                 +++                    {                 Title: A title
 *   title: A title      title = "A title"        "title": "A"    Date: 2020-01-02
 *   tags: [a, b]        tags = ["a", "b"]      }
 *   ---                 +++                                      Text.
 *   Text.               Text.                  Text.
 *
 * YAML and TOML as far as articles use them: keys with scalars, with lists in
 * one line or of lines, and with texts of several lines (| and >, and TOML's
 * three quotes); of a key with keys below it, the "name" counts. Tables of TOML
 * only group keys. The last form, without marks, needs a title and a date.
 */
#ifndef ARCHIVE_FRONT_MATTER_H
#define ARCHIVE_FRONT_MATTER_H

#include "indexer/archive/article_fields.h"
#include "indexer/archive/span.h"

enum front_matter_kind { FRONT_NONE, FRONT_YAML, FRONT_TOML, FRONT_JSON, FRONT_HEADERS };

struct front_matter {
    enum front_matter_kind kind;
    struct span text; /* without its marks */
    struct span rest; /* what stands behind it; all where there is none */
};

struct front_matter front_matter_of(struct span document);

/* Offers the values whose keys the parser's map knows. They lie in the arena.
 * *draft says whether the file calls itself one, or not published. BF_OK, or BF_ERR_INPUT for
 * JSON that is none. */
int front_matter_offer(const struct front_matter *f, struct archive_parser *parser,
                       struct arena *arena, struct raw_fields *raw, bool *draft,
                       struct record_problem *problem);

#endif
