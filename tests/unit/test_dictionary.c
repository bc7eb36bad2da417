/* test_dictionary.c - terms found and walked against a sorted array. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/dictionary_write.h"
#include "common/index/limits.h"
#include "common/io/file.h"
#include "tests/unit/place.h"
#include "tests/unit/random.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

#define KIND FRAME_KIND('T', 'E', 'R', 'M')

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

struct entry {
    unsigned char term[MAX_TERM_LENGTH];
    size_t len;
    struct term_info info;
};

struct model {
    struct entry *entries;
    uint32_t count;
};

/* ---- the model ---- */

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return term_compare(x->term, x->len, y->term, y->len);
}

/* Few letters, so that terms share beginnings; all bytes, so that order is
 * that of unsigned bytes; some of full length. */
static void fill_term(struct entry *e)
{
    e->len = below(40) ? 1 + below(7) : 1 + below(MAX_TERM_LENGTH);
    for (size_t i = 0; i < e->len; i++)
        e->term[i] = (unsigned char)(below(3) ? 'a' + below(3) : below(256));
}

/* One of the three shapes of an entry. */
static void fill_info(struct term_info *info)
{
    *info = (struct term_info){.df = below(2) ? 1 : 2 + below(100000)};
    info->cf = info->df + (below(2) ? 0 : below(1000000));
    if (info->df > 1) {
        info->postings_bytes = 5 + below(100000);
        info->positions_bytes = 5 + below(100000);
        return;
    }
    info->single_doc = below(1 << 30);
    if (info->cf > 1)
        info->positions_bytes = 1 + below(100);
    else
        info->single_position = below(MAX_DOC_TOKENS + TITLE_GAP);
}

static void make_model(struct model *m, uint32_t wanted)
{
    uint64_t postings_at = 0, positions_at = 0;
    m->entries = mem_zalloc(wanted, sizeof *m->entries);
    for (uint32_t i = 0; i < wanted; i++)
        fill_term(&m->entries[i]);
    qsort(m->entries, wanted, sizeof *m->entries, compare_entries);
    m->count = 0;
    for (uint32_t i = 0; i < wanted; i++)
        if (!m->count || compare_entries(&m->entries[m->count - 1], &m->entries[i]) != 0)
            m->entries[m->count++] = m->entries[i];
    for (uint32_t i = 0; i < m->count; i++) {
        struct term_info *info = &m->entries[i].info;
        fill_info(info);
        info->ordinal = i;
        info->postings_at = postings_at;
        info->positions_at = positions_at;
        postings_at += info->postings_bytes;
        positions_at += info->positions_bytes;
    }
}

static void write_model(const struct model *m, const char *path)
{
    static const unsigned char id[FRAME_ID_BYTES];
    struct frame_writer file;
    struct dictionary_writer w;
    struct file_entry unused;
    struct error err;
    unlink(path);
    assert_int_equal(frame_writer_open(&file, path, KIND, id, &err), BF_OK);
    dictionary_writer_init(&w, &file);
    for (uint32_t i = 0; i < m->count; i++)
        dictionary_writer_add(&w, (const char *)m->entries[i].term, m->entries[i].len,
                              &m->entries[i].info);
    dictionary_writer_finish(&w);
    dictionary_writer_free(&w);
    assert_int_equal(frame_writer_finish(&file, &unused.length, &unused.crc, &err), BF_OK);
}

/* ---- comparing ---- */

static void assert_same_info(const struct term_info *a, const struct term_info *b)
{
    assert_int_equal(a->ordinal, b->ordinal);
    assert_int_equal(a->df, b->df);
    assert_int_equal(a->cf, b->cf);
    assert_int_equal(a->postings_at, b->postings_at);
    assert_int_equal(a->postings_bytes, b->postings_bytes);
    assert_int_equal(a->positions_at, b->positions_at);
    assert_int_equal(a->positions_bytes, b->positions_bytes);
    assert_int_equal(a->single_doc, b->single_doc);
    assert_int_equal(a->single_position, b->single_position);
}

/* Index of the first entry >= the term. */
static uint32_t slow_seek(const struct model *m, const void *term, size_t len)
{
    uint32_t i = 0;
    while (i < m->count && term_compare(m->entries[i].term, m->entries[i].len, term, len) < 0)
        i++;
    return i;
}

