/*
 * test_lists.c - files of lists: kept up to date, they equal those made anew under the
 * same statistics, byte by byte; what is damaged is refused.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/index/limits.h"
#include "query/similar_journal.h"
#include "query/similar_update.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/faults.h"
#include "tests/unit/generated.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

static struct similar_options with_choice(struct similar_choice choice)
{
    struct similar_options o = similar_defaults;
    o.choice = choice;
    return o;
}

static void open_session(struct session *s, const char *dir)
{
    struct error err;
    assert_int_equal(session_open(s, dir, &err), BF_OK);
}

/* ---- making and updating ---- */

/* All lists of the index into a file, under the statistics of another or its own. */
static void make_file(const char *dir, const struct similar_options *o, const char *under,
                      struct similar_journal *journal, const char *path)
{
    struct lists statistics = {0};
    struct similar_lists lists;
    struct session s;
    struct error err;
    open_session(&s, dir);
    if (under)
        assert_int_equal(similar_lists_open(&statistics, &s, under, &err), BF_OK);
    const struct similar_run run = {
        .threads = 2, .statistics = under ? &statistics : NULL, .journal = journal};
    assert_int_equal(similar_all(&s.snapshot, s.analyzer, o, &run, &lists, &err), BF_OK);
    assert_int_equal(similar_lists_save(&lists, &s, o, run.statistics, path, &err), BF_OK);
    similar_lists_free(&lists);
    lists_close(&statistics);
    session_close(&s);
}

/* Returns how many lists were made again. */
static uint32_t update_file(const char *dir, const char *path)
{
    const struct similar_run run = {.threads = 2};
    struct similar_update u;
    struct lists old;
    struct session s;
    struct error err;
    open_session(&s, dir);
    assert_int_equal(similar_lists_open(&old, &s, path, &err), BF_OK);
    const struct similar_options o = similar_lists_options(&old);
    assert_int_equal(similar_update(&u, &s, &old, &o, &run, &err), BF_OK);
    assert_int_equal(similar_lists_save(&u.lists, &s, &o, &old, path, &err), BF_OK);
    uint32_t made = u.made;
    similar_update_free(&u);
    lists_close(&old);
    session_close(&s);
    return made;
}

static void assert_same_files(const char *a, const char *b)
{
    struct buf x = {0}, y = {0};
    scratch_read(a, &x);
    scratch_read(b, &y);
    assert_int_equal(x.len, y.len);
    assert_memory_equal(x.data, y.data, x.len);
    buf_free(&x);
    buf_free(&y);
}

static void add_articles(const char *dir, unsigned from, unsigned to, unsigned version)
{
    const struct reading how = {.threads = 1, .memory = PLENTY};
    char *files = scratch_new(), *path = scratch_path(files, "new");
    generated_archive(path, from, to, version);
    index_add(dir, &path, 1, &how, NULL);
    free(path);
    scratch_free(files);
}

static void delete_articles(const char *dir, unsigned from, unsigned to)
{
    char name[GENERATED_ID_BYTES];
    for (unsigned i = from; i < to; i++) {
        const char *id = generated_id(i, name);
        index_delete(dir, &id, 1);
    }
}

/* The file is updated after each change of the index, and compared each time with one
 * made anew. */
static void follow_changes(const struct similar_options *o)
{
    char *dir = scratch_new(), *files = scratch_new();
    char *kept = scratch_path(files, "kept"), *anew = scratch_path(files, "anew");
    char *before = scratch_path(files, "before");
    const struct recipe recipe = {"two segments", {0, 300, 480}, 1, true};
    generated_index(dir, &recipe);
    make_file(dir, o, NULL, NULL, kept);
    make_file(dir, o, kept, NULL, anew);
    assert_same_files(kept, anew);
    assert_int_equal(update_file(dir, kept), 0);
    for (int step = 0; step < 4; step++) {
        struct buf bytes = {0};
        scratch_read(kept, &bytes);
        scratch_write(before, bytes.data, bytes.len);
        buf_free(&bytes);
        if (step == 0)
            add_articles(dir, 480, 500, 1);
        else if (step == 1)
            delete_articles(dir, 40, 46);
        else if (step == 2)
            add_articles(dir, 100, 108, 2); /* other articles of the same ids */
        else
            index_merge(dir);
        uint32_t made = update_file(dir, kept);
        assert_true(step == 3 ? made == 0 : made > 0);
        make_file(dir, o, before, NULL, anew);
        assert_same_files(kept, anew);
    }
    free(kept);
    free(anew);
    free(before);
    scratch_free(files);
    scratch_free(dir);
}

