/*
 * query_units.c - the words, phrases, spans and filters between a query's
 * operators.
 */
#include "query/parser.h"

#include <string.h>

#include "query/output.h"

/* --- words and phrases --- */

struct query_node *parser_node(struct parser *p, enum query_kind kind, size_t start, size_t end)
{
    struct query_node *node = arena_alloc(p->arena, sizeof *node);
    *node = (struct query_node){.kind = kind, .start = start, .end = end};
    return node;
}

int parser_take_term(struct parser *p, const struct token *token, size_t at, struct query_term *out)
{
    struct query_term term = {token->term, token->len};
    size_t number;
    if (++p->words > MAX_QUERY_WORDS)
        return parser_complain(p, at, "more than " NUMBER_TEXT(MAX_QUERY_WORDS) " words");
    if (!term_set_add(&p->terms, &term, MAX_QUERY_TERMS, &number))
        return parser_complain(p, at, "more than " NUMBER_TEXT(MAX_QUERY_TERMS) " different words");
    if (number * ROLES == p->met_count) {
        mem_grow(p->met, &p->met_capacity, p->met_count + ROLES);
        for (int role = 0; role < ROLES; role++)
            p->met[p->met_count++] = (struct meeting){0};
    }
    *out = p->terms.list[number];
    return BF_OK;
}

struct query_node *parser_term(struct parser *p, const struct query_term *term, size_t start,
                               size_t end)
{
    struct query_node *node = parser_node(p, QUERY_TERM, start, end);
    node->term = *term;
    node->repeats = 1;
    node->stop = analyzer_is_stop(p->analyzer, term->text, term->len);
    return node;
}

static int new_phrase(struct parser *p, size_t count, const struct lexeme *x,
                      struct query_node **out)
{
    struct query_node *node = parser_node(p, QUERY_PHRASE, x->from, x->to);
    node->phrase.count = count;
    node->phrase.terms = arena_alloc(p->arena, count * sizeof *node->phrase.terms);
    node->phrase.positions = arena_alloc(p->arena, count * sizeof *node->phrase.positions);
    for (size_t i = 0; i < count; i++) {
        int rc = parser_take_term(p, &p->tokens[i], x->start, &node->phrase.terms[i]);
        if (rc)
            return rc;
        node->phrase.positions[i] = p->tokens[i].position - p->tokens[0].position;
    }
    *out = node;
    return BF_OK;
}

/* The last character of a run is there for queries of one character: the pair
 * before it says as much. */
size_t parser_analyse(struct parser *p, size_t from, size_t to)
{
    if (from == to)
        return 0;
    size_t kept = 0, count = analyzer_tokens(p->analyzer, p->lexer.text + from, to - from,
                                             &p->tokens, &p->token_capacity, p->arena);
    for (size_t i = 0; i < count; i++)
        if (p->tokens[i].kind != UNIT_LAST_OF_RUN)
            p->tokens[kept++] = p->tokens[i];
    return kept;
}

/* --- spans --- */

struct query_node *parser_span(struct parser *p, size_t slots, size_t units, size_t start,
                               size_t end)
{
    struct query_node *node = parser_node(p, QUERY_SPAN, start, end);
    struct query_span *span = &node->span;
    *span = (struct query_span){.count = slots, .unit_count = units};
    span->slots = arena_alloc(p->arena, slots * sizeof *span->slots);
    span->positions = arena_alloc(p->arena, slots * sizeof *span->positions);
    span->units = arena_alloc(p->arena, units * sizeof *span->units);
    memset(span->positions, 0, slots * sizeof *span->positions);
    for (size_t i = 0; i < units; i++)
        span->units[i] = (struct query_unit){.first = i, .count = units == 1 ? slots : 1};
    return node;
}

/* Terms of a slot before it is expanded. */
static void set_slot(struct query_slot *slot, const struct query_term *term, struct arena *arena)
{
    *slot = (struct query_slot){.term = *term, .spelled = *term, .count = 1, .found = 1};
    slot->terms = arena_dup(arena, term, sizeof *term);
}

static enum query_text_field text_field(enum query_field field)
{
    return field == QUERY_FIELD_TITLE  ? QUERY_IN_TITLE
           : field == QUERY_FIELD_BODY ? QUERY_IN_BODY
                                       : QUERY_ANYWHERE;
}

