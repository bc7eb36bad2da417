/* info_boilerplate.c - `info --boilerplate`: the paragraphs that many articles share. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/text/escape.h"
#include "indexer/commands.h"

static int compare_text(struct text a, struct text b)
{
    return term_compare(a.p, a.len, b.p, b.len);
}

/* The most frequent first. */
static int compare_entries(const void *a, const void *b)
{
    const struct boilerplate_text *x = a, *y = b;
    if (x->articles != y->articles)
        return x->articles > y->articles ? -1 : 1;
    int order = compare_text(x->source, y->source);
    return order ? order : compare_text(x->text, y->text);
}

static void put_columns(const struct boilerplate_text *e, struct buf *out)
{
    buf_printf(out, "%" PRIu32 "\t", e->articles);
    escape_column(out, e->source.p, e->source.len);
    buf_putc(out, '\t');
    escape_column(out, e->text.p, e->text.len);
    buf_putc(out, '\n');
}

static void put_object(const struct boilerplate_text *e, struct buf *out)
{
    buf_printf(out, "{\"articles\":%" PRIu32 ",\"source\":", e->articles);
    escape_json_string(out, e->source.p, e->source.len);
    buf_puts(out, ",\"text\":");
    escape_json_string(out, e->text.p, e->text.len);
    buf_putc(out, '}');
}

static void print_entries(const struct boilerplate_text *list, size_t count, bool json)
{
    struct buf out = {0};
    buf_puts(&out, json ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        buf_puts(&out, !json ? "" : i ? ",\n" : "\n");
        (json ? put_object : put_columns)(&list[i], &out);
    }
    buf_puts(&out, !json ? "" : count ? "\n]\n" : "]\n");
    fwrite(buf_text(&out), 1, out.len, stdout);
    buf_free(&out);
}

int info_boilerplate(const struct snapshot *s, bool json, struct error *err)
{
    struct boilerplate_cursor c;
    struct boilerplate_text *list = mem_alloc((s->copies.keys + 1u) * sizeof *list);
    size_t count = 0;
    int rc = copies_verify(&s->copies, s->bases[s->count], err);
    boilerplate_cursor_open(&c, &s->copies);
    while (!rc && !(rc = boilerplate_cursor_next(&c, &list[count], err)))
        count++;
    if (rc == BF_END) {
        qsort(list, count, sizeof *list, compare_entries);
        print_entries(list, count, json);
        rc = count ? BF_OK : BF_END;
    }
    free(list);
    return rc;
}
