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

#include "common/base/hash.h"
#include "common/text/utf8.h"
#include "query/output.h"

#define NEAR_BYTES ((size_t)24)                  /* of the query shown in a message */
#define TERM_SLOTS ((size_t)2 * MAX_QUERY_TERMS) /* a power of two */

/* A limit's value, as the compiler has it, for a message. */
#define NUMBER_TEXT(limit)   NUMBER_TEXT_(limit)
#define NUMBER_TEXT_(number) #number

/* Different terms, numbered as they come. A slot is a number + 1, or 0. */
struct term_set {
    struct query_term list[MAX_QUERY_TERMS];
    size_t count;
    uint16_t slots[TERM_SLOTS];
};

static bool same_term(const struct query_term *a, const struct query_term *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* The slot that holds the term, or the empty one where it belongs. */
static uint16_t *term_slot(struct term_set *set, const struct query_term *term)
{
    size_t at = (size_t)hash64(term->text, term->len, 0) % TERM_SLOTS;
    while (set->slots[at] && !same_term(&set->list[set->slots[at] - 1], term))
        at = (at + 1) % TERM_SLOTS;
    return &set->slots[at];
}

/* False, with nothing added, when the set is full. */
static bool term_set_add(struct term_set *set, const struct query_term *term, size_t *number)
{
    uint16_t *slot = term_slot(set, term);
    if (!*slot) {
        if (set->count == MAX_QUERY_TERMS)
            return false;
        set->list[set->count++] = *term;
        *slot = (uint16_t)set->count;
    }
    *number = *slot - 1u;
    return true;
}

enum symbol {
    SYMBOL_END,
    SYMBOL_OPEN,
    SYMBOL_CLOSE,
    SYMBOL_WORD,
    SYMBOL_PHRASE,
    SYMBOL_AND,
    SYMBOL_OR,
    SYMBOL_NOT
};

struct lexeme {
    enum symbol symbol;
    char sign;       /* + or - before a word, a phrase or a group; or 0 */
    size_t start;    /* in the text, with its sign */
    size_t from, to; /* what is to be analysed, without sign and quotes */
};

enum role { MUST, SHOULD, MUST_NOT, ROLES };

/* A part of a list while it is read. */
struct clause {
    enum role role;
    struct query_node *node; /* NULL: nothing was left of it */
    bool split;              /* node is a phrase only because one word gave several terms */
    size_t start;
};

/* Where a list met a term in a role: valid when `list` is that list's number. */
struct meeting {
    uint64_t list;
    struct query_node *node;
};

struct parser {
    const char *text;
    size_t len, at; /* `at` is behind `next` */
    struct lexeme next;
    struct analyzer *analyzer;
    struct arena *arena;
    struct error *err;
    struct clause *clauses;
    size_t count, capacity;
    struct token *tokens;
    size_t token_capacity;
    size_t words;
    size_t depth;
    uint64_t lists; /* finished so far */
    struct meeting met[ROLES][MAX_QUERY_TERMS];
    struct term_set terms;
};

/* --- messages --- */

static size_t count_characters(const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

static int complain(const struct parser *p, size_t at, const char *what)
{
    struct buf near = {0};
    output_terminal(&near, p->text + at, utf8_cut(p->text + at, p->len - at, NEAR_BYTES));
    int rc = error_set(p->err, BF_ERR_USAGE, "query, at character %zu (near \"%s\"): %s",
                       count_characters(p->text, at) + 1, buf_text(&near), what);
    buf_free(&near);
    return rc;
}

/* --- lexemes --- */

/* Bytes of the blank that starts here; 0 when something else does. Besides
 * ASCII's these are the blanks of Unicode that separate words when typed:
 * U+0085, U+00A0, U+2000..U+200A, U+2028, U+2029, U+202F and U+3000. */
static size_t blank_at(const struct parser *p, size_t at)
{
    const char *text = p->text + at;
    size_t n = 1;
    if ((unsigned char)*text <= ' ')
        return 1;
    if ((unsigned char)*text < 0x80)
        return 0;
    uint32_t cp = utf8_decode(text, p->text + p->len, &n);
    bool blank = cp == 0x85 || cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
                 cp == 0x2029 || cp == 0x202f || cp == 0x3000;
    return blank ? n : 0;
}

static size_t quote_at(const struct parser *p, size_t at)
{
    const char *text = p->text + at;
    if (*text == '"')
        return 1;
    bool curly = p->len - at >= 3 &&
                 (memcmp(text, "\xe2\x80\x9c", 3) == 0 || memcmp(text, "\xe2\x80\x9d", 3) == 0);
    return curly ? 3 : 0;
}

static bool ends_word(const struct parser *p, size_t at)
{
    return at == p->len || p->text[at] == '(' || p->text[at] == ')' || quote_at(p, at) ||
           blank_at(p, at);
}

static char sign_at(const struct parser *p, size_t at)
{
    char c = p->text[at];
    if ((c != '+' && c != '-') || at + 1 == p->len)
        return 0;
    return p->text[at + 1] == ')' || blank_at(p, at + 1) ? 0 : c;
}

static int lex_phrase(struct parser *p, struct lexeme *x)
{
    x->symbol = SYMBOL_PHRASE;
    x->from = p->at += quote_at(p, p->at);
    while (p->at < p->len && !quote_at(p, p->at))
        p->at++;
    if (p->at == p->len)
        return complain(p, x->start, "the quote is never closed");
    x->to = p->at;
    p->at += quote_at(p, p->at);
    return BF_OK;
}

static enum symbol operator_of(const char *word, size_t len)
{
    if (len == 3 && memcmp(word, "AND", 3) == 0)
        return SYMBOL_AND;
    if (len == 2 && memcmp(word, "OR", 2) == 0)
        return SYMBOL_OR;
    if (len == 3 && memcmp(word, "NOT", 3) == 0)
        return SYMBOL_NOT;
    return SYMBOL_WORD;
}

static void lex_word(struct parser *p, struct lexeme *x)
{
    x->from = p->at;
    while (!ends_word(p, p->at))
        p->at++;
    x->to = p->at;
    x->symbol = x->sign ? SYMBOL_WORD : operator_of(p->text + x->from, x->to - x->from);
}

static void lex_parenthesis(struct parser *p, struct lexeme *x)
{
    x->symbol = p->text[p->at++] == '(' ? SYMBOL_OPEN : SYMBOL_CLOSE;
}

/* Reads the next lexeme into p->next. */
static int advance(struct parser *p)
{
    size_t blank;
    while (p->at < p->len && (blank = blank_at(p, p->at)) > 0)
        p->at += blank;
    struct lexeme x = {.symbol = SYMBOL_END, .start = p->at};
    int rc = BF_OK;
    if (p->at < p->len) {
        x.sign = sign_at(p, p->at);
        p->at += x.sign != 0;
        if (p->text[p->at] == '(' || p->text[p->at] == ')')
            lex_parenthesis(p, &x);
        else if (quote_at(p, p->at))
            rc = lex_phrase(p, &x);
        else
            lex_word(p, &x);
    }
    p->next = x;
    return rc;
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
    if (!term_set_add(&p->terms, &term, &number))
        return complain(p, at, "more than " NUMBER_TEXT(MAX_QUERY_TERMS) " different words");
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
    size_t kept = 0, count = analyzer_tokens(p->analyzer, p->text + from, to - from, &p->tokens,
                                             &p->token_capacity, p->arena);
    for (size_t i = 0; i < count; i++)
        if (p->tokens[i].kind != UNIT_LAST_OF_RUN)
            p->tokens[kept++] = p->tokens[i];
    return kept;
}

static int parse_text(struct parser *p, struct clause *out)
{
    struct lexeme x = p->next;
    struct query_term term = {0};
    int rc = BF_OK;
    size_t count = analyse(p, x.from, x.to);
    if (count > 1) {
        rc = new_phrase(p, count, &x, &out->node);
        out->split = x.symbol == SYMBOL_WORD;
    } else if (count == 1) {
        rc = take_term(p, &p->tokens[0], x.start, &term);
        if (!rc)
            out->node = new_term(p, &term, x.from, x.to);
    }
    return rc ? rc : advance(p);
}

/* --- lists: from clauses on the stack to a node --- */

static void push(struct parser *p, struct clause clause)
{
    mem_grow(p->clauses, &p->capacity, p->count + 1);
    p->clauses[p->count++] = clause;
}

static void push_node(struct parser *p, enum role role, struct query_node *node)
{
    push(p, (struct clause){.role = role, .node = node, .start = node->start});
}

static void push_all(struct parser *p, enum role role, const struct query_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        push_node(p, role, list->nodes[i]);
}

static void push_split(struct parser *p, enum role role, const struct query_node *word)
{
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

static struct meeting *meeting_of(struct parser *p, const struct clause *clause)
{
    size_t number = *term_slot(&p->terms, &clause->node->term) - 1u;
    return &p->met[clause->role][number];
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
    }
    p->count = base;
    return BF_OK;
}

/* --- the grammar, from the top of the header downwards --- */

static int parse_list(struct parser *p, struct query_node **out);

static int parse_group(struct parser *p, struct query_node **out)
{
    struct lexeme open = p->next;
    if (p->depth == MAX_QUERY_DEPTH)
        return complain(p, open.start,
                        "more than " NUMBER_TEXT(MAX_QUERY_DEPTH) " groups within groups");
    p->depth++;
    int rc = advance(p);
    if (!rc && p->next.symbol == SYMBOL_CLOSE)
        return complain(p, open.start, "the group is empty");
    if (!rc)
        rc = parse_list(p, out);
    if (!rc && p->next.symbol != SYMBOL_CLOSE)
        return complain(p, open.start, "the parenthesis is never closed");
    p->depth--;
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
    return p->next.symbol == SYMBOL_OPEN ? parse_group(p, &out->node) : parse_text(p, out);
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
    if (p->next.symbol == SYMBOL_OR)
        return complain(p, p->next.start, "OR needs a word, a phrase or a group before it");
    return BF_OK;
}

static int parse_list(struct parser *p, struct query_node **out)
{
    size_t base = p->count;
    bool after_or = false;
    int rc = refuse_leading_operator(p);
    while (!rc && p->next.symbol != SYMBOL_END && p->next.symbol != SYMBOL_CLOSE) {
        struct clause clause = {0};
        rc = parse_clause(p, &clause);
        if (!rc)
            rc = parse_or(p, &clause, &after_or);
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
    size_t count = analyse(p, 0, p->len);
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
        return error_set(p->err, BF_ERR_USAGE, "no words in the query");
    if (only_excludes(root))
        return complain(p, 0, "the query only excludes; name something to find");
    return BF_OK;
}

static struct parser *parser_new(const char *text, size_t len, struct analyzer *analyzer,
                                 struct arena *arena, struct error *err)
{
    struct parser *p = mem_zalloc(1, sizeof *p);
    p->text = text;
    p->len = len;
    p->analyzer = analyzer;
    p->arena = arena;
    p->err = err;
    return p;
}

static void parser_free(struct parser *p)
{
    free(p->clauses);
    free(p->tokens);
    free(p);
}

/* What the two ways of reading a text share. */
static int run_parser(struct parser *p, int (*read)(struct parser *p, struct query_node **root),
                      struct query_node **out)
{
    struct query_node *root = NULL;
    if (p->len > MAX_QUERY_BYTES)
        return error_set(p->err, BF_ERR_USAGE, "query: longer than %zu bytes", MAX_QUERY_BYTES);
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

/* --- what can be done with a tree --- */

static bool is_stop_word(const struct query_node *node)
{
    return node->kind == QUERY_TERM && node->stop;
}

static void drop_from_options(struct query_node *node)
{
    size_t kept = 0;
    bool anything_else = node->must.count > 0;
    for (size_t i = 0; i < node->should.count; i++)
        anything_else = anything_else || !is_stop_word(node->should.nodes[i]);
    if (!anything_else)
        return;
    for (size_t i = 0; i < node->should.count; i++)
        if (!is_stop_word(node->should.nodes[i]))
            node->should.nodes[kept++] = node->should.nodes[i];
    node->should.count = kept;
}

static void drop_in_list(struct query_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        list->nodes[i] = query_drop_stop_words(list->nodes[i]);
}

struct query_node *query_drop_stop_words(struct query_node *root)
{
    if (root->kind != QUERY_BOOL)
        return root;
    drop_from_options(root);
    drop_in_list(&root->must);
    drop_in_list(&root->should);
    drop_in_list(&root->must_not);
    if (root->must_not.count || root->must.count + root->should.count > 1)
        return root;
    return root->must.count ? root->must.nodes[0] : root->should.nodes[0];
}

static void collect(struct term_set *set, const struct query_node *node);

static void collect_list(struct term_set *set, const struct query_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        collect(set, list->nodes[i]);
}

/* A tree has no more different terms than a set has room for. */
static void collect(struct term_set *set, const struct query_node *node)
{
    size_t number;
    if (node->kind == QUERY_TERM) {
        term_set_add(set, &node->term, &number);
    } else if (node->kind == QUERY_PHRASE) {
        for (size_t i = 0; i < node->phrase.count; i++)
            term_set_add(set, &node->phrase.terms[i], &number);
    } else {
        collect_list(set, &node->must);
        collect_list(set, &node->should);
    }
}

size_t query_terms(const struct query_node *root, struct arena *arena, struct query_term **out)
{
    struct term_set *set = mem_zalloc(1, sizeof *set);
    collect(set, root);
    size_t count = set->count;
    *out = arena_dup(arena, set->list, count * sizeof *set->list);
    free(set);
    return count;
}

static void print_term(const struct query_node *node, struct buf *out)
{
    buf_add(out, node->term.text, node->term.len);
    if (node->repeats > 1)
        buf_printf(out, "^%u", (unsigned)node->repeats);
}

static void print_phrase(const struct query_phrase *phrase, struct buf *out)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < phrase->count; i++) {
        uint32_t step = i ? phrase->positions[i] - phrase->positions[i - 1] : 1;
        if (i)
            buf_putc(out, step ? ' ' : '|');
        for (; step > 1; step--)
            buf_puts(out, "_ ");
        buf_add(out, phrase->terms[i].text, phrase->terms[i].len);
    }
    buf_putc(out, '"');
}

static void print_list(const struct query_list *list, const char *sign, const char **separator,
                       struct buf *out)
{
    for (size_t i = 0; i < list->count; i++) {
        bool group = list->nodes[i]->kind == QUERY_BOOL;
        buf_puts(out, *separator);
        buf_puts(out, sign);
        buf_puts(out, group ? "(" : "");
        query_print(list->nodes[i], out);
        buf_puts(out, group ? ")" : "");
        *separator = " ";
    }
}

void query_print(const struct query_node *root, struct buf *out)
{
    const char *separator = "";
    if (root->kind == QUERY_TERM) {
        print_term(root, out);
    } else if (root->kind == QUERY_PHRASE) {
        print_phrase(&root->phrase, out);
    } else {
        print_list(&root->must, "+", &separator, out);
        print_list(&root->should, "", &separator, out);
        print_list(&root->must_not, "-", &separator, out);
    }
}
