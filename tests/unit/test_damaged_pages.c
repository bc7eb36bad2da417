/*
 * test_damaged_pages.c - a byte is wrong in each page of each file: whoever reads it
 * says so and names the file, whoever does not answers as ever.
 */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/index/copies_write.h"
#include "common/index/deletes_write.h"
#include "common/index/limits.h"
#include "common/index/sketch_file.h"
#include "common/index/snapshot.h"
#include "common/io/file.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

/* ---- what a reader makes of a snapshot: its error, or a digest of all that it read ---- */

static void digest(uint64_t *sum, const void *p, size_t n)
{
    *sum = hash64(p, n, *sum);
}

/* Every term: its counts, forms, articles, frequencies and positions. */
static int read_list(const struct segment *s, const struct term_info *info, uint64_t *sum,
                     struct error *err)
{
    struct postings p;
    struct posting_block b;
    struct position_block positions = {0};
    uint32_t tf[BLOCK_LEN];
    int rc = segment_postings(s, info, &p, err);
    for (uint32_t block = 0; !rc && block < p.blocks; block++) {
        rc = postings_read_docs(&p, block, &b, err);
        if (!rc)
            rc = postings_read_tf(&p, block, tf, err);
        if (!rc)
            rc = postings_read_positions(&p, block, tf, &positions, err);
        if (rc)
            break;
        digest(sum, b.docs, b.n * sizeof *b.docs);
        digest(sum, tf, b.n * sizeof *tf);
        digest(sum, positions.positions, positions.starts[b.n] * sizeof(uint32_t));
    }
    position_block_free(&positions);
    return rc;
}

static int read_terms(const struct snapshot *s, uint64_t *sum, struct error *err)
{
    struct dictionary_cursor c;
    int rc = dictionary_seek(&s->segments[0].dictionary, &c, NULL, 0, err);
    while (!rc && !(rc = dictionary_next(&c, err))) {
        digest(sum, c.term.data, c.term.len);
        rc = read_list(&s->segments[0], &c.info, sum, err);
    }
    dictionary_cursor_free(&c);
    return rc == BF_END ? BF_OK : rc;
}

/* The dictionary is opened in its middle, as a query does. */
static int find_terms(const struct snapshot *s, uint64_t *sum, struct error *err)
{
    static const char *const terms[] = {"and", "even", "m3", "only00160", "only04000", "zz", "0"};
    int rc = BF_OK;
    for (size_t i = 0; i < sizeof terms / sizeof *terms && !rc; i++) {
        uint64_t df, cf;
        rc = snapshot_term(s, terms[i], strlen(terms[i]), &df, &cf, err);
        if (rc)
            return rc;
        digest(sum, &df, sizeof df);
        digest(sum, &cf, sizeof cf);
        struct dictionary_cursor c;
        rc = dictionary_seek(&s->segments[0].dictionary, &c, terms[i], strlen(terms[i]), err);
        if (!rc && !(rc = dictionary_next(&c, err)))
            digest(sum, c.term.data, c.term.len);
        dictionary_cursor_free(&c);
        rc = rc == BF_END ? BF_OK : rc;
    }
    return rc;
}

static int read_spellings(const struct segment *s, const struct term_info *info, const char *term,
                          uint64_t *sum, struct error *err)
{
    struct term_forms forms = {0};
    uint32_t *numbers = calloc(forms_room(info->cf), sizeof *numbers);
    int rc = forms_find(&s->forms, info, term, strlen(term), &forms, err);
    if (!rc)
        rc = forms_read_numbers(&s->forms, &forms, info->cf, numbers, err);
    if (!rc) {
        digest(sum, forms.texts.data, forms.texts.len);
        digest(sum, numbers, info->cf * sizeof *numbers);
    }
    term_forms_free(&forms);
    free(numbers);
    return rc;
}

static int find_forms(const struct snapshot *s, uint64_t *sum, struct error *err)
{
    static const char *const terms[] = {"common", "even", "m3", "only00160", "only04000", "q1"};
    int rc = BF_OK;
    for (size_t i = 0; i < sizeof terms / sizeof *terms && !rc; i++) {
        struct term_info info;
        const struct segment *segment = &s->segments[0];
        rc = dictionary_find(&segment->dictionary, terms[i], strlen(terms[i]), &info, err);
        assert_int_not_equal(rc, BF_END);
        if (!rc)
            rc = read_spellings(segment, &info, terms[i], sum, err);
    }
    return rc;
}

static int find_ids(const struct snapshot *s, uint64_t *sum, struct error *err)
{
    static const char *const ids[] = {"s0-00000", "s0-01234", "s0-09999", "twin", "s1-07919", "no"};
    int rc = BF_OK;
    for (size_t i = 0; i < sizeof ids / sizeof *ids && rc >= 0; i++) {
        uint32_t doc = 0;
        rc = snapshot_find_id(s, ids[i], strlen(ids[i]), &doc, err);
        digest(sum, &doc, sizeof doc);
    }
    return rc < 0 ? rc : BF_OK;
}

