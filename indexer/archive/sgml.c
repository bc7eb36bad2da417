/* sgml.c - elements as records and as fields. */
#include "indexer/archive/sgml.h"

#include <string.h>

#include "indexer/archive/encoding.h"
#include "indexer/archive/html.h"
#include "indexer/archive/split.h"

/* --- records --- */

#define PASSED_BYTES ((size_t)256 << 10) /* of what is not kept, in one go */

enum mark { MARK_NONE, MARK_START, MARK_END };

struct cutter {
    struct input *in;
    const char *name;
    const struct archive_format *format;
    const struct archive_sink *sink;
    uint64_t number;
    bool inside; /* what comes next is the rest of a record that was too long */
};

static enum mark mark_at(struct span text, const char *name)
{
    enum mark mark = text.len > 1 && text.p[1] == '/' ? MARK_END : MARK_START;
    text = span_from(text, mark == MARK_END ? 2 : 1);
    size_t n = strlen(name);
    bool is_name =
        span_starts(text, name) && text.len > n && (text.p[n] == '>' || is_ascii_space(text.p[n]));
    return is_name ? mark : MARK_NONE;
}

/* Moves *at, in the view, to the next start or end tag of the name. None: to
 * the end, or beyond the limit. */
static int find_mark(const struct cutter *c, size_t *at, size_t limit, enum mark *mark)
{
    size_t room = strlen(c->name) + 3, len;
    *mark = MARK_NONE;
    for (;;) {
        const char *view = input_view(c->in, &len);
        while (*at < len) {
            const char *found = memchr(view + *at, '<', len - *at);
            *at = found ? (size_t)(found - view) : len;
            if (*at < len && (len - *at >= room || input_ended(c->in)))
                *mark = mark_at(span_of(found, len - *at), c->name);
            if (*mark || len - *at < room)
                break;
            ++*at;
        }
        if (*mark || input_ended(c->in) || *at > limit)
            return BF_OK;
        int rc = input_fill(c->in, len + 1);
        if (rc)
            return rc;
    }
}

static void report_damage(const struct cutter *c, uint64_t offset, const char *detail)
{
    c->sink->bad_record(c->sink->ctx, input_name(c->in), c->number, offset, SKIP_DAMAGED_RECORD,
                        detail);
}

/* Where text begins that is in no tag; n when there is none. */
static size_t find_stray(const char *view, size_t n, bool *in_tag)
{
    for (size_t i = 0; i < n; i++) {
        if (*in_tag)
            *in_tag = view[i] != '>';
        else if (view[i] == '<')
            *in_tag = true;
        else if (!is_ascii_space(view[i]))
            return i;
    }
    return n;
}

/* Passes what stands before the next start tag, and reports the first piece of
 * text in it. False in *more: there is none to come. */
static int pass_outside(struct cutter *c, bool *more)
{
    bool reported = c->inside, in_tag = false;
    c->inside = false;
    for (;;) {
        enum mark mark;
        size_t at = 0, len;
        int rc = find_mark(c, &at, PASSED_BYTES, &mark);
        if (rc)
            return rc;
        const char *view = input_view(c->in, &len);
        size_t passed = at < len ? at : len, stray = find_stray(view, passed, &in_tag);
        if (!reported && (stray < passed || mark == MARK_END)) {
            report_damage(c, input_offset(c->in) + stray, "not in an element of its own");
            reported = true;
        }
        input_advance(c->in, passed + (mark == MARK_END));
        *more = mark == MARK_START;
        if (*more || (!mark && input_ended(c->in)))
            return BF_OK;
    }
}

/* The element that begins the view. */
static int cut_element(struct cutter *c, struct error *err)
{
    size_t len, at = 1, limit = input_max_record(c->in);
    enum mark mark;
    int rc = find_mark(c, &at, limit, &mark);
    if (rc)
        return rc;
    const char *view = input_view(c->in, &len);
    const char *close = mark ? memchr(view + at, '>', len - at) : NULL;
    size_t whole = close ? (size_t)(close - view) + 1 : at;
    if (mark == MARK_END && whole <= limit) {
        rc = hand_over_record(c->in, whole, c->number, c->format, c->sink, err);
    } else if (whole > limit) {
        report_long_record(c->in, c->sink, c->number);
        c->inside = mark == MARK_NONE;
    } else if (!input_cut(c->in) || mark == MARK_START) {
        report_damage(c, input_offset(c->in), "its end tag is missing");
    }
    input_advance(c->in, mark == MARK_END ? whole : at);
    return rc;
}

int sgml_split(struct input *in, const char *name, const struct archive_format *format,
               const struct archive_sink *sink, struct error *err)
{
    struct cutter c = {in, name, format, sink, 1, false};
    bool more;
    int rc;
    while (!(rc = pass_outside(&c, &more)) && more) {
        rc = cut_element(&c, err);
        if (rc)
            break;
        c.number++;
    }
    return rc;
}

/* --- tags --- */

static bool ends_name(char c)
{
    return is_ascii_space(c) || c == '>' || c == '/' || c == '<';
}

/* Behind the comment or the declaration that begins here. */
static const char *end_of_declaration(struct span text)
{
    bool comment = span_starts(text, "<!--");
    const char *close = span_find(text, comment ? "-->" : ">");
    return close ? close + (comment ? 3 : 1) : span_end(text);
}

