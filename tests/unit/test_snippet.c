/* test_snippet.c - the fragment that is chosen, where it begins and ends, and
 * the words marked in it; against a slow oracle too. */
#include "tests/unit/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/text/utf8.h"
#include "query/snippet.h"

#define MAX_TERMS 8

/* A snippet with its marks as brackets. */
static void bracket(const struct snippet *snippet, struct buf *out)
{
    size_t at = 0;
    for (size_t i = 0; i < snippet->mark_count; i++) {
        const struct output_range *mark = &snippet->marks[i];
        assert_true(mark->start >= at && mark->start < mark->end && mark->end <= snippet->len);
        assert_true(i == 0 || mark->start > at);
        buf_add(out, snippet->text + at, mark->start - at);
        buf_putc(out, '[');
        buf_add(out, snippet->text + mark->start, mark->end - mark->start);
        buf_putc(out, ']');
        at = mark->end;
    }
    buf_add(out, snippet->text + at, snippet->len - at);
}

/* "bank:2 oil:1": terms and their weights. */
static size_t read_terms(const char *spec, char store[256], struct query_term *terms,
                         double *weights)
{
    size_t count = 0;
    snprintf(store, 256, "%s", spec);
    for (char *save, *item = strtok_r(store, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        char *colon = strrchr(item, ':');
        *colon = '\0';
        terms[count] = (struct query_term){item, strlen(item)};
        weights[count++] = atof(colon + 1);
    }
    return count;
}

static void check(struct analyzer *analyzer, const char *body, const char *spec, size_t width,
                  const char *want)
{
    char store[256];
    struct query_term terms[MAX_TERMS];
    double weights[MAX_TERMS];
    size_t count = read_terms(spec, store, terms, weights);
    struct snippet_terms wanted = {.terms = terms, .weights = weights, .count = count};
    struct arena arena = {0};
    struct snippet snippet;
    struct buf got = {0};
    char *exact = mem_dup(body, strlen(body));
    snippet_make(exact, strlen(body), analyzer, &wanted, width, &arena, &snippet);
    free(exact);
    assert_int_equal(strlen(snippet.text), snippet.len);
    bracket(&snippet, &got);
    assert_string_equal(buf_text(&got), want);
    buf_free(&got);
    arena_free(&arena);
}

static void test_short_bodies(void **state)
{
    check(*state, "", "bank:1", 240, "");
    check(*state, " \n\t ", "bank:1", 240, "");
    check(*state, "Banks fell.", "bank:1", 240, "[Banks] fell.");
    check(*state, "Banks fell.", "", 240, "Banks fell.");
    check(*state, "Nothing here.", "bank:1", 240, "Nothing here.");
    check(*state, "!?", "bank:1", 240, "!?");
}

static void test_collapses_blanks(void **state)
{
    check(*state, "  A\tbank\r\n\r\nheld\x01\x02 oil\xc2\xa0stocks. \n", "bank:1 oil:1", 240,
          "A [bank] held [oil] stocks.");
    check(*state, "esc\x1b[31mape", "ape:1", 240, "esc [31mape");
}

static void test_marks_what_is_written(void **state)
{
    check(*state, "The BANK's rates; banking, bänk.", "bank:1 rate:1", 240,
          "The [BANK's] [rates]; [banking], [bänk].");
    /* Pairs of ideographs overlap and share a mark. */
    check(*state, "日本銀行", "日本:1 行:1", 240, "[日本]銀[行]");
    check(*state, "日本銀行", "日本:1 本銀:1", 240, "[日本銀]行");
    check(*state, "日本銀行は日本の銀行です。", "本銀:1 銀行:1", 240,
          "日[本銀行]は日本の[銀行]です。");
}

/* Of a term that is asked for in one form only, the others are not marked. */
static void test_exact_forms(void **state)
{
    const char *body = "Banks, a bank's bank; BANKS and banking.";
    struct query_term terms[] = {{"bank", 4}};
    double weights[] = {1};
    const struct query_slot slot = {
        .kind = SLOT_EXACT, .term = {"bank", 4}, .spelled = {"banks", 5}};
    const struct query_slot *exact[] = {&slot};
    struct snippet_terms wanted = {terms, weights, 1, exact, 1};
    struct arena arena = {0};
    struct snippet snippet;
    struct buf got = {0};
    snippet_make(body, strlen(body), *state, &wanted, 240, &arena, &snippet);
    bracket(&snippet, &got);
    assert_string_equal(buf_text(&got), "[Banks], a bank's bank; [BANKS] and banking.");
    buf_free(&got);
    arena_free(&arena);
}

static void test_start_when_nothing_matches(void **state)
{
    check(*state, "One two three four five.", "bank:1", 13, "One two three…");
    check(*state, "One two three, four five.", "bank:1", 16, "One two three,…");
    check(*state, "One two three four five.", "bank:1", 15, "One two three…");
    check(*state, "One two three four five.", "bank:1", 1, "O…");
    check(*state, "One two.", "bank:1", 0, "…");
    check(*state, "日本銀行", "bank:1", 3, "日本銀…");
}

static void test_best_window(void **state)
{
    const char *body = "Oil rose. One two three four five six seven. Oil and gas rose. "
                       "One two three four five six seven. Gas and oil fell. The tax was new.";
    /* Two terms beat one; of two equal windows the first is taken. */
    check(*state, body, "oil:1 gas:1", 20, "…[Oil] and [gas] rose.…");
    check(*state, body, "oil:1", 12, "[Oil] rose.…");
    /* One heavy term beats two light ones. */
    check(*state, body, "oil:1 gas:1 tax:3", 12, "…The [tax] was…");
    /* A repeated term counts once. */
    check(*state, "Oil oil oil oil. Other things happened. Oil, gas.", "oil:1 gas:1", 12,
          "…[Oil], [gas].");
    /* Weights that are no weights still count a little. */
    check(*state, "One two three four. Oil fell.", "oil:-1", 10, "…[Oil] fell.");
    check(*state, "One two three four. Oil fell.", "oil:nan", 10, "…[Oil] fell.");
    check(*state, "One two three four. Oil fell.", "oil:inf gas:inf", 10, "…[Oil] fell.");
}

static void test_where_it_begins(void **state)
{
    /* At a sentence within half of the room, */
    check(*state, "Prices fell by a third. He said that oil was cheap now and for long.", "oil:1",
          40, "…He said that [oil] was cheap now and for…");
    /* or else at a word. */
    check(*state, "Prices fell by a third and he said that the oil was cheap now and for long.",
          "oil:1", 30, "…said that the [oil] was cheap…");
    /* No sentence starts with a small letter after a full stop. */
    check(*state, "The rise was large, approx. ten for oil and more than that for gas.", "oil:1",
          40, "…approx. ten for [oil] and more than that…");
    /* A quotation's end belongs to the sentence before. */
    check(*state, "\"We had a very bad year.\" (Or two.) The oil is gone, and so are we all now.",
          "oil:1", 40, "…(Or two.) The [oil] is gone, and so are we…");
    /* A paragraph starts with a sentence. */
    check(*state, "A long headline without a stop\n\nThe oil is gone, and so are we all now.",
          "oil:1", 40, "…The [oil] is gone, and so are we all now.");
    /* What the end leaves over is used in front. */
    check(*state, "One two three four five six seven eight nine ten eleven oil.", "oil:1", 30,
          "…eight nine ten eleven [oil].");
    /* Ideographic stops have no blank behind them. */
    check(*state, "日日日。本銀行", "銀行:1", 4, "…本[銀行]");
}

static void test_long_word(void **state)
{
    check(*state, "Some supercalifragilistic word.", "supercalifragilist:1", 5,
          "…[supercalifragilistic]…");
}

/* --- against an oracle --- */

static const char *const vocabulary[] = {"oil", "gas", "tax", "bank", "One", "two.", "\n\n", "x"};
#define WANTED 4 /* of them are looked for */

static void random_body(struct buf *out)
{
    for (int i = rand() % 60; i > 0; i--) {
        buf_puts(out, vocabulary[(size_t)rand() % (sizeof vocabulary / sizeof *vocabulary)]);
        buf_putc(out, ' ');
    }
}

struct found {
    size_t start, end, term; /* characters, which are bytes here */
};

/* The words looked for in a text with single blanks. */
static size_t find_words(const char *text, size_t len, struct found *out)
{
    size_t count = 0;
    for (size_t start = 0, end; start < len; start = end + 1) {
        for (end = start; end < len && text[end] != ' '; end++)
            ;
        for (size_t term = 0; term < WANTED; term++)
            if (strlen(vocabulary[term]) == end - start &&
                memcmp(vocabulary[term], text + start, end - start) == 0)
                out[count++] = (struct found){start, end, term};
    }
    return count;
}

static double weigh(const struct found *found, size_t count, const double *weights)
{
    bool seen[WANTED] = {false};
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += seen[found[i].term] ? 0 : weights[found[i].term];
        seen[found[i].term] = true;
    }
    return sum;
}

