/* invisible.c - passes ASCII sixteen bytes at a time, and looks at what is left. */
#include "indexer/archive/invisible.h"

#include <string.h>

#include "common/base/bytes.h"

size_t invisible_at(const char *p, const char *end)
{
    static const char *const marks[] = {"\xc2\xad", "\xe2\x81\xa0", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i]);
        if ((size_t)(end - p) >= n && memcmp(p, marks[i], n) == 0)
            return n;
    }
    return 0;
}

static bool may_begin(char c)
{
    return c == '\xc2' || c == '\xe2' || c == '\xef';
}

/* The first mark, or end. */
static const char *find(const char *p, const char *end)
{
    const uint64_t high = 0x8080808080808080u;
    while (p < end) {
        if (end - p >= 16 && !((load_u64(p) | load_u64(p + 8)) & high))
            p += 16;
        else if (may_begin(*p) && invisible_at(p, end))
            return p;
        else
            p++;
    }
    return end;
}

bool has_invisible(const char *text, size_t len)
{
    return len && find(text, text + len) < text + len;
}

void drop_invisible(struct buf *text)
{
    char *to = (char *)text->data;
    if (!text->len)
        return;
    for (const char *p = to, *end = p + text->len; p < end;) {
        const char *mark = find(p, end);
        size_t n = (size_t)(mark - p);
        memmove(to, p, n);
        to += n;
        p = mark + (mark < end ? invisible_at(mark, end) : 0);
    }
    text->len = (size_t)(to - (char *)text->data);
}
