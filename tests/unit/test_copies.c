/*
 * test_copies.c - groups of copies against a search of all pairs, and that
 * they do not depend on how the index came about.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/copies_write.h"
#include "common/text/headline.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"
#include "tests/unit/stories.h"

#define STORIES 200

/* ---- likeness ---- */

/* A node whose sketch has the hashes [from, to) by tens. */
static struct copy_node node_of(uint32_t from, uint32_t to, int64_t date)
{
    struct copy_node n = {.date = date, .reach = UINT32_MAX, .sketch.windows = to - from};
    for (uint32_t i = from; i < to && n.sketch.count < SKETCH_HASHES; i++)
        n.sketch.hashes[n.sketch.count++] = 10 * i;
    if (n.sketch.count == SKETCH_HASHES)
        n.reach = n.sketch.hashes[SKETCH_HASHES - 1];
    return n;
}

/* Like node_of(0, 100), but the lowest `own` hashes are others. */
static struct copy_node node_with(unsigned own, int64_t date)
{
    struct copy_node n = node_of(0, 100, date);
    for (unsigned i = 0; i < own; i++)
        n.sketch.hashes[i] += 5;
    return n;
}

#define DAY 86400

static unsigned likeness_of(unsigned own, int64_t date)
{
    struct copy_node a = node_of(0, 100, 0), b = node_with(own, date);
    assert_int_equal(copies_likeness(&a, &b), copies_likeness(&b, &a));
    return copies_likeness(&a, &b);
}

static void likeness_is_what_is_shared(void **unused)
{
    (void)unused;
    assert_int_equal(likeness_of(0, 0), 100);
    assert_int_equal(likeness_of(3, 0), 9 * 100 / 12);
    assert_int_equal(likeness_of(4, 0), 8 * 100 / 12); /* 8 of 16 resemble */
    assert_int_equal(likeness_of(5, 0), 0);            /* 7 of 17 */
    assert_int_equal(likeness_of(12, 0), 0);
}

static void days_apart_more_has_to_be_shared(void **unused)
{
    (void)unused;
    assert_true(likeness_of(4, 3 * DAY) > 0);
    assert_int_equal(likeness_of(4, 3 * DAY + 1), 0);
    assert_int_equal(likeness_of(4, DATE_NONE), 0);
    assert_true(likeness_of(3, 90 * DAY) > 0);
    assert_true(likeness_of(3, DATE_NONE) > 0);
}

static void one_headline_lets_less_do(void **unused)
{
    (void)unused;
    struct copy_node a = node_of(0, 100, 0), b = node_with(9, DAY);
    assert_int_equal(copies_likeness(&a, &b), 0);
    a.headline = b.headline = 77;
    assert_int_equal(copies_likeness(&a, &b), 3 * 100 / 12);
    b.date = 4 * DAY;
    assert_int_equal(copies_likeness(&a, &b), 0);
    b = node_with(11, DAY);
    b.headline = 77;
    assert_int_equal(copies_likeness(&a, &b), 100 / 12);
    b = node_with(12, DAY);
    b.headline = 77;
    assert_int_equal(copies_likeness(&a, &b), 0);
    b = node_of(200, 205, DAY); /* little more than the headline */
    b.headline = 77;
    assert_int_equal(copies_likeness(&a, &b), 1);
}

static void the_same_body_is_enough(void **unused)
{
    (void)unused;
    struct copy_node a = node_of(0, 100, 0), b = node_of(50, 60, DATE_NONE);
    a.body_hash = b.body_hash = 5;
    assert_int_equal(copies_likeness(&a, &b), 100);
    a.body_hash = b.body_hash = 0;
    assert_int_equal(copies_likeness(&a, &b), 0);
}

static void short_articles_are_copies_when_near(void **unused)
{
    (void)unused;
    struct copy_node a = node_of(0, 2, 0), b = node_of(0, 2, DAY);
    assert_int_equal(copies_likeness(&a, &b), 100);
    b.date = 5 * DAY;
    assert_int_equal(copies_likeness(&a, &b), 0);
    b = node_of(0, 0, 0);
    assert_int_equal(copies_likeness(&b, &b), 0);
}

