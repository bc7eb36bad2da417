/* inversion.c - terms in their order, places by form, lists from places. */
#include "indexer/inversion.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/limits.h"
#include "indexer/term_order.h"

/* Terms ahead whose bytes are fetched: they lie all over the lexicon. */
#define TERMS_AHEAD 8

/* Places and the numbers of their forms. */
struct numbered {
    uint32_t *places, *numbers;
    size_t capacity[2];
};

struct inversion {
    const struct token_stream *stream;
    const struct article_tokens *articles;
    uint32_t docs;
    size_t pass_tokens;
    struct term_order order;
    uint32_t *slots;  /* where the next place of a form goes; by form */
    uint32_t *places; /* form by form, ascending */
    size_t capacity;
    uint32_t *articles_at;           /* by place / PLACE_STEP */
    uint32_t *first_places;          /* by article */
    struct numbered merged[2];       /* one is merged into the other */
    uint32_t *list_docs, *tf, *gaps; /* of the term at hand */
    size_t list_capacity[3];
};

#define NOT_IN_PASS UINT32_MAX
#define FEW         16 /* of one form's places for one of another's: that is few */

/* ---- where tokens go ---- */

/* Gives the forms of the terms from `first` on their slots until the pass is
 * full; returns the first term that is not in it. A term alone may exceed the pass. */
static size_t plan_pass(struct inversion *inv, size_t first, size_t *tokens)
{
    const struct term_order *o = &inv->order;
    *tokens = 0;
    for (size_t term = first; term < o->count; term++) {
        uint64_t of_term = term_tokens(o, term);
        if (term > first && *tokens + of_term > inv->pass_tokens)
            return term;
        for (uint32_t at = o->first_form[term]; at < o->first_form[term + 1]; at++) {
            inv->slots[o->ids[at]] = (uint32_t)*tokens;
            *tokens += o->forms[at].count;
        }
    }
    return o->count;
}

/* They are written in the order of the text, all over. */
static void reserve_places(struct inversion *inv, size_t tokens)
{
    if (tokens <= inv->capacity)
        return;
    free(inv->places);
    inv->places = mem_alloc(tokens * sizeof *inv->places);
    inv->capacity = tokens;
}

static const uint16_t *scatter_part(struct inversion *inv, const uint16_t *at, uint32_t place,
                                    uint32_t tokens)
{
    for (uint32_t end = place + tokens; place != end; place++) {
        uint32_t *slot = &inv->slots[token_stream_next(&at)];
        if (*slot != NOT_IN_PASS)
            inv->places[(*slot)++] = place;
    }
    return at;
}

static void scatter(struct inversion *inv)
{
    const uint16_t *at = inv->stream->units;
    for (uint32_t doc = 0; doc < inv->docs; doc++) {
        const struct article_tokens *a = &inv->articles[doc];
        at = scatter_part(inv, at, a->first_place, a->title);
        at = scatter_part(inv, at, a->first_place + a->title + TITLE_GAP, a->all - a->title);
    }
}

static void set_articles(struct inversion *inv)
{
    size_t rows = (size_t)(place_behind(&inv->articles[inv->docs - 1]) / PLACE_STEP);
    inv->articles_at = mem_alloc(rows * sizeof *inv->articles_at);
    inv->first_places = mem_alloc(inv->docs * sizeof *inv->first_places);
    for (uint32_t doc = 0; doc < inv->docs; doc++) {
        const struct article_tokens *a = &inv->articles[doc];
        inv->first_places[doc] = a->first_place;
        for (uint64_t at = a->first_place; at < place_behind(a); at += PLACE_STEP)
            inv->articles_at[at / PLACE_STEP] = doc;
    }
}

/* ---- forms ---- */

/* A place and the number of its form, in the order of places. */
static inline uint64_t pair_of(uint32_t place, uint32_t number)
{
    return (uint64_t)place << 32 | number;
}

/* Of one form, ascending. */
struct run {
    const uint32_t *places;
    size_t count;
    uint32_t number;
};

static void put_run(const struct run *r, size_t from, size_t end, struct numbered *out, size_t at)
{
    memcpy(out->places + at, r->places + from, (end - from) * sizeof *out->places);
    for (size_t i = from; i < end; i++)
        out->numbers[at + i - from] = r->number;
}

static void put_rest(const struct numbered *with, size_t from, size_t end, struct numbered *out,
                     size_t at)
{
    memcpy(out->places + at, with->places + from, (end - from) * sizeof *out->places);
    memcpy(out->numbers + at, with->numbers + from, (end - from) * sizeof *out->numbers);
}

/* Both of about a size. There is no branch to mispredict. */
static void merge_evenly(const struct run *r, const struct numbered *with, size_t with_count,
                         struct numbered *out)
{
    size_t i = 0, k = 0, n = 0;
    for (; i < r->count && k < with_count; n++) {
        uint64_t a = pair_of(r->places[i], r->number);
        uint64_t b = pair_of(with->places[k], with->numbers[k]);
        uint64_t least = a < b ? a : b;
        out->places[n] = (uint32_t)(least >> 32);
        out->numbers[n] = (uint32_t)least;
        i += a < b;
        k += a > b;
    }
    put_run(r, i, r->count, out, n);
    put_rest(with, k, with_count, out, n + r->count - i);
}

/* The first place of the run, from `from` on, that is behind `place`: by steps that
 * double, then by halves. */
