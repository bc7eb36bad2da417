/* archive.c - finds the sources, tells their formats apart and hands on. */
#include "indexer/archive/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "common/io/file.h"
#include "indexer/archive/container.h"
#include "indexer/archive/feed.h"
#include "indexer/archive/gzin.h"
#include "indexer/archive/html_page.h"
#include "indexer/archive/input.h"
#include "indexer/archive/json.h"
#include "indexer/archive/json_document.h"
#include "indexer/archive/jsonl.h"
#include "indexer/archive/newsml1.h"
#include "indexer/archive/newsml_g2.h"
#include "indexer/archive/nitf.h"
#include "indexer/archive/markdown.h"
#include "indexer/archive/mbox.h"
#include "indexer/archive/page.h"
#include "indexer/archive/parser.h"
#include "indexer/archive/reuters_sgml.h"
#include "indexer/archive/table.h"
#include "indexer/archive/trec_sgml.h"
#include "indexer/archive/warc.h"
#include "indexer/archive/xml.h"

#define HEAD_BYTES        ((size_t)1 << 20) /* what a format is recognised by */
#define MOST_NESTED       8                 /* containers and packed files inside one another */
#define MOST_RECORD_BYTES ((size_t)1 << 30)

static const struct archive_format *const formats[] = {
    /* clang-format off */
    &jsonl_format,
    &json_document_format,
    &csv_format,
    &tsv_format,
    &page_format,
    &feed_format,
    &nitf_format,
    &newsml_g2_format,
    &newsml1_format,
    &html_page_format,
    &reuters_sgml_format,
    &trec_sgml_format,
    &warc_format,
    &mbox_format,
    &mail_format,
    &markdown_format,
    /* clang-format on */
};

/* One call of archive_read. */
struct reading {
    const struct archive_sink *sink;
    size_t max_record_bytes;
    const struct archive_format *format; /* NULL: to be recognised */
    struct error *err;
};

const char *skip_reason_name(enum skip_reason reason)
{
    static const char *const names[SKIP_REASONS] = {
        [SKIP_NONE] = "not skipped",
        [SKIP_INVALID_JSON] = "invalid JSON",
        [SKIP_NOT_AN_OBJECT] = "not a JSON object",
        [SKIP_TOO_DEEP] = "nested too deeply",
        [SKIP_NO_TEXT] = "no text",
        [SKIP_ID_TOO_LONG] = "id too long",
        [SKIP_RECORD_TOO_LONG] = "record too long",
        [SKIP_DAMAGED_GZIP] = "damaged gzip",
        [SKIP_EXPANDS_TOO_FAR] = "expands too far",
        [SKIP_UNKNOWN_FORMAT] = "unknown format",
        [SKIP_UNKNOWN_ENCODING] = "unknown encoding",
        [SKIP_UNREADABLE] = "unreadable",
        [SKIP_DAMAGED_RECORD] = "damaged record",
        [SKIP_DAMAGED_CONTAINER] = "damaged container",
        [SKIP_ENCRYPTED] = "encrypted",
        [SKIP_WRONG_FIELDS] = "wrong number of fields",
        [SKIP_NOT_A_REGULAR_FILE] = "not a regular file",
        [SKIP_INVALID_XML] = "invalid XML",
        [SKIP_NOT_AN_ARTICLE] = "not an article",
        [SKIP_NOT_PUBLISHED] = "not published",
    };
    return names[reason];
}

const struct archive_format *archive_format_named(const char *name, struct error *err)
{
    struct buf known = {0};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i]->name, name) == 0) {
            buf_free(&known);
            return formats[i];
        }
        buf_printf(&known, " %s", formats[i]->name);
    }
    error_set(err, BF_ERR_USAGE, "there is no format \"%s\"; the formats are:%s", name,
              buf_text(&known));
    buf_free(&known);
    return NULL;
}

bool skip_reason_is_expected(enum skip_reason reason)
{
    return reason == SKIP_NOT_AN_ARTICLE || reason == SKIP_NOT_PUBLISHED;
}

static void skip_source(const struct reading *r, const char *path, enum skip_reason reason,
                        const char *detail)
{
    r->sink->bad_record(r->sink->ctx, path, 0, 0, reason, detail);
}

/* --- one source --- */

static bool has_utf16_mark(const char *head, size_t len)
{
    return len >= 2 && (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0);
}

