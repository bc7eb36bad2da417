/* check.c - from the frames inwards: a part may rely on what the parts before it found. */
#include "common/index/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/index/check_parts.h"
#include "common/index/snapshot.h"

#define PROGRESS_BYTES ((uint64_t)1 << 16)

int check_damaged(const struct frame *f, const void *p, struct error *err, const char *fmt, ...)
{
    char what[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return frame_damaged(f, p, what, err);
}

void check_advance(struct check_run *run, uint64_t bytes)
{
    run->done += bytes;
    if (!run->options->progress || run->done - run->told < PROGRESS_BYTES)
        return;
    run->told = run->done;
    run->options->progress(run->options->arg, run->done, run->total);
}

static const unsigned char *aligned(const struct frame *f, const unsigned char *p)
{
    size_t offset = (size_t)(p - f->map);
    return p + (-offset & (FRAME_ALIGN - 1));
}

/* From the end of what is used to the start of what comes next: no more bytes
 * than alignment takes, and zeros. */
static int check_gap(const struct frame *f, const unsigned char *from, const unsigned char *to,
                     struct error *err)
{
    if (aligned(f, from) != to)
        return frame_damaged(f, from, "sections are not back to back", err);
    for (const unsigned char *p = from; p < to; p++)
        if (*p)
            return frame_damaged(f, p, "a byte between sections is not zero", err);
    return BF_OK;
}

static int check_frame(const struct frame *f, struct error *err)
{
    const unsigned char *behind = f->map + FRAME_HEADER;
    int rc = frame_verify(f, err);
    for (unsigned i = 0; i < f->section_count && !rc; i++) {
        rc = check_gap(f, behind, f->sections[i].p, err);
        behind = f->sections[i].p + f->sections[i].len;
    }
    return rc ? rc : check_gap(f, behind, f->map + f->body_len, err);
}

static int check_frames(const struct segment *s, bool quick, struct error *err)
{
    int rc = BF_OK;
    for (unsigned i = 0; i < SEGMENT_FILES && !rc; i++)
        if (!quick || i == FILE_COLUMNS)
            rc = check_frame(segment_frame(s, i), err);
    if (!rc && s->deletes.frame.map)
        rc = check_frame(&s->deletes.frame, err);
    return rc;
}

static uint64_t segment_bytes(const struct segment *s)
{
    uint64_t bytes = s->deletes.frame.len;
    for (unsigned i = 0; i < SEGMENT_FILES; i++)
        bytes += segment_frame(s, i)->len;
    return bytes;
}

static int check_segment(struct check_run *run, const struct segment *s, struct error *err)
{
    uint64_t end = run->done + segment_bytes(s);
    bool quick = run->options->quick;
    int rc = check_frames(s, quick, err);
    if (!rc)
        rc = check_columns(s, err);
    if (!rc && !quick)
        rc = check_text(run, s, err);
    if (!rc && !quick)
        rc = check_terms(run, s, err);
    token_sums_free(&run->tokens);
    if (rc)
        return rc;
    check_advance(run, end - run->done);
    run->report->segments++;
    run->report->docs += s->entry.docs;
    run->report->deleted_docs += s->entry.deleted_docs;
    run->report->tokens += s->entry.tokens;
    run->report->bytes += segment_bytes(s);
    return BF_OK;
}

int check_one_segment(const struct manifest *m, const struct segment *s, struct error *err)
{
    static const struct check_options all = {0};
    struct check_report report = {0};
    struct check_run run = {
        .options = &all, .manifest = m, .report = &report, .without_text = m->without_text};
    return check_segment(&run, s, err);
}

int check_index(const char *dir, const struct check_options *o, struct check_report *report,
                struct error *err)
{
    static const struct check_options defaults = {0};
    struct snapshot snapshot;
    *report = (struct check_report){0};
    int rc = snapshot_open(&snapshot, dir, err);
    if (rc)
        return rc;
    struct check_run run = {.options = o ? o : &defaults,
                            .manifest = &snapshot.manifest,
                            .report = report,
                            .without_text = snapshot.manifest.without_text};
    report->generation = snapshot.manifest.generation;
    run.total = snapshot.copies.frame.len;
    for (uint32_t i = 0; i < snapshot.count; i++)
        run.total += segment_bytes(&snapshot.segments[i]);
    for (uint32_t i = 0; i < snapshot.count && !rc; i++)
        rc = check_segment(&run, &snapshot.segments[i], err);
    if (!rc)
        rc = check_ids(snapshot.segments, snapshot.count, err);
    if (!rc && snapshot.copies.frame.map)
        rc = check_frame(&snapshot.copies.frame, err);
    if (!rc)
        rc = check_copies(&run, &snapshot, err);
    if (!rc) {
        check_advance(&run, snapshot.copies.frame.len);
        report->bytes += snapshot.copies.frame.len;
    }
    snapshot_close(&snapshot);
    return rc;
}
