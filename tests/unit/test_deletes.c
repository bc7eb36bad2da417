/* test_deletes.c - what deleted articles take off, counted again by hand. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "common/index/deletes_write.h"
#include "common/index/snapshot.h"
#include "common/io/file.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

static void read_manifest(const char *dir, struct manifest *m)
{
    struct error err;
    assert_int_equal(manifest_read(dir, m, &err), BF_OK);
}

/* ---- counting by hand ---- */

static bool in_bitmap(const unsigned char *bitmap, uint32_t doc)
{
    return bitmap[doc / 8] >> doc % 8 & 1;
}

/* df and cf of the deleted articles in a term's list. */
static void count_by_hand(const struct segment *s, const struct term_info *info,
                          const unsigned char *bitmap, uint32_t *df, uint64_t *cf)
{
    struct postings p;
    struct posting_block b;
    uint32_t tf[BLOCK_LEN];
    struct error err;
    *df = 0;
    *cf = 0;
    assert_int_equal(segment_postings(s, info, &p, &err), BF_OK);
    for (uint32_t block = 0; block < p.blocks; block++) {
        assert_int_equal(postings_read_docs(&p, block, &b, &err), BF_OK);
        assert_int_equal(postings_read_tf(&p, block, tf, &err), BF_OK);
        for (unsigned i = 0; i < b.n; i++) {
            *df += in_bitmap(bitmap, b.docs[i]);
            *cf += in_bitmap(bitmap, b.docs[i]) ? tf[i] : 0;
        }
    }
}

static void compare_terms(const struct segment *s, const unsigned char *bitmap)
{
    struct dictionary_cursor c;
    struct error err;
    uint32_t with_any = 0;
    assert_int_equal(dictionary_seek(&s->dictionary, &c, NULL, 0, &err), BF_OK);
    while (dictionary_next(&c, &err) == BF_OK) {
        uint32_t df, found_df, found_cf, live_df;
        uint64_t cf, live_cf;
        count_by_hand(s, &c.info, bitmap, &df, &cf);
        deletes_term(&s->deletes, c.info.ordinal, &found_df, &found_cf);
        assert_int_equal(found_df, df);
        assert_int_equal(found_cf, cf);
        segment_live_counts(s, &c.info, &live_df, &live_cf);
        assert_int_equal(live_df, c.info.df - df);
        assert_int_equal(live_cf, c.info.cf - cf);
        with_any += df != 0;
    }
    assert_int_equal(s->deletes.terms, with_any);
    dictionary_cursor_free(&c);
}

static void compare_sums(const struct segment *s, const unsigned char *bitmap)
{
    uint32_t docs = 0;
    uint64_t tokens = 0;
    for (uint32_t doc = 0; doc < s->entry.docs; doc++) {
        assert_int_equal(deletes_has(&s->deletes, doc), in_bitmap(bitmap, doc));
        docs += in_bitmap(bitmap, doc);
        tokens += in_bitmap(bitmap, doc) ? column_u32(&s->columns, COLUMN_TOKENS, doc) : 0;
    }
    assert_int_equal(s->entry.deleted_docs, docs);
    assert_int_equal(segment_live_docs(s), s->entry.docs - docs);
    assert_int_equal(s->entry.deleted_tokens, tokens);
    assert_true(s->entry.deleted_lead_tokens <= tokens);
    assert_true(docs == 0 || s->entry.deleted_lead_tokens > 0);
}

/* ---- the tests ---- */

/* Deletes what the bitmap says from a segment, and opens it again so. */
static void delete_and_compare(const char *dir, unsigned segment, const unsigned char *bitmap)
{
    static uint64_t generation = 100;
    struct manifest m;
    struct segment s;
    struct error err;
    read_manifest(dir, &m);
    struct segment_entry entry = m.segments[segment];
    assert_int_equal(segment_open(&s, dir, &entry, &err), BF_OK);
    assert_int_equal(deletes_write(&s, dir, ++generation, bitmap, &entry, &err), BF_OK);
    assert_int_equal(entry.deletes_generation, generation);
    segment_close(&s);
    assert_int_equal(segment_open(&s, dir, &entry, &err), BF_OK);
    compare_sums(&s, bitmap);
    compare_terms(&s, bitmap);
    segment_close(&s);
    manifest_free(&m);
}

static void some_articles_deleted(void **state)
{
    for (unsigned segment = 0; segment < SMALL_SEGMENTS; segment++) {
        size_t bytes = (small_docs[segment] + 7) / 8;
        unsigned char *bitmap = mem_zalloc(bytes, 1);
        for (uint32_t doc = 0; doc < small_docs[segment]; doc++)
            if (!below(segment ? 3 : 200))
                bitmap[doc / 8] |= (unsigned char)(1u << doc % 8);
        delete_and_compare(*state, segment, bitmap);
        free(bitmap);
    }
}

static void a_run_of_articles_deleted(void **state)
{
    unsigned char *bitmap = mem_zalloc((small_docs[0] + 7) / 8, 1);
    memset(bitmap + 100, 0xff, 60);
    delete_and_compare(*state, 0, bitmap);
    free(bitmap);
}

static void all_articles_deleted(void **state)
{
    unsigned char bitmap[5];
    memset(bitmap, 0xff, sizeof bitmap);
    assert_int_equal(small_docs[1], 40);
    delete_and_compare(*state, 1, bitmap);
}

