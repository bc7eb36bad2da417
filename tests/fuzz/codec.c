/*
 * codec.c - blocks of integers, and the lists that are made of them.
 *
 * What decodes is encoded and decoded again; kernels must agree with the
 * portable ones on bytes that no encoder wrote, too.
 */
#include <string.h>

#include "common/base/mem.h"
#include "common/codec/kernels.h"
#include "common/codec/pfor.h"
#include "common/codec/postblock.h"
#include "common/codec/rice.h"
#include "common/codec/rice_run.h"
#include "common/index/limits.h"
#include "common/index/postings.h"
#include "tests/fuzz/memory_files.h"
#include "tests/fuzz/target.h"

/* What a target takes off the front of its bytes; zeros when there are no more. */
static uint32_t take_number(const unsigned char **p, size_t *n, unsigned bytes)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < bytes && *n; i++, ++*p, --*n)
        v |= (uint32_t) * *p << 8 * i;
    return v;
}

/* ---- blocks ---- */

static void check_postblock(const unsigned char *p, size_t n)
{
    uint32_t docs[BLOCK_LEN], tf[BLOCK_LEN], again[BLOCK_LEN], starts[BLOCK_LEN + 1];
    unsigned count = take_number(&p, &n, 1) % BLOCK_LEN + 1;
    int64_t base = (int64_t)take_number(&p, &n, 4) - 1;
    struct postblock b;
    if (!postblock_open(&b, p, p + n, count) || !postblock_docs(&b, base, docs) ||
        !postblock_tf(&b, tf))
        return;
    FUZZ_HOLDS(docs[0] > base);
    for (unsigned i = 1; i < count; i++)
        FUZZ_HOLDS(docs[i] > docs[i - 1] && tf[i]);
    struct postblock_plan plan = postblock_plan(base, docs, tf, count);
    FUZZ_HOLDS(plan.bytes <= n + 2); /* the fewest bits, which streams round up */
    unsigned char *bytes = mem_alloc(plan.bytes + RICE_SLACK);
    postblock_encode(&plan, base, docs, tf, count, bytes);
    FUZZ_HOLDS(postblock_open(&b, bytes, bytes + plan.bytes, count));
    FUZZ_HOLDS(postblock_docs(&b, base, again) && !memcmp(again, docs, count * sizeof *docs));
    FUZZ_HOLDS(postblock_tf(&b, again) && !memcmp(again, tf, count * sizeof *tf));
    FUZZ_HOLDS(postblock_starts(&b, starts) && !starts[0]);
    for (unsigned i = 0; i < count; i++)
        FUZZ_HOLDS(starts[i + 1] - starts[i] == tf[i]);
    free(bytes);
}

/* From anywhere the same as from the start. */
static void check_run(const unsigned char *p, size_t n)
{
    size_t count = take_number(&p, &n, 2) + 1, from = take_number(&p, &n, 2) % count;
    uint32_t *all = mem_alloc(count * sizeof *all), *rest = mem_alloc(count * sizeof *all);
    struct rice_run r;
    struct buf again = {0};
    if (rice_run_open(&r, p, p + n, count) && rice_run_read(&r, 0, count, all)) {
        struct rice_run other;
        FUZZ_HOLDS(rice_run_open(&other, p, p + n, count));
        FUZZ_HOLDS(rice_run_read(&other, from, count - from, rest));
        FUZZ_HOLDS(!memcmp(rest, all + from, (count - from) * sizeof *all));
        bool ends = rice_run_ends(&r);
        rice_run_encode(all, count, &again);
        FUZZ_HOLDS(!ends || again.len <= n + 2);
        FUZZ_HOLDS(rice_run_open(&r, again.data, again.data + again.len, count));
        FUZZ_HOLDS(rice_run_read(&r, 0, count, rest) && rice_run_ends(&r));
        FUZZ_HOLDS(!memcmp(rest, all, count * sizeof *all));
    }
    buf_free(&again);
    free(all);
    free(rest);
}

static void check_pfor(const unsigned char *p, size_t n)
{
    uint32_t numbers[BLOCK_LEN], again[BLOCK_LEN];
    unsigned char bytes[PFOR_MAX_BYTES];
    unsigned count = take_number(&p, &n, 1) % BLOCK_LEN + 1;
    const unsigned char *end = pfor_decode(p, p + n, count, numbers);
    if (!end)
        return;
    FUZZ_HOLDS(pfor_skip(p, p + n, count) == end);
    size_t len = pfor_encode(numbers, count, bytes);
    FUZZ_HOLDS(len <= (size_t)(end - p));
    FUZZ_HOLDS(pfor_decode(bytes, bytes + len, count, again) == bytes + len);
    FUZZ_HOLDS(!memcmp(again, numbers, count * sizeof *numbers));
}