static bool is_blank(const char *head, size_t len)
{
    static const char blanks[] = "\xef\xbb\xbf \t\r\n\v\f";
    for (size_t i = 0; i < len; i++)
        if (!memchr(blanks, head[i], sizeof blanks - 1))
            return false;
    return true;
}

static const struct archive_format *recognise(const char *head, size_t len)
{
    const struct archive_format *best = NULL;
    int most = 0;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        int confidence = formats[i]->recognise(head, len);
        if (confidence > most) {
            most = confidence;
            best = formats[i];
        }
    }
    return best;
}

/* A file with all that lies in it. */
struct source {
    const struct reading *r;
    unsigned depth;
    uint64_t given[MOST_NESTED]; /* bytes that came out, by depth */
};

static int read_input(struct source *s, struct input *in);

static int read_inside(struct source *s, const struct input *outer,
                       const struct input_origin *origin, const char *name)
{
    if (s->depth == MOST_NESTED) {
        skip_source(s->r, name, SKIP_TOO_DEEP, "packed more than 8 times");
        return BF_OK;
    }
    struct input *in = input_new_inside(origin, name, outer, &s->given[s->depth++]);
    int rc = read_input(s, in);
    s->depth--;
    input_free(in);
    return rc;
}

/* "news.zip!2012/a.json"; a packed stream keeps the name of what it lies in. */
static const char *inner_name(struct buf *name, const char *outer, const char *member)
{
    name->len = 0;
    buf_puts(name, outer);
    if (*member)
        buf_printf(name, "!%s", member);
    return buf_text(name);
}

static int read_members(struct source *s, struct input *in, struct container *c)
{
    const struct input_origin origin = container_origin(c);
    struct container_member member;
    struct buf name = {0};
    int rc;
    do {
        rc = container_next(c, &member);
        const char *full = inner_name(&name, input_name(in), member.name);
        if (!rc && member.find == CONTAINER_MEMBER)
            rc = read_inside(s, in, &origin, full);
        else if (!rc && member.reason && !(member.find == CONTAINER_DAMAGED && input_cut(in)))
            skip_source(s->r, full, member.reason, member.detail);
    } while (!rc && member.find <= CONTAINER_REFUSED);
    buf_free(&name);
    return rc;
}

static int read_container(struct source *s, struct input *in, enum container_kind kind)
{
    struct container *c = container_open(kind, in);
    if (!c) {
        skip_source(s->r, input_name(in), SKIP_UNKNOWN_FORMAT,
                    "tar, zip, xz, zstd and bzip2 need a build with libarchive");
        return BF_OK;
    }
    int rc = read_members(s, in, c);
    container_close(c);
    return rc;
}

static int read_recognised(struct source *s, struct input *in, const char *head, size_t len)
{
    const struct archive_format *format = s->r->format ? s->r->format : recognise(head, len);
    if (format)
        return format->split(in, s->r->sink, s->r->err);
    if (has_utf16_mark(head, len))
        skip_source(s->r, input_name(in), SKIP_UNKNOWN_ENCODING, "UTF-16 or UTF-32");
    else if (!is_blank(head, len))
        skip_source(s->r, input_name(in), SKIP_UNKNOWN_FORMAT, "");
    return BF_OK;
}

/* When the sink stops the reading before the format could be told for certain,
 * what has come so far is read as if there were no more. */
static int read_input(struct source *s, struct input *in)
{
    size_t len;
    int rc = input_fill(in, HEAD_BYTES);
    const char *head = input_view(in, &len);
    enum container_kind kind = container_recognise(head, len);
    bool packed = kind || gzin_recognise(head, len);
    if (rc && (packed || rc != BF_END))
        return rc;
    if (kind)
        return read_container(s, in, kind);
    if (packed) { /* gzip in gzip */
        const struct input_origin rest = input_rest(in);
        return read_inside(s, in, &rest, input_name(in));
    }
    if (rc) {
        input_stop(in);
        head = input_view(in, &len);
    }
    int split = read_recognised(s, in, head, len);
    return rc ? rc : split;
}

static int read_descriptor(const struct reading *r, const char *path, int fd)
{
    struct source s = {.r = r};
    struct input *in = input_new(fd, path, r->max_record_bytes, r->sink);
    int rc = read_input(&s, in);
    input_free(in);
    return rc;
}

