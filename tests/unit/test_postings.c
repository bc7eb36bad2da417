/*
 * test_postings.c - lists as written against plain arrays, and damaged ones:
 * whatever the bytes are, no reader leaves them, and no list ends early.
 */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/index/length.h"
#include "common/index/limits.h"
#include "common/index/position_lists.h"
#include "common/index/postings.h"
#include "common/index/postings_write.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

/* ---- the model: what a list should say ---- */

struct posting {
    uint32_t doc, tf;
    uint32_t *positions;
};

struct model {
    uint32_t docs; /* of the segment */
    uint8_t *codes;
    struct posting *postings;
    uint32_t df;
    uint64_t cf;
};

/* Ascending positions, now and then far apart. */
static void fill_positions(struct posting *p)
{
    uint32_t position = below(3) ? below(50) : below(1000000);
    p->positions = mem_alloc(p->tf * sizeof *p->positions);
    for (uint32_t i = 0; i < p->tf; i++) {
        p->positions[i] = position;
        position += 1 + (below(4) ? below(8) : below(5000));
    }
}

/* Some kinds of lists, from rare terms to those in every article, from
 * mentioned once to repeated hundreds of times. */
static void make_model(struct model *m, uint32_t df)
{
    uint32_t gap = (const uint32_t[]){1, 2, 3, 60, 5000}[below(5)];
    uint32_t most_tf = (const uint32_t[]){1, 3, 3, 700}[below(4)];
    *m = (struct model){.df = df, .postings = mem_zalloc(df, sizeof *m->postings)};
    uint32_t doc = below(gap);
    for (uint32_t i = 0; i < df; i++) {
        struct posting *p = &m->postings[i];
        p->doc = doc;
        p->tf = 1 + (below(3) ? 0 : below(most_tf));
        fill_positions(p);
        m->cf += p->tf;
        m->docs = doc + 1 + below(3);
        doc += 1 + below(gap);
    }
    m->codes = mem_alloc(m->docs);
    for (uint32_t i = 0; i < m->docs; i++)
        m->codes[i] = (uint8_t)below(180);
}

static void free_model(struct model *m)
{
    for (uint32_t i = 0; i < m->df; i++)
        free(m->postings[i].positions);
    free(m->postings);
    free(m->codes);
}

/* ---- lists in exactly their bytes ---- */

struct lists {
    struct frame postings, positions;
    struct term_info info;
};

/* A frame whose file is a piece of memory, all pages verified. */
static void make_frame(struct frame *f, const void *p, size_t n)
{
    size_t pages = (n >> FRAME_PAGE_BITS) + 2;
    *f = (struct frame){.path = mem_strdup("memory"), .len = n, .body_len = n};
    f->map = exact_copy(p, n);
    f->section_count = 1;
    f->sections[0] = (struct section){f->map, n};
    f->verified = mem_alloc(pages);
    memset(f->verified, 1, pages);
}

static void free_frame(struct frame *f)
{
    free(f->path);
    free((void *)(uintptr_t)f->map);
    free(f->verified);
}

/* Other lists stand in front, so that offsets are not 0. */
static void write_lists(const struct model *m, struct lists *l)
{
    struct postings_writer w;
    struct buf postings = {0}, positions = {0};
    size_t before = 1 + below(40);
    buf_zeros(&postings, before);
    buf_zeros(&positions, before * 2);
    postings_writer_init(&w, m->codes);
    for (uint32_t i = 0; i < m->df; i++) {
        const struct posting *p = &m->postings[i];
        postings_writer_add(&w, p->doc, p->positions, p->tf);
    }
    postings_writer_finish(&w, &postings, &positions, &l->info);
    l->info.postings_at = before;
    l->info.positions_at = before * 2;
    assert_int_equal(postings.len, before + l->info.postings_bytes);
    assert_int_equal(positions.len, before * 2 + l->info.positions_bytes);
    make_frame(&l->postings, postings.data, postings.len);
    make_frame(&l->positions, positions.data, positions.len);
    postings_writer_free(&w);
    buf_free(&postings);
    buf_free(&positions);
}

static void free_lists(struct lists *l)
{
    free_frame(&l->postings);
    free_frame(&l->positions);
}

/* ---- comparing ---- */

