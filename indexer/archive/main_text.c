/*
 * main_text.c - keeps the open elements and cuts the text into pieces.
 *
 *   open    html  body  div  article  p          the stack; each knows how much
 *                                                text there was when it opened
 *   pieces  | nav links | heading | paragraph ... in the page's order
 */
#include "indexer/archive/main_text_parts.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "indexer/archive/boilerplate.h"
#include "indexer/archive/html_reference.h"

#define NO_BREAK_SPACE    0xA0
#define LEAST_PROSE_BYTES 25

struct main_text *main_text_new(void)
{
    return mem_zalloc(1, sizeof(struct main_text));
}

void main_text_free(struct main_text *m)
{
    if (!m)
        return;
    buf_free(&m->text);
    free(m->pieces);
    free(m);
}

static const struct open_element *innermost(const struct main_text *m)
{
    return m->depth ? &m->open[m->depth - 1] : NULL;
}

static bool has(const struct open_element *e, unsigned trait)
{
    return e->element->traits & trait;
}

/* --- pieces --- */

static double prose_score(const char *p, size_t len)
{
    double commas = 0;
    for (size_t i = 0; i < len; i++)
        commas += p[i] == ',';
    double hundreds = (double)(len / 100);
    return 1 + commas + (hundreds < 3 ? hundreds : 3);
}

/* Prose, or something that stands round it; a heading is neither. */
static void count_piece(struct main_text *m, const struct piece *piece)
{
    const char *text = (const char *)m->text.data + piece->start;
    bool links = piece->links * 2 > piece->len;
    bool prose = piece->len >= LEAST_PROSE_BYTES && !links &&
                 !reads_as_boilerplate(span_of(text, piece->len));
    if (piece->heading && !links)
        return;
    for (int trust = (int)piece->distance; trust < TRUSTS; trust++) {
        if (prose && !piece->heading)
            m->sum[trust].prose += prose_score(text, piece->len);
        else
            m->sum[trust].other++;
    }
}

static void end_piece(struct main_text *m)
{
    if (!m->in_piece)
        return;
    struct piece *piece = &m->pieces[m->count - 1];
    piece->len = m->text.len - piece->start;
    m->in_piece = false;
    count_piece(m, piece);
}

static int heading_of(const struct main_text *m)
{
    for (size_t i = m->depth; i-- > 0 && !has(&m->open[i], HTML_CONTAINER);)
        if (has(&m->open[i], HTML_HEADING))
            return m->open[i].name.p[1] - '0';
    return 0;
}

static void begin_piece(struct main_text *m, enum distance distance)
{
    mem_grow(m->pieces, &m->capacity, m->count + 1);
    m->pieces[m->count++] = (struct piece){
        .start = m->text.len,
        .gap = m->gap,
        .distance = distance,
        .heading = (unsigned char)heading_of(m),
    };
    m->in_piece = true;
    m->gap = GAP_NONE;
}

static void owe(struct main_text *m, enum html_gap gap)
{
    if (gap > m->gap)
        m->gap = gap;
    if (gap == GAP_PARAGRAPH)
        end_piece(m);
}

/* --- text --- */

static enum distance distance_now(const struct main_text *m)
{
    return m->depth ? innermost(m)->distance : IN_TEXT;
}

static void add_visible(struct main_text *m, const char *p, size_t len)
{
    static const char *const gaps[] = {"", " ", "\n"};
    enum distance distance = distance_now(m);
    if (m->in_piece && m->pieces[m->count - 1].distance != distance)
        end_piece(m);
    if (!m->in_piece)
        begin_piece(m, distance);
    size_t before = m->text.len;
    buf_puts(&m->text, gaps[m->gap]);
    buf_add(&m->text, p, len);
    m->gap = GAP_NONE;
    m->after_break = false;
    if (m->in_links)
        m->pieces[m->count - 1].links += m->text.len - before;
}

/* The reference at the "&" that begins the text. Returns its length. */
static size_t add_reference(struct main_text *m, struct span text)
{
    uint32_t cp[2] = {'&', 0};
    size_t n = html_reference(text, REFERENCE_IN_TEXT, cp);
    if (n && (cp[0] == NO_BREAK_SPACE || (cp[0] < 0x80 && is_ascii_space((char)cp[0])))) {
        owe(m, GAP_SPACE);
        return n;
    }
    struct buf characters = {0};
    html_add_characters(&characters, cp);
    add_visible(m, (const char *)characters.data, characters.len);
    buf_free(&characters);
    return n ? n : 1;
}

