/*
 * snippet.c - choosing a window over the matches of a body.
 *
 * The body is first copied with its blanks collapsed; from there on every
 * offset counts bytes of that copy, and there is one blank between any two
 * words. The end of a paragraph stays '\n' in it until the snippet is cut out,
 * since a paragraph begins with a sentence whatever stands before it.
 */
#include "query/snippet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/utf8.h"

#define ELLIPSIS       "\xe2\x80\xa6"
#define ELLIPSIS_BYTES (sizeof ELLIPSIS - 1)

/* One unit of weight in the integers that windows are compared by: sums of
 * doubles would depend on the order in which matches came and went. */
#define WEIGHT_UNIT 1048576.0
#define WEIGHT_MAX  1e6

struct wanted {
    struct query_term term;
    uint64_t weight; /* at least 1 */
};

struct match {
    size_t start, end;           /* bytes */
    size_t first_char, end_char; /* the same, in characters */
    size_t wanted;
};

/* Everything that is needed until the snippet is cut out. */
struct search {
    struct buf text; /* the collapsed body */
    struct token *tokens;
    size_t token_count, token_capacity;
    struct wanted *wanted; /* by term */
    size_t wanted_count;
    struct match *matches; /* in order */
    size_t match_count;
    struct arena arena;
};

/* A stretch of the collapsed body. */
struct stretch {
    size_t start, end;
};

/* --- collapsing --- */

static bool is_blank(uint32_t cp)
{
    return cp <= ' ' || (cp >= 0x7f && cp <= 0xa0) || (cp >= 0x2000 && cp <= 0x200a) ||
           cp == 0x2028 || cp == 0x2029 || cp == 0x3000;
}

/* How much a blank adds to what ends a paragraph: two line ends do. */
static unsigned line_ends(uint32_t cp)
{
    return cp == 0x2029 ? 2 : cp == '\n';
}

static void collapse(const char *body, size_t len, struct buf *out)
{
    bool blank = false;
    unsigned ends = 0;
    size_t n;
    buf_reserve(out, len + 1);
    for (const char *p = body, *end = body + len; p < end; p += n) {
        uint32_t cp = utf8_decode(p, end, &n);
        if (is_blank(cp)) {
            blank = true;
            ends += line_ends(cp);
            continue;
        }
        if (blank && out->len)
            buf_putc(out, ends > 1 ? '\n' : ' ');
        buf_add(out, p, n);
        blank = false;
        ends = 0;
    }
}

/* --- characters --- */

static bool starts_char(const struct buf *text, size_t at)
{
    return (text->data[at] & 0xc0) != 0x80;
}

static size_t count_chars(const struct buf *text, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += starts_char(text, i);
    return n;
}

static size_t step_back(const struct buf *text, size_t at, size_t chars)
{
    while (at && chars)
        chars -= starts_char(text, --at);
    return at;
}

static size_t step_forward(const struct buf *text, size_t at, size_t chars)
{
    while (at < text->len) {
        if (starts_char(text, at) && !chars--)
            break;
        at++;
    }
    return at;
}

/* --- matches --- */

static int by_bytes(const struct query_term *a, const char *text, size_t len)
{
    int order = memcmp(a->text, text, a->len < len ? a->len : len);
    return order ? order : (a->len > len) - (a->len < len);
}

static int by_term(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;
    return by_bytes(&x->term, y->term.text, y->term.len);
}

static int wanted_is_token(const void *token, const void *wanted)
{
    const struct token *t = token;
    return -by_bytes(&((const struct wanted *)wanted)->term, t->term, t->len);
}

static uint64_t whole_weight(double weight)
{
    if (!(weight > 0))
        return 1;
    return (uint64_t)(fmin(weight, WEIGHT_MAX) * WEIGHT_UNIT) + 1;
}

static void sort_wanted(struct search *s, const struct snippet_terms *terms)
{
    s->wanted = arena_alloc(&s->arena, terms->count * sizeof *s->wanted);
    s->wanted_count = terms->count;
    for (size_t i = 0; i < terms->count; i++)
        s->wanted[i] = (struct wanted){terms->terms[i], whole_weight(terms->weights[i])};
    if (terms->count)
        qsort(s->wanted, terms->count, sizeof *s->wanted, by_term);
}

static const struct wanted *find_wanted(const struct search *s, const struct token *token)
{
    if (!s->wanted_count)
        return NULL;
    return bsearch(token, s->wanted, s->wanted_count, sizeof *s->wanted, wanted_is_token);
}

