/*
 * xml_tree.h - makes the tree of xml.h from start tags, end tags and text,
 * whoever reads them.
 */
#ifndef ARCHIVE_XML_TREE_H
#define ARCHIVE_XML_TREE_H

#include "indexer/archive/xml.h"

/* Prefixes that may be declared at once; more are not known. */
#define XML_MOST_BINDINGS 128

struct xml_binding {
    const char *prefix;
    size_t prefix_len;
    enum xml_space space;
    unsigned depth; /* of the element that declares it */
};

struct xml_tree {
    struct arena arena;
    struct xml_node *root;    /* holds the document: no name, no text */
    struct xml_node *current; /* the innermost open element, or root */
    struct buf text;          /* met, and not in a node yet */
    struct xml_binding bindings[XML_MOST_BINDINGS];
    unsigned binding_count;
    unsigned depth; /* of current */
    size_t nodes;
    size_t text_bytes, most_text_bytes;
    enum skip_reason limit; /* the first that was reached, or SKIP_NONE */
};

/* Empties the tree for a document whose text may have so many bytes. */
void xml_tree_begin(struct xml_tree *tree, size_t most_text_bytes);
void xml_tree_free(struct xml_tree *tree);

/* Names have their prefixes; attributes are pairs of name and value, closed by
 * NULL. When a limit is reached tree->limit says so, and all further calls do
 * nothing. */
void xml_tree_start(struct xml_tree *tree, const char *name, const char *const *attributes);
void xml_tree_end(struct xml_tree *tree);
void xml_tree_text(struct xml_tree *tree, const char *text, size_t len);

#endif