/* A beginning, without what follows. */
static void a_part_is_a_copy_of_the_whole(void **unused)
{
    (void)unused;
    struct copy_node whole = node_of(0, 100, 0), part = node_of(0, 30, 0);
    for (unsigned i = 0; i < SKETCH_HASHES; i++) /* every second hash of the whole */
        part.sketch.hashes[i] = 20 * i;
    part.reach = part.sketch.hashes[SKETCH_HASHES - 1];
    assert_int_equal(copies_likeness(&whole, &part), 100);
    part.sketch.windows = 24; /* the whole is more than four times as long */
    assert_int_equal(copies_likeness(&whole, &part), 50);
}

static void headlines_without_prefixes(void **unused)
{
    (void)unused;
    static const char *const same[] = {"Bank cuts rates again", "UPDATE 2-Bank cuts rates again",
                                       "RPT-UPDATE 1-BANK cuts  rates, again",
                                       "CORRECTED: Bank cuts rates again!"};
    uint64_t key = headline_key(same[0], strlen(same[0]));
    assert_true(key != 0);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++)
        assert_true(headline_key(same[i], strlen(same[i])) == key);
    assert_true(headline_key("Update on bank cuts rates", 25) != key);
    assert_true(headline_key("Bank cut rates again", 20) != key);
    assert_true(headline_key("UPDATE 2-Bank cuts", 18) == 0);
    assert_true(headline_key("", 0) == 0);
}

/* ---- all pairs ---- */

/* What copies_find.h says, looking at every leader. */
static void group_slowly(const struct copy_node *nodes, size_t count, uint32_t *leaders)
{
    for (uint32_t i = 0; i < count; i++) {
        unsigned best = 0;
        leaders[i] = i;
        for (uint32_t k = 0; k < i; k++) {
            unsigned likeness = leaders[k] == k ? copies_likeness(&nodes[k], &nodes[i]) : 0;
            if (likeness > best) {
                best = likeness;
                leaders[i] = k;
            }
        }
    }
}

static void assert_grouped(const struct snapshot *s, size_t least)
{
    struct copy_node *nodes;
    size_t count, grouped = 0;
    struct error err;
    struct boilerplate boilerplate;
    assert_int_equal(copies_prepare(s, &nodes, &count, &boilerplate, &err), BF_OK);
    assert_int_equal(count, s->docs);
    uint32_t *fast = mem_alloc(count * sizeof *fast), *slow = mem_alloc(count * sizeof *slow);
    copies_group(nodes, count, fast);
    group_slowly(nodes, count, slow);
    assert_memory_equal(fast, slow, count * sizeof *fast);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t leader = copies_leader(&s->copies, nodes[i].doc);
        grouped += leader != COPIES_NONE;
        if (leader != COPIES_NONE)
            assert_int_equal(leader, nodes[fast[i]].doc);
        else
            assert_int_equal(fast[i], i);
    }
    assert_int_equal(grouped, s->copies.count);
    assert_true(grouped >= least);
    free(fast);
    free(slow);
    free(nodes);
    boilerplate_free(&boilerplate);
}

/* ---- indexes ---- */

