/* html.c - tags out, references decoded, white space in order. */
#include "indexer/archive/html.h"

#include "indexer/archive/html_elements.h"
#include "indexer/archive/html_reference.h"
#include "indexer/archive/html_scan.h"

#define NO_BREAK_SPACE 0xA0

struct writer {
    struct buf *out;
    size_t start;      /* of our text in out */
    enum html_gap gap; /* owed to the output before the next visible character */
};

void html_decode(const char *text, size_t len, struct buf *out)
{
    html_decode_as(span_of(text, len), REFERENCE_CLOSED, out);
}

/* --- writing --- */

static void owe(struct writer *w, enum html_gap gap)
{
    if (gap > w->gap)
        w->gap = gap;
}

static void pay_gap(struct writer *w)
{
    static const char *const gaps[] = {"", " ", "\n", "\n\n"};
    if (w->out->len > w->start)
        buf_puts(w->out, gaps[w->gap]);
    w->gap = GAP_NONE;
}

/* The reference at the "&" that begins the text. Returns its length. */
static size_t write_reference(struct writer *w, struct span text)
{
    uint32_t cp[2] = {'&', 0};
    size_t n = html_reference(text, REFERENCE_CLOSED, cp);
    if (n && (cp[0] == NO_BREAK_SPACE || (cp[0] < 0x80 && is_ascii_space((char)cp[0])))) {
        owe(w, GAP_SPACE);
    } else {
        pay_gap(w);
        html_add_characters(w->out, cp);
    }
    return n ? n : 1;
}

/* A run of characters that stand for themselves. Returns its length. */
static size_t write_run(struct writer *w, struct span text)
{
    size_t n = 0;
    while (n < text.len && text.p[n] != '&' && !is_ascii_space(text.p[n]))
        n++;
    pay_gap(w);
    buf_add(w->out, text.p, n);
    return n;
}

static void write_text(struct writer *w, struct span text)
{
    while (text.len) {
        size_t n = 1;
        if (text.p[0] == '&')
            n = write_reference(w, text);
        else if (is_ascii_space(text.p[0]))
            owe(w, GAP_SPACE);
        else
            n = write_run(w, text);
        text = span_from(text, n);
    }
}

void html_to_text(const char *html, size_t len, struct buf *out)
{
    struct writer w = {.out = out, .start = out->len};
    struct html_scanner scanner = html_scan(span_of(html, len));
    struct html_token token;
    while (html_next(&scanner, &token)) {
        if (token.kind == HTML_TEXT)
            write_text(&w, token.source);
        else if (token.name.len)
            owe(&w, html_element_named(token.name)->gap);
    }
}
