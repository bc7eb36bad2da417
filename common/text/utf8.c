/* utf8.c - decoding, checking and mending UTF-8; never a byte beyond the end. */
#include "common/text/utf8.h"

#include <string.h>

#define HIGH_BITS 0x8080808080808080u

/* What may follow a lead byte: how many continuation bytes, and the range of
 * the first of them (narrower than 80..BF where that keeps out overlong
 * forms, surrogates and values above U+10FFFF). Unicode Standard, table 3-7. */
struct lead {
    uint8_t continuations; /* 0: the byte cannot start a sequence */
    uint8_t low, high;
};

static struct lead lead_of(unsigned char byte)
{
    if (byte < 0xC2 || byte > 0xF4)
        return (struct lead){0, 0, 0};
    if (byte < 0xE0)
        return (struct lead){1, 0x80, 0xBF};
    if (byte < 0xF0)
        return (struct lead){2, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF};
    return (struct lead){3, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF};
}

uint32_t utf8_decode(const char *p, const char *end, size_t *len)
{
    const unsigned char *in = (const unsigned char *)p;
    const size_t left = (size_t)(end - p);
    *len = 1;
    if (in[0] < 0x80)
        return in[0];
    struct lead lead = lead_of(in[0]);
    if (lead.continuations == 0)
        return UTF8_REPLACEMENT;
    uint32_t cp = in[0] & (0x3Fu >> lead.continuations);
    for (size_t i = 1; i <= lead.continuations; i++) {
        if (i >= left || in[i] < lead.low || in[i] > lead.high)
            return UTF8_REPLACEMENT;
        cp = cp << 6 | (in[i] & 0x3F);
        lead.low = 0x80;
        lead.high = 0xBF;
        *len = i + 1;
    }
    return cp;
}

static bool is_scalar(uint32_t cp)
{
    return cp < 0xD800 || (cp > 0xDFFF && cp <= 0x10FFFF);
}

static char continuation(uint32_t bits)
{
    return (char)(0x80 | (bits & 0x3F));
}

size_t utf8_encode(uint32_t cp, char out[UTF8_MAX_BYTES])
{
    if (!is_scalar(cp))
        cp = UTF8_REPLACEMENT;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = continuation(cp);
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = continuation(cp >> 6);
        out[2] = continuation(cp);
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = continuation(cp >> 12);
    out[2] = continuation(cp >> 6);
    out[3] = continuation(cp);
    return 4;
}

/* How many bytes from p on are ASCII for certain: a multiple of 8. */
static size_t ascii_run(const char *p, const char *end)
{
    const char *start = p;
    for (uint64_t four[4]; end - p >= 32; p += sizeof four) {
        memcpy(four, p, sizeof four);
        if ((four[0] | four[1] | four[2] | four[3]) & HIGH_BITS)
            break;
    }
    for (uint64_t eight; end - p >= 8; p += sizeof eight) {
        memcpy(&eight, p, sizeof eight);
        if (eight & HIGH_BITS)
            break;
    }
    return (size_t)(p - start);
}

/* A decoded U+FFFD is damage unless its three bytes stand in the text. */
static bool is_damage(uint32_t cp, const char *p, size_t len)
{
    return cp == UTF8_REPLACEMENT && (len != 3 || memcmp(p, "\xEF\xBF\xBD", 3) != 0);
}

/* The length of the valid text that starts at p. */
static size_t valid_run(const char *p, const char *end)
{
    const char *start = p;
    while (p < end) {
        size_t len = ascii_run(p, end);
        p += len;
        if (p == end)
            break;
        uint32_t cp = utf8_decode(p, end, &len);
        if (is_damage(cp, p, len))
            break;
        p += len;
    }
    return (size_t)(p - start);
}

bool utf8_valid(const char *text, size_t len)
{
    return !len || valid_run(text, text + len) == len;
}

size_t utf8_cut(const char *text, size_t len, size_t max)
{
    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)text[max] & 0xC0) == 0x80)
        max--;
    return max;
}

size_t utf8_repair(const char *in, size_t len, struct buf *out)
{
    const char *p = in, *end = len ? in + len : in;
    size_t replaced = 0;
    buf_reserve(out, len);
    while (p < end) {
        size_t run = valid_run(p, end);
        buf_add(out, p, run);
        p += run;
        if (p == end)
            break;
        utf8_decode(p, end, &run);
        buf_puts(out, "\xEF\xBF\xBD");
        p += run;
        replaced++;
    }
    return replaced;
}

/* What windows-1252 has where ISO 8859-1 has control characters, 80..9F. */
static const uint16_t cp1252_extras[32] = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

void utf8_from_cp1252(const char *in, size_t len, struct buf *out)
{
    buf_reserve(out, len);
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)in[i];
        uint32_t cp = byte >= 0x80 && byte < 0xA0 ? cp1252_extras[byte - 0x80] : byte;
        char bytes[UTF8_MAX_BYTES];
        buf_add(out, bytes, utf8_encode(cp, bytes));
    }
}
