/*
 * test_query_language.c - a table of the query language: what each operator
 * finds among a few articles, best first; in one segment and in ten, before
 * and after some are deleted, pruned and exhaustive, and by the oracle.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/expand.h"
#include "query/search.h"
#include "query/session.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/oracle.h"
#include "tests/unit/scratch.h"

/* Capital ids are deleted half way. Length falls with the letter, so that of
 * articles with the same words the later one is better. */
static const char *const articles[] = {
    "{\"id\":\"a\",\"title\":\"Banks raise rates\",\"body\":\"The central bank raised its rate. "
    "Rates had been low for "
    "years and years and "
    "years.\",\"date\":\"2012-01-10\",\"category\":\"Business\",\"source\":\"The Post\","
    "\"author\":\"Ann Lee\",\"tags\":\"money, "
    "rates\",\"url\":\"https://www.post.example/2012/01/rates-up\"}",
    "{\"id\":\"b\",\"title\":\"Floods\",\"body\":\"A river bank broke after the rain, and the rate "
    "at which water rose "
    "surprised "
    "all.\",\"date\":\"2012-01-20\",\"category\":\"World\",\"source\":\"Times\",\"author\":\"Bo "
    "Lee\","
    "\"tags\":\"weather\",\"url\":\"http://times.example/world/floods\"}",
    "{\"id\":\"c\",\"title\":\"Rates\",\"body\":\"Rate of interest: the bank of the north holds "
    "it, says one of "
    "its men.\",\"date\":\"2012-02-01\",\"category\":\"Business\",\"source\":\"the post\","
    "\"author\":\"Lee Ann Ray\",\"tags\":\"rates\"}",
    "{\"id\":\"d\",\"title\":\"Volcano\",\"body\":\"Volcanic ash closed the airspace over the "
    "north of Europe, "
    "then the south.\",\"date\":\"2012-02\",\"category\":\"World\",\"tags\":\"weather; ash\"}",
    "{\"id\":\"e\",\"title\":\"Airspace open\",\"body\":\"The ash has gone. Volcanoes sleep; "
    "airspace is open "
    "again.\",\"date\":\"2012\",\"category\":\"world news\"}",
    "{\"id\":\"F\",\"title\":\"Bank\",\"body\":\"bank bank bank rate volcano "
    "ash\",\"date\":\"2012-01-15\","
    "\"category\":\"Business\",\"tags\":\"rates\",\"source\":\"Times\"}",
    "{\"id\":\"g\",\"title\":\"Banker\",\"body\":\"A banker retires. Bankers "
    "mourn.\",\"category\":\"People\"}",
    "{\"id\":\"h\",\"title\":\"Caf\xc3\xa9\",\"body\":\"Coffee prices "
    "rise.\",\"date\":\"2013-05-05\","
    "\"category\":\"Caf\xc3\xa9 Life\",\"author\":\"\xc3\x89mile Roy\"}",
    "{\"id\":\"I\",\"title\":\"Rate the bank\",\"body\":\"Airspace.\",\"date\":\"2012-03-01\"}",
    "{\"id\":\"j\",\"title\":\"Hotel\",\"body\":\"A bank. No rate.\",\"date\":\"2011-12-31\","
    "\"url\":\"https://blog.post.example/a?ref=times.example\"}",
};
#define ARTICLES (sizeof articles / sizeof *articles)