static int read_articles(const struct snapshot *s, uint64_t *sum, struct error *err)
{
    struct article_reader reader;
    int rc = BF_OK;
    article_reader_init(&reader, s);
    for (uint32_t doc = 0; doc < s->segments[0].entry.docs && !rc; doc += 200) {
        struct arena arena = {0};
        struct article a;
        rc = article_read(&reader, doc, &arena, &a, err);
        if (!rc) {
            digest(sum, a.id, strlen(a.id));
            digest(sum, a.title, strlen(a.title));
            digest(sum, a.body, a.body_len);
            digest(sum, &a.date.seconds, sizeof a.date.seconds);
        }
        arena_free(&arena);
    }
    article_reader_free(&reader);
    return rc;
}

static int make_copies(const struct snapshot *s, uint64_t *sum, struct error *err)
{
    struct buf sections[COPIES_SECTIONS] = {{0}};
    int rc = copies_make(s, sections, err);
    for (int i = 0; i < COPIES_SECTIONS; i++) {
        digest(sum, sections[i].data, sections[i].len);
        buf_free(&sections[i]);
    }
    return rc;
}

static int read_copies(const struct snapshot *s, uint64_t *sum, struct error *err)
{
    int rc = copies_verify(&s->copies, small_docs[0] + small_docs[1], err);
    if (!rc)
        digest(sum, s->copies.frame.sections[COPIES_DOCS].p, 4 * (size_t)s->copies.count);
    return rc;
}

/* Deletes some more, into a directory of its own. */
static int write_deletes(const struct snapshot *s, uint64_t *sum, struct error *err)
{
    static const unsigned char bitmap[600] = {[0] = 0x81, [70] = 1, [549] = 0x40};
    struct segment_entry entry = s->segments[0].entry;
    char *dir = scratch_new();
    int rc = deletes_write(&s->segments[0], dir, 2, bitmap, &entry, err);
    if (!rc) {
        digest(sum, &entry.deletes_file.crc, sizeof entry.deletes_file.crc);
        digest(sum, &entry.deleted_tokens, sizeof entry.deleted_tokens);
    }
    scratch_free(dir);
    return rc;
}

static const struct {
    const char *name;
    int (*read)(const struct snapshot *s, uint64_t *sum, struct error *err);
} readers[] = {
    {"terms", read_terms},      {"seeking", find_terms},     {"forms", find_forms},
    {"ids", find_ids},          {"articles", read_articles}, {"new copies", make_copies},
    {"deletes", write_deletes}, {"copies", read_copies},
};
enum { READERS = sizeof readers / sizeof *readers };

static int run_reader(const char *dir, int which, uint64_t *sum, struct error *err)
{
    struct snapshot s;
    int rc = snapshot_open(&s, dir, err);
    if (rc)
        return rc;
    *sum = 0;
    rc = readers[which].read(&s, sum, err);
    snapshot_close(&s);
    return rc;
}

/* ---- the damage ---- */

/* How many readers met the damage; the others must have read what they read before. */
static unsigned try_readers(const char *dir, const char *path, const uint64_t before[READERS])
{
    unsigned met = 0;
    for (int i = 0; i < READERS; i++) {
        struct error err = {0};
        uint64_t sum;
        int rc = run_reader(dir, i, &sum, &err);
        if (rc != BF_OK) {
            assert_int_equal(rc, BF_ERR_DAMAGED);
            assert_int_equal(err.code, BF_ERR_DAMAGED);
            assert_non_null(strstr(err.text, path));
            assert_non_null(strstr(err.text, "checksum of this page is wrong"));
            met++;
        } else if (sum != before[i]) {
            fail_msg("%s: %s: another answer", path, readers[i].name);
        }
    }
    return met;
}

/* A bit in every page; where it stands differs from page to page. */
static unsigned damage_pages(const char *dir, const char *path, const uint64_t before[READERS])
{
    struct buf file = {0};
    unsigned met = 0;
    scratch_read(path, &file);
    uint64_t body = load_u64(file.data + file.len - FRAME_FOOTER);
    for (size_t page = 0; page << FRAME_PAGE_BITS < body; page++) {
        size_t from = page << FRAME_PAGE_BITS;
        size_t n = body - from < FRAME_PAGE ? body - from : FRAME_PAGE;
        size_t at = from + (page ? page * 4099 % n : FRAME_HEADER);
        file.data[at] ^= 4;
        scratch_write(path, file.data, file.len);
        met += try_readers(dir, path, before);
        file.data[at] ^= 4;
    }
    scratch_write(path, file.data, file.len);
    buf_free(&file);
    return met;
}

static void no_reader_believes_a_damaged_page(void **state)
{
    const char *dir = *state;
    uint64_t before[READERS];
    struct snapshot s;
    struct error err;
    char *paths[SEGMENT_FILES + 2];
    for (int i = 0; i < READERS; i++)
        assert_int_equal(run_reader(dir, i, &before[i], &err), BF_OK);
    assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
    for (int i = 0; i < SEGMENT_FILES; i++)
        paths[i] = strdup(segment_frame(&s.segments[0], (enum segment_file)i)->path);
    paths[SEGMENT_FILES] = strdup(s.segments[0].deletes.frame.path);
    paths[SEGMENT_FILES + 1] = strdup(s.copies.frame.path);
    snapshot_close(&s);
    for (int i = 0; i < SEGMENT_FILES + 2; i++) {
        unsigned met = damage_pages(dir, paths[i], before);
        if (!met)
            fail_msg("%s: no reader met the damage", paths[i]);
        free(paths[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_reader_believes_a_damaged_page, small_index_set_up,
                                        small_index_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
