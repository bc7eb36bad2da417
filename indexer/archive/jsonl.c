/* jsonl.c - cuts lines, reads each with json-c, and offers its values. */
#include "indexer/archive/jsonl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "indexer/archive/article_fields.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/input.h"
#include "indexer/archive/parser.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t count_spaces(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && is_space(text[n]))
        n++;
    return n;
}

static size_t mark_length(const char *text, size_t len)
{
    return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static int jsonl_recognise(const char *head, size_t len)
{
    size_t start = mark_length(head, len);
    start += count_spaces(head + start, len - start);
    return start < len && head[start] == '{' ? 80 : 0;
}

/* --- lines --- */

struct line {
    const char *text; /* NULL: there is none */
    size_t len;       /* above the limit: as far as it is in view */
    size_t taken;     /* the same with the line end */
};

/* Brings the next line into view, or as much of it as the limit allows; none
 * at the end, or when there is only half of one before damage. */
static int view_line(struct input *in, size_t limit, struct line *line)
{
    size_t searched = 0;
    *line = (struct line){0};
    for (;;) {
        size_t len;
        const char *text = input_view(in, &len);
        const char *newline = len ? memchr(text + searched, '\n', len - searched) : NULL;
        if (newline) {
            len = (size_t)(newline - text);
            *line = (struct line){text, len, len + 1};
            return BF_OK;
        }
        if (input_ended(in) && (!len || input_cut(in)))
            return BF_OK;
        if (input_ended(in) || len > limit) {
            *line = (struct line){text, len, len};
            return BF_OK;
        }
        searched = len;
        int rc = input_fill(in, len + 1);
        if (rc)
            return rc;
    }
}

/* Passes the rest of a line that is not wanted, without keeping it. */
static int pass_line(struct input *in)
{
    for (;;) {
        size_t len;
        const char *text = input_view(in, &len);
        const char *newline = len ? memchr(text, '\n', len) : NULL;
        input_advance(in, newline ? (size_t)(newline - text) + 1 : len);
        if (newline || input_ended(in))
            return BF_OK;
        int rc = input_fill(in, 1);
        if (rc)
            return rc;
    }
}

static void report_long_line(struct input *in, const struct archive_sink *sink, uint64_t number)
{
    char detail[64];
    snprintf(detail, sizeof detail, "more than %zu bytes", input_max_record(in));
    sink->bad_record(sink->ctx, input_name(in), number, input_offset(in), SKIP_RECORD_TOO_LONG,
                     detail);
}

static int hand_over(struct input *in, const struct archive_sink *sink, uint64_t number,
                     const struct line *line, struct error *err)
{
    struct record r = {
        .source = input_name(in),
        .number = number,
        .offset = input_offset(in),
        .data = line->text,
        .len = line->len,
        .format = &jsonl_format,
    };
    if (count_spaces(line->text, line->len) == line->len)
        return BF_OK;
    return sink->record(sink->ctx, &r, err);
}

static int jsonl_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    size_t len, limit = input_max_record(in);
    const char *head = input_view(in, &len);
    input_advance(in, mark_length(head, len));
    int rc = BF_OK;
    for (uint64_t number = 1; !rc; number++) {
        struct line line;
        rc = view_line(in, limit, &line);
        if (rc || !line.text)
            break;
        if (line.len > limit) {
            report_long_line(in, sink, number);
            rc = pass_line(in);
        } else {
            rc = hand_over(in, sink, number, &line, err);
            input_advance(in, line.taken);
        }
    }
    return rc;
}

/* --- JSON --- */

void jsonl_tokener_free(struct json_tokener *tokener)
{
    if (tokener)
        json_tokener_free(tokener);
}

static struct json_tokener *ready_tokener(struct archive_parser *parser)
{
    if (!parser->json) {
        parser->json = json_tokener_new_ex(ARCHIVE_MAX_DEPTH);
        if (!parser->json)
            mem_alloc(SIZE_MAX); /* says that memory ran out and ends the process */
        json_tokener_set_flags(parser->json, JSON_TOKENER_STRICT);
    }
    json_tokener_reset(parser->json);
    return parser->json;
}

static int skip_invalid(struct json_tokener *tokener, struct record_problem *problem)
{
    enum json_tokener_error error = json_tokener_get_error(tokener);
    char detail[sizeof problem->detail];
    if (error == json_tokener_continue)
        return skip_record(problem, SKIP_INVALID_JSON, "ends too early");
    snprintf(detail, sizeof detail, "byte %zu: %s", json_tokener_get_parse_end(tokener),
             json_tokener_error_desc(error));
    return skip_record(
        problem, error == json_tokener_error_depth ? SKIP_TOO_DEEP : SKIP_INVALID_JSON, detail);
}

