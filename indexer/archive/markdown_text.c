/* markdown_text.c - blocks line by line, then what stands in a line. */
#include "indexer/archive/markdown_text.h"

#include "indexer/archive/html_reference.h"
#include "indexer/archive/html_scan.h"

#define MOST_BRACKETS     16   /* open at a time */
#define LONGEST_REFERENCE 2048 /* of a link: "(...)" or "[...]" */
#define LONGEST_TAG       1024

/* --- inside a line --- */

struct line_writer {
    struct buf *out;
    size_t start;                   /* of this paragraph in out */
    size_t brackets[MOST_BRACKETS]; /* where each "[" that is open stands in out */
    size_t open;
};

static bool is_word_byte(char c)
{
    return is_ascii_letter(c) || is_ascii_digit(c) || (unsigned char)c >= 0x80;
}

/* Behind the bracket that closes the one at the span's start; NULL when it is
 * not closed near by. */
static const char *find_closing(struct span text, char open, char close)
{
    size_t depth = 0;
    if (text.len > LONGEST_REFERENCE)
        text.len = LONGEST_REFERENCE;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == open)
            depth++;
        else if (text.p[i] == close && --depth == 0)
            return text.p + i + 1;
    }
    return NULL;
}

/* The "]" at the span's start: of a link its text stays, and neither brackets
 * nor where it leads to. Returns how much is read. */
static size_t close_bracket(struct line_writer *w, struct span text)
{
    char next = text.len > 1 ? text.p[1] : '\0';
    const char *end = NULL;
    if (w->open && next == '(')
        end = find_closing(span_from(text, 1), '(', ')');
    else if (w->open && next == '[')
        end = find_closing(span_from(text, 1), '[', ']');
    if (!w->open || !end) {
        w->open -= w->open > 0;
        buf_putc(w->out, ']');
        return 1;
    }
    size_t at = w->brackets[--w->open];
    size_t mark = at > w->start && w->out->data[at - 1] == '!' ? 2 : 1; /* of an image */
    memmove(w->out->data + at + 1 - mark, w->out->data + at + 1, w->out->len - at - 1);
    w->out->len -= mark;
    return (size_t)(end - text.p);
}

static size_t open_bracket(struct line_writer *w)
{
    if (w->open == MOST_BRACKETS) {
        memmove(w->brackets, w->brackets + 1, sizeof w->brackets - sizeof *w->brackets);
        w->open--;
    }
    w->brackets[w->open++] = w->out->len;
    buf_putc(w->out, '[');
    return 1;
}

/* An address in angle brackets is text; a tag is none. 0: it is neither. */
static size_t take_angle(struct line_writer *w, struct span text)
{
    if (text.len > LONGEST_TAG)
        text.len = LONGEST_TAG;
    const char *close = memchr(text.p, '>', text.len);
    if (!close)
        return 0;
    struct span inside = span_between(text.p + 1, close);
    bool address = span_find(inside, "://") || span_find(inside, "@");
    if (address && !span_find(inside, " ")) {
        buf_add(w->out, inside.p, inside.len);
        return inside.len + 2;
    }
    struct html_scanner scanner = html_scan(text);
    struct html_token t;
    if (!html_next(&scanner, &t) || t.kind == HTML_TEXT)
        return 0;
    if (span_is(t.name, "br"))
        buf_putc(w->out, '\n');
    return t.source.len;
}

/* Emphasis stands at the edge of a word; marks elsewhere are themselves. */
static size_t take_emphasis(struct line_writer *w, struct span line, struct span text)
{
    size_t n = 1;
    while (n < text.len && text.p[n] == text.p[0])
        n++;
    char before = text.p > line.p ? text.p[-1] : ' ', after = n < text.len ? text.p[n] : ' ';
    bool apart = is_ascii_space(before) && is_ascii_space(after);
    bool inside = text.p[0] == '_' && is_word_byte(before) && is_word_byte(after);
    if (apart || inside)
        buf_add(w->out, text.p, n);
    return n;
}

/* Code between backquotes, as it is. 0 when it does not end. */
static size_t take_code(struct line_writer *w, struct span text)
{
    size_t marks = 0;
    while (marks < text.len && text.p[marks] == '`')
        marks++;
    struct span inside = span_from(text, marks);
    char closing[8] = "```````";
    if (marks >= sizeof closing)
        return 0;
    closing[marks] = '\0';
    const char *end = span_find(inside, closing);
    if (!end)
        return 0;
    buf_add(w->out, inside.p, (size_t)(end - inside.p));
    return (size_t)(end - text.p) + marks;
}

