/* test_query_parse.c - the query language: what each query means, what is
 * refused and where, and that no text of any kind takes long. */
#include "tests/unit/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/text/scripts.h"
#include "common/text/utf8.h"
#include "query/query_parse.h"

typedef int reader(const char *text, size_t len, struct analyzer *analyzer, struct arena *arena,
                   struct query_node **out, struct error *err);

/* What a text comes to: the tree, printed, or the message. */
static void answer(reader *read, struct analyzer *analyzer, const char *text, size_t len,
                   struct buf *out)
{
    struct arena arena = {0};
    struct error err = {0};
    struct query_node *root = NULL;
    char *exact = mem_dup(text, len);
    int rc = read(exact, len, analyzer, &arena, &root, &err);
    if (rc) {
        assert_int_equal(rc, BF_ERR_USAGE);
        assert_int_equal(err.code, BF_ERR_USAGE);
        assert_null(root);
        buf_puts(out, err.text);
    } else {
        query_print(root, out);
    }
    free(exact);
    arena_free(&arena);
}

struct sample {
    const char *query;
    const char *want;
};

static void check_samples(struct analyzer *analyzer, reader *read, const struct sample *samples,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf got = {0};
        answer(read, analyzer, samples[i].query, strlen(samples[i].query), &got);
        if (strcmp(buf_text(&got), samples[i].want) != 0)
            fail_msg("%s\n  gives %s\n  not   %s", samples[i].query, buf_text(&got),
                     samples[i].want);
        buf_free(&got);
    }
}

#define CHECK(state, read, samples)                                                                \
    check_samples(*(state), read, samples, sizeof(samples) / sizeof *(samples))

static void test_words(void **state)
{
    static const struct sample samples[] = {
        {"bank", "bank"},
        {"  bank  ", "bank"},
        {"Bank RATE", "bank rate"},
        {"bank OR rate", "bank rate"},
        {"bank or rate", "bank or rate"},
        {"bank\trate\noil", "bank rate oil"},
        {"bank bank", "bank^2"},
        {"bank oil Bank oil banks", "bank^3 oil^2"},
        {"+bank bank", "+bank bank"},
        {"state-owned", "state own"},
        {"c++ b-", "c b"},
        {"oil,gas", "oil gas"},
        {"don't", "don't"},
        {"12:30 http://x =word", "12 30 http x =word"},
        {"bank ... - + -- !", "bank"},
        {"Reuters - oil", "reuter oil"},
        {"oil\xe3\x80\x80-gas\xc2\xa0+tax", "+tax oil -gas"},
    };
    CHECK(state, query_parse, samples);
}

static void test_fields(void **state)
{
    static const struct sample samples[] = {
        {"title:Banks", "title:bank"},
        {"TITLE:bank oil", "title:bank oil"},
        {"body:\"oil prices\"", "body:\"oil price\""},
        {"+title:bank -body:oil rate", "+title:bank rate -body:oil"},
        {"title:(bank OR +\"oil price\" rate*)", "+title:\"oil price\" title:bank title:rate*"},
        {"title:(bank body:oil)", "title:bank body:oil"},
        {"title:state-owned", "title:state title:own"},
        {"+title:state-owned x", "+title:state +title:own x"},
        {"x -title:state-owned", "x -title:\"state own\""},
        {"title: bank", "titl bank"},
        {"title:the bank", "title:the bank"},
        {"\"title:bank\"", "=\"title:bank\""},
        {"title:...", "no words in the query"},
    };
    CHECK(state, query_parse, samples);
}

static void test_exact(void **state)
{
    static const struct sample samples[] = {
        {"=Banks", "=banks"},
        {"=bank's rate", "=bank rate"},
        {"+=banks -=rates x", "+=banks x -=rates"},
        {"=\"Interest Rates\"", "=\"interest rates\""},
        {"=\"interest rates\"~2", "=\"interest rates\"~2"},
        {"=state-owned x", "=\"state owned\" x"},
        {"title:=banks", "title:=banks"},
        {"title:\"banks\"", "title:=banks"},
        {"=AND bank", "=and bank"},
        {"=the bank", "=the bank"},
        {"\"banks\" NEAR/3 rates", "(=banks NEAR/3 rate)"},
        {"=bank*", "=bank"},
        {"= bank", "bank"},
        {"a=b", "a b"},
        {"=...", "no words in the query"},
    };
    CHECK(state, query_parse, samples);
}

