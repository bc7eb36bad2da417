/*
 * query_parse.c - recursive descent over the query language.
 *
 * The clauses of all open lists stand on one stack; a list knows where its own
 * begin. When it ends they become a node and leave the stack, so a clause is
 * moved at most once for each group round it: MAX_QUERY_DEPTH bounds both the
 * recursion and the time.
 */
#include "query/query_parse.h"

#include <stdlib.h>
#include <string.h>

#include "query/output.h"
#include "query/query_lex.h"
#include "query/term_set.h"

/* A limit's value, as the compiler has it, for a message. */
#define NUMBER_TEXT(limit)   NUMBER_TEXT_(limit)
#define NUMBER_TEXT_(number) #number

enum role { MUST, SHOULD, MUST_NOT, ROLES };

/* A part of a list while it is read. */
struct clause {
    enum role role;
    struct query_node *node; /* NULL: nothing was left of it */
    bool split;              /* node is one only because one word gave several terms */
    size_t start;
};

/* Where a list met a term in a role: valid when `list` is that list's number. */
struct meeting {
    uint64_t list;
    struct query_node *node;
};

struct parser {
    struct lexer lexer; /* behind `next` */
    struct lexeme next;
    enum query_field field; /* of the group at hand */
    struct analyzer *analyzer;
    struct arena *arena;
    struct clause *clauses;
    size_t count, capacity;
    struct token *tokens;
    size_t token_capacity;
    size_t words, spellings, filters;
    size_t depth;
    uint64_t lists;      /* finished so far */
    struct meeting *met; /* by the term's number and role */
    size_t met_count, met_capacity;
    struct term_set terms;
};

static int complain(const struct parser *p, size_t at, const char *what)
{
    return lexer_complain(&p->lexer, at, what);
}

static int advance(struct parser *p)
{
    return lexer_next(&p->lexer, &p->next);
}

/* --- words and phrases --- */

static struct query_node *new_node(struct parser *p, enum query_kind kind, size_t start, size_t end)
{
    struct query_node *node = arena_alloc(p->arena, sizeof *node);
    *node = (struct query_node){.kind = kind, .start = start, .end = end};
    return node;
}

/* The term as the tree has it: one text for all its occurrences. */
static int take_term(struct parser *p, const struct token *token, size_t at, struct query_term *out)
{
    struct query_term term = {token->term, token->len};
    size_t number;
    if (++p->words > MAX_QUERY_WORDS)
        return complain(p, at, "more than " NUMBER_TEXT(MAX_QUERY_WORDS) " words");
    if (!term_set_add(&p->terms, &term, MAX_QUERY_TERMS, &number))
        return complain(p, at, "more than " NUMBER_TEXT(MAX_QUERY_TERMS) " different words");
    if (number * ROLES == p->met_count) {
        mem_grow(p->met, &p->met_capacity, p->met_count + ROLES);
        for (int role = 0; role < ROLES; role++)
            p->met[p->met_count++] = (struct meeting){0};
    }
    *out = p->terms.list[number];
    return BF_OK;
}

static struct query_node *new_term(struct parser *p, const struct query_term *term, size_t start,
                                   size_t end)
{
    struct query_node *node = new_node(p, QUERY_TERM, start, end);
    node->term = *term;
    node->repeats = 1;
    node->stop = analyzer_is_stop(p->analyzer, term->text, term->len);
    return node;
}

static int new_phrase(struct parser *p, size_t count, const struct lexeme *x,
                      struct query_node **out)
{
    struct query_node *node = new_node(p, QUERY_PHRASE, x->from, x->to);
    node->phrase.count = count;
    node->phrase.terms = arena_alloc(p->arena, count * sizeof *node->phrase.terms);
    node->phrase.positions = arena_alloc(p->arena, count * sizeof *node->phrase.positions);
    for (size_t i = 0; i < count; i++) {
        int rc = take_term(p, &p->tokens[i], x->start, &node->phrase.terms[i]);
        if (rc)
            return rc;
        node->phrase.positions[i] = p->tokens[i].position - p->tokens[0].position;
    }
    *out = node;
    return BF_OK;
}

