/* http_body.c - chunks and content codings of HTTP (RFC 9112, 7; RFC 9110, 8.4). */
#include "indexer/archive/http_body.h"

#include "indexer/archive/gzin.h"
#include "indexer/archive/header.h"

bool http_response_of(struct span block, struct http_response *r)
{
    struct span rest = block, line = span_take_line(&rest);
    if (!span_starts(line, "HTTP/"))
        return false;
    span_take_until(&line, ' ');
    line = span_trimmed(line);
    r->status = 0;
    for (size_t i = 0; i < line.len && i < 3 && is_ascii_digit(line.p[i]); i++)
        r->status = r->status * 10 + (line.p[i] - '0');
    r->headers = rest;
    size_t n = header_length(rest);
    r->body = n ? span_from(rest, n) : span_of(span_end(rest), 0);
    return r->status >= 100;
}

/* --- chunks --- */

/* The size in a chunk's first line; false when the line has none. */
static bool chunk_size(struct span line, size_t *size)
{
    size_t digits = 0;
    *size = 0;
    line = span_trimmed(line);
    for (; digits < line.len && hex_value(line.p[digits]) >= 0; digits++) {
        if (digits == 15)
            return false;
        *size = *size * 16 + (size_t)hex_value(line.p[digits]);
    }
    return digits && (digits == line.len || line.p[digits] == ';' || line.p[digits] == ' ');
}

/* Adds what the chunks hold to out, up to where one is damaged or the body
 * ends. False when it does not begin with a chunk. */
static bool join_chunks(struct span body, struct buf *out)
{
    bool any = false;
    size_t size;
    while (body.len) {
        struct span line = span_take_line(&body);
        if (!line.len && any)
            continue;
        if (!chunk_size(line, &size) || (!any && !body.len))
            break;
        any = true;
        if (!size)
            break;
        size = size < body.len ? size : body.len;
        buf_add(out, body.p, size);
        body = span_from(body, size);
    }
    return any;
}

/* --- codings --- */

static enum skip_reason unpack(struct span packed, enum gzin_form form, size_t limit,
                               struct buf *out)
{
    struct gzin *g = gzin_new(form);
    struct bytes in = bytes_of(packed.p, packed.len);
    enum gzin_status status = GZIN_GOING;
    while (status == GZIN_GOING && out->len <= limit) {
        size_t written, room = (size_t)64 << 10;
        buf_reserve(out, room);
        status = gzin_run(g, &in, true, out->data + out->len, room, &written);
        out->len += written;
    }
    gzin_free(g);
    if (status == GZIN_GOING || status == GZIN_TOO_LARGE)
        return SKIP_EXPANDS_TOO_FAR;
    /* What was cut short, in the middle or at the end, is still a page's beginning. */
    return status == GZIN_DAMAGED && !out->len ? SKIP_DAMAGED_RECORD : SKIP_NONE;
}

/* zlib's form is told by its header: RFC 1950, 2.2. Some servers send none. */
static enum gzin_form deflate_form(struct span body)
{
    const unsigned char *p = (const unsigned char *)body.p;
    bool zlib = body.len > 1 && (p[0] & 0x0F) == 8 && (p[0] << 8 | p[1]) % 31 == 0;
    return zlib ? GZIN_ZLIB : GZIN_DEFLATE;
}

static bool is_printable(struct span body)
{
    struct span text = span_trimmed(body);
    return text.len && text.p[0] == '<';
}

enum skip_reason http_payload(const struct http_response *r, size_t limit, struct buf *scratch,
                              struct span *payload)
{
    struct span coding = header_value(r->headers, "Content-Encoding");
    struct buf joined = {0};
    enum skip_reason reason = SKIP_NONE;
    struct span body = r->body;
    scratch->len = 0;
    if (span_find_letters(header_value(r->headers, "Transfer-Encoding"), "chunked") &&
        join_chunks(body, &joined))
        body = span_of((const char *)joined.data, joined.len);
    if (gzin_recognise(body.p, body.len))
        reason = unpack(body, GZIN_GZIP, limit, scratch);
    else if (span_is(coding, "deflate") && !is_printable(body))
        reason = unpack(body, deflate_form(body), limit, scratch);
    else if (coding.len && !span_is_one_of(coding, "identity gzip x-gzip") && !is_printable(body))
        reason = SKIP_UNKNOWN_ENCODING;
    else
        buf_add(scratch, body.p, body.len);
    *payload = span_of((const char *)scratch->data, scratch->len);
    buf_free(&joined);
    return reason;
}
