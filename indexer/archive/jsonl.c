/* jsonl.c - cuts lines. */
#include "indexer/archive/jsonl.h"

#include <string.h>

#include "indexer/archive/json_article.h"
#include "indexer/archive/span.h"
#include "indexer/archive/split.h"

static size_t count_spaces(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && is_ascii_space(text[n]))
        n++;
    return n;
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
            report_long_record(in, sink, number);
            rc = pass_line(in);
        } else {
            if (count_spaces(line.text, line.len) < line.len)
                rc = hand_over_record(in, line.len, number, &jsonl_format, sink, err);
            input_advance(in, line.taken);
        }
    }
    return rc;
}

const struct archive_format jsonl_format = {
    .name = "jsonl",
    .recognise = jsonl_recognise,
    .split = jsonl_split,
    .parse = json_article_parse,
};
