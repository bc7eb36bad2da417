/* command_similar.c - `backfile-query similar`: for an article, a text, or every article. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/progress.h"
#include "common/io/file.h"
#include "query/commands.h"
#include "query/similar_all.h"
#include "query/similar_copies.h"
#include "query/similar_journal.h"
#include "query/similar_report.h"
#include "query/similar_settings.h"
#include "query/similar_update.h"

#define MOST_TEXT    ((size_t)64 << 20)
#define MOST_THREADS 256

struct similar_command {
    struct session session;
    struct similar_report out;
    struct similar_settings settings;
    uint64_t threads, rounds;
    bool all, all_copies, quiet, latency;
    const char *text_file, *language, *copies;
    const char *lists, *statistics, *update; /* files of lists */
    interrupt_flag *stop; /* of a run that keeps something; else a signal just ends it */
};

static struct similar_context context(struct similar_command *c)
{
    struct session *s = &c->session;
    return (struct similar_context){.s = &s->snapshot,
                                    .analyzer = s->analyzer,
                                    .reader = &s->reader,
                                    .options = &c->settings.options,
                                    .arena = &s->arena};
}

static int similar_to_id(struct similar_command *c, const char *id, struct error *err)
{
    const struct similar_context how = context(c);
    struct session *s = &c->session;
    struct similar_query q;
    struct similar_reasons why = {.query = &q};
    struct similar_list list;
    struct report_article of;
    struct article a;
    uint32_t doc;
    int rc = session_find(s, id, &doc, err);
    if (!rc)
        rc = similar_to_article(&how, doc, &q, &list, err);
    if (!rc)
        rc = report_article(&s->snapshot, doc, &of, err);
    if (!rc)
        rc = article_read(&s->reader, doc, &s->arena, &a, err);
    if (rc)
        return rc;
    if (c->out.why)
        word_forms_of(a.title, a.body, a.body_len, analyzer_for(s->analyzer, a.language), &s->arena,
                      &why.forms);
    rc = similar_report_list(&c->out, &of, &list, &why, err);
    return rc ? rc : list.count ? BF_OK : BF_END;
}

static int similar_to_file(struct similar_command *c, const char *path, struct error *err)
{
    const struct similar_context how = context(c);
    struct similar_query q;
    struct similar_reasons why = {.query = &q};
    struct similar_list list;
    struct buf text = {0};
    const struct report_article of = {
        .id = {path, strlen(path)}, .title = {path, strlen(path)}, .category = {"", 0}};
    struct analyzer *analyzer = session_analyzer(&c->session, c->language, err);
    int rc = analyzer ? file_read_all(path, MOST_TEXT, &text, err) : err->code;
    if (!rc)
        rc = similar_to_text(&how, analyzer, buf_text(&text), text.len, &q, &list, err);
    if (!rc && c->out.why)
        word_forms_of("", buf_text(&text), text.len, analyzer, &c->session.arena, &why.forms);
    if (!rc)
        rc = similar_report_list(&c->out, &of, &list, &why, err);
    buf_free(&text);
    return rc ? rc : list.count ? BF_OK : BF_END;
}

/* ---- every article ---- */

static void show_progress(void *ctx, uint32_t done)
{
    progress_articles(ctx, done);
}

static int print_list(struct similar_command *c, const struct similar_lists *lists, uint32_t rank,
                      struct error *err)
{
    struct report *report = &c->out.report;
    uint32_t doc = lists->docs[rank];
    struct report_article of;
    if (*c->stop)
        return error_set(err, BF_ERR_STOPPED, "interrupted: the output is not complete");
    const struct similar_list list = {lists->items + (size_t)doc * lists->n, lists->lengths[doc],
                                      lists->own_copies[doc]};
    int rc = report_article(&c->session.snapshot, doc, &of, err);
    if (!rc)
        rc = similar_report_list(&c->out, &of, &list, NULL, err);
    if (report->form == REPORT_TEXT)
        buf_putc(&report->out, '\n');
    report_drain(report);
    return rc;
}

static void say_how_long(const struct similar_command *c, uint32_t count, double started,
                         struct latency *latency)
{
    double seconds = (latency_now() - started) / 1e6;
    if (c->latency)
        latency_print(latency, "articles");
    latency_free(latency);
    if (!c->quiet || c->latency)
        fprintf(stderr, "%" PRIu32 " articles in %.2f s, %.0f a second\n", count, seconds,
                seconds > 0 ? count / seconds : 0);
}

