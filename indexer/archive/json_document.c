/*
 * json_document.c - walks down to the lists, and cuts elements out of them.
 *
 * Objects are walked member by member until it is clear what they are; the
 * view begins with the object as long as it may still be an article.
 */
#include "indexer/archive/json_document.h"

#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "indexer/archive/json_article.h"
#include "indexer/archive/json_scan.h"
#include "indexer/archive/split.h"

#define RECORD_SEPARATOR 0x1e           /* RFC 7464, before each object */
#define CONTEXT_BYTES    ((size_t)4096) /* a longer one is left out: each record is read with it */
#define KEY_BYTES        ((size_t)64)   /* longest name by which an element is found again */
#define SEARCH_BYTES     ((size_t)1 << 20) /* let go of at a time while looking for one */
#define MOST_WRAPPERS    4                 /* objects round a list */

#define UNBALANCED "a quote, comma or bracket is missing or too many"
#define TOO_DEEP   "more than 64 levels"

struct walk {
    struct input *in; /* NULL: the text is all there is, and is only looked at */
    const char *text;
    size_t text_len;
    const struct archive_sink *sink;
    struct error *err;
    int rc; /* what stopped it */
    size_t limit;
    uint64_t number;       /* of the last record */
    struct field_map *map; /* the built-in names */
    struct buf context;    /* complete JSON, or empty */
    char key[KEY_BYTES];   /* of the last good element, with its quotes */
    size_t key_len;        /* 0: not known */
    bool in_list;
    bool unbalanced; /* brackets were counted to the end, and do not close */
    bool damaged;    /* a damage was reported: loose brackets belong to it */
};

/* --- the text ahead --- */

static const char *view(const struct walk *w, size_t *len)
{
    if (w->in)
        return input_view(w->in, len);
    *len = w->text_len;
    return w->text;
}

static bool have(struct walk *w, size_t want)
{
    size_t len;
    view(w, &len);
    if (len >= want || !w->in || w->rc)
        return len >= want && !w->rc;
    w->rc = input_fill(w->in, want);
    view(w, &len);
    return !w->rc && len >= want;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == RECORD_SEPARATOR;
}

/* Moves *at to the next byte that is no white space and gives it; -1 at the
 * end, or beyond the limit. */
static int significant(struct walk *w, size_t *at)
{
    while (*at <= w->limit && have(w, *at + 1)) {
        size_t len;
        const char *p = view(w, &len);
        while (*at < len && is_blank(p[*at]))
            ++*at;
        if (*at < len)
            return (unsigned char)p[*at];
    }
    return -1;
}

/* The same, letting go of what is passed; commas too. */
static int pass_blanks(struct walk *w)
{
    while (have(w, 1)) {
        size_t len, n = 0;
        const char *p = view(w, &len);
        while (n < len && (is_blank(p[n]) || p[n] == ','))
            n++;
        int c = n < len ? (unsigned char)p[n] : -1;
        input_advance(w->in, n);
        if (c >= 0)
            return c;
    }
    return -1;
}

/* Scans the value that begins at `at` of the view, as far as the limit. */
static enum json_scan_status scan_value(struct walk *w, size_t at, struct json_scan *scan)
{
    for (;;) {
        size_t len;
        const char *p = view(w, &len);
        enum json_scan_status status = json_scan_run(scan, p + at, len - at);
        if (status != JSON_SCAN_MORE || len > w->limit || !have(w, len + 1))
            return status;
    }
}

/* --- records and damage --- */

static void report(struct walk *w, size_t at, enum skip_reason reason, const char *what)
{
    char detail[80];
    size_t len;
    view(w, &len);
    bool ended = at >= len && input_ended(w->in);
    snprintf(detail, sizeof detail, "byte %zu: %s", at, ended ? "ends too early" : what);
    w->damaged = true;
    if (!input_cut(w->in) || !ended)
        w->sink->bad_record(w->sink->ctx, input_name(w->in), w->number, input_offset(w->in), reason,
                            detail);
}

