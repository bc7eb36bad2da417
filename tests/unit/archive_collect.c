/* archive_collect.c - a sink that keeps everything. */
#include "tests/unit/test.h"

#include "tests/unit/archive_collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/io/deflate.h"
#include "common/text/utf8.h"

struct context {
    struct collected *c;
    struct archive_parser *parser;
};

static void add_trouble(struct collected *c, uint64_t number, uint64_t offset,
                        enum skip_reason reason, const char *detail)
{
    buf_printf(&c->troubles, "%s%llu@%llu %s", c->troubles.len ? "\n" : "",
               (unsigned long long)number, (unsigned long long)offset, skip_reason_name(reason));
    snprintf(c->detail, sizeof c->detail, "%s", detail);
}

/* As article.h says of every string. */
static void check_strings(const struct article *a)
{
    const char *const strings[] = {a->id,       a->title,  a->body,   a->url,
                                   a->category, a->source, a->tags,   a->language,
                                   a->summary,  a->author, a->similar};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        assert_true(utf8_valid(strings[i], strlen(strings[i])));
}

static int keep_record(void *ctx, const struct record *r, struct error *err)
{
    struct context *context = ctx;
    struct collected *c = context->c;
    size_t i = c->count, capacity = c->capacity;
    mem_grow(c->articles, &c->capacity, i + 1);
    if (c->capacity > capacity) {
        c->problems = mem_realloc(c->problems, c->capacity * sizeof *c->problems);
        c->offsets = mem_realloc(c->offsets, c->capacity * sizeof *c->offsets);
    }
    /* In a block of exactly its size, so that the sanitizers see what is read
     * behind its end. */
    struct record exact = *r;
    char *data = mem_dup(r->data, r->len);
    exact.data = data;
    int rc = archive_parse(context->parser, &exact, &c->arena, &c->articles[i], &c->problems[i]);
    free(data);
    if (rc) {
        assert_int_equal(rc, BF_ERR_INPUT);
        add_trouble(c, r->number, r->offset, c->problems[i].reason, c->problems[i].detail);
        return BF_OK;
    }
    check_strings(&c->articles[i]);
    c->offsets[c->count++] = r->offset;
    buf_printf(&c->sources, "%s\n", r->source);
    if (c->stop_after && c->count == c->stop_after)
        return error_set(err, BF_ERR_LIMIT, "enough");
    return BF_OK;
}

static void keep_trouble(void *ctx, const char *source, uint64_t number, uint64_t offset,
                         enum skip_reason reason, const char *detail)
{
    struct context *context = ctx;
    assert_non_null(source);
    add_trouble(context->c, number, offset, reason, detail);
}

static int keep_progress(void *ctx, uint64_t bytes_read)
{
    struct context *context = ctx;
    context->c->progress = bytes_read;
    return 0;
}

void collect_path(struct collected *c, const char *path, const struct archive_options *options,
                  const struct field_map *map)
{
    struct context context = {c, archive_parser_new(map)};
    struct archive_sink sink = {keep_record, keep_trouble, keep_progress, &context};
    c->rc = archive_read(path, options, &sink, &c->err);
    archive_parser_free(context.parser);
    buf_text(&c->troubles);
    buf_text(&c->sources);
}

void collect_bytes_with(struct collected *c, const void *bytes, size_t len,
                        const struct archive_options *options)
{
    char path[] = "/tmp/backfile-test-XXXXXX";
    struct field_map *map = field_map_new();
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (size_t done = 0; done < len;) {
        ssize_t n = write(fd, (const char *)bytes + done, len - done);
        assert_true(n > 0);
        done += (size_t)n;
    }
    close(fd);
    collect_path(c, path, options, map);
    unlink(path);
    field_map_free(map);
}

void collect_bytes(struct collected *c, const void *bytes, size_t len)
{
    const struct archive_options options = {0};
    collect_bytes_with(c, bytes, len, &options);
}

void collect_text(struct collected *c, const char *text)
{
    collect_bytes(c, text, strlen(text));
}

/* The checksum of gzip (RFC 1952, 8), bit by bit. */
static uint32_t crc32_slowly(const unsigned char *p, size_t len)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < len; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

void add_gzip(struct buf *out, const void *bytes, size_t len)
{
    struct deflater *deflater = deflater_new();
    buf_add(out, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    deflater_run(deflater, bytes, len, out);
    buf_u32(out, crc32_slowly(bytes, len));
    buf_u32(out, (uint32_t)len);
    deflater_free(deflater);
}

void collected_free(struct collected *c)
{
    arena_free(&c->arena);
    free(c->articles);
    free(c->problems);
    free(c->offsets);
    buf_free(&c->troubles);
    buf_free(&c->sources);
    *c = (struct collected){0};
}