static void compare_find(const struct dictionary *d, const struct model *m, const void *term,
                         size_t len)
{
    uint32_t i = slow_seek(m, term, len);
    bool there = i < m->count && !term_compare(m->entries[i].term, m->entries[i].len, term, len);
    struct term_info info;
    struct error err;
    assert_int_equal(dictionary_find(d, term, len, &info, &err), there ? BF_OK : BF_END);
    if (there)
        assert_same_info(&info, &m->entries[i].info);
}

/* The walk from the first term >= the given one, for a few steps or to the end. */
static void compare_walk(const struct dictionary *d, const struct model *m, const void *term,
                         size_t len, uint32_t steps)
{
    struct dictionary_cursor c;
    struct error err;
    uint32_t i = slow_seek(m, term, len);
    assert_int_equal(dictionary_seek(d, &c, term, len, &err), BF_OK);
    for (; i < m->count && steps; i++, steps--) {
        assert_int_equal(dictionary_next(&c, &err), BF_OK);
        assert_int_equal(c.term.len, m->entries[i].len);
        assert_memory_equal(c.term.data, m->entries[i].term, c.term.len);
        assert_same_info(&c.info, &m->entries[i].info);
    }
    if (i == m->count)
        for (int again = 0; again < 2; again++)
            assert_int_equal(dictionary_next(&c, &err), BF_END);
    dictionary_cursor_free(&c);
}

static void compare_all(const struct dictionary *d, const struct model *m)
{
    compare_walk(d, m, NULL, 0, UINT32_MAX);
    compare_find(d, m, "", 0);
    for (uint32_t i = 0; i < m->count; i++) {
        struct entry e = m->entries[i];
        compare_find(d, m, e.term, e.len);
        compare_find(d, m, e.term, e.len - 1);
        if (e.len < MAX_TERM_LENGTH) {
            e.term[e.len] = 0;
            compare_find(d, m, e.term, e.len + 1);
        }
        e.term[below((uint32_t)e.len)]++;
        compare_find(d, m, e.term, e.len);
        compare_walk(d, m, e.term, e.len, 3);
    }
}

static void dictionaries_come_back(void **state)
{
    struct place *at = *state;
    const uint32_t sizes[] = {0, 1, 2, 31, 32, 33, 63, 64, 65, 300, 1500};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct model m;
        struct dictionary d;
        struct error err;
        make_model(&m, sizes[i]);
        write_model(&m, at->path);
        assert_int_equal(dictionary_open(&d, at->path, &err), BF_OK);
        assert_int_equal(d.terms, m.count);
        compare_all(&d, &m);
        dictionary_close(&d);
        free(m.entries);
    }
}

/* Enough that the writer hands its entries over in pieces. */
static void a_large_dictionary_comes_back(void **state)
{
    struct place *at = *state;
    struct model m;
    struct dictionary d;
    struct error err;
    make_model(&m, 40000);
    write_model(&m, at->path);
    assert_int_equal(dictionary_open(&d, at->path, &err), BF_OK);
    compare_walk(&d, &m, NULL, 0, UINT32_MAX);
    for (int i = 0; i < 300; i++) {
        const struct entry *e = &m.entries[below(m.count)];
        compare_find(&d, &m, e->term, e->len);
    }
    dictionary_close(&d);
    free(m.entries);
}

/* ---- damage ---- */

/* Walks all of it and looks some terms up; BF_OK, BF_END or damage. */
static int use_all(const struct dictionary *d)
{
    struct dictionary_cursor c;
    struct error err;
    uint32_t found = 0;
    int rc = dictionary_seek(d, &c, NULL, 0, &err);
    while (!rc && !(rc = dictionary_next(&c, &err))) {
        assert_true(c.info.df >= 1 && c.info.cf >= c.info.df);
        assert_true(c.term.len <= MAX_TERM_LENGTH);
        found++;
    }
    dictionary_cursor_free(&c);
    assert_true(rc == BF_ERR_DAMAGED || (rc == BF_END && found == d->terms));
    for (int i = 0; i < 5; i++) {
        struct entry e;
        struct term_info info;
        fill_term(&e);
        dictionary_find(d, (const char *)e.term, e.len, &info, &err);
        if (dictionary_seek(d, &c, (const char *)e.term, e.len, &err) == BF_OK)
            dictionary_next(&c, &err);
        dictionary_cursor_free(&c);
    }
    return rc;
}

