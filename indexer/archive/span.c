/* span.c - comparing, cutting and searching pieces of text. */
#include "indexer/archive/span.h"

#include <strings.h>

bool span_is(struct span s, const char *text)
{
    return s.len == strlen(text) && span_starts(s, text);
}

bool span_starts(struct span s, const char *text)
{
    size_t n = strlen(text);
    return s.len >= n && strncasecmp(s.p, text, n) == 0;
}

bool span_ends(struct span s, const char *text)
{
    size_t n = strlen(text);
    return s.len >= n && strncasecmp(s.p + s.len - n, text, n) == 0;
}

bool span_same(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.p, b.p, a.len) == 0);
}

bool span_is_one_of(struct span s, const char *words)
{
    for (const char *p = words; s.len && *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        if (n == s.len && strncasecmp(p, s.p, n) == 0)
            return true;
        p += n;
    }
    return false;
}

struct span span_trimmed(struct span s)
{
    while (s.len && is_ascii_space(s.p[0]))
        s = span_from(s, 1);
    while (s.len && is_ascii_space(s.p[s.len - 1]))
        s.len--;
    return s;
}

struct span span_take_until(struct span *rest, char separator)
{
    const char *end = span_end(*rest);
    const char *found = rest->len ? memchr(rest->p, separator, rest->len) : NULL;
    struct span first = span_between(rest->p, found ? found : end);
    *rest = span_between(found ? found + 1 : end, end);
    return first;
}

struct span span_take_line(struct span *rest)
{
    struct span line = span_take_until(rest, '\n');
    if (line.len && line.p[line.len - 1] == '\r')
        line.len--;
    return line;
}

const char *span_find(struct span s, const char *text)
{
    return s.len ? memmem(s.p, s.len, text, strlen(text)) : NULL;
}

const char *span_find_letters(struct span s, const char *text)
{
    size_t n = strlen(text);
    char lower = ascii_lower(text[0]);
    for (size_t i = 0; n <= s.len && i <= s.len - n; i++)
        if (ascii_lower(s.p[i]) == lower && strncasecmp(s.p + i, text, n) == 0)
            return s.p + i;
    return NULL;
}
