/*
 * xml_fields.h - from the elements of a record to the values of an article.
 *
 * What people write into XML as text is text, HTML, HTML escaped once more
 * than it should be, or elements of XHTML, whatever is declared. All values
 * are copied into the arena.
 */
#ifndef ARCHIVE_XML_FIELDS_H
#define ARCHIVE_XML_FIELDS_H

#include "indexer/archive/article_fields.h"
#include "indexer/archive/xml.h"

struct xml_fields {
    struct raw_fields *raw;
    struct arena *arena;
    const struct field_map *map; /* the names that the user knows fields by */
    enum date_order date_order;
    struct buf scratch; /* the caller's to free */
};

/*
 * A format's parse: reads the record, has its values offered, and finishes the
 * article. What is ill-formed and gives no text counts as invalid XML. `offer`
 * may refuse the record, as archive_parse does.
 */
int xml_parse_record(struct archive_parser *parser, const struct record *record,
                     int (*offer)(struct xml_fields *f, const struct xml_node *node,
                                  struct record_problem *problem),
                     struct arena *arena, struct article *out, struct record_problem *problem);

/* A string, or NULL for none. */
void xml_offer(struct xml_fields *f, enum field field, unsigned rank, const char *text);

/* The text of an element, or NULL for none. */
void xml_offer_text(struct xml_fields *f, enum field field, unsigned rank,
                    const struct xml_node *node);

/* The same, of one line: a title or a summary, where markup leaves its text. */
void xml_offer_line(struct xml_fields *f, enum field field, unsigned rank,
                    const struct xml_node *node);

/* The first that can be read as a date goes before others of any rank. */
void xml_offer_date(struct xml_fields *f, enum field field, unsigned rank,
                    const struct xml_node *node);

/* A body: as FIELD_BODY or FIELD_BODY_HTML. False, with nothing offered, when
 * it is blank. */
bool xml_offer_body(struct xml_fields *f, const struct xml_node *node);

/* Several values in one field: "a, b", each of them once. */
struct xml_list {
    struct buf text;
};
void xml_list_add(struct xml_list *list, const char *text, size_t len);
void xml_list_offer(struct xml_fields *f, enum field field, unsigned rank, struct xml_list *list);

/* Text of an element without blanks at its ends, in the arena; "" for NULL. */
const char *xml_text_of(struct xml_fields *f, const struct xml_node *node);

/* The same where markup leaves its text only. */
const char *xml_line_of(struct xml_fields *f, const struct xml_node *node);

/* "By Jane Doe" without its "By", in the arena. */
const char *xml_without_by(struct xml_fields *f, const char *byline);

#endif
