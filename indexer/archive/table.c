/*
 * table.c - rows are cut by a scan that can stop anywhere, and read again
 * field by field.
 */
#include "indexer/archive/table.h"

#include <stdio.h>
#include <string.h>

#include "indexer/archive/article_fields.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/split.h"

#define MOST_HEADER_BYTES ((size_t)64 << 10)

/* Rows whose quotes lead nowhere are scanned more than once; a file of such
 * rows only is read without quotes after this many bytes. */
#define FREE_RESCAN_BYTES ((size_t)16 << 20)

/* --- the end of a row --- */

enum quotes { QUOTED, LITERAL };

struct row_scan {
    enum quotes quotes;
    char delimiter;
    size_t seen;   /* bytes looked at; at the end, of the row with its line end */
    size_t fields; /* that have ended */
    bool in_quotes, in_field;
    bool odd; /* a quote inside quotes is neither doubled nor the last */
};

static bool ends_field(char c, char delimiter)
{
    return c == delimiter || c == '\n' || c == '\r';
}

/* Goes on inside quotes. False when more text is needed. */
static bool scan_quotes(struct row_scan *s, const char *p, size_t len, bool last)
{
    const char *quote = memchr(p + s->seen, '"', len - s->seen);
    size_t i = quote ? (size_t)(quote - p) : len;
    s->seen = i;
    if (!quote || (i + 1 == len && !last))
        return false;
    bool doubled = i + 1 < len && p[i + 1] == '"';
    s->in_quotes = i + 1 < len && !ends_field(p[i + 1], s->delimiter);
    s->odd |= s->in_quotes && !doubled;
    s->seen += doubled ? 2 : 1;
    return true;
}

/* Whether the row ends in the text. `last`: nothing follows the text. */
static bool scan_row(struct row_scan *s, const char *p, size_t len, bool last)
{
    while (s->seen < len) {
        if (s->in_quotes) {
            if (!scan_quotes(s, p, len, last))
                return false;
            continue;
        }
        char c = p[s->seen++];
        if (c == '\n' || c == s->delimiter)
            s->fields++;
        if (c == '\n')
            return true;
        s->in_quotes = c == '"' && !s->in_field && s->quotes == QUOTED;
        s->in_field = c != s->delimiter;
    }
    s->fields += last && !s->in_quotes;
    return last && !s->in_quotes;
}

static struct row_scan new_scan(char delimiter, enum quotes quotes)
{
    return (struct row_scan){.quotes = quotes, .delimiter = delimiter};
}

/* --- fields --- */

struct field_text {
    const char *p;
    size_t len;
};

struct fields {
    const char *p, *end;
    char delimiter;
    enum quotes quotes;
    bool done;
};

static struct fields fields_of(const char *p, size_t len, char delimiter, enum quotes quotes)
{
    while (len && (p[len - 1] == '\n' || p[len - 1] == '\r'))
        len--;
    if (!len)
        p = ""; /* a row of no bytes need not have a place */
    return (struct fields){p, p + len, delimiter, quotes, false};
}

static struct field_text within(const char *p, const char *end)
{
    return (struct field_text){p, (size_t)(end - p)};
}

/* The next field as it stands, quotes and all. */
static bool next_field(struct fields *f, struct field_text *out)
{
    const char *start = f->p;
    bool quoted = f->quotes == QUOTED && start < f->end && *start == '"';
    if (f->done)
        return false;
    for (f->p += quoted; f->p < f->end && (quoted || *f->p != f->delimiter); f->p++) {
        if (!quoted || *f->p != '"')
            continue;
        if (f->p + 1 < f->end && f->p[1] == '"')
            f->p++;
        else
            quoted = f->p + 1 < f->end && f->p[1] != f->delimiter;
    }
    *out = within(start, f->p);
    f->done = f->p == f->end;
    f->p += !f->done;
    return true;
}

static size_t count_fields(struct fields f)
{
    struct field_text ignored;
    size_t n = 0;
    while (next_field(&f, &ignored))
        n++;
    return n;
}