static bool covers(struct impact bound, uint32_t tf, unsigned code)
{
    if (tf > IMPACT_MANY)
        tf = IMPACT_MANY;
    return (tf <= bound.high_tf && code >= bound.high_length) ||
           (bound.low_tf && tf <= bound.low_tf && code >= bound.low_length);
}

static void compare_positions(const struct postings *p, uint32_t block, const uint32_t *tf,
                              const struct posting *expected, struct position_block *room)
{
    struct error err;
    assert_int_equal(postings_read_positions(p, block, tf, room, &err), BF_OK);
    for (unsigned i = 0; i < postings_block_len(p, block); i++) {
        assert_int_equal(room->starts[i + 1] - room->starts[i], expected[i].tf);
        assert_memory_equal(room->positions + room->starts[i], expected[i].positions,
                            expected[i].tf * sizeof(uint32_t));
    }
}

/* Only those of some articles, in any order, some twice. */
static void compare_some_positions(const struct postings *p, uint32_t block, const uint32_t *tf,
                                   const struct posting *expected, struct position_block *room)
{
    struct error err;
    unsigned n = postings_block_len(p, block);
    assert_int_equal(postings_find_positions(p, block, tf, room, &err), BF_OK);
    for (unsigned k = below(2 * n); k; k--) {
        const uint32_t *positions;
        uint32_t count;
        unsigned i = below(n);
        assert_int_equal(postings_article_positions(p, room, i, &positions, &count, &err), BF_OK);
        assert_int_equal(count, expected[i].tf);
        assert_memory_equal(positions, expected[i].positions, count * sizeof *positions);
    }
}

static void compare_counts(const struct postings *p, uint32_t block, const uint32_t *tf,
                           const struct posting *expected, struct position_block *room)
{
    struct error err;
    uint32_t limits[BLOCK_LEN], counts[BLOCK_LEN];
    unsigned n = postings_block_len(p, block);
    for (unsigned i = 0; i < n; i++)
        limits[i] = expected[i].positions[below(expected[i].tf)] + below(3);
    assert_int_equal(postings_count_below(p, block, tf, limits, room, counts, &err), BF_OK);
    for (unsigned i = 0; i < n; i++) {
        uint32_t slow = 0;
        while (slow < expected[i].tf && expected[i].positions[slow] < limits[i])
            slow++;
        assert_int_equal(counts[i], slow);
    }
}

static void compare_block_seeks(const struct posting_block *b)
{
    for (int k = 0; k < 20; k++) {
        uint32_t doc = b->docs[below(b->n)] + below(3) - 1;
        unsigned slow = 0;
        while (slow < b->n && b->docs[slow] < doc)
            slow++;
        assert_int_equal(posting_block_seek(b, doc), slow);
    }
    assert_int_equal(posting_block_seek(b, 0), 0);
    assert_int_equal(posting_block_seek(b, UINT32_MAX), b->n);
}

static void compare_block(const struct model *m, const struct postings *p, uint32_t block,
                          struct position_block *room)
{
    const struct posting *expected = m->postings + block * BLOCK_LEN;
    struct impact impact =
        p->blocks > 1 ? postings_impact(p, block) : (struct impact){255, 0, 0, 0};
    struct posting_block b;
    uint32_t tf[BLOCK_LEN];
    struct error err;
    assert_int_equal(postings_read_docs(p, block, &b, &err), BF_OK);
    assert_int_equal(b.n, postings_block_len(p, block));
    assert_int_equal(postings_read_tf(p, block, tf, &err), BF_OK);
    for (unsigned i = 0; i < b.n; i++) {
        assert_int_equal(b.docs[i], expected[i].doc);
        assert_int_equal(tf[i], expected[i].tf);
        assert_true(covers(impact, tf[i], m->codes[b.docs[i]]));
    }
    if (p->blocks > 1 || p->info.df == 1)
        assert_int_equal(postings_last_doc(p, block), expected[b.n - 1].doc);
    else
        assert_true(postings_last_doc(p, block) >= expected[b.n - 1].doc);
    compare_block_seeks(&b);
    compare_positions(p, block, tf, expected, room);
    compare_some_positions(p, block, tf, expected, room);
    compare_counts(p, block, tf, expected, room);
}

