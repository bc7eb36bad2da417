/* random_query.c - one function a form. */
#include "tests/unit/test.h"

#include "tests/unit/random_query.h"

#include <string.h>

#include "tests/unit/random.h"

#define DEEPEST 3

struct maker {
    uint64_t *state;
    const struct oracle *o;
    struct buf *out;
    unsigned depth;
};

static uint32_t below(const struct maker *m, uint32_t limit)
{
    return random32(m->state) % limit;
}

/* Copies a word without the characters that mean something to the parser. */
static void put_plain(struct buf *out, const char *p, const char *end)
{
    while (p < end && *p) {
        if ((unsigned char)*p == 0xE2) { /* curly quotes, dashes */
            p += end - p < 3 ? end - p : 3;
            continue;
        }
        if (!strchr("\"()+-", *p))
            buf_putc(out, *p);
        p++;
    }
}

void random_words(uint64_t *state, const struct oracle *o, unsigned n, struct buf *out)
{
    const struct oracle_article *a = &o->articles[random32(state) % o->count];
    const char *text = random32(state) % 4 && a->body_len ? a->body : a->title;
    const char *p = text + random32(state) % (strlen(text) + 1);
    while (p > text && p[-1] != ' ')
        p--;
    for (unsigned i = 0; i < n; i++) {
        const char *end = p + strcspn(p, " \n");
        buf_puts(out, i ? " " : "");
        put_plain(out, p, end);
        p = end + strspn(end, " \n");
    }
}

static void put_words(const struct maker *m, unsigned n)
{
    random_words(m->state, m->o, n, m->out);
}

static void put_phrase(const struct maker *m)
{
    buf_putc(m->out, '"');
    put_words(m, 1 + below(m, 4));
    buf_putc(m->out, '"');
}

static void put_any(const struct maker *m)
{
    for (uint32_t n = 1 + below(m, 6); n; n--) {
        put_words(m, 1);
        buf_puts(m->out, n == 1 ? "" : below(m, 3) ? " " : " OR ");
    }
}

static void put_all(const struct maker *m)
{
    for (uint32_t n = 2 + below(m, 3); n; n--) {
        put_words(m, 1);
        buf_puts(m->out, n == 1 ? "" : " AND ");
    }
}

static void put_signed(const struct maker *m)
{
    static const char *const signs[] = {"+", "-", "", "+", "", "NOT "};
    put_words(m, 1);
    for (uint32_t n = 1 + below(m, 4); n; n--) {
        buf_printf(m->out, " %s", signs[below(m, 6)]);
        if (below(m, 4))
            put_words(m, 1);
        else
            put_phrase(m);
    }
}

static void put_phrases(const struct maker *m)
{
    buf_puts(m->out, below(m, 2) ? "+" : "");
    put_phrase(m);
    buf_puts(m->out, below(m, 2) ? " " : " +");
    if (below(m, 2))
        put_phrase(m);
    else
        put_words(m, 2);
}

static void put_repeated(const struct maker *m)
{
    struct buf word = {0};
    random_words(m->state, m->o, 1, &word);
    for (uint32_t n = 2 + below(m, 3); n; n--) {
        buf_puts(m->out, buf_text(&word));
        buf_putc(m->out, ' ');
    }
    put_words(m, 1 + below(m, 2));
    buf_free(&word);
}

static void put_stop_words(const struct maker *m)
{
    static const char *const words[] = {
        "the of", "+the +of", "\"of the\"", "to and in the a is", "was AND with", "it for on"};
    buf_printf(m->out, "%s ", words[below(m, 6)]);
    if (below(m, 2))
        put_words(m, 1);
}

static void put_absent(const struct maker *m)
{
    static const char *const forms[] = {"qqabsent ",  "qqabsent +",
                                        "+qqabsent ", "\"qqabsent the\" ",
                                        "-qqabsent ", "(qqabsent AND qqgone) "};
    buf_puts(m->out, forms[below(m, 6)]);
    put_words(m, 1);
}

