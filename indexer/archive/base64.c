/* base64.c - four letters, three bytes. */
#include "indexer/archive/base64.h"

#include <stdint.h>
#include <string.h>

#include "indexer/archive/span.h"

/* 0 to 63, or -1. */
static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (is_ascii_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Adds six bits to those that wait for a byte. */
static void add_value(uint32_t *bits, unsigned *have, int value, struct buf *out)
{
    *bits = *bits << 6 | (uint32_t)value;
    *have += 6;
    if (*have < 8)
        return;
    *have -= 8;
    buf_putc(out, (int)(*bits >> *have & 0xff));
}

bool base64_decode(const char *text, size_t len, struct buf *out)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t start = out->len;
    bool padded = false;
    for (size_t i = 0; i < len; i++) {
        int value = value_of(text[i]);
        if (text[i] == '=')
            padded = true;
        else if (value >= 0 && !padded)
            add_value(&bits, &have, value, out);
        else if (!is_ascii_space(text[i])) {
            out->len = start;
            return false;
        }
    }
    return true;
}
