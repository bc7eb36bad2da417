/* encoding.c - valid UTF-8 from whatever a record holds. */
#include "indexer/archive/encoding.h"

#include <string.h>

#include "common/base/sixteen.h"
#include "common/text/utf8.h"

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

static sixteen controls_of(sixteen v)
{
    return ((sixteen)(v < ' ') & ~sixteen_within(v, '\t', '\r')) | (sixteen)(v == 0x7f);
}

bool has_controls(const char *text, size_t len)
{
    sixteen found = {0};
    size_t i = 0;
    for (; len - i >= sizeof found; i += sizeof found)
        found |= controls_of(sixteen_load(text + i));
    if (sixteen_any(found))
        return true;
    while (i < len && !is_control((unsigned char)text[i]))
        i++;
    return i < len;
}

void replace_controls(struct buf *text)
{
    if (!has_controls((const char *)text->data, text->len))
        return;
    for (size_t i = 0; i < text->len; i++)
        if (is_control(text->data[i]))
            text->data[i] = ' ';
}

/* Without its NUL bytes, when it has any; the text is valid. */
static struct bytes without_nul(struct archive_parser *parser, const char *text, size_t len,
                                struct record_problem *problem)
{
    if (!len || !memchr(text, '\0', len))
        return bytes_of(text, len);
    buf_add(&parser->encoded, text, len);
    replace_controls(&parser->encoded);
    problem->encoding_repaired = true;
    return bytes_of(parser->encoded.data, parser->encoded.len);
}

/* Whether it is another encoding's text, and now in parser->encoded. */
static bool decode_declared(struct archive_parser *parser, const char *text, size_t len, bool valid,
                            const struct charset *declared, struct record_problem *problem)
{
    size_t damaged;
    if (!declared || declared->kind == CHARSET_UTF8 || (valid && declared->kind == CHARSET_SINGLE))
        return false;
    if (!charset_to_utf8(declared, text, len, &parser->encoded, &damaged))
        return false;
    if (damaged && valid) {
        parser->encoded.len = 0;
        return false;
    }
    problem->encoding_repaired |= damaged > 0;
    return true;
}

struct bytes text_in_utf8(struct archive_parser *parser, const char *text, size_t len,
                          const struct charset *declared, struct record_problem *problem)
{
    struct buf *encoded = &parser->encoded;
    size_t mark;
    const struct charset *marked = charset_of_head(text, len, &mark);
    if (mark) {
        declared = marked;
        text += mark;
        len -= mark;
    }
    bool valid = utf8_valid(text, len);
    encoded->len = 0;
    if (!decode_declared(parser, text, len, valid, declared, problem)) {
        if (valid)
            return without_nul(parser, text, len, problem);
        mend(text, len, encoded);
        problem->encoding_repaired = true;
    }
    replace_controls(encoded);
    return bytes_of(encoded->data, encoded->len);
}

struct bytes record_in_utf8(struct archive_parser *parser, const struct record *record,
                            struct record_problem *problem)
{
    return text_in_utf8(parser, record->data, record->len, NULL, problem);
}

struct span value_in_utf8(struct archive_parser *parser, struct span value, struct arena *arena,
                          struct record_problem *problem)
{
    if (utf8_valid(value.p, value.len))
        return value;
    struct bytes text = text_in_utf8(parser, value.p, value.len, NULL, problem);
    size_t len = bytes_left(&text);
    return span_of(arena_strndup(arena, (const char *)text.p, len), len);
}