/* Without the quotes round it, and doubled ones single. */
static struct field_text unquoted(struct field_text t, struct arena *arena)
{
    if (t.len < 2 || t.p[0] != '"' || t.p[t.len - 1] != '"')
        return t;
    t = (struct field_text){t.p + 1, t.len - 2};
    if (!memchr(t.p, '"', t.len))
        return t;
    char *copy = arena_alloc(arena, t.len + 1), *to = copy;
    for (size_t i = 0; i < t.len; i++) {
        *to++ = t.p[i];
        i += t.p[i] == '"' && i + 1 < t.len && t.p[i + 1] == '"';
    }
    *to = '\0';
    return within(copy, to);
}

/* --- recognising --- */

struct header_look {
    size_t fields, known;
    bool text; /* a title or a body among them */
    size_t len;
};

static struct header_look look_at_header(const struct field_map *map, const char *head, size_t len,
                                         char delimiter)
{
    struct header_look look = {0};
    struct row_scan scan = new_scan(delimiter, QUOTED);
    struct arena arena = {0};
    struct field_text name;
    if (!scan_row(&scan, head, len, true) || scan.seen > MOST_HEADER_BYTES)
        return look;
    struct fields fields = fields_of(head, scan.seen, delimiter, QUOTED);
    look.len = scan.seen;
    while (next_field(&fields, &name)) {
        unsigned rank;
        name = unquoted(name, &arena);
        enum field field = field_map_find(map, name.p, name.len, &rank);
        look.fields++;
        look.known += field != FIELD_NONE;
        look.text |= field == FIELD_TITLE || field == FIELD_BODY || field == FIELD_BODY_HTML;
    }
    arena_free(&arena);
    return look;
}

/* Whether the rows that follow have as many fields as the header. */
static bool rows_agree(const char *head, size_t len, char delimiter, const struct header_look *look)
{
    size_t at = look->len;
    for (int i = 0; i < 3 && at < len; i++) {
        struct row_scan scan = new_scan(delimiter, QUOTED);
        if (!scan_row(&scan, head + at, len - at, false))
            return i > 0;
        if (scan.fields != look->fields)
            return false;
        at += scan.seen;
    }
    return at > look->len;
}

/* The delimiter of the list by which the most names are known; 0 when by none
 * two fields are. */
static char find_delimiter(const char *head, size_t len, const char *delimiters, int *confidence)
{
    struct field_map *map = field_map_new();
    size_t most = 0;
    char best = 0;
    *confidence = 0;
    for (const char *d = delimiters; *d; d++) {
        struct header_look look = look_at_header(map, head, len, *d);
        if (look.fields < 2 || !look.text || look.known <= most)
            continue;
        most = look.known;
        best = *d;
        *confidence = look.known > 1 ? 70 : rows_agree(head, len, *d, &look) ? 55 : 0;
    }
    field_map_free(map);
    return best;
}

/* The delimiter of the list by which the header has the most fields, where no
 * name in it is known. */
static char guess_delimiter(const char *head, size_t len, const char *delimiters)
{
    struct field_map *map = field_map_new();
    size_t most = 0;
    char best = *delimiters;
    for (const char *d = delimiters; *d; d++) {
        struct header_look look = look_at_header(map, head, len, *d);
        if (look.fields > most) {
            most = look.fields;
            best = *d;
        }
    }
    field_map_free(map);
    return best;
}

static int recognise(const char *head, size_t len, const char *delimiters)
{
    int confidence;
    size_t mark = mark_length(head, len);
    find_delimiter(head + mark, len - mark, delimiters, &confidence);
    return confidence;
}

static int csv_recognise(const char *head, size_t len)
{
    return recognise(head, len, ",;|");
}

static int tsv_recognise(const char *head, size_t len)
{
    return recognise(head, len, "\t");
}

/* --- splitting --- */

struct table {
    struct input *in;
    const struct archive_sink *sink;
    size_t limit;
    struct buf context;
    char delimiter;
    size_t fields; /* of the header */
    uint64_t number;
    uint64_t literal_until; /* offset: rows before it are read without quotes */
    size_t rescanned;       /* bytes, beyond those that were passed since */
};

