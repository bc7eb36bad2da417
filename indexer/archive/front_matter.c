/* front_matter.c - a subset of YAML and TOML, line by line. */
#include "indexer/archive/front_matter.h"

#include "indexer/archive/json.h"

#define MOST_LIST_BYTES ((size_t)64 << 10)

/* --- where it ends --- */

static bool is_line(struct span line, const char *mark)
{
    while (line.len && is_ascii_space(line.p[line.len - 1]))
        line.len--;
    return span_is(line, mark);
}

/* Between a first line that is the mark and the next that is it, or `other`. */
static bool is_marked(struct span document, const char *mark, const char *other,
                      struct front_matter *f)
{
    struct span rest = document;
    if (!is_line(span_take_line(&rest), mark))
        return false;
    const char *start = rest.p;
    while (rest.len) {
        struct span line = span_take_line(&rest);
        if (!is_line(line, mark) && !is_line(line, other))
            continue;
        f->text = span_between(start, line.p);
        f->rest = rest;
        return true;
    }
    return false;
}

/* Behind the object that begins the text; NULL when it does not end. */
static const char *end_of_object(struct span text)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return text.p + i + 1;
        }
    }
    return NULL;
}

/* An object of several lines, with text behind it that is no JSON. */
static bool is_json(struct span document, struct front_matter *f)
{
    const char *end = document.len && document.p[0] == '{' ? end_of_object(document) : NULL;
    if (!end || !memchr(document.p, '\n', (size_t)(end - document.p)))
        return false;
    struct span rest = span_between(end, span_end(document)), behind = span_take_line(&rest);
    struct span text = span_trimmed(rest);
    if (span_trimmed(behind).len || !text.len || strchr("{[,\"", text.p[0]))
        return false;
    f->text = span_between(document.p, end);
    f->rest = rest;
    return true;
}

/* "Key: value", of a key that may have one word. */
static bool is_header(struct span line)
{
    size_t n = 0;
    while (n < line.len && (is_ascii_letter(line.p[n]) || line.p[n] == '_' || line.p[n] == '-'))
        n++;
    return n && n < line.len && line.p[n] == ':';
}

static bool is_headers(struct span document, struct front_matter *f)
{
    struct span rest = document;
    bool title = false, date = false;
    const char *end = document.p;
    while (rest.len) {
        struct span line = span_take_line(&rest);
        if (!is_header(line))
            break;
        title |= span_starts(line, "title:");
        date |= span_starts(line, "date:");
        end = span_end(line);
    }
    f->text = span_between(document.p, end);
    f->rest = span_between(end, span_end(document));
    return title && date;
}

struct front_matter front_matter_of(struct span document)
{
    struct front_matter f = {.rest = document};
    if (span_starts(document, "\xef\xbb\xbf"))
        document = span_from(document, 3);
    if (is_marked(document, "---", "...", &f))
        f.kind = FRONT_YAML;
    else if (is_marked(document, "+++", "+++", &f))
        f.kind = FRONT_TOML;
    else if (is_json(document, &f))
        f.kind = FRONT_JSON;
    else if (is_headers(document, &f))
        f.kind = FRONT_HEADERS;
    if (f.kind == FRONT_NONE)
        f.rest = document;
    return f;
}

/* --- values --- */

/* One key and what is said of it, so far. */
struct entry {
    struct span key;
    struct buf value;
    size_t items; /* of a list */
    bool is_text; /* the lines below are text, whatever they look like */
};

/* Without quotes; what "\" stands before in double quotes is kept, "\n" is a
 * line end. */
static void add_scalar(struct span text, struct buf *out)
{
    text = span_trimmed(text);
    char quote = text.len > 1 ? text.p[0] : '\0';
    bool quoted = (quote == '"' || quote == '\'') && text.p[text.len - 1] == quote;
    if (!quoted) {
        buf_add(out, text.p, text.len);
        return;
    }
    for (size_t i = 1; i + 1 < text.len; i++) {
        char c = text.p[i];
        bool escape =
            i + 2 < text.len && (quote == '"' ? c == '\\' : c == '\'' && text.p[i + 1] == '\'');
        if (escape)
            c = text.p[++i];
        buf_putc(out, escape && quote == '"' && c == 'n' ? '\n' : c);
    }
}

