/* command_eval.c - `backfile-query eval`: rankings against judgements. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "query/commands.h"
#include "query/measures.h"
#include "query/search.h"
#include "query/session.h"

#define DEPTH 1000 /* articles ranked for each query, as in TREC */

struct eval_command {
    struct session session;
    struct search_options options;
    struct query_reading reading;
    bool each;
};

/* Ids of the hits, best first, in the arena. */
static int list_ids(struct session *s, const struct hit *hits, size_t count, const char ***ids,
                    struct error *err)
{
    *ids = arena_alloc(&s->arena, count * sizeof **ids);
    int rc = BF_OK;
    for (size_t i = 0; i < count && !rc; i++) {
        uint32_t segment = snapshot_segment_of(&s->snapshot, hits[i].doc);
        struct text id, title;
        rc = columns_name(&s->snapshot.segments[segment].columns,
                          hits[i].doc - s->snapshot.bases[segment], &id, &title, err);
        if (!rc)
            (*ids)[i] = arena_strndup(&s->arena, id.p, id.len);
    }
    return rc;
}

/* A topic without words finds nothing: it counts as 0. */
static int rank(struct eval_command *c, const struct topic *topic, const char ***ids, size_t *count,
                struct error *err)
{
    struct session *s = &c->session;
    struct query_node *query;
    struct hit *hits = NULL;
    struct bm25 bm25;
    *count = 0;
    int rc = session_query(s, topic->text, topic->len, &c->reading, &query, err);
    if (rc == BF_ERR_USAGE) {
        fprintf(stderr, "query %s (line %zu): %s\n", topic->qid, topic->line, err->text);
        *err = (struct error){0};
        return BF_OK;
    }
    rc = search_run(&s->snapshot, query, &c->options, &s->arena, &hits, count, &bm25, err);
    if (!rc)
        rc = list_ids(s, hits, *count, ids, err);
    free(hits);
    return rc;
}

static void print_measures(const char *name, const struct measures *m)
{
    printf("%s\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\n", name, m->average_precision, m->precision_10,
           m->ndcg_10, m->recall_100, m->reciprocal_rank);
}

static int evaluate(struct eval_command *c, const struct topics *topics, const struct qrels *qrels,
                    struct error *err)
{
    struct measures_mean mean = {0};
    struct measures m;
    printf("query\tMAP\tP@10\tnDCG@10\trecall@100\tMRR\n");
    for (size_t i = 0; i < topics->count; i++) {
        const struct judged_query *judged = qrels_find(qrels, topics->list[i].qid);
        const char **ids = NULL;
        size_t count;
        if (!judged || !judged->relevant)
            continue;
        arena_reset(&c->session.arena);
        int rc = rank(c, &topics->list[i], &ids, &count, err);
        if (rc)
            return rc;
        measures_of(judged, ids, count, &m);
        measures_mean_add(&mean, judged, &m);
        if (c->each)
            print_measures(topics->list[i].qid, &m);
    }
    measures_mean_get(&mean, &m);
    print_measures("all", &m);
    fprintf(stderr, "%zu queries\n", mean.queries);
    return mean.queries ? BF_OK : BF_END;
}

int command_eval(int argc, char **argv, struct error *err)
{
    struct eval_command c = {.options = {.k1 = BM25_DEFAULT_K1, .b = BM25_DEFAULT_B, .k = DEPTH}};
    const char *queries = NULL, *judgements = NULL;
    const struct option_spec options[] = {
        {"queries", 'q', OPTION_TEXT, &queries, "FILE", "queries: id TAB words"},
        {"qrels", 'r', OPTION_TEXT, &judgements, "FILE", "judgements: query 0 article grade"},
        {"k1", 0, OPTION_NUMBER, &c.options.k1, "X", "how slowly repeats saturate (1.2)"},
        {"b", 0, OPTION_NUMBER, &c.options.b, "X", "how much length counts, 0 to 1 (0.75)"},
        {"each", 0, OPTION_FLAG, &c.each, NULL, "a line for each query too"},
        {"exhaustive", 0, OPTION_FLAG, &c.options.exhaustive, NULL,
         "score every match; same answer"},
        {"language", 'l', OPTION_TEXT, &c.reading.language, "LANG",
         "of the queries; else the index's"},
        {"stop-words", 0, OPTION_FLAG, &c.reading.stop_words, NULL,
         "let optional stop words count"},
        {"syntax", 0, OPTION_FLAG, &c.reading.syntax, NULL,
         "FILE holds query language, not plain words"},
        {0},
    };
    const struct command command = {
        "eval",
        "INDEX --queries FILE --qrels FILE",
        "Measures rankings against judgements.",
        1,
        1,
        options,
        "Prints MAP, P@10, nDCG@10, recall@100 and MRR as trec_eval defines them."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    if (!queries || !judgements) {
        error_set(err, BF_ERR_USAGE, "eval: give --queries FILE and --qrels FILE");
        return EXIT_USAGE;
    }
    struct topics topics = {0};
    struct qrels qrels = {0};
    rc = search_check_options(&c.options, err);
    if (!rc)
        rc = topics_load(queries, &topics, err);
    if (!rc)
        rc = qrels_load(judgements, &qrels, err);
    if (!rc)
        rc = session_open(&c.session, argv[first], err);
    if (!rc) {
        rc = session_check_language(&c.session, c.reading.language, err);
        if (!rc)
            rc = evaluate(&c, &topics, &qrels, err);
        session_close(&c.session);
    }
    topics_free(&topics);
    qrels_free(&qrels);
    return exit_status_of(rc);
}