enum row_status { ROW_WHOLE, ROW_OPEN, ROW_TOO_LONG };

/* Brings the row at the start of the view into it, as far as the limit. */
static int view_row(struct table *t, struct row_scan *scan, enum row_status *status)
{
    for (;;) {
        size_t len;
        const char *p = input_view(t->in, &len);
        bool ended = input_ended(t->in);
        if (len && scan_row(scan, p, len, ended)) {
            *status = scan->seen > t->limit + 2 ? ROW_TOO_LONG : ROW_WHOLE;
            return BF_OK;
        }
        *status = len > t->limit ? ROW_TOO_LONG : ROW_OPEN;
        if (ended || *status == ROW_TOO_LONG)
            return BF_OK;
        int rc = input_fill(t->in, len + 1);
        if (rc)
            return rc;
    }
}

static void note_rescan(struct table *t, size_t bytes)
{
    t->rescanned += bytes;
    if (t->rescanned > FREE_RESCAN_BYTES)
        t->literal_until = input_offset(t->in) + bytes;
}

/* The row as one of the two readings has it. *fits: it is whole, and has as
 * many fields as the header. */
static int read_as(struct table *t, enum quotes quotes, struct row_scan *scan,
                   enum row_status *status, bool *fits)
{
    *scan = new_scan(t->delimiter, quotes);
    int rc = view_row(t, scan, status);
    *fits = *status == ROW_WHOLE && scan->fields == t->fields;
    return rc;
}

/* Chooses between the row with its quotes and its first line without them:
 * the one that fits, and of two the one with quotes if these are in order. */
static int cut_row(struct table *t, struct row_scan *scan, enum row_status *status)
{
    bool fits, line_fits;
    if (input_offset(t->in) < t->literal_until)
        return read_as(t, LITERAL, scan, status, &fits);
    int rc = read_as(t, QUOTED, scan, status, &fits);
    struct row_scan quoted = *scan;
    enum row_status quoted_status = *status;
    if (rc || (fits && !scan->odd))
        return rc;
    rc = read_as(t, LITERAL, scan, status, &line_fits);
    if (rc || (fits && !line_fits)) {
        *scan = quoted;
        *status = quoted_status;
        return rc;
    }
    if (quoted_status != ROW_WHOLE)
        t->literal_until = input_offset(t->in) + quoted.seen;
    if (quoted.seen > scan->seen)
        note_rescan(t, quoted.seen - scan->seen);
    return BF_OK;
}

static bool is_blank_row(const char *p, size_t len)
{
    while (len && ((p[len - 1] >= '\t' && p[len - 1] <= '\r') || p[len - 1] == ' '))
        len--;
    return !len;
}

static int hand_over(struct table *t, const struct archive_format *format, size_t len,
                     struct error *err)
{
    size_t in_view;
    struct record r = {
        .source = input_name(t->in),
        .number = t->number,
        .offset = input_offset(t->in),
        .data = input_view(t->in, &in_view),
        .len = len,
        .context = (const char *)t->context.data,
        .context_len = t->context.len,
        .format = format,
    };
    int rc = is_blank_row(r.data, len) ? BF_OK : t->sink->record(t->sink->ctx, &r, err);
    input_advance(t->in, len);
    t->rescanned -= len < t->rescanned ? len : t->rescanned;
    return rc;
}

static int read_rows(struct table *t, const struct archive_format *format, struct error *err)
{
    int rc = BF_OK;
    while (!rc) {
        struct row_scan scan;
        enum row_status status;
        size_t len;
        rc = cut_row(t, &scan, &status);
        input_view(t->in, &len);
        if (rc || !len || (status == ROW_OPEN) || (input_cut(t->in) && scan.seen == len))
            break;
        t->number++;
        if (status == ROW_WHOLE) {
            rc = hand_over(t, format, scan.seen, err);
        } else {
            report_long_record(t->in, t->sink, t->number);
            rc = pass_line(t->in);
        }
    }
    return rc;
}

