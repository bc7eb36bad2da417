/*
 * test_forms.c - forms as they are written, read, merged, and as the indexer
 * finds them in real text.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/forms.h"
#include "common/index/forms_write.h"
#include "common/index/snapshot.h"
#include "common/text/analyzer.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/place.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

/* ---- lexicon ---- */

static void forms_belong_to_terms(void **state)
{
    (void)state;
    struct lexicon *l = lexicon_new();
    size_t len;
    assert_int_equal(lexicon_add(l, "market", 6, "markets", 7), 0);
    assert_int_equal(lexicon_add(l, "market", 6, "market", 6), 1);
    assert_int_equal(lexicon_add(l, "mark", 4, "markets", 7), 2);
    assert_int_equal(lexicon_add(l, "market", 6, "markets", 7), 0);
    assert_int_equal(lexicon_forms(l), 3);
    assert_int_equal(lexicon_term_of(l, 0), lexicon_term_of(l, 1));
    assert_int_not_equal(lexicon_term_of(l, 0), lexicon_term_of(l, 2));
    assert_memory_equal(lexicon_form(l, 2, &len), "markets", 7);
    assert_int_equal(len, 7);
    assert_string_equal(lexicon_term(l, 2, &len), "mark");
    assert_int_equal(len, 4);
    assert_true(lexicon_bytes(l) > 0);
    lexicon_free(l);
    lexicon_free(NULL);
}