/* The first block from `from` on that can hold doc, the slow way. */
static uint32_t slow_seek(const struct postings *p, uint32_t from, uint32_t doc)
{
    while (from < p->blocks && postings_last_doc(p, from) < doc)
        from++;
    return from;
}

static void compare_seeks(const struct model *m, const struct postings *p)
{
    for (int i = 0; i < 200; i++) {
        uint32_t from = below(p->blocks + 1), doc = below(m->docs + 2);
        assert_int_equal(postings_seek(p, from, doc), slow_seek(p, from, doc));
    }
    for (uint32_t block = 0; block < p->blocks; block++) {
        uint32_t last = postings_last_doc(p, block);
        assert_int_equal(postings_seek(p, 0, last), slow_seek(p, 0, last));
        assert_int_equal(postings_seek(p, block, last + 1), slow_seek(p, block, last + 1));
    }
}

static void round_trip(uint32_t df)
{
    struct model m;
    struct lists l;
    struct postings p;
    struct position_block room = {0};
    struct error err;
    make_model(&m, df);
    write_lists(&m, &l);
    assert_int_equal(l.info.df, m.df);
    assert_int_equal(l.info.cf, m.cf);
    assert_int_equal(postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err), BF_OK);
    assert_int_equal(p.blocks, (df + BLOCK_LEN - 1) / BLOCK_LEN);
    for (uint32_t block = 0; block < p.blocks; block++)
        compare_block(&m, &p, block, &room);
    compare_seeks(&m, &p);
    position_block_free(&room);
    free_lists(&l);
    free_model(&m);
}

static void lists_come_back(void **unused)
{
    (void)unused;
    for (uint32_t df = 1; df < 5000; df += df < 10 ? 1 : 1 + below(df))
        for (int round = 0; round < 4; round++)
            round_trip(df);
}

static void lists_about_a_block_and_a_group_come_back(void **unused)
{
    (void)unused;
    const uint32_t edges[] = {127, 128, 129, 255, 256, 257, 4095, 4096, 4097, 4224, 4225};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        for (int round = 0; round < 3; round++)
            round_trip(edges[i]);
}

/* Three blocks, the last of which ends `last` articles behind the group's first: where
 * that no longer fits 16 bits, the head is wide. */
static void seek_in_group(uint32_t last)
{
    struct model m = {.df = 2 * BLOCK_LEN + 1, .docs = last + 2};
    struct lists l;
    struct postings p;
    struct error err;
    m.postings = mem_zalloc(m.df, sizeof *m.postings);
    m.codes = mem_zalloc(m.docs, 1);
    for (uint32_t i = 0; i < m.df; i++) {
        m.postings[i] = (struct posting){i + 1 < m.df ? i : last, 1, NULL};
        fill_positions(&m.postings[i]);
    }
    write_lists(&m, &l);
    assert_int_equal(postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err), BF_OK);
    assert_int_equal(p.last_bytes, last <= UINT16_MAX ? 2 : 4);
    assert_int_equal(postings_last_doc(&p, 2), last);
    for (uint32_t from = 0; from < 3; from++) {
        assert_int_equal(postings_seek(&p, from, last - 1), 2);
        assert_int_equal(postings_seek(&p, from, last), 2);
        assert_int_equal(postings_seek(&p, from, last + 1), 3);
        assert_int_equal(postings_seek(&p, from, UINT32_MAX), 3);
    }
    assert_int_equal(postings_seek(&p, 0, BLOCK_LEN - 1), 0);
    assert_int_equal(postings_seek(&p, 0, BLOCK_LEN), 1);
    assert_int_equal(postings_seek(&p, 0, 2 * BLOCK_LEN - 1), 1);
    assert_int_equal(postings_seek(&p, 0, 2 * BLOCK_LEN), 2);
    assert_int_equal(postings_seek(&p, 3, 0), 3);
    free_lists(&l);
    free_model(&m);
}

static void a_head_is_wide_from_sixteen_bits_on(void **unused)
{
    (void)unused;
    for (uint32_t last = UINT16_MAX - 1; last <= UINT16_MAX + 1; last++)
        seek_in_group(last);
}

