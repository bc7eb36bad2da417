/* salvage_report.c - lines for people, an object for programs. */
#include "indexer/salvage_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/io/file.h"
#include "common/text/escape.h"

#define BLOCK_BYTES ((size_t)64 << 10)

static const char *const taken_names[] = {
    [TAKEN_WHOLE] = "whole", [TAKEN_AGAIN] = "again", [TAKEN_NOT] = "lost"};

static const struct {
    unsigned doubt;
    const char *name;
} doubt_names[] = {
    {DOUBT_NAME, "id and title"}, {DOUBT_CATEGORY, "category"}, {DOUBT_DATE, "date"},
    {DOUBT_DETAILS, "details"},   {DOUBT_HASH, "hash"},
};
#define DOUBTS (sizeof doubt_names / sizeof *doubt_names)

int salvage_report_open(struct salvage_report *r, bool quiet, bool json, const char *lost_path,
                        struct error *err)
{
    *r = (struct salvage_report){
        .quiet = quiet, .json = json, .lost_path = lost_path, .lost_fd = -1};
    if (lost_path && (r->lost_fd = file_open_write(lost_path, err)) < 0)
        return err->code;
    return BF_OK;
}

static bool talks(const struct salvage_report *r)
{
    return !r->quiet && !r->json;
}

/* A line for people; control bytes of an archive do no harm. */
static void say(struct buf *line)
{
    struct error harmless;
    error_set(&harmless, BF_OK, "%s", buf_text(line));
    puts(harmless.text);
    buf_free(line);
}

static void put_string(struct buf *out, const char *s)
{
    escape_json_string(out, s, strlen(s));
}

void salvage_report_manifest(struct salvage_report *r, const struct error *problem, bool lost)
{
    struct buf line = {0};
    r->manifest_problem = *problem;
    if (!talks(r))
        return;
    buf_printf(&line, "manifest: %s%s", problem->text, lost ? "" : "; put right by its checksum");
    say(&line);
    if (lost)
        puts("manifest: lost: segments are told by their files, deletions by the newest delete "
             "file of each");
}

/* ---- articles ---- */

/* That file may be standard output: then its lines come between those for people. */
static void flush_lost(struct salvage_report *r)
{
    fflush(stdout);
    if (r->lost.len && !r->err.code)
        file_write(r->lost_fd, r->lost_path, r->lost.data, r->lost.len, &r->err);
    r->lost.len = 0;
}

static void put_lost(struct salvage_report *r, uint64_t segment, const struct rescued_article *a)
{
    struct buf *out = &r->lost;
    const char *separator = "";
    buf_printf(out, "{\"segment\":%" PRIu64 ",\"article\":%" PRIu32 ",\"id\":", segment, a->doc);
    put_string(out, a->article.id);
    buf_puts(out, ",\"title\":");
    put_string(out, a->article.title);
    buf_printf(out, ",\"fate\":\"%s\",\"unsure\":[", a->fate == RESCUE_LOST ? "lost" : "doubtful");
    for (size_t i = 0; i < DOUBTS && a->fate != RESCUE_LOST; i++) {
        if (!(a->doubts & doubt_names[i].doubt))
            continue;
        buf_printf(out, "%s\"%s\"", separator, doubt_names[i].name);
        separator = ",";
    }
    buf_puts(out, "],\"reason\":");
    put_string(out, a->reason ? a->reason : "");
    buf_puts(out, "}\n");
    if (out->len >= BLOCK_BYTES)
        flush_lost(r);
}

static void say_article(uint64_t segment, const struct rescued_article *a)
{
    struct buf line = {0};
    const char *separator = ": not sure: ";
    buf_printf(&line, "segment %" PRIu64 ": article %" PRIu32 " ", segment, a->doc);
    if (*a->article.id)
        buf_printf(&line, "%s ", a->article.id);
    buf_puts(&line, a->fate == RESCUE_LOST ? "is lost" : "is doubtful");
    for (size_t i = 0; i < DOUBTS && a->fate != RESCUE_LOST; i++) {
        if (!(a->doubts & doubt_names[i].doubt))
            continue;
        buf_printf(&line, "%s%s", separator, doubt_names[i].name);
        separator = ", ";
    }
    if (a->reason)
        buf_printf(&line, ": %s", a->reason);
    say(&line);
}

void salvage_report_article(struct salvage_report *r, uint64_t segment,
                            const struct rescued_article *a)
{
    if (r->lost_path)
        put_lost(r, segment, a);
    if (talks(r))
        say_article(segment, a);
}

/* ---- segments ---- */

static void count(struct salvage_counts *c, const struct salvage_segment *s)
{
    c->segments[s->taken]++;
    if (s->taken == TAKEN_WHOLE)
        c->whole += s->articles;
    else
        c->again += s->articles - s->doubtful;
    c->doubtful += s->doubtful;
    c->lost += s->lost;
    c->uncounted |= s->uncounted;
    c->deletions_lost |= s->deletions_lost;
    c->sketches_derived |= s->sketches_derived;
}