static void a_form_is_a_word_not_stemmed(void **state)
{
    (void)state;
    static const char *const words[][3] = {
        {"en", "Houses", "houses"},       {"en", "Obama\u2019s", "obama"},
        {"en", "CAF\u00c9S", "cafes"},    {"de", "H\u00e4user", "hauser"},
        {"fr", "l'\u00e9t\u00e9", "ete"}, {"none", "Runs", "runs"},
        {"en", "\u0301's", "'s"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct analyzer *a = analyzer_new(words[i][0], NULL, NULL);
        char form[ANALYZER_FORM_BYTES + 1];
        form[analyzer_form(a, words[i][1], strlen(words[i][1]), form)] = '\0';
        assert_string_equal(form, words[i][2]);
        analyzer_free(a);
    }
}

/* ---- a file of random forms ---- */

#define TERMS 5000

/* Term i is "term" and its number; some have no entry, some one other form,
 * some many. */
struct made {
    char term[16];
    uint32_t forms;
    char texts[40][24];
    uint32_t numbers[400];
    uint64_t cf;
};

static void make_term(struct made *m, uint32_t ordinal, uint64_t *seed)
{
    uint64_t counts[40] = {0};
    snprintf(m->term, sizeof m->term, "term%u", ordinal);
    m->forms = ordinal % 3 == 0 ? 1 : 1 + random32(seed) % (ordinal % 100 == 1 ? 40 : 4);
    m->cf = m->forms + random32(seed) % 300;
    for (uint64_t i = 0; i < m->cf; i++) {
        m->numbers[i] =
            i < m->forms ? (uint32_t)i : random32(seed) % (1 + random32(seed) % m->forms);
        counts[m->numbers[i]]++;
    }
    for (uint32_t i = 0; i < m->forms; i++)
        snprintf(m->texts[i], sizeof m->texts[i], i ? "%.*s-%u" : "%.*s",
                 ordinal % 2 ? 16 : 1 + (int)(random32(seed) % 8), m->term, i);
    if (ordinal % 3 == 0 && ordinal % 2)
        strcpy(m->texts[0], "another");
}

static void write_forms(const char *path, struct made *terms)
{
    static const unsigned char id[FRAME_ID_BYTES];
    struct frame_writer file;
    struct forms_writer w;
    struct error err;
    uint64_t length;
    uint32_t crc;
    assert_int_equal(frame_writer_open(&file, path, FRAME_KIND('F', 'O', 'R', 'M'), id, &err),
                     BF_OK);
    forms_writer_init(&w, &file);
    for (uint32_t t = 0; t < TERMS; t++) {
        struct form forms[40];
        for (uint32_t i = 0; i < terms[t].forms; i++)
            forms[i] = (struct form){terms[t].texts[i], strlen(terms[t].texts[i]), 1};
        const struct term_spellings s = {forms, terms[t].forms, terms[t].numbers};
        forms_writer_add(&w, t, terms[t].term, strlen(terms[t].term), terms[t].cf, &s);
    }
    forms_writer_finish(&w);
    forms_writer_free(&w);
    assert_int_equal(frame_writer_finish(&file, &length, &crc, &err), BF_OK);
}

static void expect_forms(const struct forms *f, const struct made *m, const struct term_forms *t)
{
    uint32_t numbers[400 + BLOCK_LEN];
    struct error err;
    assert_int_equal(t->count, m->forms);
    for (uint32_t i = 0; i < t->count; i++) {
        size_t len;
        const char *text = term_forms_text(t, i, &len);
        assert_int_equal(len, strlen(m->texts[i]));
        assert_memory_equal(text, m->texts[i], len);
        assert_int_equal(term_forms_find(t, text, len), i);
    }
    assert_int_equal(term_forms_find(t, "nothing", 7), t->count);
    assert_int_equal(forms_read_numbers(f, t, m->cf, numbers, &err), BF_OK);
    for (uint64_t i = 0; i < m->cf; i++)
        assert_int_equal(numbers[i], m->forms > 1 ? m->numbers[i] : 0);
}

static void what_is_written_is_read(void **state)
{
    const struct place *place = *state;
    struct made *terms = mem_zalloc(TERMS, sizeof *terms);
    struct term_forms t = {0};
    struct forms_cursor c;
    struct forms f;
    struct error err;
    uint64_t seed = RANDOM_SEED;
    for (uint32_t i = 0; i < TERMS; i++)
        make_term(&terms[i], i, &seed);
    write_forms(place->path, terms);
    assert_int_equal(forms_open(&f, place->path, &err), BF_OK);
    assert_true(f.entries < TERMS && f.groups > 10);
    forms_start(&f, &c);
    for (uint32_t i = 0; i < TERMS; i += 1 + i % 2) {
        const struct term_info info = {.ordinal = i, .cf = terms[i].cf};
        size_t len = strlen(terms[i].term);
        assert_int_equal(forms_next(&c, &info, terms[i].term, len, &t, &err), BF_OK);
        expect_forms(&f, &terms[i], &t);
        assert_int_equal(forms_find(&f, &info, terms[i].term, len, &t, &err), BF_OK);
        expect_forms(&f, &terms[i], &t);
    }
    term_forms_free(&t);
    forms_close(&f);
    free(terms);
}

/* ---- of an index ---- */

/* Every occurrence of every term of every live article, by analysing it again. */
struct expected {
    const char *term, *form;
    uint32_t doc, position;
};

static int compare_expected(const void *a, const void *b)
{
    const struct expected *x = a, *y = b;
    int order = strcmp(x->term, y->term);
    if (order)
        return order;
    if (x->doc != y->doc)
        return x->doc < y->doc ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

static size_t analyse(struct analyzer *a, const char *text, uint32_t doc, uint32_t from,
                      struct expected **list, size_t *capacity, size_t used, struct arena *arena)
{
    struct token *tokens = NULL;
    size_t token_capacity = 0;
    size_t n = analyzer_tokens(a, text, strlen(text), &tokens, &token_capacity, arena);
    mem_grow(*list, capacity, used + n + 1);
    for (size_t i = 0; i < n; i++) {
        char form[ANALYZER_FORM_BYTES];
        size_t len =
            analyzer_form(a, text + tokens[i].start, tokens[i].end - tokens[i].start, form);
        (*list)[used++] = (struct expected){tokens[i].term, arena_strndup(arena, form, len), doc,
                                            from + tokens[i].position};
    }
    free(tokens);
    return used;
}

static size_t analyse_segment(const struct snapshot *s, uint32_t segment, struct expected **list,
                              struct arena *arena)
{
    struct article_reader reader;
    struct error err;
    struct analyzer *a = analyzer_new(s->manifest.language, NULL, &err);
    size_t used = 0, capacity = 0;
    article_reader_init(&reader, s);
    for (uint32_t doc = 0; doc < s->segments[segment].entry.docs; doc++) {
        struct article article;
        assert_int_equal(article_read(&reader, s->bases[segment] + doc, arena, &article, &err),
                         BF_OK);
        struct analyzer *its = analyzer_for(a, article.language);
        used = analyse(its, article.title, doc, 0, list, &capacity, used, arena);
        used = analyse(its, article.body, doc, 1 << 20, list, &capacity, used, arena);
    }
    article_reader_free(&reader);
    analyzer_free(a);
    qsort(*list, used, sizeof **list, compare_expected);
    return used;
}

static void expect_segment(const struct snapshot *snapshot, uint32_t segment)
{
    const struct segment *s = &snapshot->segments[segment];
    struct expected *list = NULL;
    struct arena arena = {0};
    struct term_forms t = {0};
    struct error err;
    uint32_t *numbers = NULL;
    size_t capacity = 0, n = analyse_segment(snapshot, segment, &list, &arena);
    assert_true(n > 1000);
    for (size_t i = 0, end; i < n; i = end) {
        struct term_info info;
        size_t len = strlen(list[i].term);
        for (end = i; end < n && strcmp(list[end].term, list[i].term) == 0;)
            end++;
        assert_int_equal(dictionary_find(&s->dictionary, list[i].term, len, &info, &err), BF_OK);
        assert_int_equal(info.cf, end - i);
        assert_int_equal(forms_find(&s->forms, &info, list[i].term, len, &t, &err), BF_OK);
        mem_grow(numbers, &capacity, forms_room(info.cf));
        assert_int_equal(forms_read_numbers(&s->forms, &t, info.cf, numbers, &err), BF_OK);
        for (size_t k = i; k < end; k++) {
            size_t form_len;
            const char *form = term_forms_text(&t, numbers[k - i], &form_len);
            assert_int_equal(form_len, strlen(list[k].form));
            assert_memory_equal(form, list[k].form, form_len);
        }
    }
    free(numbers);
    free(list);
    term_forms_free(&t);
    arena_free(&arena);
}

static void expect_index(const char *dir, uint32_t segments)
{
    struct snapshot s;
    struct error err;
    index_is_sound(dir);
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    assert_int_equal(s.count, segments);
    for (uint32_t i = 0; i < s.count; i++)
        expect_segment(&s, i);
    snapshot_close(&s);
}

static void the_sample_archive_stands_as_it_is_spelt(void **state)
{
    (void)state;
    char articles[] = "data/articles.jsonl", wire[] = "data/wire.jsonl.gz", pages[] = "data/pages";
    char *const sources[] = {articles, wire, pages};
    const char *const ids[] = {"hw-2010-0415-ashcloud", "md-2010-0421-resume",
                               "cg-2010-0415-ashcopy"};
    const struct reading how = {.threads = 1, .memory = PLENTY};
    struct ingest_counts counts;
    char *dir = scratch_new();
    index_add(dir, sources, 3, &how, &counts);
    expect_index(dir, 3);
    index_delete(dir, ids, 3);
    expect_index(dir, 3);
    index_merge(dir);
    expect_index(dir, 1);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_belong_to_terms),
        cmocka_unit_test(a_form_is_a_word_not_stemmed),
        cmocka_unit_test_setup_teardown(what_is_written_is_read, place_set_up, place_tear_down),
        cmocka_unit_test(the_sample_archive_stands_as_it_is_spelt),
    };
    return cmocka_run_group_tests(tests, without_sync, NULL);
}
