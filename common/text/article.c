/*
 * article.c - the body of an article, each paragraph once.
 *
 * The output never outgrows the input, so one block of the arena takes it and
 * a paragraph that turns out to be a repetition is unwritten again.
 */
#include "common/text/article.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/sixteen.h"
#include "common/text/scripts.h"

/* The hashes of the paragraphs so far: a power of two of slots, 0 is free.
 * 64 bits stand for the text: a chance collision is out of reach, and a
 * forged one costs its author a paragraph. */
struct seen {
    uint64_t *slots;
    size_t capacity;
    size_t count;
};

struct writer {
    char *out;
    size_t len;
    size_t kept;  /* len after the last paragraph kept */
    size_t start; /* of the paragraph being written */
    size_t gap;   /* line ends between two paragraphs */
    size_t dropped;
    struct seen seen;
};

void article_init(struct article *a)
{
    *a = (struct article){
        .id = "",
        .title = "",
        .body = "",
        .url = "",
        .category = "",
        .source = "",
        .author = "",
        .tags = "",
        .language = "",
        .summary = "",
        .similar = "",
        .read_count = -1,
        .words = -1,
        .stated_words = -1,
    };
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static sixteen spaces_of(sixteen v)
{
    return (sixteen)(v == ' ') | sixteen_within(v, '\t', '\r');
}

/* Bytes that may begin a paired character. Typographic quotes and dashes begin
 * with E2, which none does. */
static sixteen paired_of(sixteen v)
{
    return (sixteen)(v >= 0xE3) | (sixteen)(v == 0xE1);
}

/* The words that begin at text[i] for i from 1 on; sixteen at a time, *end of them. A
 * word begins where white space has another byte behind it. */
static uint64_t count_beginnings(const char *text, size_t len, size_t *end, bool *paired)
{
    uint64_t words = 0;
    sixteen may_pair = {0};
    size_t i = 1;
    while (len - i >= sizeof may_pair) {
        sixteen counts = {0}; /* a byte takes 255 at most */
        for (int left = 255; left && len - i >= sizeof counts; left--, i += sizeof counts) {
            sixteen v = sixteen_load(text + i), before = sixteen_load(text + i - 1);
            counts -= ~spaces_of(v) & spaces_of(before);
            may_pair |= paired_of(v);
        }
        words += sixteen_sum(counts);
    }
    *end = i;
    *paired = sixteen_any(may_pair);
    return words;
}

/* Words by white space alone; len is not 0. */
static uint64_t count_spaced(const char *text, size_t len, bool *paired)
{
    size_t i;
    uint64_t words = !is_space((unsigned char)text[0]) + count_beginnings(text, len, &i, paired);
    *paired |= may_hold_unspaced(text, 1) || may_hold_unspaced(text + i, len - i);
    for (; i < len; i++)
        words += !is_space((unsigned char)text[i]) && is_space((unsigned char)text[i - 1]);
    return words;
}

int64_t count_words(const char *text, size_t len)
{
    bool paired;
    if (!len)
        return 0;
    uint64_t words = count_spaced(text, len, &paired);
    if (!paired)
        return (int64_t)words;
    words = 0;
    for (size_t at = 0, end; at < len; at = end) {
        for (end = at; end < len && !is_space((unsigned char)text[end]);)
            end++;
        size_t characters = count_paired(text + at, end - at);
        if (characters)
            words += characters;
        else if (end > at)
            words++;
        else
            end++; /* white space */
    }
    return (int64_t)words;
}

/* --- the set of paragraphs seen --- */

static bool seen_insert(struct seen *seen, uint64_t hash)
{
    size_t i = hash & (seen->capacity - 1);
    while (seen->slots[i] && seen->slots[i] != hash)
        i = (i + 1) & (seen->capacity - 1);
    if (seen->slots[i])
        return false;
    seen->slots[i] = hash;
    seen->count++;
    return true;
}

static void seen_grow(struct seen *seen)
{
    struct seen bigger = {.capacity = seen->capacity ? seen->capacity * 2 : 64};
    bigger.slots = mem_zalloc(bigger.capacity, sizeof *bigger.slots);
    for (size_t i = 0; i < seen->capacity; i++)
        if (seen->slots[i])
            seen_insert(&bigger, seen->slots[i]);
    free(seen->slots);
    *seen = bigger;
}

/* False when it was there before. */
static bool seen_add(struct seen *seen, const char *text, size_t len)
{
    uint64_t hash = hash64(text, len, 0);
    if (seen->count >= seen->capacity / 4 * 3)
        seen_grow(seen);
    return seen_insert(seen, hash ? hash : 1);
}

/* --- lines --- */

static const char *find_line_end(const char *p, const char *end)
{
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    return newline ? newline : end;
}

/* The length of the line without the blanks at its end. */
static size_t visible_length(const char *line, const char *line_end)
{
    while (line_end > line && is_space((unsigned char)line_end[-1]))
        line_end--;
    return (size_t)(line_end - line);
}

/* \r\n and \r alone become \n. */
static char *with_unix_lines(struct arena *arena, const char *text, size_t *len)
{
    char *copy = arena_alloc(arena, *len), *to = copy;
    for (const char *p = text, *end = text + *len; p < end; p++) {
        if (*p == '\r' && end - p > 1 && p[1] == '\n')
            continue;
        *to++ = *p == '\r' ? '\n' : *p;
    }
    *len = (size_t)(to - copy);
    return copy;
}

/* Whether an empty line stands between two that are not. */
static bool has_blank_line(const char *text, const char *end)
{
    bool inside = false, blank = false;
    for (const char *p = text; p < end;) {
        const char *line_end = find_line_end(p, end);
        bool visible = visible_length(p, line_end) > 0;
        if (visible && blank)
            return true;
        inside = inside || visible;
        blank = inside && !visible;
        p = line_end < end ? line_end + 1 : end;
    }
    return false;
}

/* --- paragraphs --- */

static void write_line_ends(struct writer *w, size_t n)
{
    memset(w->out + w->len, '\n', n);
    w->len += n;
}

static void write_line(struct writer *w, const char *line, size_t len)
{
    if (w->len > w->kept) {
        write_line_ends(w, 1);
    } else {
        write_line_ends(w, w->kept ? w->gap : 0);
        w->start = w->len;
    }
    memcpy(w->out + w->len, line, len);
    w->len += len;
}

static void end_paragraph(struct writer *w)
{
    if (w->len == w->kept)
        return;
    if (seen_add(&w->seen, w->out + w->start, w->len - w->start)) {
        w->kept = w->len;
    } else {
        w->len = w->kept;
        w->dropped++;
    }
}

static void write_paragraphs(struct writer *w, const char *text, const char *end)
{
    for (const char *p = text; p < end;) {
        const char *line_end = find_line_end(p, end);
        size_t len = visible_length(p, line_end);
        if (len)
            write_line(w, p, len);
        if (!len || w->gap == 1)
            end_paragraph(w);
        p = line_end < end ? line_end + 1 : end;
    }
    end_paragraph(w);
}

size_t article_set_body(struct article *a, struct arena *arena, const char *text, size_t len)
{
    if (len && memchr(text, '\r', len))
        text = with_unix_lines(arena, text, &len);
    struct writer w = {.out = arena_alloc(arena, len + 1), .gap = 1};
    if (len && has_blank_line(text, text + len))
        w.gap = 2;
    if (len)
        write_paragraphs(&w, text, text + len);
    w.out[w.len] = '\0';
    a->body = w.out;
    a->body_len = w.len;
    a->words = count_words(w.out, w.len);
    free(w.seen.slots);
    return w.dropped;
}