/* One writer makes one list after another: nothing of the last is left. */
static void a_writer_starts_afresh(void **unused)
{
    (void)unused;
    struct model m;
    struct postings_writer w;
    struct buf first[2] = {{0}}, second[2] = {{0}};
    struct term_info info[2];
    make_model(&m, 700);
    postings_writer_init(&w, m.codes);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < m.df; i++)
            postings_writer_add(&w, m.postings[i].doc, m.postings[i].positions, m.postings[i].tf);
        postings_writer_finish(&w, round ? &second[0] : &first[0], round ? &second[1] : &first[1],
                               &info[round]);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(first[i].len, second[i].len);
        assert_memory_equal(first[i].data, second[i].data, first[i].len);
        buf_free(&first[i]);
        buf_free(&second[i]);
    }
    assert_int_equal(info[0].cf, info[1].cf);
    postings_writer_free(&w);
    free_model(&m);
}

/* ---- a list at once ---- */

/* What postings_writer_add_list takes. */
static void flatten(const struct model *m, uint32_t *docs, uint32_t *tf, uint32_t *gaps)
{
    for (uint32_t i = 0; i < m->df; i++) {
        const struct posting *p = &m->postings[i];
        docs[i] = p->doc;
        tf[i] = p->tf;
        *gaps++ = p->positions[0];
        for (uint32_t k = 1; k < p->tf; k++)
            *gaps++ = p->positions[k] - p->positions[k - 1] - 1;
    }
}

static void compare_at_once(const struct model *m)
{
    struct postings_writer w;
    struct buf one[2] = {{0}}, all[2] = {{0}};
    struct term_info one_info, all_info;
    uint32_t *docs = mem_alloc(m->df * sizeof *docs), *tf = mem_alloc(m->df * sizeof *tf);
    uint32_t *gaps = mem_alloc(m->cf * sizeof *gaps);
    postings_writer_init(&w, m->codes);
    for (uint32_t i = 0; i < m->df; i++)
        postings_writer_add(&w, m->postings[i].doc, m->postings[i].positions, m->postings[i].tf);
    postings_writer_finish(&w, &one[0], &one[1], &one_info);
    flatten(m, docs, tf, gaps);
    postings_writer_add_list(&w, docs, tf, m->df, gaps);
    postings_writer_finish(&w, &all[0], &all[1], &all_info);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(one[i].len, all[i].len);
        if (one[i].len)
            assert_memory_equal(one[i].data, all[i].data, one[i].len);
        buf_free(&one[i]);
        buf_free(&all[i]);
    }
    assert_memory_equal(&one_info, &all_info, sizeof one_info);
    postings_writer_free(&w);
    free(docs);
    free(tf);
    free(gaps);
}

static void a_list_at_once_is_the_same(void **unused)
{
    (void)unused;
    static const uint32_t sizes[] = {1, 2, 127, 128, 129, 256, 257, 5000};
    for (int round = 0; round < 40; round++) {
        struct model m;
        make_model(&m, sizes[(size_t)round % (sizeof sizes / sizeof *sizes)]);
        compare_at_once(&m);
        free_model(&m);
    }
}

/* ---- terms of one article ---- */

static void a_term_of_one_article_has_no_list(void **unused)
{
    (void)unused;
    const uint8_t codes[10] = {0};
    const uint32_t positions[] = {5, 25, 300};
    for (uint32_t tf = 1; tf <= 3; tf++) {
        struct postings_writer w;
        struct buf postings = {0}, stored = {0};
        struct term_info info;
        postings_writer_init(&w, codes);
        postings_writer_add(&w, 7, positions, tf);
        postings_writer_finish(&w, &postings, &stored, &info);
        assert_int_equal(info.df, 1);
        assert_int_equal(info.cf, tf);
        assert_int_equal(info.single_doc, 7);
        assert_int_equal(info.single_position, 5);
        assert_int_equal(postings.len, 0);
        assert_int_equal(stored.len, info.positions_bytes);
        assert_true((tf == 1) == (stored.len == 0));
        postings_writer_free(&w);
        buf_free(&postings);
        buf_free(&stored);
    }
}

/* ---- damage ---- */

