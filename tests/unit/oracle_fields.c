/*
 * oracle_fields.c - spans, spellings and filters by definition: every choice
 * of places is tried, every word of the vocabulary measured.
 */
#include "tests/unit/test.h"

#include "tests/unit/oracle.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/index/limits.h"
#include "common/text/fold.h"

/* ---- spans ---- */

/* Which slots of a span each form of the lexicon fills, as bits: worked out
 * once for all articles. */
struct slot_masks {
    const struct query_span *span;
    uint32_t *of_form;
};
static struct slot_masks known_spans[64];
static size_t known_count;

void oracle_forget_spans(void)
{
    while (known_count)
        free(known_spans[--known_count].of_form);
}

static bool is_text(const char *text, size_t len, const struct query_term *term)
{
    return len == term->len && !memcmp(text, term->text, len);
}

static bool fills(const struct oracle *o, uint32_t form, const struct query_slot *slot)
{
    size_t len, form_len;
    const char *term = lexicon_term(o->lexicon, form, &len);
    const char *text = lexicon_form(o->lexicon, form, &form_len);
    if (slot->kind == SLOT_EXACT)
        return is_text(term, len, &slot->term) && is_text(text, form_len, &slot->spelled);
    for (size_t t = 0; t < slot->count; t++)
        if (is_text(term, len, &slot->terms[t]))
            return true;
    return false;
}

static const uint32_t *masks_of(const struct oracle *o, const struct query_span *span)
{
    for (size_t i = 0; i < known_count; i++)
        if (known_spans[i].span == span)
            return known_spans[i].of_form;
    assert_true(known_count < 64 && span->count <= 32);
    uint32_t *masks = mem_zalloc((size_t)lexicon_forms(o->lexicon) + 1, sizeof *masks);
    for (uint32_t form = 0; form < lexicon_forms(o->lexicon); form++)
        for (size_t i = 0; i < span->count; i++)
            if (fills(o, form, &span->slots[i]))
                masks[form] |= UINT32_C(1) << i;
    known_spans[known_count++] = (struct slot_masks){span, masks};
    return masks;
}

struct choice {
    const struct oracle_article *a;
    const struct query_span *span;
    uint32_t *filled; /* by position: the slots that its token fills */
    uint32_t first;   /* of the first unit */
};

static bool in_title(const struct choice *c, uint32_t position)
{
    return position < c->a->title_tokens;
}

static bool right_field(const struct choice *c, uint32_t position)
{
    return c->span->field == QUERY_ANYWHERE ||
           (c->span->field == QUERY_IN_TITLE) == in_title(c, position);
}

static uint32_t last_position(const struct choice *c)
{
    return c->a->token_count + TITLE_GAP;
}

/* Whether any of the slot's terms stands there. */
static bool slot_at(const struct choice *c, size_t slot, uint32_t position)
{
    return position < last_position(c) && (c->filled[position] >> slot & 1);
}

static uint32_t reach(const struct query_span *span, size_t unit)
{
    return span->positions[span->units[unit].first + span->units[unit].count - 1];
}

static bool unit_at(const struct choice *c, size_t unit, uint32_t position)
{
    const struct query_unit *u = &c->span->units[unit];
    for (size_t i = u->first; i < u->first + u->count; i++)
        if (!slot_at(c, i, position + c->span->positions[i]) ||
            !right_field(c, position + c->span->positions[i]))
            return false;
    return in_title(c, position) == in_title(c, c->first);
}

/* Units from `unit` on, the one before at `before`. */
static bool in_order(const struct choice *c, size_t unit, uint32_t before)
{
    const struct query_span *s = c->span;
    if (unit == s->unit_count)
        return before - c->first <= s->units[unit - 1].at + s->distance;
    for (uint32_t p = before + s->units[unit].at - s->units[unit - 1].at; p < last_position(c); p++)
        if (unit_at(c, unit, p) && in_order(c, unit + 1, p))
            return true;
    return false;
}

