/* command_terms.c - `backfile-query terms` and `analyze`: what the index and the analyser know. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "query/commands.h"
#include "common/text/escape.h"
#include "query/report.h"

/* ---- terms ---- */

struct merged_terms {
    const struct snapshot *s;
    struct dictionary_cursor *cursors; /* one a segment */
    bool *ended;
};

static int advance(struct merged_terms *m, uint32_t i, struct error *err)
{
    int rc = dictionary_next(&m->cursors[i], err);
    m->ended[i] = rc == BF_END;
    return rc < 0 ? rc : BF_OK;
}

static int start(struct merged_terms *m, const char *prefix, struct error *err)
{
    int rc = BF_OK;
    for (uint32_t i = 0; i < m->s->count && !rc; i++) {
        rc = dictionary_seek(&m->s->segments[i].dictionary, &m->cursors[i], prefix, strlen(prefix),
                             err);
        if (!rc)
            rc = advance(m, i, err);
    }
    return rc;
}

static const struct buf *lowest(const struct merged_terms *m)
{
    const struct buf *best = NULL;
    for (uint32_t i = 0; i < m->s->count; i++) {
        const struct buf *term = &m->cursors[i].term;
        if (!m->ended[i] &&
            (!best || term_compare(term->data, term->len, best->data, best->len) < 0))
            best = term;
    }
    return best;
}

/* Sums a term up over the segments that stand at it, and moves them on. */
static int take(struct merged_terms *m, const struct buf *term, uint64_t *df, uint64_t *cf,
                struct error *err)
{
    int rc = BF_OK;
    *df = *cf = 0;
    for (uint32_t i = 0; i < m->s->count && !rc; i++) {
        const struct dictionary_cursor *c = &m->cursors[i];
        if (m->ended[i] || term_compare(c->term.data, c->term.len, term->data, term->len) != 0)
            continue;
        uint32_t live_df;
        uint64_t live_cf;
        segment_live_counts(&m->s->segments[i], &c->info, &live_df, &live_cf);
        *df += live_df;
        *cf += live_cf;
        rc = advance(m, i, err);
    }
    return rc;
}

static int print_terms(const struct snapshot *s, const char *prefix, uint64_t most,
                       struct report *r, uint64_t *count, struct error *err)
{
    struct merged_terms m = {.s = s,
                             .cursors = mem_zalloc(s->count, sizeof *m.cursors),
                             .ended = mem_zalloc(s->count, sizeof *m.ended)};
    struct buf term = {0};
    int rc = start(&m, prefix, err);
    for (const struct buf *low;
         !rc && *count < most && !report_is_in_vain() && (low = lowest(&m));) {
        uint64_t df, cf;
        if (low->len < strlen(prefix) || memcmp(low->data, prefix, strlen(prefix)) != 0)
            break;
        term.len = 0;
        buf_add(&term, low->data, low->len);
        rc = take(&m, &term, &df, &cf, err);
        if (rc || !df)
            continue;
        escape_column(&r->out, (const char *)term.data, term.len);
        buf_printf(&r->out, "\t%" PRIu64 "\t%" PRIu64 "\n", df, cf);
        ++*count;
        report_drain(r);
    }
    for (uint32_t i = 0; i < s->count; i++)
        dictionary_cursor_free(&m.cursors[i]);
    buf_free(&term);
    free(m.cursors);
    free(m.ended);
    return rc;
}

int command_terms(int argc, char **argv, struct error *err)
{
    uint64_t most = UINT64_MAX, count = 0;
    const struct option_spec options[] = {
        {"limit", 'n', OPTION_COUNT, &most, "N", "at most N terms"},
        {0},
    };
    const struct command command = {
        "terms",
        "INDEX [PREFIX]",
        "Lists the terms that begin with PREFIX.",
        1,
        2,
        options,
        "A line each: term, articles that have it (df), occurrences (cf). Terms are stems."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    const char *prefix = argc - first > 1 ? argv[first + 1] : "";
    const struct report_options form = {0};
    struct snapshot s;
    struct report report;
    rc = snapshot_open(&s, argv[first], err);
    if (rc)
        return exit_status_of(rc);
    report_open(&report, &form, err);
    rc = print_terms(&s, prefix, most, &report, &count, err);
    report_close(&report);
    snapshot_close(&s);
    return rc ? exit_status_of(rc) : count ? EXIT_DONE : EXIT_FOUND_NOTHING;
}

/* ---- analyze ---- */

static size_t print_tokens(struct analyzer *analyzer, const char *text, struct report *r)
{
    struct arena arena = {0};
    struct token *tokens = NULL;
    size_t capacity = 0;
    size_t n = analyzer_tokens(analyzer, text, strlen(text), &tokens, &capacity, &arena);
    for (size_t i = 0; i < n; i++) {
        escape_column(&r->out, tokens[i].term, tokens[i].len);
        buf_printf(&r->out, "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "%s\n", tokens[i].position,
                   tokens[i].start, tokens[i].end, tokens[i].stop ? "\tstop" : "");
    }
    free(tokens);
    arena_free(&arena);
    return n;
}

int command_analyze(int argc, char **argv, struct error *err)
{
    const char *language = "english";
    const struct option_spec options[] = {
        {"language", 'l', OPTION_TEXT, &language, "LANG", "english, de, ... or none (english)"},
        {0},
    };
    const struct command command = {
        "analyze",
        "TEXT...",
        "Shows the terms that become of a text.",
        1,
        -1,
        options,
        "A line each: term, position, byte offsets of the word's start and end, \"stop\" for a\n"
        "stop word."};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    struct analyzer *analyzer = analyzer_new(language, NULL, err);
    if (!analyzer)
        return EXIT_USAGE;
    const struct report_options form = {0};
    struct report report;
    struct buf text = {0};
    report_open(&report, &form, err);
    for (int i = first; i < argc; i++)
        buf_printf(&text, "%s%s", i > first ? " " : "", argv[i]);
    size_t n = print_tokens(analyzer, buf_text(&text), &report);
    report_close(&report);
    buf_free(&text);
    analyzer_free(analyzer);
    return n ? EXIT_DONE : EXIT_FOUND_NOTHING;
}
