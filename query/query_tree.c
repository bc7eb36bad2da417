/* query_tree.c - what can be done with a tree. */
#include "query/query_tree.h"

#include <stdlib.h>
#include <string.h>

#include "query/output.h"
#include "query/term_set.h"

/* ---- filters ---- */

static bool all_filters(const struct query_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!query_is_filter(list->nodes[i]))
            return false;
    return true;
}

bool query_is_filter(const struct query_node *node)
{
    if (node->kind != QUERY_BOOL)
        return node->kind == QUERY_FILTER;
    return all_filters(&node->must) && all_filters(&node->should) && all_filters(&node->must_not);
}

/* ---- stop words ---- */

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

/* ---- terms ---- */

static void collect(struct term_set *set, const struct query_node *node);

static void collect_list(struct term_set *set, const struct query_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        collect(set, list->nodes[i]);
}

static void collect_terms(struct term_set *set, const struct query_term *terms, size_t count)
{
    size_t number;
    for (size_t i = 0; i < count; i++)
        term_set_add(set, &terms[i], MAX_COLLECTED_TERMS, &number);
}

static void collect(struct term_set *set, const struct query_node *node)
{
    switch (node->kind) {
    case QUERY_TERM:
        collect_terms(set, &node->term, 1);
        break;
    case QUERY_PHRASE:
        collect_terms(set, node->phrase.terms, node->phrase.count);
        break;
    case QUERY_SPAN:
        for (size_t i = 0; i < node->span.count; i++)
            collect_terms(set, node->span.slots[i].terms, node->span.slots[i].count);
        break;
    case QUERY_FILTER:
        break;
    case QUERY_BOOL:
        collect_list(set, &node->must);
        collect_list(set, &node->should);
        break;
    }
}

size_t query_terms(const struct query_node *root, struct arena *arena, struct query_term **out)
{
    struct term_set set = {0};
    collect(&set, root);
    size_t count = set.count;
    *out = arena_alloc(arena, count * sizeof **out);
    if (count)
        memcpy(*out, set.list, count * sizeof **out);
    term_set_free(&set);
    return count;
}

/* ---- exact slots ---- */

struct exact_slots {
    const struct query_slot **list;
    size_t count, most;
};

static void find_exact(struct exact_slots *found, const struct query_node *node)
{
    const struct query_list *lists[] = {&node->must, &node->should};
    if (node->kind == QUERY_SPAN)
        for (size_t i = 0; i < node->span.count && found->count < found->most; i++)
            if (node->span.slots[i].kind == SLOT_EXACT)
                found->list[found->count++] = &node->span.slots[i];
    for (size_t l = 0; node->kind == QUERY_BOOL && l < 2; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            find_exact(found, lists[l]->nodes[i]);
}

static bool is_among(const struct query_term *terms, size_t count, const struct query_term *term)
{
    for (size_t i = 0; i < count; i++)
        if (terms[i].len == term->len && memcmp(terms[i].text, term->text, term->len) == 0)
            return true;
    return false;
}

static bool asks_for_any_form(const struct query_node *node, const struct query_term *term)
{
    const struct query_list *lists[] = {&node->must, &node->should};
    switch (node->kind) {
    case QUERY_TERM:
        return is_among(&node->term, 1, term);
    case QUERY_PHRASE:
        return is_among(node->phrase.terms, node->phrase.count, term);
    case QUERY_SPAN:
        for (size_t i = 0; i < node->span.count; i++)
            if (node->span.slots[i].kind != SLOT_EXACT &&
                is_among(node->span.slots[i].terms, node->span.slots[i].count, term))
                return true;
        return false;
    case QUERY_FILTER:
        return false;
    case QUERY_BOOL:
        break;
    }
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            if (asks_for_any_form(lists[l]->nodes[i], term))
                return true;
    return false;
}

size_t query_exact_slots(const struct query_node *root, const struct query_slot **out, size_t most)
{
    struct exact_slots found = {out, 0, most};
    size_t kept = 0;
    find_exact(&found, root);
    for (size_t i = 0; i < found.count; i++)
        if (!asks_for_any_form(root, &out[i]->term))
            out[kept++] = out[i];
    return kept;
}

/* ---- text ---- */

/* Such a term is quoted, or it would be a field. */
static bool has_colon(const struct query_term *term)
{
    return memchr(term->text, ':', term->len) != NULL;
}

static void print_term(const struct query_node *node, struct buf *out)
{
    const char *quote = has_colon(&node->term) ? "\"" : "";
    buf_puts(out, quote);
    buf_add(out, node->term.text, node->term.len);
    buf_puts(out, quote);
    if (node->repeats > 1)
        buf_printf(out, "^%u", (unsigned)node->repeats);
}

static void print_step(uint32_t step, struct buf *out)
{
    buf_putc(out, step ? ' ' : '|');
    for (; step > 1; step--)
        buf_puts(out, "_ ");
}

static void print_phrase(const struct query_phrase *phrase, struct buf *out)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < phrase->count; i++) {
        if (i)
            print_step(phrase->positions[i] - phrase->positions[i - 1], out);
        buf_add(out, phrase->terms[i].text, phrase->terms[i].len);
    }
    buf_putc(out, '"');
}