/* Notes the name of the record's first member. */
static void note_key(struct walk *w, const char *p, size_t len)
{
    size_t i = 1;
    while (i < len && is_blank(p[i]))
        i++;
    struct json_scan scan = {0};
    if (*p != '{' || i == len || p[i] != '"' ||
        json_scan_run(&scan, p + i, len - i) != JSON_SCAN_END || scan.seen > KEY_BYTES)
        return;
    memcpy(w->key, p + i, scan.seen);
    w->key_len = scan.seen;
}

static void hand_over(struct walk *w, size_t len)
{
    size_t in_view;
    struct record r = {
        .source = input_name(w->in),
        .number = ++w->number,
        .offset = input_offset(w->in),
        .data = view(w, &in_view),
        .len = len,
        .format = &json_document_format,
    };
    if (w->in_list && w->context.len) {
        r.context = (const char *)w->context.data;
        r.context_len = w->context.len;
    }
    note_key(w, r.data, len);
    w->rc = w->sink->record(w->sink->ctx, &r, w->err);
    input_advance(w->in, len);
}

/* --- finding the next element behind a damage --- */

/* Whether `{` at p[i] seems to begin an element. `strict`: one must end before. */
static bool begins_element(const struct walk *w, const char *p, size_t i, size_t len, bool strict)
{
    size_t before = i, after = i + 1;
    bool begins_line = i && p[i - 1] == '\n';
    if (!w->in_list)
        return begins_line;
    while (before && is_blank(p[before - 1]))
        before--;
    if ((!before || p[--before] != ',') && !begins_line)
        return false;
    while (strict && before && is_blank(p[before - 1]))
        before--;
    if (strict && (!before || p[before - 1] != '}'))
        return false;
    while (after < len && is_blank(p[after]))
        after++;
    size_t wanted = w->key_len ? w->key_len : 1;
    return len - after >= wanted && memcmp(p + after, w->key_len ? w->key : "\"", wanted) == 0;
}

/* Passes at least `from` bytes and what follows, up to the next element. */
static void find_next(struct walk *w, size_t from, bool strict)
{
    const size_t around = 4 * KEY_BYTES; /* white space and a name */
    for (size_t at = from; have(w, at + 1);) {
        size_t len;
        have(w, at + around);
        const char *p = view(w, &len), *brace = memchr(p + at, '{', len - at);
        size_t i = brace ? (size_t)(brace - p) : len;
        if (brace && begins_element(w, p, i, len, strict)) {
            input_advance(w->in, i);
            return;
        }
        at = brace && (len - i >= around || input_ended(w->in)) ? i + 1 : i;
        if (at > SEARCH_BYTES) {
            input_advance(w->in, at - around);
            at = around;
        }
    }
    size_t len;
    view(w, &len);
    input_advance(w->in, len);
}

/* --- elements --- */

/* Lets go of a value as it is scanned. */
static enum json_scan_status pass_value(struct walk *w, struct json_scan *scan)
{
    enum json_scan_status status;
    do {
        size_t len;
        const char *p = view(w, &len);
        status = json_scan_run(scan, p, len);
        input_advance(w->in, scan->seen);
        scan->seen = 0;
    } while (status == JSON_SCAN_MORE && have(w, 1));
    return status;
}

/* Passes a value that is too deep: by counting brackets, unless that has been
 * tried in vain. */
static void pass_deep(struct walk *w, struct json_scan *scan)
{
    size_t from = scan->seen + 1;
    enum json_scan_status status = JSON_SCAN_MORE;
    while (!w->unbalanced && status == JSON_SCAN_MORE) {
        size_t len;
        const char *p = view(w, &len);
        status = json_scan_count(scan, p, len);
        w->unbalanced = status == JSON_SCAN_DAMAGED ||
                        (status == JSON_SCAN_MORE && (len > w->limit || !have(w, len + 1)));
    }
    if (status == JSON_SCAN_END)
        input_advance(w->in, scan->seen);
    else
        find_next(w, from, true);
}

