/*
 * decoders.c - random lists through every layer of the codec and back:
 *
 *     decoders SEED LISTS
 *
 * Each list is written and read again by postings_write.h and postings.h, block
 * by block and looked up; and its gaps and frequencies by each layer below
 * alone (postblock.h, rice_run.h, pfor.h, bitpack.h). All of it is done with
 * each set of kernels that the processor has, which this program forces on the
 * codec: it is linked with --wrap=kernels_best.
 *
 * Prints "lists N, empty N, postings N, crc X, kernels N", X being the checksum of all that
 * was encoded: on every machine the same for a seed. Ends with a line on standard
 * error and status 1 at the first difference.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/mem.h"
#include "common/codec/kernels.h"
#include "common/codec/pfor.h"
#include "common/codec/postblock.h"
#include "common/codec/rice.h"
#include "common/codec/rice_run.h"
#include "common/index/postings.h"
#include "common/index/postings_write.h"
#include "common/io/crc32c.h"
#include "tests/unit/random.h"

#define MOST_LENGTH    100000
#define MOST_POSITIONS (1 << 20) /* of a list */

static uint64_t state;
static uint64_t list_number;
static uint32_t encoded; /* checksum */
static const struct kernels *forced;

const struct kernels *__wrap_kernels_best(void);

const struct kernels *__wrap_kernels_best(void)
{
    return forced;
}

static void hold(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "list %" PRIu64 ", kernels %s: %s\n", list_number, forced->name, what);
    exit(1);
}

static uint32_t below(uint32_t n)
{
    return random32(&state) % n;
}

/* ---- lists ---- */

/* What was encoded: articles, how often each has the term, and where. */
struct list {
    uint32_t n;
    uint32_t docs[MOST_LENGTH], tf[MOST_LENGTH];
    uint32_t starts[MOST_LENGTH + 1]; /* in positions */
    uint32_t positions[MOST_POSITIONS];
};

/* Most lists are short, a few as long as they may be. */
static uint32_t choose_length(void)
{
    static const struct {
        uint32_t share, most; /* of ten thousand; articles */
    } kinds[] = {{100, 1}, {5000, 10}, {4000, 300}, {850, 3000}, {48, 20000}, {2, MOST_LENGTH}};
    uint32_t dice = below(10000);
    size_t kind = 0;
    while (dice >= kinds[kind].share)
        dice -= kinds[kind++].share;
    return kind ? 1 + below(kinds[kind].most) : 0;
}

static uint32_t random_bits(unsigned bits)
{
    return bits ? random32(&state) >> (32 - bits) : 0;
}

/* Gaps of one width, of mixed ones, all of them 0, or now and then one that
 * takes the rest of 2^32. */
static void fill_docs(struct list *l)
{
    uint32_t doc = UINT32_MAX; /* one before 0 */
    unsigned width = below(33), kind = below(4);
    for (uint32_t i = 0; i < l->n; i++) {
        uint32_t room = UINT32_MAX - 1 - (doc + 1) - (l->n - 1 - i);
        unsigned bits = kind == 0 ? 0 : kind == 1 ? width : below(width + 1);
        uint32_t gap = kind == 3 && !below(l->n) ? room : random_bits(bits);
        doc += 1 + (gap < room ? gap : room);
        l->docs[i] = doc;
    }
}

/* Frequencies are all 1, or as small as most are, or as high as the room is. */
static void fill_positions(struct list *l)
{
    uint32_t used = 0, most = below(3) ? 4 : 60000;
    bool once = !below(3);
    for (uint32_t i = 0; i < l->n; i++) {
        uint32_t room = (MOST_POSITIONS - used) / (l->n - i), position = 0;
        uint32_t tf = once ? 1 : 1 + random_bits(below(17)) % most;
        l->tf[i] = tf < room ? tf : room;
        l->starts[i] = used;
        unsigned gap_bits = below(6);
        for (uint32_t k = 0; k < l->tf[i]; k++) {
            position += (k > 0) + random_bits(gap_bits);
            l->positions[used++] = position;
        }
    }
    l->starts[l->n] = used;
}

/* ---- layers ---- */

static void same(const uint32_t *got, const uint32_t *wanted, size_t n, const char *what)
{
    hold(!n || !memcmp(got, wanted, n * sizeof *got), what);
}

static void check_postblock(const struct list *l, uint32_t from, unsigned n)
{
    uint32_t got[BLOCK_LEN];
    struct postblock b;
    int64_t base = from ? (int64_t)l->docs[from - 1] : -1;
    struct postblock_plan plan = postblock_plan(base, l->docs + from, l->tf + from, n);
    unsigned char *bytes = mem_alloc(plan.bytes + RICE_SLACK);
    postblock_encode(&plan, base, l->docs + from, l->tf + from, n, bytes);
    hold(postblock_open(&b, bytes, bytes + plan.bytes, n), "a block does not open");
    hold(postblock_docs(&b, base, got), "a block's articles are refused");
    same(got, l->docs + from, n, "a block has other articles");
    hold(postblock_tf(&b, got), "a block's frequencies are refused");
    same(got, l->tf + from, n, "a block has other frequencies");
    free(bytes);
}