/* Makes the lists; what was made before an interruption is taken from the journal. */
static int make_lists(struct similar_command *c, const struct lists *statistics,
                      struct similar_journal *journal, struct similar_lists *lists,
                      struct error *err)
{
    struct progress progress;
    struct latency latency = {.rounds = (size_t)c->rounds};
    const struct similar_run run = {.threads = (unsigned)c->threads,
                                    .progress = show_progress,
                                    .ctx = &progress,
                                    .latency = c->latency ? &latency : NULL,
                                    .statistics = statistics,
                                    .journal = journal,
                                    .stop = c->stop};
    double started = latency_now();
    progress_start(&progress, c->session.snapshot.docs, c->quiet);
    int rc = similar_all(&c->session.snapshot, c->session.analyzer, &c->settings.options, &run,
                         lists, err);
    progress_end(&progress);
    if (!rc)
        say_how_long(c, lists->count, started, &latency);
    return rc;
}

static int open_journal(struct similar_command *c, const struct lists *statistics,
                        struct similar_journal **journal, struct error *err)
{
    struct buf path = {0};
    buf_printf(&path, "%s.part", c->lists);
    int rc = similar_journal_open(journal, buf_text(&path), &c->session.snapshot,
                                  &c->settings.options, statistics, err);
    if (!rc && similar_journal_lists(*journal) && !c->quiet)
        fprintf(stderr, "going on after %" PRIu32 " lists of an interrupted run\n",
                similar_journal_lists(*journal));
    buf_free(&path);
    return rc;
}

static int say_what_is_kept(const struct similar_command *c, const struct similar_journal *journal,
                            struct error *err)
{
    return error_set(err, BF_ERR_STOPPED,
                     "interrupted: %" PRIu32 " lists are kept in %s.part; run the same command "
                     "again to go on",
                     similar_journal_lists(journal), c->lists);
}

static int make_file(struct similar_command *c, const struct lists *statistics,
                     struct similar_lists *lists, struct error *err)
{
    struct similar_journal *journal = NULL;
    c->stop = interrupt_watch();
    int rc = similar_lists_can_save(&c->settings.options, err);
    if (!rc)
        rc = open_journal(c, statistics, &journal, err);
    if (!rc)
        rc = make_lists(c, statistics, journal, lists, err);
    if (rc == BF_ERR_STOPPED)
        say_what_is_kept(c, journal, err);
    if (!rc) {
        rc =
            similar_lists_save(lists, &c->session, &c->settings.options, statistics, c->lists, err);
        if (rc)
            similar_lists_free(lists);
    }
    int closed = similar_journal_close(journal, !rc, rc ? NULL : err);
    return rc ? rc : closed;
}

static int similar_to_all(struct similar_command *c, struct error *err)
{
    struct similar_lists lists = {0};
    struct lists statistics = {0};
    int rc =
        c->statistics ? similar_lists_open(&statistics, &c->session, c->statistics, err) : BF_OK;
    const struct lists *under = c->statistics ? &statistics : NULL;
    if (!rc)
        rc = c->lists ? make_file(c, under, &lists, err) : make_lists(c, under, NULL, &lists, err);
    bool print = !c->lists || c->out.report.form != REPORT_TEXT;
    for (uint32_t i = 0; i < lists.count && !rc && print && !report_is_in_vain(); i++)
        rc = print_list(c, &lists, i, err);
    similar_lists_free(&lists);
    lists_close(&statistics);
    return rc;
}

/* ---- upkeep ---- */

static void say_what_changed(const struct similar_command *c, const struct similar_update *u,
                             uint32_t changed, uint64_t docs)
{
    uint64_t now = u->lists.count, more = now > docs ? now - docs : docs - now;
    if (!c->quiet)
        fprintf(stderr, "%" PRIu32 " new articles, %" PRIu32 " gone, %" PRIu32 " lists changed\n",
                u->fresh, u->gone, changed);
    if (more && more * 10 >= docs)
        fprintf(stderr,
                "%s: its statistics are of %" PRIu64 " articles, now there are %" PRIu64
                ": make the lists again with --all --lists\n",
                c->update, docs, now);
}