/* Where the tag ends whose name ends at p: its ">", a "<", or the end. */
static const char *find_close(const char *p, const char *end)
{
    while (p < end && *p != '>' && *p != '<')
        p++;
    return p;
}

bool sgml_next_tag(struct span text, struct sgml_tag *tag)
{
    const char *p = text.p, *end = span_end(text), *close;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        bool closes = end - p > 1 && p[1] == '/';
        const char *name = p + 1 + closes, *after = name;
        if (name < end && (*name == '!' || *name == '?')) {
            close = end_of_declaration(span_between(p, end));
            *tag = (struct sgml_tag){.start = p, .end = close};
            return true;
        }
        while (after < end && !ends_name(*after))
            after++;
        close = find_close(after, end);
        if (after > name && is_ascii_letter(*name) && close < end && *close == '>') {
            *tag = (struct sgml_tag){span_between(name, after), span_between(after, close), p,
                                     close + 1, closes};
            return true;
        }
        p = close > p ? close : p + 1;
        if (p < end && *p == '>')
            p++;
    }
    return false;
}

struct span sgml_element(struct span text, const char *name)
{
    const char *end = span_end(text), *start = NULL;
    struct sgml_tag tag;
    while (sgml_next_tag(text, &tag)) {
        if (span_is(tag.name, name)) {
            if (!tag.closes && !start)
                start = tag.end;
            else if (tag.closes && start)
                return span_between(start, tag.start);
        }
        text = span_between(tag.end, end);
    }
    return (struct span){0};
}

void sgml_without(struct span markup, const char *names, struct buf *out)
{
    const char *end = span_end(markup), *kept = markup.p, *open = NULL;
    struct span inside = {0};
    struct sgml_tag tag;
    while (sgml_next_tag(markup, &tag)) {
        if (!open && !tag.closes && span_is_one_of(tag.name, names)) {
            open = tag.start;
            inside = tag.name;
        } else if (open && tag.closes && span_same(tag.name, inside)) {
            buf_add(out, kept, (size_t)(open - kept));
            kept = tag.end;
            open = NULL;
        }
        markup = span_between(tag.end, end);
    }
    buf_add(out, kept, (size_t)(end - kept));
}

/* The value at the span's start, which then begins behind it. */
static struct span take_value(struct span *rest)
{
    char quote = rest->len ? rest->p[0] : ' ';
    if (quote == '"' || quote == '\'') {
        *rest = span_from(*rest, 1);
        return span_take_until(rest, quote);
    }
    size_t n = 0;
    while (n < rest->len && !is_ascii_space(rest->p[n]))
        n++;
    struct span value = span_of(rest->p, n);
    *rest = span_from(*rest, n);
    return value;
}

struct span sgml_attribute(struct span attributes, const char *name)
{
    while ((attributes = span_trimmed(attributes)).len) {
        size_t n = 0;
        while (n < attributes.len && attributes.p[n] != '=' && !is_ascii_space(attributes.p[n]))
            n++;
        struct span found = span_of(attributes.p, n), value = {0};
        attributes = span_trimmed(span_from(attributes, n));
        if (attributes.len && attributes.p[0] == '=') {
            attributes = span_trimmed(span_from(attributes, 1));
            value = take_value(&attributes);
        }
        if (span_is(found, name))
            return value;
    }
    return (struct span){0};
}

/* --- text --- */

struct text_writer {
    struct buf *out;
    size_t start;  /* of our text in out */
    bool indented; /* the line before began with blanks */
    size_t paragraphs;
    bool new_paragraph; /* an empty line came before */
};

static size_t count_blanks(struct span line)
{
    size_t n = 0;
    while (n < line.len && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n;
}

static void write_line(struct text_writer *w, struct span line)
{
    bool indented = count_blanks(line) > 1;
    struct span text = span_trimmed(line);
    if (!text.len) {
        w->new_paragraph = true;
        return;
    }
    bool first = w->out->len == w->start;
    bool paragraph = first || w->new_paragraph || (indented && !w->indented);
    if (!first)
        buf_puts(w->out, paragraph ? "\n\n" : "\n");
    w->paragraphs += paragraph;
    buf_add(w->out, text.p, text.len);
    w->new_paragraph = false;
    w->indented = indented;
}

/* The markup with its tags out and its references decoded; an empty line
 * stands for each <p>. */
static void strip_tags(struct span markup, struct buf *out)
{
    const char *end = span_end(markup);
    struct sgml_tag tag;
    while (sgml_next_tag(markup, &tag)) {
        html_decode(markup.p, (size_t)(tag.start - markup.p), out);
        if (span_is_one_of(tag.name, "p lp text br"))
            buf_puts(out, "\n\n");
        markup = span_between(tag.end, end);
    }
    html_decode(markup.p, markup.len, out);
}

/* Of a single paragraph, lines are where the text was wrapped. */
static void unwrap(unsigned char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\n')
            text[i] = ' ';
}

void sgml_text(struct span markup, struct buf *out)
{
    struct buf plain = {0};
    struct text_writer w = {.out = out, .start = out->len};
    strip_tags(markup, &plain);
    replace_controls(&plain);
    struct span rest = span_of((const char *)plain.data, plain.len);
    while (rest.len)
        write_line(&w, span_take_line(&rest));
    if (out->len > w.start && w.paragraphs == 1)
        unwrap(out->data + w.start, out->len - w.start);
    buf_free(&plain);
}
