/*
 * query_parse.c - recursive descent over the query language.
 *
 * The clauses of all open lists stand on one stack; a list knows where its own
 * begin. When it ends they become a node and leave the stack, so a clause is
 * moved at most once for each group round it: MAX_QUERY_DEPTH bounds both the
 * recursion and the time.
 */
#include "query/parser.h"

#include <stdlib.h>
#include <string.h>

void parser_push(struct parser *p, struct clause clause)
{
    mem_grow(p->clauses, &p->capacity, p->count + 1);
    p->clauses[p->count++] = clause;
}

/* --- lists: from clauses on the stack to a node --- */

static void push_node(struct parser *p, enum role role, struct query_node *node)
{
    parser_push(p, (struct clause){.role = role, .node = node, .start = node->start});
}

static void push_all(struct parser *p, enum role role, const struct query_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        push_node(p, role, list->nodes[i]);
}

/* One place of a span as a span. */
static struct query_node *cut_span(struct parser *p, const struct query_node *from, size_t slot)
{
    struct query_node *node = parser_span(p, 1, 1, from->start, from->end);
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
            push_node(p, role, parser_term(p, &word->phrase.terms[i], word->start, word->end));
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
        parser_push(p, clause);
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
            return parser_complain(p, p->clauses[i].start,
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
        options = parser_node(p, QUERY_BOOL, list->start, list->end);
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
        *out = parser_node(p, QUERY_BOOL, start, end);
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
        return parser_complain(p, open.start,
                               "more than " NUMBER_TEXT(MAX_QUERY_DEPTH) " groups within groups");
    p->depth++;
    p->field = open.field ? open.field : outside;
    int rc = parser_advance(p);
    if (!rc && p->next.symbol == SYMBOL_CLOSE)
        return parser_complain(p, open.start, "the group is empty");
    if (!rc)
        rc = parse_list(p, out);
    if (!rc && p->next.symbol != SYMBOL_CLOSE)
        return parser_complain(p, open.start, "the parenthesis is never closed");
    p->depth--;
    p->field = outside;
    return rc ? rc : parser_advance(p);
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
        rc = parser_advance(p);
    }
    if (rc)
        return rc;
    if (exclusions && !starts_unit(p->next.symbol))
        return parser_complain(p, last, "NOT needs a word, a phrase or a group after it");
    *out = (struct clause){.role = role_of(exclusions, p->next.sign), .start = start};
    if (p->next.symbol == SYMBOL_OPEN)
        rc = parse_group(p, &out->node);
    else
        rc = parser_unit(p, out);
    return !rc && p->next.symbol == SYMBOL_NEAR ? parser_near(p, out) : rc;
}

/* Reads AND or OR and makes sure that an operand follows. */
static int parse_operator(struct parser *p, const char *wanted)
{
    size_t at = p->next.start;
    int rc = parser_advance(p);
    if (!rc && !starts_unit(p->next.symbol) && p->next.symbol != SYMBOL_NOT)
        rc = parser_complain(p, at, wanted);
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
        return parser_complain(
            p, clause->start,
            "excluded beside OR, this would match nearly everything; leave OR out");
    *after_or = before_or;
    return before_or ? parse_operator(p, "OR needs a word, a phrase or a group after it") : BF_OK;
}

static int refuse_leading_operator(const struct parser *p)
{
    if (p->next.symbol == SYMBOL_AND)
        return parser_complain(p, p->next.start, "AND needs a word, a phrase or a group before it");
    if (p->next.symbol == SYMBOL_NEAR)
        return parser_complain(p, p->next.start, "NEAR needs a word or a phrase before it");
    if (p->next.symbol == SYMBOL_OR)
        return parser_complain(p, p->next.start, "OR needs a word, a phrase or a group before it");
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
    int rc = parser_advance(p);
    if (!rc)
        rc = parse_list(p, root);
    if (!rc && p->next.symbol == SYMBOL_CLOSE)
        rc = parser_complain(p, p->next.start, "the parenthesis was never opened");
    return rc;
}

static int read_words(struct parser *p, struct query_node **root)
{
    size_t count = parser_analyse(p, 0, p->lexer.len);
    for (size_t i = 0; i < count; i++) {
        const struct token *token = &p->tokens[i];
        struct query_term term = {0};
        int rc = parser_take_term(p, token, token->start, &term);
        if (rc)
            return rc;
        push_node(p, SHOULD, parser_term(p, &term, token->start, token->end));
    }
    return finish_list(p, 0, root);
}

static int check_root(const struct parser *p, const struct query_node *root)
{
    if (!root)
        return error_set(p->lexer.err, BF_ERR_USAGE, "no words in the query");
    if (only_excludes(root))
        return parser_complain(p, 0, "the query only excludes; name something to find");
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
