/* newsml_content.h - what stands inline in an item of NewsML, of any version. */
#ifndef ARCHIVE_NEWSML_CONTENT_H
#define ARCHIVE_NEWSML_CONTENT_H

#include "indexer/archive/xml_fields.h"

/*
 * Offers the text that the element holds: NITF with all it says, XHTML, or plain
 * text; other vocabularies are no text. What is there of title, date and the like
 * ranks behind what the item says. *found tells whether there was any text.
 * BF_OK, or BF_ERR_INPUT when the content says that it is not to be published.
 */
int newsml_offer_content(struct xml_fields *f, const struct xml_node *content, bool *found,
                         struct record_problem *problem);

/* The last part of "stat:canceled", "http://cv.iptc.org/.../canceled" or
 * "Canceled"; NULL for NULL. */
const char *newsml_code(const char *code);

/* Offers the status that the code states. An item that is canceled needs its
 * id and dates only. BF_ERR_INPUT when it is withheld. */
int newsml_offer_status(struct xml_fields *f, const char *code, bool *canceled,
                        struct record_problem *problem);

#endif