/* The last character of a run is there for queries of one character: the pair
 * before it says as much. */
static size_t analyse(struct parser *p, size_t from, size_t to)
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

static void push(struct parser *p, struct clause clause)
{
    mem_grow(p->clauses, &p->capacity, p->count + 1);
    p->clauses[p->count++] = clause;
}

/* --- spans --- */

/* With room for slots and units; each slot a unit, or one unit of all. */
static struct query_node *new_span(struct parser *p, size_t slots, size_t units, size_t start,
                                   size_t end)
{
    struct query_node *node = new_node(p, QUERY_SPAN, start, end);
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
    *out = new_span(p, count, sloppy ? count : 1, x->from, x->to);
    struct query_span *span = &(*out)->span;
    span->field = text_field(field);
    span->distance = x->distance;
    for (size_t i = 0; i < count; i++) {
        struct query_term term;
        uint32_t position = p->tokens[i].position - p->tokens[0].position;
        int rc = take_term(p, &p->tokens[i], x->start, &term);
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
    if (x->symbol != SYMBOL_WORD || x->from == x->to)
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

static int check_spelling(struct parser *p, const struct spelling *s, const struct lexeme *x,
                          size_t tokens)
{
    if (s->kind == SLOT_FUZZY && (!s->edits || s->edits > MAX_SLOT_EDITS))
        return complain(p, x->start, "write word~1 or word~2");
    if (!tokens)
        return complain(p, x->start, "nothing is left to search for; put letters before it");
    if (tokens > 1)
        return complain(p, x->start, "* and ~ stand behind one word");
    if (++p->spellings > MAX_QUERY_SPELLINGS)
        return complain(p, x->start,
                        "more than " NUMBER_TEXT(MAX_QUERY_SPELLINGS) " words with * or ~");
    return BF_OK;
}

static int parse_spelling(struct parser *p, const struct spelling *s, const struct lexeme *x,
                          enum query_field field, struct query_node **out)
{
    char folded[ANALYZER_FOLD_BYTES];
    int rc = check_spelling(p, s, x, analyse(p, x->from, s->to));
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
    struct query_node *node = new_node(p, QUERY_FILTER, x->from, x->to);
    if (++p->words > MAX_QUERY_WORDS)
        return complain(p, x->start, "more than " NUMBER_TEXT(MAX_QUERY_WORDS) " words");
    if (++p->filters > MAX_QUERY_FILTERS)
        return complain(p, x->start, "more than " NUMBER_TEXT(MAX_QUERY_FILTERS) " filters");
    int rc = field == QUERY_FIELD_DATE ? filter_test_dates(&node->test, value, len, &why)
                                       : filter_test_value(&node->test, filter_field_of(field),
                                                           value, len, p->arena, &why);
    *out = node;
    if (!rc)
        return BF_OK;
    struct buf safe = {0}; /* the message quotes the value */
    output_terminal(&safe, why.text, strlen(why.text));
    rc = complain(p, x->start, buf_text(&safe));
    buf_free(&safe);
    return rc;
}

/* --- text --- */

/* Words or a phrase, as they are. */
static int parse_plain(struct parser *p, const struct lexeme *x, enum query_field field,
                       struct clause *out)
{
    struct query_term term = {0};
    size_t count = analyse(p, x->from, x->to);
    bool sloppy = count > 1 && x->distance;
    out->split = count > 1 && x->symbol == SYMBOL_WORD;
    if (count && (field || sloppy))
        return token_span(p, count, x, field, sloppy, &out->node);
    if (count > 1)
        return new_phrase(p, count, x, &out->node);
    if (!count)
        return BF_OK;
    int rc = take_term(p, &p->tokens[0], x->start, &term);
    if (!rc)
        out->node = new_term(p, &term, x->from, x->to);
    return rc;
}

static int parse_text(struct parser *p, struct clause *out)
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
    return rc ? rc : advance(p);
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
    struct query_node *node =
        new_span(p, slots, units, p->clauses[base].node->start, p->clauses[p->count - 1].node->end);
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
    int rc = advance(p);
    if (rc)
        return rc;
    if (near.distance != distance)
        return complain(p, near.start, "one distance has to do for all that is joined");
    struct lexeme x = p->next;
    if ((x.symbol != SYMBOL_WORD && x.symbol != SYMBOL_PHRASE) || x.sign)
        return complain(p, near.start, "NEAR needs a word or a phrase after it, without a sign");
    struct clause operand = {.role = SHOULD, .start = x.start};
    rc = parse_text(p, &operand);
    if (rc)
        return rc;
    if (!near_slots(operand.node) || near_field(operand.node) != near_field(p->clauses[base].node))
        return complain(p, x.start, "NEAR joins words and phrases of one field");
    push(p, operand);
    return BF_OK;
}

/* Goes on behind the first operand. */
static int parse_near(struct parser *p, struct clause *out)
{
    size_t base = p->count;
    uint32_t distance = p->next.distance;
    if (!near_slots(out->node))
        return complain(p, p->next.start, "NEAR joins words and phrases");
    push(p, *out);
    int rc = BF_OK;
    while (!rc && p->next.symbol == SYMBOL_NEAR)
        rc = p->count - base < MAX_QUERY_NEAR
                 ? parse_near_operand(p, base, distance)
                 : complain(p, p->next.start, "NEAR joins at most " NUMBER_TEXT(MAX_QUERY_NEAR));
    if (!rc)
        out->node = near_span(p, base, distance);
    out->split = false;
    p->count = base;
    return rc;
}

/* --- lists: from clauses on the stack to a node --- */

static void push_node(struct parser *p, enum role role, struct query_node *node)
{
    push(p, (struct clause){.role = role, .node = node, .start = node->start});
}

static void push_all(struct parser *p, enum role role, const struct query_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        push_node(p, role, list->nodes[i]);
}

/* One place of a span as a span. */
static struct query_node *cut_span(struct parser *p, const struct query_node *from, size_t slot)
{
    struct query_node *node = new_span(p, 1, 1, from->start, from->end);
    node->span.field = from->span.field;
    node->span.slots[0] = from->span.slots[slot];
    return node;
}

static void push_split(struct parser *p, enum role role, const struct query_node *word)
{
    if (word->kind == QUERY_SPAN)
        for (size_t i = 0; i < word->span.count; i++)
            push_node(p, role, cut_span(p, word, i));
    else
        for (size_t i = 0; i < word->phrase.count; i++)
            push_node(p, role, new_term(p, &word->phrase.terms[i], word->start, word->end));
}

static bool only_excludes(const struct query_node *node)
{
    return node->kind == QUERY_BOOL && !node->must.count && !node->should.count;
}

static bool only_optional(const struct query_node *node)
{
    return !node->must.count && !node->must_not.count;
}

/* Puts a group's clauses into the list that it stands in, where that says the
 * same; false where it would not. */
static bool dissolve(struct parser *p, enum role role, const struct query_node *group)
{
    if (role == MUST && !group->should.count) {
        push_all(p, MUST, &group->must);
        push_all(p, MUST_NOT, &group->must_not);
        return true;
    }
    if (role != MUST && only_optional(group)) {
        push_all(p, role, &group->should);
        return true;
    }
    return false;
}

/* Not matching a group that matches what has none of its clauses is having
 * one of them: -(-a -b) is +(a b). */
static void turn_round(struct clause *clause)
{
    struct query_node *group = clause->node;
    clause->role = MUST;
    if (group->must_not.count == 1) {
        clause->node = group->must_not.nodes[0];
        return;
    }
    group->should = group->must_not;
    group->must_not = (struct query_list){0};
}

static void add_clause(struct parser *p, struct clause clause)
{
    if (!clause.node)
        return;
    if (clause.role == MUST_NOT && only_excludes(clause.node))
        turn_round(&clause);
    if (clause.split && clause.role != MUST_NOT)
        push_split(p, clause.role, clause.node);
    else if (clause.node->kind != QUERY_BOOL || !dissolve(p, clause.role, clause.node))
        push(p, clause);
}

/* Of a term whose number is new, those of all roles are empty. */
static struct meeting *meeting_of(struct parser *p, const struct clause *clause)
{
    size_t number = 0;
    term_set_find(&p->terms, &clause->node->term, &number);
    return &p->met[number * ROLES + (size_t)clause->role];
}

/* Folds the clauses from base on that repeat a term in its role into one. */
static void merge_repeats(struct parser *p, size_t base)
{
    size_t kept = base;
    p->lists++;
    for (size_t i = base; i < p->count; i++) {
        struct clause clause = p->clauses[i];
        if (clause.node->kind == QUERY_TERM) {
            struct meeting *met = meeting_of(p, &clause);
            if (met->list == p->lists) {
                met->node->repeats += clause.role == MUST_NOT ? 0 : clause.node->repeats;
                continue;
            }
            *met = (struct meeting){p->lists, clause.node};
        }
        p->clauses[kept++] = clause;
    }
    p->count = kept;
}

static struct query_list list_of(struct parser *p, size_t base, enum role role)
{
    struct query_list list = {0};
    for (size_t i = base; i < p->count; i++)
        list.count += p->clauses[i].role == role;
    if (!list.count)
        return list;
    list.nodes = arena_alloc(p->arena, list.count * sizeof *list.nodes);
    size_t n = 0;
    for (size_t i = base; i < p->count; i++)
        if (p->clauses[i].role == role)
            list.nodes[n++] = p->clauses[i].node;
    return list;
}

static int refuse_excluding_options(const struct parser *p, size_t base)
{
    for (size_t i = base; i < p->count; i++)
        if (p->clauses[i].role == SHOULD && only_excludes(p->clauses[i].node))
            return complain(p, p->clauses[i].start,
                            "this part only excludes, so as an option it would match nearly "
                            "everything; put AND before it");
    return BF_OK;
}

static void append(struct parser *p, struct query_list *to, const struct query_list *more)
{
    size_t count = to->count + more->count;
    struct query_node **nodes = arena_alloc(p->arena, count * sizeof *nodes);
    if (to->count)
        memcpy(nodes, to->nodes, to->count * sizeof *nodes);
    if (more->count)
        memcpy(nodes + to->count, more->nodes, more->count * sizeof *nodes);
    *to = (struct query_list){nodes, count};
}

/* Filters name no words to look for: where nothing else must match, the
 * options become a list of their own that must. */
static void require_options(struct parser *p, struct query_node *list)
{
    if (!list->must.count || !list->should.count)
        return;
    for (size_t i = 0; i < list->must.count; i++)
        if (!query_is_filter(list->must.nodes[i]))
            return;
    struct query_node *options = list->should.nodes[0];
    if (list->should.count > 1) {
        options = new_node(p, QUERY_BOOL, list->start, list->end);
        options->must = options->must_not = (struct query_list){0};
        options->should = list->should;
    }
    list->should = (struct query_list){0};
    if (options->kind == QUERY_BOOL && !options->should.count) {
        append(p, &list->must, &options->must);
        append(p, &list->must_not, &options->must_not);
    } else {
        append(p, &list->must, &(struct query_list){&options, 1});
    }
}

/* Ends the list whose clauses stand from base on; NULL when it has none. */
static int finish_list(struct parser *p, size_t base, struct query_node **out)
{
    *out = NULL;
    if (p->count == base)
        return BF_OK;
    size_t start = p->clauses[base].node->start, end = p->clauses[p->count - 1].node->end;
    merge_repeats(p, base);
    if (p->count - base == 1 && p->clauses[base].role != MUST_NOT) {
        *out = p->clauses[base].node;
    } else {
        int rc = refuse_excluding_options(p, base);
        if (rc)
            return rc;
        *out = new_node(p, QUERY_BOOL, start, end);
        (*out)->must = list_of(p, base, MUST);
        (*out)->should = list_of(p, base, SHOULD);
        (*out)->must_not = list_of(p, base, MUST_NOT);
        require_options(p, *out);
    }
    p->count = base;
    return BF_OK;
}

/* --- the grammar, from the top of the header downwards --- */

static int parse_list(struct parser *p, struct query_node **out);

static int parse_group(struct parser *p, struct query_node **out)
{
    struct lexeme open = p->next;
    enum query_field outside = p->field;
    if (p->depth == MAX_QUERY_DEPTH)
        return complain(p, open.start,
                        "more than " NUMBER_TEXT(MAX_QUERY_DEPTH) " groups within groups");
    p->depth++;
    p->field = open.field ? open.field : outside;
    int rc = advance(p);
    if (!rc && p->next.symbol == SYMBOL_CLOSE)
        return complain(p, open.start, "the group is empty");
    if (!rc)
        rc = parse_list(p, out);
    if (!rc && p->next.symbol != SYMBOL_CLOSE)
        return complain(p, open.start, "the parenthesis is never closed");
    p->depth--;
    p->field = outside;
    return rc ? rc : advance(p);
}

static bool starts_unit(enum symbol symbol)
{
    return symbol == SYMBOL_WORD || symbol == SYMBOL_PHRASE || symbol == SYMBOL_OPEN;
}

/* What stands before an operand, signs included: an odd number of exclusions
 * excludes, any other number but 0 requires. */
static enum role role_of(size_t exclusions, char sign)
{
    exclusions += sign == '-';
    if (exclusions % 2)
        return MUST_NOT;
    return exclusions || sign == '+' ? MUST : SHOULD;
}

static int parse_operand(struct parser *p, struct clause *out)
{
    size_t start = p->next.start, last = start, exclusions = 0;
    int rc = BF_OK;
    for (; !rc && p->next.symbol == SYMBOL_NOT; exclusions++) {
        last = p->next.start;
        rc = advance(p);
    }
    if (rc)
        return rc;
    if (exclusions && !starts_unit(p->next.symbol))
        return complain(p, last, "NOT needs a word, a phrase or a group after it");
    *out = (struct clause){.role = role_of(exclusions, p->next.sign), .start = start};
    if (p->next.symbol == SYMBOL_OPEN)
        rc = parse_group(p, &out->node);
    else
        rc = parse_text(p, out);
    return !rc && p->next.symbol == SYMBOL_NEAR ? parse_near(p, out) : rc;
}

/* Reads AND or OR and makes sure that an operand follows. */
static int parse_operator(struct parser *p, const char *wanted)
{
    size_t at = p->next.start;
    int rc = advance(p);
    if (!rc && !starts_unit(p->next.symbol) && p->next.symbol != SYMBOL_NOT)
        rc = complain(p, at, wanted);
    return rc;
}

/* Adds an operand of AND; whether it had a + goes to *required. */
static void add_joined(struct parser *p, struct clause operand, bool *required)
{
    *required = *required || operand.role == MUST;
    if (operand.role == SHOULD)
        operand.role = MUST;
    add_clause(p, operand);
}

static int parse_clause(struct parser *p, struct clause *out)
{
    int rc = parse_operand(p, out);
    if (rc || p->next.symbol != SYMBOL_AND)
        return rc;
    size_t base = p->count;
    bool required = false;
    add_joined(p, *out, &required);
    while (p->next.symbol == SYMBOL_AND) {
        struct clause operand = {0};
        rc = parse_operator(p, "AND needs a word, a phrase or a group after it");
        if (!rc)
            rc = parse_operand(p, &operand);
        if (rc)
            return rc;
        add_joined(p, operand, &required);
    }
    *out = (struct clause){.role = required ? MUST : SHOULD, .start = out->start};
    return finish_list(p, base, &out->node);
}

/* Reads an OR behind the clause, if there is one. */
static int parse_or(struct parser *p, const struct clause *clause, bool *after_or)
{
    bool before_or = p->next.symbol == SYMBOL_OR;
    if (clause->role == MUST_NOT && (before_or || *after_or))
        return complain(p, clause->start,
                        "excluded beside OR, this would match nearly everything; leave OR out");
    *after_or = before_or;
    return before_or ? parse_operator(p, "OR needs a word, a phrase or a group after it") : BF_OK;
}

static int refuse_leading_operator(const struct parser *p)
{
    if (p->next.symbol == SYMBOL_AND)
        return complain(p, p->next.start, "AND needs a word, a phrase or a group before it");
    if (p->next.symbol == SYMBOL_NEAR)
        return complain(p, p->next.start, "NEAR needs a word or a phrase before it");
    if (p->next.symbol == SYMBOL_OR)
        return complain(p, p->next.start, "OR needs a word, a phrase or a group before it");
    return BF_OK;
}

/* A filter limits what is found, unless it stands as one of several: beside
 * OR, or in a group that belongs to a filter's field. */
static void require_filter(const struct parser *p, struct clause *clause)
{
    if (clause->role == SHOULD && clause->node && !query_field_filters(p->field) &&
        query_is_filter(clause->node))
        clause->role = MUST;
}

static int parse_list(struct parser *p, struct query_node **out)
{
    size_t base = p->count;
    bool after_or = false;
    int rc = refuse_leading_operator(p);
    while (!rc && p->next.symbol != SYMBOL_END && p->next.symbol != SYMBOL_CLOSE) {
        struct clause clause = {0};
        bool beside_or = after_or;
        rc = parse_clause(p, &clause);
        if (!rc)
            rc = parse_or(p, &clause, &after_or);
        if (!rc && !beside_or && !after_or)
            require_filter(p, &clause);
        if (!rc)
            add_clause(p, clause);
    }
    return rc ? rc : finish_list(p, base, out);
}

static int parse_query(struct parser *p, struct query_node **root)
{
    int rc = advance(p);
    if (!rc)
        rc = parse_list(p, root);
    if (!rc && p->next.symbol == SYMBOL_CLOSE)
        rc = complain(p, p->next.start, "the parenthesis was never opened");
    return rc;
}

static int read_words(struct parser *p, struct query_node **root)
{
    size_t count = analyse(p, 0, p->lexer.len);
    for (size_t i = 0; i < count; i++) {
        const struct token *token = &p->tokens[i];
        struct query_term term = {0};
        int rc = take_term(p, token, token->start, &term);
        if (rc)
            return rc;
        push_node(p, SHOULD, new_term(p, &term, token->start, token->end));
    }
    return finish_list(p, 0, root);
}

static int check_root(const struct parser *p, const struct query_node *root)
{
    if (!root)
        return error_set(p->lexer.err, BF_ERR_USAGE, "no words in the query");
    if (only_excludes(root))
        return complain(p, 0, "the query only excludes; name something to find");
    return BF_OK;
}

static struct parser *parser_new(const char *text, size_t len, struct analyzer *analyzer,
                                 struct arena *arena, struct error *err)
{
    struct parser *p = mem_zalloc(1, sizeof *p);
    p->lexer = (struct lexer){.text = text, .len = len, .err = err};
    p->analyzer = analyzer;
    p->arena = arena;
    return p;
}

static void parser_free(struct parser *p)
{
    free(p->clauses);
    free(p->tokens);
    free(p->met);
    term_set_free(&p->terms);
    free(p);
}

/* What the two ways of reading a text share. */
static int run_parser(struct parser *p, int (*read)(struct parser *p, struct query_node **root),
                      struct query_node **out)
{
    struct query_node *root = NULL;
    if (p->lexer.len > MAX_QUERY_BYTES)
        return error_set(p->lexer.err, BF_ERR_USAGE, "query: longer than %zu bytes",
                         MAX_QUERY_BYTES);
    int rc = read(p, &root);
    if (!rc)
        rc = check_root(p, root);
    if (!rc)
        *out = root;
    return rc;
}

int query_parse(const char *text, size_t len, struct analyzer *analyzer, struct arena *arena,
                struct query_node **out, struct error *err)
{
    struct parser *p = parser_new(text, len, analyzer, arena, err);
    int rc = run_parser(p, parse_query, out);
    parser_free(p);
    return rc;
}

int query_from_words(const char *text, size_t len, struct analyzer *analyzer, struct arena *arena,
                     struct query_node **out, struct error *err)
{
    struct parser *p = parser_new(text, len, analyzer, arena, err);
    int rc = run_parser(p, read_words, out);
    parser_free(p);
    return rc;
}
