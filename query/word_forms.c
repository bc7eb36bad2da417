/* word_forms.c - all words sorted by term and form, then the longest run of each term. */
#include "query/word_forms.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/dictionary.h"

/* Small letters, which come later in ASCII, first. */
static int compare_forms(const void *a, const void *b)
{
    const struct word_form *x = a, *y = b;
    int order = term_compare(x->term.p, x->term.len, y->term.p, y->term.len);
    return order ? order : term_compare(y->word.p, y->word.len, x->word.p, x->word.len);
}

struct word_list {
    struct word_form *list;
    size_t count, capacity;
};

static void add_words(struct word_list *words, const char *text, size_t len,
                      struct analyzer *analyzer, struct arena *arena)
{
    struct token *tokens = NULL;
    size_t capacity = 0;
    size_t n = analyzer_tokens(analyzer, text, len, &tokens, &capacity, arena);
    mem_grow(words->list, &words->capacity, words->count + n);
    for (size_t i = 0; i < n; i++)
        words->list[words->count++] =
            (struct word_form){{tokens[i].term, tokens[i].len},
                               {text + tokens[i].start, tokens[i].end - tokens[i].start}};
    free(tokens);
}

static bool same_term(const struct word_form *a, const struct word_form *b)
{
    return a->term.len == b->term.len && !memcmp(a->term.p, b->term.p, a->term.len);
}

static void keep_frequent(const struct word_list *words, struct word_forms *out)
{
    size_t most = 0;
    for (size_t i = 0, end; i < words->count; i = end) {
        for (end = i + 1; end < words->count;)
            if (!compare_forms(&words->list[i], &words->list[end]))
                end++;
            else
                break;
        bool same = out->count && same_term(&out->list[out->count - 1], &words->list[i]);
        if (same && end - i <= most)
            continue;
        out->count += !same;
        out->list[out->count - 1] = words->list[i];
        most = end - i;
    }
}

void word_forms_of(const char *title, const char *body, size_t body_len, struct analyzer *analyzer,
                   struct arena *arena, struct word_forms *out)
{
    struct word_list words = {0};
    add_words(&words, title, strlen(title), analyzer, arena);
    add_words(&words, body, body_len, analyzer, arena);
    if (words.count)
        qsort(words.list, words.count, sizeof *words.list, compare_forms);
    *out = (struct word_forms){.list = arena_alloc(arena, words.count * sizeof *out->list)};
    keep_frequent(&words, out);
    free(words.list);
}

static int compare_term(const void *key, const void *element)
{
    const char *term = key;
    const struct word_form *form = element;
    return term_compare(term, strlen(term), form->term.p, form->term.len);
}

struct text word_forms_find(const struct word_forms *forms, const char *term)
{
    const struct word_form *found =
        forms->count ? bsearch(term, forms->list, forms->count, sizeof *forms->list, compare_term)
                     : NULL;
    return found ? found->word : (struct text){"", 0};
}
