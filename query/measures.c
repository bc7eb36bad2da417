/*
 * measures.c - reading judgements and topics, and the measures themselves.
 *
 * A file is read into lines with their numbers first and sorted afterwards,
 * so that two files with the same lines in another order are the same.
 */
#include "query/measures.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/file.h"

#define NDCG_CUT      10
#define PRECISION_CUT 10
#define RECALL_CUT    100

#define MOST_FILE_BYTES ((size_t)1 << 30)

/* The lines of a file that hold something. */
struct lines {
    const char *path;
    struct buf text;
    size_t next;   /* where the next one begins */
    size_t number; /* of the last one, from 1 */
};

static int lines_open(struct lines *in, const char *path, struct error *err)
{
    *in = (struct lines){.path = path};
    int rc = file_read_all(path, MOST_FILE_BYTES, &in->text, err);
    if (!rc)
        buf_putc(&in->text, '\n'); /* the last one may lack it */
    return rc;
}

static void lines_close(struct lines *in)
{
    buf_free(&in->text);
    *in = (struct lines){0};
}

static int refuse(const struct lines *in, size_t line, const char *why, struct error *err)
{
    return error_set(err, BF_ERR_USAGE, "%s:%zu: %s", in->path, line, why);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Cuts blanks off the end, skips a byte-order mark and blanks at the start. */
static char *trim(char *line, size_t len, bool first)
{
    while (len && is_blank(line[len - 1]))
        line[--len] = '\0';
    if (first && strncmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3;
    while (is_blank(*line))
        line++;
    return line;
}

/* The next line that is not blank, without blanks at its ends; valid until
 * the next call. BF_END at the end of the file. */
static int lines_next(struct lines *in, char **out, struct error *err)
{
    while (in->next < in->text.len) {
        char *line = (char *)in->text.data + in->next;
        size_t len = (size_t)((char *)memchr(line, '\n', in->text.len - in->next) - line);
        in->next += len + 1;
        in->number++;
        if (memchr(line, '\0', len))
            return refuse(in, in->number, "the line holds a NUL byte", err);
        *out = trim(line, len + 1, in->number == 1);
        if (**out)
            return BF_OK;
    }
    return BF_END;
}

/* A line of a qrels file, kept until all are sorted. */
struct qrels_line {
    const char *qid, *docid;
    int grade;
    size_t number;
};

struct qrels_lines {
    struct qrels_line *list;
    size_t count, capacity;
};

/* Cuts the next run of non-blanks out of the line; NULL when there is none. */
static char *next_field(char **rest)
{
    char *start = *rest + strspn(*rest, " \t");
    char *end = start + strcspn(start, " \t");
    *rest = *end ? end + 1 : end;
    *end = '\0';
    return end > start ? start : NULL;
}

static bool parse_grade(const char *text, int *out)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    *out = (int)value;
    return !errno && end > text && !*end && value >= INT_MIN && value <= INT_MAX;
}

static int parse_qrels_line(const struct lines *in, char *line, struct arena *arena,
                            struct qrels_line *out, struct error *err)
{
    const char *qid = next_field(&line);
    const char *iteration = next_field(&line);
    const char *docid = next_field(&line);
    const char *grade = next_field(&line);
    if (!qid || !iteration || !docid || !grade || next_field(&line))
        return refuse(in, in->number, "a judgement is \"query iteration document grade\"", err);
    if (!parse_grade(grade, &out->grade))
        return refuse(in, in->number, "the grade is not a whole number", err);
    out->qid = arena_strndup(arena, qid, strlen(qid));
    out->docid = arena_strndup(arena, docid, strlen(docid));
    out->number = in->number;
    return BF_OK;
}

static int read_qrels_lines(struct lines *in, struct arena *arena, struct qrels_lines *all,
                            struct error *err)
{
    char *line = NULL;
    int rc;
    while ((rc = lines_next(in, &line, err)) == BF_OK) {
        struct qrels_line parsed = {0};
        rc = parse_qrels_line(in, line, arena, &parsed, err);
        if (rc)
            return rc;
        mem_grow(all->list, &all->capacity, all->count + 1);
        all->list[all->count++] = parsed;
    }
    return rc == BF_END ? BF_OK : rc;
}

static int by_query_and_doc(const void *a, const void *b)
{
    const struct qrels_line *x = a, *y = b;
    int order = strcmp(x->qid, y->qid);
    if (!order)
        order = strcmp(x->docid, y->docid);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

static int refuse_repeats(const struct lines *in, const struct qrels_lines *all, struct error *err)
{
    for (size_t i = 1; i < all->count; i++) {
        const struct qrels_line *a = &all->list[i - 1], *b = &all->list[i];
        if (strcmp(a->qid, b->qid) == 0 && strcmp(a->docid, b->docid) == 0)
            return error_set(err, BF_ERR_USAGE,
                             "%s:%zu: document %s was judged for query %s in line %zu already",
                             in->path, b->number, b->docid, b->qid, a->number);
    }
    return BF_OK;
}

static int grades_descending(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x < y) - (x > y);
}

/* What a document of this grade adds at this rank, counted from 0. */
static double discounted_gain(int grade, size_t rank)
{
    return grade > 0 ? grade / log2((double)rank + 2) : 0;
}

static double ideal_dcg(const struct qrels_line *lines, size_t count)
{
    int *grades = mem_alloc(count * sizeof *grades);
    for (size_t i = 0; i < count; i++)
        grades[i] = lines[i].grade;
    qsort(grades, count, sizeof *grades, grades_descending);
    double sum = 0;
    for (size_t i = 0; i < count && i < NDCG_CUT; i++)
        sum += discounted_gain(grades[i], i);
    free(grades);
    return sum;
}

/* The judgements of one query from its run of sorted lines. */
static struct judged_query gather_query(const struct qrels_line *lines, size_t count,
                                        struct arena *arena)
{
    struct judgement *docs = arena_alloc(arena, count * sizeof *docs);
    struct judged_query query = {.qid = lines->qid, .docs = docs, .count = count};
    for (size_t i = 0; i < count; i++) {
        docs[i] = (struct judgement){lines[i].docid, lines[i].grade};
        query.relevant += lines[i].grade >= 1;
    }
    query.ideal_dcg_10 = ideal_dcg(lines, count);
    return query;
}

static void gather_queries(const struct qrels_lines *all, struct qrels *out)
{
    out->queries = arena_alloc(&out->arena, all->count * sizeof *out->queries);
    for (size_t start = 0, end; start < all->count; start = end) {
        for (end = start + 1; end < all->count; end++)
            if (strcmp(all->list[end].qid, all->list[start].qid) != 0)
                break;
        out->queries[out->count++] = gather_query(all->list + start, end - start, &out->arena);
    }
}

int qrels_load(const char *path, struct qrels *out, struct error *err)
{
    struct lines in = {0};
    struct qrels_lines all = {0};
    struct qrels loaded = {0};
    int rc = lines_open(&in, path, err);
    if (rc)
        goto out;
    rc = read_qrels_lines(&in, &loaded.arena, &all, err);
    if (rc)
        goto out;
    if (all.count)
        qsort(all.list, all.count, sizeof *all.list, by_query_and_doc);
    rc = refuse_repeats(&in, &all, err);
    if (rc)
        goto out;
    gather_queries(&all, &loaded);
    *out = loaded;
    loaded = (struct qrels){0};
out:
    qrels_free(&loaded);
    free(all.list);
    lines_close(&in);
    return rc;
}

void qrels_free(struct qrels *qrels)
{
    arena_free(&qrels->arena);
    *qrels = (struct qrels){0};
}

static int query_has_id(const void *qid, const void *query)
{
    return strcmp(qid, ((const struct judged_query *)query)->qid);
}

const struct judged_query *qrels_find(const struct qrels *qrels, const char *qid)
{
    if (!qrels->count)
        return NULL;
    return bsearch(qid, qrels->queries, qrels->count, sizeof *qrels->queries, query_has_id);
}

static int parse_topic(const struct lines *in, char *line, struct arena *arena, struct topic *out,
                       struct error *err)
{
    size_t qid_len = strcspn(line, " \t");
    if (line[qid_len] != '\t')
        return refuse(in, in->number, "a topic is \"query TAB text\"", err);
    const char *text = line + qid_len + strspn(line + qid_len, " \t");
    out->qid = arena_strndup(arena, line, qid_len);
    out->len = strlen(text);
    out->text = arena_strndup(arena, text, out->len);
    out->line = in->number;
    return BF_OK;
}

static int by_qid(const void *a, const void *b)
{
    const struct topic *x = *(const struct topic *const *)a, *y = *(const struct topic *const *)b;
    int order = strcmp(x->qid, y->qid);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static int refuse_same_topics(const struct lines *in, const struct topic *list, size_t count,
                              struct error *err)
{
    int rc = BF_OK;
    const struct topic **sorted = mem_alloc(count * sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &list[i];
    qsort(sorted, count, sizeof *sorted, by_qid);
    for (size_t i = 1; i < count && !rc; i++)
        if (strcmp(sorted[i - 1]->qid, sorted[i]->qid) == 0)
            rc = error_set(err, BF_ERR_USAGE, "%s:%zu: query %s stands in line %zu already",
                           in->path, sorted[i]->line, sorted[i]->qid, sorted[i - 1]->line);
    free(sorted);
    return rc;
}

int topics_load(const char *path, struct topics *out, struct error *err)
{
    struct lines in = {0};
    struct topics loaded = {0};
    struct topic *list = NULL;
    size_t capacity = 0;
    char *line = NULL;
    int rc = lines_open(&in, path, err);
    if (rc)
        goto out;
    while ((rc = lines_next(&in, &line, err)) == BF_OK) {
        mem_grow(list, &capacity, loaded.count + 1);
        rc = parse_topic(&in, line, &loaded.arena, &list[loaded.count], err);
        if (rc)
            goto out;
        loaded.count++;
    }
    if (rc != BF_END)
        goto out;
    rc = refuse_same_topics(&in, list, loaded.count, err);
    if (rc)
        goto out;
    loaded.list = arena_dup(&loaded.arena, list, loaded.count * sizeof *list);
    *out = loaded;
    loaded = (struct topics){0};
out:
    topics_free(&loaded);
    free(list);
    lines_close(&in);
    return rc;
}

void topics_free(struct topics *topics)
{
    arena_free(&topics->arena);
    *topics = (struct topics){0};
}

static int judgement_has_id(const void *docid, const void *judgement)
{
    return strcmp(docid, ((const struct judgement *)judgement)->docid);
}

/* A document that nobody judged counts as grade 0. */
static int grade_of(const struct judged_query *query, const char *docid)
{
    if (!query->count)
        return 0;
    const struct judgement *found =
        bsearch(docid, query->docs, query->count, sizeof *query->docs, judgement_has_id);
    return found ? found->grade : 0;
}

void measures_of(const struct judged_query *query, const char *const *docids, size_t count,
                 struct measures *out)
{
    *out = (struct measures){0};
    size_t hits = 0;
    for (size_t rank = 0; rank < count; rank++) {
        int grade = grade_of(query, docids[rank]);
        if (grade < 1)
            continue;
        hits++;
        if (hits == 1)
            out->reciprocal_rank = 1.0 / (double)(rank + 1);
        out->average_precision += (double)hits / (double)(rank + 1);
        out->precision_10 += rank < PRECISION_CUT;
        out->recall_100 += rank < RECALL_CUT;
        out->ndcg_10 += rank < NDCG_CUT ? discounted_gain(grade, rank) : 0;
    }
    out->precision_10 /= PRECISION_CUT;
    if (query->relevant) {
        out->average_precision /= (double)query->relevant;
        out->recall_100 /= (double)query->relevant;
        out->ndcg_10 /= query->ideal_dcg_10;
    }
}

void measures_mean_add(struct measures_mean *mean, const struct judged_query *query,
                       const struct measures *measures)
{
    if (!query->relevant)
        return;
    mean->queries++;
    mean->sum.average_precision += measures->average_precision;
    mean->sum.precision_10 += measures->precision_10;
    mean->sum.ndcg_10 += measures->ndcg_10;
    mean->sum.recall_100 += measures->recall_100;
    mean->sum.reciprocal_rank += measures->reciprocal_rank;
}

void measures_mean_get(const struct measures_mean *mean, struct measures *out)
{
    double n = mean->queries ? (double)mean->queries : 1;
    out->average_precision = mean->sum.average_precision / n;
    out->precision_10 = mean->sum.precision_10 / n;
    out->ndcg_10 = mean->sum.ndcg_10 / n;
    out->recall_100 = mean->sum.recall_100 / n;
    out->reciprocal_rank = mean->sum.reciprocal_rank / n;
}
