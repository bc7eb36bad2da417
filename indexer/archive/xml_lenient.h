/*
 * xml_lenient.h - reads XML that is none, as far as it can be told what was
 * meant.
 *
 * An end tag closes what is open inside its element, and nothing where its
 * element is not open; a "&" that begins no reference stands for itself; HTML's
 * named references count; text needs no escape where it looks like no tag. It
 * never fails, and its time is linear for bounded depth.
 */
#ifndef ARCHIVE_XML_LENIENT_H
#define ARCHIVE_XML_LENIENT_H

#include "indexer/archive/xml_tree.h"

/* Adds what the text holds to the tree, which may have elements open. */
void xml_lenient_read(struct xml_tree *tree, const char *text, size_t len);

#endif