static size_t find_behind(const struct run *r, size_t from, uint32_t place)
{
    size_t step = 1, low = from, high;
    while (low + step < r->count && r->places[low + step] < place) {
        low += step;
        step *= 2;
    }
    high = low + step < r->count ? low + step : r->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->places[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Few places between the run's many. */
static void merge_few(const struct run *r, const struct numbered *with, size_t with_count,
                      struct numbered *out)
{
    size_t i = 0, n = 0;
    for (size_t k = 0; k < with_count; k++) {
        size_t end = find_behind(r, i, with->places[k]);
        put_run(r, i, end, out, n);
        n += end - i;
        i = end;
        out->places[n] = with->places[k];
        out->numbers[n++] = with->numbers[k];
    }
    put_run(r, i, r->count, out, n);
}

/* Merges the places of one form with those of the forms behind it; no two are equal. */
static void merge_form(const struct run *r, const struct numbered *with, size_t with_count,
                       struct numbered *out)
{
    if (with_count < r->count / FEW)
        merge_few(r, with, with_count, out);
    else
        merge_evenly(r, with, with_count, out);
}

/* The places of a term's forms, which lie side by side, in the order of the
 * stream. The rare forms are merged first. */
static const struct numbered *merge_forms(struct inversion *inv, const struct form *forms,
                                          uint32_t form_count, const uint32_t *places,
                                          uint32_t count)
{
    for (int i = 0; i < 2; i++) {
        mem_grow(inv->merged[i].places, &inv->merged[i].capacity[0], count);
        mem_grow(inv->merged[i].numbers, &inv->merged[i].capacity[1], count);
    }
    struct numbered *from = &inv->merged[0], *to = &inv->merged[1], *spare;
    size_t done = 0;
    for (uint32_t number = form_count; number-- > 0;) {
        size_t of_form = (size_t)forms[number].count;
        struct run run = {places + count - done - of_form, of_form, number};
        merge_form(&run, from, done, to);
        done += of_form;
        spare = from;
        from = to;
        to = spare;
    }
    return from;
}

/* ---- lists ---- */

/* a where the mask is all ones, b where it is 0. */
static inline uint32_t choose(uint32_t mask, uint32_t a, uint32_t b)
{
    return (a & mask) | (b & ~mask);
}

/* The term's list from its places; returns its articles. The gaps are those
 * of postings_write.h. There is no branch to mispredict, and no look-up waits
 * for another. */
static uint32_t make_list(struct inversion *inv, const uint32_t *places, uint32_t count)
{
    const uint32_t *articles_at = inv->articles_at, *first_places = inv->first_places;
    uint32_t *docs = inv->list_docs, *tf = inv->tf, *gaps = inv->gaps;
    uint32_t at = UINT32_MAX, run = 0, last = UINT32_MAX, next_place = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = places[i], doc = articles_at[place / PLACE_STEP];
        uint32_t same = -(uint32_t)(doc == last);
        gaps[i] = place - choose(same, next_place, first_places[doc]);
        run = (run & same) + 1;
        at += same + 1;
        docs[at] = last = doc;
        tf[at] = run;
        next_place = place + 1;
    }
    return at + 1;
}

static void put_term(struct inversion *inv, struct segment_writer *w, size_t term,
                     const uint32_t *places, uint32_t count)
{
    const struct term_order *o = &inv->order;
    const uint32_t first = o->first_form[term];
    struct term_spellings spellings = {&o->forms[first], o->first_form[term + 1] - first, NULL};
    if (spellings.count > 1) {
        const struct numbered *merged =
            merge_forms(inv, spellings.forms, spellings.count, places, count);
        places = merged->places;
        spellings.numbers = merged->numbers;
    }
    mem_grow(inv->list_docs, &inv->list_capacity[0], count);
    mem_grow(inv->tf, &inv->list_capacity[1], count);
    mem_grow(inv->gaps, &inv->list_capacity[2], count);
    uint32_t df = make_list(inv, places, count);
    postings_writer_add_list(&w->lists, inv->list_docs, inv->tf, df, inv->gaps);
    segment_writer_end_term(w, o->terms[term].text, o->terms[term].len, &spellings);
}

static void put_terms(struct inversion *inv, struct segment_writer *w, size_t first, size_t end)
{
    const struct term_order *o = &inv->order;
    const uint32_t *places = inv->places;
    for (size_t term = first; term < end; term++) {
        if (term + TERMS_AHEAD < o->count)
            __builtin_prefetch(o->terms[term + TERMS_AHEAD].text);
        uint32_t count = (uint32_t)term_tokens(o, term);
        put_term(inv, w, term, places, count);
        places += count;
    }
    for (uint32_t at = o->first_form[first]; at < o->first_form[end]; at++)
        inv->slots[o->ids[at]] = NOT_IN_PASS;
}

/* ---- all of it ---- */

static void release(struct inversion *inv)
{
    term_order_free(&inv->order);
    free(inv->slots);
    free(inv->places);
    free(inv->articles_at);
    free(inv->first_places);
    for (int i = 0; i < 2; i++) {
        free(inv->merged[i].places);
        free(inv->merged[i].numbers);
    }
    free(inv->list_docs);
    free(inv->tf);
    free(inv->gaps);
}

void invert_tokens(const struct token_stream *stream, const struct article_tokens *articles,
                   uint32_t docs, const struct lexicon *lexicon, size_t pass_tokens,
                   struct segment_writer *w)
{
    struct inversion inv = {
        .stream = stream, .articles = articles, .docs = docs, .pass_tokens = pass_tokens};
    size_t tokens, forms = lexicon_forms(lexicon);
    term_order_make(&inv.order, lexicon, stream->counts);
    set_articles(&inv);
    inv.slots = mem_alloc(forms * sizeof *inv.slots);
    memset(inv.slots, 0xff, forms * sizeof *inv.slots);
    for (size_t at = 0, end; at < inv.order.count; at = end) {
        end = plan_pass(&inv, at, &tokens);
        reserve_places(&inv, tokens);
        scatter(&inv);
        put_terms(&inv, w, at, end);
    }
    release(&inv);
}
