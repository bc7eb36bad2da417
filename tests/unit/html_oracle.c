/* html_oracle.c - elements of a document by our scanner and by gumbo. */
#include "tests/unit/html_oracle.h"

#ifndef HAVE_GUMBO

bool html_compare(const char *html, size_t len, struct html_agreement *a)
{
    (void)html;
    (void)len;
    (void)a;
    return false;
}

#else

#include <gumbo.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "indexer/archive/html_reference.h"
#include "indexer/archive/html_scan.h"

/* Where a token begins, in the document and in the text without blanks. */
struct place {
    size_t source, text;
    bool starts;
};

struct scanned {
    struct buf text;
    struct place *tags;
    size_t count, capacity;
};

/* Adds without white space and control characters. */
static void add_dense(struct buf *out, const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)p[i] > ' ')
            buf_putc(out, p[i]);
}

static void scan(const char *html, size_t len, struct scanned *s)
{
    struct html_scanner scanner = html_scan(span_of(html, len));
    struct html_token t;
    struct buf decoded = {0};
    while (html_next(&scanner, &t)) {
        decoded.len = 0;
        if (t.kind == HTML_TEXT)
            html_decode_as(t.source, REFERENCE_IN_TEXT, &decoded);
        if (t.kind == HTML_RAW_TEXT)
            buf_add(&decoded, t.source.p, t.source.len);
        if (decoded.len)
            add_dense(&s->text, (const char *)decoded.data, decoded.len);
        if (t.kind == HTML_START_TAG || t.kind == HTML_END_TAG) {
            mem_grow(s->tags, &s->capacity, s->count + 1);
            s->tags[s->count++] =
                (struct place){(size_t)(t.source.p - html), s->text.len, t.kind == HTML_START_TAG};
        }
    }
    buf_free(&decoded);
}

static int compare_place(const void *key, const void *place)
{
    size_t wanted = *(const size_t *)key, source = ((const struct place *)place)->source;
    return wanted < source ? -1 : wanted > source;
}

static const struct place *find(const struct scanned *s, size_t source)
{
    return s->count ? bsearch(&source, s->tags, s->count, sizeof *s->tags, compare_place) : NULL;
}

static const GumboVector *children_of(const GumboNode *node)
{
    bool element = node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
    return element ? &node->v.element.children : NULL;
}

/* The node behind this one in the document's order, below the root; NULL at
 * the end. */
static const GumboNode *next_node(const GumboNode *node, const GumboNode *root)
{
    const GumboVector *children = children_of(node);
    if (children && children->length)
        return children->data[0];
    for (; node != root; node = node->parent) {
        const GumboVector *siblings = children_of(node->parent);
        if (node->index_within_parent + 1 < siblings->length)
            return siblings->data[node->index_within_parent + 1];
    }
    return NULL;
}

static void gumbo_text(const GumboNode *root, struct buf *out)
{
    for (const GumboNode *node = root; node; node = next_node(node, root))
        if (!children_of(node) && node->type != GUMBO_NODE_COMMENT)
            add_dense(out, node->v.text.text, strlen(node->v.text.text));
}

/* Whether gumbo put nodes elsewhere than where they stand. */
static bool is_rearranged(const GumboNode *root)
{
    const unsigned moves =
        GUMBO_INSERTION_FOSTER_PARENTED | GUMBO_INSERTION_ADOPTION_AGENCY_CLONED |
        GUMBO_INSERTION_ADOPTION_AGENCY_MOVED | GUMBO_INSERTION_RECONSTRUCTED_FORMATTING_ELEMENT;
    for (const GumboNode *node = root; node; node = next_node(node, root))
        if ((unsigned)node->parse_flags & moves)
            return true;
    return false;
}

static void report(struct html_agreement *a, const GumboElement *e, struct span ours,
                   const struct buf *theirs)
{
    size_t tag = e->original_tag.length < 60 ? e->original_tag.length : 60;
    size_t one = ours.len < 90 ? ours.len : 90, two = theirs->len < 90 ? theirs->len : 90;
    buf_printf(&a->report, "%.*s at %u: \"%.*s\" is not \"%.*s\"\n", (int)tag, e->original_tag.data,
               e->start_pos.offset, (int)one, one ? ours.p : "", (int)two,
               two ? (const char *)theirs->data : "");
}

static void compare_element(const char *html, const GumboNode *node, const struct scanned *s,
                            bool rearranged, struct html_agreement *a)
{
    const GumboElement *e = &node->v.element;
    const struct place *start = find(s, (size_t)(e->original_tag.data - html));
    const struct place *end = find(s, (size_t)(e->original_end_tag.data - html));
    bool both = start && end && start->starts && !end->starts;
    struct buf theirs = {0};
    struct span ours = {0};
    gumbo_text(node, &theirs);
    a->elements++;
    if (both)
        ours = span_of((const char *)s->text.data + start->text, end->text - start->text);
    if (both && ours.len == theirs.len && (!ours.len || !memcmp(ours.p, theirs.data, ours.len))) {
        a->equal++;
    } else if (both && rearranged) {
        a->moved++;
    } else {
        a->different++;
        report(a, e, ours, &theirs);
    }
    buf_free(&theirs);
}

static bool is_in(const GumboStringPiece *piece, const char *html, size_t len)
{
    return piece->length && piece->data >= html && piece->data < html + len;
}

bool html_compare(const char *html, size_t len, struct html_agreement *a)
{
    struct scanned s = {0};
    GumboOptions options = kGumboDefaultOptions;
    scan(html, len, &s);
    GumboOutput *output = gumbo_parse_with_options(&options, html, len);
    const GumboNode *root = output->root;
    bool rearranged = is_rearranged(root);
    for (const GumboNode *node = root; node; node = next_node(node, root))
        if (node->type == GUMBO_NODE_ELEMENT && is_in(&node->v.element.original_tag, html, len) &&
            is_in(&node->v.element.original_end_tag, html, len))
            compare_element(html, node, &s, rearranged, a);
    gumbo_destroy_output(&options, output);
    buf_free(&s.text);
    free(s.tags);
    return true;
}

#endif