/* Reads all of a list; BF_OK only when it holds together. */
static int read_all(const struct postings *p, struct position_block *room)
{
    int64_t before = -1;
    int rc = BF_OK;
    for (uint32_t block = 0; block < p->blocks && !rc; block++) {
        struct posting_block b;
        uint32_t tf[BLOCK_LEN];
        struct error err;
        rc = postings_read_docs(p, block, &b, &err);
        for (unsigned i = 0; !rc && i < b.n; i++) {
            assert_true(b.docs[i] > before && b.docs[i] < p->doc_limit);
            before = b.docs[i];
        }
        if (!rc)
            rc = postings_read_tf(p, block, tf, &err);
        if (!rc)
            rc = postings_read_positions(p, block, tf, room, &err);
        assert_true(rc == BF_OK || rc == BF_ERR_DAMAGED);
        if (rc)
            assert_int_equal(err.code, rc);
    }
    return rc;
}

/* As a phrase does: positions of some articles of a block. */
static void read_some_positions(const struct postings *p, struct position_block *room)
{
    uint32_t block = below(p->blocks), count, tf[BLOCK_LEN];
    const uint32_t *positions;
    struct error err;
    if (postings_read_tf(p, block, tf, &err) || postings_find_positions(p, block, tf, room, &err))
        return;
    for (int k = 0; k < 10; k++) {
        unsigned i = below(postings_block_len(p, block));
        int rc = postings_article_positions(p, room, i, &positions, &count, &err);
        if (rc)
            return;
        for (uint32_t at = 1; at < count; at++)
            assert_true(positions[at] > positions[at - 1]);
    }
}

/* The same for many articles: every other one of a block, and all of the next. */
static void read_position_lists(const struct postings *p)
{
    static struct position_shares shares;
    struct position_lists lists = {0};
    uint32_t block = below(p->blocks), places[BLOCK_LEN], starts[BLOCK_LEN + 1], tf[BLOCK_LEN];
    struct error err;
    for (unsigned step = 2; step && block < p->blocks; step--, block++) {
        unsigned n = 0;
        if (postings_read_tf(p, block, tf, &err) ||
            postings_position_starts(p, block, tf, starts, &err) ||
            postings_position_bytes(p, block, &shares.blocks[0].bytes, &err))
            break;
        shares.blocks[0].block = block;
        shares.blocks[0].total = starts[postings_block_len(p, block)];
        position_bytes_expect(&shares.blocks[0].bytes);
        for (unsigned i = 0; i < postings_block_len(p, block); i += step, n++) {
            places[n] = block * BLOCK_LEN + i;
            shares.from[n] = starts[i];
            shares.count[n] = starts[i + 1] - starts[i];
        }
        int rc = position_lists_read(&lists, p, places, &shares, n, &err);
        assert_true(rc == BF_OK || rc == BF_ERR_DAMAGED);
        for (unsigned i = 0; i < n && !rc; i++)
            assert_true(position_lists_follows(&lists, lists.count[i] - 1, &lists, 0, i));
    }
    position_lists_free(&lists);
}

/* What a query may do with a list before it has read all of it. */
static void poke(const struct postings *p)
{
    for (int i = 0; i < 10; i++) {
        uint32_t block = postings_seek(p, below(p->blocks + 1), below(p->doc_limit));
        if (block < p->blocks && p->blocks > 1)
            postings_impact(p, block);
    }
}

static void bend_info(struct term_info *info)
{
    uint64_t any = (uint64_t)random32(&seed) << (below(2) ? 32 : 0) | random32(&seed);
    switch (below(8)) {
    case 0:
        info->df = (uint32_t)any;
        break;
    case 1:
        info->cf = any;
        break;
    case 2:
        info->postings_at = any;
        break;
    case 3:
        info->postings_bytes = any;
        break;
    case 4:
        info->positions_at = any;
        break;
    case 5:
        info->positions_bytes = any;
        break;
    case 6:
        info->single_doc = (uint32_t)any;
        break;
    default:
        info->df = 1 + below(2 * info->df);
        break;
    }
}

static void bend_bytes(struct frame *f)
{
    unsigned char *bytes = (unsigned char *)(uintptr_t)f->map;
    for (unsigned k = 1 + below(3); k && f->len; k--)
        bytes[below((uint32_t)f->len)] = (unsigned char)random32(&seed);
}