/* A place in the stretch for the unit, beside the first one's. */
static bool unit_in(const struct choice *c, size_t unit, int64_t from, int64_t to)
{
    for (int64_t p = from < 0 ? 0 : from; p + reach(c->span, unit) <= to; p++) {
        bool apart = p > c->first + reach(c->span, 0) || p + reach(c->span, unit) < c->first;
        if (apart && unit_at(c, unit, (uint32_t)p))
            return true;
    }
    return false;
}

/* Every stretch of the length that holds the first unit. */
static bool near_first(const struct choice *c)
{
    int64_t length = c->span->distance;
    for (size_t u = 0; u < c->span->unit_count; u++)
        length += reach(c->span, u);
    for (int64_t from = (int64_t)c->first + reach(c->span, 0) - length; from <= c->first; from++) {
        bool all = true;
        for (size_t u = 1; u < c->span->unit_count && all; u++)
            all = unit_in(c, u, from, from + length);
        if (all)
            return true;
    }
    return false;
}

uint32_t oracle_span_occurrences(const struct oracle *o, const struct oracle_article *a,
                                 const struct query_span *span)
{
    struct choice c = {.a = a, .span = span};
    const uint32_t *masks = masks_of(o, span);
    uint32_t tf = 0, all = 0;
    c.filled = mem_zalloc(last_position(&c), sizeof *c.filled);
    for (uint32_t i = 0; i < a->token_count; i++) {
        c.filled[a->tokens[i].position] |= masks[a->tokens[i].form];
        all |= masks[a->tokens[i].form];
    }
    bool possible = all == (uint32_t)(((uint64_t)1 << span->count) - 1);
    for (uint32_t p = 0; possible && p < last_position(&c); p++) {
        c.first = p;
        if (!unit_at(&c, 0, p))
            continue;
        tf += span->unit_count == 1 || (span->near ? near_first(&c) : in_order(&c, 1, p));
    }
    free(c.filled);
    return tf;
}

/* ---- spellings ---- */

/* Recursion without a table: the vocabulary's words are short. */
static unsigned edits(const char *a, size_t n, const char *b, size_t m, unsigned most)
{
    if (!n || !m)
        return (unsigned)(n + m);
    if (a[n - 1] == b[m - 1])
        return edits(a, n - 1, b, m - 1, most);
    if (!most)
        return 1;
    unsigned best = edits(a, n - 1, b, m - 1, most - 1);
    unsigned left_out = edits(a, n - 1, b, m, most - 1), inserted = edits(a, n, b, m - 1, most - 1);
    best = left_out < best ? left_out : best;
    best = inserted < best ? inserted : best;
    if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1]) {
        unsigned exchanged = edits(a, n - 2, b, m - 2, most - 1);
        best = exchanged < best ? exchanged : best;
    }
    return best + 1;
}

/* Of words in ASCII. */
static bool spelled_so(const struct query_slot *slot, const char *term, size_t len)
{
    if (slot->kind == SLOT_FUZZY)
        return edits(slot->term.text, slot->term.len, term, len, slot->edits) <= slot->edits;
    return (len >= slot->spelled.len && !memcmp(term, slot->spelled.text, slot->spelled.len)) ||
           (len == slot->term.len && !memcmp(term, slot->term.text, len));
}

static bool taken(const struct query_slot *slot, const char *term, size_t len)
{
    for (size_t i = 0; i < slot->count; i++)
        if (slot->terms[i].len == len && !memcmp(slot->terms[i].text, term, len))
            return true;
    return false;
}

void oracle_check_slot(struct oracle *o, const struct query_slot *slot)
{
    const uint32_t *dfs = oracle_dfs(o);
    size_t found = 0;
    uint32_t least_taken = UINT32_MAX, most_left = 0;
    for (uint32_t t = 0; t < vocabulary_count(o->lexicon->terms); t++) {
        size_t len;
        const char *term = vocabulary_term(o->lexicon->terms, t, &len);
        bool wanted = dfs[t] && spelled_so(slot, term, len), is_taken = taken(slot, term, len);
        found += wanted;
        assert_false(is_taken && !wanted);
        if (wanted && is_taken && dfs[t] < least_taken)
            least_taken = dfs[t];
        if (wanted && !is_taken && dfs[t] > most_left)
            most_left = dfs[t];
    }
    assert_int_equal(slot->found, found);
    assert_true(slot->count == found || most_left <= least_taken);
}

