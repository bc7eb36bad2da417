/* archive_matrix.c - a walk over all dictionaries, then a transposition by counting. */
#include "query/archive_matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "query/lead_block.h"

struct maker {
    struct archive_matrix *m;
    const struct snapshot *s;
    struct analyzer *analyzer;
    struct dictionary_cursor *cursors; /* one a segment */
    bool *ended;
    struct lead_block block;
    uint32_t *docs; /* of the postings, term by term: global numbers */
    uint16_t *tfs;
    uint64_t *term_starts;
    size_t term_capacity[3], posting_capacity[2];
    bool fixed;                       /* the statistics are a file's: */
    struct bytes statistics;          /* its terms behind */
    struct lists_term next_statistic; /* this one; empty at the end */
    struct asked_term *asked;         /* by term; [0, asked_done) are behind the present one */
    size_t asked_count, asked_done;
};

static int advance(struct maker *k, uint32_t i, struct error *err)
{
    int rc = dictionary_next(&k->cursors[i], err);
    k->ended[i] = rc == BF_END;
    return rc < 0 ? rc : BF_OK;
}

static int compare_cursors(const struct dictionary_cursor *a, const struct dictionary_cursor *b)
{
    return term_compare(a->term.data, a->term.len, b->term.data, b->term.len);
}

/* The segment with the lowest term; s->count at the end. */
static uint32_t lowest(const struct maker *k)
{
    uint32_t best = k->s->count;
    for (uint32_t i = 0; i < k->s->count; i++)
        if (!k->ended[i] &&
            (best == k->s->count || compare_cursors(&k->cursors[i], &k->cursors[best]) < 0))
            best = i;
    return best;
}

static int add_postings(struct maker *k, uint32_t segment, struct error *err)
{
    struct archive_matrix *m = k->m;
    const struct segment *s = &k->s->segments[segment];
    struct postings p;
    int rc = segment_postings(s, &k->cursors[segment].info, &p, err);
    for (uint32_t b = 0; b < p.blocks && !rc; b++) {
        rc = lead_block_read(&k->block, s, &p, b, err);
        mem_grow(k->docs, &k->posting_capacity[0], m->entries + BLOCK_LEN);
        mem_grow(k->tfs, &k->posting_capacity[1], m->entries + BLOCK_LEN);
        for (unsigned i = 0; i < k->block.articles.n && !rc; i++) {
            uint32_t doc = k->block.articles.docs[i];
            if (deletes_has(&s->deletes, doc))
                continue;
            k->docs[m->entries] = k->s->bases[segment] + doc;
            k->tfs[m->entries++] = (uint16_t)k->block.tf[i];
        }
    }
    return rc;
}

static void take_statistic(struct maker *k)
{
    if (!lists_take_term(&k->statistics, &k->next_statistic))
        k->next_statistic = (struct lists_term){"", 0, 0};
}

/* The document frequency that counts; 0 for a term that does not. Terms come in order. */
static uint32_t counted_df(struct maker *k, const struct buf *term, uint64_t postings)
{
    if (!k->fixed)
        return postings < SIMILAR_LEAST_DF ? 0 : (uint32_t)postings;
    int order = -1;
    while (k->next_statistic.len &&
           (order = term_compare(k->next_statistic.p, k->next_statistic.len, term->data,
                                 term->len)) < 0)
        take_statistic(k);
    return k->next_statistic.len && !order ? k->next_statistic.df : 0;
}

/* What articles ask for of this term, under its number; of a term that is left
 * out, nothing. */
static void take_asked(struct maker *k, const struct buf *term, bool kept)
{
    struct archive_matrix *m = k->m;
    for (; k->asked_done < k->asked_count; k->asked_done++) {
        const struct asked_term *a = &k->asked[k->asked_done];
        int order = term_compare(a->text, a->len, term->data, term->len);
        if (order > 0)
            return;
        if (order == 0 && kept)
            m->asked[m->asked_count++] = (struct matrix_asked){a->doc, m->terms, a->tf};
    }
}

