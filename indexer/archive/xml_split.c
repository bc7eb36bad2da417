/*
 * xml_split.c - one pass over the markup, with a stack of what is open.
 *
 *   view of the input   | ... </item> <item> ...... | not read yet |
 *                                     0       at
 *
 * Outside records what was passed is given up at once; inside one the view
 * begins with it. A closing "-->", "]]>" or "?>" that does not come within a
 * record's length makes its opening text; where that was found is remembered,
 * so that it is not looked for again.
 */
#include "indexer/archive/xml_split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/mem.h"
#include "indexer/archive/encoding.h"
#include "indexer/archive/span.h"
#include "indexer/archive/split.h"
#include "indexer/archive/xml_lex.h"

#define MOST_OPEN          64
#define MOST_CONTEXT_BYTES ((size_t)64 << 10)
#define MOST_KEPT_BYTES    ((size_t)8 << 10)

struct open_element {
    char name[64]; /* with its prefix; cut where it is longer */
    bool container;
};

struct splitter {
    struct input *in;
    const struct archive_sink *sink;
    const struct archive_format *format;
    const struct xml_shape *shape;
    size_t at;                     /* in the view: where the next piece begins */
    uint64_t none_before[3];       /* of comment, CDATA, instruction: no closing up to there */
    uint64_t number;               /* of records so far */
    const struct charset *charset; /* declared; NULL: not */
    char charset_name[64];
    struct buf context;
    struct archive_parser text; /* for its buffer */
    struct open_element open[MOST_OPEN];
    unsigned depth;
    unsigned beyond;   /* open elements that the stack has no room for */
    bool known;        /* an element was met that the format has */
    bool reported_end; /* that the source is cut */
};

/* Whether a piece is only the opening of what a closing ends. */
static bool is_opening(enum xml_kind kind)
{
    return kind == XML_COMMENT || kind == XML_CDATA || kind == XML_INSTRUCTION;
}

/* --- the view --- */

/* Gives up what was passed. */
static void forget(struct splitter *s)
{
    input_advance(s->in, s->at);
    s->at = 0;
}

/* The next piece of the source: its place in the view is s->at, which stays.
 * False at the end. */
static int view_piece(struct splitter *s, struct xml_piece *piece, bool *more)
{
    for (;;) {
        size_t len;
        const char *view = input_view(s->in, &len);
        bool last = input_ended(s->in);
        *more = s->at < len;
        if (*more)
            *piece = xml_lex(view + s->at, view + len, last);
        if ((*more && piece->kind != XML_UNFINISHED) || last)
            return BF_OK;
        int rc = input_fill(s->in, len + 1);
        if (rc)
            return rc;
    }
}

/* Moves s->at behind the closing of what has just been opened there, or leaves
 * it where no closing comes in time. */
static int pass_closing(struct splitter *s, enum xml_kind kind)
{
    const char *closing = xml_closing(kind);
    size_t n = strlen(closing), from = s->at, len;
    uint64_t *none_before = &s->none_before[kind - XML_COMMENT];
    if (*none_before > input_offset(s->in) + from)
        from = (size_t)(*none_before - input_offset(s->in));
    for (;;) {
        const char *view = input_view(s->in, &len);
        const char *found = from < len ? memmem(view + from, len - from, closing, n) : NULL;
        if (found) {
            s->at = (size_t)(found - view) + n;
            return BF_OK;
        }
        if (len >= n && len - n + 1 > from)
            from = len - n + 1;
        *none_before = input_offset(s->in) + from;
        if (input_ended(s->in) || len > input_max_record(s->in))
            return BF_OK;
        int rc = input_fill(s->in, len + 1);
        if (rc)
            return rc;
    }
}

/* --- context --- */

/* Adds a piece of the source as UTF-8, when there is room. */
static bool add_context(struct splitter *s, const char *text, size_t len)
{
    struct record_problem ignored = {0};
    struct bytes utf8 = text_in_utf8(&s->text, text, len, s->charset, &ignored);
    if (bytes_left(&utf8) > MOST_CONTEXT_BYTES - s->context.len)
        return false;
    buf_add(&s->context, utf8.p, bytes_left(&utf8));
    return true;
}