/* Every window, one after the other. */
static double heaviest(const struct found *found, size_t count, size_t width, const double *weights)
{
    double best = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i; j < count && (j == i || found[j].end - found[i].start <= width); j++) {
            double weight = weigh(found + i, j - i + 1, weights);
            best = weight > best ? weight : best;
        }
    return best;
}

/* The body with single blanks: what a snippet as wide as the body is. */
static const char *whole_body(struct analyzer *analyzer, const struct buf *body,
                              const struct snippet_terms *wanted, struct arena *arena)
{
    struct snippet whole;
    snippet_make((const char *)body->data, body->len, analyzer, wanted, body->len, arena, &whole);
    return whole.text;
}

static void test_against_oracle(void **state)
{
    static const struct query_term terms[WANTED] = {
        {"oil", 3}, {"gas", 3}, {"tax", 3}, {"bank", 4}};
    static const double weights[WANTED] = {1, 2, 4, 8};
    const struct snippet_terms wanted = {.terms = terms, .weights = weights, .count = WANTED};
    srand(7);
    for (int round = 0; round < 5000; round++) {
        struct arena arena = {0};
        struct buf body = {0};
        struct snippet snippet;
        struct found found[64];
        size_t width = (size_t)(rand() % 60);
        random_body(&body);
        buf_text(&body);
        const char *whole = whole_body(*state, &body, &wanted, &arena);
        size_t count = find_words(whole, strlen(whole), found);
        double best = heaviest(found, count, width, weights);

        snippet_make((const char *)body.data, body.len, *state, &wanted, width, &arena, &snippet);
        size_t lead = strncmp(snippet.text, "\xe2\x80\xa6", 3) == 0 ? 3 : 0;
        size_t tail =
            snippet.len >= 3 + lead && !strcmp(snippet.text + snippet.len - 3, "\xe2\x80\xa6") ? 3
                                                                                               : 0;
        size_t shown = snippet.len - lead - tail;
        assert_true(shown <= (width > 4 || best <= 0 ? width : 4));
        char *copy = arena_strndup(&arena, snippet.text + lead, shown);
        assert_non_null(strstr(whole, copy));
        count = find_words(copy, shown, found);
        assert_int_equal(count, snippet.mark_count);
        assert_true(weigh(found, count, weights) >= best);
        buf_free(&body);
        arena_free(&arena);
    }
}

