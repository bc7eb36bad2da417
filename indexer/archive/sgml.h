/*
 * sgml.h - records of SGML collections, where an element is a record and an
 * element inside it a field: <DOC> ... </DOC>.
 *
 * No document type is read: end tags are expected, references are HTML's, and
 * names are compared without regard to case.
 */
#ifndef ARCHIVE_SGML_H
#define ARCHIVE_SGML_H

#include "common/base/buf.h"
#include "indexer/archive/archive.h"
#include "indexer/archive/input.h"
#include "indexer/archive/span.h"

/*
 * Hands over each element of the name, from its start tag to its end tag. One
 * that is not closed before the next begins, or before the end, is damaged,
 * and so is text between two.
 */
int sgml_split(struct input *in, const char *name, const struct archive_format *format,
               const struct archive_sink *sink, struct error *err);

/* One tag: "<name attributes>" or "</name>"; without a name it is a comment or
 * a declaration. */
struct sgml_tag {
    struct span name;
    struct span attributes;
    const char *start, *end; /* of all of it; end is behind the ">" */
    bool closes;
};

/* The first tag of the text. A "<" that no name follows, or another "<" before
 * its ">", is text. */
bool sgml_next_tag(struct span text, struct sgml_tag *tag);

/* What stands between the first start tag of the name and the first such end
 * tag behind it; p is NULL where there is none. */
struct span sgml_element(struct span text, const char *name);

/* Adds the markup to out without the elements of the names, which blanks
 * separate; one that is not closed stays. */
void sgml_without(struct span markup, const char *names, struct buf *out);

/* The value without its quotes; p is NULL where there is none. */
struct span sgml_attribute(struct span attributes, const char *name);

/*
 * Adds the text to out: tags and comments left out, references decoded, lines
 * kept without the blanks they begin with. A new paragraph begins at a <p> and
 * at an indented line that follows one which is not; the lines of a text that
 * is one paragraph become one.
 */
void sgml_text(struct span markup, struct buf *out);

#endif