static int read_found_file(const struct reading *r, const char *path)
{
    struct error err;
    int fd = file_open_read(path, false, &err);
    if (fd >= 0)
        return read_descriptor(r, path, fd);
    report_unreadable(r->sink, path, 0, &err);
    return BF_OK;
}

/* --- directories --- */

struct names {
    char **list;
    size_t count, capacity;
};

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect_names(DIR *dir, struct names *names)
{
    const struct dirent *entry;
    while ((entry = file_calls.readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        mem_grow(names->list, &names->capacity, names->count + 1);
        names->list[names->count++] = mem_strdup(entry->d_name);
    }
}

/* On failure the names are those that came before it. */
static int list_directory(const char *path, struct names *names, struct error *err)
{
    int rc = BF_OK;
    DIR *dir = file_calls.opendir(path);
    if (!dir)
        return error_system(err, path, "opening the directory");
    errno = 0;
    collect_names(dir, names);
    if (errno)
        rc = error_system(err, path, "reading the directory");
    file_calls.closedir(dir);
    if (names->count)
        qsort(names->list, names->count, sizeof *names->list, compare_names);
    return rc;
}

static int read_directory(const struct reading *r, const char *path);

static int read_entry(const struct reading *r, const char *path)
{
    struct stat st;
    struct error err;
    if (file_calls.lstat(path, &st) < 0) {
        error_system(&err, path, "reading its attributes");
        report_unreadable(r->sink, path, 0, &err);
        return BF_OK;
    }
    if (S_ISDIR(st.st_mode))
        return read_directory(r, path);
    if (S_ISREG(st.st_mode))
        return read_found_file(r, path);
    skip_source(r, path, SKIP_NOT_A_REGULAR_FILE, S_ISLNK(st.st_mode) ? "symbolic link" : "");
    return BF_OK;
}

static int read_directory(const struct reading *r, const char *path)
{
    struct names names = {0};
    struct error err;
    int rc = BF_OK;
    if (list_directory(path, &names, &err))
        report_unreadable(r->sink, path, 0, &err);
    for (size_t i = 0; !rc && i < names.count; i++) {
        char *entry = file_join(path, names.list[i]);
        rc = read_entry(r, entry);
        free(entry);
    }
    free_names(&names);
    return rc;
}

/* --- what the caller named --- */

/* "news/" is called "news", so that what is in it is not called "news//a". */
static int read_named_directory(const struct reading *r, const char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    char *name = mem_strndup(path, len);
    int rc = read_directory(r, name);
    free(name);
    return rc;
}

static int read_named(const struct reading *r, const char *path)
{
    struct stat st;
    int fd = file_open_read(path, true, r->err);
    if (fd < 0)
        return r->err->code;
    if (file_calls.fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        file_calls.close(fd);
        return read_named_directory(r, path);
    }
    return read_descriptor(r, path, fd);
}

static int read_standard_input(const struct reading *r)
{
    int fd = file_calls.dup(STDIN_FILENO);
    if (fd < 0)
        return error_system(r->err, "-", "reading standard input");
    return read_descriptor(r, "-", fd);
}

int archive_read(const char *path, const struct archive_options *options,
                 const struct archive_sink *sink, struct error *err)
{
    struct reading r = {sink, options->max_record_bytes, options->format, err};
    if (r.max_record_bytes == 0)
        r.max_record_bytes = ARCHIVE_DEFAULT_RECORD_BYTES;
    if (r.max_record_bytes > MOST_RECORD_BYTES)
        r.max_record_bytes = MOST_RECORD_BYTES;
    return strcmp(path, "-") == 0 ? read_standard_input(&r) : read_named(&r, path);
}

struct archive_parser *archive_parser_new(const struct field_map *map)
{
    struct archive_parser *parser = mem_zalloc(1, sizeof *parser);
    parser->map = map;
    return parser;
}

void archive_parser_free(struct archive_parser *parser)
{
    if (!parser)
        return;
    json_tokener_release(parser->json);
    xml_reader_free(parser->xml);
    buf_free(&parser->text);
    buf_free(&parser->encoded);
    free(parser);
}

void archive_parser_set_date_order(struct archive_parser *parser, enum date_order order)
{
    parser->date_order = order;
}

int archive_parse(struct archive_parser *parser, const struct record *record, struct arena *arena,
                  struct article *out, struct record_problem *problem)
{
    *problem = (struct record_problem){0};
    return record->format->parse(parser, record, arena, out, problem);
}