static void damage_never_leaves_the_bytes(void **unused)
{
    (void)unused;
    struct position_block room = {0};
    unsigned damaged = 0, fine = 0;
    for (int round = 0; round < 1500; round++) {
        struct model m;
        struct lists l;
        struct postings p;
        make_model(&m, 1 + below(below(8) ? 300 : 4500));
        write_lists(&m, &l);
        if (below(3))
            bend_bytes(below(2) ? &l.postings : &l.positions);
        else
            bend_info(&l.info);
        struct error err;
        int rc = postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err);
        if (!rc) {
            poke(&p);
            read_some_positions(&p, &room);
            read_position_lists(&p);
            rc = read_all(&p, &room);
        }
        damaged += rc != BF_OK;
        fine += rc == BF_OK;
        free_lists(&l);
        free_model(&m);
    }
    assert_true(damaged > 500 && fine > 50);
    position_block_free(&room);
}

/* Cuts of a list are found when it is read to its end: all of a short list. */
static void a_cut_list_is_damage(void **unused)
{
    (void)unused;
    const uint32_t dfs[] = {1, 2, 100, 128, 129, 500};
    struct position_block room = {0};
    for (size_t i = 0; i < sizeof dfs / sizeof *dfs; i++) {
        struct model m;
        struct lists l;
        struct error err;
        make_model(&m, dfs[i]);
        write_lists(&m, &l);
        for (int which = 0; which < 2; which++) {
            uint64_t *bytes = which ? &l.info.positions_bytes : &l.info.postings_bytes;
            uint64_t right = *bytes;
            for (*bytes = 0; *bytes < right; *bytes += 1 + right / 500) {
                struct postings p;
                int rc = postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err);
                assert_int_equal(rc ? rc : read_all(&p, &room), BF_ERR_DAMAGED);
            }
        }
        free_lists(&l);
        free_model(&m);
    }
    position_block_free(&room);
}

/* Lists whose range is a byte too long, and the byte is there. */
static void a_byte_behind_a_list_is_damage(void **unused)
{
    (void)unused;
    const uint32_t dfs[] = {1, 2, 128, 129, 500};
    struct position_block room = {0};
    for (size_t i = 0; i < 2 * sizeof dfs / sizeof *dfs; i++) {
        struct model m;
        struct lists l;
        struct postings p;
        struct error err;
        make_model(&m, dfs[i / 2]);
        write_lists(&m, &l);
        struct frame *f = i % 2 ? &l.positions : &l.postings, longer;
        uint64_t *bytes = i % 2 ? &l.info.positions_bytes : &l.info.postings_bytes;
        struct buf copy = {0};
        buf_add(&copy, f->map, f->len);
        buf_putc(&copy, 0);
        make_frame(&longer, copy.data, copy.len);
        free_frame(f);
        *f = longer;
        bool single = *bytes == 0; /* nothing of it is in this file: then it is not read */
        *bytes += 1;
        int rc = postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err);
        rc = rc ? rc : read_all(&p, &room);
        assert_int_equal(rc, single ? BF_OK : BF_ERR_DAMAGED);
        buf_free(&copy);
        free_lists(&l);
        free_model(&m);
    }
    position_block_free(&room);
}

static void impossible_counts_are_damage(void **unused)
{
    (void)unused;
    struct model m;
    struct lists l;
    struct postings p;
    struct error err;
    make_model(&m, 300);
    write_lists(&m, &l);
    const uint32_t wrong_df[] = {0, m.docs + 1, UINT32_MAX, UINT32_MAX - 126, UINT32_MAX - 127};
    for (size_t i = 0; i < sizeof wrong_df / sizeof *wrong_df; i++) {
        l.info.df = wrong_df[i];
        assert_int_equal(postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err),
                         BF_ERR_DAMAGED);
    }
    const uint32_t tf[BLOCK_LEN] = {(uint32_t)MAX_SEGMENT_TOKENS + 1};
    struct position_block room = {0};
    l.info.df = 1;
    l.info.cf = MAX_SEGMENT_TOKENS + 1;
    l.info.single_doc = 0;
    assert_int_equal(postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err), BF_OK);
    assert_int_equal(postings_read_positions(&p, 0, tf, &room, &err), BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, "frequencies out of range"));
    l.info.single_doc = m.docs - 1;
    assert_int_equal(postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err), BF_OK);
    l.info.single_doc = m.docs;
    assert_int_equal(postings_open(&p, &l.postings, &l.positions, &l.info, m.docs, &err),
                     BF_ERR_DAMAGED);
    free_lists(&l);
    free_model(&m);
}