static void test_filters(void **state)
{
    static const struct sample samples[] = {
        {"category:World", "category:\"world\""},
        {"bank category:World", "+category:\"world\" +bank"},
        {"bank oil tag:x*", "+tag:\"x*\" +(bank oil)"},
        {"bank -source:\"The Caf\xc3\xa9\"", "bank -source:\"the cafe\""},
        {"+bank oil author:\"Ann  Lee\"", "+bank +author:\"ann lee\" oil"},
        {"bank AND tag:x oil", "(+bank +tag:\"x\") oil"},
        {"tag:x OR tag:y bank", "tag:\"x\" OR tag:\"y\" OR bank"},
        {"(tag:x OR tag:y) bank", "+(tag:\"x\" OR tag:\"y\") +bank"},
        {"tag:(x y) bank", "+(tag:\"x\" OR tag:\"y\") +bank"},
        {"tag:(x AND y) bank", "+tag:\"x\" +tag:\"y\" +bank"},
        {"tag:x tag:y", "+tag:\"x\" +tag:\"y\""},
        {"date:2012-01..2012-03 bank", "+date:2012-01-01T00:00:00Z..2012-03-31T23:59:59Z +bank"},
        {"date:..2012 bank", "+date:..2012-12-31T23:59:59Z +bank"},
        {"date:(2011 2013)", "date:2011-01-01T00:00:00Z..2011-12-31T23:59:59Z OR "
                             "date:2013-01-01T00:00:00Z..2013-12-31T23:59:59Z"},
        {"url:https://www.Example.com/News/", "url:\"example.com/news\""},
        {"url:example.com", "url:\"example.com\""},
        {"url:idX-2", "url:\"idx 2\""},
        {"the category:x", "+category:\"x\" +the"},
    };
    CHECK(state, query_parse, samples);
}

static void test_spellings(void **state)
{
    static const struct sample samples[] = {
        {"bank*", "bank*"},
        {"Running* rate", "running* rate"},
        {"caf\xc3\xa9*", "cafe*"},
        {"banks~ oil~1 price~2", "bank~1 oil~1 price~2"},
        {"+bank* -oil~2", "+bank* -oil~2"},
        {"\"bank*\"", "=bank"},
        {"bank~x a*b", "bank x a b"},
        {"\"oil price\"~3", "\"oil price\"~3"},
        {"\"oil price\"~0", "\"oil price\""},
        {"\"oil\"~3", "=oil"},
        {"title:\"oil price\"~3", "title:\"oil price\"~3"},
        {"oil NEAR/5 price", "(oil NEAR/5 price)"},
        {"oil NEAR/5 price NEAR/5 \"interest rates\" bank",
         "(oil NEAR/5 price NEAR/5 \"interest rate\") bank"},
        {"+oil NEAR/5 pric* AND bank", "+(oil NEAR/5 pric*) +bank"},
        {"title:(oil NEAR/2 price)", "title:(oil NEAR/2 price)"},
        {"title:oil NEAR/2 title:price", "title:(oil NEAR/2 price)"},
        {"NEAR oil", "near oil"},
    };
    CHECK(state, query_parse, samples);
}

static void test_signs(void **state)
{
    static const struct sample samples[] = {
        {"+bank", "bank"},
        {"+bank rate", "+bank rate"},
        {"rate +bank", "+bank rate"},
        {"+bank +rate", "+bank +rate"},
        {"bank -rate", "bank -rate"},
        {"-rate bank -oil", "bank -rate -oil"},
        {"-rate bank -rate", "bank -rate"},
        {"+bank -rate oil", "+bank oil -rate"},
        {"+state-owned oil", "+state +own oil"},
        {"oil -state-owned", "oil -\"state own\""},
        {"oil +\"interest rate\"", "+\"interest rate\" oil"},
        {"oil -\"interest rate\"", "oil -\"interest rate\""},
        {"oil +(bank tax)", "+(bank tax) oil"},
        {"oil -(bank tax)", "oil -bank -tax"},
        {"oil +(bank)", "+bank oil"},
        {"oil +(+bank -tax)", "+bank oil -tax"},
        {"oil -(+bank -tax)", "oil -(+bank -tax)"},
        {"oil --tax", "oil -tax"},
        {"oil +AND -OR", "+and oil -or"},
        {"+bank +bank tax", "+bank^2 tax"},
        {"+... oil", "oil"},
    };
    CHECK(state, query_parse, samples);
}

