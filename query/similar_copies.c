/* similar_copies.c - collecting a group's articles, in order, and printing them. */
#include "query/similar_copies.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/text/escape.h"

static int compare_dates(const struct date *a, const struct date *b)
{
    if (!a->precision || !b->precision)
        return !a->precision - !b->precision;
    return (a->seconds > b->seconds) - (a->seconds < b->seconds);
}

static int compare_articles(const void *a, const void *b)
{
    const struct report_article *x = a, *y = b;
    int order = compare_dates(&x->date, &y->date);
    return order ? order : term_compare(x->id.p, x->id.len, y->id.p, y->id.len);
}

/* The group without the article itself; the list is the arena's. */
static int collect(const struct session *s, uint32_t doc, struct arena *arena,
                   struct report_article **list, size_t *count, struct error *err)
{
    const struct copies *c = &s->snapshot.copies;
    uint32_t leader = copies_leader(c, doc), size = 0;
    *count = 0;
    copies_sizes(c, &leader, 1, &size);
    *list = arena_alloc(arena, size * sizeof **list);
    int rc = BF_OK;
    for (uint32_t i = 0; i < c->count && !rc; i++)
        if (copies_leader_at(c, i) == leader && copies_doc(c, i) != doc && *count < size)
            rc = report_article(&s->snapshot, copies_doc(c, i), &(*list)[(*count)++], err);
    if (!rc && *count)
        qsort(*list, *count, sizeof **list, compare_articles);
    return rc;
}

static void print_text(struct buf *out, const struct report_article *a, size_t rank)
{
    char date[DATE_TEXT_BYTES];
    date_format(&a->date, date);
    date[strcspn(date, "T")] = '\0';
    buf_printf(out, "%zu. ", rank);
    output_terminal(out, a->title.p, a->title.len);
    buf_printf(out, "\n   %s%s", date, *date ? " · " : "");
    if (a->category.len) {
        output_terminal(out, a->category.p, a->category.len);
        buf_puts(out, " · ");
    }
    output_terminal(out, a->id.p, a->id.len);
    buf_putc(out, '\n');
}

static void print_columns(struct buf *out, struct text of, const struct report_article *a,
                          size_t rank)
{
    char date[DATE_TEXT_BYTES];
    escape_column(out, of.p, of.len);
    buf_printf(out, "\t%zu\t", rank);
    escape_column(out, a->id.p, a->id.len);
    buf_printf(out, "\t%s\t", date_format(&a->date, date));
    escape_column(out, a->category.p, a->category.len);
    buf_putc(out, '\t');
    escape_column(out, a->title.p, a->title.len);
    buf_putc(out, '\n');
}

static void print_json(struct report *r, const struct report_article *of,
                       const struct report_article *list, size_t count)
{
    struct buf *out = &r->out;
    report_json_begin(r);
    report_json_article(out, of);
    buf_puts(out, ",\"copies\":[");
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, i ? ",{" : "{");
        report_json_article(out, &list[i]);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
    report_json_end(r);
}

static void print(struct report *r, const struct report_article *of,
                  const struct report_article *list, size_t count)
{
    if (r->form == REPORT_JSON || r->form == REPORT_JSONL) {
        print_json(r, of, list, count);
        return;
    }
    if (r->form == REPORT_TEXT) {
        output_terminal(&r->out, of->title.p, of->title.len);
        buf_printf(&r->out, "\n\nCopies (%zu %s)\n", count, count == 1 ? "item" : "items");
    }
    for (size_t i = 0; i < count; i++) {
        if (r->form == REPORT_TEXT)
            print_text(&r->out, &list[i], i + 1);
        else
            print_columns(&r->out, of->id, &list[i], i + 1);
    }
}

int similar_copies(struct session *s, struct report *r, const char *id, struct error *err)
{
    struct report_article of, *list = NULL;
    size_t count = 0;
    uint32_t doc;
    int rc = session_find(s, id, &doc, err);
    if (!rc)
        rc = copies_verify(&s->snapshot.copies, s->snapshot.bases[s->snapshot.count], err);
    if (!rc)
        rc = report_article(&s->snapshot, doc, &of, err);
    if (!rc)
        rc = collect(s, doc, &s->arena, &list, &count, err);
    if (!rc)
        print(r, &of, list, count);
    if (!rc && !count)
        rc = error_set(err, BF_END, "%s has no copies", id);
    return rc;
}

/* ---- all groups ---- */

struct member {
    uint32_t leader, doc;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->leader != y->leader)
        return x->leader < y->leader ? -1 : 1;
    return (x->doc > y->doc) - (x->doc < y->doc);
}

/* Members of one leader. */
struct group {
    struct text id; /* the leader's */
    const struct member *members;
    size_t count;
};

static int compare_groups(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    return term_compare(x->id.p, x->id.len, y->id.p, y->id.len);
}

/* The members' groups, in the order of the leaders' ids; *count of them. */
static int list_groups(const struct snapshot *s, struct member *members, uint32_t n,
                       struct group *groups, size_t *count, struct error *err)
{
    struct report_article leader;
    int rc = BF_OK;
    *count = 0;
    if (n)
        qsort(members, n, sizeof *members, compare_members);
    for (uint32_t i = 0, end; i < n && !rc; i = end) {
        for (end = i; end < n && members[end].leader == members[i].leader;)
            end++;
        rc = report_article(s, members[i].leader, &leader, err);
        if (!rc)
            groups[(*count)++] = (struct group){leader.id, members + i, end - i};
    }
    if (!rc && *count)
        qsort(groups, *count, sizeof *groups, compare_groups);
    return rc;
}

static int print_group(struct session *s, struct report *r, const struct member *members, size_t n,
                       struct error *err)
{
    struct report_article of, *list;
    size_t count = 0;
    arena_reset(&s->arena);
    list = arena_alloc(&s->arena, n * sizeof *list);
    int rc = report_article(&s->snapshot, members[0].leader, &of, err);
    for (size_t i = 0; i < n && !rc; i++)
        if (members[i].doc != members[0].leader)
            rc = report_article(&s->snapshot, members[i].doc, &list[count++], err);
    if (rc)
        return rc;
    if (count)
        qsort(list, count, sizeof *list, compare_articles);
    print(r, &of, list, count);
    if (r->form == REPORT_TEXT)
        buf_putc(&r->out, '\n');
    report_flush(r);
    return BF_OK;
}

int similar_copies_all(struct session *s, struct report *r, struct error *err)
{
    const struct copies *c = &s->snapshot.copies;
    int rc = copies_verify(c, s->snapshot.bases[s->snapshot.count], err);
    struct member *members = mem_alloc(((size_t)c->count + 1) * sizeof *members);
    struct group *groups = mem_alloc(((size_t)c->count + 1) * sizeof *groups);
    size_t count = 0;
    for (uint32_t i = 0; i < c->count && !rc; i++)
        members[i] = (struct member){copies_leader_at(c, i), copies_doc(c, i)};
    if (!rc)
        rc = list_groups(&s->snapshot, members, c->count, groups, &count, err);
    for (size_t i = 0; i < count && !rc && !report_is_in_vain(); i++)
        rc = print_group(s, r, groups[i].members, groups[i].count, err);
    free(members);
    free(groups);
    return rc ? rc : c->count ? BF_OK : BF_END;
}
