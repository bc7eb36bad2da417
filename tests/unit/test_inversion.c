/*
 * test_inversion.c - segments by inversion against lists gathered token by
 * token: the files are the same to the byte.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/limits.h"
#include "common/io/file.h"
#include "indexer/inversion.h"
#include "tests/unit/small_index.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

#define MOST_FORMS 120

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

/* Articles of forms of a small lexicon. */
struct model {
    struct lexicon *lexicon;
    struct token_stream stream;
    struct article_tokens *articles;
    uint32_t docs;
    uint32_t *ids; /* of all tokens */
    size_t tokens, capacity;
};

/* Terms that share their first bytes or one is the beginning of another. */
static size_t make_term(char term[32])
{
    static const char *const begins[] = {"", "a", "market", "marketpla", "\xff\xfe", "a\0b"};
    unsigned which = below(6);
    size_t len = which == 5 ? 3 : strlen(begins[which]);
    memcpy(term, begins[which], len);
    for (uint32_t more = 1 + below(4); more; more--)
        term[len++] = (char)('a' + below(3));
    return len;
}

static void make_lexicon(struct model *m)
{
    m->lexicon = lexicon_new();
    while (lexicon_forms(m->lexicon) < MOST_FORMS) {
        char term[32], form[40];
        size_t len = make_term(term);
        for (uint32_t forms = 1 + below(5) * below(2); forms; forms--) {
            size_t form_len = len + below(3);
            memset(form, 's', sizeof form);
            memcpy(form, term, len);
            lexicon_add(m->lexicon, term, len, form, form_len);
        }
    }
}

/* Some forms never occur, some make most of the text. */
static uint32_t make_id(const struct model *m)
{
    uint32_t forms = lexicon_forms(m->lexicon);
    return below(3) ? below(4) * 7 : below(forms - 10);
}

static void add_article(struct model *m, uint32_t title, uint32_t all)
{
    struct article_tokens *a = &m->articles[m->docs];
    uint64_t first = m->docs ? place_behind(a - 1) : 0;
    *a = (struct article_tokens){(uint32_t)first, title, all};
    mem_grow(m->ids, &m->capacity, m->tokens + all + 1);
    for (uint32_t i = 0; i < all; i++)
        m->ids[m->tokens + i] = make_id(m);
    token_stream_add(&m->stream, m->ids + m->tokens, all, lexicon_forms(m->lexicon));
    m->tokens += all;
    m->docs++;
}

static void make_model(struct model *m, uint32_t docs)
{
    static const uint32_t lengths[] = {0, 1, 20, 238, 239, 240, 241, 255, 256, 257, 900};
    *m = (struct model){.articles = mem_alloc(docs * sizeof *m->articles)};
    make_lexicon(m);
    for (uint32_t i = 0; i < docs; i++) {
        uint32_t all = lengths[below(sizeof lengths / sizeof *lengths)];
        add_article(m, below(4) ? below(12) % (all + 1) : below(all + 1), all);
    }
    if (!m->tokens)
        add_article(m, 0, 1);
}

static void free_model(struct model *m)
{
    lexicon_free(m->lexicon);
    token_stream_free(&m->stream);
    free(m->articles);
    free(m->ids);
}

/* ---- the oracle ---- */

struct term {
    const char *text;
    size_t len;
    struct form forms[MOST_FORMS];
    uint32_t ids[MOST_FORMS];
    uint32_t count;
};

static int compare_terms(const void *a, const void *b)
{
    const struct term *x = a, *y = b;
    return term_compare(x->text, x->len, y->text, y->len);
}

/* The number of the form among the term's, or count. */
static uint32_t number_of(const struct term *t, uint32_t id)
{
    uint32_t number = 0;
    while (number < t->count && t->ids[number] != id)
        number++;
    return number;
}

static void add_form(struct term *t, uint32_t id, const struct form *form)
{
    uint32_t at = t->count++;
    for (; at > 0 && compare_forms(form, &t->forms[at - 1]) < 0; at--) {
        t->forms[at] = t->forms[at - 1];
        t->ids[at] = t->ids[at - 1];
    }
    t->forms[at] = *form;
    t->ids[at] = id;
}