/* The no-break space that stands for itself, or 0. */
static size_t no_break_space(struct span text)
{
    return text.len > 1 && memcmp(text.p, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static size_t count_visible(struct span text)
{
    size_t n = 0;
    while (n < text.len && text.p[n] != '&' && !is_ascii_space(text.p[n]) &&
           !no_break_space(span_from(text, n)))
        n++;
    return n;
}

static void add_text(struct main_text *m, struct span text)
{
    while (text.len) {
        size_t n = no_break_space(text);
        if (is_ascii_space(text.p[0]) || n) {
            owe(m, GAP_SPACE);
            n = n ? n : 1;
        } else if (text.p[0] == '&') {
            n = add_reference(m, text);
        } else {
            n = count_visible(text);
            add_visible(m, text.p, n);
        }
        text = span_from(text, n);
    }
}

/* --- closing --- */

/* How much of the page's prose is in it, and how little else. */
static double value_of(const struct candidate *c)
{
    double purity = c->sum.prose > 0 ? c->sum.prose / (c->sum.prose + 2 * c->sum.other) : 0;
    return c->sum.prose * purity * purity;
}

/* The element that closes, as one that may hold the article. */
static void judge(struct main_text *m, const struct open_element *e)
{
    for (int trust = 0; trust < TRUSTS; trust++) {
        struct weight sum = {m->sum[trust].prose - e->before[trust].prose,
                             m->sum[trust].other - e->before[trust].other};
        struct candidate c = {e->first_piece, m->count, sum};
        struct candidate *best = &m->best[trust], *claimed = &m->claimed[trust][e->claim];
        if (value_of(&c) > value_of(best))
            *best = c;
        if (e->claim && c.sum.prose > claimed->sum.prose)
            *claimed = c;
    }
}

static void close_innermost(struct main_text *m)
{
    const struct open_element *e = &m->open[m->depth - 1];
    if (e->element->gap > GAP_LINE || has(e, HTML_CONTAINER))
        end_piece(m);
    owe(m, e->element->gap);
    if (has(e, HTML_CONTAINER))
        judge(m, e);
    m->in_links -= span_is(e->name, "a");
    m->in_paragraphs -= span_is(e->name, "p");
    m->depth--;
}

static bool is_named(const struct open_element *e, const struct html_token *t)
{
    return *e->element->name ? e->element == html_element_named(t->name)
                             : span_same(e->name, t->name);
}

/* Closes the innermost element that the tag names, and what is open in it; not
 * beyond a special element, for another that is not special. */
static void close_named(struct main_text *m, const struct html_token *t)
{
    bool special = html_element_named(t->name)->traits & HTML_SPECIAL;
    if (m->too_deep) {
        m->too_deep--;
        return;
    }
    for (size_t i = m->depth; i-- > 0;) {
        if (is_named(&m->open[i], t)) {
            while (m->depth > i)
                close_innermost(m);
            return;
        }
        if (has(&m->open[i], HTML_SPECIAL) && !special)
            return;
    }
}

/* Closes an open element of those names, unless one of the others is nearer. */
static void close_open(struct main_text *m, const char *names, const char *bounds)
{
    for (size_t i = m->depth; i-- > 0;) {
        const char *name = m->open[i].element->name;
        if (span_is_one_of(span_of(name, strlen(name)), names)) {
            while (m->depth > i)
                close_innermost(m);
            return;
        }
        if (span_is_one_of(span_of(name, strlen(name)), bounds))
            return;
    }
}

/* What a start tag ends without an end tag of its own. */
static void close_implied(struct main_text *m, const struct html_element *e)
{
    static const struct {
        const char *start, *names, *bounds;
    } rules[] = {
        {"li", "li", "ul ol menu table td th"},
        {"dd", "dd dt", "dl table td th"},
        {"dt", "dd dt", "dl table td th"},
        {"td", "td th", "tr table"},
        {"th", "td th", "tr table"},
        {"tr", "tr", "table"},
    };
    if (m->depth && strcmp(innermost(m)->element->name, "head") == 0 && e->traits & HTML_ENDS_P)
        close_innermost(m);
    if (m->in_links && strcmp(e->name, "a") == 0)
        close_open(m, "a", "td th table");
    if (m->in_paragraphs && e->traits & HTML_ENDS_P)
        close_open(m, "p", "button table td th caption object li div section article");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(e->name, rules[i].start) == 0)
            close_open(m, rules[i].names, rules[i].bounds);
}

/* --- opening --- */

static enum claim claim_of(const struct html_element *e, struct span attributes,
                           struct span classes)
{
    struct span role = html_attribute(attributes, "role");
    struct span property = html_attribute(attributes, "itemprop");
    if (span_is(property, "articleBody") || span_is(property, "reviewBody"))
        return CLAIM_BODY;
    if (!(e->traits & HTML_CONTAINER) || strcmp(e->name, "body") == 0)
        return CLAIM_NONE;
    if (names_article_text(classes))
        return CLAIM_BODY;
    if (strcmp(e->name, "article") == 0 || span_is(role, "article"))
        return CLAIM_ARTICLE;
    return strcmp(e->name, "main") == 0 || span_is(role, "main") ? CLAIM_MAIN : CLAIM_NONE;
}

static bool is_hidden(struct span attributes, struct span classes)
{
    struct span style = html_attribute(attributes, "style");
    return names_hidden(classes) || html_attribute(attributes, "hidden").p ||
           span_is(html_attribute(attributes, "aria-hidden"), "true") ||
           span_find_letters(style, "display:none") || span_find_letters(style, "display: none");
}

/* Words and phrases in a paragraph belong to it, whatever they are called. */
static bool may_be_named(const struct main_text *m, const struct html_element *e)
{
    bool block = e->traits & (HTML_SPECIAL | HTML_CONTAINER);
    return block || !m->depth || !has(innermost(m), HTML_PARAGRAPH);
}

static enum distance own_distance(const struct main_text *m, const struct html_element *e,
                                  struct span attributes, struct span classes)
{
    if (e->traits & HTML_NO_TEXT)
        return NOT_TEXT;
    if (e->traits & HTML_APART || is_role_apart(html_attribute(attributes, "role")) ||
        is_hidden(attributes, classes))
        return APART;
    bool named = names_boilerplate(classes) || names_boilerplate(html_attribute(attributes, "id"));
    bool whole = span_is_one_of(span_of(e->name, strlen(e->name)), "html body main article");
    return e->traits & HTML_DOUBTFUL || (named && !whole && may_be_named(m, e)) ? IN_DOUBT
                                                                                : IN_TEXT;
}

static enum distance distance_in(const struct main_text *m, enum distance own, enum claim claim)
{
    enum distance outer = distance_now(m);
    if (claim == CLAIM_BODY && own <= IN_DOUBT)
        return outer > IN_DOUBT ? outer : IN_TEXT;
    return own > outer ? own : outer;
}

static void open_element(struct main_text *m, const struct html_element *e,
                         const struct html_token *t)
{
    if (m->depth == MOST_OPEN) {
        m->too_deep++;
        return;
    }
    struct span classes = html_attribute(t->attributes, "class");
    enum claim claim = claim_of(e, t->attributes, classes);
    enum distance own = own_distance(m, e, t->attributes, classes);
    m->open[m->depth] = (struct open_element){
        .element = e,
        .name = t->name,
        .distance = distance_in(m, own, claim),
        .claim = claim,
        .first_piece = m->count,
        .before = {m->sum[0], m->sum[1]},
    };
    m->depth++;
    m->in_links += span_is(t->name, "a");
    m->in_paragraphs += span_is(t->name, "p");
}

/* Two line breaks make a paragraph. */
static void break_line(struct main_text *m)
{
    owe(m, m->after_break ? GAP_PARAGRAPH : GAP_LINE);
    m->after_break = true;
}

static void start_element(struct main_text *m, const struct html_token *t)
{
    const struct html_element *e = html_element_named(t->name);
    bool body = strcmp(e->name, "body") == 0;
    if (strcmp(e->name, "br") == 0)
        break_line(m);
    if (strcmp(e->name, "br") == 0 || (body && m->seen_body))
        return;
    m->seen_body |= body;
    close_implied(m, e);
    if (e->traits & HTML_CONTAINER)
        end_piece(m);
    owe(m, e->gap);
    if (!(e->traits & HTML_VOID) && !(t->closes_itself && span_is(t->name, "svg")))
        open_element(m, e, t);
}

void main_text_token(struct main_text *m, const struct html_token *t)
{
    switch (t->kind) {
    case HTML_START_TAG:
        start_element(m, t);
        break;
    case HTML_END_TAG:
        close_named(m, t);
        break;
    case HTML_TEXT:
        if (distance_now(m) != NOT_TEXT)
            add_text(m, t->source);
        break;
    case HTML_RAW_TEXT: /* of a script, a style sheet, ... */
    case HTML_OTHER:
        break;
    }
}

void main_text_end(struct main_text *m)
{
    const struct open_element page = {0};
    end_piece(m);
    while (m->depth)
        close_innermost(m);
    judge(m, &page);
}
