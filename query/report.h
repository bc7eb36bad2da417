/*
 * report.h - ranked articles in the form that was asked for.
 *
 *     text    for people: number, title, a line of details, snippet
 *     json    one array of objects, or an object (report_single)
 *     jsonl   one object a line
 *     tsv     rank, id, score, date, category, title
 *     trec    query, Q0, id, rank, score, run
 *
 * Everything goes into a buffer that report_flush writes to standard output.
 */
#ifndef QUERY_REPORT_H
#define QUERY_REPORT_H

#include <stdbool.h>

#include "query/output.h"
#include "query/session.h"

enum report_form { REPORT_TEXT, REPORT_JSON, REPORT_JSONL, REPORT_TSV, REPORT_TREC };

/* What the options of a command say. */
struct report_options {
    bool json, jsonl, tsv;
    const char *trec; /* name of the run */
};

struct report {
    enum report_form form;
    const char *run;
    struct output_style style; /* marks what matched */
    size_t width;              /* of a terminal's line */
    struct buf out;
    bool any;    /* something was written: JSON needs a comma */
    bool single; /* JSON is one object, not an array of them */
};

/* The entries for a command's option table. */
#define REPORT_OPTIONS(r)                                                                          \
    {"json", 'j', OPTION_FLAG, &(r)->json, NULL, "JSON"},                                          \
        {"jsonl", 0, OPTION_FLAG, &(r)->jsonl, NULL, "a JSON object a line"},                      \
        {"tsv", 0, OPTION_FLAG, &(r)->tsv, NULL, "tab-separated columns"},                         \
    {                                                                                              \
        "trec", 0, OPTION_TEXT, &(r)->trec, "RUN", "TREC run lines, named RUN"                     \
    }

/* BF_ERR_USAGE when several forms were asked for, or a run without a name or
 * with a blank in it. */
int report_open(struct report *r, const struct report_options *options, struct error *err);
/* Makes JSON one object instead of an array; before anything is written. */
void report_single(struct report *r);
/* Ends an array, writes everything. */
void report_close(struct report *r);
void report_flush(struct report *r);
/* Writes what there is once it is much: behind each of many parts. */
void report_drain(struct report *r);
/* Whether standard output takes no more (the reader has closed the pipe, the disk is full):
 * then nothing else need be made. program.h says so in the end. */
bool report_is_in_vain(void);

/* Id, title, date and category of an article, as far as the columns have them. */
struct report_article {
    struct text id, title, category;
    struct date date;
};
int report_article(const struct snapshot *s, uint32_t doc, struct report_article *a,
                   struct error *err);

/* The id of a batch's query, at the start of an object of JSON or of a line of TSV;
 * nothing for NULL. */
void report_query(struct report *r, const char *qid);

/* A line of a TREC run. Blanks separate its columns: one in an id is written \u0020. */
void report_trec_line(struct report *r, struct text query, struct text id, size_t rank,
                      double score);

/* ,"id":...,"title":...,"date":...,"category":... without the first comma. */
void report_json_article(struct buf *out, const struct report_article *a);
/* id, then `score`, date, category and title: tab-separated, no line end. */
void report_tsv_article(struct buf *out, const struct report_article *a, double score);
/* "date · category · score · id" */
void report_text_details(struct buf *out, const struct report_article *a, double score);

/* " (+2 copies)" behind a title; nothing for none. */
void report_text_copies(struct buf *out, uint32_t copies);

/* Starts an object of an array, or of a line. */
void report_json_begin(struct report *r);
void report_json_end(struct report *r);

#endif