static const struct row {
    const char *query;
    const char *found;   /* ids, best first */
    const char *deleted; /* the same once F and I are gone; NULL: without them */
} table[] = {
    /* words, as before */
    {"coffee", "h", NULL},
    {"airspace ash", "edIF", NULL},
    {"+airspace +ash", "ed", NULL},
    {"bank -rate", "", NULL},
    {"ash -airspace", "F", NULL},
    {"\"ash closed\"", "d", NULL},
    /* very words */
    {"bankers", "g", NULL},
    {"=bankers", "g", NULL},
    {"\"banker\"", "g", NULL},
    {"=Banks", "a", NULL},
    {"=volcanoes volcano", "eFd", NULL},
    {"+=rates bank", "ac", NULL},
    {"rate -=rates", "IjFb", NULL},
    {"=\"banks raise\"", "a", NULL},
    {"=\"bank raise\"", "", NULL},
    {"title:=rates", "ca", NULL},
    {"=rates NEAR/3 =low", "a", NULL},
    {"=rate NEAR/3 =low", "", NULL},
    /* fields of the text */
    {"title:airspace", "e", NULL},
    {"body:airspace", "Ied", NULL},
    {"title:(ash OR bank)", "IFa", NULL},
    {"+title:bank body:volcano", "FIa", NULL},
    {"title:\"banks raise\"", "a", NULL},
    {"body:\"banks raise\"", "a", NULL},
    {"airspace -title:airspace", "Id", NULL},
    {"title:volcano", "d", NULL},
    {"title:the", "I", NULL},
    /* filters */
    {"category:business", "cFa", NULL},
    {"category:world", "db", NULL},
    {"category:world*", "dbe", NULL},
    {"category:\"cafe life\"", "h", NULL},
    {"category:(people OR business) bank", "Fac", NULL},
    {"bank category:business", "Fac", NULL},
    {"bank -category:business", "Ijb", NULL},
    {"category:world -rate", "d", NULL},
    {"category:world* -title:airspace -tag:ash", "b", NULL},
    {"source:\"The Post\"", "ca", NULL},
    {"source:post", "", NULL},
    {"tag:rates", "cFa", NULL},
    {"tag:rate", "", NULL},
    {"tag:(rates AND money)", "a", NULL},
    {"tag:ash OR tag:money", "da", NULL},
    {"tag:weather -tag:ash", "b", NULL},
    {"author:lee", "cba", NULL},
    {"author:\"lee ann\"", "c", NULL},
    {"author:emile", "h", NULL},
    {"author:an*", "ca", NULL},
    {"url:post.example", "aj", NULL},
    {"url:www.post.example", "aj", NULL},
    {"url:blog.post.example", "j", NULL},
    {"url:ost.example", "", NULL},
    {"url:post.example/2012", "a", NULL},
    {"url:post.example/2012/01/rat*", "a", NULL},
    {"url:post.example/01", "", NULL},
    {"url:floods", "b", NULL},
    {"url:\"ref times\"", "j", NULL},
    {"url:times.example", "b", NULL},
    {"date:2012-01", "bFa", NULL},
    {"date:2012-02", "cd", NULL},
    {"date:2012", "IcdbFae", NULL},
    {"date:..2012-01-10", "aj", NULL},
    {"date:2012-01-16..2012-02-01", "cb", NULL},
    {"date:(2011 2013)", "hj", NULL},
    {"bank -date:2012", "j", NULL},
    {"rate date:2012-01 tag:rates", "aF", NULL},
    {"bank category:business OR coffee", "hFIjacb", NULL},
    {"(bank category:business) OR coffee", "hFac", NULL},
    /* near and sloppy */
    {"bank NEAR/2 rate", "FIja", NULL},
    {"bank NEAR/1 rate", "F", NULL},
    {"rate NEAR/3 bank", "IjFa", NULL},
    {"bank NEAR/9 rate", "FIjacb", NULL},
    {"ash NEAR/6 \"open again\"", "", NULL},
    {"ash NEAR/7 \"open again\"", "e", NULL},
    {"volcanic NEAR/5 ash NEAR/5 airspace", "d", NULL},
    {"title:(rate NEAR/2 bank)", "Ia", NULL},
    {"\"bank rate\"~1", "Fja", NULL},
    {"\"bank rate\"", "F", NULL},
    {"\"rate bank\"~3", "Ic", NULL},
    {"\"rate bank\"~1", "I", NULL},
    /* spellings */
    {"banke*", "FgIjacb", NULL},
    {"bank*", "FgIjacb", NULL},
    {"volcan*", "dFe", NULL},
    {"+title:b*", "IgFa", NULL},
    {"volcanic*", "d", NULL},
    {"zzz*", "", NULL},
    {"vulcano~1", "Fed", NULL},
    {"vloc~2", "a", NULL},
    {"airpsace~1", "Ied", NULL},
    {"airpsace", "", NULL},
    {"+ban~1 NEAR/1 rate", "F", NULL},
    {"coffe~1", "h", NULL},
};
#define ROWS (sizeof table / sizeof *table)

struct place {
    char *dir;
    struct session session;
};

/* [0] has one segment, [1] ten. */
static struct place places[2];
static struct oracle oracle;

static void add_parts(const char *dir, size_t parts)
{
    const struct reading how = {.threads = 1, .memory = PLENTY};
    char *scratch = scratch_new();
    for (size_t part = 0; part < parts; part++) {
        struct buf text = {0};
        char *path = scratch_path(scratch, "part");
        for (size_t i = part * ARTICLES / parts; i < (part + 1) * ARTICLES / parts; i++)
            buf_printf(&text, "%s\n", articles[i]);
        scratch_write(path, text.data, text.len);
        index_add(dir, &path, 1, &how, NULL);
        if (parts == 1)
            oracle_put_archive(&oracle, path);
        free(path);
        buf_free(&text);
    }
    scratch_free(scratch);
}