static size_t take_reference(struct line_writer *w, struct span text)
{
    uint32_t cp[2];
    size_t n = html_reference(text, REFERENCE_CLOSED, cp);
    if (n)
        html_add_characters(w->out, cp);
    return n;
}

/* Reads at least a byte of the text, which is part of the line. */
static size_t take_inline(struct line_writer *w, struct span line, struct span text)
{
    char c = text.p[0];
    size_t n = 0;
    if (c == '\\' && text.len > 1 && !is_word_byte(text.p[1]) && !is_ascii_space(text.p[1])) {
        buf_putc(w->out, text.p[1]);
        return 2;
    }
    if (c == '[')
        return open_bracket(w);
    if (c == ']')
        return close_bracket(w, text);
    if (c == '*' || c == '_')
        return take_emphasis(w, line, text);
    if (c == '~' && span_starts(text, "~~"))
        return 2;
    if (c == '<')
        n = take_angle(w, text);
    else if (c == '`')
        n = take_code(w, text);
    else if (c == '&')
        n = take_reference(w, text);
    if (!n) {
        buf_putc(w->out, c);
        n = 1;
    }
    return n;
}

static void write_inline(struct span line, struct buf *out)
{
    struct line_writer w = {.out = out, .start = out->len};
    for (struct span text = line; text.len;) {
        size_t plain = 0;
        while (plain < text.len && !memchr("\\[]*_~<`&", text.p[plain], 9))
            plain++;
        buf_add(out, text.p, plain);
        text = span_from(text, plain);
        if (text.len)
            text = span_from(text, take_inline(&w, line, text));
    }
}

/* --- lines --- */

/* Whether the line has nothing but at least three of the mark, and blanks. */
static bool is_rule(struct span line, char mark)
{
    size_t n = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.p[i] == mark)
            n++;
        else if (!is_ascii_space(line.p[i]))
            return false;
    }
    return n >= 3;
}

static bool is_break(struct span line)
{
    return is_rule(line, '-') || is_rule(line, '*') || is_rule(line, '_') || is_rule(line, '=');
}

/* "## Heading ##": its text; p is NULL when the line is none. */
static struct span heading_text(struct span line)
{
    size_t n = 0;
    while (n < line.len && line.p[n] == '#')
        n++;
    if (!n || n > 6 || (n < line.len && !is_ascii_space(line.p[n])))
        return (struct span){0};
    struct span text = span_trimmed(span_from(line, n));
    while (text.len && text.p[text.len - 1] == '#')
        text.len--;
    return span_trimmed(text);
}

/* "[name]: address": nothing of it is text. A footnote's text is. */
static bool is_definition(struct span line)
{
    const char *close = span_starts(line, "[") ? span_find(line, "]:") : NULL;
    return close && line.len > 1 && line.p[1] != '^';
}

/* Without the marks of quotes and lists; *item says that a list's was there. */
static struct span without_block_marks(struct span line, bool *item)
{
    *item = false;
    for (line = span_trimmed(line); line.len; line = span_trimmed(line)) {
        size_t n = 0;
        if (line.p[0] == '>') {
            line = span_from(line, 1);
            continue;
        }
        while (n < line.len && n < 9 && is_ascii_digit(line.p[n]))
            n++;
        bool number = n && n + 1 < line.len && strchr(".)", line.p[n]) && line.p[n + 1] == ' ';
        bool bullet = !n && line.len > 1 && strchr("-*+", line.p[0]) && is_ascii_space(line.p[1]);
        if (!number && !bullet)
            break;
        *item = true;
        line = span_from(line, n + 1);
    }
    return line;
}

static struct span without_checkbox(struct span line)
{
    bool box = line.len > 3 && line.p[0] == '[' && strchr(" xX", line.p[1]) && line.p[2] == ']' &&
               line.p[3] == ' ';
    return box ? span_from(line, 4) : line;
}

/* A row of a table with its bars as blanks; false when the line is none. */
static bool table_row(struct span line, struct buf *row)
{
    if (!line.len || line.p[0] != '|')
        return false;
    for (size_t i = 0; i < line.len; i++)
        buf_putc(row, line.p[i] == '|' ? ' ' : line.p[i]);
    return true;
}