/* Whether the token stands in a form that is asked for. */
static bool has_form(const struct search *s, struct analyzer *analyzer,
                     const struct snippet_terms *terms, const struct token *token)
{
    char form[ANALYZER_FORM_BYTES];
    bool any = true;
    for (size_t i = 0; i < terms->exact_count; i++) {
        const struct query_slot *slot = terms->exact[i];
        if (by_bytes(&slot->term, token->term, token->len) != 0)
            continue;
        size_t len = analyzer_form(analyzer, (const char *)s->text.data + token->start,
                                   token->end - token->start, form);
        if (by_bytes(&slot->spelled, form, len) == 0)
            return true;
        any = false;
    }
    return any;
}

static void find_matches(struct search *s, struct analyzer *analyzer,
                         const struct snippet_terms *terms)
{
    size_t at = 0, chars = 0;
    s->matches = arena_alloc(&s->arena, s->token_count * sizeof *s->matches);
    for (size_t i = 0; i < s->token_count; i++) {
        const struct token *token = &s->tokens[i];
        const struct wanted *wanted = find_wanted(s, token);
        if (!wanted || !has_form(s, analyzer, terms, token))
            continue;
        struct match *match = &s->matches[s->match_count++];
        *match = (struct match){.start = token->start, .end = token->end};
        match->first_char = chars + count_chars(&s->text, at, match->start);
        match->end_char = match->first_char + count_chars(&s->text, match->start, match->end);
        match->wanted = (size_t)(wanted - s->wanted);
        at = match->start; /* the next may begin before this one ends (units.h) */
        chars = match->first_char;
    }
}

/* --- the window: a run of matches that fits into the width --- */

struct window {
    size_t first, last; /* matches */
    uint64_t weight;    /* of the different terms among them */
    size_t *occurs;     /* of each wanted term, in the window */
};

static void window_add(const struct search *s, struct window *w, size_t match)
{
    size_t wanted = s->matches[match].wanted;
    w->last = match;
    if (!w->occurs[wanted]++)
        w->weight += s->wanted[wanted].weight;
}

static void window_drop_first(const struct search *s, struct window *w)
{
    size_t wanted = s->matches[w->first++].wanted;
    if (!--w->occurs[wanted])
        w->weight -= s->wanted[wanted].weight;
}

static size_t window_chars(const struct search *s, const struct window *w)
{
    return s->matches[w->last].end_char - s->matches[w->first].first_char;
}

/* There has to be a match. */
static struct window best_window(const struct search *s, size_t width)
{
    struct window w = {.occurs = mem_zalloc(s->wanted_count, sizeof *w.occurs)};
    struct window best = {0};
    for (size_t i = 0; i < s->match_count; i++) {
        window_add(s, &w, i);
        while (w.first < w.last && window_chars(s, &w) > width)
            window_drop_first(s, &w);
        if (w.weight > best.weight)
            best = w;
    }
    free(w.occurs);
    best.occurs = NULL;
    return best;
}

/* --- where to begin and to end --- */

static bool is_one_of(uint32_t cp, const uint32_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == cp)
            return true;
    return false;
}

/* The code point before `at`, which is moved to its start. */
static uint32_t char_before(const struct buf *text, size_t *at)
{
    size_t n, end = *at;
    *at = step_back(text, end, 1);
    return utf8_decode((const char *)text->data + *at, (const char *)text->data + end, &n);
}

static bool ends_sentence(uint32_t cp)
{
    static const uint32_t enders[] = {'.', '!', '?', 0x2026, 0x61f, 0x6d4, 0x964};
    return is_one_of(cp, enders, sizeof enders / sizeof *enders);
}

/* Ideographic full stops, with no blank behind them. */
static bool ends_wide_sentence(uint32_t cp)
{
    return cp == 0x3002 || cp == 0xff01 || cp == 0xff1f;
}

static bool closes(uint32_t cp)
{
    static const uint32_t closers[] = {'"', '\'', ')', ']', 0x2019, 0x201d, 0xbb};
    return is_one_of(cp, closers, sizeof closers / sizeof *closers);
}

/* A sentence starts where the body does, with a paragraph, and after a full
 * stop unless a small letter follows ("approx. ten"). `at` is not inside a
 * character. */
static bool starts_sentence(const struct buf *text, size_t at)
{
    if (!at || text->data[at - 1] == '\n')
        return true;
    uint32_t cp = char_before(text, &at);
    if (ends_wide_sentence(cp))
        return true;
    if (cp != ' ' || (text->data[at + 1] >= 'a' && text->data[at + 1] <= 'z'))
        return false;
    do
        cp = char_before(text, &at);
    while (at && closes(cp));
    return ends_sentence(cp);
}