static size_t list_terms(const struct model *m, struct term terms[MOST_FORMS])
{
    size_t n = 0;
    for (uint32_t id = 0; id < lexicon_forms(m->lexicon); id++) {
        struct form form = {0};
        size_t len, at = 0;
        const char *text = lexicon_term(m->lexicon, id, &len);
        for (size_t i = 0; i < m->tokens; i++)
            form.count += m->ids[i] == id;
        if (!form.count)
            continue;
        form.text = lexicon_form(m->lexicon, id, &form.len);
        while (at < n && term_compare(terms[at].text, terms[at].len, text, len) != 0)
            at++;
        if (at == n)
            terms[n++] = (struct term){.text = text, .len = len};
        add_form(&terms[at], id, &form);
    }
    qsort(terms, n, sizeof *terms, compare_terms);
    return n;
}

static void put_term(const struct model *m, const struct term *t, struct segment_writer *w)
{
    uint32_t *positions = mem_alloc(m->tokens * sizeof *positions);
    uint32_t *numbers = mem_alloc(m->tokens * sizeof *numbers), all = 0;
    const uint32_t *ids = m->ids;
    for (uint32_t doc = 0; doc < m->docs; ids += m->articles[doc++].all) {
        uint32_t tf = 0;
        for (uint32_t i = 0; i < m->articles[doc].all; i++) {
            uint32_t number = number_of(t, ids[i]);
            if (number == t->count)
                continue;
            numbers[all++] = number;
            positions[tf++] = i < m->articles[doc].title ? i : i + TITLE_GAP;
        }
        if (tf)
            postings_writer_add(&w->lists, doc, positions, tf);
    }
    struct term_spellings spellings = {t->forms, t->count, numbers};
    segment_writer_end_term(w, t->text, t->len, &spellings);
    free(positions);
    free(numbers);
}

static void put_terms(const struct model *m, struct segment_writer *w)
{
    struct term *terms = mem_alloc(MOST_FORMS * sizeof *terms);
    size_t n = list_terms(m, terms);
    for (size_t i = 0; i < n; i++)
        put_term(m, &terms[i], w);
    free(terms);
}

/* ---- segments ---- */

/* pass_tokens 0: by the oracle. */
static void write_segment(const struct model *m, uint64_t number, const char *dir,
                          size_t pass_tokens)
{
    static const unsigned char id[FRAME_ID_BYTES] = "one id for all";
    struct segment_writer w;
    struct segment_entry entry;
    struct error err;
    assert_int_equal(segment_writer_begin(&w, dir, number, id, &err), BF_OK);
    for (uint32_t doc = 0; doc < m->docs; doc++) {
        struct column_row row = {.id = {"id", 2}, .title = {"", 0}, .category = {"", 0}};
        row.tokens = row.lead_tokens = m->articles[doc].all;
        row.date = row.modified = DATE_NONE;
        segment_writer_add_article(&w, &row, "\0", 1);
        segment_writer_add_sketch(&w, "\0\0", 2);
    }
    assert_int_equal(segment_writer_begin_terms(&w, &err), BF_OK);
    if (pass_tokens)
        invert_tokens(&m->stream, m->articles, m->docs, m->lexicon, pass_tokens, &w);
    else
        put_terms(m, &w);
    assert_int_equal(segment_writer_finish(&w, &entry, &err), BF_OK);
}

static void compare_files(const char *dir, uint64_t a, uint64_t b)
{
    for (unsigned i = 0; i < SEGMENT_FILES; i++) {
        char name[FILE_NAME_BYTES];
        struct buf bytes[2] = {{0}};
        for (int k = 0; k < 2; k++) {
            segment_file_name(k ? b : a, i, name);
            char *path = scratch_path(dir, name);
            scratch_read(path, &bytes[k]);
            file_calls.unlink(path);
            free(path);
        }
        assert_int_equal(bytes[0].len, bytes[1].len);
        assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].len);
        buf_free(&bytes[0]);
        buf_free(&bytes[1]);
    }
}

static void inversion_is_gathering(void **unused)
{
    (void)unused;
    static const size_t passes[] = {1, 50, 400, INVERSION_PASS_TOKENS};
    file_calls.fsync = no_fsync;
    char *dir = scratch_new();
    for (uint32_t round = 0; round < 60; round++) {
        struct model m;
        make_model(&m, 1 + below(20));
        write_segment(&m, 1, dir, 0);
        write_segment(&m, 2, dir, passes[round % 4]);
        compare_files(dir, 1, 2);
        free_model(&m);
    }
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(inversion_is_gathering)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
