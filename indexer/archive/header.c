/* header.c - header lines and their parameters. */
#include "indexer/archive/header.h"

/* Whether the text goes on the line before it. */
static bool continues(struct span text)
{
    return text.len && (text.p[0] == ' ' || text.p[0] == '\t');
}

bool take_header(struct span *rest, struct header *h)
{
    while (rest->len) {
        struct span line = span_take_line(rest);
        const char *end = span_end(line), *start = line.p;
        if (!line.len)
            return false;
        while (continues(*rest)) {
            struct span more = span_take_line(rest);
            end = span_end(more);
        }
        const char *colon = memchr(line.p, ':', line.len);
        if (!colon || colon == start)
            continue;
        h->name = span_trimmed(span_between(start, colon));
        h->value = span_trimmed(span_between(colon + 1, end));
        return true;
    }
    return false;
}

struct span header_value(struct span headers, const char *name)
{
    struct header h;
    while (take_header(&headers, &h))
        if (span_is(h.name, name))
            return h.value;
    return (struct span){0};
}

size_t header_length(struct span text)
{
    struct span rest = text;
    while (rest.len) {
        const char *newline = memchr(rest.p, '\n', rest.len);
        if (!newline)
            return 0;
        struct span line = span_take_line(&rest);
        if (!line.len)
            return (size_t)(rest.p - text.p);
    }
    return 0;
}

static struct span take_quoted(struct span rest)
{
    char quote = rest.p[0];
    rest = span_from(rest, 1);
    return span_take_until(&rest, quote);
}

struct span header_parameter(struct span value, const char *name)
{
    span_take_until(&value, ';');
    while (value.len) {
        struct span key = span_trimmed(span_take_until(&value, '='));
        struct span rest = span_trimmed(value);
        bool quoted = rest.len && (rest.p[0] == '"' || rest.p[0] == '\'');
        struct span text = quoted ? take_quoted(rest) : span_trimmed(span_take_until(&rest, ';'));
        if (span_is(key, name))
            return text;
        value = quoted ? span_between(span_end(text), span_end(value)) : rest;
        if (quoted)
            span_take_until(&value, ';');
    }
    return (struct span){0};
}

struct span media_type(struct span value)
{
    return span_trimmed(span_take_until(&value, ';'));
}
