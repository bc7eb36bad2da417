/* xml_tree.c - nodes in an arena, namespaces on a stack. */
#include "indexer/archive/xml_tree.h"

#include <string.h>
#include <strings.h>

#include "indexer/archive/span.h"
#include "common/text/utf8.h"
#include "indexer/archive/xml_lex.h"

/* Compared by their beginnings, without regard to case. */
static const struct {
    const char *uri;
    enum xml_space space;
} spaces[] = {
    {"http://www.w3.org/2005/Atom", XML_ATOM},
    {"http://purl.org/atom/", XML_ATOM},
    {"http://example.com/newformat#", XML_ATOM},
    {"http://example.com/necho", XML_ATOM},
    {"http://purl.org/echo/", XML_ATOM},
    {"uri/of/echo/namespace#", XML_ATOM},
    {"http://purl.org/pie/", XML_ATOM},
    {"http://www.w3.org/1999/02/22-rdf-syntax-ns#", XML_RDF},
    {"http://purl.org/dc/", XML_DC},
    {"http://purl.org/rss/1.0/modules/content/", XML_CONTENT},
    {"http://purl.org/rss/1.0/modules/", XML_OTHER},
    {"http://search.yahoo.com/mrss", XML_MEDIA},
    {"http://video.search.yahoo.com/mrss", XML_MEDIA},
    {"http://www.itunes.com/", XML_ITUNES},
    {"http://www.w3.org/1999/xhtml", XML_XHTML},
    {"http://wordpress.org/export/", XML_WP},
    {"http://rssnamespace.org/feedburner/", XML_FEEDBURNER},
    {"http://www.w3.org/XML/1998/namespace", XML_XML},
    {"http://purl.org/rss/1.0", XML_PLAIN},
    {"http://purl.org/net/rss1.1#", XML_PLAIN},
    {"http://my.netscape.com/", XML_PLAIN},
    {"http://channel.netscape.com/", XML_PLAIN},
    {"http://my.userland.com/", XML_PLAIN},
    {"http://backend.userland.com/", XML_PLAIN},
    {"http://blogs.law.harvard.edu/tech/rss", XML_PLAIN},
    {"http://cyber.law.harvard.edu/rss", XML_PLAIN},
    {"http://purl.org/rss/2.0", XML_PLAIN},
    {"http://iptc.org/std/", XML_PLAIN},
    {"http://www.xmlnews.org/", XML_PLAIN},
};

/* What a prefix means that nobody declares. */
static const struct {
    const char *prefix;
    enum xml_space space;
} usual[] = {
    {"atom", XML_ATOM},       {"rdf", XML_RDF},         {"dc", XML_DC},
    {"dcterms", XML_DC},      {"content", XML_CONTENT}, {"media", XML_MEDIA},
    {"itunes", XML_ITUNES},   {"xhtml", XML_XHTML},     {"wp", XML_WP},
    {"excerpt", XML_EXCERPT}, {"xml", XML_XML},         {"feedburner", XML_FEEDBURNER},
};

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcasecmp(text + n - m, end) == 0;
}

static enum xml_space space_of_uri(const char *uri, bool prefixed)
{
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        if (strncasecmp(uri, spaces[i].uri, strlen(spaces[i].uri)) != 0)
            continue;
        bool excerpt = spaces[i].space == XML_WP && ends_with(uri, "/excerpt/");
        return excerpt ? XML_EXCERPT : spaces[i].space;
    }
    return prefixed ? XML_OTHER : XML_PLAIN;
}

/* --- namespaces --- */

static void bind(struct xml_tree *tree, const char *prefix, const char *uri)
{
    if (tree->binding_count == XML_MOST_BINDINGS)
        return;
    size_t len = strlen(prefix);
    tree->bindings[tree->binding_count++] = (struct xml_binding){
        .prefix = arena_strndup(&tree->arena, prefix, len),
        .prefix_len = len,
        .space = space_of_uri(uri, len > 0),
        .depth = tree->depth,
    };
}

static void bind_all(struct xml_tree *tree, const char *const *attributes)
{
    for (; *attributes; attributes += 2)
        if (strncmp(attributes[0], "xmlns", 5) == 0 && attributes[0][5] == ':')
            bind(tree, attributes[0] + 6, attributes[1]);
        else if (strcmp(attributes[0], "xmlns") == 0)
            bind(tree, "", attributes[1]);
}