static void test_operators(void **state)
{
    static const struct sample samples[] = {
        {"bank AND rate", "+bank +rate"},
        {"bank AND rate AND oil", "+bank +rate +oil"},
        {"bank AND rate OR oil", "(+bank +rate) oil"},
        {"oil OR bank AND rate", "oil (+bank +rate)"},
        {"oil bank AND rate tax", "oil (+bank +rate) tax"},
        {"(oil OR bank) AND rate", "+(oil bank) +rate"},
        {"bank AND NOT rate", "+bank -rate"},
        {"NOT rate AND bank", "+bank -rate"},
        {"bank NOT rate", "bank -rate"},
        {"NOT rate bank oil", "bank oil -rate"},
        {"bank AND -rate", "+bank -rate"},
        {"bank AND +rate oil", "+bank +rate oil"},
        {"bank AND state-owned", "+bank +state +own"},
        {"bank AND NOT state-owned", "+bank -\"state own\""},
        {"bank AND (rate AND oil)", "+bank +rate +oil"},
        {"bank AND (NOT rate)", "+bank -rate"},
        {"bank AND NOT (rate oil)", "+bank -rate -oil"},
        {"bank AND NOT (rate AND oil)", "+bank -(+rate +oil)"},
        {"bank NOT NOT rate", "+rate bank"},
        {"bank NOT -rate", "+rate bank"},
        {"bank -(-rate -oil)", "+(rate oil) bank"},
        {"bank NOT (NOT rate)", "+rate bank"},
        {"bank AND ...", "bank"},
        {"... OR bank", "bank"},
        {"(...) bank", "bank"},
        {"NOT ... bank", "bank"},
        {"\"AND\" bank and \"NOT\"", "=and bank and =not"},
        {"(NOT rate AND NOT oil) AND bank", "+bank -rate -oil"},
        {"bank AND bank", "bank^2"},
    };
    CHECK(state, query_parse, samples);
}

static void test_phrases(void **state)
{
    static const struct sample samples[] = {
        {"\"interest rate\"", "\"interest rate\""},
        {"“interest rate”", "\"interest rate\""},
        {"”interest rate\"", "\"interest rate\""},
        {"\"banks\"", "=banks"},
        {"\"bank of england\" tax", "\"bank of england\" tax"},
        {"\"\" bank \"...\"", "bank"},
        {"a\"b c\"d", "a \"b c\" d"},
        {"\"oil (and) -gas AND\"", "\"oil and gas and\""},
        {"\"the the\"", "\"the the\""},
        {"\"oil gas\" AND tax", "+\"oil gas\" +tax"},
    };
    CHECK(state, query_parse, samples);
}

static void test_groups(void **state)
{
    static const struct sample samples[] = {
        {"(bank)", "bank"},
        {"((bank) (rate))", "bank rate"},
        {"bank (rate (oil tax))", "bank rate oil tax"},
        {"bank (bank rate)", "bank^2 rate"},
        {"(+bank rate) oil", "(+bank rate) oil"},
        {"+(+bank +rate) oil", "+bank +rate oil"},
        {"+(+bank rate) oil", "+(+bank rate) oil"},
        {"(bank -rate) oil", "(bank -rate) oil"},
        {"bank(rate)oil", "bank rate oil"},
        {"(state-owned) +(state-owned)", "+(state own) state own"},
        {"(oil AND tax) OR (bank AND rate)", "(+oil +tax) (+bank +rate)"},
    };
    CHECK(state, query_parse, samples);
}

#define AT(n, near, what) "query, at character " #n " (near \"" near "\"): " what

