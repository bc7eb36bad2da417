/*
 * readers.c - the readers of archives: bytes to articles, a target for each
 * format and one that recognises formats, packing included.
 *
 * The first byte chooses options. Of each article what article.h and archive.h
 * promise is looked at, and the record must give the same article again.
 */
#include <string.h>

#include "common/base/mem.h"
#include "common/text/utf8.h"
#include "indexer/archive/archive.h"
#include "tests/fuzz/memory_files.h"
#include "tests/fuzz/target.h"

#define MOST_RECORDS 1000 /* of one input: none needs more to be understood */

struct reading {
    struct archive_parser *parser;
    struct arena arena;
    unsigned records;
    size_t most_bytes; /* of a record */
};

static struct field_map *fields;

static void start(void)
{
    memory_files_install();
    if (!fields)
        fields = field_map_new();
}

static void check_text(const char *s)
{
    FUZZ_HOLDS(s && utf8_valid(s, strlen(s)));
}

/* A line has no control characters: so it can stand in any list. */
static void check_line(const char *s)
{
    check_text(s);
    for (; *s; s++)
        FUZZ_HOLDS((unsigned char)*s >= 0x20 && *s != 0x7f);
}

static void check_date(const struct date *d)
{
    char text[DATE_TEXT_BYTES];
    FUZZ_HOLDS(d->precision <= DATE_SECOND && (d->precision || !d->seconds));
    date_format(d, text);
}

static void check_article(const struct article *a, const struct record_problem *problem)
{
    FUZZ_HOLDS(*a->id && strlen(a->id) <= ARCHIVE_MAX_ID_BYTES);
    const char *const lines[] = {a->id,     a->title, a->url,      a->category,
                                 a->source, a->tags,  a->language, a->author};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check_line(lines[i]);
    check_text(a->body);
    check_text(a->summary);
    check_text(a->similar);
    FUZZ_HOLDS(strlen(a->body) == a->body_len);
    FUZZ_HOLDS(problem->withdrawn || *a->title || *a->body);
    FUZZ_HOLDS(a->words == count_words(a->body, a->body_len) && a->read_count >= -1);
    check_date(&a->date);
    check_date(&a->created);
    check_date(&a->updated);
    check_date(&a->last_read);
}

static void check_problem(int rc, const struct record_problem *problem)
{
    FUZZ_HOLDS(rc == BF_OK || rc == BF_ERR_INPUT);
    FUZZ_HOLDS((rc == BF_OK) == (problem->reason == SKIP_NONE));
    FUZZ_HOLDS(problem->reason < SKIP_REASONS);
    FUZZ_HOLDS(memchr(problem->detail, 0, sizeof problem->detail));
}

static int on_record(void *ctx, const struct record *r, struct error *err)
{
    struct reading *reading = ctx;
    struct article a, again;
    struct record_problem problem, other;
    struct record exact = *r;
    /* A row of a table comes with its line end. */
    FUZZ_HOLDS(r->len <= reading->most_bytes + 2 && r->format && r->number);
    char *data = mem_dup(r->data, r->len);
    exact.data = data;
    int rc = archive_parse(reading->parser, &exact, &reading->arena, &a, &problem);
    check_problem(rc, &problem);
    FUZZ_HOLDS(archive_parse(reading->parser, &exact, &reading->arena, &again, &other) == rc);
    FUZZ_HOLDS(problem.reason == other.reason);
    free(data);
    if (!rc) {
        check_article(&a, &problem);
        FUZZ_HOLDS(!strcmp(a.id, again.id) && !strcmp(a.body, again.body));
    }
    arena_reset(&reading->arena);
    return ++reading->records < MOST_RECORDS ? BF_OK : error_set(err, BF_ERR_LIMIT, "enough");
}

static void on_bad(void *ctx, const char *source, uint64_t number, uint64_t offset,
                   enum skip_reason reason, const char *detail)
{
    (void)ctx;
    (void)number;
    (void)offset;
    FUZZ_HOLDS(source && detail && reason > SKIP_NONE && reason < SKIP_REASONS);
    FUZZ_HOLDS(*skip_reason_name(reason));
}

/* Bits 0-1: order of dates; bit 2: records of 200 bytes at most. */
static void run_reader(const unsigned char *p, size_t n, const void *arg)
{
    struct archive_options options = {0};
    struct error err;
    if (!n)
        return;
    struct reading reading = {.parser = archive_parser_new(fields),
                              .most_bytes = ARCHIVE_DEFAULT_RECORD_BYTES};
    const struct archive_sink sink = {on_record, on_bad, NULL, &reading};
    if (*p & 4)
        options.max_record_bytes = reading.most_bytes = 200;
    if (arg)
        options.format = archive_format_named(arg, &err);
    FUZZ_HOLDS(!arg || options.format);
    archive_parser_set_date_order(reading.parser, (enum date_order)(*p % 4));
    memory_file_put("archive", p + 1, n - 1);
    int rc = archive_read(MEMORY_DIR "/archive", &options, &sink, &err);
    FUZZ_HOLDS(rc == BF_OK || rc == BF_ERR_LIMIT);
    archive_parser_free(reading.parser);
    arena_free(&reading.arena);
}

#define READER(target, format)                                                                     \
    {                                                                                              \
        target, run_reader, format, start                                                          \
    }

const struct fuzz_target reader_targets[] = {
    READER("read-any", NULL),
    READER("read-jsonl", "jsonl"),
    READER("read-json", "json"),
    READER("read-csv", "csv"),
    READER("read-tsv", "tsv"),
    READER("read-page", "page"),
    READER("read-feed", "feed"),
    READER("read-nitf", "nitf"),
    READER("read-newsml-g2", "newsml-g2"),
    READER("read-newsml", "newsml"),
    READER("read-html", "html"),
    READER("read-reuters", "reuters"),
    READER("read-trec", "trec"),
    READER("read-warc", "warc"),
    READER("read-mbox", "mbox"),
    READER("read-mail", "mail"),
    READER("read-markdown", "markdown"),
    {0},
};
