/* warc_record.c - what kind of record it is. */
#include "indexer/archive/warc_record.h"

#include <stdio.h>

#include "indexer/archive/header.h"
#include "indexer/archive/html_page.h"

#define LONGEST_BLOCK ((uint64_t)1 << 40)
#define SURELY_HTML   70 /* of html_page_recognise */

/* Some writers put a URL in angle brackets. */
static struct span without_brackets(struct span url)
{
    bool bracketed = url.len > 1 && url.p[0] == '<' && url.p[url.len - 1] == '>';
    return bracketed ? span_of(url.p + 1, url.len - 2) : url;
}

/* As header_length; 0 also where another record begins before it ends, so that
 * no header is looked through twice. */
static size_t whole_header(struct span text)
{
    struct span rest = text;
    while (rest.len && !span_starts(rest, "WARC/"))
        if (!span_take_line(&rest).len)
            return (size_t)(rest.p - text.p);
    return 0;
}

bool warc_record_of(struct span text, struct warc_record *r)
{
    struct span rest = text;
    if (!span_starts(text, "WARC/"))
        return false;
    span_take_line(&rest);
    size_t n = whole_header(rest);
    if (!n)
        return false;
    r->headers = span_of(rest.p, n);
    r->block = span_from(rest, n);
    r->type = header_value(r->headers, "WARC-Type");
    r->url = without_brackets(header_value(r->headers, "WARC-Target-URI"));
    r->date = header_value(r->headers, "WARC-Date");
    return true;
}

bool warc_block_length(const struct warc_record *r, uint64_t *length)
{
    struct span digits = header_value(r->headers, "Content-Length");
    *length = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (!is_ascii_digit(digits.p[i]))
            return false;
        *length = *length * 10 + (uint64_t)(digits.p[i] - '0');
        if (*length > LONGEST_BLOCK)
            return false;
    }
    return digits.len > 0;
}

static enum warc_payload nothing(char detail[WARC_DETAIL_BYTES], const char *what, struct span text)
{
    snprintf(detail, WARC_DETAIL_BYTES, "%s%.*s", what, text.len < 90 ? (int)text.len : 90, text.p);
    return WARC_NOTHING;
}

/* By the type, and by the bytes where that says nothing. */
static enum warc_payload by_type(struct span type, struct span body, char detail[WARC_DETAIL_BYTES])
{
    if (span_is_one_of(type, "text/html application/xhtml+xml"))
        return WARC_PAGE;
    bool says_nothing = !type.len || span_is_one_of(type, "text/plain application/octet-stream "
                                                          "unknown/unknown content/unknown");
    if (says_nothing && html_page_recognise(body.p, body.len) >= SURELY_HTML)
        return WARC_PAGE;
    return type.len ? nothing(detail, "", type) : nothing(detail, "no type", (struct span){"", 0});
}

static enum warc_payload of_response(const struct warc_record *r, char detail[WARC_DETAIL_BYTES])
{
    struct http_response http;
    struct span type = media_type(header_value(r->headers, "Content-Type"));
    if (!http_response_of(r->block, &http))
        return by_type(span_starts(type, "application/http") ? (struct span){0} : type, r->block,
                       detail);
    if (http.status < 200 || http.status > 299) {
        snprintf(detail, WARC_DETAIL_BYTES, "HTTP status %d", http.status);
        return WARC_NOTHING;
    }
    struct span identified = header_value(r->headers, "WARC-Identified-Payload-Type");
    if (span_is_one_of(identified, "text/html application/xhtml+xml"))
        return WARC_PAGE;
    return by_type(media_type(header_value(http.headers, "Content-Type")), http.body, detail);
}

enum warc_payload warc_payload_of(const struct warc_record *r, char detail[WARC_DETAIL_BYTES])
{
    struct span type = media_type(header_value(r->headers, "Content-Type"));
    if (span_is(r->type, "response"))
        return of_response(r, detail);
    if (span_is(r->type, "resource"))
        return by_type(type, r->block, detail);
    if (span_is(r->type, "conversion") && span_is(type, "text/plain"))
        return WARC_TEXT;
    if (span_is(r->type, "revisit"))
        return nothing(detail, "revisit of ", r->url);
    return nothing(detail, "", r->type);
}