static int print_changes(struct similar_command *c, const struct similar_update *u, uint64_t docs,
                         struct error *err)
{
    uint32_t changed = 0;
    int rc = BF_OK;
    if (c->out.report.form == REPORT_TEXT)
        c->out.report.form = REPORT_JSONL;
    for (uint32_t rank = 0; rank < u->lists.count && !rc; rank++) {
        if (!u->changed[rank])
            continue;
        changed++;
        rc = print_list(c, &u->lists, rank, err);
    }
    if (!rc)
        say_what_changed(c, u, changed, docs);
    return rc;
}

static int update_lists(struct similar_command *c, struct error *err)
{
    const struct similar_run run = {.threads = (unsigned)c->threads, .stop = interrupt_watch()};
    struct similar_update u = {0};
    struct lists old = {0};
    c->stop = run.stop;
    int rc = similar_lists_open(&old, &c->session, c->update, err);
    if (rc)
        return rc;
    const struct similar_options options = similar_lists_options(&old);
    rc = similar_update(&u, &c->session, &old, &options, &run, err);
    if (rc == BF_ERR_STOPPED)
        error_set(err, rc, "interrupted: %s is as it was", c->update);
    if (!rc && (u.made || u.gone))
        rc = similar_lists_save(&u.lists, &c->session, &options, &old, c->update, err);
    if (!rc)
        rc = print_changes(c, &u, old.settings.docs, err);
    similar_update_free(&u);
    lists_close(&old);
    return rc;
}

/* ---- the command ---- */

/* Whether anything is said of how lists are to be made. */
static bool settings_given(const struct similar_settings *s)
{
    struct similar_settings plain;
    similar_settings_init(&plain);
    const struct similar_options *o = &s->options, *d = &plain.options;
    const struct similar_choice *choice = &o->choice;
    return s->n != plain.n || s->terms != plain.terms || s->threshold >= 0 || s->fill ||
           s->no_feedback || s->most_of_source || s->after || s->before ||
           filter_options_given(&s->limits) || o->k1 != d->k1 || o->b != d->b || o->keep_copies ||
           o->keep_boilerplate || choice->window_days > 0 || choice->half_life_days > 0 ||
           choice->same_category || choice->other_category || choice->diverse;
}

/* What makes no sense for what is asked about. */
static int check_kind(const struct similar_command *c, struct error *err)
{
    const struct similar_choice *choice = &c->settings.options.choice;
    bool one = !c->all && !c->update && !c->copies && !c->all_copies;
    if (c->out.why && !one)
        return error_set(err, BF_ERR_USAGE, "--why is for one article");
    if (c->out.why && (c->out.report.form == REPORT_TSV || c->out.report.form == REPORT_TREC))
        return error_set(err, BF_ERR_USAGE, "--why goes with text and JSON only");
    if (c->update && settings_given(&c->settings))
        return error_set(err, BF_ERR_USAGE,
                         "--update: makes lists as those of the file were made; other options "
                         "want --all --lists");
    if ((c->copies || c->all_copies) && settings_given(&c->settings))
        return error_set(err, BF_ERR_USAGE, "--copies, --all-copies: all copies are listed");
    if (c->latency && !c->all)
        return error_set(err, BF_ERR_USAGE, "--latency is for --all");
    if (c->language && !c->text_file)
        return error_set(err, BF_ERR_USAGE, "--language is for --text");
    if (c->text_file &&
        (choice->window_days > 0 || choice->same_category || choice->other_category))
        return error_set(err, BF_ERR_USAGE,
                         "--window, --same-category, --other-category: a text has neither date "
                         "nor category");
    return BF_OK;
}

static int check_options(struct similar_command *c, int arguments, struct error *err)
{
    int kinds = (arguments == 2) + (c->text_file != NULL) + c->all + (c->update != NULL) +
                (c->copies != NULL) + c->all_copies;
    if (kinds != 1)
        return error_set(err, BF_ERR_USAGE,
                         "similar: to what? Give one of an id, --text FILE, --all, --update FILE, "
                         "--copies ID and --all-copies");
    if ((c->lists || c->statistics) && !c->all)
        return error_set(err, BF_ERR_USAGE, "--lists and --statistics are for --all");
    if (c->lists || c->statistics) /* what is boilerplate may be another by the update */
        c->settings.options.keep_boilerplate = true;
    if ((c->copies || c->all_copies) && c->out.report.form == REPORT_TREC)
        return error_set(err, BF_ERR_USAGE, "--copies: has no scores, so no TREC run");
    int rc = check_kind(c, err);
    if (rc)
        return rc;
    if (c->rounds < 1 || c->rounds > LATENCY_MOST_ROUNDS)
        return error_set(err, BF_ERR_USAGE, "--rounds: 1 to %d", LATENCY_MOST_ROUNDS);
    if (!c->threads) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        c->threads = cores > 0 ? (uint64_t)cores : 1;
    }
    c->threads = c->threads < MOST_THREADS ? c->threads : MOST_THREADS;
    return similar_settings_check(&c->settings, err);
}