static void damage_never_leaves_the_file(void **state)
{
    struct place *at = *state;
    struct model m;
    struct buf file = {0}, bent = {0};
    unsigned damaged = 0, walked = 0;
    make_model(&m, 100);
    write_model(&m, at->path);
    scratch_read(at->path, &file);
    for (int round = 0; round < 5000; round++) {
        struct dictionary d;
        bent.len = 0;
        buf_add(&bent, file.data, file.len);
        for (unsigned k = 1 + below(3); k; k--)
            bent.data[FRAME_HEADER + below((uint32_t)file.len - FRAME_HEADER)] =
                (unsigned char)random32(&seed);
        refit_checksums(bent.data, bent.len);
        scratch_write(at->path, bent.data, bent.len);
        if (dictionary_open(&d, at->path, NULL))
            continue;
        int rc = use_all(&d);
        damaged += rc == BF_ERR_DAMAGED;
        walked += rc == BF_END;
        dictionary_close(&d);
    }
    assert_true(damaged > 300 && walked > 300);
    buf_free(&file);
    buf_free(&bent);
    free(m.entries);
}

/* Reads entries that are spelt out; BF_OK when they are what `count` says. */
static int read_entries(const char *path, const void *entries, size_t n, uint32_t count)
{
    static const unsigned char record[DICTIONARY_RECORD_BYTES];
    struct loose_frame f = {.kind = KIND, .count = 4};
    struct dictionary_cursor c;
    struct file_entry unused;
    struct dictionary d;
    struct error err;
    int rc = BF_OK;
    buf_add(&f.sections[0], entries, n);
    buf_add(&f.sections[1], record, sizeof record);
    buf_puts(&f.sections[2], "t");
    buf_u32(&f.sections[3], count);
    loose_write(&f, path, &unused);
    loose_free(&f);
    assert_int_equal(dictionary_open(&d, path, &err), BF_OK);
    assert_int_equal(dictionary_seek(&d, &c, NULL, 0, &err), BF_OK);
    for (uint32_t i = 0; i < count && !rc; i++)
        rc = dictionary_next(&c, &err);
    dictionary_cursor_free(&c);
    dictionary_close(&d);
    return rc;
}

static int read_entry(const char *path, const void *entry, size_t n)
{
    return read_entries(path, entry, n, 1);
}

/* A second term behind "tea", df 1, cf 1, article 0, position 3. */
static int read_second(const char *path, const char *shared_and_rest, size_t n)
{
    struct buf e = {0};
    buf_add(&e, "\3tea\0\0\3", 7);
    buf_add(&e, shared_and_rest, n);
    buf_add(&e, "\0\0\3", 3);
    int rc = read_entries(path, e.data, e.len, 2);
    buf_free(&e);
    return rc;
}

static void terms_ascend_and_share_all_they_can(void **state)
{
    struct place *at = *state;
    assert_int_equal(read_second(at->path, "\x31m", 2), BF_OK); /* team */
    assert_int_equal(read_second(at->path,
                                 "\x21"
                                 "b",
                                 2),
                     BF_OK);                                            /* teb */
    assert_int_equal(read_second(at->path, "\1u", 2), BF_OK);           /* u */
    assert_int_equal(read_second(at->path, "\x30", 1), BF_ERR_DAMAGED); /* tea again */
    assert_int_equal(read_second(at->path, "\x20", 1), BF_ERR_DAMAGED); /* te */
    assert_int_equal(read_second(at->path,
                                 "\x11"
                                 "a",
                                 2),
                     BF_ERR_DAMAGED); /* ta */
    assert_int_equal(read_second(at->path,
                                 "\x22"
                                 "am",
                                 3),
                     BF_ERR_DAMAGED);                                    /* shares less */
    assert_int_equal(read_second(at->path, "\x41m", 2), BF_ERR_DAMAGED); /* shares more */
}

/* With three groups, of which the second one's key is looked at first. */
static void write_three_groups(const char *path, struct loose_frame *f)
{
    struct model m;
    do {
        make_model(&m, 80);
        if (m.count <= 2 * DICTIONARY_GROUP)
            free(m.entries);
    } while (m.count <= 2 * DICTIONARY_GROUP);
    write_model(&m, path);
    free(m.entries);
    loose_read(f, path, KIND);
}

static int find_in(const char *path, const char *term)
{
    struct dictionary d;
    struct term_info info;
    struct error err;
    int rc = dictionary_open(&d, path, &err);
    if (!rc)
        rc = dictionary_find(&d, term, strlen(term), &info, &err);
    dictionary_close(&d);
    return rc;
}

/* Looks up what comes behind all terms: the way goes by the last group. */
static int find_last(const char *path)
{
    return find_in(path, "\xff\xff\xff\xff\xff\xff\xff\xff\xff");
}