static char *id_of(const struct snapshot *s, uint32_t doc)
{
    struct text id, title;
    struct error err;
    uint32_t i = snapshot_segment_of(s, doc);
    assert_int_equal(columns_name(&s->segments[i].columns, doc - s->bases[i], &id, &title, &err),
                     BF_OK);
    return mem_strndup(id.p, id.len);
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "article leader" a line, by ids, in order. */
static char *groups_as_text(const struct snapshot *s)
{
    char **lines = mem_alloc(s->copies.count * sizeof *lines);
    struct buf all = {0};
    for (uint32_t i = 0; i < s->copies.count; i++) {
        char *id = id_of(s, copies_doc(&s->copies, i));
        char *leader = id_of(s, copies_leader_at(&s->copies, i));
        struct buf line = {0};
        buf_printf(&line, "%s %s\n", id, leader);
        lines[i] = mem_strdup(buf_text(&line));
        buf_free(&line);
        free(id);
        free(leader);
    }
    qsort(lines, s->copies.count, sizeof *lines, compare_lines);
    for (uint32_t i = 0; i < s->copies.count; i++) {
        buf_puts(&all, lines[i]);
        free(lines[i]);
    }
    free(lines);
    char *text = mem_strdup(buf_text(&all));
    buf_free(&all);
    return text;
}

static char *groups_of(const char *dir, size_t least)
{
    struct snapshot s;
    struct error err;
    index_is_sound(dir);
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    assert_int_equal(copies_verify(&s.copies, s.bases[s.count], &err), BF_OK);
    assert_grouped(&s, least);
    char *text = groups_as_text(&s);
    snapshot_close(&s);
    return text;
}

/* The stories in `parts` files of equal size, each its own commit or not. */
static void make_index(const char *dir, unsigned parts, unsigned threads, bool commits)
{
    const struct reading how = {.threads = threads, .memory = PLENTY};
    char *sources[8];
    for (unsigned i = 0; i < parts; i++) {
        char name[32];
        snprintf(name, sizeof name, "part%u.jsonl", i);
        sources[i] = scratch_path(dir, name);
        stories_archive(sources[i], STORIES * i / parts, STORIES * (i + 1) / parts);
    }
    char *index = scratch_path(dir, "index");
    for (unsigned i = 0; i < parts && commits; i++)
        index_add(index, &sources[i], 1, &how, NULL);
    if (!commits)
        index_add(index, sources, (int)parts, &how, NULL);
    for (unsigned i = 0; i < parts; i++)
        free(sources[i]);
    free(index);
}

/* The first version of every ninth story, which leads its group or is exact. */
static void delete_some(const char *index)
{
    const char *ids[STORIES];
    char names[STORIES][16];
    size_t count = 0;
    for (unsigned story = 0; story < STORIES; story += 9, count++) {
        snprintf(names[count], sizeof names[count], "%u-0", story);
        ids[count] = names[count];
    }
    index_delete(index, ids, count);
}

static void the_same_groups_whatever_the_segments(void **unused)
{
    (void)unused;
    static const struct {
        unsigned parts, threads;
        bool commits;
    } ways[] = {{1, 1, false}, {1, 3, false}, {5, 2, false}, {7, 1, true}};
    char *expected[3] = {NULL};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char *dir = scratch_new(), *index = scratch_path(dir, "index");
        make_index(dir, ways[i].parts, ways[i].threads, ways[i].commits);
        for (int step = 0; step < 3; step++) {
            if (step == 1)
                delete_some(index);
            else if (step == 2)
                index_merge(index);
            char *groups = groups_of(index, 300);
            if (!expected[step])
                expected[step] = mem_strdup(groups);
            assert_string_equal(groups, expected[step]);
            free(groups);
        }
        free(index);
        scratch_free(dir);
    }
    assert_string_equal(expected[1], expected[2]);
    assert_string_not_equal(expected[0], expected[1]);
    for (int step = 0; step < 3; step++)
        free(expected[step]);
}

/* B resembles A and C, which do not resemble each other. */
static void a_chain_does_not_join_stories(void **unused)
{
    (void)unused;
    struct copy_node chain[3] = {node_of(0, 100, 0), node_of(5, 104, 0), node_of(10, 108, 0)};
    uint32_t leaders[3];
    assert_true(copies_likeness(&chain[0], &chain[1]) > 0);
    assert_true(copies_likeness(&chain[1], &chain[2]) > 0);
    assert_int_equal(copies_likeness(&chain[0], &chain[2]), 0);
    copies_group(chain, 3, leaders);
    assert_int_equal(leaders[0], 0);
    assert_int_equal(leaders[1], 0);
    assert_int_equal(leaders[2], 2);
}

