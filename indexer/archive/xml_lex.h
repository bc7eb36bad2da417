/*
 * xml_lex.h - where the pieces of XML begin and end, well-formed or not.
 *
 * This is as much of XML's grammar as cutting a stream needs; it keeps nothing
 * and looks at each byte a bounded number of times. Any text has pieces: what
 * begins no markup, or begins one that does not end, is text.
 */
#ifndef ARCHIVE_XML_LEX_H
#define ARCHIVE_XML_LEX_H

#include <stdbool.h>
#include <stddef.h>

/* What is longer is no tag, and no document type with its internal subset. */
#define XML_MOST_TAG_BYTES     ((size_t)1 << 20)
#define XML_MOST_DOCTYPE_BYTES ((size_t)64 << 10)

enum xml_kind {
    XML_TEXT,
    XML_START_TAG, /* <name ...> */
    XML_EMPTY_TAG, /* <name .../> */
    XML_END_TAG,   /* </name> */
    XML_DOCTYPE,   /* <!DOCTYPE ...>, internal subset and all */
    XML_COMMENT,   /* of these three only the opening: ... */
    XML_CDATA,
    XML_INSTRUCTION,
    XML_UNFINISHED /* the given bytes do not hold all of it */
};

struct xml_piece {
    enum xml_kind kind;
    const char *p;
    size_t len;
    const char *name; /* of a tag, with its prefix */
    size_t name_len;
};

/* The piece at p < end. `last`: no more bytes will come, so nothing is
 * unfinished. A text ends before the next "<". */
struct xml_piece xml_lex(const char *p, const char *end, bool last);

/* ... and this is what closes it: "-->", "]]>", "?>". */
const char *xml_closing(enum xml_kind kind);

/* The name without its prefix. */
const char *xml_local_name(const char *name, size_t len, size_t *local_len);

/* The next attribute of a tag: false when there is none. *at is where to look
 * for the one after; NULL begins. Values are as written, without the quotes. */
struct xml_pair {
    const char *name;
    size_t name_len;
    const char *value;
    size_t value_len;
};
bool xml_next_attribute(const struct xml_piece *tag, const char **at, struct xml_pair *out);

#endif
