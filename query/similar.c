/* similar.c - one article's query, scored by accumulating whole lists. */
#include "query/similar.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/limits.h"
#include "query/article_terms.h"
#include "query/cursor.h"

/* ---- the query ---- */

/* The different terms of a text with their tf', in byte order. */
struct term_table {
    struct weighted_term *terms;
    const char **texts;
    size_t *lengths;
    size_t count;
};

struct occurrence {
    const char *text;
    size_t len;
    uint32_t times;
};

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *x = a, *y = b;
    return term_compare(x->text, x->len, y->text, y->len);
}

/* Tokens of a part of the article, each counting once or twice. */
static size_t add_occurrences(struct analyzer *analyzer, const char *text, size_t len, size_t twice,
                              size_t most, struct occurrence **list, size_t used, size_t *capacity,
                              struct arena *arena)
{
    struct token *tokens = NULL;
    size_t token_capacity = 0;
    size_t n = analyzer_tokens(analyzer, text, len, &tokens, &token_capacity, arena);
    n = n < most ? n : most;
    mem_grow(*list, capacity, used + n);
    for (size_t i = 0; i < n; i++) {
        if (tokens[i].stop || tokens[i].len < 2)
            continue;
        (*list)[used++] = (struct occurrence){tokens[i].term, tokens[i].len, i < twice ? 2 : 1};
    }
    free(tokens);
    return used;
}

static void reserve_table(struct term_table *table, size_t n, struct arena *arena)
{
    table->terms = arena_alloc(arena, n * sizeof *table->terms);
    table->texts = arena_alloc(arena, n * sizeof *table->texts);
    table->lengths = arena_alloc(arena, n * sizeof *table->lengths);
    table->count = 0;
}

static void count_terms(struct occurrence *list, size_t n, struct arena *arena,
                        struct term_table *table)
{
    reserve_table(table, n, arena);
    if (n)
        qsort(list, n, sizeof *list, compare_occurrences);
    for (size_t i = 0; i < n; i++) {
        if (!i || compare_occurrences(&list[i - 1], &list[i])) {
            uint32_t number = (uint32_t)table->count++;
            table->terms[number] = (struct weighted_term){.term = number};
            table->texts[number] = list[i].text;
            table->lengths[number] = list[i].len;
        }
        struct weighted_term *t = &table->terms[table->count - 1];
        t->tf += t->tf < SIMILAR_MOST_TF ? list[i].times : 0;
        t->tf = t->tf < SIMILAR_MOST_TF ? t->tf : SIMILAR_MOST_TF;
    }
}

static int look_up(const struct snapshot *s, struct term_table *table, struct error *err)
{
    int rc = BF_OK;
    for (size_t i = 0; i < table->count && !rc; i++) {
        uint64_t cf;
        rc = snapshot_term(s, table->texts[i], table->lengths[i], &table->terms[i].df, &cf, err);
    }
    return rc;
}

void similar_fit(struct bm25 *m, const struct snapshot *s, const struct similar_options *o)
{
    double average = s->docs ? (double)(s->tokens + s->lead_tokens) / (double)s->docs : 0;
    bm25_init(m, o->k1, o->b, average);
}

void similar_fit_weights(struct bm25 *m, const struct weighted_term *terms, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += terms[i].weight;
    bm25_fit(m, sum);
}

/* length_code is that of the text's len' */
static int finish_query(const struct snapshot *s, struct term_table *table, uint8_t length_code,
                        uint64_t least_df, const struct similar_options *o, struct similar_query *q,
                        struct error *err)
{
    int rc = look_up(s, table, err);
    if (rc)
        return rc;
    *q = (struct similar_query){.terms = table->terms, .texts = table->texts};
    q->count = term_weights_choose(table->terms, table->count, s->docs, least_df, o->terms);
    similar_fit(&q->bm25, s, o);
    similar_fit_weights(&q->bm25, q->terms, q->count);
    float norm = q->bm25.length_norm[length_code];
    for (size_t i = 0; i < q->count; i++)
        q->self_units +=
            bm25_units(bm25_weight(&q->bm25, q->terms[i].weight), (float)q->terms[i].tf, norm);
    return BF_OK;
}

static size_t count_tokens(struct analyzer *analyzer, const char *text, size_t len, size_t most,
                           struct arena *arena)
{
    struct token *tokens = NULL;
    size_t capacity = 0;
    size_t n = analyzer_tokens(analyzer, text, len, &tokens, &capacity, arena);
    free(tokens);
    return n < most ? n : most;
}