/* --- hostile bodies --- */

static void test_random_bytes(void **state)
{
    static const struct query_term terms[] = {{"a", 1}, {"\xef\xbf\xbd", 3}};
    static const double weights[] = {1, 1};
    const struct snippet_terms wanted = {.terms = terms, .weights = weights, .count = 2};
    srand(39);
    for (int round = 0; round < 30000; round++) {
        struct arena arena = {0};
        struct buf marked = {0};
        struct snippet snippet;
        size_t len = (size_t)(rand() % 48);
        char *bytes = mem_alloc(len);
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)(rand() % 2 ? rand() : "a. \n\xe2\x80\xa6"[rand() % 7]);
        snippet_make(bytes, len, *state, &wanted, (size_t)(rand() % 40), &arena, &snippet);
        bracket(&snippet, &marked);
        buf_free(&marked);
        free(bytes);
        arena_free(&arena);
    }
}

/* A width as large as the body makes any search backwards show itself. */
static void check_time(struct analyzer *analyzer, const char *piece, size_t width)
{
    static const struct query_term terms[] = {{"oil", 3}, {"gas", 3}};
    static const double weights[] = {1, 2};
    const struct snippet_terms wanted = {.terms = terms, .weights = weights, .count = 2};
    struct arena arena = {0};
    struct snippet snippet;
    struct buf body = {0};
    while (body.len < (size_t)2 << 20)
        buf_puts(&body, piece);
    clock_t start = clock();
    snippet_make((const char *)body.data, body.len, analyzer, &wanted, width, &arena, &snippet);
    assert_true(clock() - start < 3 * CLOCKS_PER_SEC);
    buf_free(&body);
    arena_free(&arena);
}

static void test_linear_time(void **state)
{
    static const char *const pieces[] = {"oil ",      "oil gas ", "x",    "oil",      ". ",
                                         "oil) ) ) ", ".\" ",     "\xff", "\xcc\x81", "銀"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        check_time(*state, pieces[i], SNIPPET_WIDTH);
        check_time(*state, pieces[i], (size_t)1 << 20);
    }
}

static int set_up(void **state)
{
    *state = analyzer_new("english", NULL, NULL);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    analyzer_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_bodies),
        cmocka_unit_test(test_collapses_blanks),
        cmocka_unit_test(test_marks_what_is_written),
        cmocka_unit_test(test_exact_forms),
        cmocka_unit_test(test_start_when_nothing_matches),
        cmocka_unit_test(test_best_window),
        cmocka_unit_test(test_where_it_begins),
        cmocka_unit_test(test_long_word),
        cmocka_unit_test(test_against_oracle),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_linear_time),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