static void end_term(struct maker *k, const struct buf *term, uint64_t first)
{
    struct archive_matrix *m = k->m;
    uint32_t df = m->entries > first ? counted_df(k, term, m->entries - first) : 0;
    take_asked(k, term, df > 0);
    if (!df) {
        m->entries = first;
        return;
    }
    mem_grow(k->term_starts, &k->term_capacity[0], (size_t)m->terms + 2);
    mem_grow(m->dfs, &k->term_capacity[1], (size_t)m->terms + 1);
    mem_grow(m->term_ends, &k->term_capacity[2], (size_t)m->terms + 1);
    buf_add(&m->term_bytes, term->data, term->len);
    k->term_starts[m->terms] = first;
    m->dfs[m->terms] = df;
    m->term_ends[m->terms] = m->term_bytes.len;
    m->terms++;
}

static int add_term(struct maker *k, uint32_t first_segment, struct buf *term, struct error *err)
{
    const struct buf *lowest_term = &k->cursors[first_segment].term;
    uint64_t first = k->m->entries;
    int rc = BF_OK;
    term->len = 0;
    buf_add(term, lowest_term->data, lowest_term->len);
    bool wanted =
        term->len >= 2 && !analyzer_is_stop(k->analyzer, (const char *)term->data, term->len);
    for (uint32_t i = first_segment; i < k->s->count && !rc; i++) {
        const struct buf *other = &k->cursors[i].term;
        if (k->ended[i] || term_compare(other->data, other->len, term->data, term->len) != 0)
            continue;
        if (wanted)
            rc = add_postings(k, i, err);
        if (!rc)
            rc = advance(k, i, err);
    }
    end_term(k, term, first);
    return rc;
}

static int add_terms(struct maker *k, struct error *err)
{
    uint32_t count = k->s->count;
    int rc = BF_OK;
    k->cursors = mem_zalloc(count, sizeof *k->cursors);
    k->ended = mem_zalloc(count, sizeof *k->ended);
    for (uint32_t i = 0; i < count && !rc; i++) {
        rc = dictionary_seek(&k->s->segments[i].dictionary, &k->cursors[i], NULL, 0, err);
        if (!rc)
            rc = advance(k, i, err);
    }
    struct buf term = {0};
    for (uint32_t i; !rc && (i = lowest(k)) < count;)
        rc = add_term(k, i, &term, err);
    buf_free(&term);
    for (uint32_t i = 0; i < count; i++)
        dictionary_cursor_free(&k->cursors[i]);
    free(k->cursors);
    free(k->ended);
    mem_grow(k->term_starts, &k->term_capacity[0], (size_t)k->m->terms + 2);
    k->term_starts[k->m->terms] = k->m->entries;
    return rc;
}

static void copy_lengths(struct maker *k)
{
    struct archive_matrix *m = k->m;
    m->docs = k->s->bases[k->s->count];
    m->length_codes = mem_alloc(m->docs);
    for (uint32_t i = 0; i < k->s->count; i++) {
        const struct columns *c = &k->s->segments[i].columns;
        if (c->docs)
            memcpy(m->length_codes + k->s->bases[i], column(c, COLUMN_LEAD_LENGTH), c->docs);
    }
}

/* In 255ths, rounded up: an upper bound in a byte. */
static uint8_t saturation_bound(float tf, float norm)
{
    return (uint8_t)ceilf(bm25_saturation(tf, norm) * 255.0f);
}

static void pack_postings(struct maker *k)
{
    struct archive_matrix *m = k->m;
    m->posting_docs = mem_alloc(m->entries * sizeof *m->posting_docs);
    m->posting_saturations = mem_alloc(m->entries);
    for (uint64_t i = 0; i < m->entries; i++) {
        float norm = m->bm25.length_norm[m->length_codes[k->docs[i]]];
        m->posting_docs[i] = (uint16_t)(k->docs[i] & (TILE_DOCS - 1));
        m->posting_saturations[i] = saturation_bound((float)k->tfs[i], norm);
    }
}