static void test_refusals(void **state)
{
    static const struct sample samples[] = {
        {"", "no words in the query"},
        {" \n ", "no words in the query"},
        {"... - \"\" (!)", "no words in the query"},
        {"\"bank rate", AT(1, "\"bank rate", "the quote is never closed")},
        {"café \"x", AT(6, "\"x", "the quote is never closed")},
        {"a -“x", AT(3, "-“x", "the quote is never closed")},
        {"(bank", AT(1, "(bank", "the parenthesis is never closed")},
        {"a (b (c)", AT(3, "(b (c)", "the parenthesis is never closed")},
        {"bank)", AT(5, ")", "the parenthesis was never opened")},
        {")", AT(1, ")", "the parenthesis was never opened")},
        {"a () b", AT(3, "() b", "the group is empty")},
        {"a -( ) b", AT(3, "-( ) b", "the group is empty")},
        {"AND a", AT(1, "AND a", "AND needs a word, a phrase or a group before it")},
        {"(OR a)", AT(2, "OR a)", "OR needs a word, a phrase or a group before it")},
        {"a AND", AT(3, "AND", "AND needs a word, a phrase or a group after it")},
        {"a AND OR b", AT(3, "AND OR b", "AND needs a word, a phrase or a group after it")},
        {"(a AND) b", AT(4, "AND) b", "AND needs a word, a phrase or a group after it")},
        {"a OR", AT(3, "OR", "OR needs a word, a phrase or a group after it")},
        {"a NOT", AT(3, "NOT", "NOT needs a word, a phrase or a group after it")},
        {"NOT NOT OR a", AT(5, "NOT OR a", "NOT needs a word, a phrase or a group after it")},
        {"-bank", AT(1, "-bank", "the query only excludes; name something to find")},
        {"NOT (a b)", AT(1, "NOT (a b)", "the query only excludes; name something to find")},
        {"-a ... -b", AT(1, "-a ... -b", "the query only excludes; name something to find")},
        {"a OR NOT b", AT(6, "NOT b",
                          "excluded beside OR, this would match nearly everything; "
                          "leave OR out")},
        {"-b OR a", AT(1, "-b OR a",
                       "excluded beside OR, this would match nearly everything; "
                       "leave OR out")},
        {"a (NOT b)", AT(3, "(NOT b)",
                         "this part only excludes, so as an option it would match "
                         "nearly everything; put AND before it")},
        {"a OR NOT b AND NOT c", AT(6, "NOT b AND NOT c",
                                    "this part only excludes, so as an option it would match "
                                    "nearly everything; put AND before it")},
        {"a \x1b[31m(b", AT(8, "(b", "the parenthesis is never closed")},
        {"(\xe2\x80\xae\x1b[31m", AT(1, "([31m", "the parenthesis is never closed")},
        {"(0123456789012345678901234567890",
         AT(1, "(01234567890123456789012", "the parenthesis is never closed")},
    };
    CHECK(state, query_parse, samples);
}

static void test_refused_fields_and_spans(void **state)
{
    static const struct sample samples[] = {
        {"a foo:bar", AT(3, "foo:bar",
                         "no such field; there are title, body, author, category, date, source, "
                         "tag and url (a word with a colon goes between quotes)")},
        {"date:soon", AT(1, "date:soon", "\"soon\" is no date; write 2012, 2012-01 or 2012-01-31")},
        {"a date:2013..2012", AT(3, "date:2013..2012", "\"2013..2012\" ends before it starts")},
        {"tag:*", AT(1, "tag:*", "there is nothing to compare with")},
        {"*", AT(1, "*", "nothing is left to search for; put letters before it")},
        {"a ...*", AT(3, "...*", "nothing is left to search for; put letters before it")},
        {"a,b*", AT(1, "a,b*", "* and ~ stand behind one word")},
        {"bank~3", AT(1, "bank~3", "write word~1 or word~2")},
        {"\"a b\"~x", AT(1, "\"a b\"~x", "a distance is a number up to 1000")},
        {"a NEAR/1001 b", AT(3, "NEAR/1001 b", "a distance is a number up to 1000")},
        {"a NEAR/2", AT(3, "NEAR/2", "NEAR needs a word or a phrase after it, without a sign")},
        {"NEAR/2 a", AT(1, "NEAR/2 a", "NEAR needs a word or a phrase before it")},
        {"a NEAR/2 (b)",
         AT(3, "NEAR/2 (b)", "NEAR needs a word or a phrase after it, without a sign")},
        {"a NEAR/2 -b",
         AT(3, "NEAR/2 -b", "NEAR needs a word or a phrase after it, without a sign")},
        {"(a b) NEAR/2 c", AT(7, "NEAR/2 c", "NEAR joins words and phrases")},
        {"a NEAR/2 b NEAR/3 c",
         AT(12, "NEAR/3 c", "one distance has to do for all that is joined")},
        {"a NEAR/2 title:b", AT(10, "title:b", "NEAR joins words and phrases of one field")},
        {"-tag:x", AT(1, "-tag:x", "the query only excludes; name something to find")},
    };
    CHECK(state, query_parse, samples);
}