/* The tokens as a span: side by side, or each for itself with `sloppy`. */
static int token_span(struct parser *p, size_t count, const struct lexeme *x,
                      enum query_field field, bool sloppy, struct query_node **out)
{
    *out = parser_span(p, count, sloppy ? count : 1, x->from, x->to);
    struct query_span *span = &(*out)->span;
    span->field = text_field(field);
    span->distance = x->distance;
    for (size_t i = 0; i < count; i++) {
        struct query_term term;
        uint32_t position = p->tokens[i].position - p->tokens[0].position;
        int rc = parser_take_term(p, &p->tokens[i], x->start, &term);
        if (rc)
            return rc;
        set_slot(&span->slots[i], &term, p->arena);
        if (sloppy)
            span->units[i].at = position;
        else
            span->positions[i] = position;
    }
    return BF_OK;
}

/* --- =word and "word" --- */

/* Makes a span of the tokens ask for the very words. */
static int set_exact(struct parser *p, const struct lexeme *x, struct query_span *span)
{
    for (size_t i = 0; i < span->count; i++) {
        char form[ANALYZER_FORM_BYTES];
        const struct token *token = &p->tokens[i];
        if (++p->exact > MAX_QUERY_EXACT)
            return parser_complain(
                p, x->start,
                "more than " NUMBER_TEXT(MAX_QUERY_EXACT) " words with = or alone in quotes");
        size_t len = analyzer_form(p->analyzer, p->lexer.text + x->from + token->start,
                                   token->end - token->start, form);
        span->slots[i].kind = SLOT_EXACT;
        span->slots[i].spelled = (struct query_term){arena_strndup(p->arena, form, len), len};
    }
    return BF_OK;
}

/* --- word* and word~n --- */

struct spelling {
    enum slot_kind kind;
    uint8_t edits;
    size_t to; /* end of the word itself */
};

static struct spelling spelling_of(const struct parser *p, const struct lexeme *x)
{
    const char *text = p->lexer.text;
    struct spelling s = {SLOT_WORD, 0, x->to};
    size_t tilde = x->to;
    if (x->symbol != SYMBOL_WORD || x->exact || x->from == x->to)
        return s;
    while (tilde > x->from && text[tilde - 1] >= '0' && text[tilde - 1] <= '9')
        tilde--;
    if (tilde > x->from && text[tilde - 1] == '~' && x->to - tilde < 2) {
        s.kind = SLOT_FUZZY;
        s.edits = tilde == x->to ? 1 : (uint8_t)(text[tilde] - '0');
        s.to = tilde - 1;
    } else if (text[x->to - 1] == '*') {
        s.kind = SLOT_PREFIX;
        while (s.to > x->from && text[s.to - 1] == '*')
            s.to--;
    }
    return s;
}

static int count_spelling(struct parser *p, const struct lexeme *x)
{
    if (++p->spellings > MAX_QUERY_SPELLINGS)
        return parser_complain(p, x->start,
                               "more than " NUMBER_TEXT(MAX_QUERY_SPELLINGS) " words with * or ~");
    return BF_OK;
}

static int check_spelling(struct parser *p, const struct spelling *s, const struct lexeme *x,
                          size_t tokens)
{
    if (s->kind == SLOT_FUZZY && (!s->edits || s->edits > MAX_SLOT_EDITS))
        return parser_complain(p, x->start, "write word~1 or word~2");
    if (!tokens)
        return parser_complain(p, x->start, "nothing is left to search for; put letters before it");
    if (tokens > 1)
        return parser_complain(p, x->start, "* and ~ stand behind one word");
    return count_spelling(p, x);
}

static int parse_spelling(struct parser *p, const struct spelling *s, const struct lexeme *x,
                          enum query_field field, struct query_node **out)
{
    char folded[ANALYZER_FOLD_BYTES];
    int rc = check_spelling(p, s, x, parser_analyse(p, x->from, s->to));
    if (!rc)
        rc = token_span(p, 1, x, field, false, out);
    if (rc)
        return rc;
    const struct token *token = p->tokens;
    size_t len = analyzer_fold(p->analyzer, p->lexer.text + x->from + token->start,
                               token->end - token->start, folded);
    struct query_slot *slot = (*out)->span.slots;
    slot->kind = s->kind;
    slot->edits = s->edits;
    slot->spelled = (struct query_term){arena_strndup(p->arena, folded, len), len};
    return BF_OK;
}

