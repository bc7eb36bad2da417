/* xml_lex.c - a scanner without memory. */
#include "indexer/archive/xml_lex.h"

#include <string.h>
#include <strings.h>

#include "indexer/archive/span.h"

static size_t left(const char *p, const char *end)
{
    return (size_t)(end - p);
}

static bool starts_name(char c)
{
    return is_ascii_letter(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_in_name(char c)
{
    return starts_name(c) || is_ascii_digit(c) || c == ':' || c == '-' || c == '.';
}

static struct xml_piece piece(enum xml_kind kind, const char *p, const char *end)
{
    return (struct xml_piece){.kind = kind, .p = p, .len = left(p, end)};
}

/* --- text --- */

/* Text that may begin with a "<" of its own. */
static struct xml_piece lex_text(const char *p, const char *end)
{
    const char *next = memchr(p + 1, '<', left(p + 1, end));
    return piece(XML_TEXT, p, next ? next : end);
}

/* What does not end in these bytes: more of them may tell, or it is text. */
static struct xml_piece unfinished(const char *p, const char *end, bool last, size_t most)
{
    if (last || left(p, end) >= most)
        return lex_text(p, end);
    return piece(XML_UNFINISHED, p, end);
}

/* --- tags --- */

/* The ">" that ends a tag, or the "<" that shows it is none; quotes may hold
 * the one and, in XML, not the other. */
static const char *tag_end(const char *p, const char *end)
{
    char quote = 0;
    for (; p < end && *p != '<'; p++) {
        if (quote)
            quote = *p == quote ? 0 : quote;
        else if (*p == '>')
            return p;
        else if (*p == '"' || *p == '\'')
            quote = *p;
    }
    return p;
}

static struct xml_piece lex_tag(const char *p, const char *end, bool last)
{
    bool closes = p[1] == '/';
    const char *name = p + 1 + closes, *stop = tag_end(name, end), *after = name;
    if (stop == end)
        return unfinished(p, end, last, XML_MOST_TAG_BYTES);
    if (*stop == '<')
        return lex_text(p, end);
    while (after < stop && is_in_name(*after))
        after++;
    struct xml_piece tag = piece(closes            ? XML_END_TAG
                                 : stop[-1] == '/' ? XML_EMPTY_TAG
                                                   : XML_START_TAG,
                                 p, stop + 1);
    tag.name = name;
    tag.name_len = left(name, after);
    return tag;
}

/* --- document types --- */

/* Behind what begins at p and ends with `closing`; NULL when it does not. */
static const char *pass(const char *p, const char *end, const char *closing)
{
    const char *found = memmem(p, left(p, end), closing, strlen(closing));
    return found ? found + strlen(closing) : NULL;
}

static const char *pass_quote(const char *p, const char *end)
{
    const char *found = memchr(p + 1, *p, left(p + 1, end));
    return found ? found + 1 : NULL;
}

static bool begins(const char *p, const char *end, const char *text)
{
    return left(p, end) >= strlen(text) && memcmp(p, text, strlen(text)) == 0;
}

/* Behind one step through a document type; NULL when it does not end, as none
 * does that another begins in. */
static const char *doctype_step(const char *p, const char *end, bool *in_subset)
{
    if (begins(p, end, "<!DOCTYPE"))
        return NULL;
    if (begins(p, end, "<!--"))
        return pass(p + 4, end, "-->");
    if (begins(p, end, "<?"))
        return pass(p + 2, end, "?>");
    if (*p == '"' || *p == '\'')
        return pass_quote(p, end);
    *in_subset = *p == '[' || (*in_subset && *p != ']');
    return p + 1;
}

static struct xml_piece lex_doctype(const char *p, const char *end, bool last)
{
    const char *most = left(p, end) < XML_MOST_DOCTYPE_BYTES ? end : p + XML_MOST_DOCTYPE_BYTES;
    const char *at = p + strlen("<!DOCTYPE");
    bool in_subset = false;
    while (at && at < most) {
        if (*at == '>' && !in_subset)
            return piece(XML_DOCTYPE, p, at + 1);
        at = doctype_step(at, most, &in_subset);
    }
    return unfinished(p, end, last, XML_MOST_DOCTYPE_BYTES);
}

/* --- the whole --- */

/* The opening that stands at p, or as much of it as the bytes hold. */
static bool may_begin(const char *p, const char *end, const char *text, bool *whole)
{
    size_t n = left(p, end) < strlen(text) ? left(p, end) : strlen(text);
    *whole = n == strlen(text);
    return strncasecmp(p, text, n) == 0;
}

static struct xml_piece lex_declaration(const char *p, const char *end, bool last)
{
    static const struct {
        const char *text;
        enum xml_kind kind;
    } openings[] = {{"<!--", XML_COMMENT}, {"<![CDATA[", XML_CDATA}, {"<!DOCTYPE", XML_DOCTYPE}};
    bool whole;
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        if (!may_begin(p, end, openings[i].text, &whole))
            continue;
        if (!whole)
            return unfinished(p, end, last, XML_MOST_TAG_BYTES);
        if (openings[i].kind == XML_DOCTYPE)
            return lex_doctype(p, end, last);
        return piece(openings[i].kind, p, p + strlen(openings[i].text));
    }
    return lex_text(p, end);
}

struct xml_piece xml_lex(const char *p, const char *end, bool last)
{
    if (*p != '<')
        return lex_text(p, end);
    if (left(p, end) < 3)
        return unfinished(p, end, last, XML_MOST_TAG_BYTES);
    if (p[1] == '!')
        return lex_declaration(p, end, last);
    if (p[1] == '?')
        return piece(XML_INSTRUCTION, p, p + 2);
    if (starts_name(p[1]) || (p[1] == '/' && starts_name(p[2])))
        return lex_tag(p, end, last);
    return lex_text(p, end);
}

const char *xml_closing(enum xml_kind kind)
{
    return kind == XML_COMMENT ? "-->" : kind == XML_CDATA ? "]]>" : "?>";
}

/* --- names and attributes --- */

const char *xml_local_name(const char *name, size_t len, size_t *local_len)
{
    const char *colon = memchr(name, ':', len);
    const char *local = colon ? colon + 1 : name;
    *local_len = len - (size_t)(local - name);
    return local;
}

static const char *pass_space(const char *p, const char *end)
{
    while (p < end && is_ascii_space(*p))
        p++;
    return p;
}

/* The value behind a "=": quoted, or up to white space where it is not. */
static const char *take_value(const char *p, const char *end, struct xml_pair *out)
{
    char quote = p < end && (*p == '"' || *p == '\'') ? *p : 0;
    const char *stop = p += quote != 0;
    while (stop < end && (quote ? *stop != quote : !is_ascii_space(*stop)))
        stop++;
    out->value = p;
    out->value_len = left(p, stop);
    return stop < end ? stop + 1 : end;
}

bool xml_next_attribute(const struct xml_piece *tag, const char **at, struct xml_pair *out)
{
    const char *end = tag->p + tag->len - (tag->kind == XML_EMPTY_TAG ? 2 : 1);
    const char *p = *at ? *at : tag->name + tag->name_len;
    while (p < end && !starts_name(*p)) /* white space, and whatever is not a name */
        p++;
    if (p >= end)
        return false;
    out->name = p;
    while (p < end && is_in_name(*p))
        p++;
    out->name_len = left(out->name, p);
    out->value = p;
    out->value_len = 0;
    p = pass_space(p, end);
    if (p < end && *p == '=')
        p = take_value(pass_space(p + 1, end), end, out);
    *at = p;
    return true;
}