static void print_slot(const struct query_slot *slot, struct buf *out)
{
    bool folded = slot->kind == SLOT_PREFIX || slot->kind == SLOT_EXACT;
    const struct query_term *shown = folded ? &slot->spelled : &slot->term;
    buf_add(out, shown->text, shown->len);
    if (slot->kind == SLOT_PREFIX)
        buf_putc(out, '*');
    if (slot->kind == SLOT_FUZZY)
        buf_printf(out, "~%u", slot->edits);
}

static bool is_exact(const struct query_slot *slot)
{
    return slot->kind == SLOT_EXACT;
}

/* The words of a unit are all exact, or none is. */
static void print_unit(const struct query_span *span, const struct query_unit *unit, bool quoted,
                       bool mark, struct buf *out)
{
    buf_puts(out, is_exact(&span->slots[unit->first]) && mark ? "=" : "");
    buf_puts(out, quoted ? "\"" : "");
    for (size_t i = unit->first; i < unit->first + unit->count; i++) {
        if (i > unit->first)
            print_step(span->positions[i] - span->positions[i - 1], out);
        print_slot(&span->slots[i], out);
    }
    buf_puts(out, quoted ? "\"" : "");
}

static void print_span(const struct query_span *span, struct buf *out)
{
    static const char *const fields[] = {"", "title:", "body:"};
    bool near = span->near, sloppy = !near && span->unit_count > 1;
    buf_puts(out, fields[span->field]);
    buf_puts(out, sloppy && is_exact(span->slots) ? "=" : "");
    buf_puts(out, near ? "(" : sloppy ? "\"" : "");
    for (size_t i = 0; i < span->unit_count; i++) {
        const struct query_unit *unit = &span->units[i];
        if (i && near)
            buf_printf(out, " NEAR/%u ", (unsigned)span->distance);
        else if (i)
            print_step(unit->at - unit[-1].at, out);
        bool quoted = unit->count > 1 || has_colon(&span->slots[unit->first].spelled);
        print_unit(span, unit, quoted && !sloppy, !sloppy, out);
    }
    if (sloppy)
        buf_printf(out, "\"~%u", (unsigned)span->distance);
    buf_puts(out, near ? ")" : "");
}

static void print_second(int64_t seconds, struct buf *out)
{
    char text[DATE_TEXT_BYTES];
    const struct date d = {seconds, DATE_SECOND, true};
    buf_puts(out, date_format(&d, text));
}

/* Blanks at the ends of words that are compared one by one do not show. */
static void print_filter(const struct filter_test *test, struct buf *out)
{
    buf_printf(out, "%s:", filter_field_name(test->field));
    if (test->field == FILTER_DATE) {
        if (test->from != INT64_MIN)
            print_second(test->from, out);
        buf_puts(out, "..");
        if (test->until != INT64_MAX)
            print_second(test->until - 1, out);
        return;
    }
    const char *from = test->text, *end = test->text + test->len;
    from += from < end && *from == ' ';
    end -= end > from && end[-1] == ' ';
    buf_putc(out, '"');
    output_terminal(out, test->host, strlen(test->host));
    buf_puts(out, *test->host && test->len ? "/" : "");
    output_terminal(out, from, (size_t)(end - from));
    buf_puts(out, test->begins ? "*\"" : "\"");
}

static void print_list(const struct query_list *list, const char *sign, const char **separator,
                       struct buf *out)
{
    for (size_t i = 0; i < list->count; i++) {
        bool group = list->nodes[i]->kind == QUERY_BOOL;
        bool choice = !*sign && (query_is_filter(list->nodes[i]) ||
                                 (i && query_is_filter(list->nodes[i - 1])));
        buf_puts(out, *separator);
        buf_puts(out, choice && **separator ? "OR " : "");
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
    switch (root->kind) {
    case QUERY_TERM:
        print_term(root, out);
        break;
    case QUERY_PHRASE:
        print_phrase(&root->phrase, out);
        break;
    case QUERY_SPAN:
        print_span(&root->span, out);
        break;
    case QUERY_FILTER:
        print_filter(&root->test, out);
        break;
    case QUERY_BOOL:
        print_list(&root->must, "+", &separator, out);
        print_list(&root->should, "", &separator, out);
        print_list(&root->must_not, "-", &separator, out);
        break;
    }
}