/* ---- kernels ---- */

static void compare_ones(const struct kernels *k, const unsigned char *p, size_t n, unsigned head)
{
    size_t wanted = head % 256 + 1;
    uint32_t *one = mem_alloc((wanted + ONES_SLACK) * sizeof *one);
    uint32_t *other = mem_alloc((wanted + ONES_SLACK) * sizeof *other);
    uint64_t a = head % 1000, b = a;
    size_t from = n ? head % (8 * n) : 0;
    size_t x = kernels_portable.find_ones(p, n, from, wanted, one);
    size_t y = k->find_ones(p, n, from, wanted, other);
    size_t least = x < wanted ? x : wanted;
    FUZZ_HOLDS((y < wanted ? y : wanted) == least);
    FUZZ_HOLDS(!memcmp(one, other, least * sizeof *one));
    FUZZ_HOLDS(kernels_portable.skip_ones(p, n, &a) == k->skip_ones(p, n, &b) && a == b);
    unsigned skip = n >= 8 ? (head >> 8) % 64 : 0;
    if (n >= 8 && skip <= (unsigned)__builtin_popcountll(load_u64(p))) {
        x = kernels_portable.pick_ones(p, n, skip, wanted, one);
        FUZZ_HOLDS(k->pick_ones(p, n, skip, wanted, other) == x);
        FUZZ_HOLDS(!memcmp(one, other, x * sizeof *one));
    }
    free(one);
    free(other);
}

static void compare_places(const struct kernels *k, const unsigned char *p, size_t n, unsigned head)
{
    uint32_t numbers[BLOCK_LEN], one[BLOCK_LEN], other[BLOCK_LEN], at = head;
    for (size_t i = 0; i < BLOCK_LEN; i++)
        numbers[i] = at += p[i % n] + 1u;
    uint32_t x, y;
    unsigned found = kernels_portable.bit_places(p, n, head, at, numbers, BLOCK_LEN, 7, one, &x);
    FUZZ_HOLDS(k->bit_places(p, n, head, at, numbers, BLOCK_LEN, 7, other, &y) == found && x == y);
    FUZZ_HOLDS(!memcmp(one, other, sizeof one));
}

static void compare_unpacked(const struct kernels *k, const unsigned char *p, size_t n)
{
    uint32_t one[BLOCK_LEN], other[BLOCK_LEN];
    for (unsigned width = 0; width <= 32 && 16 * width <= n; width++) {
        const unsigned char *end = p + n - 16 * width;
        kernels_portable.unpack(end, width, one);
        k->unpack(end, width, other);
        FUZZ_HOLDS(!memcmp(one, other, sizeof one));
    }
}

static void check_kernels(const unsigned char *p, size_t n)
{
    const struct kernels *sets[] = {kernels_sse41(), kernels_avx2(), kernels_avx512()};
    unsigned head = take_number(&p, &n, 2);
    for (size_t i = 0; i < sizeof sets / sizeof *sets && n; i++) {
        if (!sets[i])
            continue;
        compare_ones(sets[i], p, n, head);
        compare_places(sets[i], p, n, head);
        compare_unpacked(sets[i], p, n);
    }
}

static void run_codec(const unsigned char *p, size_t n, const void *arg)
{
    static void (*const checks[])(const unsigned char *, size_t) = {check_postblock, check_run,
                                                                    check_pfor, check_kernels};
    (void)arg;
    if (!n)
        return;
    unsigned char *exact = mem_dup(p + 1, n - 1);
    checks[*p % 4](exact, n - 1);
    free(exact);
}

/* ---- lists ---- */

struct list {
    struct frame postings, positions;
    struct postings p;
};

/* df, cf, number of articles; then the section of postings and that of positions. */
static bool open_list(struct list *l, const unsigned char *p, size_t n)
{
    static const unsigned char id[FRAME_ID_BYTES];
    struct term_info info = {.df = take_number(&p, &n, 3) + 1};
    struct section sections[FRAME_MAX_SECTIONS];
    struct error err;
    info.cf = (uint64_t)info.df + take_number(&p, &n, 4) % MAX_SEGMENT_TOKENS;
    uint32_t docs = take_number(&p, &n, 4);
    info.single_doc = info.df > 1 ? 0 : docs / 2;
    if (fuzz_sections(p, n, sections) < 2)
        return false;
    info.postings_bytes = sections[0].len;
    info.positions_bytes = sections[1].len;
    const uint32_t kinds[] = {FRAME_KIND('P', 'O', 'S', 'T'), FRAME_KIND('P', 'O', 'S', 'N')};
    memory_file_put_framed("postings", kinds[0], id, &sections[0], 1, NULL);
    memory_file_put_framed("positions", kinds[1], id, &sections[1], 1, NULL);
    FUZZ_HOLDS(!frame_open(&l->postings, MEMORY_DIR "/postings", kinds[0], &err));
    FUZZ_HOLDS(!frame_open(&l->positions, MEMORY_DIR "/positions", kinds[1], &err));
    return !postings_open(&l->p, &l->postings, &l->positions, &info, docs, &err);
}

