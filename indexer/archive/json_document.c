/*
 * json_document.c - walks down to the lists of articles.
 *
 * Objects are walked member by member until it is clear what they are; the
 * view begins with the object as long as it may still be an article.
 */
#include "indexer/archive/json_document.h"

#include <string.h>

#include "indexer/archive/json_article.h"
#include "indexer/archive/json_walk.h"
#include "indexer/archive/span.h"
#include "indexer/archive/split.h"

#define CONTEXT_BYTES ((size_t)4096)    /* a longer one is left out: each record is read with it */
#define MOST_WRAPPERS 4                 /* objects round a list */
#define AHEAD_BYTES   ((size_t)1 << 20) /* that are looked at to tell what an object is */

/* --- objects --- */

struct object {
    size_t at;      /* in view */
    unsigned level; /* of the member at `at`; 0 behind the object */
    bool kept;      /* the view begins with the object, which may be an article */
    bool titled, written, dated, feed;
    bool wraps; /* has a member in which an article's own are */
    bool empty_list;
    bool too_deep;    /* what was found damaged is that */
    bool at_list;     /* `at` is behind the "[" of a list of articles */
    size_t list_name; /* where its name begins */
};

enum found { FOUND_NOTHING, FOUND_LIST, FOUND_DAMAGE, FOUND_TOO_LONG };

static bool is_article(const struct object *o)
{
    return o->kept && (o->written || (o->titled && !o->feed));
}

/* What a member of that name says of the object that has it. */
static void judge(const struct json_walk *w, struct object *o, const char *key, size_t len,
                  bool is_text)
{
    unsigned rank;
    enum field field = field_map_find(w->map, key, len, &rank);
    o->titled |= is_text && field == FIELD_TITLE;
    o->written |= is_text && (field == FIELD_BODY || field == FIELD_BODY_HTML);
    o->dated |= field == FIELD_DATE || field == FIELD_CREATED || field == FIELD_UPDATED;
    o->wraps |= span_is_one_of(span_of(key, len), "_source attributes fields");
    o->feed |= span_is_one_of(span_of(key, len), "home_page_url feed_url version");
}

/* At a name. *value is where its value begins; false when there is none. */
static bool take_name(struct json_walk *w, const struct object *o, size_t *key_len, size_t *value)
{
    struct json_scan scan = {0};
    if (json_scan_value(w, o->at, &scan) != JSON_SCAN_END)
        return false;
    *key_len = scan.seen - 2;
    *value = o->at + scan.seen;
    if (json_significant(w, value) != ':')
        return false;
    ++*value;
    return json_significant(w, value) >= 0;
}

/* --- what an object is --- */

/* Looks at the members from o->at on, to the object's end or the limit, and
 * passes nothing. A value that begins with one of the characters is a text. */
static void look_ahead(struct json_walk *w, struct object *o, const char *texts)
{
    size_t key_len, value, len;
    for (int c; (c = json_significant(w, &o->at)) == ',' || c == '"';) {
        struct json_scan scan = {0};
        if (c == ',') {
            o->at++;
            continue;
        }
        if (!take_name(w, o, &key_len, &value))
            return;
        const char *p = json_view(w, &len);
        judge(w, o, p + o->at + 1, key_len, strchr(texts, p[value]) != NULL);
        if (json_scan_value(w, value, &scan) != JSON_SCAN_END)
            return;
        o->at = value + scan.seen;
    }
}

/* What stands behind the value that begins at `at`, in the object that has it
 * and in those round that one. */
static struct object look_behind(struct json_walk *w, size_t at, unsigned level)
{
    struct json_scan scan = {0};
    struct object o = {0};
    if (json_scan_value(w, at, &scan) != JSON_SCAN_END)
        return o;
    o.at = at + scan.seen;
    for (; level; level--, o.at++) {
        look_ahead(w, &o, "\"");
        if (json_significant(w, &o.at) != '}')
            break;
    }
    return o;
}

/*
 * Whether a list of objects in an object is its articles, and not a part of
 * the article that the object is. `first` is where the first of them begins.
 * The list of a titled object is, where they look like articles; and one that
 * has a text of its own behind the list is an article, which is noted.
 */
static bool is_list_of_articles(struct json_walk *w, struct object *o, size_t value, size_t first)
{
    size_t limit = w->limit;
    struct object one = {.at = first + 1};
    if (!o->kept || o->feed)
        return true;
    if (limit > value + AHEAD_BYTES)
        w->limit = value + AHEAD_BYTES;
    look_ahead(w, &one, "\"{[");
    bool articles = one.written || one.wraps || (one.titled && one.dated);
    bool is_list = articles || !o->titled;
    if (is_list) {
        struct object behind = look_behind(w, value, o->level);
        o->written = behind.written && (!articles || o->titled || behind.titled);
        is_list = !o->written;
    }
    w->limit = limit;
    return is_list;
}

static const char list_names[] = "articles items results docs documents entries posts stories "
                                 "records hits rows news data value";
static const char object_names[] = "response data result results feed hits collection";

/* Decides what a value is that may hold the articles. False: nothing special. */
static bool enter(struct json_walk *w, struct object *o, size_t key_len, size_t value)
{
    size_t len, inner = value + 1;
    const char *p = json_view(w, &len);
    struct span key = span_of(p + o->at + 1, key_len);
    bool list = p[value] == '[' && span_is_one_of(key, list_names);
    bool object = p[value] == '{' && o->level < MOST_WRAPPERS && span_is_one_of(key, object_names);
    if ((!list && !object) || (o->kept && o->written))
        return false;
    int first = json_significant(w, &inner);
    if (list && first != '{') {
        o->empty_list |= first == ']';
        return false;
    }
    if (list && !is_list_of_articles(w, o, value, inner))
        return false;
    o->at_list = list;
    o->list_name = o->at;
    o->level += object;
    o->at = value + 1;
    return true;
}