/* --- filters --- */

static enum filter_field filter_field_of(enum query_field field)
{
    switch (field) {
    case QUERY_FIELD_AUTHOR:
        return FILTER_AUTHOR;
    case QUERY_FIELD_CATEGORY:
        return FILTER_CATEGORY;
    case QUERY_FIELD_SOURCE:
        return FILTER_SOURCE;
    case QUERY_FIELD_TAG:
        return FILTER_TAG;
    case QUERY_FIELD_URL:
        return FILTER_URL;
    default:
        return FILTER_DATE;
    }
}

static int parse_filter(struct parser *p, const struct lexeme *x, enum query_field field,
                        struct query_node **out)
{
    struct error why = {0};
    const char *value = p->lexer.text + x->from;
    size_t len = x->to - x->from;
    struct query_node *node = parser_node(p, QUERY_FILTER, x->from, x->to);
    if (++p->words > MAX_QUERY_WORDS)
        return parser_complain(p, x->start, "more than " NUMBER_TEXT(MAX_QUERY_WORDS) " words");
    if (++p->filters > MAX_QUERY_FILTERS)
        return parser_complain(p, x->start, "more than " NUMBER_TEXT(MAX_QUERY_FILTERS) " filters");
    int rc = field == QUERY_FIELD_DATE ? filter_test_dates(&node->test, value, len, &why)
                                       : filter_test_value(&node->test, filter_field_of(field),
                                                           value, len, p->arena, &why);
    *out = node;
    if (!rc && node->test.field == FILTER_URL && node->test.len && ++p->urls > MAX_QUERY_URLS)
        return parser_complain(
            p, x->start, "more than " NUMBER_TEXT(MAX_QUERY_URLS) " filters by words of a URL");
    if (!rc)
        return BF_OK;
    struct buf safe = {0}; /* the message quotes the value */
    output_terminal(&safe, why.text, strlen(why.text));
    rc = parser_complain(p, x->start, buf_text(&safe));
    buf_free(&safe);
    return rc;
}

/* --- text --- */

/* One Chinese, Japanese or Korean character: terms are pairs that begin with it,
 * and itself where none follows (units.h). */
static int parse_lone(struct parser *p, const struct lexeme *x, enum query_field field,
                      struct query_node **out)
{
    int rc = count_spelling(p, x);
    if (!rc)
        rc = token_span(p, 1, x, field, false, out);
    if (!rc)
        (*out)->span.slots->kind = SLOT_PREFIX;
    return rc;
}

/* Words or a phrase. One word in quotes is that very word. */
static int parse_plain(struct parser *p, const struct lexeme *x, enum query_field field,
                       struct clause *out)
{
    struct query_term term = {0};
    size_t count = parser_analyse(p, x->from, x->to);
    bool sloppy = count > 1 && x->distance;
    bool exact = x->exact || (count == 1 && x->symbol == SYMBOL_PHRASE);
    out->split = count > 1 && x->symbol == SYMBOL_WORD && !exact;
    if (count == 1 && p->tokens->kind == UNIT_LONE)
        return parse_lone(p, x, field, &out->node);
    if (count && (field || sloppy || exact)) {
        int rc = token_span(p, count, x, field, sloppy, &out->node);
        return rc || !exact ? rc : set_exact(p, x, &out->node->span);
    }
    if (count > 1)
        return new_phrase(p, count, x, &out->node);
    if (!count)
        return BF_OK;
    int rc = parser_take_term(p, &p->tokens[0], x->start, &term);
    if (!rc)
        out->node = parser_term(p, &term, x->from, x->to);
    return rc;
}