/* ---- filters ---- */

static size_t fold_all(const char *value, size_t len, char out[FOLD_MAX_BYTES])
{
    char folded[FOLD_MAX_BYTES];
    return fold_accents(folded, fold_word(value, len, FOLD_DEFAULT, folded), out);
}

static bool same_value(const struct filter_test *t, const char *value, size_t len)
{
    char folded[FOLD_MAX_BYTES];
    size_t n = fold_all(value, len, folded);
    return t->begins ? n >= t->len && !strncmp(folded, t->text, t->len)
                     : n == t->len && !memcmp(folded, t->text, n);
}

static bool same_tag(const struct filter_test *t, const char *tags)
{
    char *copy = mem_strdup(tags), *rest = NULL;
    bool found = false;
    for (char *tag = strtok_r(copy, ",;", &rest); tag; tag = strtok_r(NULL, ",;", &rest)) {
        tag += strspn(tag, " ");
        size_t len = strlen(tag);
        while (len && tag[len - 1] == ' ')
            len--;
        found = found || (len && same_value(t, tag, len));
    }
    free(copy);
    return found;
}

/* Any word may be the first of a match, or only the first one of all. */
static bool words_match(const struct filter_test *t, const char *text, bool only_first)
{
    const char *separators = " -./:?=&_#,;()@'\"", *p = text + strspn(text, separators);
    for (; *p; p += strcspn(p, separators), p += strspn(p, separators)) {
        const char *q = p, *w = t->text;
        while (*w) {
            w += strspn(w, " ");
            size_t n = strcspn(w, " ");
            if (!n)
                break;
            size_t have = strcspn(q, separators);
            bool last = !w[n];
            if (have < n || strncasecmp(q, w, n) != 0 || (have > n && !(last && t->begins)))
                goto next;
            q += have;
            q += strspn(q, separators);
            w += n;
        }
        return true;
    next:
        if (only_first)
            break;
    }
    return false;
}

static bool url_passes(const struct filter_test *t, const char *url)
{
    if (!*t->host)
        return *url && words_match(t, url, false);
    const char *host = strstr(url, "//");
    if (!host)
        return false;
    host += 2;
    size_t len = strcspn(host, "/?#"), wanted = strlen(t->host);
    if (len < wanted || strncasecmp(host + len - wanted, t->host, wanted) != 0 ||
        (len > wanted && host[len - wanted - 1] != '.'))
        return false;
    return !t->len || words_match(t, host + len, true);
}

/* The first second behind the date's period, by the C library's calendar. */
static int64_t period_end(const struct date *d)
{
    time_t seconds = (time_t)d->seconds;
    struct tm tm;
    gmtime_r(&seconds, &tm);
    tm.tm_year += d->precision == DATE_YEAR;
    tm.tm_mon += d->precision == DATE_MONTH;
    tm.tm_mday += d->precision == DATE_DAY;
    tm.tm_min += d->precision == DATE_MINUTE;
    tm.tm_sec += d->precision == DATE_SECOND;
    return (int64_t)timegm(&tm);
}

bool oracle_filter_passes(const struct oracle_article *a, const struct filter_test *t)
{
    char folded[FOLD_MAX_BYTES + 1];
    switch (t->field) {
    case FILTER_DATE:
        return a->when.precision && a->when.seconds >= t->from && period_end(&a->when) <= t->until;
    case FILTER_CATEGORY:
        return same_value(t, a->category, strlen(a->category));
    case FILTER_SOURCE:
        return *a->source && same_value(t, a->source, strlen(a->source));
    case FILTER_TAG:
        return same_tag(t, a->tags);
    case FILTER_AUTHOR:
        folded[fold_all(a->author, strlen(a->author), folded)] = '\0';
        return *folded && words_match(t, folded, false);
    case FILTER_URL:
        return url_passes(t, a->url);
    }
    return false;
}