static int make_query(const struct snapshot *s, const char *title, const char *body,
                      size_t body_len, uint64_t least_df, struct analyzer *analyzer,
                      const struct similar_options *o, struct arena *arena, struct similar_query *q,
                      struct error *err)
{
    struct occurrence *list = NULL;
    struct term_table table;
    size_t capacity = 0, n, title_len = strlen(title);
    size_t in_title = count_tokens(analyzer, title, title_len, MAX_TITLE_TOKENS, arena);
    size_t in_body = count_tokens(analyzer, body, body_len, MAX_DOC_TOKENS - in_title, arena);
    n = add_occurrences(analyzer, title, title_len, SIZE_MAX, in_title, &list, 0, &capacity, arena);
    n = add_occurrences(analyzer, body, body_len, LEAD_TOKENS, in_body, &list, n, &capacity, arena);
    count_terms(list, n, arena, &table);
    uint64_t tokens = in_title + in_body;
    uint64_t lead = in_title + (in_body < LEAD_TOKENS ? in_body : LEAD_TOKENS);
    int rc = finish_query(s, &table, length_encode(tokens + lead), least_df, o, q, err);
    free(list);
    return rc;
}

static int query_of_postings(const struct snapshot *s, uint32_t doc, struct analyzer *analyzer,
                             const struct similar_options *o, struct arena *arena,
                             struct similar_query *q, struct error *err)
{
    uint32_t i = snapshot_segment_of(s, doc);
    struct article_terms found = {0};
    struct term_table table;
    int rc = article_terms_read(s, doc, analyzer, arena, &found, err);
    reserve_table(&table, found.count, arena);
    for (; table.count < found.count; table.count++) {
        const struct article_term *t = &found.list[table.count];
        uint32_t tf = t->tf < SIMILAR_MOST_TF ? t->tf : SIMILAR_MOST_TF;
        table.terms[table.count] = (struct weighted_term){.term = (uint32_t)table.count, .tf = tf};
        table.texts[table.count] = t->text;
        table.lengths[table.count] = t->len;
    }
    uint8_t code = column_u8(&s->segments[i].columns, COLUMN_LEAD_LENGTH, doc - s->bases[i]);
    if (!rc)
        rc = finish_query(s, &table, code, SIMILAR_LEAST_DF, o, q, err);
    free(found.list);
    return rc;
}

int similar_query_of_article(const struct snapshot *s, uint32_t doc, const struct article *a,
                             struct analyzer *analyzer, const struct similar_options *o,
                             struct arena *arena, struct similar_query *q, struct error *err)
{
    analyzer = analyzer_for(analyzer, a->language);
    if (s->manifest.without_text)
        return query_of_postings(s, doc, analyzer, o, arena, q, err);
    return make_query(s, a->title, a->body, a->body_len, SIMILAR_LEAST_DF, analyzer, o, arena, q,
                      err);
}

int similar_query_of_text(const struct snapshot *s, const char *text, size_t len,
                          struct analyzer *analyzer, const struct similar_options *o,
                          struct arena *arena, struct similar_query *q, struct error *err)
{
    return make_query(s, "", text, len, 1, analyzer, o, arena, q, err);
}

/* ---- the list ---- */

static int add_list(const struct segment *s, struct cursor *c, const struct bm25 *m, float weight,
                    uint32_t *units, struct error *err)
{
    const uint8_t *codes = column(&s->columns, COLUMN_LEAD_LENGTH);
    for (uint32_t b = 0; b < c->list.blocks; b++) {
        int rc = cursor_hold(c, b, err);
        if (!rc)
            rc = postings_read_tf(&c->list, &c->block, err);
        if (!rc)
            rc = postings_read_lead(&c->list, &c->block, err);
        if (rc)
            return rc;
        for (unsigned i = 0; i < c->block.n; i++) {
            uint32_t doc = c->block.docs[i], tf = c->block.tf[i] + c->block.lead[i];
            units[doc] += bm25_units(weight, (float)(tf < SIMILAR_MOST_TF ? tf : SIMILAR_MOST_TF),
                                     m->length_norm[codes[doc]]);
        }
    }
    return BF_OK;
}

static int accumulate(const struct segment *s, const struct similar_query *q, uint32_t *units,
                      struct error *err)
{
    struct cursor c = {.held = NO_BLOCK};
    int rc = BF_OK;
    for (size_t i = 0; i < q->count && rc >= 0; i++) {
        const char *text = q->texts[q->terms[i].term];
        rc = cursor_open(&c, s, text, strlen(text), err);
        if (rc == BF_OK)
            rc = add_list(s, &c, &q->bm25, bm25_weight(&q->bm25, q->terms[i].weight), units, err);
    }
    cursor_free(&c);
    return rc < 0 ? rc : BF_OK;
}

static void offer_segment(const struct snapshot *s, uint32_t segment, const uint32_t *units,
                          int64_t self, struct topk *top)
{
    const struct segment *seg = &s->segments[segment];
    for (uint32_t doc = 0; doc < seg->entry.docs; doc++) {
        if (!units[doc] || units[doc] < topk_threshold(top))
            continue;
        if ((int64_t)s->bases[segment] + doc != self && !deletes_has(&seg->deletes, doc))
            topk_offer(top, segment, doc, units[doc]);
    }
}