/* More copies than sharers of a hash are looked at. */
static void many_copies_are_one_group(void **unused)
{
    (void)unused;
    enum { MANY = 10 * COPY_MOST_SHARERS };
    struct copy_node *nodes = mem_alloc(MANY * sizeof *nodes);
    uint32_t leaders[MANY];
    for (uint32_t i = 0; i < MANY; i++) {
        nodes[i] = node_of(0, 100, 0);
        nodes[i].sketch.windows -= i / 100;
    }
    copies_group(nodes, MANY, leaders);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(leaders[i], 0);
    free(nodes);
}

/* Three articles of one headline: their groups as text. */
static char *groups_of_headline(const char *const dates[3])
{
    static const char *const bodies[] = {
        "Rain fell on northern hills while farmers waited beside empty barns.",
        "Sunshine warmed southern beaches where tourists slept under striped umbrellas.",
        "Heavy snow closed mountain passes, railways, airports and schools."};
    const struct reading how = {.threads = 1, .memory = PLENTY};
    char *dir = scratch_new(), *source = scratch_path(dir, "a.jsonl");
    char *index = scratch_path(dir, "index");
    struct buf out = {0};
    for (int i = 0; i < 3; i++)
        buf_printf(&out,
                   "{\"id\":\"%d\",\"title\":\"Northern harbours await calmer winter weather\","
                   "\"date\":\"%s\",\"body\":\"%s\"}\n",
                   i, dates[i], bodies[i]);
    scratch_write(source, out.data, out.len);
    index_add(index, &source, 1, &how, NULL);
    char *groups = groups_of(index, 0);
    buf_free(&out);
    free(index);
    free(source);
    scratch_free(dir);
    return groups;
}

static void articles_without_dates_are_near_each_other_only(void **unused)
{
    (void)unused;
    static const char *const near[] = {"2012-03-04", "2012-03-05", "2012-03-06"};
    static const char *const unknown[] = {"", "", ""};
    static const char *const mixed[] = {"", "2012-03-06", "2012-04-20"};
    char *groups = groups_of_headline(near), *undated = groups_of_headline(unknown);
    char *none = groups_of_headline(mixed);
    assert_string_not_equal(groups, "");
    assert_string_equal(undated, groups);
    assert_string_equal(none, "");
    free(groups);
    free(undated);
    free(none);
}

static void an_archive_without_copies_has_no_file(void **unused)
{
    (void)unused;
    const struct reading how = {.threads = 1, .memory = PLENTY};
    char *dir = scratch_new(), *source = scratch_path(dir, "one.jsonl");
    char *index = scratch_path(dir, "index");
    struct buf out = {0};
    struct snapshot s;
    struct error err;
    story_version(1, 0, &out);
    story_version(2, 0, &out);
    scratch_write(source, out.data, out.len);
    index_add(index, &source, 1, &how, NULL);
    assert_int_equal(snapshot_open(&s, index, &err), BF_OK);
    assert_int_equal(s.manifest.copies_generation, 0);
    assert_int_equal(copies_verify(&s.copies, 2, &err), BF_OK);
    assert_int_equal(copies_leader(&s.copies, 0), COPIES_NONE);
    snapshot_close(&s);
    assert_false(scratch_exists(index, "g00000001.copies"));
    buf_free(&out);
    free(index);
    free(source);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likeness_is_what_is_shared),
        cmocka_unit_test(days_apart_more_has_to_be_shared),
        cmocka_unit_test(one_headline_lets_less_do),
        cmocka_unit_test(the_same_body_is_enough),
        cmocka_unit_test(short_articles_are_copies_when_near),
        cmocka_unit_test(a_part_is_a_copy_of_the_whole),
        cmocka_unit_test(headlines_without_prefixes),
        cmocka_unit_test(the_same_groups_whatever_the_segments),
        cmocka_unit_test(a_chain_does_not_join_stories),
        cmocka_unit_test(many_copies_are_one_group),
        cmocka_unit_test(articles_without_dates_are_near_each_other_only),
        cmocka_unit_test(an_archive_without_copies_has_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