static void add_item(struct entry *e, struct span text)
{
    text = span_trimmed(text);
    if (!text.len || e->value.len > MOST_LIST_BYTES)
        return;
    if (e->items++)
        buf_puts(&e->value, ", ");
    add_scalar(text, &e->value);
}

/* "a, 'b, c'" between brackets. */
static void add_items(struct entry *e, struct span list)
{
    size_t start = 0;
    char quote = '\0';
    for (size_t i = 0; i <= list.len; i++) {
        char c = i < list.len ? list.p[i] : ',';
        if (quote && i < list.len)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        if ((quote && i < list.len) || c != ',')
            continue;
        add_item(e, span_of(list.p + start, i - start));
        start = i + 1;
    }
}

static bool is_bracketed(struct span value)
{
    return value.len > 1 && value.p[0] == '[' && value.p[value.len - 1] == ']';
}

static void set_value(struct entry *e, struct span value)
{
    if (is_bracketed(value))
        add_items(e, span_of(value.p + 1, value.len - 2));
    else
        add_scalar(value, &e->value);
}

/* Whether quotes or brackets that begin the value are closed at its end. */
static bool is_closed(struct span value)
{
    const char *opening = strchr("\"'[", value.p[0]);
    char closing = opening && *opening == '[' ? ']' : value.p[0];
    bool ends = value.len > 1 && value.p[value.len - 1] == closing;
    return !opening || (ends && !(closing == '"' && value.p[value.len - 2] == '\\'));
}

/* Behind " #" it is a comment, unless that stands in quotes or in brackets. */
static struct span without_comment(struct span value)
{
    value = span_trimmed(value);
    const char *p = value.p, *end = span_end(value);
    for (; (p = span_find(span_between(p, end), " #")) != NULL; p++) {
        struct span before = span_trimmed(span_between(value.p, p));
        if (!before.len || is_closed(before))
            return before;
    }
    return value;
}

struct context {
    struct archive_parser *parser;
    struct arena *arena;
    struct raw_fields *raw;
    bool *draft;
};

static void end_entry(const struct context *c, struct entry *e)
{
    unsigned rank;
    struct span value = span_of((const char *)e->value.data, e->value.len);
    enum field field = field_map_find(c->parser->map, e->key.p, e->key.len, &rank);
    bool flag = span_is(e->key, "published") && span_is_one_of(value, "true yes false no");
    if ((span_is(e->key, "draft") && span_is_one_of(value, "true yes")) ||
        (flag && span_is_one_of(value, "false no")))
        *c->draft = true;
    if (flag) /* no date */
        field = FIELD_NONE;
    if (field != FIELD_NONE && value.len)
        offer_value(c->raw, field, rank, arena_strndup(c->arena, value.p, value.len), value.len);
    buf_free(&e->value);
    *e = (struct entry){0};
}

/* --- lines --- */

