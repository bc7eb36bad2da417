/*
 * xml_split.h - cuts XML into records: the elements that are articles.
 *
 * The source is scanned once, lexically, and never held beyond one record; its
 * markup is parsed later, record by record (xml.h), so what is ill-formed in
 * one record does not touch the next. Names count without their prefix and
 * without regard to case.
 *
 * A record is its own element, from "<" to ">", as its source has it. Its
 * context is a line with the name of the source's encoding (or an empty one)
 * and then, as UTF-8, what is round it: an internal document type, the start
 * tags of the open elements, and whatever `kept` elements stood in them
 * before it. Other siblings are left out.
 */
#ifndef ARCHIVE_XML_SPLIT_H
#define ARCHIVE_XML_SPLIT_H

#include <stdbool.h>

#include "indexer/archive/archive.h"
#include "indexer/archive/input.h"

/* Blank-separated names. */
struct xml_shape {
    const char *records;
    const char *containers; /* besides the root: records and kept elements are their children */
    const char *kept;       /* what a container says for all its records */
};

/*
 * An archive_format's split. A record that its end tag is missing from ends
 * where the next one of its name begins. The source's last record, when the
 * source ends inside it, is reported and left out; so is one that is too long,
 * and the records behind it are read.
 */
int xml_split(struct input *in, const struct archive_sink *sink,
              const struct archive_format *format, const struct xml_shape *shape,
              struct error *err);

/* --- recognising --- */

/* The first element of the text and, where it opens one, of what is in it. */
struct xml_root {
    char name[64];        /* local, as written; "" when the text is no XML */
    char child[64];       /* the first element inside */
    char start_tag[2048]; /* the root's, cut where it is longer */
};

/* From a source's head, as input.h gives it. */
void xml_find_root(const char *head, size_t len, struct xml_root *root);

#endif