static enum xml_space space_of_prefix(const struct xml_tree *tree, const char *prefix, size_t len)
{
    for (unsigned i = tree->binding_count; i > 0; i--) {
        const struct xml_binding *b = &tree->bindings[i - 1];
        if (b->prefix_len == len && memcmp(b->prefix, prefix, len) == 0)
            return b->space;
    }
    for (size_t i = 0; len && i < sizeof usual / sizeof *usual; i++)
        if (strlen(usual[i].prefix) == len && strncasecmp(usual[i].prefix, prefix, len) == 0)
            return usual[i].space;
    return len ? XML_OTHER : XML_PLAIN;
}

/* --- the tree --- */

static struct xml_node *new_node(struct xml_tree *tree)
{
    struct xml_node *node = arena_alloc(&tree->arena, sizeof *node);
    *node = (struct xml_node){.parent = tree->current};
    if (tree->nodes++ == XML_MOST_NODES)
        tree->limit = SKIP_RECORD_TOO_LONG;
    if (!tree->current)
        return node;
    if (tree->current->last)
        tree->current->last->next = node;
    else
        tree->current->first = node;
    tree->current->last = node;
    return node;
}

void xml_tree_begin(struct xml_tree *tree, size_t most_text_bytes)
{
    arena_reset(&tree->arena);
    tree->current = NULL;
    tree->text.len = 0;
    tree->binding_count = tree->depth = 0;
    tree->nodes = tree->text_bytes = 0;
    tree->most_text_bytes = most_text_bytes;
    tree->limit = SKIP_NONE;
    tree->root = tree->current = new_node(tree);
}

void xml_tree_free(struct xml_tree *tree)
{
    arena_free(&tree->arena);
    buf_free(&tree->text);
}

/* U+0080 to U+009F are no characters that anyone writes: "&#146;" is meant as
 * windows-1252, and browsers take it so. */
static bool is_misnamed(const struct buf *text, size_t i)
{
    return text->data[i] == 0xC2 && i + 1 < text->len && text->data[i + 1] < 0xA0;
}

static void rename_characters(struct buf *text)
{
    struct buf renamed = {0};
    if (!memchr(text->data, 0xC2, text->len))
        return;
    for (size_t i = 0; i < text->len; i++)
        if (is_misnamed(text, i))
            utf8_from_cp1252((const char *)&text->data[++i], 1, &renamed);
        else
            buf_putc(&renamed, text->data[i]);
    text->len = 0;
    buf_add(text, renamed.data, renamed.len);
    buf_free(&renamed);
}

static void flush_text(struct xml_tree *tree)
{
    if (!tree->text.len)
        return;
    rename_characters(&tree->text);
    struct xml_node *node = new_node(tree);
    node->len = tree->text.len;
    node->text = arena_strndup(&tree->arena, (const char *)tree->text.data, tree->text.len);
    tree->text.len = 0;
}

static const struct xml_attribute *copy_attributes(struct xml_tree *tree,
                                                   const char *const *attributes)
{
    const struct xml_attribute *list = NULL;
    for (; *attributes; attributes += 2) {
        if (strncmp(attributes[0], "xmlns", 5) == 0)
            continue;
        size_t local_len, len = strlen(attributes[0]);
        const char *local = xml_local_name(attributes[0], len, &local_len);
        struct xml_attribute *a = arena_alloc(&tree->arena, sizeof *a);
        *a = (struct xml_attribute){
            .space = local_len == len ? XML_PLAIN
                                      : space_of_prefix(tree, attributes[0], len - local_len - 1),
            .name = arena_strndup(&tree->arena, local, local_len),
            .value = arena_strndup(&tree->arena, attributes[1], strlen(attributes[1])),
            .next = list,
        };
        list = a;
        if (tree->nodes++ == XML_MOST_NODES)
            tree->limit = SKIP_RECORD_TOO_LONG;
    }
    return list;
}

void xml_tree_start(struct xml_tree *tree, const char *name, const char *const *attributes)
{
    if (tree->limit)
        return;
    flush_text(tree);
    if (++tree->depth > XML_MOST_DEPTH) {
        tree->limit = SKIP_TOO_DEEP;
        return;
    }
    bind_all(tree, attributes);
    size_t local_len, len = strlen(name);
    const char *local = xml_local_name(name, len, &local_len);
    struct xml_node *node = new_node(tree);
    node->name = arena_strndup(&tree->arena, local, local_len);
    node->space = space_of_prefix(tree, name, local_len == len ? 0 : len - local_len - 1);
    node->attributes = copy_attributes(tree, attributes);
    tree->current = node;
}