static void updated_lists_equal_new_ones(void **unused)
{
    (void)unused;
    struct similar_options o = similar_defaults;
    follow_changes(&o);
    o.n = 2;
    o.keep_copies = true;
    follow_changes(&o);
    o = similar_defaults;
    o.feedback = false;
    o.threshold = 0;
    follow_changes(&o);
    o.k1 = 900; /* fewer units in 1.0 */
    o.terms = 255;
    follow_changes(&o);
}

static void chosen_lists_are_updated_too(void **unused)
{
    (void)unused;
    const struct similar_choice choices[] = {{.diverse = true},
                                             {.most_of_source = 1, .same_category = true},
                                             {.window_days = 5, .other_category = true}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        struct similar_options o = with_choice(choices[i]);
        o.threshold = i ? 0.1 : o.threshold;
        follow_changes(&o);
    }
    /* Picked from many more than are listed, any of which may be deleted. */
    struct similar_options o = with_choice(choices[0]);
    o.threshold = 0.1;
    o.n = 9;
    follow_changes(&o);
}

/* ---- going on ---- */

static void an_interrupted_run_goes_on(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *files = scratch_new();
    char *whole = scratch_path(files, "whole"), *resumed = scratch_path(files, "resumed");
    char *part = scratch_path(files, "part");
    const struct recipe recipe = {"one segment", {0, 400}, 1, false};
    struct similar_journal *journal;
    struct session s;
    struct error err;
    struct buf bytes = {0};
    generated_index(dir, &recipe);
    open_session(&s, dir);
    assert_int_equal(
        similar_journal_open(&journal, part, &s.snapshot, &similar_defaults, NULL, &err), BF_OK);
    make_file(dir, &similar_defaults, NULL, journal, whole);
    assert_int_equal(similar_journal_close(journal, false, &err), BF_OK);
    scratch_read(part, &bytes);
    for (size_t cut = 0; cut <= bytes.len; cut += bytes.len / 7) {
        scratch_write(part, bytes.data, cut);
        assert_int_equal(
            similar_journal_open(&journal, part, &s.snapshot, &similar_defaults, NULL, &err),
            BF_OK);
        uint32_t lists = similar_journal_lists(journal);
        assert_true(cut < bytes.len / 7 ? lists == 0 : lists > 0);
        make_file(dir, &similar_defaults, NULL, journal, resumed);
        assert_int_equal(similar_journal_close(journal, true, &err), BF_OK);
        assert_false(scratch_exists(files, "part"));
        assert_same_files(whole, resumed);
    }
    struct similar_options other = similar_defaults;
    other.n = 4;
    scratch_write(part, bytes.data, bytes.len);
    assert_int_equal(similar_journal_open(&journal, part, &s.snapshot, &other, NULL, &err), BF_OK);
    assert_int_equal(similar_journal_lists(journal), 0);
    assert_int_equal(similar_journal_close(journal, true, &err), BF_OK);
    session_close(&s);
    buf_free(&bytes);
    free(whole);
    free(resumed);
    free(part);
    scratch_free(files);
    scratch_free(dir);
}

/* ---- damage ---- */

static int open_bytes(const char *path, const void *p, size_t n)
{
    struct lists l;
    struct error err;
    scratch_write(path, p, n);
    int rc = lists_open(&l, path, &err);
    lists_close(&l);
    return rc;
}