/* Each term's postings ascend: a tile's begin where the tile before ends. */
static void find_tiles(struct maker *k)
{
    struct archive_matrix *m = k->m;
    m->tiles = m->docs / TILE_DOCS + 1;
    m->tile_starts = mem_alloc(((uint64_t)m->terms * m->tiles + 1) * sizeof *m->tile_starts);
    for (uint32_t term = 0; term < m->terms; term++) {
        uint64_t at = k->term_starts[term], end = k->term_starts[term + 1];
        for (uint32_t tile = 0; tile < m->tiles; tile++) {
            m->tile_starts[(uint64_t)term * m->tiles + tile] = at;
            while (at < end && k->docs[at] >> TILE_BITS == tile)
                at++;
        }
    }
    m->tile_starts[(uint64_t)m->terms * m->tiles] = m->entries;
}

static void find_most_saturations(struct archive_matrix *m)
{
    m->most_saturations = mem_zalloc((size_t)m->terms + 1, 1);
    for (uint32_t term = 0; term < m->terms; term++) {
        uint8_t most = 0;
        uint64_t end = archive_matrix_list(m, term, m->tiles);
        for (uint64_t i = archive_matrix_list(m, term, 0); i < end; i++)
            most = m->posting_saturations[i] > most ? m->posting_saturations[i] : most;
        m->most_saturations[term] = most;
    }
}

static void weigh_terms(struct archive_matrix *m, uint64_t docs)
{
    m->idfs = mem_alloc((size_t)m->terms * sizeof *m->idfs);
    for (uint32_t term = 0; term < m->terms; term++)
        m->idfs[term] = bm25_idf(docs, m->dfs[term]);
    m->statistics = (struct term_statistics){docs, m->dfs, m->idfs};
}

/* Postings by article: terms ascend within each, since they are visited so. */
static void transpose(struct maker *k)
{
    struct archive_matrix *m = k->m;
    m->doc_starts = mem_zalloc((size_t)m->docs + 2, sizeof *m->doc_starts);
    m->doc_terms = mem_alloc(m->entries * sizeof *m->doc_terms);
    m->doc_tfs = mem_alloc(m->entries * sizeof *m->doc_tfs);
    for (uint64_t i = 0; i < m->entries; i++)
        m->doc_starts[k->docs[i] + 2]++;
    for (uint32_t doc = 2; doc <= m->docs; doc++)
        m->doc_starts[doc] += m->doc_starts[doc - 1];
    for (uint32_t term = 0; term < m->terms; term++) {
        for (uint64_t i = k->term_starts[term]; i < k->term_starts[term + 1]; i++) {
            uint64_t at = m->doc_starts[k->docs[i] + 1]++;
            m->doc_terms[at] = term;
            m->doc_tfs[at] = k->tfs[i];
        }
    }
}

static void sign(struct archive_matrix *m)
{
    m->signatures = mem_zalloc((size_t)m->docs * SIGNATURE_WORDS, sizeof *m->signatures);
    for (uint32_t doc = 0; doc < m->docs; doc++) {
        uint64_t *words = m->signatures + (size_t)doc * SIGNATURE_WORDS;
        for (uint64_t i = m->doc_starts[doc]; i < m->doc_starts[doc + 1]; i++) {
            unsigned bit = archive_matrix_signature(m, m->doc_terms[i]);
            if (bit < SIGNATURE_BITS)
                words[bit / 64] |= (uint64_t)1 << bit % 64;
        }
    }
}

static int compare_asked(const void *a, const void *b)
{
    const struct matrix_asked *x = a, *y = b;
    if (x->doc != y->doc)
        return x->doc < y->doc ? -1 : 1;
    return (x->term > y->term) - (x->term < y->term);
}