/* The last position there can be, and one more. */
static void positions_have_a_limit(void **unused)
{
    (void)unused;
    const uint8_t codes[2] = {0};
    for (uint32_t over = 0; over < 2; over++) {
        const uint32_t positions[] = {3, MAX_DOC_TOKENS + TITLE_GAP - 1 + over};
        struct model m = {.docs = 2, .codes = mem_dup(codes, 2), .df = 2, .cf = 4};
        m.postings = mem_zalloc(2, sizeof *m.postings);
        for (uint32_t doc = 0; doc < 2; doc++)
            m.postings[doc] = (struct posting){doc, 2, mem_dup(positions, sizeof positions)};
        struct lists l;
        struct postings p;
        struct position_block room = {0};
        struct error err;
        write_lists(&m, &l);
        assert_int_equal(postings_open(&p, &l.postings, &l.positions, &l.info, 2, &err), BF_OK);
        assert_int_equal(read_all(&p, &room), over ? BF_ERR_DAMAGED : BF_OK);
        position_block_free(&room);
        free_lists(&l);
        free_model(&m);
    }
}

/* Position k of the i-th posting, as position_lists.h has it. */
static uint32_t position_of(const struct position_lists *l, unsigned i, uint32_t k)
{
    const uint32_t *own = l->sums + l->at[i];
    return own[k] - own[-1] - 1;
}

/* The last positions there can be, in so many articles that running sums over them do not fit. */
static void huge_articles_are_read_together(void **unused)
{
    (void)unused;
    enum { DOCS = 200 };
    const uint32_t positions[] = {3, MAX_DOC_TOKENS + TITLE_GAP - 1};
    static struct position_shares shares;
    struct model m = {.docs = DOCS, .codes = mem_zalloc(DOCS, 1), .df = DOCS, .cf = 2 * DOCS};
    struct position_lists together = {0};
    uint32_t places[BLOCK_LEN];
    struct lists l;
    struct postings p;
    struct error err;
    m.postings = mem_zalloc(DOCS, sizeof *m.postings);
    for (uint32_t doc = 0; doc < DOCS; doc++)
        m.postings[doc] = (struct posting){doc, 2, mem_dup(positions, sizeof positions)};
    write_lists(&m, &l);
    assert_int_equal(postings_open(&p, &l.postings, &l.positions, &l.info, DOCS, &err), BF_OK);
    shares.blocks[0].total = 2 * BLOCK_LEN;
    assert_int_equal(postings_position_bytes(&p, 0, &shares.blocks[0].bytes, &err), BF_OK);
    for (unsigned i = 0; i < BLOCK_LEN; i++) {
        places[i] = i;
        shares.from[i] = 2 * i;
        shares.count[i] = 2;
    }
    assert_int_equal(position_lists_read(&together, &p, places, &shares, BLOCK_LEN, &err), BF_OK);
    for (unsigned i = 0; i < BLOCK_LEN; i++)
        for (uint32_t k = 0; k < 2; k++)
            assert_int_equal(position_of(&together, i, k), positions[k]);
    position_lists_free(&together);
    free_lists(&l);
    free_model(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_come_back),
        cmocka_unit_test(lists_about_a_block_and_a_group_come_back),
        cmocka_unit_test(a_head_is_wide_from_sixteen_bits_on),
        cmocka_unit_test(a_writer_starts_afresh),
        cmocka_unit_test(a_list_at_once_is_the_same),
        cmocka_unit_test(a_term_of_one_article_has_no_list),
        cmocka_unit_test(damage_never_leaves_the_bytes),
        cmocka_unit_test(a_cut_list_is_damage),
        cmocka_unit_test(a_byte_behind_a_list_is_damage),
        cmocka_unit_test(impossible_counts_are_damage),
        cmocka_unit_test(positions_have_a_limit),
        cmocka_unit_test(huge_articles_are_read_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