static bool is_table_rule(struct span line)
{
    bool dashes = false;
    for (size_t i = 0; i < line.len; i++) {
        if (!strchr("|-: ", line.p[i]))
            return false;
        dashes |= line.p[i] == '-';
    }
    return dashes && span_find(line, "|");
}

/* --- blocks --- */

struct block_writer {
    struct buf *out;
    size_t start;
    struct buf paragraph; /* the lines so far, marks inside them still there */
    char fence;           /* of the code that we are in, or 0 */
    bool in_comment;
};

static void separate(struct block_writer *w, const char *by)
{
    if (w->out->len > w->start)
        buf_puts(w->out, by);
}

static void end_paragraph(struct block_writer *w)
{
    struct span text = span_trimmed(span_of((const char *)w->paragraph.data, w->paragraph.len));
    if (text.len) {
        separate(w, "\n\n");
        write_inline(text, w->out);
    }
    w->paragraph.len = 0;
}

static void add_line(struct block_writer *w, struct span line, bool own_line, bool hard_break)
{
    struct buf *p = &w->paragraph;
    if (p->len && p->data[p->len - 1] != '\n')
        buf_putc(p, own_line ? '\n' : ' ');
    buf_add(p, line.p, line.len);
    if (hard_break)
        buf_putc(p, '\n');
}

static bool is_fence(struct span line, char *mark)
{
    line = span_trimmed(line);
    *mark = line.len ? line.p[0] : '\0';
    return span_starts(line, "```") || span_starts(line, "~~~");
}

/* Lines of code are text as they are. */
static bool take_fenced(struct block_writer *w, struct span line)
{
    char mark;
    bool fence = is_fence(line, &mark);
    if (!w->fence && !fence)
        return false;
    if (!w->fence) {
        end_paragraph(w);
        w->fence = mark;
        separate(w, "\n");
    } else if (fence && mark == w->fence) {
        w->fence = '\0';
    } else {
        separate(w, "\n");
        buf_add(w->out, line.p, line.len);
    }
    return true;
}

/* "<!-- ... -->" over several lines; "{{< x >}}" and "{% x %}" in one. */
static bool is_left_out(struct block_writer *w, struct span line)
{
    struct span text = span_trimmed(line);
    bool begins = !w->in_comment && span_starts(text, "<!--");
    if (begins || w->in_comment) {
        w->in_comment = !span_find(text, "-->");
        return true;
    }
    return (span_starts(text, "{{") && span_ends(text, "}}")) ||
           (span_starts(text, "{%") && span_ends(text, "%}")) || is_definition(text);
}

static void take_text(struct block_writer *w, struct span line)
{
    bool item, blanks = span_ends(line, "  "), backslash = span_ends(line, "\\");
    struct span text = without_checkbox(without_block_marks(line, &item));
    struct buf row = {0};
    if (is_table_rule(text)) {
        buf_free(&row);
        return;
    }
    bool in_table = table_row(text, &row);
    if (in_table)
        text = span_trimmed(span_of((const char *)row.data, row.len));
    else if (backslash && text.len)
        text.len--;
    struct span heading = heading_text(text);
    if (heading.p) {
        end_paragraph(w);
        add_line(w, heading, false, false);
        end_paragraph(w);
    } else {
        add_line(w, text, item || in_table, blanks || backslash);
    }
    buf_free(&row);
}

void markdown_to_text(struct span markdown, struct buf *out)
{
    struct block_writer w = {.out = out, .start = out->len};
    while (markdown.len) {
        struct span line = span_take_line(&markdown);
        if (take_fenced(&w, line) || is_left_out(&w, line))
            continue;
        if (!span_trimmed(line).len || is_break(span_trimmed(line)))
            end_paragraph(&w);
        else
            take_text(&w, line);
    }
    end_paragraph(&w);
    buf_free(&w.paragraph);
}

struct span markdown_title(struct span markdown, struct span *rest)
{
    *rest = markdown;
    while (rest->len) {
        struct span line = span_trimmed(span_take_line(rest)), after = *rest;
        if (!line.len)
            continue;
        struct span heading = heading_text(line), under = span_trimmed(span_take_line(&after));
        if (!heading.p && under.len >= 3 && (is_rule(under, '=') || is_rule(under, '-'))) {
            heading = line;
            *rest = after;
        }
        if (heading.p)
            return heading;
        break;
    }
    *rest = markdown;
    return (struct span){0};
}