static void begin_context(struct splitter *s)
{
    s->context.len = 0;
    s->depth = s->beyond = 0;
    buf_printf(&s->context, "%s\n", s->charset_name);
}

/* The internal subset only: nothing of it leads out of the document, as no
 * external entity is ever opened. */
static void add_doctype(struct splitter *s, const struct xml_piece *doctype)
{
    const char *subset = memchr(doctype->p, '[', doctype->len);
    if (!subset || s->depth || doctype->len > MOST_KEPT_BYTES)
        return;
    begin_context(s);
    buf_puts(&s->context, "<!DOCTYPE x ");
    add_context(s, subset, doctype->len - (size_t)(subset - doctype->p));
}

/* <?xml version="1.0" encoding="..."?>, which a stream may hold again. */
static void read_declaration(struct splitter *s, const char *p, size_t len)
{
    struct xml_piece tag = {XML_START_TAG, p, len, p + 2, 3};
    struct xml_pair pair;
    const char *at = NULL;
    if (s->depth || len < 6 || strncasecmp(p, "<?xml", 5) != 0 || p[5] == '-')
        return;
    s->charset = NULL;
    while (!input_decoded(s->in) && xml_next_attribute(&tag, &at, &pair))
        if (span_is_one_of(span_of(pair.name, pair.name_len), "encoding"))
            s->charset = charset_named(pair.value, pair.value_len);
    if (s->charset && s->charset->unit > 1) /* then it could not have been read here */
        s->charset = NULL;
    snprintf(s->charset_name, sizeof s->charset_name, "%s", s->charset ? s->charset->name : "");
    begin_context(s);
}

/* --- what is open --- */

static void set_name(struct open_element *e, const struct xml_piece *tag)
{
    size_t n = tag->name_len < sizeof e->name ? tag->name_len : sizeof e->name - 1;
    memcpy(e->name, tag->name, n);
    e->name[n] = '\0';
}

static bool is_called(const struct open_element *e, const struct xml_piece *tag)
{
    struct open_element other;
    set_name(&other, tag);
    return strcmp(e->name, other.name) == 0;
}

static bool in_container(const struct splitter *s)
{
    return !s->beyond && (!s->depth || s->open[s->depth - 1].container);
}

static bool is_among(const char *names, const struct xml_piece *tag)
{
    size_t len;
    const char *local = xml_local_name(tag->name, tag->name_len, &len);
    return span_is_one_of(span_of(local, len), names);
}

static void push(struct splitter *s, const struct xml_piece *tag)
{
    if (s->depth == MOST_OPEN) {
        s->beyond++;
        return;
    }
    struct open_element *e = &s->open[s->depth];
    e->container = !s->depth || (in_container(s) && is_among(s->shape->containers, tag));
    if (e->container)
        e->container = add_context(s, tag->p, tag->len);
    set_name(e, tag);
    s->depth++;
}

/* The innermost open element is closed. */
static void pop(struct splitter *s)
{
    const struct open_element *e = &s->open[--s->depth];
    if (!s->depth)
        begin_context(s); /* another document may follow */
    else if (e->container)
        buf_printf(&s->context, "</%s>", e->name);
}

/* An end tag closes what is open inside its element too; one of nothing that
 * is open closes nothing. */
static void close_element(struct splitter *s, const struct xml_piece *tag)
{
    if (s->beyond) {
        s->beyond--;
        return;
    }
    for (unsigned i = s->depth; i > 0; i--) {
        if (!is_called(&s->open[i - 1], tag))
            continue;
        while (s->depth >= i)
            pop(s);
        return;
    }
}

/* Records stand in containers: what else is open was never closed. */
static void close_others(struct splitter *s)
{
    s->beyond = 0;
    while (s->depth && !s->open[s->depth - 1].container)
        pop(s);
}

/* --- the extent of an element --- */

enum extent { EXTENT_OPEN, EXTENT_WHOLE, EXTENT_UNCLOSED, EXTENT_TOO_LONG, EXTENT_CUT };