static void damage_is_found(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *files = scratch_new(), *path = scratch_path(files, "lists");
    const struct recipe recipe = {"one segment", {0, 24}, 1, false};
    struct buf good = {0};
    generated_index(dir, &recipe);
    make_file(dir, &similar_defaults, NULL, NULL, path);
    scratch_read(path, &good);
    assert_int_equal(open_bytes(path, good.data, good.len), BF_OK);
    for (size_t i = 0; i < good.len; i += 1 + i / 512) {
        good.data[i] ^= 0x10;
        assert_true(open_bytes(path, good.data, good.len) < 0);
        good.data[i] ^= 0x10;
        assert_true(open_bytes(path, good.data, i) < 0);
    }
    buf_free(&good);
    free(path);
    scratch_free(files);
    scratch_free(dir);
}

/* With right checksums: refused, or used without harm. */
static void malice_does_no_harm(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *files = scratch_new(), *path = scratch_path(files, "lists");
    const struct recipe recipe = {"one segment", {0, 24}, 1, false};
    struct buf good = {0};
    unsigned refused = 0;
    generated_index(dir, &recipe);
    make_file(dir, &similar_defaults, NULL, NULL, path);
    add_articles(dir, 24, 30, 1);
    scratch_read(path, &good);
    for (size_t i = FRAME_HEADER; i + FRAME_FOOTER < good.len; i += 1 + i / 300) {
        struct buf bad = {0};
        buf_add(&bad, good.data, good.len);
        bad.data[i] = (unsigned char)~bad.data[i];
        refit_checksums(bad.data, bad.len);
        if (open_bytes(path, bad.data, bad.len) == BF_OK) {
            struct session s;
            struct lists l;
            struct similar_update u;
            struct error err;
            const struct similar_run run = {.threads = 1};
            open_session(&s, dir);
            if (similar_lists_open(&l, &s, path, &err) == BF_OK) {
                const struct similar_options o = similar_lists_options(&l);
                assert_int_equal(similar_update(&u, &s, &l, &o, &run, &err), BF_OK);
                similar_update_free(&u);
                lists_close(&l);
            }
            session_close(&s);
        } else {
            refused++;
        }
        buf_free(&bad);
    }
    assert_true(refused > 100);
    buf_free(&good);
    free(path);
    scratch_free(files);
    scratch_free(dir);
}

/* ---- what cannot be, with right checksums ---- */

/* A file of two articles, one in the list of the other, and two terms. */
static void small_lists(struct lists_writer *w)
{
    const struct lists_settings settings = {
        .docs = 9, .tokens = 90, .lead_tokens = 50, .k1 = 1.2, .b = 0.5, .n = 3, .terms = 70};
    const struct lists_article article = {100, 0, LISTS_NONE, 0};
    const struct lists_item item = {1, 40, 0};
    lists_writer_init(w, &settings, "words 1");
    lists_writer_add_article(w, "a", 1, 11, &article);
    lists_writer_add_item(w, &item);
    lists_writer_add_learned(w, &item);
    lists_writer_add_article(w, "bb", 2, 12, &article);
    lists_writer_add_term(w, "cat", 3, 2);
    lists_writer_add_term(w, "dog", 3, 9);
}

struct misfit {
    unsigned section; /* LISTS_SECTIONS: one section more or less */
    char how;         /* '-' cut, '+' zeros behind, else a number of 1, 4 or 8 bytes */
    size_t at;
    uint64_t value;
    const char *message; /* NULL: is good */
};

static void bend(struct loose_frame *f, const struct misfit *m)
{
    struct buf *section = &f->sections[m->section];
    if (m->section == LISTS_SECTIONS)
        f->count = m->how == '+' ? LISTS_SECTIONS + 1 : LISTS_SECTIONS - 1;
    else if (m->how == '-')
        section->len -= m->value;
    else if (m->how == '+')
        buf_zeros(section, m->value);
    else if (m->how == 1)
        section->data[m->at] = (unsigned char)m->value;
    else if (m->how == 4)
        store_u32(section->data + m->at, (uint32_t)m->value);
    else
        store_u64(section->data + m->at, m->value);
}

