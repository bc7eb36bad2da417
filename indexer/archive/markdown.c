/* markdown.c - front matter, title and text of a Markdown file. */
#include "indexer/archive/markdown.h"

#include "indexer/archive/encoding.h"
#include "indexer/archive/front_matter.h"
#include "indexer/archive/markdown_text.h"
#include "indexer/archive/split.h"

/* "key: value" or "key = value" stands in it. */
static bool has_key(struct span text, char mark)
{
    while (text.len) {
        struct span line = span_take_line(&text);
        size_t n = 0;
        while (n < line.len && (is_ascii_letter(line.p[n]) || strchr("_- \"", line.p[n])))
            n++;
        if (n && n < line.len && line.p[n] == mark)
            return true;
    }
    return false;
}

static int markdown_recognise(const char *head, size_t len)
{
    struct front_matter f = front_matter_of(span_of(head, len));
    struct span rest;
    switch (f.kind) {
    case FRONT_YAML:
        return has_key(f.text, ':') ? 80 : 0;
    case FRONT_TOML:
        return has_key(f.text, '=') ? 80 : 0;
    case FRONT_JSON:
        return 90; /* more than JSON by itself */
    case FRONT_HEADERS:
        return 50;
    case FRONT_NONE:
        break;
    }
    return markdown_title(f.rest, &rest).len ? 40 : 0;
}

static int markdown_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return split_whole(in, &markdown_format, sink, err);
}

static int markdown_parse(struct archive_parser *parser, const struct record *record,
                          struct arena *arena, struct article *out, struct record_problem *problem)
{
    struct raw_fields raw = {0};
    struct buf title = {0}, body = {0};
    struct bytes bytes = record_in_utf8(parser, record, problem);
    struct front_matter f = front_matter_of(span_of((const char *)bytes.p, bytes_left(&bytes)));
    bool draft;
    int rc = front_matter_offer(&f, parser, arena, &raw, &draft, problem);
    if (!rc && draft)
        rc = skip_record(problem, SKIP_NOT_PUBLISHED, "");
    if (rc)
        return rc;
    struct span rest = f.rest, heading = {0};
    if (!raw.of[FIELD_TITLE].text)
        heading = markdown_title(f.rest, &rest);
    markdown_to_text(heading, &title);
    markdown_to_text(rest, &body);
    offer_value(&raw, FIELD_TITLE, 0, (const char *)title.data, title.len);
    offer_value(&raw, FIELD_BODY, 0, (const char *)body.data, body.len);
    rc = finish_article(parser, &raw, arena, out, problem);
    buf_free(&title);
    buf_free(&body);
    return rc;
}

const struct archive_format markdown_format = {
    .name = "markdown",
    .recognise = markdown_recognise,
    .split = markdown_split,
    .parse = markdown_parse,
};
