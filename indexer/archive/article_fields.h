/*
 * article_fields.h - from the values of a record to a clean article, the same
 * way for every format.
 *
 * A format offers the values it finds, as UTF-8 text that stays where it is;
 * finish_article then chooses, cleans and copies. In lines (titles, names, ...)
 * and dates character references are decoded; in lines white space and control
 * characters become single spaces, and in a body each control character becomes
 * a space. Marks that are not read (invisible.h) go from both.
 */
#ifndef ARCHIVE_ARTICLE_FIELDS_H
#define ARCHIVE_ARTICLE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/archive/parser.h"

#define DERIVED_TITLE_CHARACTERS 120

struct raw_value {
    const char *text; /* NULL: not given */
    size_t len;
    unsigned rank;
};

/* An all-zero struct holds no values. */
struct raw_fields {
    struct raw_value of[FIELDS];
};

/* Keeps the value when it is not blank and none of an earlier name is there. */
void offer_value(struct raw_fields *raw, enum field field, unsigned rank, const char *text,
                 size_t len);

/* Whether a text is a date, as the parser's user says that dates are written. */
bool is_readable_date(const struct archive_parser *parser, const char *text, size_t len);

/* For formats that do not say what a body is: one that begins with a tag and
 * has an end tag of HTML in it is HTML. */
void find_body_markup(struct raw_fields *raw);

/* Sets *out, in the arena. BF_OK, or BF_ERR_INPUT with the problem's reason:
 * no text, withheld, or an id that is too long. A status of "canceled"
 * withdraws the article, which needs no text then. */
int finish_article(struct archive_parser *parser, const struct raw_fields *raw, struct arena *arena,
                   struct article *out, struct record_problem *problem);

#endif
