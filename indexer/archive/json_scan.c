/* json_scan.c - a stack of bits, and a loop over strings that takes eight bytes at a time. */
#include "indexer/archive/json_scan.h"

#include <string.h>

#include "common/base/bytes.h"
#include "indexer/archive/archive.h"
#include "indexer/archive/span.h"

/* --- strings --- */

/* Bit 7 of each byte that is '"', '\\' or a newline. A borrow may mark a byte
 * above such a one as well: the lowest is right. */
static uint64_t special_of_eight(uint64_t v)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    uint64_t quote = v ^ '"' * ones, backslash = v ^ '\\' * ones, newline = v ^ '\n' * ones;
    return (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
            ((newline - ones) & ~newline)) &
           high;
}

static size_t find_special(const char *text, size_t i, size_t len)
{
    for (; len - i >= 8; i += 8) {
        uint64_t found = special_of_eight(load_u64(text + i));
        if (found)
            return i + (size_t)__builtin_ctzll(found) / 8;
    }
    while (i < len && text[i] != '"' && text[i] != '\\' && text[i] != '\n')
        i++;
    return i;
}

/* Up to the end of the string or of the text. */
static enum json_scan_status run_string(struct json_scan *s, const char *text, size_t len)
{
    size_t i = s->seen;
    if (s->escaped && i < len) {
        s->escaped = false;
        i++;
    }
    while ((i = find_special(text, i, len)) < len) {
        if (text[i] != '\\')
            break;
        s->escaped = i + 1 == len;
        i += s->escaped ? 1 : 2;
    }
    s->seen = i;
    if (i == len)
        return JSON_SCAN_MORE;
    if (text[i] == '\n')
        return JSON_SCAN_DAMAGED;
    s->seen++;
    s->in_string = false;
    s->last = '"';
    return s->depth ? JSON_SCAN_MORE : JSON_SCAN_END;
}

/* --- brackets --- */

static bool in_object(const struct json_scan *s)
{
    return s->depth && (s->objects >> (s->depth - 1) & 1);
}

static bool is_bare(char c)
{
    return !strchr("{}[]:,\"", c);
}

/* Whether the grammar lets c stand behind the last byte. Names and strings are
 * not told apart; what bare words say is not looked at. */
static bool may_follow(const struct json_scan *s, char c)
{
    switch (s->last) {
    case '{':
        return c == '"' || c == '}';
    case ',':
        if (in_object(s))
            return c == '"'; /* fall through */
    case ':':
    case '\0':
        return c == '"' || c == '{' || c == '[' || is_bare(c);
    case '[':
        return c != ':' && c != ',' && c != '}';
    case '"':
        if (c == ':')
            return in_object(s); /* fall through */
    case '}':
    case ']':
        return c == ',' || c == '}' || c == ']';
    default:
        return c == ',' || c == '}' || c == ']' || is_bare(c);
    }
}

static enum json_scan_status open_bracket(struct json_scan *s, bool object)
{
    if (s->depth == ARCHIVE_MAX_DEPTH)
        return JSON_SCAN_TOO_DEEP;
    uint64_t bit = UINT64_C(1) << s->depth++;
    s->objects = object ? s->objects | bit : s->objects & ~bit;
    return JSON_SCAN_MORE;
}

static enum json_scan_status close_bracket(struct json_scan *s, bool object)
{
    if (!s->depth || in_object(s) != object)
        return JSON_SCAN_DAMAGED;
    return --s->depth ? JSON_SCAN_MORE : JSON_SCAN_END;
}

/* One byte outside strings that is no white space. */
static enum json_scan_status step(struct json_scan *s, char c)
{
    if (!may_follow(s, c))
        return JSON_SCAN_DAMAGED;
    if (c == '{' || c == '[')
        return open_bracket(s, c == '{');
    if (c == '}' || c == ']')
        return close_bracket(s, c == '}');
    s->in_string = c == '"';
    return JSON_SCAN_MORE;
}

/* Whether the byte ends a number or a bare word that is the whole value. */
static bool ends_bare(const struct json_scan *s, char c)
{
    return !s->depth && s->last && (is_ascii_space(c) || c == ',' || c == ']' || c == '}');
}

enum json_scan_status json_scan_run(struct json_scan *s, const char *text, size_t len)
{
    enum json_scan_status status = JSON_SCAN_MORE;
    while (status == JSON_SCAN_MORE && s->seen < len) {
        if (s->in_string) {
            status = run_string(s, text, len);
            continue;
        }
        char c = text[s->seen];
        if (ends_bare(s, c))
            return JSON_SCAN_END;
        if (!is_ascii_space(c)) {
            status = step(s, c);
            s->last = c;
        }
        s->seen += status == JSON_SCAN_MORE || status == JSON_SCAN_END;
    }
    return status;
}

enum json_scan_status json_scan_count(struct json_scan *s, const char *text, size_t len)
{
    enum json_scan_status status = JSON_SCAN_MORE;
    while (status == JSON_SCAN_MORE && s->seen < len) {
        if (s->in_string) {
            status = run_string(s, text, len);
            continue;
        }
        char c = text[s->seen++];
        s->in_string = c == '"';
        s->depth += c == '{' || c == '[';
        s->depth -= c == '}' || c == ']';
        if (!s->depth)
            status = JSON_SCAN_END;
    }
    return status;
}

bool json_scan_may_end(const struct json_scan *scan)
{
    return !scan->depth && !scan->in_string && scan->last;
}