static void pass_long(struct walk *w, struct json_scan *scan)
{
    w->number++;
    report_long_record(w->in, w->sink, w->number);
    input_advance(w->in, scan->seen);
    scan->seen = 0;
    if (pass_value(w, scan) > JSON_SCAN_END)
        find_next(w, 0, false);
}

/* The view begins with the element's first byte. */
static void read_element(struct walk *w)
{
    struct json_scan scan = {0};
    enum json_scan_status status = scan_value(w, 0, &scan);
    size_t len;
    view(w, &len);
    if (w->rc)
        return;
    if (status == JSON_SCAN_MORE && len > w->limit) {
        pass_long(w, &scan);
    } else if (status == JSON_SCAN_END || (status == JSON_SCAN_MORE && json_scan_may_end(&scan))) {
        hand_over(w, scan.seen);
    } else if (status == JSON_SCAN_TOO_DEEP) {
        w->number++;
        report(w, scan.seen, SKIP_TOO_DEEP, TOO_DEEP);
        pass_deep(w, &scan);
    } else {
        w->number++;
        report(w, scan.seen, SKIP_INVALID_JSON, UNBALANCED);
        find_next(w, 1, false);
    }
}

/* Whether the "]" at the start of the view closes the list, and not one that a
 * damaged element has left. `wrapped`: an object has the list as a member. */
static bool closes_list(struct walk *w, bool wrapped)
{
    size_t at = 1;
    int c = significant(w, &at);
    return c < 0 || strchr(wrapped ? ",}" : "[{", c);
}

/* The view begins behind the "[". */
static void read_list(struct walk *w, bool wrapped)
{
    int c;
    bool closed = false;
    w->in_list = true;
    while (!closed && !w->rc && (c = pass_blanks(w)) >= 0) {
        closed = c == ']' && closes_list(w, wrapped);
        if (!closed)
            read_element(w);
    }
    w->in_list = false;
    if (closed)
        input_advance(w->in, 1);
    else if (!w->rc && !input_cut(w->in))
        w->sink->bad_record(w->sink->ctx, input_name(w->in), 0, input_offset(w->in),
                            SKIP_INVALID_JSON, "the list is not closed");
}

/* --- objects --- */

struct object {
    size_t at;      /* in view */
    unsigned level; /* of the member at `at`; 0 behind the object */
    bool kept;      /* the view begins with the object, which may be an article */
    bool titled, written, feed;
    bool empty_list;
    bool too_deep;    /* what was found damaged is that */
    bool at_list;     /* `at` is behind the "[" of a list of articles */
    size_t list_name; /* where its name begins */
};

enum found { FOUND_NOTHING, FOUND_LIST, FOUND_DAMAGE, FOUND_TOO_LONG };

static bool is_one_of(const char *names, const char *key, size_t len)
{
    for (const char *p = names; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        if (n == len && memcmp(p, key, n) == 0)
            return true;
        p += n;
    }
    return false;
}

static bool is_article(const struct object *o)
{
    return o->kept && (o->written || (o->titled && !o->feed));
}

/* What a member of that name says of the object that has it. */
static void judge(const struct walk *w, struct object *o, const char *key, size_t len, bool is_text)
{
    unsigned rank;
    enum field field = field_map_find(w->map, key, len, &rank);
    o->titled |= is_text && field == FIELD_TITLE;
    o->written |= is_text && (field == FIELD_BODY || field == FIELD_BODY_HTML);
    o->feed |= is_one_of("home_page_url feed_url version", key, len);
}

/* At a name. *value is where its value begins; false when there is none. */
static bool take_name(struct walk *w, const struct object *o, size_t *key_len, size_t *value)
{
    struct json_scan scan = {0};
    if (scan_value(w, o->at, &scan) != JSON_SCAN_END)
        return false;
    *key_len = scan.seen - 2;
    *value = o->at + scan.seen;
    if (significant(w, value) != ':')
        return false;
    ++*value;
    return significant(w, value) >= 0;
}

