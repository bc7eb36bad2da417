/* xml_lenient.c - pieces of xml_lex.h, put together whatever they are. */
#include "indexer/archive/xml_lenient.h"

#include <string.h>

#include "indexer/archive/html.h"
#include "indexer/archive/span.h"
#include "indexer/archive/xml_lex.h"

#define MOST_ATTRIBUTES 64

struct lenient {
    struct xml_tree *tree;
    struct buf scratch;
    /* Of each open element, whose number is its depth. */
    struct {
        const char *p;
        size_t len;
    } open[XML_MOST_DEPTH + 1];
    unsigned depth;
    bool no_more[XML_UNFINISHED]; /* of a kind's closing there is none from here on */
};

static void add_decoded(struct lenient *r, const char *text, size_t len)
{
    if (!memchr(text, '&', len)) {
        xml_tree_text(r->tree, text, len);
        return;
    }
    r->scratch.len = 0;
    html_decode(text, len, &r->scratch);
    xml_tree_text(r->tree, (const char *)r->scratch.data, r->scratch.len);
}

/* --- tags --- */

/* The pairs that xml_tree_start takes, as terminated strings in the scratch. */
static void start_element(struct lenient *r, const struct xml_piece *tag)
{
    size_t places[2 * MOST_ATTRIBUTES], count = 0;
    const char *pointers[2 * MOST_ATTRIBUTES + 1] = {NULL}, *at = NULL;
    struct xml_pair pair;
    r->scratch.len = 0;
    buf_add(&r->scratch, tag->name, tag->name_len);
    buf_putc(&r->scratch, '\0');
    while (count < 2 * MOST_ATTRIBUTES && xml_next_attribute(tag, &at, &pair)) {
        places[count++] = r->scratch.len;
        buf_add(&r->scratch, pair.name, pair.name_len);
        buf_putc(&r->scratch, '\0');
        places[count++] = r->scratch.len;
        html_decode(pair.value, pair.value_len, &r->scratch);
        buf_putc(&r->scratch, '\0');
    }
    const char *strings = (const char *)r->scratch.data;
    for (size_t i = 0; i < count; i++)
        pointers[i] = strings + places[i];
    xml_tree_start(r->tree, strings, pointers);
}

static void open_element(struct lenient *r, const struct xml_piece *tag)
{
    if (r->tree->depth == XML_MOST_DEPTH)
        return; /* its content belongs to the element round it */
    start_element(r, tag);
    r->depth++;
    r->open[r->depth].p = tag->name;
    r->open[r->depth].len = tag->name_len;
    if (tag->kind == XML_EMPTY_TAG) {
        xml_tree_end(r->tree);
        r->depth--;
    }
}

static void close_element(struct lenient *r, const struct xml_piece *tag)
{
    for (unsigned i = r->depth; i > 0; i--) {
        if (r->open[i].len != tag->name_len || memcmp(r->open[i].p, tag->name, tag->name_len) != 0)
            continue;
        for (; r->depth >= i; r->depth--)
            xml_tree_end(r->tree);
        return;
    }
}

/* HTML's elements without content, which feeds do not close. */
static bool is_void(const struct xml_piece *tag)
{
    return span_is_one_of(span_of(tag->name, tag->name_len), "br hr img input wbr");
}

/* --- the whole --- */

/* What stands between an opening and its closing, and *p moves behind both.
 * Without a closing the opening was nothing but text, and *p stays. */
static struct span take_section(struct lenient *r, enum xml_kind kind, const char **p,
                                const char *end)
{
    const char *closing = xml_closing(kind), *found = NULL;
    if (!r->no_more[kind])
        found = memmem(*p, (size_t)(end - *p), closing, strlen(closing));
    r->no_more[kind] = !found;
    struct span inside = span_between(*p, found ? found : *p);
    if (found)
        *p = found + strlen(closing);
    return inside;
}

static void take_piece(struct lenient *r, struct xml_piece *piece, const char **p, const char *end)
{
    switch (piece->kind) {
    case XML_TEXT:
        add_decoded(r, piece->p, piece->len);
        break;
    case XML_START_TAG:
        if (is_void(piece))
            piece->kind = XML_EMPTY_TAG;
        open_element(r, piece);
        break;
    case XML_EMPTY_TAG:
        open_element(r, piece);
        break;
    case XML_END_TAG:
        close_element(r, piece);
        break;
    case XML_CDATA: {
        struct span inside = take_section(r, XML_CDATA, p, end);
        xml_tree_text(r->tree, inside.p, inside.len);
        break;
    }
    case XML_COMMENT:
    case XML_INSTRUCTION:
        take_section(r, piece->kind, p, end);
        break;
    case XML_DOCTYPE:
    case XML_UNFINISHED:
        break;
    }
}

void xml_lenient_read(struct xml_tree *tree, const char *text, size_t len)
{
    struct lenient r = {.tree = tree};
    const char *p = text, *end = text + len;
    while (p < end && !tree->limit) {
        struct xml_piece piece = xml_lex(p, end, true);
        p += piece.len;
        take_piece(&r, &piece, &p, end);
    }
    buf_free(&r.scratch);
}