/* What small_index_make deleted, as a snapshot shows it. */
static void a_snapshot_leaves_them_out(void **state)
{
    struct snapshot s;
    struct error err;
    uint64_t df, cf, live = 0;
    assert_int_equal(snapshot_open(&s, *state, &err), BF_OK);
    for (unsigned i = 0; i < SMALL_SEGMENTS; i++)
        for (uint32_t doc = 0; doc < small_docs[i]; doc++)
            live += !small_is_deleted(i, doc);
    assert_int_equal(s.docs, live);
    assert_int_equal(snapshot_term(&s, "common", 6, &df, &cf, &err), BF_OK);
    assert_int_equal(df, live);
    assert_true(cf > df);
    assert_int_equal(snapshot_term(&s, "once00017", 9, &df, &cf, &err), BF_OK);
    assert_int_equal(df, 2); /* one in each segment */
    assert_int_equal(snapshot_term(&s, "nowhere", 7, &df, &cf, &err), BF_OK);
    assert_int_equal(df, 0);
    snapshot_close(&s);
}

/* Ids that came again, in another segment or in the same one: the live
 * article is found, wherever the deleted ones are. */
static void the_live_article_of_an_id_is_found(void **state)
{
    struct snapshot s;
    struct error err;
    struct arena arena = {0};
    assert_int_equal(snapshot_open(&s, *state, &err), BF_OK);
    for (unsigned i = 0; i < SMALL_SEGMENTS; i++) {
        for (uint32_t doc = 0; doc < small_docs[i]; doc++) {
            struct article a;
            uint32_t found = UINT32_MAX;
            small_article(i, doc, &arena, &a);
            int rc = snapshot_find_id(&s, a.id, strlen(a.id), &found, &err);
            if (!small_is_deleted(i, doc)) {
                assert_int_equal(rc, BF_OK);
                assert_int_equal(found, s.bases[i] + doc);
            } else if (rc == BF_OK) {
                assert_true(found >= s.bases[1]);
            }
            arena_reset(&arena);
        }
    }
    uint32_t found;
    assert_int_equal(snapshot_find_id(&s, "s0-00000x", 9, &found, &err), BF_END);
    assert_int_equal(snapshot_find_id(&s, "", 0, &found, &err), BF_END);
    snapshot_close(&s);
    arena_free(&arena);
}

/* ---- damage ---- */

static void one_bit_too_many(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_putc(&f->sections[0], 0);
}

static void one_list_shorter(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[2].len -= 4;
}

static void no_whole_number(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    for (int i = 1; i < 4; i++)
        f->sections[i].len -= 1;
}

static void one_section_less(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->count = 3;
}

static void another_shape_is_damage(void **state)
{
    static void (*const patches[])(struct loose_frame *, const struct segment *) = {
        one_bit_too_many, one_list_shorter, no_whole_number, one_section_less};
    (void)state;
    for (size_t i = 0; i < sizeof patches / sizeof *patches; i++) {
        char *dir = scratch_new();
        struct snapshot s;
        struct error err;
        small_index_make(dir, NULL);
        small_index_patch(dir, 1, SEGMENT_FILES, patches[i]);
        assert_int_equal(snapshot_open(&s, dir, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, ".deletes"));
        scratch_free(dir);
    }
}

/* 37 articles take 5 bytes; of the last one 3 bits stand for none. */
static void a_bit_behind_the_last_article_is_damage(void **state)
{
    char *path = scratch_path(*state, "own.deletes");
    for (int bit = 36; bit < 40; bit++) {
        struct loose_frame f = {.kind = FRAME_KIND('D', 'E', 'L', 'S'), .count = 4};
        struct file_entry unused;
        struct deletes d;
        struct error err;
        buf_zeros(&f.sections[0], 5);
        f.sections[0].data[bit / 8] |= (unsigned char)(1 << bit % 8);
        loose_write(&f, path, &unused);
        int rc = deletes_open(&d, path, 37, &err);
        assert_int_equal(rc, bit < 37 ? BF_OK : BF_ERR_DAMAGED);
        if (!rc)
            assert_true(deletes_has(&d, 36));
        deletes_close(&d);
        loose_free(&f);
    }
    free(path);
}

static void nothing_deleted_takes_nothing_off(void **unused)
{
    (void)unused;
    struct deletes none = {0};
    uint32_t df = 1, cf = 1;
    assert_false(deletes_has(&none, 5));
    deletes_term(&none, 5, &df, &cf);
    assert_int_equal(df, 0);
    assert_int_equal(cf, 0);
    deletes_close(&none);
}

int main(void)
{
#define PLACED(test)                                                                               \
    cmocka_unit_test_setup_teardown(test, small_index_set_up, small_index_tear_down)
    const struct CMUnitTest tests[] = {
        PLACED(some_articles_deleted),
        PLACED(a_run_of_articles_deleted),
        PLACED(all_articles_deleted),
        PLACED(a_snapshot_leaves_them_out),
        PLACED(the_live_article_of_an_id_is_found),
        cmocka_unit_test(another_shape_is_damage),
        PLACED(a_bit_behind_the_last_article_is_damage),
        cmocka_unit_test(nothing_deleted_takes_nothing_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