/* The first token that starts at `at` or later; token_count if there is none. */
static size_t token_from(const struct search *s, size_t at)
{
    size_t low = 0, high = s->token_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->tokens[middle].start < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The earliest start of a sentence, or else of a word, from `low` to `high`,
 * where a word starts. */
static size_t good_start(const struct search *s, size_t low, size_t high)
{
    for (size_t at = low; at <= high; at++)
        if (starts_char(&s->text, at) && starts_sentence(&s->text, at))
            return at;
    return s->tokens[token_from(s, low)].start;
}

/* The end of the last word that ends by `limit`, with the punctuation that
 * follows it there; `limit` itself when no word does. */
static size_t good_end(const struct search *s, size_t start, size_t limit)
{
    if (limit == s->text.len)
        return limit;
    size_t next = token_from(s, limit);
    while (next && s->tokens[next - 1].end > limit)
        next--;
    if (!next || s->tokens[next - 1].end <= start)
        return limit;
    size_t end = s->tokens[next - 1].end;
    size_t stop =
        next < s->token_count && s->tokens[next].start < limit ? s->tokens[next].start : limit;
    while (end < stop && s->text.data[end] != ' ' && s->text.data[end] != '\n')
        end++;
    return end;
}

/* Room that the matches leave goes before and after them, half and half but
 * for what the body's end leaves over. */
static struct stretch place(const struct search *s, const struct window *w, size_t width)
{
    size_t from = s->matches[w->first].start, to = s->matches[w->last].end;
    size_t chars = window_chars(s, w);
    size_t room = width > chars ? width - chars : 0;
    size_t behind = count_chars(&s->text, to, step_forward(&s->text, to, room));
    size_t before = room - (behind < room / 2 ? behind : room / 2);
    size_t start = good_start(s, step_back(&s->text, from, before), from);
    size_t limit = step_forward(&s->text, start, width);
    return (struct stretch){start, good_end(s, start, limit > to ? limit : to)};
}

static struct stretch choose(const struct search *s, size_t width)
{
    if (!s->match_count)
        return (struct stretch){0, good_end(s, 0, step_forward(&s->text, 0, width))};
    struct window best = best_window(s, width);
    return place(s, &best, width);
}

/* --- cutting it out --- */

static void copy_text(const struct buf *text, struct stretch part, struct arena *arena,
                      struct snippet *out)
{
    bool cut_before = part.start > 0, cut_behind = part.end < text->len;
    size_t len = part.end - part.start;
    char *copy = arena_alloc(arena, len + 2 * ELLIPSIS_BYTES + 1), *p = copy;
    if (cut_before)
        p = mempcpy(p, ELLIPSIS, ELLIPSIS_BYTES);
    for (size_t i = 0; i < len; i++) {
        char c = (char)text->data[part.start + i];
        *p++ = c == '\n' ? ' ' : c;
    }
    if (cut_behind)
        p = mempcpy(p, ELLIPSIS, ELLIPSIS_BYTES);
    *p = '\0';
    out->text = copy;
    out->len = (size_t)(p - copy);
}

/* Marks that touch or overlap become one, as those of ideographs do. */
static void add_mark(struct snippet *out, struct output_range mark)
{
    struct output_range *last = out->mark_count ? &out->marks[out->mark_count - 1] : NULL;
    if (last && mark.start <= last->end)
        last->end = mark.end;
    else
        out->marks[out->mark_count++] = mark;
}

static void copy_marks(const struct search *s, struct stretch part, struct arena *arena,
                       struct snippet *out)
{
    size_t shift = part.start ? ELLIPSIS_BYTES : 0;
    size_t first = 0, count = 0;
    while (first < s->match_count && s->matches[first].start < part.start)
        first++;
    while (first + count < s->match_count && s->matches[first + count].end <= part.end)
        count++;
    out->marks = arena_alloc(arena, count * sizeof *out->marks);
    for (const struct match *m = s->matches + first; m < s->matches + first + count; m++)
        add_mark(out,
                 (struct output_range){m->start - part.start + shift, m->end - part.start + shift});
}

void snippet_make(const char *body, size_t len, struct analyzer *analyzer,
                  const struct snippet_terms *terms, size_t width, struct arena *arena,
                  struct snippet *out)
{
    struct search s = {0};
    *out = (struct snippet){0};
    collapse(body, len, &s.text);
    s.token_count = analyzer_tokens(analyzer, buf_text(&s.text), s.text.len, &s.tokens,
                                    &s.token_capacity, &s.arena);
    sort_wanted(&s, terms);
    find_matches(&s, analyzer, terms);
    struct stretch part = choose(&s, width);
    copy_text(&s.text, part, arena, out);
    copy_marks(&s, part, arena, out);
    free(s.tokens);
    arena_free(&s.arena);
    buf_free(&s.text);
}