/* Passes the next piece, unless it says that the element ended before it. */
static int pass_piece(struct splitter *s, const struct open_element *wanted, enum extent *extent)
{
    struct xml_piece piece;
    bool more;
    int rc = view_piece(s, &piece, &more);
    if (rc)
        return rc;
    if (!more)
        *extent = EXTENT_CUT;
    else if (piece.kind == XML_START_TAG && is_called(wanted, &piece))
        *extent = EXTENT_UNCLOSED;
    else if (piece.kind == XML_END_TAG && is_called(wanted, &piece))
        *extent = EXTENT_WHOLE;
    if (*extent == EXTENT_CUT || *extent == EXTENT_UNCLOSED)
        return BF_OK;
    s->at += piece.len;
    return is_opening(piece.kind) ? pass_closing(s, piece.kind) : BF_OK;
}

/* From its start tag at 0 in the view, as far as s->at on return. */
static int find_extent(struct splitter *s, const struct xml_piece *start, size_t most,
                       enum extent *extent)
{
    struct open_element wanted;
    int rc = BF_OK;
    set_name(&wanted, start);
    *extent = start->kind == XML_EMPTY_TAG ? EXTENT_WHOLE : EXTENT_OPEN;
    s->at = start->len;
    while (!rc && *extent == EXTENT_OPEN && s->at <= most)
        rc = pass_piece(s, &wanted, extent);
    if (s->at > most)
        *extent = EXTENT_TOO_LONG;
    return rc;
}

/* The piece that the view begins with, known to be whole. */
static struct xml_piece first_piece(const struct splitter *s)
{
    size_t len;
    const char *view = input_view(s->in, &len);
    return xml_lex(view, view + len, true);
}

/* What a container says of itself: one short element, or it is passed as any
 * other. */
static int keep_element(struct splitter *s, const struct xml_piece *start)
{
    enum extent extent;
    size_t len;
    int rc = find_extent(s, start, MOST_KEPT_BYTES, &extent);
    if (rc)
        return rc;
    if (extent == EXTENT_WHOLE) {
        add_context(s, input_view(s->in, &len), s->at);
        return BF_OK;
    }
    struct xml_piece again = first_piece(s);
    s->at = again.len;
    if (again.kind == XML_START_TAG)
        push(s, &again);
    return BF_OK;
}

/* --- records --- */

static void report(struct splitter *s, uint64_t number, uint64_t offset, enum skip_reason reason,
                   const char *detail)
{
    s->sink->bad_record(s->sink->ctx, input_name(s->in), number, offset, reason, detail);
}

/* Passes a record that is too long to be kept: to its end tag, or to the next
 * record, wherever either stands. */
static int pass_record(struct splitter *s)
{
    struct open_element wanted;
    struct xml_piece start = first_piece(s);
    set_name(&wanted, &start);
    s->at = start.len;
    for (;;) {
        struct xml_piece piece;
        bool more;
        forget(s);
        int rc = view_piece(s, &piece, &more);
        if (rc || !more)
            return rc;
        bool named = piece.name && is_called(&wanted, &piece);
        if (named && piece.kind != XML_END_TAG)
            return BF_OK;
        s->at = piece.len;
        if (named)
            return BF_OK;
    }
}

static int hand_over(struct splitter *s, struct error *err)
{
    size_t len;
    struct record r = {
        .source = input_name(s->in),
        .number = s->number,
        .offset = input_offset(s->in),
        .data = input_view(s->in, &len),
        .len = s->at,
        .context = (const char *)s->context.data,
        .context_len = s->context.len,
        .format = s->format,
    };
    return s->sink->record(s->sink->ctx, &r, err);
}

static int take_record(struct splitter *s, const struct xml_piece *start, struct error *err)
{
    enum extent extent;
    close_others(s);
    s->number++;
    int rc = find_extent(s, start, input_max_record(s->in), &extent);
    if (rc)
        return rc;
    if (extent == EXTENT_TOO_LONG) {
        report_long_record(s->in, s->sink, s->number);
        return pass_record(s);
    }
    if (extent == EXTENT_CUT) {
        if (!input_cut(s->in)) /* else it was said already */
            report(s, s->number, input_offset(s->in), SKIP_INVALID_XML, "ends too early");
        s->reported_end = true;
        return BF_OK;
    }
    return hand_over(s, err);
}

/* --- the whole --- */

