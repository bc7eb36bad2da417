/*
 * span.h - a piece of a record's text, and what the formats ask of one.
 *
 * A span points into memory that belongs to someone else; p is NULL where
 * there is none. Letters are compared without regard to case, in ASCII only.
 */
#ifndef ARCHIVE_SPAN_H
#define ARCHIVE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const char *p;
    size_t len;
};

static inline struct span span_of(const char *p, size_t len)
{
    return (struct span){p, len};
}

static inline struct span span_between(const char *start, const char *end)
{
    return (struct span){start, (size_t)(end - start)};
}

static inline const char *span_end(struct span s)
{
    return s.len ? s.p + s.len : s.p;
}

/* The span without its first n bytes, which it has. An empty one may have no place. */
static inline struct span span_from(struct span s, size_t n)
{
    return (struct span){n ? s.p + n : s.p, s.len - n};
}

static inline bool is_ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool is_ascii_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static inline bool is_ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Of a hexadecimal digit; -1 where it is none. */
static inline int hex_value(char c)
{
    if (is_ascii_digit(c))
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool span_is(struct span s, const char *text);
bool span_starts(struct span s, const char *text);
bool span_ends(struct span s, const char *text);
bool span_same(struct span a, struct span b);

/* Whether the span is one of the words of a list that blanks separate. */
bool span_is_one_of(struct span s, const char *words);

/* Without white space at its ends. */
struct span span_trimmed(struct span s);

/* The rest's first line without its end (\n or \r\n); the rest begins behind it. */
struct span span_take_line(struct span *rest);

/* What stands before the separator, or all; the rest begins behind it. */
struct span span_take_until(struct span *rest, char separator);

/* Where the text is found, or NULL; the second ignores case. */
const char *span_find(struct span s, const char *text);
const char *span_find_letters(struct span s, const char *text);

#endif