/* What comes before them: the way goes by the second group's key to the first. */
static int find_first(const char *path)
{
    return find_in(path, "");
}

static void keys_descend(struct loose_frame *f)
{
    unsigned char *second = f->sections[1].data + DICTIONARY_RECORD_BYTES + 24;
    store_u32(second + DICTIONARY_RECORD_BYTES, load_u32(second) - 1);
}

static void a_key_ends_behind_the_keys(struct loose_frame *f)
{
    unsigned char *third = f->sections[1].data + 2 * DICTIONARY_RECORD_BYTES + 24;
    store_u32(third, (uint32_t)f->sections[2].len + 1);
}

static void a_key_is_too_long(struct loose_frame *f)
{
    unsigned char *second = f->sections[1].data + DICTIONARY_RECORD_BYTES + 24;
    buf_zeros(&f->sections[2], 500);
    store_u32(second + DICTIONARY_RECORD_BYTES, load_u32(second) + MAX_TERM_LENGTH + 1);
}

static void groups_descend(struct loose_frame *f)
{
    store_u64(f->sections[1].data + 2 * DICTIONARY_RECORD_BYTES, f->sections[0].len + 1);
}

static void a_group_ends_behind_the_entries(struct loose_frame *f)
{
    f->sections[0].len -= 1;
}

static void one_section_less(struct loose_frame *f)
{
    f->count = 3;
}

static void a_longer_count(struct loose_frame *f)
{
    buf_putc(&f->sections[3], 0);
}

static void one_group_less(struct loose_frame *f)
{
    f->sections[1].len -= DICTIONARY_RECORD_BYTES;
}

static void broken_groups_are_damage(void **state)
{
    struct place *at = *state;
    static void (*const bends[])(struct loose_frame *) = {keys_descend,
                                                          a_key_ends_behind_the_keys,
                                                          a_key_is_too_long,
                                                          groups_descend,
                                                          a_group_ends_behind_the_entries,
                                                          one_section_less,
                                                          a_longer_count,
                                                          one_group_less};
    for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
        struct loose_frame f;
        struct file_entry unused;
        write_three_groups(at->path, &f);
        assert_int_equal(find_last(at->path), BF_END);
        bends[i](&f);
        loose_write(&f, at->path, &unused);
        assert_int_equal(find_last(at->path), BF_ERR_DAMAGED);
        if (i < 3) /* the second group's key */
            assert_int_equal(find_first(at->path), BF_ERR_DAMAGED);
        loose_free(&f);
    }
}

static void entries_have_limits(void **state)
{
    struct place *at = *state;
    for (uint64_t over = 0; over < 2; over++) {
        int expected = over ? BF_ERR_DAMAGED : BF_OK;
        struct buf e = {0};
        buf_add(&e, "\1t\0\7", 4); /* "t", df 1, cf 1, article 7 */
        buf_varint(&e, (uint64_t)MAX_DOC_TOKENS + TITLE_GAP - 1 + over);
        assert_int_equal(read_entry(at->path, e.data, e.len), expected);
        e.len = 0;
        buf_add(&e, "\1t\3", 3); /* df 2, cf more */
        buf_varint(&e, MAX_SEGMENT_TOKENS + over);
        buf_add(&e, "\7\7", 2);
        assert_int_equal(read_entry(at->path, e.data, e.len), expected);
        e.len = 0;
        buf_putc(&e, DICTIONARY_LONG);
        buf_varint(&e, MAX_TERM_LENGTH - DICTIONARY_LONG + over);
        for (uint64_t i = 0; i < MAX_TERM_LENGTH + over; i++)
            buf_putc(&e, 't');
        buf_add(&e, "\0\7\3", 3);
        assert_int_equal(read_entry(at->path, e.data, e.len), expected);
        buf_free(&e);
    }
    assert_int_equal(read_entry(at->path, "\1t\1\0\7\3", 6), BF_ERR_DAMAGED);   /* cf not more */
    assert_int_equal(read_entry(at->path, "\x10\0\7\3", 4), BF_ERR_DAMAGED);    /* shares */
    assert_int_equal(read_entry(at->path, "\xf1\0t\0\7\3", 6), BF_ERR_DAMAGED); /* shares 15 */
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_set_up, place_tear_down)
    const struct CMUnitTest tests[] = {
        PLACED(dictionaries_come_back),
        PLACED(a_large_dictionary_comes_back),
        PLACED(damage_never_leaves_the_file),
        PLACED(entries_have_limits),
        PLACED(terms_ascend_and_share_all_they_can),
        PLACED(broken_groups_are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
