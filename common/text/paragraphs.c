/* paragraphs.c - looking for the next separator. */
#include "common/text/paragraphs.h"

#include <string.h>

/* The first blank line, or first line end with `any`; or the end. */
static const char *find_end(const char *p, const char *end, bool any)
{
    while (p < end) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p)
            return end;
        if (any || (end - p > 1 && p[1] == '\n'))
            return p;
        p++;
    }
    return end;
}

struct paragraphs paragraphs_of(const char *body, size_t len)
{
    const char *end = body + len;
    return (struct paragraphs){body, end, find_end(body, end, false) == end};
}

bool paragraphs_next(struct paragraphs *it, const char **start, size_t *len)
{
    while (it->p < it->end && *it->p == '\n')
        it->p++;
    if (it->p == it->end)
        return false;
    *start = it->p;
    it->p = find_end(it->p, it->end, it->by_line);
    *len = (size_t)(it->p - *start);
    return true;
}
