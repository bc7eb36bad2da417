/*
 * output.c - escapes for JSON, TSV and terminals, and wrapped paragraphs.
 *
 * The invariant: text passes through utf8_decode one code point at a time, so
 * that whatever comes in, what goes out is valid.
 */
#include "query/output.h"

#include <stdbool.h>
#include <string.h>

#include "common/text/escape.h"
#include "common/text/utf8.h"

const struct output_style output_style_plain = {"", ""};
const struct output_style output_style_ansi = {"\x1b[1m", "\x1b[0m"};

struct code_range {
    uint32_t first, last;
};

static bool in_ranges(uint32_t cp, const struct code_range *ranges, size_t count)
{
    for (size_t i = 0; i < count && cp >= ranges[i].first; i++)
        if (cp <= ranges[i].last)
            return true;
    return false;
}

static bool is_blank(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 || is_separator_code(cp);
}

static void put(struct buf *out, uint32_t cp)
{
    char bytes[UTF8_MAX_BYTES];
    buf_add(out, bytes, utf8_encode(cp, bytes));
}

/* Whether a terminal may be sent this code point, blanks aside. */
static bool is_printable(uint32_t cp)
{
    return !is_control_code(cp) && !is_override_code(cp);
}

void output_terminal(struct buf *out, const char *text, size_t len)
{
    size_t n;
    for (const char *p = text, *end = text + len; p < end; p += n) {
        uint32_t cp = utf8_decode(p, end, &n);
        if (is_blank(cp))
            buf_putc(out, ' ');
        else if (is_printable(cp))
            put(out, cp);
    }
}

/* Ideographs, kana, hangul, fullwidth forms and emoji: two columns each. */
static bool is_wide(uint32_t cp)
{
    static const struct code_range wide[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
        {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
        {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
    };
    return in_ranges(cp, wide, sizeof wide / sizeof *wide);
}

/* Marks that stand on the letter before them, of the scripts that news is
 * mostly written in; for others a line may come out short. */
static bool is_mark(uint32_t cp)
{
    static const struct code_range marks[] = {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
        {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
        {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
    };
    return in_ranges(cp, marks, sizeof marks / sizeof *marks);
}

static size_t columns_of(uint32_t cp)
{
    if (!is_printable(cp) || is_mark(cp))
        return 0;
    return is_wide(cp) ? 2 : 1;
}

/* A paragraph being written. `column` is 0 exactly when the line is empty. */
struct wrap {
    struct buf *out;
    const struct output_layout *layout;
    const char *text, *end;
    const struct output_range *bold;
    size_t bold_count, bold_passed;
    size_t column;
    bool is_bold;
};

/* A piece is what no line is broken in: a run of characters without blanks
 * or wide ones, or one wide character; with the marks that follow. */
struct piece {
    const char *start, *end;
    size_t columns;
};

static bool piece_continues(const struct piece *piece, uint32_t cp, bool wide)
{
    if (is_blank(cp))
        return false;
    return piece->columns == 0 || columns_of(cp) == 0 || (!wide && !is_wide(cp));
}

static struct piece piece_at(const char *p, const char *end)
{
    struct piece piece = {p, p, 0};
    bool wide = false;
    size_t n;
    for (; p < end; p += n) {
        uint32_t cp = utf8_decode(p, end, &n);
        if (!piece_continues(&piece, cp, wide))
            break;
        wide = wide || is_wide(cp);
        piece.columns += columns_of(cp);
        piece.end = p + n;
    }
    return piece;
}

static const char *skip_blanks(const char *p, const char *end)
{
    size_t n;
    while (p < end && is_blank(utf8_decode(p, end, &n)))
        p += n;
    return p;
}

static void set_bold(struct wrap *w, bool bold)
{
    if (bold != w->is_bold)
        buf_puts(w->out, bold ? w->layout->style.bold : w->layout->style.normal);
    w->is_bold = bold;
}

static bool wants_bold(struct wrap *w, const char *p)
{
    size_t at = (size_t)(p - w->text);
    while (w->bold_passed < w->bold_count && w->bold[w->bold_passed].end <= at)
        w->bold_passed++;
    return w->bold_passed < w->bold_count && w->bold[w->bold_passed].start <= at;
}

static void end_line(struct wrap *w)
{
    set_bold(w, false);
    if (w->column)
        buf_putc(w->out, '\n');
    w->column = 0;
}

/* Moves to where the piece belongs: after a blank, or on a line of its own. */
static void make_room(struct wrap *w, const struct piece *piece, bool blank_before)
{
    size_t width = w->layout->width;
    if (w->column && width && w->column + blank_before + piece->columns > width)
        end_line(w);
    if (!w->column) {
        for (size_t i = 0; i < w->layout->indent; i++)
            buf_putc(w->out, ' ');
        w->column = w->layout->indent;
    } else if (blank_before) {
        set_bold(w, false);
        buf_putc(w->out, ' ');
        w->column++;
    }
}

static void put_piece(struct wrap *w, const struct piece *piece)
{
    size_t n;
    for (const char *p = piece->start; p < piece->end; p += n) {
        uint32_t cp = utf8_decode(p, w->end, &n);
        if (!is_printable(cp))
            continue;
        set_bold(w, wants_bold(w, p));
        put(w->out, cp);
    }
    w->column += piece->columns;
}

void output_paragraph(struct buf *out, const char *text, size_t len,
                      const struct output_range *bold, size_t bold_count,
                      const struct output_layout *layout)
{
    struct wrap w = {.out = out,
                     .layout = layout,
                     .text = text,
                     .end = text + len,
                     .bold = bold,
                     .bold_count = bold_count};
    for (const char *p = text; p < w.end;) {
        const char *start = skip_blanks(p, w.end);
        struct piece piece = piece_at(start, w.end);
        if (piece.columns) {
            make_room(&w, &piece, start > p);
            put_piece(&w, &piece);
        }
        p = piece.end;
    }
    end_line(&w);
}

void output_paragraphs(struct buf *out, const char *text, size_t len,
                       const struct output_layout *layout)
{
    bool written = false, gap = false;
    const char *line_end;
    for (const char *p = text, *end = text + len; p < end; p = line_end + (line_end < end)) {
        line_end = memchr(p, '\n', (size_t)(end - p));
        if (!line_end)
            line_end = end;
        if (skip_blanks(p, line_end) == line_end) {
            gap = written;
            continue;
        }
        if (gap)
            buf_putc(out, '\n');
        output_paragraph(out, p, (size_t)(line_end - p), NULL, 0, layout);
        written = true;
        gap = false;
    }
}