/* Decides what a value is that may hold the articles. False: nothing special. */
static bool enter(struct walk *w, struct object *o, size_t key_len, size_t value)
{
    size_t len, inner = value + 1;
    const char *p = view(w, &len), *key = p + o->at + 1;
    bool list = p[value] == '[' && is_one_of("articles items results docs documents entries posts "
                                             "stories records hits rows news data value",
                                             key, key_len);
    bool object = p[value] == '{' && o->level < MOST_WRAPPERS &&
                  is_one_of("response data result results feed hits collection", key, key_len);
    if ((!list && !object) || is_article(o))
        return false;
    int first = significant(w, &inner);
    if (list && first != '{') {
        o->empty_list |= first == ']';
        return false;
    }
    o->at_list = list;
    o->list_name = o->at;
    o->level += object;
    o->at = value + 1;
    return true;
}

static enum found take_member(struct walk *w, struct object *o)
{
    size_t key_len, value, len;
    if (!take_name(w, o, &key_len, &value))
        return o->at > w->limit ? FOUND_TOO_LONG : FOUND_DAMAGE;
    const char *p = view(w, &len);
    judge(w, o, p + o->at + 1, key_len, p[value] == '"');
    if (enter(w, o, key_len, value))
        return o->at_list ? FOUND_LIST : FOUND_NOTHING;
    struct json_scan scan = {0};
    enum json_scan_status status = scan_value(w, value, &scan);
    view(w, &len);
    if (status == JSON_SCAN_MORE && len > w->limit)
        return FOUND_TOO_LONG;
    o->at = value + scan.seen;
    o->too_deep = status == JSON_SCAN_TOO_DEEP;
    return status == JSON_SCAN_END ? FOUND_NOTHING : FOUND_DAMAGE;
}

/* Goes on behind o->at to the next list of articles, or the object's end. */
static enum found find_list(struct walk *w, struct object *o)
{
    enum found found = FOUND_NOTHING;
    while (found == FOUND_NOTHING && o->level) {
        if (!o->kept) {
            input_advance(w->in, o->at);
            o->at = 0;
        }
        int c = significant(w, &o->at);
        if (c == '"')
            found = take_member(w, o);
        else if (c == ',' || c == '}')
            o->at++;
        else
            found = o->at > w->limit ? FOUND_TOO_LONG : FOUND_DAMAGE;
        o->level -= c == '}';
    }
    return found;
}

/* What stands before the list, with the brackets closed. */
static void keep_context(struct walk *w, const struct object *o)
{
    size_t len;
    const char *p = view(w, &len);
    w->context.len = 0;
    if (o->list_name > CONTEXT_BYTES)
        return;
    buf_add(&w->context, p, o->list_name);
    buf_puts(&w->context, "\"\":0");
    for (unsigned i = 0; i < o->level; i++)
        buf_putc(&w->context, '}');
}

static void read_found_list(struct walk *w, struct object *o)
{
    if (o->kept)
        keep_context(w, o);
    input_advance(w->in, o->at);
    o->kept = false;
    o->at = 0;
    read_list(w, true);
}

static void leave_damaged(struct walk *w, const struct object *o)
{
    w->number++;
    if (o->too_deep)
        report(w, o->at, SKIP_TOO_DEEP, TOO_DEEP);
    else
        report(w, o->at, SKIP_INVALID_JSON, UNBALANCED);
    find_next(w, 1, false);
}

/* Passes the rest of an object of which a part is too long. */
static void leave_long(struct walk *w, struct object *o)
{
    struct json_scan scan = {.depth = o->level, .objects = UINT64_MAX, .last = ','};
    report_long_record(w->in, w->sink, ++w->number);
    input_advance(w->in, o->at);
    if (pass_value(w, &scan) > JSON_SCAN_END)
        find_next(w, 0, false);
}

