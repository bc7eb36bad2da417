/* encoding.c - valid UTF-8 from whatever a record holds. */
#include "indexer/archive/encoding.h"

#include <string.h>

#include "common/text/utf8.h"

static struct bytes without_mark(const char *text, size_t len)
{
    bool marked = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0;
    return bytes_of(text + (marked ? 3 : 0), len - (marked ? 3 : 0));
}

static size_t count_lead_bytes(const struct buf *utf8)
{
    size_t n = 0;
    for (size_t i = 0; i < utf8->len; i++)
        n += utf8->data[i] >= 0xC0;
    return n;
}

static void mend(const char *text, size_t len, struct buf *out)
{
    out->len = 0;
    size_t damaged = utf8_repair(text, len, out);
    if (count_lead_bytes(out) - damaged >= damaged)
        return;
    out->len = 0;
    utf8_from_cp1252(text, len, out);
}

static bool is_control(unsigned char c)
{
    return c < '\t' || (c > '\r' && c < ' ') || c == 0x7f;
}

/* Whether any of eight bytes is a control. A sum's bit 7 says whether the
 * byte reaches a bound; none carries into the next byte. */
static bool have_control(uint64_t v)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    uint64_t low = v & ~high;
    uint64_t from_tab = low + (0x80 - '\t') * ones;
    uint64_t above_return = low + (0x7f - '\r') * ones;
    uint64_t from_space = low + (0x80 - ' ') * ones;
    uint64_t not_delete = (low ^ 0x7f * ones) + 0x7f * ones;
    return ((~from_tab | (above_return & ~from_space) | ~not_delete) & ~v & high) != 0;
}

bool has_controls(const char *text, size_t len)
{
    size_t i = 0;
    for (; len - i >= 8; i += 8)
        if (have_control(load_u64(text + i)))
            return true;
    while (i < len && !is_control((unsigned char)text[i]))
        i++;
    return i < len;
}

void replace_controls(struct buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (is_control(text->data[i]))
            text->data[i] = ' ';
}

struct bytes record_in_utf8(struct archive_parser *parser, const struct record *record,
                            struct record_problem *problem)
{
    struct bytes text = without_mark(record->data, record->len);
    const char *p = (const char *)text.p;
    size_t len = bytes_left(&text);
    bool valid = utf8_valid(p, len);
    if (valid && !memchr(p, '\0', len))
        return text;
    struct buf *encoded = &parser->encoded;
    encoded->len = 0;
    if (valid)
        buf_add(encoded, p, len);
    else
        mend(p, len, encoded);
    replace_controls(encoded);
    problem->encoding_repaired = true;
    return bytes_of(encoded->data, encoded->len);
}
