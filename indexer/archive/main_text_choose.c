/* main_text_choose.c - which element holds the article, and what of it is text. */
#include "indexer/archive/boilerplate.h"
#include "indexer/archive/main_text_parts.h"

/* A claim is believed when the element has this part of the prose that the
 * best scored one has. */
#define LEAST_PART 0.3

/* An element inside the one that claims is preferred when it has this part of
 * that one's prose: what stands round it is something else. */
#define NEARLY_ALL_OF_ARTICLE 0.85
#define NEARLY_ALL_OF_MAIN    0.7

/* What stands in doubt counts as text where there is this much more with it. */
#define DOUBT_FACTOR 3

/* --- the element --- */

static bool is_inside(const struct candidate *inner, const struct candidate *outer)
{
    return inner->first >= outer->first && inner->end <= outer->end;
}

static const struct candidate *believed(const struct main_text *m, int trust, enum claim claim,
                                        double nearly_all)
{
    const struct candidate *best = &m->best[trust], *c = &m->claimed[trust][claim];
    if (c->sum.prose <= 0 || c->sum.prose < LEAST_PART * best->sum.prose)
        return NULL;
    return best->sum.prose >= nearly_all * c->sum.prose && is_inside(best, c) ? best : c;
}

static const struct candidate *choose(const struct main_text *m, int trust)
{
    const struct candidate *c = believed(m, trust, CLAIM_BODY, 1);
    if (!c)
        c = believed(m, trust, CLAIM_ARTICLE, NEARLY_ALL_OF_ARTICLE);
    if (!c)
        c = believed(m, trust, CLAIM_MAIN, NEARLY_ALL_OF_MAIN);
    return c ? c : &m->best[trust];
}

/* --- the text --- */

struct text_writer {
    const struct main_text *m;
    struct span title;
    struct buf *out;
    size_t start;
    enum html_gap gap;           /* owed before the next piece */
    const struct piece *heading; /* waits for text to follow it */
};

static struct span text_of(const struct main_text *m, const struct piece *p)
{
    return span_of((const char *)m->text.data + p->start, p->len);
}

static void write_piece(struct text_writer *w, const struct piece *p)
{
    static const char *const gaps[] = {"", " ", "\n", "\n\n"};
    struct span text = text_of(w->m, p);
    if (w->out->len > w->start)
        buf_puts(w->out, gaps[w->gap]);
    buf_add(w->out, text.p, text.len);
    w->gap = GAP_NONE;
}

static bool is_mostly_links(const struct piece *p)
{
    return p->links * 2 > p->len;
}

static void take_heading(struct text_writer *w, const struct piece *p)
{
    bool names_page = p->heading == 1 || span_same(text_of(w->m, p), w->title);
    w->heading = names_page || is_mostly_links(p) ? NULL : p;
}

static void take_text(struct text_writer *w, const struct piece *p)
{
    struct span text = text_of(w->m, p);
    bool first = w->out->len == w->start;
    if (is_mostly_links(p) || reads_as_boilerplate(text) || (first && span_same(text, w->title))) {
        w->heading = NULL;
        return;
    }
    if (w->heading) {
        enum html_gap gap = w->gap;
        w->gap = GAP_PARAGRAPH;
        write_piece(w, w->heading);
        w->heading = NULL;
        w->gap = gap;
    }
    write_piece(w, p);
}

static void write_range(const struct main_text *m, const struct candidate *range,
                        enum distance most, struct span title, struct buf *out)
{
    struct text_writer w = {.m = m, .title = title, .out = out, .start = out->len};
    for (size_t i = range->first; i < range->end; i++) {
        const struct piece *p = &m->pieces[i];
        if (p->gap > w.gap)
            w.gap = p->gap;
        if (p->distance > most)
            continue;
        if (p->heading)
            take_heading(&w, p);
        else
            take_text(&w, p);
    }
}

void main_text_write(struct main_text *m, struct span title, struct buf *out)
{
    size_t start = out->len;
    main_text_end(m);
    const struct candidate *sure = choose(m, IN_TEXT), *doubtful = choose(m, IN_DOUBT);
    const struct candidate all = {.end = m->count};
    if (sure->sum.prose * DOUBT_FACTOR >= doubtful->sum.prose && sure->sum.prose > 0)
        write_range(m, sure, IN_TEXT, title, out);
    else if (doubtful->sum.prose > 0)
        write_range(m, doubtful, IN_DOUBT, title, out);
    for (int most = IN_TEXT; most <= IN_DOUBT && out->len == start; most++)
        write_range(m, &all, (enum distance)most, title, out);
}