/* Keeps the best of each group of copies, leaves the own group out; at most n. */
static size_t drop_copies(const struct snapshot *s, const struct topk *top, int64_t self,
                          const struct similar_options *o, struct similar_item *items)
{
    uint32_t own = self >= 0 ? copies_leader(&s->copies, (uint32_t)self) : COPIES_NONE;
    size_t count = 0;
    for (size_t i = 0; i < top->count && count < o->n; i++) {
        uint32_t doc = top->heap[i].doc;
        uint32_t leader = o->keep_copies ? COPIES_NONE : copies_leader(&s->copies, doc);
        bool seen = leader != COPIES_NONE && leader == own;
        for (size_t k = 0; k < count && !seen && leader != COPIES_NONE; k++)
            seen = copies_leader(&s->copies, items[k].doc) == leader;
        if (!seen)
            items[count++] = (struct similar_item){.doc = doc, .units = top->heap[i].units};
    }
    return count;
}

/* What drop_copies may have left out, by article. */
static void count_copies(const struct snapshot *s, int64_t self, struct arena *arena,
                         struct similar_list *out)
{
    uint32_t *leaders = arena_alloc(arena, (out->count + 1) * sizeof *leaders);
    uint32_t *sizes = arena_alloc(arena, (out->count + 1) * sizeof *sizes);
    for (size_t i = 0; i < out->count; i++)
        leaders[i] = copies_leader(&s->copies, out->items[i].doc);
    leaders[out->count] = self >= 0 ? copies_leader(&s->copies, (uint32_t)self) : COPIES_NONE;
    copies_sizes(&s->copies, leaders, out->count + 1, sizes);
    for (size_t i = 0; i < out->count; i++)
        out->items[i].copies = sizes[i] - 1;
    out->own_copies = sizes[out->count] - 1;
}

static int choose(const struct snapshot *s, uint32_t *const *units, int64_t self,
                  const struct similar_options *o, struct arena *arena, struct similar_list *out,
                  struct error *err)
{
    out->items = arena_alloc(arena, o->n * sizeof *out->items);
    int rc = BF_OK;
    /* Copies may fill the first n places: then look deeper. */
    for (size_t k = o->n + 8;; k *= 4) {
        struct topk top;
        topk_init(&top, s, k);
        for (uint32_t i = 0; i < s->count; i++)
            offer_segment(s, i, units[i], self, &top);
        bool all = top.count < k;
        rc = topk_sort(&top, err);
        out->count = drop_copies(s, &top, self, o, out->items);
        topk_free(&top);
        if (rc || all || out->count == o->n)
            return rc;
    }
}

int similar_run(const struct snapshot *s, const struct similar_query *q, int64_t self,
                const struct similar_options *o, struct arena *arena, struct similar_list *out,
                struct error *err)
{
    uint32_t **units = mem_zalloc(s->count, sizeof *units);
    int rc = copies_verify(&s->copies, s->bases[s->count], err);
    *out = (struct similar_list){0};
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        units[i] = mem_zalloc(s->segments[i].entry.docs, sizeof **units);
        rc = accumulate(&s->segments[i], q, units[i], err);
    }
    if (!rc)
        rc = choose(s, units, self, o, arena, out, err);
    if (!rc && !o->keep_copies)
        count_copies(s, self, arena, out);
    for (size_t i = 0; i < out->count; i++)
        out->items[i].similarity = similar_similarity(out->items[i].units, q->self_units);
    for (uint32_t i = 0; i < s->count; i++)
        free(units[i]);
    free(units);
    return rc;
}

int similar_contribution(const struct snapshot *s, const struct similar_query *q, size_t term,
                         uint32_t doc, uint32_t *units, struct error *err)
{
    uint32_t segment = snapshot_segment_of(s, doc), local = doc - s->bases[segment];
    const struct segment *seg = &s->segments[segment];
    const char *text = q->texts[q->terms[term].term];
    struct cursor c = {.held = NO_BLOCK};
    *units = 0;
    int rc = cursor_open(&c, seg, text, strlen(text), err);
    if (!rc)
        rc = cursor_find(&c, local, NULL, err);
    if (!rc)
        rc = postings_read_tf(&c.list, &c.block, err);
    if (!rc)
        rc = postings_read_lead(&c.list, &c.block, err);
    if (!rc) {
        uint32_t at = c.place % BLOCK_LEN, tf = c.block.tf[at] + c.block.lead[at];
        float norm = q->bm25.length_norm[column_u8(&seg->columns, COLUMN_LEAD_LENGTH, local)];
        *units = bm25_units(bm25_weight(&q->bm25, q->terms[term].weight),
                            (float)(tf < SIMILAR_MOST_TF ? tf : SIMILAR_MOST_TF), norm);
    }
    cursor_free(&c);
    return rc < 0 ? rc : BF_OK;
}
