/* title.c - the first sentence, cut where a word ends. */
#include "indexer/archive/title.h"

#include <stdbool.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"

/* Whether a sentence ends with the character before `after`. A full stop
 * behind a word of less than four letters may be an abbreviation's. */
static bool ends_sentence(const char *start, const char *after)
{
    char c = after[-1];
    bool apart = *after == ' ' || *after == '\n' || *after == '\0';
    if (!apart || after - start < 5)
        return false;
    if (c == '!' || c == '?')
        return true;
    if (c != '.')
        return false;
    for (const char *p = after - 5; p < after - 1; p++)
        if (*p == ' ' || *p == '.')
            return false;
    return true;
}

/* The full stops of Chinese and Japanese need no space behind them. */
static bool ends_han_sentence(const char *start, const char *after)
{
    return after - start >= 3 &&
           (memcmp(after - 3, "\xe3\x80\x82", 3) == 0 ||
            memcmp(after - 3, "\xef\xbc\x81", 3) == 0 || memcmp(after - 3, "\xef\xbc\x9f", 3) == 0);
}

static const char *first_sentence_end(const char *text)
{
    const char *p = text;
    while (*p && *p != '\n' && !(p > text && ends_sentence(text, p)) && !ends_han_sentence(text, p))
        p++;
    return p;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Where the text may be cut to have at most `most` characters: before a
 * space, or anywhere when that would leave less than half. */
static const char *cut_point(const char *text, const char *end, size_t most)
{
    const char *p = text, *space = NULL;
    size_t characters = 0;
    for (; p < end; p++) {
        if (is_continuation(*p))
            continue;
        if (*p == ' ' && characters >= most / 2)
            space = p;
        if (characters++ == most)
            return space ? space : p;
    }
    return end;
}

void first_sentence(const char *text, size_t most, struct buf *out)
{
    while (*text && (unsigned char)*text <= ' ')
        text++;
    const char *end = first_sentence_end(text);
    const char *cut = cut_point(text, end, most);
    if (cut < end)
        cut = cut_point(text, end, most - 1);
    buf_add(out, text, (size_t)(cut - text));
    if (cut < end)
        buf_puts(out, ELLIPSIS);
}
