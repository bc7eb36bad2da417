/* test_measures.c - the measures against examples worked by hand, and files
 * that are not what they should be. */
#include "tests/unit/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "query/measures.h"

#define FILE_NAME "/tmp/backfile-test-measures-XXXXXX"

/* A file with this content, at a path that the caller unlinks. */
static void write_file(char path[sizeof FILE_NAME], const char *content, size_t len)
{
    memcpy(path, FILE_NAME, sizeof FILE_NAME);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, len), len);
    close(fd);
}

static int load_qrels(const char *content, struct qrels *out, struct error *err)
{
    char path[sizeof FILE_NAME];
    write_file(path, content, strlen(content));
    int rc = qrels_load(path, out, err);
    unlink(path);
    return rc;
}

static int load_topics(const char *content, struct topics *out, struct error *err)
{
    char path[sizeof FILE_NAME];
    write_file(path, content, strlen(content));
    int rc = topics_load(path, out, err);
    unlink(path);
    return rc;
}

static void test_qrels(void **state)
{
    (void)state;
    struct qrels qrels = {0};
    struct error err = {0};
    assert_int_equal(load_qrels("\xef\xbb\xbf"
                                "2 0 d9 0\r\n"
                                "\n"
                                "  1\t0   b 2 \n"
                                "1 Q0 a -1\n"
                                "1 0 c 1",
                                &qrels, &err),
                     BF_OK);
    assert_int_equal(qrels.count, 2);
    const struct judged_query *one = qrels_find(&qrels, "1");
    assert_non_null(one);
    assert_int_equal(one->count, 3);
    assert_int_equal(one->relevant, 2);
    assert_string_equal(one->docs[0].docid, "a");
    assert_int_equal(one->docs[0].grade, -1);
    assert_string_equal(one->docs[1].docid, "b");
    assert_int_equal(one->docs[1].grade, 2);
    const struct judged_query *two = qrels_find(&qrels, "2");
    assert_int_equal(two->relevant, 0);
    assert_string_equal(two->docs[0].docid, "d9");
    assert_null(qrels_find(&qrels, "3"));
    assert_null(qrels_find(&qrels, ""));
    qrels_free(&qrels);
    qrels_free(&qrels);
}

static void test_empty_qrels(void **state)
{
    (void)state;
    struct qrels qrels = {0};
    struct error err = {0};
    assert_int_equal(load_qrels("\n \t\n", &qrels, &err), BF_OK);
    assert_int_equal(qrels.count, 0);
    assert_null(qrels_find(&qrels, "1"));
    qrels_free(&qrels);
}

static void refuse_qrels(const char *content, const char *want)
{
    struct qrels qrels = {0};
    struct error err = {0};
    assert_int_equal(load_qrels(content, &qrels, &err), BF_ERR_USAGE);
    assert_int_equal(err.code, BF_ERR_USAGE);
    assert_non_null(strstr(err.text, "/tmp/backfile-test-measures-"));
    assert_non_null(strstr(err.text, want));
    assert_int_equal(qrels.count, 0);
}

static void test_bad_qrels(void **state)
{
    (void)state;
    refuse_qrels("1 0 a\n", ":1: a judgement is");
    refuse_qrels("1 0 a 1\n\n1 0 b 1 x\n", ":3: a judgement is");
    refuse_qrels("1 0 a one\n", ":1: the grade");
    refuse_qrels("1 0 a 1.5\n", ":1: the grade");
    refuse_qrels("1 0 a 99999999999\n", ":1: the grade");
    refuse_qrels("1 0 a 99999999999999999999999\n", ":1: the grade");
    refuse_qrels("1 0 a 1\n1 0 b 1\n1 0 a 0\n", ":3: document a was judged for query 1 in line 1");
}

static void test_unreadable(void **state)
{
    (void)state;
    struct qrels qrels = {0};
    struct topics topics = {0};
    struct error err = {0};
    char path[sizeof FILE_NAME];
    assert_int_equal(qrels_load("/nonexistent/qrels", &qrels, &err), BF_ERR_SYSTEM);
    assert_string_equal(err.text, "/nonexistent/qrels: opening: No such file or directory");
    assert_int_equal(topics_load("/", &topics, &err), BF_ERR_SYSTEM);
    assert_string_equal(err.text, "/: reading: Is a directory");
    write_file(path, "1\tone\0two\n", 10);
    assert_int_equal(topics_load(path, &topics, &err), BF_ERR_USAGE);
    assert_non_null(strstr(err.text, ":1: the line holds a NUL byte"));
    unlink(path);
}

static void test_topics(void **state)
{
    (void)state;
    struct topics topics = {0};
    struct error err = {0};
    assert_int_equal(
        load_topics("\xef\xbb\xbfq2\tsecond  query \r\n\nq1\t \"first\"\tquery", &topics, &err),
        BF_OK);
    assert_int_equal(topics.count, 2);
    assert_string_equal(topics.list[0].qid, "q2");
    assert_string_equal(topics.list[0].text, "second  query");
    assert_int_equal(topics.list[0].len, 13);
    assert_int_equal(topics.list[0].line, 1);
    assert_string_equal(topics.list[1].qid, "q1");
    assert_string_equal(topics.list[1].text, "\"first\"\tquery");
    assert_int_equal(topics.list[1].line, 3);
    topics_free(&topics);
    assert_int_equal(load_topics("", &topics, &err), BF_OK);
    assert_int_equal(topics.count, 0);
    topics_free(&topics);
}

static void refuse_topics(const char *content, const char *want)
{
    struct topics topics = {0};
    struct error err = {0};
    assert_int_equal(load_topics(content, &topics, &err), BF_ERR_USAGE);
    assert_non_null(strstr(err.text, want));
    assert_int_equal(topics.count, 0);
}