static enum found take_member(struct json_walk *w, struct object *o)
{
    size_t key_len, value, len;
    if (!take_name(w, o, &key_len, &value))
        return o->at > w->limit ? FOUND_TOO_LONG : FOUND_DAMAGE;
    const char *p = json_view(w, &len);
    judge(w, o, p + o->at + 1, key_len, p[value] == '"');
    if (enter(w, o, key_len, value))
        return o->at_list ? FOUND_LIST : FOUND_NOTHING;
    struct json_scan scan = {0};
    enum json_scan_status status = json_scan_value(w, value, &scan);
    json_view(w, &len);
    if (status == JSON_SCAN_MORE && len > w->limit)
        return FOUND_TOO_LONG;
    o->at = value + scan.seen;
    o->too_deep = status == JSON_SCAN_TOO_DEEP;
    return status == JSON_SCAN_END ? FOUND_NOTHING : FOUND_DAMAGE;
}

/* Goes on behind o->at to the next list of articles, or the object's end. */
static enum found find_list(struct json_walk *w, struct object *o)
{
    enum found found = FOUND_NOTHING;
    while (found == FOUND_NOTHING && o->level) {
        if (!o->kept) {
            input_advance(w->in, o->at);
            o->at = 0;
        }
        int c = json_significant(w, &o->at);
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
static void keep_context(struct json_walk *w, const struct object *o)
{
    size_t len;
    const char *p = json_view(w, &len);
    w->context.len = 0;
    if (o->list_name > CONTEXT_BYTES)
        return;
    buf_add(&w->context, p, o->list_name);
    buf_puts(&w->context, "\"\":0");
    for (unsigned i = 0; i < o->level; i++)
        buf_putc(&w->context, '}');
}

static void read_found_list(struct json_walk *w, struct object *o)
{
    if (o->kept)
        keep_context(w, o);
    input_advance(w->in, o->at);
    o->kept = false;
    o->at = 0;
    json_read_list(w, true);
}

static void leave_damaged(struct json_walk *w, const struct object *o)
{
    w->number++;
    if (o->too_deep)
        json_report(w, o->at, SKIP_TOO_DEEP, JSON_TOO_DEEP);
    else
        json_report(w, o->at, SKIP_INVALID_JSON, JSON_UNBALANCED);
    json_find_next(w, 1, false);
}

/* Passes the rest of an object of which a part is too long. */
static void leave_long(struct json_walk *w, struct object *o)
{
    struct json_scan scan = {.depth = o->level, .objects = UINT64_MAX, .last = ','};
    report_long_record(w->in, w->sink, ++w->number);
    input_advance(w->in, o->at);
    if (json_pass_value(w, &scan) > JSON_SCAN_END)
        json_find_next(w, 0, false);
}

/* The view begins with its "{". */
static void read_object(struct json_walk *w)
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
    bool wanted = o.kept && !(o.empty_list && !is_article(&o));
    if (wanted && o.at <= w->limit) {
        json_hand_over(w, o.at);
        return;
    }
    if (wanted)
        report_long_record(w->in, w->sink, ++w->number);
    input_advance(w->in, o.at);
}

/* --- the whole --- */

/* A bracket that closes nothing, or something that is no JSON. */
static void read_loose(struct json_walk *w, int c)
{
    bool left_over = w->damaged && (c == ']' || c == '}');
    if (!left_over) {
        w->number++;
        json_report(w, 0, SKIP_INVALID_JSON, "neither a list nor an object");
        json_find_next(w, 1, false);
    } else {
        input_advance(w->in, 1);
    }
}

static int json_document_split(struct input *in, const struct archive_sink *sink, struct error *err)
{
    struct json_walk w = {.in = in,
                          .format = &json_document_format,
                          .sink = sink,
                          .err = err,
                          .limit = input_max_record(in)};
    size_t len;
    const char *head = json_view(&w, &len);
    w.map = field_map_new();
    input_advance(in, mark_length(head, len));
    for (int c; !w.rc && (c = json_pass_blanks(&w)) >= 0;) {
        if (c == '[') {
            w.context.len = 0;
            input_advance(in, 1);
            json_read_list(&w, false);
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
    while (next && next < end && json_is_blank(*next))
        next++;
    if (!next || next == end || *next != '{')
        return false;
    while (newline > p && json_is_blank(newline[-1]))
        newline--;
    return !strchr("{[,:", newline[-1]);
}

/* Whether nothing but blanks follow on the line. */
static bool ends_line(const char *p, const char *end)
{
    while (p < end && json_is_blank(*p) && *p != '\n')
        p++;
    return p == end || *p == '\n';
}

/* Not so for objects that are each alone on a line and hold no list: those
 * are JSON Lines. */
static bool is_document(const char *p, const char *end)
{
    struct json_walk w = {.text = p, .text_len = (size_t)(end - p), .limit = SIZE_MAX / 2};
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
    const char *p = head + mark_length(head, len), *end = head + len;
    while (p < end && json_is_blank(*p))
        p++;
    if (p == end || (*p != '[' && *p != '{'))
        return 0;
    bool sequence = p > head && p[-1] == JSON_RECORD_SEPARATOR;
    if (*p == '{')
        return sequence || is_document(p, end) ? 85 : 0;
    for (p++; p < end && (json_is_blank(*p) || *p == ','); p++)
        ;
    return p < end && (*p == '{' || *p == ']') ? 85 : 0;
}

const struct archive_format json_document_format = {
    .name = "json",
    .recognise = json_document_recognise,
    .split = json_document_split,
    .parse = json_article_parse,
};