static void check_pfor(const uint32_t *numbers, unsigned n)
{
    uint32_t got[BLOCK_LEN];
    unsigned char bytes[PFOR_MAX_BYTES];
    size_t len = pfor_encode(numbers, n, bytes);
    unsigned char *exact = mem_dup(bytes, len);
    hold(pfor_decode(exact, exact + len, n, got) == exact + len, "pfor is refused");
    hold(pfor_skip(exact, exact + len, n) == exact + len, "pfor is not passed");
    same(got, numbers, n, "pfor has other numbers");
    free(exact);
}

static void check_bitpack(const uint32_t *numbers, unsigned n)
{
    uint32_t got[BLOCK_LEN], any = 0;
    for (unsigned i = 0; i < n; i++)
        any |= numbers[i];
    unsigned width = bit_width(any);
    unsigned char *bytes = mem_alloc(bitpack_bytes(n, width));
    bitpack_put(numbers, n, width, bytes);
    if (n == BLOCK_LEN)
        bitpack_unpack(bytes, width, got);
    else
        bitpack_unpack_run(bytes, n, width, got);
    same(got, numbers, n, "packed numbers are others");
    free(bytes);
}

/* Whole, and from somewhere in it on. */
static void check_rice_run(const uint32_t *numbers, uint32_t n, uint32_t *room)
{
    struct buf bytes = {0};
    struct rice_run r;
    uint32_t from = below(n), count = 1 + below(n - from);
    rice_run_encode(numbers, n, &bytes);
    unsigned char *exact = mem_dup(bytes.data, bytes.len);
    hold(rice_run_open(&r, exact, exact + bytes.len, n), "a run does not open");
    hold(rice_run_read(&r, from, count, room), "a part of a run is refused");
    same(room, numbers + from, count, "a part of a run has other numbers");
    hold(rice_run_read(&r, 0, n, room) && rice_run_ends(&r), "a run is refused");
    same(room, numbers, n, "a run has other numbers");
    free(exact);
    buf_free(&bytes);
}

static void check_layers(const struct list *l, uint32_t *room)
{
    for (uint32_t from = 0; from < l->n; from += BLOCK_LEN) {
        unsigned n = l->n - from < BLOCK_LEN ? l->n - from : BLOCK_LEN;
        check_postblock(l, from, n);
        check_pfor(l->tf + from, n);
        check_pfor(l->docs + from, n);
        check_bitpack(l->docs + from, n);
    }
    check_rice_run(l->tf, l->n, room);
}

/* ---- a list in a segment ---- */

struct written {
    struct frame postings, positions;
    struct term_info info;
};

/* In exactly its bytes, all of them verified. */
static void make_frame(struct frame *f, const struct buf *bytes)
{
    size_t pages = (bytes->len >> FRAME_PAGE_BITS) + 2;
    *f = (struct frame){.len = bytes->len, .body_len = bytes->len, .section_count = 1};
    f->path = mem_strdup("memory");
    f->map = mem_dup(bytes->data, bytes->len);
    f->sections[0] = (struct section){f->map, bytes->len};
    f->verified = mem_alloc(pages);
    memset(f->verified, 1, pages);
}

static void free_frame(struct frame *f)
{
    free(f->path);
    free((void *)(uintptr_t)f->map);
    free(f->verified);
}

static void write_list(const struct list *l, const uint8_t *length_codes, struct written *w)
{
    struct postings_writer writer;
    struct buf postings = {0}, positions = {0};
    postings_writer_init(&writer, length_codes);
    for (uint32_t i = 0; i < l->n; i++)
        postings_writer_add(&writer, l->docs[i], l->positions + l->starts[i], l->tf[i]);
    postings_writer_finish(&writer, &postings, &positions, &w->info);
    encoded = crc32c(encoded, postings.data, postings.len);
    encoded = crc32c(encoded, positions.data, positions.len);
    make_frame(&w->postings, &postings);
    make_frame(&w->positions, &positions);
    postings_writer_free(&writer);
    buf_free(&postings);
    buf_free(&positions);
}

static void compare_starts(const struct list *l, const struct postings *p,
                           const struct postblock *code, uint32_t from)
{
    uint32_t starts[BLOCK_LEN + 1];
    struct error err;
    hold(!postings_starts_of(p, code, starts, &err), "sums of frequencies are refused");
    for (unsigned i = 0; i <= code->n; i++)
        hold(starts[i] == l->starts[from + i] - l->starts[from], "other sums of frequencies");
}