static void open_places(void)
{
    struct error err;
    for (int i = 0; i < 2; i++)
        assert_int_equal(session_open(&places[i].session, places[i].dir, &err), BF_OK);
}

static int make_places(void **unused)
{
    (void)unused;
    const size_t parts[2] = {1, ARTICLES};
    oracle_init(&oracle, "english");
    for (int i = 0; i < 2; i++) {
        places[i].dir = scratch_new();
        add_parts(places[i].dir, parts[i]);
    }
    open_places();
    assert_int_equal(places[0].session.snapshot.count, 1);
    assert_true(places[1].session.snapshot.count > 2);
    return 0;
}

static int free_places(void **unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++) {
        session_close(&places[i].session);
        scratch_free(places[i].dir);
    }
    oracle_free(&oracle);
    return 0;
}

static void put_ids(const struct snapshot *s, const struct hit *hits, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t segment = snapshot_segment_of(s, hits[i].doc);
        struct text id, title;
        struct error err;
        assert_int_equal(columns_name(&s->segments[segment].columns,
                                      hits[i].doc - s->bases[segment], &id, &title, &err),
                         BF_OK);
        buf_putc(out, *id.p);
    }
}

/* The oracle's ids; and its scores are those of the hits. */
static void ask_oracle(const struct query_node *query, const struct hit *hits, size_t count,
                       struct buf *out)
{
    struct oracle_hit *expected;
    size_t n = oracle_search(&oracle, query, BM25_DEFAULT_K1, BM25_DEFAULT_B, &expected);
    for (size_t i = 0; i < n; i++) {
        buf_putc(out, *expected[i].article->id);
        if (i < count)
            assert_int_equal(hits[i].units, expected[i].units);
    }
    free(expected);
}

static void ask(struct place *p, const char *query, bool exhaustive, const char *expected)
{
    const struct query_reading reading = {.syntax = true};
    const struct search_options options = {
        .k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B, .k = 100, .exhaustive = exhaustive};
    struct buf found = {0}, by_oracle = {0};
    struct query_node *tree;
    struct hit *hits = NULL;
    struct bm25 bm25;
    struct error err;
    size_t count = 0;
    arena_reset(&p->session.arena);
    if (session_query(&p->session, query, strlen(query), &reading, &tree, &err) ||
        search_run(&p->session.snapshot, tree, &options, &p->session.arena, &hits, &count, &bm25,
                   &err))
        fail_msg("%s: %s", query, err.text);
    put_ids(&p->session.snapshot, hits, count, &found);
    ask_oracle(tree, hits, count, &by_oracle);
    if (strcmp(buf_text(&found), expected) != 0)
        fail_msg("%s%s: %s, not %s; the oracle has %s", query, exhaustive ? " exhaustive" : "",
                 buf_text(&found), expected, buf_text(&by_oracle));
    assert_string_equal(buf_text(&by_oracle), expected);
    free(hits);
    buf_free(&found);
    buf_free(&by_oracle);
}

static void every_operator_finds_what_it_should(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS; i++)
        for (int k = 0; k < 4; k++)
            ask(&places[k / 2], table[i].query, k % 2, table[i].found);
}

/* With the ids of the deleted articles left out; their order is another where
 * the statistics are. */
static void deleted_articles_are_not_found(void **unused)
{
    (void)unused;
    const char *deleted[] = {"F", "I"};
    for (int i = 0; i < 2; i++) {
        session_close(&places[i].session);
        index_delete(places[i].dir, deleted, 2);
        oracle_delete(&oracle, deleted[i]);
    }
    open_places();
    for (size_t i = 0; i < ROWS; i++) {
        char left[32], *to = left;
        for (const char *id = table[i].found; *id; id++)
            if (*id != 'F' && *id != 'I')
                *to++ = *id;
        *to = '\0';
        for (int k = 0; k < 4; k++)
            ask(&places[k / 2], table[i].query, k % 2, table[i].deleted ? table[i].deleted : left);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_finds_what_it_should),
        cmocka_unit_test(deleted_articles_are_not_found),
    };
    return cmocka_run_group_tests(tests, make_places, free_places);
}