static void assert_opens(const char *path, const char *message, const char *what, size_t number)
{
    struct lists l;
    struct error err = {0};
    int rc = lists_open(&l, path, &err);
    lists_close(&l);
    if (message ? rc != BF_ERR_DAMAGED || !strstr(err.text, message) : rc != BF_OK)
        fail_msg("%s %zu: %d \"%s\"", what, number, rc, err.text);
    assert_true(!message || strstr(err.text, path));
}

static void refuse_misfits(const char *what, const struct misfit *rows, size_t count)
{
    char *files = scratch_new(), *path = scratch_path(files, "lists");
    for (size_t i = 0; i < count; i++) {
        struct lists_writer w;
        struct loose_frame f;
        struct file_entry unused;
        struct error err;
        small_lists(&w);
        assert_int_equal(lists_writer_save(&w, path, &err), BF_OK);
        lists_writer_free(&w);
        assert_opens(path, NULL, what, i);
        loose_read(&f, path, FRAME_KIND('L', 'I', 'S', 'T'));
        bend(&f, &rows[i]);
        loose_write(&f, path, &unused);
        loose_free(&f);
        assert_opens(path, rows[i].message, what, i);
    }
    free(path);
    scratch_free(files);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void settings_are_in_range(void **unused)
{
    (void)unused;
    static const char range[] = "settings out of range", print[] = "not a fingerprint";
    const double nan = strtod("nan", NULL), inf = strtod("inf", NULL);
    const struct misfit rows[] = {
        {LISTS_SETTINGS, 8, 0, UINT32_MAX, NULL},
        {LISTS_SETTINGS, 8, 0, UINT64_C(1) << 32, range},
        {LISTS_SETTINGS, 8, 8, 50, NULL},
        {LISTS_SETTINGS, 8, 8, 49, range}, /* more lead tokens than tokens */
        {LISTS_SETTINGS, 8, 24, bits_of(0), NULL},
        {LISTS_SETTINGS, 8, 24, bits_of(1000), NULL},
        {LISTS_SETTINGS, 8, 24, bits_of(1000.1), range},
        {LISTS_SETTINGS, 8, 24, bits_of(-0.1), range},
        {LISTS_SETTINGS, 8, 24, bits_of(nan), range},
        {LISTS_SETTINGS, 8, 32, bits_of(1), NULL},
        {LISTS_SETTINGS, 8, 32, bits_of(1.1), range},
        {LISTS_SETTINGS, 8, 32, bits_of(-0.1), range},
        {LISTS_SETTINGS, 8, 40, bits_of(1), NULL},
        {LISTS_SETTINGS, 8, 40, bits_of(1.1), range},
        {LISTS_SETTINGS, 8, 40, bits_of(-0.1), range},
        {LISTS_SETTINGS, 8, 48, bits_of(1e300), NULL},
        {LISTS_SETTINGS, 8, 48, bits_of(inf), range},
        {LISTS_SETTINGS, 8, 48, bits_of(nan), range},
        {LISTS_SETTINGS, 8, 48, bits_of(-1), range},
        {LISTS_SETTINGS, 4, 56, 1000, NULL},
        {LISTS_SETTINGS, 4, 56, 1001, range},
        {LISTS_SETTINGS, 4, 60, 1, NULL},
        {LISTS_SETTINGS, 4, 60, 0, range},
        {LISTS_SETTINGS, 4, 60, 255, NULL},
        {LISTS_SETTINGS, 4, 60, 256, range},
        {LISTS_SETTINGS, 4, 68, 31 - 4, NULL},
        {LISTS_SETTINGS, 4, 68, 31 - 8, NULL},
        {LISTS_SETTINGS, 4, 68, 12, range}, /* of the same category and of another */
        {LISTS_SETTINGS, 4, 68, 32, range},
        {LISTS_SETTINGS, '-', 0, 9, "too short"},
        {LISTS_SETTINGS, '-', 0, 8, print},
        {LISTS_SETTINGS, '-', 0, 1, print},
        {LISTS_SETTINGS, '+', 0, 1, print},
    };
    refuse_misfits("settings", rows, sizeof rows / sizeof *rows);
}

static void sections_fit_the_articles(void **unused)
{
    (void)unused;
    static const char length[] = "not as long as the number of articles asks";
    static const char sections[] = "not the sections of a file of lists";
    static const char order[] = "offset out of order";
    const struct misfit rows[] = {
        {LISTS_SECTIONS, '+', 0, 1, sections},
        {LISTS_SECTIONS, '-', 0, 1, sections},
        {LISTS_HASHES, '-', 0, 1, sections},
        {LISTS_HASHES, '-', 0, 8, length},
        {LISTS_HASHES, '+', 0, 8, length},
        {LISTS_ARTICLES, '-', 0, 1, length},
        {LISTS_ARTICLES, '+', 0, 16, length},
        {LISTS_ID_OFFSETS, '-', 0, 8, length},
        {LISTS_ITEM_OFFSETS, '+', 0, 8, length},
        {LISTS_LEARNED_OFFSETS, '-', 0, 1, length},
        {LISTS_ITEMS, '+', 0, 11, length},
        {LISTS_ITEMS, '+', 0, 12, order}, /* an item that is nobody's */
        {LISTS_LEARNED, '-', 0, 7, length},
        {LISTS_LEARNED, '-', 0, 8, order},
        {LISTS_ID_OFFSETS, 8, 0, 1, order},
        {LISTS_ID_OFFSETS, 8, 8, 4, order},
        {LISTS_ID_OFFSETS, 8, 16, 2, order},
        {LISTS_ITEM_OFFSETS, 8, 8, UINT64_MAX, order},
        {LISTS_ITEM_OFFSETS, 8, 8, 0, NULL}, /* the item is the second article's then */
    };
    refuse_misfits("sections", rows, sizeof rows / sizeof *rows);
}

static void articles_and_terms_are_in_order(void **unused)
{
    (void)unused;
    static const char ids[] = "ids out of order", leader[] = "no such leader";
    static const char item[] = "no such article", term[] = "not a term";
    static const char terms[] = "terms out of order";
    const struct misfit rows[] = {
        {LISTS_IDS, 1, 0, 'b', NULL}, /* a prefix comes first */
        {LISTS_IDS, 1, 0, 'c', ids},
        {LISTS_ID_OFFSETS, 8, 8, 2, NULL}, /* "ab", "b" */
        {LISTS_ARTICLES, 4, 8, 1, NULL},
        {LISTS_ARTICLES, 4, 8, 2, leader},
        {LISTS_ARTICLES, 4, 8, LISTS_NONE - 1, leader},
        {LISTS_ARTICLES, 4, 28, 0x40200000, NULL}, /* 2.5 */
        {LISTS_ARTICLES, 4, 28, 0xbf800000, "not a weight"},
        {LISTS_ARTICLES, 4, 28, 0x7f800000, "not a weight"},
        {LISTS_ARTICLES, 4, 28, 0x7fc00000, "not a weight"},
        {LISTS_ITEMS, 4, 0, 2, item},
        {LISTS_LEARNED, 4, 0, 2, item},
        {LISTS_TERMS, 1, 4, 1, term},
        {LISTS_TERMS, 1, 9, 10, term}, /* in more articles than there are */
        {LISTS_TERMS, '-', 0, 1, term},
        {LISTS_TERMS, 1, 5, 4, term},
        {LISTS_TERMS, 1, 6, 'b', terms},
        {LISTS_TERMS, 1, 1, 'd', NULL}, /* "dat", "dog" */
        {LISTS_TERMS, 1, 1, 'e', terms},
        {LISTS_TERMS, '+', 0, 1, term},
    };
    refuse_misfits("order", rows, sizeof rows / sizeof *rows);
}

/* Writes a file of two articles with these ids and two terms. */
static void assert_pairs(const char *path, struct text id, struct text term, uint32_t items,
                         const char *message)
{
    const struct lists_settings settings = {.docs = 9, .n = 3, .terms = 70};
    const struct lists_article article = {100, 0, LISTS_NONE, 0};
    const struct lists_item item = {1, 40, 0};
    struct lists_writer w;
    struct error err;
    lists_writer_init(&w, &settings, "");
    lists_writer_add_article(&w, "bb", 2, 11, &article);
    for (uint32_t i = 0; i < items; i++)
        lists_writer_add_item(&w, &item);
    lists_writer_add_article(&w, id.p, id.len, 12, &article);
    lists_writer_add_term(&w, "bb", 2, 2);
    lists_writer_add_term(&w, term.p, term.len, 2);
    assert_int_equal(lists_writer_save(&w, path, &err), BF_OK);
    lists_writer_free(&w);
    assert_opens(path, message, id.p, term.len);
}

static void lengths_have_limits(void **unused)
{
    (void)unused;
    char long_text[MAX_ID_LENGTH + 1], *files = scratch_new(), *path = scratch_path(files, "lists");
    const struct text c = {"c", 1};
    memset(long_text, 'c', sizeof long_text);
    for (uint32_t n = MAX_ID_LENGTH - 1; n <= MAX_ID_LENGTH + 1; n++)
        assert_pairs(path, (struct text){long_text, n}, c, 0,
                     n <= MAX_ID_LENGTH ? NULL : "offset out of order");
    for (uint32_t n = MAX_TERM_LENGTH - 1; n <= MAX_TERM_LENGTH + 1; n++)
        assert_pairs(path, c, (struct text){long_text, n}, 0,
                     n <= MAX_TERM_LENGTH ? NULL : "not a term");
    for (uint32_t items = 2; items <= 4; items++)
        assert_pairs(path, c, c, items, items <= 3 ? NULL : "offset out of order");
    assert_pairs(path, (struct text){"b", 1}, c, 0, "ids out of order");
    assert_pairs(path, (struct text){"bb", 2}, c, 0, "ids out of order");
    assert_pairs(path, c, (struct text){"b", 1}, 0, "terms out of order");
    assert_pairs(path, c, (struct text){"bb", 2}, 0, "terms out of order");
    free(path);
    scratch_free(files);
}

/* ---- saving ---- */

/* Each call fails once: the old file stays as it was, or the new one is whole. */
static void a_failed_save_leaves_the_old_file(void **unused)
{
    (void)unused;
    char *files = scratch_new(), *path = scratch_path(files, "lists");
    struct buf old = {0}, now = {0};
    struct error err;
    scratch_write(path, "old", 3);
    scratch_read(path, &old);
    for (unsigned nth = 1;; nth++) {
        const struct fault_plan plan = {
            .calls = FAULT_ANY & ~FAULT_UNLINK, .nth = nth, .error_number = EIO};
        struct lists_writer w;
        small_lists(&w);
        faults_install(&plan);
        int rc = lists_writer_save(&w, path, &err);
        unsigned calls = faults_remove();
        lists_writer_free(&w);
        if (calls < nth) {
            assert_int_equal(rc, BF_OK);
            break;
        }
        assert_int_equal(rc, BF_ERR_SYSTEM);
        assert_non_null(strstr(err.text, "Input/output error"));
        assert_false(scratch_exists(files, "lists.tmp"));
        scratch_read(path, &now);
        if (now.len == old.len)
            assert_memory_equal(now.data, old.data, old.len);
        else
            assert_opens(path, NULL, "after a failed sync", nth);
    }
    assert_opens(path, NULL, "saved", 0);
    buf_free(&old);
    buf_free(&now);
    free(path);
    scratch_free(files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updated_lists_equal_new_ones),
        cmocka_unit_test(chosen_lists_are_updated_too),
        cmocka_unit_test(an_interrupted_run_goes_on),
        cmocka_unit_test(damage_is_found),
        cmocka_unit_test(malice_does_no_harm),
        cmocka_unit_test(settings_are_in_range),
        cmocka_unit_test(sections_fit_the_articles),
        cmocka_unit_test(articles_and_terms_are_in_order),
        cmocka_unit_test(lengths_have_limits),
        cmocka_unit_test(a_failed_save_leaves_the_old_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