static int run(struct similar_command *c, const char *dir, const char *id, struct error *err)
{
    int rc = session_open(&c->session, dir, err);
    if (rc)
        return rc;
    c->out.session = &c->session;
    rc = similar_settings_open(&c->settings, &c->session.snapshot, err);
    if (!rc)
        rc = c->update       ? update_lists(c, err)
             : c->all        ? similar_to_all(c, err)
             : c->all_copies ? similar_copies_all(&c->session, &c->out.report, err)
             : c->copies     ? similar_copies(&c->session, &c->out.report, c->copies, err)
             : c->text_file  ? similar_to_file(c, c->text_file, err)
                             : similar_to_id(c, id, err);
    if (rc >= 0)
        report_close(&c->out.report);
    filter_free(&c->settings.filter); /* it is of the snapshot */
    session_close(&c->session);
    return rc;
}

int command_similar(int argc, char **argv, struct error *err)
{
    struct similar_command c = {.rounds = 1, .stop = &interrupt_never};
    struct report_options form = {0};
    const struct option_spec options[] = {
        {"all", 'a', OPTION_FLAG, &c.all, NULL, "every article's list, in order of ids"},
        {"text", 0, OPTION_TEXT, &c.text_file, "FILE", "similar to the text in FILE"},
        {"language", 'l', OPTION_TEXT, &c.language, "LANG", "of the text; else the index's"},
        {"copies", 0, OPTION_TEXT, &c.copies, "ID", "the copies of an article instead"},
        {"all-copies", 0, OPTION_FLAG, &c.all_copies, NULL, "every group of copies instead"},
        {"keep-copies", 0, OPTION_FLAG, &c.settings.options.keep_copies, NULL,
         "list copies like any other article"},
        {"keep-boilerplate", 0, OPTION_FLAG, &c.settings.options.keep_boilerplate, NULL,
         "let paragraphs that many articles share count"},
        {"why", 'w', OPTION_FLAG, &c.out.why, NULL, "name the shared words and their shares"},
        SIMILAR_SETTINGS(&c.settings),
        {"lists", 0, OPTION_TEXT, &c.lists, "FILE", "keep the lists of --all in FILE"},
        {"statistics", 0, OPTION_TEXT, &c.statistics, "FILE", "use those of FILE for --all"},
        {"update", 0, OPTION_TEXT, &c.update, "FILE", "bring FILE up to date, print what changed"},
        {"threads", 't', OPTION_COUNT, &c.threads, "N", "for --all (all cores)"},
        {"quiet", 0, OPTION_FLAG, &c.quiet, NULL, "no progress"},
        {"latency", 0, OPTION_FLAG, &c.latency, NULL, "say how long each article of --all took"},
        {"rounds", 0, OPTION_COUNT, &c.rounds, "N", "of --latency; the median counts (1)"},
        REPORT_OPTIONS(&form),
        {0},
    };
    const struct command command = {
        "similar",
        "INDEX [ID]",
        "Lists the articles most like one, or like a text.",
        1,
        2,
        options,
        "Similarity is 1 for the article itself and 0 for nothing in common. Copies of one\n"
        "story are listed once, with the number of the others. What is less similar than\n"
        "the threshold is left out."};
    similar_settings_init(&c.settings);
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    rc = report_open(&c.out.report, &form, err);
    if (!rc)
        rc = check_options(&c, argc - first, err);
    if (!rc)
        rc = run(&c, argv[first], argv[first + 1], err);
    buf_free(&c.out.report.out);
    similar_settings_free(&c.settings);
    return rc == BF_ERR_STOPPED ? EXIT_SIGNAL + *c.stop : exit_status_of(rc);
}