/* The view begins with its "{". */
static void read_object(struct walk *w)
{
    struct object o = {.at = 1, .level = 1, .kept = true};
    while (o.level && !w->rc) {
        enum found found = find_list(w, &o);
        if (w->rc)
            return;
        if (found == FOUND_LIST) {
            read_found_list(w, &o);
        } else if (found == FOUND_TOO_LONG) {
            leave_long(w, &o);
            return;
        } else if (found == FOUND_DAMAGE) {
            leave_damaged(w, &o);
            return;
        }
    }
    if (w->rc)
        return;
    if (o.kept && !(o.empty_list && !is_article(&o)))
        hand_over(w, o.at);
    else
        input_advance(w->in, o.at);
}

/* --- the whole --- */

/* A bracket that closes nothing, or something that is no JSON. */
static void read_loose(struct walk *w, int c)
{
    bool left_over = w->damaged && (c == ']' || c == '}');
    if (!left_over) {
        w->number++;
        report(w, 0, SKIP_INVALID_JSON, "neither a list nor an object");
        find_next(w, 1, false);
    } else {
        input_advance(w->in, 1);
    }
}

static int json_document_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    struct walk w = {.in = in, .sink = sink, .err = err, .limit = input_max_record(in)};
    size_t len;
    const char *head = view(&w, &len);
    w.map = field_map_new();
    if (len >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0)
        input_advance(in, 3);
    for (int c; !w.rc && (c = pass_blanks(&w)) >= 0;) {
        if (c == '[') {
            w.context.len = 0;
            input_advance(in, 1);
            read_list(&w, false);
        } else if (c == '{') {
            read_object(&w);
        } else {
            read_loose(&w, c);
        }
    }
    field_map_free(w.map);
    buf_free(&w.context);
    return w.rc;
}

/* --- recognising --- */

/* Whether the head is lines of which the first is no whole object, but
 * another begins behind it: JSON Lines with a damage. */
static bool is_damaged_line(const char *p, const char *end)
{
    const char *newline = memchr(p, '\n', (size_t)(end - p)), *next = newline;
    while (next && next < end && is_blank(*next))
        next++;
    if (!next || next == end || *next != '{')
        return false;
    while (newline > p && is_blank(newline[-1]))
        newline--;
    return !strchr("{[,:", newline[-1]);
}

/* Whether nothing but blanks follow on the line. */
static bool ends_line(const char *p, const char *end)
{
    while (p < end && is_blank(*p) && *p != '\n')
        p++;
    return p == end || *p == '\n';
}

/* Not so for objects that are each alone on a line and hold no list: those
 * are JSON Lines. */
static bool is_document(const char *p, const char *end)
{
    struct walk w = {.text = p, .text_len = (size_t)(end - p), .limit = SIZE_MAX / 2};
    struct object o = {.at = 1, .level = 1, .kept = true};
    w.map = field_map_new();
    enum found found = find_list(&w, &o);
    field_map_free(w.map);
    if (found == FOUND_LIST)
        return true;
    if (found == FOUND_NOTHING)
        return memchr(p, '\n', o.at) || !ends_line(p + o.at, end);
    return memchr(p, '\n', w.text_len) && !is_damaged_line(p, end);
}

static int json_document_recognise(const char *head, size_t len)
{
    const char *p = head, *end = head + len;
    if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3;
    while (p < end && is_blank(*p))
        p++;
    if (p == end || (*p != '[' && *p != '{'))
        return 0;
    bool sequence = p > head && p[-1] == RECORD_SEPARATOR;
    if (*p == '{')
        return sequence || is_document(p, end) ? 85 : 0;
    for (p++; p < end && (is_blank(*p) || *p == ','); p++)
        ;
    return p < end && (*p == '{' || *p == ']') ? 85 : 0;
}

const struct archive_format json_document_format = {
    .name = "json",
    .recognise = json_document_recognise,
    .split = json_document_split,
    .parse = json_article_parse,
};
