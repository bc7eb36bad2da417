/* html_scan.c - one token after the other. */
#include "indexer/archive/html_scan.h"

#define RAW_ELEMENTS "script style xmp iframe noembed noframes"

struct html_scanner html_scan(struct span document)
{
    return (struct html_scanner){.rest = document};
}

static bool ends_name(char c)
{
    return is_ascii_space(c) || c == '>' || c == '/';
}

/* --- attributes --- */

static struct span without_separators(struct span s)
{
    while (s.len && (is_ascii_space(s.p[0]) || s.p[0] == '/'))
        s = span_from(s, 1);
    return s;
}

static struct span without_spaces(struct span s)
{
    while (s.len && is_ascii_space(s.p[0]))
        s = span_from(s, 1);
    return s;
}

/* The bytes up to one that ends a name, or that ends a bare value. */
static struct span take_word(struct span *rest, const char *ends)
{
    size_t n = 0;
    while (n < rest->len && !is_ascii_space(rest->p[n]) &&
           (!rest->p[n] || !strchr(ends, rest->p[n])))
        n++;
    struct span word = span_of(rest->p, n);
    *rest = span_from(*rest, n);
    return word;
}

static struct span take_value(struct span *rest)
{
    char quote = rest->len ? rest->p[0] : '\0';
    if (quote != '"' && quote != '\'')
        return take_word(rest, ">");
    *rest = span_from(*rest, 1);
    return span_take_until(rest, quote);
}

bool html_next_attribute(struct span *rest, struct html_attribute *attribute)
{
    *rest = without_separators(*rest);
    if (!rest->len || rest->p[0] == '>')
        return false;
    const char *start = rest->p;
    if (*start == '=') /* belongs to the name when it begins it */
        *rest = span_from(*rest, 1);
    struct span name = take_word(rest, "=/>");
    attribute->name = span_between(start, span_end(name));
    attribute->value = span_of(span_end(name), 0);
    struct span after = without_spaces(*rest);
    if (after.len && after.p[0] == '=') {
        *rest = without_spaces(span_from(after, 1));
        attribute->value = take_value(rest);
    }
    return true;
}

struct span html_attribute(struct span attributes, const char *name)
{
    struct html_attribute a;
    while (html_next_attribute(&attributes, &a))
        if (span_is(a.name, name))
            return a.value;
    return (struct span){0};
}

/* --- tags --- */

/* The ">" that ends the tag whose name ends where the span begins; NULL when
 * the document ends first. A "/" before it closes the element, unless it ends
 * a value. */
static const char *find_tag_end(struct span rest, bool *closes_itself)
{
    const char *start = rest.p;
    struct html_attribute last = {.value = span_of(start, 0)};
    while (html_next_attribute(&rest, &last))
        ;
    *closes_itself =
        rest.len && rest.p > start && rest.p[-1] == '/' && span_end(last.value) < rest.p;
    return rest.len ? rest.p : NULL;
}

static void note_element(struct html_scanner *s, const struct html_token *t)
{
    bool foreign = span_is_one_of(t->name, "svg math");
    if (t->kind == HTML_END_TAG) {
        s->foreign -= foreign && s->foreign;
        return;
    }
    if (foreign && !t->closes_itself)
        s->foreign++;
    else if (span_is(t->name, "script") && !(s->foreign && t->closes_itself))
        s->raw = t->name;
    else if (!s->foreign && span_is_one_of(t->name, RAW_ELEMENTS " title textarea plaintext"))
        s->raw = t->name;
}

/* The tag whose name begins at `name`; false when it never ends. */
static bool take_tag(struct html_scanner *s, const char *name, struct html_token *t)
{
    const char *end = span_end(s->rest), *after = name;
    while (after < end && !ends_name(*after))
        after++;
    const char *close = find_tag_end(span_between(after, end), &t->closes_itself);
    if (!close)
        return false;
    t->kind = s->rest.p[1] == '/' ? HTML_END_TAG : HTML_START_TAG;
    t->name = span_between(name, after);
    t->attributes = span_between(after, close);
    t->source = span_between(s->rest.p, close + 1);
    note_element(s, t);
    return true;
}

/* Behind the "-->" or "--!>" of the comment that begins the span. */
static const char *end_of_comment(struct span text)
{
    const char *end = span_end(text);
    struct span inside = span_from(text, 4);
    if (span_starts(inside, ">") || span_starts(inside, "->"))
        return inside.p + (inside.p[0] == '>' ? 1 : 2);
    for (const char *p = inside.p; (p = span_find(span_between(p, end), "--")) != NULL; p++) {
        struct span after = span_between(p + 2, end);
        if (span_starts(after, ">"))
            return after.p + 1;
        if (span_starts(after, "!>"))
            return after.p + 2;
    }
    return end;
}