static void seek_in(const struct postings *p, uint32_t from)
{
    for (uint32_t doc = 0; doc < UINT32_MAX / 2; doc = doc * 2 + 1) {
        uint32_t block = postings_seek(p, from, doc);
        FUZZ_HOLDS(block <= p->blocks);
        if (block < p->blocks && p->blocks > 1)
            postings_impact(p, block);
    }
}

static void look_up_bits(const struct postings *p, uint32_t block, const struct posting_block *b)
{
    struct postblock code;
    struct error err;
    uint32_t places[BLOCK_LEN];
    unsigned found;
    if (p->info.df == 1 || postings_open_block(p, block, &code, &err) ||
        !postings_is_bitset(p, &code) ||
        postings_places_of(p, block, &code, b->docs, b->n, places, &found, &err))
        return;
    FUZZ_HOLDS(found == b->n);
    for (unsigned i = 0; i < b->n; i++)
        FUZZ_HOLDS(places[i] == block * BLOCK_LEN + i);
}

/* Sums are those of the frequencies. */
static void add_up(const struct postings *p, uint32_t block, const uint32_t *tf)
{
    struct postblock code;
    struct error err;
    uint32_t starts[BLOCK_LEN + 1];
    if (p->info.df == 1 || postings_open_block(p, block, &code, &err) ||
        postings_starts_of(p, &code, starts, &err))
        return;
    for (unsigned i = 0; i < code.n; i++)
        FUZZ_HOLDS(starts[i + 1] - starts[i] == tf[i]);
}

/* One article at a time gives the positions that all at once give. */
static void compare_positions(const struct postings *p, uint32_t block, const uint32_t *tf)
{
    struct position_block all = {0}, each = {0};
    struct error err;
    uint32_t limits[BLOCK_LEN], counts[BLOCK_LEN], count;
    const uint32_t *positions;
    if (!postings_read_positions(p, block, tf, &all, &err) &&
        !postings_find_positions(p, block, tf, &each, &err)) {
        for (unsigned i = 0; i < postings_block_len(p, block); i++) {
            FUZZ_HOLDS(!postings_article_positions(p, &each, i, &positions, &count, &err));
            FUZZ_HOLDS(count == tf[i] && !memcmp(positions, all.positions + all.starts[i],
                                                 count * sizeof *positions));
        }
    }
    for (unsigned i = 0; i < BLOCK_LEN; i++)
        limits[i] = 100;
    if (!postings_count_below(p, block, tf, limits, &each, counts, &err))
        for (unsigned i = 0; i < postings_block_len(p, block); i++)
            FUZZ_HOLDS(counts[i] <= tf[i]);
    position_block_free(&all);
    position_block_free(&each);
}

static void read_block(const struct postings *p, uint32_t block)
{
    struct posting_block b;
    struct error err;
    uint32_t tf[BLOCK_LEN];
    if (!postings_read_docs(p, block, &b, &err)) {
        for (unsigned i = 0; i < b.n; i++)
            FUZZ_HOLDS(b.docs[i] < p->doc_limit && (!i || b.docs[i] > b.docs[i - 1]));
        FUZZ_HOLDS(posting_block_seek(&b, b.docs[b.n - 1]) == b.n - 1);
        look_up_bits(p, block, &b);
    }
    if (!postings_read_tf(p, block, tf, &err)) {
        add_up(p, block, tf);
        compare_positions(p, block, tf);
    }
}

static void run_postings(const unsigned char *p, size_t n, const void *arg)
{
    struct list l = {0};
    (void)arg;
    if (open_list(&l, p, n)) {
        for (uint32_t block = 0; block < l.p.blocks; block++) {
            read_block(&l.p, block);
            if (block % 16 == 0)
                seek_in(&l.p, block);
        }
    }
    frame_close(&l.postings);
    frame_close(&l.positions);
}

const struct fuzz_target codec_targets[] = {
    {"codec", run_codec, NULL, NULL},
    {"postings", run_postings, NULL, memory_files_install},
    {0},
};