static void compare_block(const struct list *l, const struct postings *p, uint32_t block,
                          struct position_block *room)
{
    struct posting_block b;
    struct postblock code;
    struct error err;
    unsigned found;
    uint32_t tf[BLOCK_LEN], from = block * BLOCK_LEN, first = l->starts[from];
    hold(!postings_read_docs(p, block, &b, &err) && b.n == postings_block_len(p, block),
         "articles are refused");
    same(b.docs, l->docs + from, b.n, "other articles");
    hold(!postings_read_tf(p, block, tf, &err), "frequencies are refused");
    same(tf, l->tf + from, b.n, "other frequencies");
    hold(!postings_read_positions(p, block, tf, room, &err), "positions are refused");
    same(room->positions, l->positions + first, l->starts[from + b.n] - first, "other positions");
    if (p->info.df == 1)
        return;
    hold(!postings_open_block(p, block, &code, &err), "a block does not open");
    if (postings_is_bitset(p, &code)) {
        hold(!postings_places_of(p, block, &code, l->docs + from, b.n, tf, &found, &err) &&
                 found == b.n,
             "a bitset is refused");
        for (unsigned i = 0; i < b.n; i++)
            hold(tf[i] == from + i, "a bitset has an article elsewhere");
    }
    compare_starts(l, p, &code, from);
}

/* Some articles, looked up from anywhere before them. */
static void seek_some(const struct list *l, const struct postings *p)
{
    for (int i = 0; i < 8; i++) {
        uint32_t at = below(l->n), block = at / BLOCK_LEN;
        uint32_t doc = l->docs[at], from = below(block + 1);
        uint32_t found = postings_seek(p, from, doc);
        hold(p->blocks == 1 || found == block, "an article is found in another block");
    }
}

static void compare_list(const struct list *l, const struct written *w)
{
    struct postings p;
    struct position_block room = {0};
    struct error err;
    hold(w->info.df == l->n && w->info.cf == l->starts[l->n], "other counts");
    hold(!postings_open(&p, &w->postings, &w->positions, &w->info, UINT32_MAX, &err),
         "a list does not open");
    for (uint32_t block = 0; block < p.blocks; block++)
        compare_block(l, &p, block, &room);
    seek_some(l, &p);
    position_block_free(&room);
}

/* There is no empty list: one that claims to be is damage. */
static void refuse_empty(void)
{
    struct written w = {0};
    struct postings p;
    struct error err;
    const struct buf nothing = {0};
    make_frame(&w.postings, &nothing);
    make_frame(&w.positions, &nothing);
    hold(postings_open(&p, &w.postings, &w.positions, &w.info, UINT32_MAX, &err) == BF_ERR_DAMAGED,
         "an empty list is taken");
    free_frame(&w.postings);
    free_frame(&w.positions);
}

/* ---- all lists ---- */

#define MOST_SETS 4

static size_t kernel_sets(const struct kernels *sets[MOST_SETS])
{
    const struct kernels *all[MOST_SETS] = {&kernels_portable, kernels_sse41(), kernels_avx2(),
                                            kernels_avx512()};
    size_t count = 0;
    for (size_t i = 0; i < MOST_SETS; i++)
        if (all[i])
            sets[count++] = all[i];
    return count;
}

static void check_list(struct list *l, const uint8_t *length_codes, uint32_t *room)
{
    const struct kernels *sets[MOST_SETS];
    struct written w;
    size_t count = kernel_sets(sets);
    uint64_t after;
    fill_docs(l);
    fill_positions(l);
    forced = &kernels_portable;
    write_list(l, length_codes, &w);
    after = state;
    for (size_t i = 0; i < count; i++) {
        forced = sets[i];
        state = after; /* the lists do not depend on how many sets there are */
        compare_list(l, &w);
        check_layers(l, room);
    }
    free_frame(&w.postings);
    free_frame(&w.positions);
}

/* A length for every article there can be: zeros, which take no memory. */
static const uint8_t *all_lengths(void)
{
    void *p =
        mmap(NULL, (size_t)1 << 32, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
    return p;
}

int main(int argc, char **argv)
{
    const struct kernels *sets[MOST_SETS];
    uint64_t lists = argc == 3 ? strtoull(argv[2], NULL, 10) : 0, postings = 0, empty = 0;
    if (!lists)
        return fprintf(stderr, "usage: decoders SEED LISTS\n"), 2;
    state = RANDOM_SEED ^ strtoull(argv[1], NULL, 10) << 20;
    forced = &kernels_portable;
    const uint8_t *length_codes = all_lengths();
    struct list *l = mem_alloc(sizeof *l);
    uint32_t *room = mem_alloc(MOST_LENGTH * sizeof *room);
    for (; list_number < lists; list_number++, postings += l->n) {
        l->n = choose_length();
        empty += !l->n;
        if (l->n)
            check_list(l, length_codes, room);
        else
            refuse_empty();
    }
    printf("lists %" PRIu64 ", empty %" PRIu64 ", postings %" PRIu64 ", crc %08" PRIx32
           ", kernels %zu\n",
           lists, empty, postings, encoded, kernel_sets(sets));
    free(l);
    free(room);
    return 0;
}