void xml_tree_end(struct xml_tree *tree)
{
    if (tree->limit || !tree->depth)
        return;
    flush_text(tree);
    while (tree->binding_count && tree->bindings[tree->binding_count - 1].depth == tree->depth)
        tree->binding_count--;
    tree->current = tree->current->parent;
    tree->depth--;
}

void xml_tree_text(struct xml_tree *tree, const char *text, size_t len)
{
    if (tree->limit)
        return;
    if (len > tree->most_text_bytes - tree->text_bytes) {
        tree->limit = SKIP_EXPANDS_TOO_FAR;
        return;
    }
    tree->text_bytes += len;
    buf_add(&tree->text, text, len);
}

/* --- looking at it --- */

bool xml_is(const struct xml_node *node, enum xml_space space, const char *name)
{
    return node->name && node->space == space && strcasecmp(node->name, name) == 0;
}

static const struct xml_node *first_named(const struct xml_node *node, enum xml_space space,
                                          const char *name)
{
    while (node && !xml_is(node, space, name))
        node = node->next;
    return node;
}

const struct xml_node *xml_child(const struct xml_node *node, enum xml_space space,
                                 const char *name)
{
    return node ? first_named(node->first, space, name) : NULL;
}

const struct xml_node *xml_sibling(const struct xml_node *node, enum xml_space space,
                                   const char *name)
{
    return first_named(node->next, space, name);
}

const struct xml_node *xml_walk(const struct xml_node *node, const struct xml_node *top)
{
    if (node->first)
        return node->first;
    while (node != top && !node->next)
        node = node->parent;
    return node == top ? NULL : node->next;
}

static const char *find_attribute(const struct xml_node *node, enum xml_space space,
                                  const char *name)
{
    for (const struct xml_attribute *a = node->attributes; a; a = a->next)
        if (a->space == space && strcasecmp(a->name, name) == 0)
            return a->value;
    return NULL;
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
    return find_attribute(node, XML_PLAIN, name);
}

const char *xml_inherited(const struct xml_node *node, const char *name)
{
    const char *value = NULL;
    for (; node && !value; node = node->parent)
        value = find_attribute(node, XML_XML, name);
    return value;
}

bool xml_has_text(const struct xml_node *node)
{
    for (const struct xml_node *n = node; n; n = xml_walk(n, node))
        if (!n->name && n->text && span_trimmed(span_of(n->text, n->len)).len)
            return true;
    return false;
}

void xml_add_text(const struct xml_node *node, struct buf *out)
{
    for (const struct xml_node *n = node; n; n = xml_walk(n, node))
        if (!n->name && n->text)
            buf_add(out, n->text, n->len);
}

/* --- as HTML --- */

static void add_escaped(struct buf *out, const char *text, size_t len)
{
    for (const char *end = text + len; text < end; text++) {
        if (*text == '&')
            buf_puts(out, "&amp;");
        else if (*text == '<')
            buf_puts(out, "&lt;");
        else if (*text == '>')
            buf_puts(out, "&gt;");
        else
            buf_putc(out, *text);
    }
}

/* NITF's elements that HTML calls otherwise. */
static const char *html_name(const struct xml_node *node)
{
    static const char *const renamed[][2] = {
        {"block", "div"},      {"bq", "blockquote"},   {"hl1", "h1"},      {"hl2", "h2"},
        {"media", "div"},      {"media-caption", "p"}, {"hedline", "div"}, {"note", "div"},
        {"nitf-table", "div"}, {"dateline", "p"}};
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (strcasecmp(node->name, renamed[i][0]) == 0)
            return renamed[i][1];
    return node->name;
}

static bool is_void(const struct xml_node *node)
{
    return span_is_one_of(span_of(node->name, strlen(node->name)), "br hr img input wbr");
}

static void close_tag(const struct xml_node *node, struct buf *out)
{
    if (!is_void(node))
        buf_printf(out, "</%s>", html_name(node));
}

/* Behind the node and what it contains; closes the elements that end there. */
static const struct xml_node *leave(const struct xml_node *node, const struct xml_node *top,
                                    struct buf *out)
{
    for (; node != top; node = node->parent) {
        if (node->name)
            close_tag(node, out);
        if (node->next)
            return node->next;
    }
    return NULL;
}

void xml_add_markup(const struct xml_node *top, struct buf *out)
{
    const struct xml_node *node = top->first;
    while (node) {
        if (node->name)
            buf_printf(out, "<%s>", html_name(node));
        else
            add_escaped(out, node->text, node->len);
        node = node->first ? node->first : leave(node, top, out);
    }
}