int parser_unit(struct parser *p, struct clause *out)
{
    struct lexeme x = p->next;
    enum query_field field = x.field ? x.field : p->field;
    struct spelling spelling = spelling_of(p, &x);
    int rc;
    if (query_field_filters(field))
        rc = parse_filter(p, &x, field, &out->node);
    else if (spelling.kind != SLOT_WORD)
        rc = parse_spelling(p, &spelling, &x, field, &out->node);
    else
        rc = parse_plain(p, &x, field, out);
    return rc ? rc : parser_advance(p);
}

/* --- NEAR --- */

/* Slots that a node brings into NEAR; 0 for one that cannot. */
static size_t near_slots(const struct query_node *node)
{
    if (!node)
        return 0;
    switch (node->kind) {
    case QUERY_TERM:
        return 1;
    case QUERY_PHRASE:
        return node->phrase.count;
    case QUERY_SPAN:
        return node->span.unit_count == 1 ? node->span.count : 0;
    default:
        return 0;
    }
}

static enum query_text_field near_field(const struct query_node *node)
{
    return node->kind == QUERY_SPAN ? node->span.field : QUERY_ANYWHERE;
}

/* Copies a node's slots to the span, from slot `at` on, as unit `unit`. */
static void put_unit(struct parser *p, const struct query_node *node, struct query_span *span,
                     size_t unit, size_t at)
{
    size_t count = near_slots(node);
    span->units[unit] = (struct query_unit){.first = at, .count = count};
    for (size_t i = 0; i < count; i++) {
        if (node->kind == QUERY_SPAN) {
            span->slots[at + i] = node->span.slots[i];
            span->positions[at + i] = node->span.positions[i];
        } else if (node->kind == QUERY_PHRASE) {
            set_slot(&span->slots[at + i], &node->phrase.terms[i], p->arena);
            span->positions[at + i] = node->phrase.positions[i];
        } else {
            set_slot(&span->slots[at + i], &node->term, p->arena);
        }
    }
}

/* The clauses from base on as one span. */
static struct query_node *near_span(struct parser *p, size_t base, uint32_t distance)
{
    size_t units = p->count - base, slots = 0, at = 0;
    for (size_t i = base; i < p->count; i++)
        slots += near_slots(p->clauses[i].node);
    struct query_node *node = parser_span(p, slots, units, p->clauses[base].node->start,
                                          p->clauses[p->count - 1].node->end);
    node->span.near = true;
    node->span.distance = distance;
    node->span.field = near_field(p->clauses[base].node);
    for (size_t i = 0; i < units; i++) {
        put_unit(p, p->clauses[base + i].node, &node->span, i, at);
        at += near_slots(p->clauses[base + i].node);
    }
    return node;
}

/* What stands behind a NEAR, onto the stack. */
static int parse_near_operand(struct parser *p, size_t base, uint32_t distance)
{
    struct lexeme near = p->next;
    int rc = parser_advance(p);
    if (rc)
        return rc;
    if (near.distance != distance)
        return parser_complain(p, near.start, "one distance has to do for all that is joined");
    struct lexeme x = p->next;
    if ((x.symbol != SYMBOL_WORD && x.symbol != SYMBOL_PHRASE) || x.sign)
        return parser_complain(p, near.start,
                               "NEAR needs a word or a phrase after it, without a sign");
    struct clause operand = {.role = SHOULD, .start = x.start};
    rc = parser_unit(p, &operand);
    if (rc)
        return rc;
    if (!near_slots(operand.node) || near_field(operand.node) != near_field(p->clauses[base].node))
        return parser_complain(p, x.start, "NEAR joins words and phrases of one field");
    parser_push(p, operand);
    return BF_OK;
}

int parser_near(struct parser *p, struct clause *out)
{
    size_t base = p->count;
    uint32_t distance = p->next.distance;
    if (!near_slots(out->node))
        return parser_complain(p, p->next.start, "NEAR joins words and phrases");
    parser_push(p, *out);
    int rc = BF_OK;
    while (!rc && p->next.symbol == SYMBOL_NEAR)
        rc = p->count - base < MAX_QUERY_NEAR
                 ? parse_near_operand(p, base, distance)
                 : parser_complain(p, p->next.start,
                                   "NEAR joins at most " NUMBER_TEXT(MAX_QUERY_NEAR));
    if (!rc)
        out->node = near_span(p, base, distance);
    out->split = false;
    p->count = base;
    return rc;
}
