/*
 * read_articles.c - what the readers of indexer/archive make of sources, as
 * JSON Lines: read-articles SOURCE...
 *
 * One object for each record, in their order: the article's fields that are
 * not empty, or "skipped" with the reason. Nothing is indexed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "indexer/archive/archive.h"

struct reading {
    struct archive_parser *parser;
    struct arena arena;
};

static void put_text(const char *name, const char *text)
{
    if (!*text)
        return;
    printf(", \"%s\": \"", name);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\')
            printf("\\%c", *p);
        else if (*p < ' ')
            printf("\\u%04x", *p);
        else
            putchar(*p);
    }
    putchar('"');
}

static void put_number(const char *name, int64_t number)
{
    if (number >= 0)
        printf(", \"%s\": %" PRId64, name, number);
}

static void put_date(const char *name, const struct date *date)
{
    char text[DATE_TEXT_BYTES];
    put_text(name, date_format(date, text));
}

static void put_place(const char *source, uint64_t number, uint64_t offset)
{
    printf("{\"record\": %" PRIu64 ", \"offset\": %" PRIu64, number, offset);
    put_text("file", source);
}

static void put_skipped(void *ctx, const char *source, uint64_t number, uint64_t offset,
                        enum skip_reason reason, const char *detail)
{
    (void)ctx;
    put_place(source, number, offset);
    put_text("skipped", skip_reason_name(reason));
    put_text("detail", detail);
    puts("}");
}

static void put_article(const struct article *a)
{
    put_text("id", a->id);
    if (!a->title_is_derived)
        put_text("title", a->title);
    put_text("body", a->body);
    put_date("date", &a->date);
    put_date("created", &a->created);
    put_date("updated", &a->updated);
    put_text("url", a->url);
    put_text("category", a->category);
    put_text("source", a->source);
    put_text("author", a->author);
    put_text("tags", a->tags);
    put_text("language", a->language);
    put_text("summary", a->summary);
    put_text("similar", a->similar);
    put_number("words", a->words);
    put_number("stated_words", a->stated_words);
}

static int put_record(void *ctx, const struct record *r, struct error *err)
{
    struct reading *reading = ctx;
    struct article article;
    struct record_problem problem;
    (void)err;
    arena_reset(&reading->arena);
    if (archive_parse(reading->parser, r, &reading->arena, &article, &problem)) {
        put_skipped(NULL, r->source, r->number, r->offset, problem.reason, problem.detail);
        return BF_OK;
    }
    put_place(r->source, r->number, r->offset);
    put_text("format", r->format->name);
    put_article(&article);
    put_number("unreadable_dates", (int64_t)problem.unreadable_dates);
    put_number("repaired", problem.encoding_repaired);
    if (problem.markup_repaired)
        put_text("ill_formed", problem.detail);
    if (problem.withdrawn)
        put_text("status", "withdrawn");
    puts("}");
    return BF_OK;
}

int main(int argc, char **argv)
{
    struct field_map *map = field_map_new();
    struct reading reading = {.parser = archive_parser_new(map)};
    const struct archive_sink sink = {put_record, put_skipped, NULL, &reading};
    const struct archive_options options = {0};
    struct error err = {0};
    int rc = BF_OK;
    for (int i = 1; i < argc && !rc; i++)
        rc = archive_read(argv[i], &options, &sink, &err);
    if (rc)
        fprintf(stderr, "read-articles: %s\n", err.text);
    arena_free(&reading.arena);
    archive_parser_free(reading.parser);
    field_map_free(map);
    return rc ? 1 : 0;
}
