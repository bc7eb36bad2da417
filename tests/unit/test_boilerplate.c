/* test_boilerplate.c - what is boilerplate, whatever the segments; and that it makes no copies. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/index/boilerplate.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/scratch.h"

#define FOOTER                                                                                     \
    "Subscribe to the Gazette for more news from the harbour, the valley and the hills every day " \
    "of the year, and tell all your friends and neighbours about it. Printed by Brown Brothers, "  \
    "High Street, established before the railway came; subscribers who move house should write "   \
    "to the office, where small advertisements are taken until noon on Thursday."
#define COMMENT "Comments on this article are closed for now."

/* Different words for different numbers. */
static void put_story(unsigned number, struct buf *out)
{
    for (unsigned i = 0; i < 6; i++)
        buf_printf(out, "%sw%ux%u v%uy%u", i ? " " : "", number, i, i, number);
}

struct part {
    const char *source;
    unsigned from, to;
    const char *footer;
};

static void write_part(const char *path, const struct part *p)
{
    struct buf out = {0};
    for (unsigned i = p->from; i < p->to; i++) {
        buf_printf(&out, "{\"id\":\"a%03u\",\"source\":\"%s\",\"date\":\"2020-01-01\",\"body\":\"",
                   i, p->source);
        put_story(i, &out);
        buf_printf(&out, "\\n\\n%s\"}\n", p->footer);
    }
    scratch_write(path, out.data, out.len);
    buf_free(&out);
}

/* Each part is a commit of its own, or all are one. */
static char *make_index(const char *dir, const struct part *parts, size_t count, bool commits,
                        bool without_text)
{
    const struct reading how = {.threads = 1, .memory = PLENTY, .without_text = without_text};
    char *index = scratch_path(dir, "index"), *sources[8];
    for (size_t i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "%zu", i);
        sources[i] = scratch_path(dir, name);
        write_part(sources[i], &parts[i]);
        if (commits)
            index_add(index, &sources[i], 1, &how, NULL);
    }
    if (!commits)
        index_add(index, sources, (int)count, &how, NULL);
    for (size_t i = 0; i < count; i++)
        free(sources[i]);
    return index;
}

/* "articles|source|text" a line; and how many articles have copies. */
static void assert_lists(const char *index, const char *expected, uint32_t least, uint32_t most)
{
    struct snapshot s;
    struct boilerplate_cursor c;
    struct boilerplate_text t;
    struct buf found = {0};
    struct error err;
    int rc;
    index_is_sound(index);
    assert_int_equal(snapshot_open(&s, index, &err), BF_OK);
    assert_int_equal(copies_verify(&s.copies, s.bases[s.count], &err), BF_OK);
    boilerplate_cursor_open(&c, &s.copies);
    while (!(rc = boilerplate_cursor_next(&c, &t, &err)))
        buf_printf(&found, "%u|%.*s|%.*s\n", t.articles, (int)t.source.len, t.source.p,
                   (int)t.text.len, t.text.p);
    assert_int_equal(rc, BF_END);
    assert_string_equal(buf_text(&found), expected);
    assert_in_range(s.copies.count, least, most);
    buf_free(&found);
    snapshot_close(&s);
}

static void a_paragraph_of_ten_bodies_of_a_source_is_boilerplate(void **unused)
{
    (void)unused;
    static const struct part parts[] = {
        {"Gazette", 0, 6, FOOTER}, {"Gazette", 6, 10, FOOTER}, {"Herald", 10, 19, FOOTER}};
    for (int commits = 0; commits < 2; commits++) {
        char *dir = scratch_new(), *index = make_index(dir, parts, 3, commits, false);
        /* The Herald's nine are alike by the footer, as long as it is none. */
        assert_lists(index, "10|Gazette|" FOOTER "\n", 7, 9);
        index_merge(index);
        assert_lists(index, "10|Gazette|" FOOTER "\n", 7, 9);
        index_delete(index, (const char *const[]){"a004"}, 1);
        assert_lists(index, "", 15, 18);
        free(index);
        scratch_free(dir);
    }
}

static void copies_of_one_body_count_once(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *index = scratch_path(dir, "index");
    char *source = scratch_path(dir, "same.jsonl");
    const struct reading how = {.threads = 1, .memory = PLENTY};
    struct buf out = {0};
    for (unsigned i = 0; i < 30; i++)
        buf_printf(
            &out, "{\"id\":\"%u\",\"body\":\"One paragraph of the same news.\\n\\n" COMMENT "\"}\n",
            i);
    scratch_write(source, out.data, out.len);
    index_add(index, &source, 1, &how, NULL);
    assert_lists(index, "", 30, 30);
    buf_free(&out);
    free(source);
    free(index);
    scratch_free(dir);
}

static void short_paragraphs_are_none(void **unused)
{
    (void)unused;
    static const struct part parts[] = {{"Gazette", 0, 20, "Read it here first"}};
    char *dir = scratch_new(), *index = make_index(dir, parts, 1, false, false);
    assert_lists(index, "", 0, 0);
    free(index);
    scratch_free(dir);
}

/* But not what it says. */
static void an_index_without_text_counts_it(void **unused)
{
    (void)unused;
    static const struct part parts[] = {{"Gazette", 0, 12, COMMENT}};
    char *dir = scratch_new(), *index = make_index(dir, parts, 1, false, true);
    assert_lists(index, "12||\n", 0, 0);
    free(index);
    scratch_free(dir);
}

static void windows_are_taken_off(void **unused)
{
    (void)unused;
    uint32_t windows[] = {30, 50, 70};
    struct boilerplate_entry entries[] = {{.key = 5},
                                          {.key = 9, .windows = windows, .window_count = 3}};
    const struct boilerplate b = {entries, 2};
    struct copy_node node = {.sketch = {.windows = 20,
                                        .count = 4,
                                        .paragraph_count = 3,
                                        .hashes = {10, 30, 60, 70},
                                        .paragraphs = {5, 9, 11}}};
    boilerplate_take_off(&b, &node);
    assert_int_equal(node.sketch.count, 2);
    assert_int_equal(node.sketch.hashes[0], 10);
    assert_int_equal(node.sketch.hashes[1], 60);
    assert_int_equal(node.sketch.windows, 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paragraph_of_ten_bodies_of_a_source_is_boilerplate),
        cmocka_unit_test(copies_of_one_body_count_once),
        cmocka_unit_test(short_paragraphs_are_none),
        cmocka_unit_test(an_index_without_text_counts_it),
        cmocka_unit_test(windows_are_taken_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