static void test_bad_topics(void **state)
{
    (void)state;
    refuse_topics("1 no tab here\n", ":1: a topic is");
    refuse_topics("1\tfine\n2\t\n", ":2: a topic is");
    refuse_topics("1\tfine\n\tno id\n", ":2: a topic is");
    refuse_topics("1\ta\n2\tb\n1\tc\n", ":3: query 1 stands in line 1 already");
}

static void assert_near(double got, double want)
{
    assert_true(fabs(got - want) < 1e-12);
}

/* Grades of one query: a 3, b 2, c 1, d 0, e 1; f and x were not judged. */
static void load_example(struct qrels *qrels)
{
    struct error err = {0};
    assert_int_equal(
        load_qrels("1 0 a 3\n1 0 b 2\n1 0 c 1\n1 0 d 0\n1 0 e 1\n2 0 z 0\n", qrels, &err), BF_OK);
}

static void test_measures(void **state)
{
    (void)state;
    struct qrels qrels = {0};
    struct measures m;
    load_example(&qrels);
    const struct judged_query *q = qrels_find(&qrels, "1");

    /* Relevant at ranks 2, 3 and 5; e is never found. */
    const char *const ranking[] = {"x", "b", "a", "d", "c", "f"};
    measures_of(q, ranking, 6, &m);
    assert_near(m.average_precision, (1.0 / 2 + 2.0 / 3 + 3.0 / 5) / 4);
    assert_near(m.precision_10, 0.3);
    assert_near(m.recall_100, 0.75);
    assert_near(m.reciprocal_rank, 0.5);
    double dcg = 2 / log2(3) + 3 / log2(4) + 1 / log2(6);
    double ideal = 3 / log2(2) + 2 / log2(3) + 1 / log2(4) + 1 / log2(5);
    assert_near(m.ndcg_10, dcg / ideal);

    const char *const perfect[] = {"a", "b", "c", "e"};
    measures_of(q, perfect, 4, &m);
    assert_near(m.average_precision, 1);
    assert_near(m.ndcg_10, 1);
    assert_near(m.recall_100, 1);
    assert_near(m.reciprocal_rank, 1);
    assert_near(m.precision_10, 0.4);

    measures_of(q, NULL, 0, &m);
    assert_near(m.average_precision + m.ndcg_10 + m.recall_100 + m.precision_10, 0);
    qrels_free(&qrels);
}

/* One relevant document behind `before` others. */
static struct measures measure_at(const struct judged_query *q, size_t before)
{
    const char *ranking[128];
    struct measures m;
    for (size_t i = 0; i < before; i++)
        ranking[i] = "x";
    ranking[before] = "a";
    measures_of(q, ranking, before + 1, &m);
    return m;
}

static void test_cuts(void **state)
{
    (void)state;
    struct qrels qrels = {0};
    load_example(&qrels);
    const struct judged_query *q = qrels_find(&qrels, "1");
    assert_near(measure_at(q, 9).precision_10, 0.1);
    assert_near(measure_at(q, 10).precision_10, 0);
    assert_true(measure_at(q, 9).ndcg_10 > 0);
    assert_near(measure_at(q, 10).ndcg_10, 0);
    assert_near(measure_at(q, 99).recall_100, 0.25);
    assert_near(measure_at(q, 100).recall_100, 0);
    assert_near(measure_at(q, 100).reciprocal_rank, 1.0 / 101);
    assert_near(measure_at(q, 100).average_precision, 1.0 / 101 / 4);
    qrels_free(&qrels);
}

/* The ideal ranking ends at rank 10 too, whatever the order in the file. */
static void test_ideal_is_cut(void **state)
{
    (void)state;
    struct qrels qrels = {0};
    struct error err = {0};
    char content[1024] = "";
    for (int i = 0; i < 12; i++)
        sprintf(content + strlen(content), "7 0 doc%02d %d\n", i, i % 3 + 1);
    assert_int_equal(load_qrels(content, &qrels, &err), BF_OK);
    static const int grades[10] = {3, 3, 3, 3, 2, 2, 2, 2, 1, 1};
    double ideal = 0;
    for (int i = 0; i < 10; i++)
        ideal += grades[i] / log2(i + 2);
    assert_near(qrels_find(&qrels, "7")->ideal_dcg_10, ideal);
    qrels_free(&qrels);
}

static void test_mean(void **state)
{
    (void)state;
    struct qrels qrels = {0};
    struct measures_mean mean = {0};
    struct measures m;
    measures_mean_get(&mean, &m);
    assert_near(m.average_precision, 0);

    load_example(&qrels);
    const struct judged_query *judged = qrels_find(&qrels, "1"), *barren = qrels_find(&qrels, "2");
    const char *const ranking[] = {"a", "z"};
    measures_of(judged, ranking, 2, &m);
    measures_mean_add(&mean, judged, &m);
    measures_of(barren, ranking, 2, &m);
    measures_mean_add(&mean, barren, &m);
    measures_of(judged, NULL, 0, &m);
    measures_mean_add(&mean, judged, &m);
    assert_int_equal(mean.queries, 2);
    measures_mean_get(&mean, &m);
    assert_near(m.average_precision, 0.25 / 2);
    assert_near(m.precision_10, 0.1 / 2);
    assert_near(m.recall_100, 0.25 / 2);
    assert_near(m.reciprocal_rank, 0.5);
    assert_near(m.ndcg_10, 3 / judged->ideal_dcg_10 / 2);
    qrels_free(&qrels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qrels),        cmocka_unit_test(test_empty_qrels),
        cmocka_unit_test(test_bad_qrels),    cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_topics),       cmocka_unit_test(test_bad_topics),
        cmocka_unit_test(test_measures),     cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_ideal_is_cut), cmocka_unit_test(test_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