static void test_plain_words(void **state)
{
    static const struct sample samples[] = {
        {"KENNEDY AND (NGO) \"DINH\" -diem .", "kennedi and ngo dinh diem"},
        {"oil (gas oil", "oil^2 gas"},
        {"what is NOT OR \"", "what is not or"},
        {" ... ", "no words in the query"},
        {"", "no words in the query"},
    };
    CHECK(state, query_from_words, samples);
}

static struct query_node *parse(struct analyzer *analyzer, const char *text, struct arena *arena)
{
    struct query_node *root = NULL;
    struct error err = {0};
    if (query_parse(text, strlen(text), analyzer, arena, &root, &err) != BF_OK)
        fail_msg("%s: %s", text, err.text);
    return root;
}

static void test_tree(void **state)
{
    struct arena arena = {0};
    const struct query_node *root = parse(*state, "café +\"the oil price\" -(x y) oil", &arena);
    assert_int_equal(root->kind, QUERY_BOOL);
    assert_int_equal(root->must.count, 1);
    assert_int_equal(root->should.count, 2);
    assert_int_equal(root->must_not.count, 2);

    const struct query_node *phrase = root->must.nodes[0];
    assert_int_equal(phrase->kind, QUERY_PHRASE);
    assert_int_equal(phrase->phrase.count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(phrase->phrase.positions[i], i);
    assert_int_equal(phrase->start, 8);
    assert_int_equal(phrase->end, 21);

    const struct query_node *oil = root->should.nodes[1];
    assert_int_equal(oil->kind, QUERY_TERM);
    assert_string_equal(oil->term.text, "oil");
    assert_int_equal(oil->term.len, 3);
    assert_int_equal(oil->repeats, 1);
    assert_false(oil->stop);
    assert_int_equal(oil->start, 30);
    assert_int_equal(oil->end, 33);
    assert_ptr_equal(oil->term.text, phrase->phrase.terms[1].text);
    arena_free(&arena);
}

static void check_without_stops(struct analyzer *analyzer, const char *query, const char *want)
{
    struct arena arena = {0};
    struct buf got = {0};
    query_print(query_drop_stop_words(parse(analyzer, query, &arena)), &got);
    assert_string_equal(buf_text(&got), want);
    buf_free(&got);
    arena_free(&arena);
}

static void test_stop_words(void **state)
{
    check_without_stops(*state, "the bank of england", "bank england");
    check_without_stops(*state, "the bank", "bank");
    check_without_stops(*state, "to be or not", "to be or not");
    check_without_stops(*state, "the", "the");
    check_without_stops(*state, "+the bank", "+the bank");
    check_without_stops(*state, "+bank the", "bank");
    check_without_stops(*state, "the -bank", "the -bank");
    check_without_stops(*state, "bank -the", "bank -the");
    check_without_stops(*state, "the \"the bank\"", "\"the bank\"");
    check_without_stops(*state, "(the of) AND bank", "+(the of) +bank");
    check_without_stops(*state, "+(the oil) bank", "+oil bank");
    check_without_stops(*state, "bank -(+oil of)", "bank -oil");
}

static void test_terms(void **state)
{
    struct arena arena = {0};
    struct query_term *terms;
    size_t count =
        query_terms(parse(*state, "oil +(tax oil) \"oil bank\" -gas (bank -\"gas pump\")", &arena),
                    &arena, &terms);
    assert_int_equal(count, 3);
    assert_string_equal(terms[0].text, "tax");
    assert_string_equal(terms[1].text, "oil");
    assert_string_equal(terms[2].text, "bank");
    arena_free(&arena);
}

static void test_print_gaps(void **state)
{
    (void)state;
    struct query_term terms[] = {{"a", 1}, {"b", 1}, {"c", 1}};
    uint32_t positions[] = {0, 3, 3};
    struct query_node node = {.kind = QUERY_PHRASE, .phrase = {terms, positions, 3}};
    struct buf got = {0};
    query_print(&node, &got);
    assert_string_equal(buf_text(&got), "\"a _ _ b|c\"");
    buf_free(&got);
}

/* --- limits --- */

static void check_answer(struct analyzer *analyzer, const struct buf *query, const char *want)
{
    struct buf got = {0};
    clock_t start = clock();
    answer(query_parse, analyzer, (const char *)query->data, query->len, &got);
    assert_true(clock() - start < CLOCKS_PER_SEC);
    if (!strstr(buf_text(&got), want))
        fail_msg("got %.200s\nnot %s", buf_text(&got), want);
    buf_free(&got);
}

static void repeat(struct buf *out, const char *piece, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_puts(out, piece);
}

static void check_repeats(struct analyzer *analyzer, const char *piece, size_t times,
                          const char *middle, const char *tail, const char *want)
{
    struct buf query = {0};
    repeat(&query, piece, times);
    buf_puts(&query, middle);
    repeat(&query, tail, times);
    check_answer(analyzer, &query, want);
    buf_free(&query);
}

static void test_depth_limit(void **state)
{
    const char *refusal = "more than 64 groups within groups";
    check_repeats(*state, "(", MAX_QUERY_DEPTH, "bank", ")", "bank");
    check_repeats(*state, "(", MAX_QUERY_DEPTH + 1, "bank", ")", refusal);
    check_repeats(*state, "-(", MAX_QUERY_DEPTH, "bank", ")", "bank");
    check_repeats(*state, "a AND (b ", MAX_QUERY_DEPTH, "c", ")", "+a +(b (+a +(b");
    check_repeats(*state, "NOT ", 2 * 1000, "bank", "", "bank");
}

static void check_different_words(struct analyzer *analyzer, int count, const char *want)
{
    struct buf query = {0};
    for (int i = 0; i < count; i++)
        buf_printf(&query, "w%d w%d ", i, i / 2);
    check_answer(analyzer, &query, want);
    buf_free(&query);
}

static void test_term_limits(void **state)
{
    check_different_words(*state, MAX_QUERY_TERMS, "w1023");
    check_different_words(*state, MAX_QUERY_TERMS + 1, "more than 1024 different words");
    check_repeats(*state, "a ", MAX_QUERY_WORDS, "", "", "a^16384");
    check_repeats(*state, "a ", MAX_QUERY_WORDS + 1, "", "", "more than 16384 words");
    check_repeats(*state, "a-", MAX_QUERY_WORDS + 1, "", "", "more than 16384 words");
}

static void test_long_queries(void **state)
{
    static const struct {
        const char *piece, *want;
    } samples[] = {
        {"(", "more than 64 groups"},
        {")", "at character 1 (near \")))"},
        {"()", "the group is empty"},
        {"(a", "more than 64 groups"},
        {"-(", "more than 64 groups"},
        {"\"", "no words in the query"},
        {"\"a", "more than 64 words with = or alone in quotes"},
        {"“", "the quote is never closed"},
        {"a ", "more than 16384 words"},
        {"a-", "more than 16384 words"},
        {"\"a b\" ", "more than 16384 words"},
        {"+a -b ", "more than 16384 words"},
        {"a AND ", "more than 16384 words"},
        {"a OR b AND NOT ", "more than 16384 words"},
        {"NOT ", "NOT needs a word"},
        {"(a) ", "more than 16384 words"},
        {"+(+a b) ", "more than 16384 words"},
        {"-(-a) ", "more than 16384 words"},
        {"*", "nothing is left"},
        {"* ", "nothing is left"},
        {"a* ", "more than 16 words with"},
        {"~1 ", "nothing is left"},
        {"url:x ", "more than 4 filters by words of a URL"},
        {"tag:x ", "more than 32 filters"},
        {"a NEAR/3 ", "NEAR joins at most 16"},
        {"title:(", "more than 64 groups"},
        {"title: ", "more than 16384 words"},
        {"\"a b\"~2", "more than 16384 words"},
        {"date:2012..", "is no date"},
        {"+", "no words in the query"},
        {" ", "no words in the query"},
        {"\xff", "no words in the query"},
        {"\xff ", "no words in the query"},
        {"\xe2\x80", "no words in the query"},
        {"x", "xxxx"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        size_t times = MAX_QUERY_BYTES / strlen(samples[i].piece);
        check_repeats(*state, samples[i].piece, times, "", "", samples[i].want);
    }
    check_repeats(*state, "a", MAX_QUERY_BYTES + 1, "", "", "query: longer than 1048576 bytes");
}

/* Nested and wide at once: the most that may stand on the stack of clauses. */
static void test_wide_and_deep(void **state)
{
    struct buf query = {0};
    repeat(&query, "+b (", MAX_QUERY_DEPTH);
    repeat(&query, "a ", MAX_QUERY_WORDS - MAX_QUERY_DEPTH);
    repeat(&query, ")", MAX_QUERY_DEPTH);
    check_answer(*state, &query, "+b (+b (");
    buf_free(&query);
}

/* --- random texts --- */

static const char *const fragments[] = {"(",
                                        ")",
                                        "\"",
                                        "+",
                                        "-",
                                        " ",
                                        "AND ",
                                        " OR ",
                                        " NOT ",
                                        "a",
                                        "b",
                                        "bank",
                                        "state-o",
                                        "...",
                                        "\xff",
                                        "\xe2",
                                        "\xe2\x80",
                                        "“",
                                        "\n",
                                        "\xe3\x80\x80",
                                        "\xf0\x9f\x98\x80",
                                        "*",
                                        ":",
                                        "~1 ",
                                        "~",
                                        " NEAR/3 ",
                                        "title:",
                                        "body:(",
                                        "tag:",
                                        "url:",
                                        "url:a.b/",
                                        "author:\"a ",
                                        "date:2012-02",
                                        "..2013 ",
                                        "é"};

static void random_text(struct buf *out)
{
    for (int i = rand() % 24; i > 0; i--) {
        if (rand() % 8)
            buf_puts(out, fragments[(size_t)rand() % (sizeof fragments / sizeof *fragments)]);
        else
            buf_putc(out, rand());
    }
}

static void check_node(const struct query_node *node, size_t len);

static void check_list(const struct query_list *list, size_t len)
{
    for (size_t i = 0; i < list->count; i++)
        check_node(list->nodes[i], len);
}

/* What the header promises of every tree. */
static void check_node(const struct query_node *node, size_t len)
{
    assert_true(node->start < node->end && node->end <= len);
    if (node->kind == QUERY_TERM) {
        assert_true(node->repeats > 0);
    } else if (node->kind == QUERY_PHRASE) {
        assert_true(node->phrase.count > 1);
    } else if (node->kind == QUERY_SPAN) {
        assert_true(node->span.unit_count > 0 && node->span.count >= node->span.unit_count);
        for (size_t i = 0; i < node->span.count; i++)
            assert_int_equal(node->span.slots[i].count, 1);
    } else if (node->kind == QUERY_FILTER) {
        assert_true(node->test.field == FILTER_DATE || node->test.len || *node->test.host);
    } else {
        assert_true(node->must.count + node->should.count > 0);
        assert_true(node->must.count + node->should.count + node->must_not.count > 1);
        check_list(&node->must, len);
        check_list(&node->should, len);
        check_list(&node->must_not, len);
    }
}

/* A printed tree is a query, and means itself where terms are not stemmed. */
static void check_printed(struct analyzer *analyzer, const struct query_node *root)
{
    struct arena arena = {0};
    struct buf printed = {0}, again = {0};
    query_print(root, &printed);
    assert_true(utf8_valid(buf_text(&printed), printed.len));
    /* A word with a colon goes between quotes, which make it exact, and a character that stood
     * in a longer text alone stands for pairs. */
    if (!strpbrk(buf_text(&printed), "^~*:") && !count_paired(buf_text(&printed), printed.len)) {
        query_print(parse(analyzer, buf_text(&printed), &arena), &again);
        assert_string_equal(buf_text(&again), buf_text(&printed));
    }
    buf_free(&printed);
    buf_free(&again);
    arena_free(&arena);
}

static void test_random_texts(void **state)
{
    (void)state;
    struct analyzer *unstemmed = analyzer_new("none", NULL, NULL);
    size_t trees = 0;
    srand(52);
    for (int round = 0; round < 50000; round++) {
        struct arena arena = {0};
        struct buf text = {0};
        struct error err = {0};
        struct query_node *root = NULL;
        random_text(&text);
        char *exact = mem_dup(text.data, text.len);
        if (query_parse(exact, text.len, unstemmed, &arena, &root, &err) == BF_OK) {
            check_node(root, text.len);
            check_printed(unstemmed, root);
            trees++;
        } else {
            assert_true(utf8_valid(err.text, strlen(err.text)));
        }
        free(exact);
        buf_free(&text);
        arena_free(&arena);
    }
    assert_true(trees > 5000);
    analyzer_free(unstemmed);
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
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_plain_words),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_stop_words),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_refused_fields_and_spans),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_print_gaps),
        cmocka_unit_test(test_depth_limit),
        cmocka_unit_test(test_term_limits),
        cmocka_unit_test(test_long_queries),
        cmocka_unit_test(test_wide_and_deep),
        cmocka_unit_test(test_random_texts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