static size_t indentation(struct span line)
{
    size_t n = 0;
    while (n < line.len && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n;
}

/* The key and what stands behind the mark; false when the line has none. */
static bool split_key(struct span line, char mark, struct span *key, struct span *value)
{
    struct span rest = line;
    *key = span_trimmed(span_take_until(&rest, mark));
    *value = span_trimmed(rest);
    bool found = span_end(*key) < span_end(line) && key->len;
    if (found && key->len > 1 && (key->p[0] == '"' || key->p[0] == '\''))
        *key = span_of(key->p + 1, key->len - 2);
    return found;
}

/* A line below a key: an element of its list, a line of its text, or the name
 * of what it is. */
static void take_yaml_part(struct entry *e, struct span line)
{
    struct span text = span_trimmed(line), key, value;
    bool element = span_starts(text, "- ") || span_is(text, "-");
    if (e->is_text || (!element && !split_key(text, ':', &key, &value))) {
        if (e->value.len)
            buf_putc(&e->value, ' ');
        add_scalar(text, &e->value);
    } else if (element) {
        struct span item = span_trimmed(span_from(text, 1));
        bool named = split_key(item, ':', &key, &value) && span_is(key, "name");
        add_item(e, without_comment(named ? value : item));
    } else if (span_is(key, "name") && !e->items) {
        set_value(e, without_comment(value));
    }
}

static void read_yaml(const struct context *c, struct span text)
{
    struct entry e = {0};
    while (text.len) {
        struct span line = span_take_line(&text), key, value;
        struct span trimmed = span_trimmed(line);
        bool below = indentation(line) || span_starts(trimmed, "- ");
        if (!trimmed.len || trimmed.p[0] == '#')
            continue;
        if (below && e.key.len) {
            take_yaml_part(&e, line);
        } else if (split_key(line, ':', &key, &value)) {
            end_entry(c, &e);
            e.key = key;
            value = without_comment(value);
            e.is_text = value.len && strchr("|>", value.p[0]) && value.len < 4;
            if (!e.is_text)
                set_value(&e, value);
        }
    }
    end_entry(c, &e);
}

/* The rest of a value that three quotes or a bracket begin and a later line
 * ends; *text moves behind it. */
static struct span whole_value(struct span value, struct span *text)
{
    const char *end = NULL;
    bool quotes = span_starts(value, "\"\"\"") || span_starts(value, "'''");
    char mark[4] = "]";
    if (quotes)
        memcpy(mark, value.p, 3);
    if (!quotes && (!value.len || value.p[0] != '[' || is_bracketed(value)))
        return value;
    struct span inside = span_between(value.p + (quotes ? 3 : 1), span_end(*text));
    end = span_find(inside, mark);
    if (!end) { /* all the rest is in it */
        *text = span_of(span_end(*text), 0);
        return value;
    }
    struct span rest = span_between(end + strlen(mark), span_end(*text));
    if (end >= text->p) {
        span_take_line(&rest);
        *text = rest;
    }
    return quotes ? span_trimmed(span_between(inside.p, end)) : span_between(value.p, end + 1);
}

static void read_toml(const struct context *c, struct span text)
{
    while (text.len) {
        struct span line = span_take_line(&text), key, value;
        struct span trimmed = span_trimmed(line);
        struct entry e = {0};
        if (!trimmed.len || trimmed.p[0] == '#' || trimmed.p[0] == '[' ||
            !split_key(line, '=', &key, &value))
            continue;
        e.key = key;
        set_value(&e, without_comment(whole_value(value, &text)));
        end_entry(c, &e);
    }
}

static int read_json(const struct context *c, struct span text, struct record_problem *problem)
{
    struct json_object *root;
    int rc = json_read(c->parser, bytes_of(text.p, text.len), JSON_STRICT, &root, problem);
    struct raw_fields raw = {0};
    if (!rc) {
        json_offer_members(root, c->parser->map, c->arena, &raw);
        *c->draft = json_is_true(json_member(root, "draft"));
    }
    for (int i = 0; i < FIELDS; i++) /* they live in the object, which goes now */
        if (raw.of[i].text)
            offer_value(c->raw, (enum field)i, raw.of[i].rank,
                        arena_strndup(c->arena, raw.of[i].text, raw.of[i].len), raw.of[i].len);
    json_release(root);
    return rc;
}

int front_matter_offer(const struct front_matter *f, struct archive_parser *parser,
                       struct arena *arena, struct raw_fields *raw, bool *draft,
                       struct record_problem *problem)
{
    const struct context c = {parser, arena, raw, draft};
    *draft = false;
    if (f->kind == FRONT_JSON)
        return read_json(&c, f->text, problem);
    if (f->kind == FRONT_TOML)
        read_toml(&c, f->text);
    else if (f->kind != FRONT_NONE)
        read_yaml(&c, f->text);
    return BF_OK;
}