/* The delimiter and the header become the context. False when there is none. */
static bool read_header(struct table *t, const char *delimiters)
{
    size_t len;
    int ignored;
    const char *head = input_view(t->in, &len);
    input_advance(t->in, mark_length(head, len));
    head = input_view(t->in, &len);
    t->delimiter = find_delimiter(head, len, delimiters, &ignored);
    if (!t->delimiter)
        t->delimiter = guess_delimiter(head, len, delimiters);
    struct row_scan scan = new_scan(t->delimiter, QUOTED);
    if (!len || !scan_row(&scan, head, len, true) || scan.seen > MOST_HEADER_BYTES)
        return false;
    t->fields = scan.fields;
    buf_putc(&t->context, t->delimiter);
    buf_add(&t->context, head, scan.seen);
    input_advance(t->in, scan.seen);
    t->number = 1;
    return true;
}

static int split(struct input *in, const struct archive_format *format, const char *delimiters,
                 const struct archive_sink *sink, struct error *err)
{
    struct table t = {.in = in, .sink = sink, .limit = input_max_record(in)};
    int rc = BF_OK;
    if (read_header(&t, delimiters))
        rc = read_rows(&t, format, err);
    else
        sink->bad_record(sink->ctx, input_name(in), 0, 0, SKIP_UNKNOWN_FORMAT, "no header");
    buf_free(&t.context);
    return rc;
}

static int csv_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return split(in, &csv_format, ",;|", sink, err);
}

static int tsv_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    return split(in, &tsv_format, "\t", sink, err);
}

/* --- parsing --- */

static void offer_row(const struct field_map *map, struct fields header, struct fields row,
                      struct arena *arena, struct raw_fields *raw)
{
    struct field_text name, value;
    while (next_field(&header, &name) && next_field(&row, &value)) {
        unsigned rank;
        name = unquoted(name, arena);
        enum field field = field_map_find(map, name.p, name.len, &rank);
        if (field == FIELD_NONE)
            continue;
        value = unquoted(value, arena);
        offer_value(raw, field, rank, value.p, value.len);
    }
}

/* Whether all fields from the given one on are empty. */
static bool rest_is_empty(struct fields f, size_t from)
{
    struct field_text text;
    for (size_t i = 0; next_field(&f, &text); i++)
        if (i >= from && !is_blank_row(text.p, text.len))
            return false;
    return true;
}

/* As cut_row chose. False when the row fits neither way. */
static bool choose_quotes(struct bytes text, char delimiter, size_t wanted, struct fields *row)
{
    const char *p = (const char *)text.p;
    *row = fields_of(p, bytes_left(&text), delimiter, QUOTED);
    if (count_fields(*row) == wanted)
        return true;
    *row = fields_of(p, bytes_left(&text), delimiter, LITERAL);
    return count_fields(*row) >= wanted && rest_is_empty(*row, wanted);
}

static int table_parse(struct archive_parser *parser, const struct record *record,
                       struct arena *arena, struct article *out, struct record_problem *problem)
{
    char detail[64];
    char delimiter = record->context[0];
    struct raw_fields raw = {0};
    struct fields row,
        header = fields_of(record->context + 1, record->context_len - 1, delimiter, QUOTED);
    size_t wanted = count_fields(header);
    struct bytes text = record_in_utf8(parser, record, problem);
    if (!choose_quotes(text, delimiter, wanted, &row)) {
        snprintf(detail, sizeof detail, "%zu fields, but %zu names in the header",
                 count_fields(row), wanted);
        return skip_record(problem, SKIP_WRONG_FIELDS, detail);
    }
    offer_row(parser->map, header, row, arena, &raw);
    find_body_markup(&raw);
    return finish_article(parser, &raw, arena, out, problem);
}

const struct archive_format csv_format = {
    .name = "csv",
    .recognise = csv_recognise,
    .split = csv_split,
    .parse = table_parse,
};

const struct archive_format tsv_format = {
    .name = "tsv",
    .recognise = tsv_recognise,
    .split = tsv_split,
    .parse = table_parse,
};
