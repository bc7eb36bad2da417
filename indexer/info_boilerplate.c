/* info_boilerplate.c - `info --boilerplate`: the paragraphs that many articles share. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
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

/* Control bytes cannot move a terminal's cursor, nor end a column or string. */
static void print_escaped(struct text t, bool json)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if (c == '\n')
            fputs("\\n", stdout);
        else if (c == '\t')
            fputs("\\t", stdout);
        else if (c == '\\' || (json && c == '"'))
            printf("\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
}

static void print_entry(const struct boilerplate_text *e, bool json)
{
    printf(json ? "{\"articles\":%" PRIu32 ",\"source\":\"" : "%" PRIu32 "\t", e->articles);
    print_escaped(e->source, json);
    fputs(json ? "\",\"text\":\"" : "\t", stdout);
    print_escaped(e->text, json);
    fputs(json ? "\"}" : "\n", stdout);
}

static void print_entries(const struct boilerplate_text *list, size_t count, bool json)
{
    if (json)
        putchar('[');
    for (size_t i = 0; i < count; i++) {
        if (json)
            fputs(i ? ",\n" : "\n", stdout);
        print_entry(&list[i], json);
    }
    if (json)
        fputs(count ? "\n]\n" : "]\n", stdout);
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
