/* explain.c - asks every leaf of the plan about one article. */
#include "query/explain.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/text/escape.h"
#include "query/output.h"

struct leaf_line {
    struct buf name; /* as query_print writes it */
    uint64_t df;     /* 0 for a phrase */
    uint32_t tf, length;
    double idf, score;
};

struct explanation {
    const struct plan *plan;
    const struct segment *segment;
    uint32_t doc;
    struct leaf_line *lines;
    size_t count, capacity;
};

static int add_leaf(struct explanation *e, struct plan_node *n, struct error *err)
{
    uint32_t units, tf;
    int rc = plan_leaf_units(e->plan, n, e->segment, e->doc, &units, &tf, err);
    if (rc)
        return rc == BF_END ? BF_OK : rc;
    mem_grow(e->lines, &e->capacity, e->count + 1);
    struct leaf_line *line = &e->lines[e->count++];
    uint8_t code = column_u8(&e->segment->columns, COLUMN_LENGTH, e->doc);
    *line = (struct leaf_line){.df = n->df,
                               .tf = tf,
                               .length = length_decode(code),
                               .idf = n->idf,
                               .score = bm25_score(&e->plan->bm25, units)};
    query_print(n->query, &line->name);
    return BF_OK;
}

static int add_node(struct explanation *e, struct plan_node *n, struct error *err)
{
    if (n->query->kind != QUERY_BOOL)
        return add_leaf(e, n, err);
    int rc = BF_OK;
    for (size_t i = 0; i < n->query->must.count && !rc; i++)
        rc = add_node(e, &n->must[i], err);
    for (size_t i = 0; i < n->query->should.count && !rc; i++)
        rc = add_node(e, &n->should[i], err);
    return rc;
}

static int explain(struct explanation *e, struct plan *plan, const struct snapshot *s,
                   const struct query_node *query, const struct search_options *options,
                   uint32_t doc, struct arena *arena, struct error *err)
{
    uint32_t i = snapshot_segment_of(s, doc);
    *e = (struct explanation){.plan = plan, .segment = &s->segments[i], .doc = doc - s->bases[i]};
    int rc = plan_make(plan, query, s, options->k1, options->b, arena, err);
    if (!rc)
        rc = plan_open_segment(plan, s, i, err);
    if (!rc)
        rc = add_node(e, &plan->root, err);
    plan_free(plan);
    return rc;
}

static void release(struct explanation *e)
{
    for (size_t i = 0; i < e->count; i++)
        buf_free(&e->lines[i].name);
    free(e->lines);
}

int explain_print(const struct snapshot *s, const struct query_node *query,
                  const struct search_options *options, uint32_t doc, struct arena *arena,
                  struct buf *out, struct error *err)
{
    struct explanation e;
    struct plan plan;
    int rc = explain(&e, &plan, s, query, options, doc, arena, err);
    for (size_t i = 0; i < e.count && !rc; i++) {
        const struct leaf_line *line = &e.lines[i];
        buf_printf(out, "     %8.4f  ", line->score);
        output_terminal(out, (const char *)line->name.data, line->name.len);
        buf_printf(out, "  tf %" PRIu32 ", idf %.4f, length %" PRIu32, line->tf, line->idf,
                   line->length);
        if (line->df)
            buf_printf(out, ", df %" PRIu64, line->df);
        buf_putc(out, '\n');
    }
    release(&e);
    return rc;
}

int explain_json(const struct snapshot *s, const struct query_node *query,
                 const struct search_options *options, uint32_t doc, struct arena *arena,
                 struct buf *out, struct error *err)
{
    struct explanation e;
    struct plan plan;
    int rc = explain(&e, &plan, s, query, options, doc, arena, err);
    buf_puts(out, ",\"explain\":[");
    for (size_t i = 0; i < e.count && !rc; i++) {
        const struct leaf_line *line = &e.lines[i];
        buf_puts(out, i ? ",{\"term\":" : "{\"term\":");
        escape_json_string(out, (const char *)line->name.data, line->name.len);
        buf_printf(out, ",\"tf\":%" PRIu32 ",\"idf\":%.6f,\"length\":%" PRIu32, line->tf, line->idf,
                   line->length);
        if (line->df)
            buf_printf(out, ",\"df\":%" PRIu64, line->df);
        buf_printf(out, ",\"score\":%.6f}", line->score);
    }
    buf_putc(out, ']');
    release(&e);
    return rc;
}
