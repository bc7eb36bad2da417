/*
 * page.c - finds the sections of a saved page from its end backwards.
 *
 * The body may hold any line, also one that reads "Summary"; the sections
 * behind it come in a fixed order. So the last heading of each kind counts,
 * and only where those before and behind it leave it room.
 */
#include "indexer/archive/page.h"

#include <string.h>

#include "indexer/archive/article_fields.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/parser.h"
#include "indexer/archive/span.h"
#include "indexer/archive/split.h"

#define MOST_DETAILS_BYTES ((size_t)64 << 10) /* they stand near the end */

/* p is NULL where there is none. */
struct sections {
    struct span body, similar, summary, statistics, details;
};

static bool equals(struct span t, const char *text)
{
    return t.len == strlen(text) && memcmp(t.p, text, t.len) == 0;
}

static bool starts_with(struct span t, const char *text)
{
    return t.len >= strlen(text) && memcmp(t.p, text, strlen(text)) == 0;
}

static bool ends_with(struct span t, const char *text)
{
    size_t n = strlen(text);
    return t.len >= n && memcmp(t.p + t.len - n, text, n) == 0;
}

/* --- lines --- */

/* The last line of the rest, which then ends where the line begins. */
static struct span take_last_line(struct span *rest)
{
    size_t len = rest->len;
    if (len && rest->p[len - 1] == '\n')
        len--;
    const char *newline = len ? memrchr(rest->p, '\n', len) : NULL;
    const char *start = newline ? newline + 1 : rest->p;
    struct span line = span_between(start, rest->p + len);
    rest->len = (size_t)(start - rest->p);
    return line;
}

/* --- headings --- */

static bool is_similar_heading(struct span line)
{
    return starts_with(line, "Similar Readings (") && ends_with(line, ")");
}

static bool is_summary_heading(struct span line)
{
    return equals(line, "Summary");
}

static bool is_statistics_heading(struct span line)
{
    return equals(line, "Statistics");
}

/* Alone, or run together with the line of the statistics before it. */
static bool is_details_heading(struct span line)
{
    return equals(line, "Details") || ends_with(line, "Read CountDetails");
}

/* The last such line of the text, or a piece without p. */
static struct span find_last(struct span text, bool (*is_heading)(struct span))
{
    while (text.len) {
        struct span line = span_trimmed(take_last_line(&text));
        if (is_heading(line))
            return line;
    }
    return (struct span){0};
}

/* Takes the section under the last such heading off the end of the text. */
static struct span take_section(struct span *text, bool (*is_heading)(struct span))
{
    struct span heading = find_last(*text, is_heading);
    if (!heading.p)
        return heading;
    struct span section = span_between(span_end(heading), span_end(*text));
    *text = span_between(text->p, heading.p);
    return section;
}

/* Whether a line that names an id, a URL or a date stands in the details. */
static bool has_known_detail(struct span details)
{
    while (details.len) {
        struct span line = span_trimmed(span_take_until(&details, '\n'));
        if (starts_with(line, "ID:") || starts_with(line, "URL:") || starts_with(line, "Date:"))
            return true;
    }
    return false;
}

/* "Read Count" of "Read CountDetails" belongs to what stands before. */
static struct span take_details(struct span *text)
{
    struct span heading = find_last(*text, is_details_heading), none = {0};
    if (!heading.p)
        return none;
    struct span details = span_between(span_end(heading), span_end(*text));
    if (details.len > MOST_DETAILS_BYTES || !has_known_detail(details))
        return none;
    *text = span_between(text->p, span_end(heading) - strlen("Details"));
    return details;
}

static struct sections find_sections(struct span page)
{
    struct sections s = {.details = take_details(&page)};
    struct span head = page, tail = {0};
    s.similar = take_section(&head, is_similar_heading);
    tail = s.similar.p ? s.similar : page;
    s.statistics = take_section(&tail, is_statistics_heading);
    s.summary = take_section(&tail, is_summary_heading);
    if (s.similar.p)
        s.similar = tail;
    s.body = s.similar.p ? head : tail;
    return s;
}

/* --- splitting --- */

/* Any text may have such lines: what begins as another format does is that. */
static int page_recognise(const char *head, size_t len)
{
    struct span text = {head, len};
    return take_details(&text).p || find_last(text, is_similar_heading).p ? 52 : 0;
}

static int page_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return split_whole(in, &page_format, sink, err);
}

/* --- parsing --- */

/* A number with "," for thousands at the start of the rest, and blanks. */
static struct span take_count(struct span *rest)
{
    size_t n = 0;
    while (n < rest->len && ((rest->p[n] >= '0' && rest->p[n] <= '9') || (n && rest->p[n] == ',')))
        n++;
    struct span count = {rest->p, n};
    *rest = span_trimmed(span_between(rest->p + n, span_end(*rest)));
    return count;
}

/* "186 Words 1 Read Count" with line ends anywhere between. */
static void offer_statistics(struct raw_fields *raw, struct span text)
{
    static const struct {
        const char *label;
        enum field field;
    } labels[] = {{"Word", FIELD_WORD_COUNT}, {"Read", FIELD_READ_COUNT}};
    text = span_trimmed(text);
    while (text.len) {
        struct span count = take_count(&text);
        for (size_t i = 0; count.len && i < sizeof labels / sizeof *labels; i++)
            if (starts_with(text, labels[i].label))
                offer_value(raw, labels[i].field, 0, count.p, count.len);
        while (text.len && !(text.p[0] >= '0' && text.p[0] <= '9'))
            text = span_between(text.p + 1, span_end(text));
    }
}

static void offer_details(struct raw_fields *raw, const struct field_map *map, struct span text)
{
    while (text.len) {
        struct span line = span_take_until(&text, '\n');
        const char *colon = memchr(line.p, ':', line.len);
        unsigned rank;
        if (!colon)
            continue;
        struct span name = span_trimmed(span_between(line.p, colon));
        enum field field = field_map_find(map, name.p, name.len, &rank);
        if (field != FIELD_NONE)
            offer_value(raw, field, rank, colon + 1, (size_t)(span_end(line) - colon - 1));
    }
}

static int page_parse(struct archive_parser *parser, const struct record *record,
                      struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct raw_fields raw = {0};
    struct bytes text = record_in_utf8(parser, record, problem);
    const char *page = (const char *)text.p;
    struct sections s = find_sections((struct span){page, bytes_left(&text)});
    if (s.similar.p)
        offer_value(&raw, FIELD_SIMILAR, 0, s.similar.p, s.similar.len);
    if (s.summary.p)
        offer_value(&raw, FIELD_SUMMARY, 0, s.summary.p, s.summary.len);
    if (s.statistics.p)
        offer_statistics(&raw, s.statistics);
    if (s.details.p)
        offer_details(&raw, parser->map, s.details);
    offer_value(&raw, FIELD_BODY, 0, s.body.p, s.body.len);
    return finish_article(parser, &raw, arena, out, problem);
}

const struct archive_format page_format = {
    .name = "page",
    .recognise = page_recognise,
    .split = page_split,
    .parse = page_parse,
};
