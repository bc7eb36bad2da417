/* test_asked.c - queries without boilerplate, of one article and in the pass over all. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "query/asked.h"
#include "query/session.h"
#include "query/similar_all.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

#define ARTICLES 120
#define HEADER   "Harbourgazette newsroom bulletin for readers everywhere"
#define FOOTER   "Zebraquill subscriptions are quillzebra cheap this week"

/* So few that their words are no too frequent ones. */
static bool has_header(unsigned number)
{
    return number % 8 == 1;
}

static bool has_footer(unsigned number)
{
    return number % 8 == 2;
}

static bool has_a_word_of_the_footer(unsigned number)
{
    return number % 24 == 2;
}

/* Words of a small vocabulary, so that lists are long; some of the footer's too. */
static void put_body(unsigned number, struct buf *out)
{
    uint64_t state = RANDOM_SEED + number;
    random32(&state);
    buf_puts(out, has_header(number) ? HEADER "\\n\\n" : "");
    for (unsigned i = 0; i < 40; i++)
        buf_printf(out, "%sw%u", i ? " " : "", random32(&state) % (20 + 10 * (number % 7)));
    buf_puts(out, has_a_word_of_the_footer(number) ? " cheap" : "");
    buf_puts(out, has_footer(number) ? "\\n\\n" FOOTER : "");
}

static char *make_index(const char *dir, bool without_text)
{
    const struct reading how = {.threads = 2, .memory = PLENTY, .without_text = without_text};
    char *index = scratch_path(dir, "index"), *source = scratch_path(dir, "articles.jsonl");
    struct buf out = {0};
    for (unsigned i = 0; i < ARTICLES; i++) {
        buf_printf(&out, "{\"id\":\"%03u\",\"title\":\"Title t%u t%u\",\"body\":\"", i, i % 4,
                   i % 9);
        put_body(i, &out);
        buf_puts(&out, "\"}\n");
    }
    scratch_write(source, out.data, out.len);
    index_add(index, &source, 1, &how, NULL);
    buf_free(&out);
    free(source);
    return index;
}

static bool asks_for(const struct similar_query *q, const char *term)
{
    for (size_t i = 0; i < q->count; i++)
        if (!strcmp(q->texts[q->terms[i].term].p, term))
            return true;
    return false;
}

static void compare_lists(struct session *s, const struct similar_options *o,
                          void (*look)(const struct similar_query *q, unsigned number))
{
    const struct similar_run run = {.threads = 2};
    struct similar_lists all;
    struct error err;
    assert_int_equal(similar_all(&s->snapshot, s->analyzer, o, &run, &all, &err), BF_OK);
    const struct similar_context how = {.s = &s->snapshot,
                                        .analyzer = s->analyzer,
                                        .reader = &s->reader,
                                        .options = o,
                                        .arena = &s->arena};
    for (unsigned i = 0; i < ARTICLES; i++) {
        struct similar_query q;
        struct similar_list list;
        char id[16];
        uint32_t doc;
        snprintf(id, sizeof id, "%03u", i);
        assert_int_equal(session_find(s, id, &doc, &err), BF_OK);
        assert_int_equal(similar_to_article(&how, doc, &q, &list, &err), BF_OK);
        look(&q, i);
        assert_true(list.count > 0);
        assert_int_equal(list.count, all.lengths[doc]);
        for (size_t k = 0; k < list.count; k++) {
            const struct similar_item *item = &all.items[(size_t)doc * all.n + k];
            assert_int_equal(list.items[k].doc, item->doc);
            assert_int_equal(list.items[k].units, item->units);
            assert_true(list.items[k].similarity == item->similarity);
        }
        arena_reset(&s->arena);
    }
    similar_lists_free(&all);
}

static void no_words_of_boilerplate_alone(const struct similar_query *q, unsigned number)
{
    (void)number;
    assert_false(asks_for(q, "zebraquil"));
    assert_false(asks_for(q, "bulletin"));
}

static void no_boilerplate(const struct similar_query *q, unsigned number)
{
    no_words_of_boilerplate_alone(q, number);
    if (has_footer(number))
        assert_int_equal(asks_for(q, "cheap"), has_a_word_of_the_footer(number));
}

static void boilerplate_too(const struct similar_query *q, unsigned number)
{
    if (has_footer(number))
        assert_true(asks_for(q, "zebraquil"));
    if (has_header(number))
        assert_true(asks_for(q, "bulletin"));
}

static void open_and_compare(const char *index, bool keep, bool feedback,
                             void (*look)(const struct similar_query *q, unsigned number))
{
    struct session s;
    struct error err;
    struct similar_options o = similar_defaults;
    o.threshold = 0;
    o.feedback = feedback;
    o.keep_boilerplate = keep;
    o.terms = SIMILAR_MOST_TERMS;
    assert_int_equal(session_open(&s, index, &err), BF_OK);
    compare_lists(&s, &o, look);
    session_close(&s);
}

static void queries_leave_boilerplate_out(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *index = make_index(dir, false);
    open_and_compare(index, false, false, no_boilerplate);
    open_and_compare(index, true, false, boilerplate_too);
    free(index);
    scratch_free(dir);
}

static void look_at_nothing(const struct similar_query *q, unsigned number)
{
    (void)q;
    (void)number;
}

static void feedback_leaves_it_out_too(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *index = make_index(dir, false);
    open_and_compare(index, false, true, no_words_of_boilerplate_alone);
    open_and_compare(index, true, true, look_at_nothing);
    free(index);
    scratch_free(dir);
}

/* It cannot tell the words of boilerplate from the others. */
static void an_index_without_text_leaves_nothing_out(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *index = make_index(dir, true);
    open_and_compare(index, false, false, boilerplate_too);
    free(index);
    scratch_free(dir);
}

/* Of a body that is nothing else, nothing is left out. */
static void something_is_always_asked(void **unused)
{
    (void)unused;
    static const char body[] = HEADER "\n\n" FOOTER;
    struct article a;
    struct body_parts parts;
    unsigned char keys[8];
    struct copies c = {.keys = 2};
    article_init(&a);
    a.body = body;
    a.body_len = strlen(body);
    uint32_t x = sketch_paragraph_key("", HEADER, strlen(HEADER));
    uint32_t y = sketch_paragraph_key("", FOOTER, strlen(FOOTER));
    store_u32(keys, x < y ? x : y);
    store_u32(keys + 4, x < y ? y : x);
    c.frame.sections[COPIES_KEYS] = (struct section){keys, 8};
    asked_boilerplate(&c, &a, &parts);
    assert_int_equal(parts.count, 0);
    c.keys = 1;
    asked_boilerplate(&c, &a, &parts);
    assert_int_equal(parts.count, 1);
    assert_int_equal(parts.parts[0].start, x < y ? 0 : strlen(HEADER) + 2);
    assert_int_equal(parts.parts[0].end, x < y ? strlen(HEADER) : strlen(body));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_leave_boilerplate_out),
        cmocka_unit_test(feedback_leaves_it_out_too),
        cmocka_unit_test(an_index_without_text_leaves_nothing_out),
        cmocka_unit_test(something_is_always_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
