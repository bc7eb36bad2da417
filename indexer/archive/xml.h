/*
 * xml.h - the one door to expat: a record's XML as a tree.
 *
 * expat runs with its limits on and is told of no external entity, so it opens
 * none; entities of the internal subset may grow a record only so far. What
 * expat refuses is read again by a lenient reader (xml_lenient.h): people's
 * feeds have raw "&", HTML that is not closed, prefixes that nobody declared.
 *
 * Names lose their prefix: their namespace is one that the formats know, or
 * XML_OTHER. An element without a prefix whose namespace is not known is
 * XML_PLAIN, as one without a namespace. A prefix that is not declared means
 * what it usually means.
 */
#ifndef ARCHIVE_XML_H
#define ARCHIVE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"
#include "common/base/mem.h"
#include "indexer/archive/parser.h"

#define XML_MOST_DEPTH      256
#define XML_MOST_NODES      ((size_t)1 << 19)
#define XML_FREE_TEXT_BYTES ((size_t)4 << 20) /* that entities may add to a record */

enum xml_space {
    XML_PLAIN, /* none, the format's own, or one of RSS */
    XML_OTHER,
    XML_ATOM,
    XML_RDF,
    XML_DC,      /* Dublin Core, both sets of terms */
    XML_CONTENT, /* content:encoded */
    XML_MEDIA,
    XML_ITUNES,
    XML_XHTML,
    XML_WP,      /* WordPress export */
    XML_EXCERPT, /* excerpt:encoded */
    XML_FEEDBURNER,
    XML_XML, /* xml:lang, xml:base */
};

struct xml_attribute {
    enum xml_space space;
    const char *name;
    const char *value;
    const struct xml_attribute *next;
};

/* An element, or a run of text. */
struct xml_node {
    enum xml_space space;
    const char *name; /* NULL: a text */
    const char *text; /* of a text; terminated */
    size_t len;
    const struct xml_attribute *attributes;
    struct xml_node *parent, *first, *last, *next;
};

/*
 * Reads the record and the context that xml_split.h gives it. *record_node is
 * its element, whose parents are its context. The tree lives until the
 * parser's next record. BF_OK, or BF_ERR_INPUT with the problem's reason: too
 * deep, too many elements, entities that expand too far, or no element at all.
 * problem->markup_repaired says that it was ill-formed and is read leniently.
 */
int xml_read(struct archive_parser *parser, const struct record *record,
             const struct xml_node **record_node, struct record_problem *problem);

/* What a parser keeps in parser->xml. NULL does nothing. */
struct xml_reader;
void xml_reader_free(struct xml_reader *reader);

/* --- looking at a tree; names in any case --- */

bool xml_is(const struct xml_node *node, enum xml_space space, const char *name);

/* The first such child, or the next such sibling; NULL when there is none. */
const struct xml_node *xml_child(const struct xml_node *node, enum xml_space space,
                                 const char *name);
const struct xml_node *xml_sibling(const struct xml_node *node, enum xml_space space,
                                   const char *name);

/* Next in document order below `top`, which is its own first; NULL at the end. */
const struct xml_node *xml_walk(const struct xml_node *node, const struct xml_node *top);

/* The value of an attribute without prefix, or NULL; the one with xml:name
 * that is nearest, on the node or above it. */
const char *xml_attribute(const struct xml_node *node, const char *name);
const char *xml_inherited(const struct xml_node *node, const char *name);

/* Whether any text below the node is more than white space. */
bool xml_has_text(const struct xml_node *node);

/* Adds all text below the node, without the tags; or with them, as HTML. */
void xml_add_text(const struct xml_node *node, struct buf *out);
void xml_add_markup(const struct xml_node *node, struct buf *out);

#endif
