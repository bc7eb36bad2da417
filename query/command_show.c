/* command_show.c - `backfile-query show`: the page as an archive reader shows it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "query/commands.h"
#include "query/report.h"
#include "query/similar.h"

struct page {
    struct session session;
    struct report report;
    struct article article;
    struct similar_list list;
};

static void heading(struct page *p, const char *text)
{
    buf_printf(&p->report.out, "\n%s%s%s\n", p->report.style.bold, text, p->report.style.normal);
}

static void paragraph(struct page *p, const char *text, size_t indent)
{
    const struct output_layout layout = {p->report.width, indent, p->report.style};
    output_paragraphs(&p->report.out, text, strlen(text), &layout);
}

static int print_similar(struct page *p, struct error *err)
{
    struct buf *out = &p->report.out;
    char text[64];
    snprintf(text, sizeof text, "Similar Readings (%zu %s)", p->list.count,
             p->list.count == 1 ? "item" : "items");
    heading(p, text);
    for (size_t i = 0; i < p->list.count; i++) {
        const struct similar_item *item = &p->list.items[i];
        struct report_article a;
        int rc = report_article(&p->session.snapshot, item->doc, &a, err);
        if (rc)
            return rc;
        output_terminal(out, a.title.p, a.title.len);
        report_text_copies(out, item->copies);
        buf_putc(out, '\n');
    }
    return BF_OK;
}

static void detail(struct page *p, const char *name, const char *value)
{
    if (!*value)
        return;
    buf_printf(&p->report.out, "%s: ", name);
    output_terminal(&p->report.out, value, strlen(value));
    buf_putc(&p->report.out, '\n');
}

/* "2023/07/12 07:33", as far as the date is known. */
static void time_detail(struct page *p, const char *name, const struct date *d)
{
    char text[DATE_TEXT_BYTES];
    date_format(d, text);
    for (char *c = text; *c; c++) {
        if (*c == 'T')
            *c = ' ';
        else if (*c == '-')
            *c = '/';
        else if (*c == 'Z')
            *c = '\0';
    }
    detail(p, name, text);
}

static void print_details(struct page *p)
{
    const struct article *a = &p->article;
    char date[DATE_TEXT_BYTES];
    heading(p, "Details");
    detail(p, "ID", a->id);
    detail(p, "Category ID", a->category);
    detail(p, "Source", a->source);
    detail(p, "Author", a->author);
    detail(p, "Tags", a->tags);
    detail(p, "URL", a->url);
    detail(p, "Date", date_format_long(&a->date, date));
    time_detail(p, "Created", &a->created);
    time_detail(p, "Updated", &a->updated);
    time_detail(p, "Last Read", &a->last_read);
}

static int print_page(struct page *p, struct error *err)
{
    const struct article *a = &p->article;
    struct buf *out = &p->report.out;
    buf_puts(out, p->report.style.bold);
    output_terminal(out, a->title, strlen(a->title));
    buf_printf(out, "%s\n\n", p->report.style.normal);
    if (p->session.snapshot.manifest.without_text)
        buf_puts(out, "(This index stores no text.)\n");
    else
        paragraph(p, a->body, 0);
    int rc = print_similar(p, err);
    if (rc)
        return rc;
    if (*a->summary) {
        heading(p, "Summary");
        paragraph(p, a->summary, 0);
    }
    heading(p, "Statistics");
    buf_printf(out, "%" PRId64 " Words\n", a->words);
    if (a->read_count >= 0)
        buf_printf(out, "%" PRId64 " Read Count\n", a->read_count);
    print_details(p);
    return BF_OK;
}

static int load(struct page *p, const char *id, struct error *err)
{
    struct session *s = &p->session;
    struct similar_context how = {.s = &s->snapshot,
                                  .analyzer = s->analyzer,
                                  .reader = &s->reader,
                                  .options = &similar_defaults,
                                  .arena = &s->arena};
    uint32_t doc;
    int rc = session_find(s, id, &doc, err);
    if (!rc)
        rc = article_read(&s->reader, doc, &s->arena, &p->article, err);
    return rc ? rc : similar_to_article(&how, doc, NULL, &p->list, err);
}

int command_show(int argc, char **argv, struct error *err)
{
    struct page p = {0};
    const struct option_spec options[] = {{0}};
    const struct command command = {"show",  "INDEX ID", "Prints an article's page.", 2, 2,
                                    options, NULL};
    const struct report_options form = {0};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    rc = session_open(&p.session, argv[first], err);
    if (rc)
        return exit_status_of(rc);
    report_open(&p.report, &form, err);
    if (!strcmp(p.report.style.bold, "*"))
        p.report.style = output_style_plain; /* stars mark matches: there are none here */
    rc = load(&p, argv[first + 1], err);
    if (!rc)
        rc = print_page(&p, err);
    if (!rc)
        report_close(&p.report);
    buf_free(&p.report.out);
    session_close(&p.session);
    return exit_status_of(rc);
}