static int take_instruction(struct splitter *s)
{
    size_t len;
    s->at = 2;
    int rc = pass_closing(s, XML_INSTRUCTION);
    read_declaration(s, input_view(s->in, &len), s->at);
    if (s->charset && s->charset->kind == CHARSET_OPAQUE) {
        forget(s);
        if (input_decode(s->in, s->charset))
            s->charset = NULL;
    }
    return rc;
}

/* A piece outside records, which stands at the beginning of the view. */
static int take_piece(struct splitter *s, const struct xml_piece *piece, struct error *err)
{
    s->at = piece->len;
    switch (piece->kind) {
    case XML_START_TAG:
    case XML_EMPTY_TAG:
        if (is_among(s->shape->records, piece))
            return take_record(s, piece, err);
        s->known |= is_among(s->shape->containers, piece);
        if (s->depth && in_container(s) && is_among(s->shape->kept, piece))
            return keep_element(s, piece);
        if (piece->kind == XML_START_TAG)
            push(s, piece);
        return BF_OK;
    case XML_END_TAG:
        close_element(s, piece);
        return BF_OK;
    case XML_DOCTYPE:
        add_doctype(s, piece);
        return BF_OK;
    case XML_COMMENT:
    case XML_CDATA:
        return pass_closing(s, piece->kind);
    case XML_INSTRUCTION:
        return take_instruction(s);
    case XML_TEXT:
    case XML_UNFINISHED:
        break;
    }
    return BF_OK;
}

/* A source that was cut between two records looks whole otherwise; and one
 * that was taken for the format by its user may be none. */
static void check_end(struct splitter *s)
{
    char detail[96];
    snprintf(detail, sizeof detail, "ends before </%s>", s->open[0].name);
    if (!s->known && !s->number)
        report(s, 0, 0, SKIP_UNKNOWN_FORMAT, "no element of the format");
    else if (s->depth && !input_cut(s->in) && !s->reported_end)
        report(s, 0, input_offset(s->in), SKIP_INVALID_XML, detail);
}

int xml_split(struct input *in, const struct archive_sink *sink,
              const struct archive_format *format, const struct xml_shape *shape, struct error *err)
{
    struct splitter *s = mem_zalloc(1, sizeof *s);
    bool more = true;
    int rc = BF_OK;
    s->in = in;
    s->sink = sink;
    s->format = format;
    s->shape = shape;
    begin_context(s);
    while (!rc && more) {
        struct xml_piece piece;
        forget(s);
        rc = view_piece(s, &piece, &more);
        if (!rc && more)
            rc = take_piece(s, &piece, err);
    }
    if (!rc)
        check_end(s);
    buf_free(&s->context);
    buf_free(&s->text.encoded);
    free(s);
    return rc;
}

/* --- recognising --- */

static void copy_cut(char *to, size_t room, const char *text, size_t len)
{
    size_t n = len < room ? len : room - 1;
    memcpy(to, text, n);
    to[n] = '\0';
}

/* Behind what is opened, or the end. */
static const char *behind(const char *p, const char *end, const char *closing)
{
    const char *found = memmem(p, (size_t)(end - p), closing, strlen(closing));
    return found ? found + strlen(closing) : end;
}

static bool is_white(const struct xml_piece *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (!memchr(" \t\r\n", text->p[i], 4))
            return false;
    return true;
}

void xml_find_root(const char *head, size_t len, struct xml_root *root)
{
    const char *p = head + mark_length(head, len), *end = head + len;
    *root = (struct xml_root){0};
    while (p < end) {
        struct xml_piece piece = xml_lex(p, end, true);
        size_t n = 0;
        const char *local = piece.name ? xml_local_name(piece.name, piece.name_len, &n) : NULL;
        p += piece.len;
        if (is_opening(piece.kind)) {
            p = behind(p, end, xml_closing(piece.kind));
        } else if (piece.kind == XML_TEXT) {
            if (!root->name[0] && !is_white(&piece))
                return;
        } else if (local && root->name[0]) {
            copy_cut(root->child, sizeof root->child, local, n);
            return;
        } else if (local) {
            copy_cut(root->name, sizeof root->name, local, n);
            copy_cut(root->start_tag, sizeof root->start_tag, piece.p, piece.len);
        }
    }
}