static void say_segment(const struct salvage_segment *s)
{
    struct buf line = {0};
    buf_printf(&line, "segment %" PRIu64 ": ", s->number);
    if (s->taken == TAKEN_WHOLE)
        buf_printf(&line, "whole: %" PRIu64 " articles", s->articles);
    else
        buf_printf(&line,
                   "%" PRIu64 " articles taken again, %" PRIu64 " of them doubtful, %s%" PRIu64
                   " lost: %s",
                   s->articles, s->doubtful, s->uncounted ? "more than " : "", s->lost, s->problem);
    say(&line);
    if (s->mended)
        printf("segment %" PRIu64 ": wrong bytes that were put right by checksums: %u\n", s->number,
               s->mended);
    if (s->sketches_derived)
        printf("segment %" PRIu64 ": its sketches were derived from its terms: copies are "
               "recognised as before, boilerplate no more\n",
               s->number);
    if (s->deletions_lost)
        printf("segment %" PRIu64
               ": its delete file is damaged or missing: deleted articles may be back\n",
               s->number);
}

static void put_segment(struct buf *out, const struct salvage_segment *s)
{
    buf_printf(out, "%s{\"number\":%" PRIu64 ",\"taken\":\"%s\",\"problem\":", out->len ? "," : "",
               s->number, taken_names[s->taken]);
    if (s->problem)
        put_string(out, s->problem);
    else
        buf_puts(out, "null");
    buf_printf(out,
               ",\"mended\":%u,\"articles\":%" PRIu64 ",\"doubtful\":%" PRIu64 ",\"lost\":%" PRIu64
               ",\"uncounted\":%s,\"deletions_lost\":%s,\"sketches_derived\":%s}",
               s->mended, s->articles, s->doubtful, s->lost, s->uncounted ? "true" : "false",
               s->deletions_lost ? "true" : "false", s->sketches_derived ? "true" : "false");
}

void salvage_report_segment(struct salvage_report *r, const struct salvage_segment *s)
{
    count(&r->counts, s);
    if (r->json)
        put_segment(&r->segments, s);
    if (talks(r))
        say_segment(s);
}

/* ---- the end ---- */

static void say_summary(const struct salvage_counts *c)
{
    printf("%" PRIu64 " articles are in the new index: %" PRIu64 " of %" PRIu32
           " whole segments, %" PRIu64 " taken again, %" PRIu64 " doubtful; %s%" PRIu64
           " lost, %" PRIu64 " repeated\n",
           c->articles, c->whole, c->segments[TAKEN_WHOLE], c->again, c->doubtful,
           c->uncounted ? "more than " : "", c->lost, c->repeated);
}

static void print_json(struct salvage_report *r)
{
    const struct salvage_counts *c = &r->counts;
    struct buf out = {0};
    buf_puts(&out, "{\"manifest_problem\":");
    if (r->manifest_problem.code)
        put_string(&out, r->manifest_problem.text);
    else
        buf_puts(&out, "null");
    buf_printf(&out,
               ",\"articles\":%" PRIu64 ",\"whole\":%" PRIu64 ",\"again\":%" PRIu64
               ",\"doubtful\":%" PRIu64 ",\"lost\":%" PRIu64
               ",\"uncounted\":%s,\"repeated\":%" PRIu64 ",\"deletions_lost\":%s,\"segments\":[",
               c->articles, c->whole, c->again, c->doubtful, c->lost,
               c->uncounted ? "true" : "false", c->repeated, c->deletions_lost ? "true" : "false");
    buf_add(&out, r->segments.data, r->segments.len);
    buf_puts(&out, "]}");
    puts(buf_text(&out));
    buf_free(&out);
}

int salvage_report_flush(struct salvage_report *r, struct error *err)
{
    flush_lost(r);
    if (r->err.code)
        *err = r->err;
    return r->err.code;
}

int salvage_report_finish(struct salvage_report *r, int rc, struct error *err)
{
    flush_lost(r);
    if (r->lost_fd >= 0 && file_close(r->lost_fd, r->lost_path, r->err.code ? NULL : &r->err))
        r->err.code = BF_ERR_SYSTEM;
    if (!rc && r->json)
        print_json(r);
    else if (!rc)
        say_summary(&r->counts);
    buf_free(&r->lost);
    buf_free(&r->segments);
    if (!rc && r->err.code) {
        *err = r->err;
        rc = err->code;
    }
    return rc;
}

bool salvage_lost_something(const struct salvage_counts *c)
{
    return c->lost || c->doubtful || c->uncounted || c->deletions_lost || c->sketches_derived;
}