/* *root is the caller's to release, whatever is returned. */
static int read_object(struct json_tokener *tokener, struct bytes text, struct json_object **root,
                       struct record_problem *problem)
{
    *root = json_tokener_parse_ex(tokener, (const char *)text.p, (int)bytes_left(&text));
    if (json_tokener_get_error(tokener) ==
        json_tokener_continue) /* a number ends with what follows */
        *root = json_tokener_parse_ex(tokener, " ", 1);
    if (json_tokener_get_error(tokener) != json_tokener_success)
        return skip_invalid(tokener, problem);
    if (!json_object_is_type(*root, json_type_object))
        return skip_record(problem, SKIP_NOT_AN_OBJECT, "");
    return BF_OK;
}

/* --- values --- */

struct text {
    const char *p; /* NULL: no value */
    size_t len;
};

/* What stands between the elements of a list; NULL: only the first counts. */
static const char *list_separator(enum field field)
{
    switch (field) {
    case FIELD_BODY:
    case FIELD_BODY_HTML:
        return "\n\n";
    case FIELD_SIMILAR:
        return "\n";
    case FIELD_SUMMARY:
        return " ";
    case FIELD_AUTHOR:
    case FIELD_CATEGORY:
    case FIELD_TAGS:
        return ", ";
    default:
        return NULL;
    }
}

static bool is_date(enum field field)
{
    return field == FIELD_DATE || field == FIELD_CREATED || field == FIELD_UPDATED ||
           field == FIELD_LAST_READ;
}

/* json-c keeps numbers above 64 bits as the nearest it has: not what was said,
 * so it names nothing, and is a date that nobody can read. */
static struct text integer_text(struct json_object *number, enum field field)
{
    bool clipped =
        json_object_get_uint64(number) == UINT64_MAX || json_object_get_int64(number) == INT64_MIN;
    if (clipped && !is_date(field))
        return (struct text){0};
    const char *decimal = clipped ? "beyond 64 bits" : json_object_get_string(number);
    return (struct text){decimal, strlen(decimal)};
}

/* As it was written; an epoch without its exponent. */
static struct text real_text(struct json_object *number, enum field field, struct arena *arena)
{
    double value = json_object_get_double(number);
    if (!isfinite(value))
        return (struct text){0};
    if (!is_date(field) || fabs(value) > 1e17) {
        const char *written = json_object_get_string(number);
        return (struct text){written, strlen(written)};
    }
    char *decimal = arena_alloc(arena, 32);
    int len = snprintf(decimal, 32, "%.6f", value);
    return (struct text){decimal, (size_t)len};
}

static struct text scalar_text(struct json_object *value, enum field field, struct arena *arena)
{
    struct json_object *name;
    switch (json_object_get_type(value)) {
    case json_type_string:
        return (struct text){json_object_get_string(value),
                             (size_t)json_object_get_string_len(value)};
    case json_type_int:
        return integer_text(value, field);
    case json_type_double:
        return real_text(value, field, arena);
    case json_type_object:
        if (json_object_object_get_ex(value, "name", &name) &&
            json_object_is_type(name, json_type_string))
            return scalar_text(name, field, arena);
        return (struct text){0};
    default:
        return (struct text){0};
    }
}

static struct text list_text(struct json_object *list, enum field field, struct arena *arena)
{
    const char *separator = list_separator(field);
    struct buf joined = {0};
    size_t count = json_object_array_length(list);
    for (size_t i = 0; i < count && (separator || !joined.len); i++) {
        struct text one = scalar_text(json_object_array_get_idx(list, i), field, arena);
        if (!one.len)
            continue;
        if (joined.len)
            buf_puts(&joined, separator);
        buf_add(&joined, one.p, one.len);
    }
    struct text copy = {arena_strndup(arena, (const char *)joined.data, joined.len), joined.len};
    buf_free(&joined);
    return copy;
}

static void collect_values(const struct field_map *map, struct json_object *root,
                           struct arena *arena, struct raw_fields *raw)
{
    struct json_object_iterator at = json_object_iter_begin(root), end = json_object_iter_end(root);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        const char *key = json_object_iter_peek_name(&at);
        struct json_object *value = json_object_iter_peek_value(&at);
        unsigned rank;
        enum field field = field_map_find(map, key, strlen(key), &rank);
        if (field == FIELD_NONE)
            continue;
        struct text text = json_object_is_type(value, json_type_array)
                               ? list_text(value, field, arena)
                               : scalar_text(value, field, arena);
        if (text.p)
            offer_value(raw, field, rank, text.p, text.len);
    }
}

static int jsonl_parse(struct archive_parser *parser, const struct record *record,
                       struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct json_object *root = NULL;
    struct raw_fields raw = {0};
    struct bytes text = record_in_utf8(parser, record, problem);
    int rc = read_object(ready_tokener(parser), text, &root, problem);
    if (rc)
        goto out;
    collect_values(parser->map, root, arena, &raw);
    rc = finish_article(parser, &raw, arena, out, problem);
out:
    json_object_put(root);
    return rc;
}

const struct archive_format jsonl_format = {
    .name = "JSON Lines",
    .recognise = jsonl_recognise,
    .split = jsonl_split,
    .parse = jsonl_parse,
};