static void put_field(const struct maker *m)
{
    static const char *const before[] = {"title:", "+title:", "body:", "-title:", "x title:"};
    buf_puts(m->out, before[below(m, 5)]);
    if (below(m, 2))
        put_words(m, 1);
    else
        put_phrase(m);
    buf_putc(m->out, ' ');
    put_words(m, below(m, 3));
}

/* Only words of letters can be cut. */
static void put_spelling(const struct maker *m)
{
    static const char *const ends[] = {"*", "~", "~2", "*", "~1"};
    struct buf word = {0};
    for (int tries = 0; tries < 20 && (word.len < 3 || word.len > 12); tries++) {
        word.len = 0;
        random_words(m->state, m->o, 1, &word);
        for (size_t i = 0; i < word.len; i++)
            if ((word.data[i] | 0x20) < 'a' || (word.data[i] | 0x20) > 'z')
                word.len = 0;
    }
    if (word.len < 3)
        buf_puts(&word, "often");
    const char *end = ends[below(m, 5)];
    word.len -= *end == '*' ? below(m, (uint32_t)word.len - 1) : 0;
    buf_printf(m->out, "%s%s%s%s ", below(m, 2) ? "+" : "",
               below(m, 4) ? "" : "title:", buf_text(&word), end);
    buf_free(&word);
}

static void put_exact(const struct maker *m)
{
    static const char *const before[] = {"=", "+=", "-=", "title:=", "body:="};
    for (uint32_t n = 1 + below(m, 2); n; n--) {
        buf_puts(m->out, before[below(m, 5)]);
        if (below(m, 3))
            put_words(m, 1);
        else
            put_phrase(m);
        buf_putc(m->out, ' ');
    }
    put_words(m, 1);
}

static void put_near(const struct maker *m)
{
    unsigned distance = below(m, 12);
    for (uint32_t n = 2 + below(m, 2); n; n--) {
        if (below(m, 4))
            put_words(m, 1);
        else
            put_phrase(m);
        if (n > 1)
            buf_printf(m->out, " NEAR/%u ", distance);
    }
}

static void put_sloppy(const struct maker *m)
{
    put_phrase(m);
    buf_printf(m->out, "~%u", below(m, 5));
}

static void put_filtered(const struct maker *m)
{
    static const char *const filters[] = {"category:C1",
                                          "-category:c2",
                                          "source:\"the post\"",
                                          "source:post*",
                                          "tag:sea",
                                          "tag:(air land)",
                                          "author:lee",
                                          "author:\"ann lee\"",
                                          "date:2019-01",
                                          "-date:2019-02..",
                                          "date:..2019-01-20",
                                          "url:beta.example",
                                          "(tag:sea OR the)",
                                          "author:le*",
                                          "url:story",
                                          "category:c0 OR oft*",
                                          "url:alpha.example/news/3"};
    buf_printf(m->out, "%s %s", filters[below(m, 17)], below(m, 6) ? "" : "-");
    if (below(m, 8))
        put_words(m, 1 + below(m, 2));
}

static void put_form(const struct maker *m);

static void put_nested(const struct maker *m)
{
    static const char *const joints[] = {" ", " AND ", " +", " -", " OR ", " AND NOT "};
    const struct maker inner = {m->state, m->o, m->out, m->depth + 1};
    for (uint32_t n = 1 + below(m, 3); n; n--) {
        buf_putc(m->out, '(');
        put_form(&inner);
        buf_putc(m->out, ')');
        buf_puts(m->out, joints[below(m, 6)]);
    }
    put_words(m, 1);
}

static void put_form(const struct maker *m)
{
    static void (*const forms[])(const struct maker *) = {
        put_any,      put_any,        put_all,      put_signed,   put_phrase,   put_phrases,
        put_repeated, put_stop_words, put_absent,   put_field,    put_spelling, put_near,
        put_sloppy,   put_exact,      put_filtered, put_filtered, put_nested,   put_nested};
    const uint32_t count = sizeof forms / sizeof *forms;
    forms[below(m, m->depth < DEEPEST ? count : count - 2)](m);
}

void random_query(uint64_t *state, const struct oracle *o, struct buf *out)
{
    const struct maker m = {state, o, out, 0};
    out->len = 0;
    put_form(&m);
}
