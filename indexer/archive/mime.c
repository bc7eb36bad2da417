/* mime.c - base64, quoted-printable (RFC 2045) and encoded words (RFC 2047). */
#include "indexer/archive/mime.h"

#include "indexer/archive/base64.h"
#include "indexer/archive/encoding.h"

/* --- base64 --- */

static bool is_base64(char c)
{
    return is_ascii_letter(c) || is_ascii_digit(c) || c == '+' || c == '/';
}

/* Mail may have other characters in between, and lists add lines behind it. */
static void decode_letters(struct span text, struct buf *out)
{
    struct buf letters = {0};
    for (size_t i = 0; i < text.len && text.p[i] != '='; i++)
        if (is_base64(text.p[i]))
            buf_putc(&letters, text.p[i]);
    base64_decode((const char *)letters.data, letters.len - (letters.len % 4 == 1), out);
    buf_free(&letters);
}

/* --- quoted-printable --- */

/* How many bytes the "=" at the span's start takes with it when the line goes
 * on behind it; 0 when it does not. */
static size_t soft_break(struct span text)
{
    size_t n = 1;
    while (n < text.len && (text.p[n] == ' ' || text.p[n] == '\t' || text.p[n] == '\r'))
        n++;
    return n < text.len && text.p[n] == '\n' ? n + 1 : n == text.len ? n : 0;
}

static size_t take_quoted(struct span text, struct buf *out)
{
    int high = text.len > 2 ? hex_value(text.p[1]) : -1;
    int low = text.len > 2 ? hex_value(text.p[2]) : -1;
    size_t broken = soft_break(text);
    if (high >= 0 && low >= 0) {
        buf_putc(out, high * 16 + low);
        return 3;
    }
    if (!broken)
        buf_putc(out, '=');
    return broken ? broken : 1;
}

static void quoted_printable_decode(struct span text, struct buf *out)
{
    while (text.len) {
        const char *equals = memchr(text.p, '=', text.len);
        size_t plain = equals ? (size_t)(equals - text.p) : text.len;
        buf_add(out, text.p, plain);
        text = span_from(text, plain);
        if (text.len)
            text = span_from(text, take_quoted(text, out));
    }
}

void transfer_decode(struct span body, struct span encoding, struct buf *out)
{
    if (span_is(encoding, "base64"))
        decode_letters(body, out);
    else if (span_is(encoding, "quoted-printable"))
        quoted_printable_decode(body, out);
    else
        buf_add(out, body.p, body.len);
}

/* --- encoded words --- */

struct encoded_word {
    struct span charset, text;
    char encoding;   /* 'b' or 'q' */
    const char *end; /* behind its "?=" */
};

static bool is_token(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_ascii_space(s.p[i]) || s.p[i] == '?')
            return false;
    return s.len > 0;
}

/* "=?utf-8?Q?caf=C3=A9?=" at the start of the text. */
static bool read_word(struct span text, struct encoded_word *w)
{
    struct span rest = text;
    if (!span_starts(text, "=?"))
        return false;
    rest = span_from(rest, 2);
    w->charset = span_take_until(&rest, '?');
    struct span encoding = span_take_until(&rest, '?'), charset = w->charset;
    w->charset = span_take_until(&charset, '*'); /* a language may follow: RFC 2231 */
    w->text = span_take_until(&rest, '?');
    w->encoding = encoding.len == 1 ? ascii_lower(encoding.p[0]) : '\0';
    w->end = rest.p + 1;
    return is_token(w->charset) && (w->encoding == 'b' || w->encoding == 'q') && rest.len &&
           rest.p[0] == '=';
}

static void decode_q(struct span text, struct buf *out)
{
    struct buf spaced = {0};
    buf_add(&spaced, text.p, text.len);
    for (size_t i = 0; i < spaced.len; i++)
        if (spaced.data[i] == '_')
            spaced.data[i] = ' ';
    quoted_printable_decode(span_of((const char *)spaced.data, spaced.len), out);
    buf_free(&spaced);
}

static void decode_word(const struct encoded_word *w, struct buf *bytes)
{
    if (w->encoding == 'b')
        decode_letters(w->text, bytes);
    else
        decode_q(w->text, bytes);
}

/* Takes the word that follows another with white space only between them, in
 * the same encoding: writers cut where a line is full, inside a character too. */
static bool take_next_word(struct encoded_word *w, const char *end)
{
    struct encoded_word next;
    const char *p = w->end;
    while (p < end && is_ascii_space(*p))
        p++;
    if (p == end || !read_word(span_between(p, end), &next) || !span_same(next.charset, w->charset))
        return false;
    *w = next;
    return true;
}

/* Adds the word and those that go on with it; w becomes the last of them. */
static bool add_words(struct encoded_word *w, const char *end, struct buf *out)
{
    struct buf bytes = {0};
    size_t damaged = 0;
    const struct charset *charset = charset_named(w->charset.p, w->charset.len);
    if (!charset)
        return false;
    do
        decode_word(w, &bytes);
    while (take_next_word(w, end));
    bool known = charset_to_utf8(charset, bytes.data, bytes.len, out, &damaged);
    buf_free(&bytes);
    return known;
}

static void add_plain(struct archive_parser *parser, struct span text, struct buf *out,
                      struct record_problem *problem)
{
    if (!text.len)
        return;
    struct bytes utf8 = text_in_utf8(parser, text.p, text.len, NULL, problem);
    buf_add(out, utf8.p, bytes_left(&utf8));
}

void encoded_words_decode(struct archive_parser *parser, struct span value, struct buf *out,
                          struct record_problem *problem)
{
    const char *end = span_end(value), *p = value.p;
    bool after_word = false;
    while (p < end) {
        const char *found = span_find(span_between(p, end), "=?");
        struct encoded_word w;
        struct span plain = span_between(p, found ? found : end);
        bool is_word = found && read_word(span_between(found, end), &w);
        /* White space between two words only separates them. */
        if (!(after_word && is_word && !span_trimmed(plain).len))
            add_plain(parser, plain, out, problem);
        if (!found)
            return;
        after_word = is_word && add_words(&w, end, out);
        if (!after_word)
            buf_puts(out, "=?");
        p = after_word ? w.end : found + 2;
    }
}
