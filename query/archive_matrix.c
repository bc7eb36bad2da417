/* archive_matrix.c - a walk over all dictionaries, then a transposition by counting. */
#include "query/archive_matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "query/lead_block.h"

/* Frequencies up to this have their saturations in a table. */
#define FEW_TFS 16

struct maker {
    struct archive_matrix *m;
    const struct snapshot *s;
    struct analyzer *analyzer;
    struct dictionary_cursor *cursors; /* one a segment */
    bool *ended;
    bool *has; /* the term at hand */
    struct lead_block block;
    uint16_t *tfs;    /* of the postings, term by term */
    uint32_t tile;    /* of the posting read last */
    uint64_t *ranges; /* by term: the first posting that is not transposed yet */
    size_t term_capacity[2], tile_capacity, posting_capacity[3];
    uint8_t bounds[FEW_TFS][LENGTH_CODES];
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

/* ---- a term's postings ---- */

/* In 255ths, rounded up: an upper bound in a byte. */
static uint8_t saturation_bound(float tf, float norm)
{
    return (uint8_t)ceilf(bm25_saturation(tf, norm) * 255.0f);
}

static void fill_bounds(struct maker *k)
{
    for (unsigned tf = 0; tf < FEW_TFS; tf++)
        for (unsigned code = 0; code < LENGTH_CODES; code++)
            k->bounds[tf][code] = saturation_bound((float)tf, k->m->bm25.length_norm[code]);
}

/* Postings come in the order of articles: all tiles up to this one start here. */
static void start_tiles(struct maker *k, uint32_t tile)
{
    struct archive_matrix *m = k->m;
    while (k->tile < tile)
        m->tile_starts[(uint64_t)m->terms * m->tiles + ++k->tile] = m->entries;
}

static void add_posting(struct maker *k, uint32_t doc, uint32_t tf)
{
    struct archive_matrix *m = k->m;
    uint8_t code = m->length_codes[doc];
    if (doc >> TILE_BITS != k->tile)
        start_tiles(k, doc >> TILE_BITS);
    m->posting_docs[m->entries] = (uint16_t)(doc & (TILE_DOCS - 1));
    m->posting_saturations[m->entries] =
        tf < FEW_TFS ? k->bounds[tf][code] : saturation_bound((float)tf, m->bm25.length_norm[code]);
    k->tfs[m->entries++] = (uint16_t)tf;
}

static int add_postings(struct maker *k, uint32_t segment, struct error *err)
{
    struct archive_matrix *m = k->m;
    const struct segment *s = &k->s->segments[segment];
    struct postings p;
    int rc = segment_postings(s, &k->cursors[segment].info, &p, err);
    for (uint32_t b = 0; b < p.blocks && !rc; b++) {
        rc = lead_block_read(&k->block, s, &p, b, err);
        mem_grow(m->posting_docs, &k->posting_capacity[0], m->entries + BLOCK_LEN);
        mem_grow(m->posting_saturations, &k->posting_capacity[1], m->entries + BLOCK_LEN);
        mem_grow(k->tfs, &k->posting_capacity[2], m->entries + BLOCK_LEN);
        for (unsigned i = 0; i < k->block.articles.n && !rc; i++) {
            uint32_t doc = k->block.articles.docs[i];
            if (!deletes_has(&s->deletes, doc))
                add_posting(k, k->s->bases[segment] + doc, k->block.tf[i]);
        }
    }
    return rc;
}

/* ---- terms ---- */

static void take_statistic(struct maker *k)
{
    if (!lists_take_term(&k->statistics, &k->next_statistic))
        k->next_statistic = (struct lists_term){"", 0, 0};
}

/* What the file says of the term, 0 when it does not have it. Terms come in order. */
static uint32_t fixed_df(struct maker *k, const struct buf *term)
{
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

static void start_term(struct maker *k)
{
    struct archive_matrix *m = k->m;
    mem_grow(m->tile_starts, &k->tile_capacity, ((uint64_t)m->terms + 1) * m->tiles + 1);
    m->tile_starts[(uint64_t)m->terms * m->tiles] = m->entries;
    k->tile = 0;
}

/* A df of 0 leaves the term out. */
static void end_term(struct maker *k, const struct buf *term, uint32_t df)
{
    struct archive_matrix *m = k->m;
    take_asked(k, term, df > 0);
    if (!df) {
        m->entries = archive_matrix_list(m, m->terms, 0);
        return;
    }
    start_tiles(k, m->tiles - 1);
    mem_grow(m->dfs, &k->term_capacity[0], (size_t)m->terms + 1);
    mem_grow(m->term_ends, &k->term_capacity[1], (size_t)m->terms + 1);
    buf_add(&m->term_bytes, term->data, term->len);
    m->dfs[m->terms] = df;
    m->term_ends[m->terms] = m->term_bytes.len;
    m->terms++;
}

static int add_term_of(struct maker *k, const struct buf *term, uint32_t df, struct error *err)
{
    uint64_t first = k->m->entries;
    bool wanted = df >= SIMILAR_LEAST_DF && term->len >= 2 &&
                  !analyzer_is_stop(k->analyzer, (const char *)term->data, term->len);
    int rc = BF_OK;
    start_term(k);
    for (uint32_t i = 0; i < k->s->count && !rc; i++) {
        if (!k->has[i])
            continue;
        if (wanted)
            rc = add_postings(k, i, err);
        if (!rc)
            rc = advance(k, i, err);
    }
    uint64_t live = k->m->entries - first;
    if (!k->fixed)
        df = live < SIMILAR_LEAST_DF ? 0 : (uint32_t)live;
    end_term(k, term, live ? df : 0);
    return rc;
}

/* The lowest term of all segments. */
static int add_term(struct maker *k, uint32_t first_segment, struct buf *term, struct error *err)
{
    const struct buf *lowest_term = &k->cursors[first_segment].term;
    uint32_t df = 0; /* deleted articles included */
    term->len = 0;
    buf_add(term, lowest_term->data, lowest_term->len);
    for (uint32_t i = 0; i < k->s->count; i++) {
        const struct buf *other = &k->cursors[i].term;
        k->has[i] = i >= first_segment && !k->ended[i] &&
                    !term_compare(other->data, other->len, term->data, term->len);
        df += k->has[i] ? k->cursors[i].info.df : 0;
    }
    return add_term_of(k, term, k->fixed ? fixed_df(k, term) : df, err);
}

static int add_terms(struct maker *k, struct error *err)
{
    uint32_t count = k->s->count;
    int rc = BF_OK;
    k->cursors = mem_zalloc(count, sizeof *k->cursors);
    k->ended = mem_zalloc(count, sizeof *k->ended);
    k->has = mem_zalloc(count, sizeof *k->has);
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
    free(k->has);
    start_term(k); /* where the last one ends */
    return rc;
}

static void copy_lengths(struct maker *k)
{
    struct archive_matrix *m = k->m;
    m->docs = k->s->bases[k->s->count];
    m->tiles = m->docs / TILE_DOCS + 1;
    m->length_codes = mem_alloc(m->docs);
    for (uint32_t i = 0; i < k->s->count; i++) {
        const struct columns *c = &k->s->segments[i].columns;
        if (c->docs)
            memcpy(m->length_codes + k->s->bases[i], column(c, COLUMN_LEAD_LENGTH), c->docs);
    }
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
    m->usual_idfs = mem_alloc((size_t)m->terms * sizeof *m->usual_idfs);
    for (uint32_t term = 0; term < m->terms; term++)
        m->idfs[term] = bm25_idf(docs, m->dfs[term]);
    m->statistics = (struct term_statistics){docs, m->dfs, m->idfs};
    for (uint32_t term = 0; term < m->terms; term++)
        m->usual_idfs[term] = term_weights_usual(&m->statistics, term) ? m->idfs[term] : 0;
    for (uint32_t tf = 1; tf < MATRIX_REPEATS; tf++)
        m->repeats[tf] = 1 + log(tf);
}

/* Where each article's entries start, two places behind its own: as they are written the
 * start of the next becomes the end of this one. */
static void count_entries(struct archive_matrix *m)
{
    m->doc_starts = mem_zalloc((size_t)m->docs + 2, sizeof *m->doc_starts);
    for (uint32_t term = 0; term < m->terms; term++) {
        for (uint32_t tile = 0; tile < m->tiles; tile++) {
            uint64_t *starts = m->doc_starts + (size_t)tile * TILE_DOCS + 2;
            uint64_t end = archive_matrix_list(m, term, tile + 1);
            for (uint64_t i = archive_matrix_list(m, term, tile); i < end; i++)
                starts[m->posting_docs[i]]++;
        }
    }
    for (uint32_t doc = 2; doc <= m->docs; doc++)
        m->doc_starts[doc] += m->doc_starts[doc - 1];
}

/* Articles of a tile, so few that where each one's entries grow stays in the cache. */
#define RANGE_DOCS 8192

static void transpose_range(struct maker *k, uint32_t tile, uint64_t limit)
{
    const struct archive_matrix *m = k->m;
    uint64_t *ends = m->doc_starts + (size_t)tile * TILE_DOCS + 1;
    uint32_t *terms = m->doc_terms;
    uint16_t *tfs = m->doc_tfs;
    for (uint32_t term = 0; term < m->terms; term++) {
        const uint16_t *docs = m->posting_docs;
        uint64_t i = k->ranges[term], end = archive_matrix_list(m, term, tile + 1);
        for (; i < end && docs[i] < limit; i++) {
            uint64_t at = ends[docs[i]]++;
            terms[at] = term;
            tfs[at] = k->tfs[i];
        }
        k->ranges[term] = i;
    }
}

/* Postings by article: terms ascend within each, since they are visited so. */
static void transpose(struct maker *k)
{
    struct archive_matrix *m = k->m;
    count_entries(m);
    m->doc_terms = mem_alloc(m->entries * sizeof *m->doc_terms);
    m->doc_tfs = mem_alloc(m->entries * sizeof *m->doc_tfs);
    k->ranges = mem_alloc((size_t)m->terms * sizeof *k->ranges);
    for (uint32_t term = 0; term < m->terms; term++)
        k->ranges[term] = archive_matrix_list(m, term, 0);
    for (uint64_t doc = 0; doc < m->docs; doc += RANGE_DOCS)
        transpose_range(k, (uint32_t)(doc >> TILE_BITS), (doc & (TILE_DOCS - 1)) + RANGE_DOCS);
    free(k->ranges);
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
    if (!rc) {
        copy_lengths(&k);
        fill_bounds(&k);
        rc = read_terms(&k, o, err);
    }
    if (!rc)
        rc = doc_languages_find(&m->languages, s, analyzer, err);
    if (!rc) {
        mark_stop_words(m);
        find_most_saturations(m);
        transpose(&k);
        weigh_terms(m, m->statistics.docs);
        sign(m);
    }
    lead_block_free(&k.block);
    free(k.tfs);
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
    free(m->usual_idfs);
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

/* Its terms as it asks for them, where it does so otherwise than it has them. */
static size_t take_asked_terms(const struct archive_matrix *m, uint32_t doc,
                               struct article_term *terms)
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
    return n;
}

static bool asks_for_all(const struct archive_matrix *m, uint32_t doc)
{
    return !m->asked_count && !(m->languages.of_doc && m->languages.of_doc[doc]);
}

static size_t take_terms(const struct archive_matrix *m, uint32_t doc, struct article_term *terms)
{
    uint64_t from = m->doc_starts[doc];
    size_t n = m->doc_starts[doc + 1] - from;
    if (!asks_for_all(m, doc))
        return take_asked_terms(m, doc, terms);
    for (size_t i = 0; i < n; i++)
        terms[i] = (struct article_term){m->doc_terms[from + i], m->doc_tfs[from + i]};
    return n;
}

static inline double repeats_of(const struct archive_matrix *m, uint32_t tf)
{
    return tf < MATRIX_REPEATS ? m->repeats[tf] : 1 + log(tf);
}

/* The terms that weigh no less than `least`, when these are the `most` heaviest; or 0: nobody
 * knows. There are more than SIMILAR_LEAST of them, so no term was let in that is in more
 * articles than usual. */
static size_t take_heaviest(const struct archive_matrix *m, uint32_t doc, size_t most, float least,
                            struct weighted_term *out)
{
    size_t n = 0;
    if (most < SIMILAR_LEAST || !(least > 0) || !asks_for_all(m, doc))
        return 0;
    for (uint64_t i = m->doc_starts[doc]; i < m->doc_starts[doc + 1]; i++) {
        uint32_t term = m->doc_terms[i];
        float weight = (float)(repeats_of(m, m->doc_tfs[i]) * m->usual_idfs[term]);
        out[n] = (struct weighted_term){term, weight};
        n += weight >= least;
    }
    return n == most ? n : 0;
}

size_t archive_matrix_query(const struct archive_matrix *m, uint32_t doc, size_t most, float *least,
                            struct article_term *terms, struct weighted_term *out)
{
    size_t n = take_heaviest(m, doc, most, *least, out);
    if (n)
        return n;
    n = take_terms(m, doc, terms);
    return term_weights_query(terms, n, &m->statistics, SIMILAR_LEAST_DF, most, least, out);
}
