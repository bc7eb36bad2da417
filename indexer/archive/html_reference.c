/* html_reference.c - character references, named and numbered. */
#include "indexer/archive/html_reference.h"

#include "common/text/utf8.h"
#include "indexer/archive/html_names.h"

static bool is_character(uint32_t n)
{
    return n > 0 && n <= 0x10FFFF && !(n >= 0xD800 && n < 0xE000);
}

/* "&#65;", "&#x41;"; text begins behind the "#". */
static size_t read_number(struct span text, uint32_t *n)
{
    int base = text.len && ascii_lower(text.p[0]) == 'x' ? 16 : 10;
    size_t start = base == 16, i = start;
    *n = 0;
    for (; i < text.len; i++) {
        int digit = hex_value(text.p[i]);
        if (digit < 0 || digit >= base)
            break;
        if (*n <= 0x10FFFF)
            *n = *n * (uint32_t)base + (uint32_t)digit;
    }
    return i > start ? i : 0;
}

static size_t numbered(struct span text, enum reference_rules rules, uint32_t cp[2])
{
    uint32_t n;
    size_t digits = read_number(span_from(text, 2), &n);
    bool closed = digits && digits + 2 < text.len && text.p[digits + 2] == ';';
    if (!digits || (!closed && rules == REFERENCE_CLOSED))
        return 0;
    cp[0] = is_character(n) ? n : UTF8_REPLACEMENT;
    cp[1] = 0;
    return 2 + digits + closed;
}

static size_t set_name(const struct html_name *name, uint32_t cp[2], size_t len)
{
    cp[0] = name->first;
    cp[1] = name->second;
    return len;
}

static size_t named(struct span text, enum reference_rules rules, uint32_t cp[2])
{
    const char *p = text.p + 1;
    size_t room = text.len - 1, n = 0;
    while (n < room && n <= HTML_NAME_BYTES && (is_ascii_letter(p[n]) || is_ascii_digit(p[n])))
        n++;
    const struct html_name *name = n < room && p[n] == ';' ? html_name_find(p, n) : NULL;
    if (name)
        return set_name(name, cp, n + 2);
    n = rules == REFERENCE_CLOSED ? 0 : n < HTML_BARE_NAME_BYTES ? n : HTML_BARE_NAME_BYTES;
    for (; n > 1; n--)
        if ((name = html_name_find(p, n)) != NULL && name->bare)
            return set_name(name, cp, n + 1);
    return 0;
}

size_t html_reference(struct span text, enum reference_rules rules, uint32_t cp[2])
{
    if (text.len < 3)
        return 0;
    return text.p[1] == '#' ? numbered(text, rules, cp) : named(text, rules, cp);
}

/* 128 to 159 are no characters; windows-1252's are meant. */
static void add_character(struct buf *out, uint32_t cp)
{
    char bytes[UTF8_MAX_BYTES] = {(char)cp};
    if (cp >= 0x80 && cp < 0xA0)
        utf8_from_cp1252(bytes, 1, out);
    else
        buf_add(out, bytes, utf8_encode(cp, bytes));
}

void html_add_characters(struct buf *out, const uint32_t cp[2])
{
    add_character(out, cp[0]);
    if (cp[1])
        add_character(out, cp[1]);
}

void html_decode_as(struct span text, enum reference_rules rules, struct buf *out)
{
    const char *end = span_end(text);
    while (text.len) {
        const char *amp = memchr(text.p, '&', text.len);
        uint32_t cp[2];
        buf_add(out, text.p, (size_t)((amp ? amp : end) - text.p));
        if (!amp)
            return;
        size_t n = html_reference(span_between(amp, end), rules, cp);
        if (n)
            html_add_characters(out, cp);
        else
            buf_putc(out, '&');
        text = span_between(amp + (n ? n : 1), end);
    }
}
