/* escape.c - one code point at a time, so that what goes out is valid. */
#include "common/text/escape.h"

#include "common/text/utf8.h"

bool is_control_code(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f);
}

bool is_override_code(uint32_t cp)
{
    return (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

bool is_separator_code(uint32_t cp)
{
    return cp == 0x2028 || cp == 0x2029;
}

/* 0 for a code point without one. */
static char short_escape(uint32_t cp)
{
    switch (cp) {
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\\':
        return '\\';
    default:
        return 0;
    }
}

/* As it stands in JSON and in a column. */
static void escape_code_point(struct buf *out, uint32_t cp)
{
    char letter = short_escape(cp), bytes[UTF8_MAX_BYTES];
    if (letter)
        buf_printf(out, "\\%c", letter);
    else if (is_control_code(cp) || is_override_code(cp) || is_separator_code(cp))
        buf_printf(out, "\\u%04x", (unsigned)cp);
    else
        buf_add(out, bytes, utf8_encode(cp, bytes));
}

void escape_json_string(struct buf *out, const char *text, size_t len)
{
    buf_putc(out, '"');
    size_t n;
    for (const char *p = text, *end = text + len; p < end; p += n) {
        uint32_t cp = utf8_decode(p, end, &n);
        if (cp == '"')
            buf_puts(out, "\\\"");
        else
            escape_code_point(out, cp);
    }
    buf_putc(out, '"');
}

void escape_column(struct buf *out, const char *text, size_t len)
{
    size_t n;
    for (const char *p = text, *end = text + len; p < end; p += n)
        escape_code_point(out, utf8_decode(p, end, &n));
}
