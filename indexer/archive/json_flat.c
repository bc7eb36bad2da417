/* json_flat.c - strings are found by their quotes, and copied from escape to escape. */
#include "indexer/archive/json_flat.h"

#include <string.h>

#include "common/text/utf8.h"
#include "indexer/archive/span.h"

#define MOST_NAMES  FIELDS
#define MOST_DIGITS 18 /* of a number below 2^63 */

struct flat {
    const char *p, *end;
    const struct field_map *map;
    struct arena *arena;
    struct raw_fields *raw;
    struct span names[MOST_NAMES]; /* that the map knows, so far */
    unsigned count;
};

static void pass_space(struct flat *f)
{
    while (f->p < f->end && (*f->p == ' ' || *f->p == '\n' || *f->p == '\t' || *f->p == '\r'))
        f->p++;
}

static bool take(struct flat *f, char c)
{
    pass_space(f);
    if (f->p == f->end || *f->p != c)
        return false;
    f->p++;
    return true;
}

/* --- strings --- */

static bool is_escaped(const char *start, const char *quote)
{
    const char *p = quote;
    while (p > start && p[-1] == '\\')
        p--;
    return (quote - p) % 2 != 0;
}

/* What stands between the quotes, escapes as they are; p is behind the first one. */
static bool take_string(struct flat *f, struct span *out)
{
    const char *start = f->p, *quote = start;
    while ((quote = memchr(quote, '"', (size_t)(f->end - quote))) && is_escaped(start, quote))
        quote++;
    if (!quote)
        return false;
    *out = span_between(start, quote);
    f->p = quote + 1;
    return true;
}

typedef unsigned char sixteen __attribute__((vector_size(16)));

static bool has_controls_below_space(struct span s)
{
    sixteen found = {0};
    uint64_t halves[2];
    size_t i = 0;
    for (; s.len - i >= sizeof found; i += sizeof found) {
        sixteen v;
        memcpy(&v, s.p + i, sizeof v);
        found |= (sixteen)(v < ' ');
    }
    memcpy(halves, &found, sizeof halves);
    bool any = halves[0] | halves[1];
    for (; i < s.len; i++)
        any |= (unsigned char)s.p[i] < ' ';
    return any;
}

/* A character of four digits, but for NUL and halves of a pair; NULL otherwise. */
static const char *take_code_point(const char *p, const char *end, char **to)
{
    uint32_t cp = 0;
    if (end - p < 4)
        return NULL;
    for (const char *stop = p + 4; p < stop; p++) {
        int digit = hex_value(*p);
        if (digit < 0)
            return NULL;
        cp = cp << 4 | (uint32_t)digit;
    }
    if (!cp || (cp >= 0xD800 && cp <= 0xDFFF))
        return NULL;
    *to += utf8_encode(cp, *to);
    return p;
}

/* p is behind the backslash; returns what is behind the escape, or NULL. */
static const char *take_escape(const char *p, const char *end, char **to)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *found = p < end && *p ? strchr(letters, *p) : NULL;
    if (found) {
        *(*to)++ = meanings[found - letters];
        return p + 1;
    }
    return p < end && *p == 'u' ? take_code_point(p + 1, end, to) : NULL;
}

/* In the arena where there are escapes: none is shorter than what it means. */
static bool resolve(struct flat *f, struct span *s)
{
    const char *p = s->p, *end = p + s->len, *escape = memchr(p, '\\', s->len);
    if (!escape)
        return true;
    char *copy = arena_alloc(f->arena, s->len), *to = copy;
    for (; escape; escape = memchr(p, '\\', (size_t)(end - p))) {
        memcpy(to, p, (size_t)(escape - p));
        to += escape - p;
        p = take_escape(escape + 1, end, &to);
        if (!p)
            return false;
    }
    memcpy(to, p, (size_t)(end - p));
    *s = span_between(copy, to + (end - p));
    return true;
}

/* --- other values --- */

static bool take_word(struct flat *f)
{
    static const char *const words[] = {"null", "true", "false"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if ((size_t)(f->end - f->p) >= len && memcmp(f->p, words[i], len) == 0) {
            f->p += len;
            return true;
        }
    }
    return false;
}

/* One that json-c would print as it stands. */
static bool take_number(struct flat *f, struct span *out)
{
    const char *start = f->p, *digits = start + (*start == '-'), *p = digits;
    while (p < f->end && is_ascii_digit(*p))
        p++;
    bool zero = p > digits && *digits == '0';
    if (p == digits || p - digits > MOST_DIGITS || (zero && p - start > 1))
        return false;
    *out = span_between(start, p);
    f->p = p;
    return true;
}

/* --- members --- */

/* False for a name that was there before: then the later one counts. */
static bool note_name(struct flat *f, struct span name)
{
    for (unsigned i = 0; i < f->count; i++)
        if (f->names[i].len == name.len && memcmp(f->names[i].p, name.p, name.len) == 0)
            return false;
    if (f->count == MOST_NAMES)
        return false;
    f->names[f->count++] = name;
    return true;
}

static bool offer_string(struct flat *f, enum field field, unsigned rank)
{
    struct span text;
    f->p++;
    if (!take_string(f, &text) || has_controls_below_space(text) || !resolve(f, &text))
        return false;
    if (field != FIELD_NONE)
        offer_value(f->raw, field, rank, text.p, text.len);
    return true;
}

static bool offer_number(struct flat *f, enum field field, unsigned rank)
{
    struct span text;
    if (!take_number(f, &text))
        return false;
    if (field != FIELD_NONE)
        offer_value(f->raw, field, rank, text.p, text.len);
    return true;
}

static bool take_member(struct flat *f)
{
    struct span name;
    unsigned rank = 0;
    if (!take(f, '"') || !take_string(f, &name) || memchr(name.p, '\\', name.len) ||
        has_controls_below_space(name) || !take(f, ':'))
        return false;
    enum field field = field_map_find(f->map, name.p, name.len, &rank);
    if (field != FIELD_NONE && !note_name(f, name))
        return false;
    pass_space(f);
    if (f->p == f->end)
        return false;
    if (*f->p == '"')
        return offer_string(f, field, rank);
    if (*f->p == '-' || is_ascii_digit(*f->p))
        return offer_number(f, field, rank);
    return take_word(f);
}

bool json_flat_offer(struct bytes text, const struct field_map *map, struct arena *arena,
                     struct raw_fields *raw)
{
    struct flat f = {.p = (const char *)text.p, .map = map, .arena = arena, .raw = raw};
    f.end = f.p + bytes_left(&text);
    if (!f.p || !take(&f, '{'))
        return false;
    if (!take(&f, '}')) {
        do
            if (!take_member(&f))
                return false;
        while (take(&f, ','));
        if (!take(&f, '}'))
            return false;
    }
    pass_space(&f);
    return f.p == f.end;
}