static void take_other(struct html_scanner *s, struct html_token *t)
{
    const char *end = span_end(s->rest), *close;
    if (span_starts(s->rest, "<!--")) {
        close = end_of_comment(s->rest);
    } else if (s->foreign && span_starts(s->rest, "<![CDATA[")) {
        close = span_find(s->rest, "]]>");
        t->kind = HTML_RAW_TEXT;
        t->source = span_between(s->rest.p + 9, close ? close : end);
        s->rest = span_between(close ? close + 3 : end, end);
        return;
    } else {
        const char *found = span_find(s->rest, ">");
        close = found ? found + 1 : end;
    }
    t->kind = HTML_OTHER;
    t->source = span_between(s->rest.p, close);
    s->rest = span_between(close, end);
}

static bool takes_markup(struct html_scanner *s, struct html_token *t)
{
    struct span rest = s->rest;
    char next = rest.len > 1 ? rest.p[1] : '\0', third = rest.len > 2 ? rest.p[2] : '\0';
    if (s->unclosed || rest.p[0] != '<')
        return false;
    if (is_ascii_letter(next) || (next == '/' && is_ascii_letter(third))) {
        s->unclosed = !take_tag(s, rest.p + 1 + (next == '/'), t);
        if (!s->unclosed)
            s->rest = span_between(span_end(t->source), span_end(rest));
        return !s->unclosed;
    }
    if (next != '!' && next != '?' && (next != '/' || !third))
        return false;
    take_other(s, t);
    return true;
}

/* --- text --- */

/* Up to the next "<" that may begin markup. The one that the text begins with
 * does not. */
static void take_text(struct html_scanner *s, struct html_token *t)
{
    const char *end = span_end(s->rest), *p = s->rest.p + 1;
    while (!s->unclosed && p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        char next = end - p > 1 ? p[1] : '\0';
        if (is_ascii_letter(next) || (next && strchr("/!?", next)))
            break;
        p++;
    }
    if (s->unclosed || !p)
        p = end;
    t->kind = HTML_TEXT;
    t->source = span_between(s->rest.p, p);
    s->rest = span_between(p, end);
}

/* Whether the tag of that name, closing or not, begins the text. */
static bool starts_with_tag(struct span text, bool closing, struct span name)
{
    size_t before = closing ? 2 : 1;
    return text.len > name.len + before && text.p[0] == '<' && (!closing || text.p[1] == '/') &&
           span_same(span_of(text.p + before, name.len), name) &&
           ends_name(text.p[before + name.len]);
}

/* Where the end tag of the element begins whose text this is. */
static const char *find_raw_end(struct span text, struct span name)
{
    const char *end = span_end(text), *p = text.p;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        if (starts_with_tag(span_between(p, end), true, name))
            return p;
        p++;
    }
    return end;
}

/* In "<!--" of a script, a "<script>" takes a "</script>" for itself. */
static const char *find_script_end(struct span text, struct span name)
{
    enum { CODE, COMMENT, SCRIPT_IN_COMMENT } in = CODE;
    for (; text.len; text = span_from(text, 1)) {
        if (text.p[0] == '-' && in != CODE && span_starts(text, "-->"))
            in = CODE;
        if (text.p[0] != '<')
            continue;
        if (in == CODE && span_starts(text, "<!--")) {
            in = COMMENT;
            text = span_from(text, 1); /* its dashes may also end it */
        } else if (in == COMMENT && starts_with_tag(text, false, name)) {
            in = SCRIPT_IN_COMMENT;
        } else if (starts_with_tag(text, true, name)) {
            if (in != SCRIPT_IN_COMMENT)
                return text.p;
            in = COMMENT;
        }
    }
    return text.p;
}

static const char *find_end_of_raw(struct span text, struct span name)
{
    if (span_is(name, "plaintext"))
        return span_end(text);
    return span_is(name, "script") ? find_script_end(text, name) : find_raw_end(text, name);
}

static bool takes_raw_text(struct html_scanner *s, struct html_token *t)
{
    struct span name = s->raw;
    s->raw = (struct span){0};
    if (!name.len)
        return false;
    const char *close = find_end_of_raw(s->rest, name);
    t->kind = span_is_one_of(name, "title textarea") ? HTML_TEXT : HTML_RAW_TEXT;
    t->source = span_between(s->rest.p, close);
    s->rest = span_between(close, span_end(s->rest));
    return t->source.len > 0;
}

bool html_next(struct html_scanner *s, struct html_token *t)
{
    *t = (struct html_token){0};
    if (!s->rest.len)
        return false;
    if (takes_raw_text(s, t))
        return true;
    if (!takes_markup(s, t))
        take_text(s, t);
    return true;
}