static int read_terms(struct maker *k, const struct similar_options *o, struct error *err)
{
    struct archive_matrix *m = k->m;
    struct arena arena = {0};
    int rc = BF_OK;
    if (!o->keep_boilerplate)
        rc = asked_of_archive(k->s, k->analyzer, &arena, &k->asked, &k->asked_count, err);
    m->asked = mem_alloc((k->asked_count + 1) * sizeof *m->asked);
    if (!rc)
        rc = add_terms(k, err);
    if (!rc)
        qsort(m->asked, m->asked_count, sizeof *m->asked, compare_asked);
    arena_free(&arena);
    return rc;
}

static void mark_stop_words(struct archive_matrix *m)
{
    doc_languages_start(&m->languages, m->terms);
    for (uint32_t term = 0; term < m->terms; term++) {
        size_t len;
        const char *text = archive_matrix_term(m, term, &len);
        doc_languages_term(&m->languages, term, text, len);
    }
}

int archive_matrix_make(struct archive_matrix *m, const struct snapshot *s,
                        struct analyzer *analyzer, const struct similar_options *o,
                        const struct lists *statistics, struct error *err)
{
    struct maker k = {.m = m, .s = s, .analyzer = analyzer, .fixed = statistics};
    *m = (struct archive_matrix){
        .statistics.docs = s->docs, .tokens = s->tokens, .lead_tokens = s->lead_tokens};
    if (statistics) {
        m->statistics.docs = statistics->settings.docs;
        m->tokens = statistics->settings.tokens;
        m->lead_tokens = statistics->settings.lead_tokens;
        k.statistics = lists_terms(statistics);
        take_statistic(&k);
    }
    similar_fit(&m->bm25, m->statistics.docs, m->tokens + m->lead_tokens, o);
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && !rc; i++)
        rc = columns_verify(&s->segments[i].columns, err);
    if (!rc)
        rc = read_terms(&k, o, err);
    if (!rc)
        rc = doc_languages_find(&m->languages, s, analyzer, err);
    if (!rc) {
        mark_stop_words(m);
        copy_lengths(&k);
        pack_postings(&k);
        find_tiles(&k);
        find_most_saturations(m);
        transpose(&k);
        weigh_terms(m, m->statistics.docs);
        sign(m);
    }
    lead_block_free(&k.block);
    free(k.docs);
    free(k.tfs);
    free(k.term_starts);
    if (rc)
        archive_matrix_free(m);
    return rc;
}

void archive_matrix_free(struct archive_matrix *m)
{
    free(m->tile_starts);
    free(m->posting_docs);
    free(m->posting_saturations);
    free(m->doc_starts);
    free(m->doc_terms);
    free(m->doc_tfs);
    buf_free(&m->term_bytes);
    free(m->term_ends);
    free(m->asked);
    free(m->dfs);
    free(m->idfs);
    free(m->most_saturations);
    free(m->length_codes);
    free(m->signatures);
    doc_languages_free(&m->languages);
    *m = (struct archive_matrix){0};
}

/* The first that an article asks for otherwise than it has it. */
static size_t first_asked(const struct archive_matrix *m, uint32_t doc)
{
    size_t low = 0, high = m->asked_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->asked[middle].doc < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t archive_matrix_query(const struct archive_matrix *m, uint32_t doc, size_t most,
                            struct article_term *terms, struct weighted_term *out)
{
    const struct matrix_asked *asked = m->asked + first_asked(m, doc);
    const struct matrix_asked *end = m->asked + m->asked_count;
    size_t n = 0;
    for (uint64_t i = m->doc_starts[doc]; i < m->doc_starts[doc + 1]; i++) {
        terms[n] = (struct article_term){m->doc_terms[i], m->doc_tfs[i]};
        if (asked < end && asked->doc == doc && asked->term == terms[n].term)
            terms[n].tf = asked++->tf;
        if (doc_languages_stops(&m->languages, doc, terms[n].term))
            terms[n].tf = 0;
        n += terms[n].tf > 0;
    }
    return term_weights_query(terms, n, &m->statistics, SIMILAR_LEAST_DF, most, out);
}
