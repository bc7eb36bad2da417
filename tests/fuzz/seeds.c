/*
 * seeds.c - what the fuzzer starts from in targets of the index, by the writers
 * of the index: fuzz-seeds DIRECTORY writes DIRECTORY/TARGET/seed-...
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/mem.h"
#include "common/codec/pfor.h"
#include "common/codec/postblock.h"
#include "common/codec/rice.h"
#include "common/codec/rice_run.h"
#include "common/index/lists.h"
#include "common/index/snapshot.h"
#include "tests/fuzz/base_index.h"
#include "tests/fuzz/target.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

static const char *directory;

static void write_seed(const char *target, const char *name, const struct buf *bytes)
{
    char *dir = scratch_path(directory, target);
    mkdir(dir, 0777);
    struct buf file = {0};
    buf_printf(&file, "%s/seed-%s", dir, name);
    scratch_write(buf_text(&file), bytes->data, bytes->len);
    buf_free(&file);
    free(dir);
}

static void add_sections(const struct loose_frame *f, struct buf *out)
{
    for (unsigned i = 0; i < f->count; i++) {
        if (i)
            buf_add(out, FUZZ_BETWEEN, sizeof FUZZ_BETWEEN - 1);
        buf_add(out, f->sections[i].data, f->sections[i].len);
    }
}

/* ---- files of the index ---- */

static void write_file(const char *target, const char *head, size_t head_len, unsigned which)
{
    struct buf bytes = {0};
    buf_add(&bytes, head, head_len);
    add_sections(base_file(which), &bytes);
    write_seed(target, base_file_name(which), &bytes);
    buf_free(&bytes);
}

static void write_files(void)
{
    static const struct {
        const char *target, *head;
        size_t head_len;
    } of[BASE_FILES] = {
        [FILE_TERMS] = {"dictionary", "", 0},    [FILE_FORMS] = {"forms", "\0\3", 2},
        [FILE_COLUMNS] = {"columns", "", 0},     [FILE_TEXT] = {"text", "", 0},
        [FILE_SKETCHES] = {"sketches", "", 0},   [SEGMENT_FILES] = {"deletes", "\214", 1},
        [SEGMENT_FILES + 1] = {"copies", "", 0}, [SEGMENT_FILES + 2] = {"manifest", "", 0},
    };
    for (unsigned which = 0; which < BASE_FILES; which++) {
        const char head[] = {(char)which, (char)(which * 3)};
        write_file("segment", head, 2, which);
        if (of[which].target)
            write_file(of[which].target, of[which].head, of[which].head_len, which);
    }
}

static void write_record(void)
{
    struct snapshot s;
    struct article_reader r;
    struct arena arena = {0};
    struct article a;
    struct error err;
    FUZZ_HOLDS(!snapshot_open(&s, MEMORY_DIR, &err));
    article_reader_init(&r, &s);
    FUZZ_HOLDS(!article_read(&r, s.bases[1], &arena, &a, &err));
    write_seed("record", "articles", &r.block);
    article_reader_free(&r);
    snapshot_close(&s);
    arena_free(&arena);
}

static void write_frame(void)
{
    static const unsigned char id[FRAME_ID_BYTES] = "sixteen byte id";
    const struct section sections[] = {{(const unsigned char *)"abc", 3},
                                       {(const unsigned char *)"a second section", 16}};
    struct frame f;
    struct error err;
    const uint32_t kind = FRAME_KIND('T', 'E', 'S', 'T');
    memory_file_put_framed("f", kind, id, sections, 2, NULL);
    FUZZ_HOLDS(!frame_open(&f, MEMORY_DIR "/f", kind, &err));
    const struct buf bytes = {.data = mem_dup(f.map, f.len), .len = f.len};
    write_seed("frame", "two-sections", &bytes);
    free(bytes.data);
    frame_close(&f);
}

static void write_lists(void)
{
    const struct lists_settings settings = {.docs = 3,
                                            .tokens = 120,
                                            .lead_tokens = 60,
                                            .k1 = 1.2,
                                            .b = 0.75,
                                            .threshold = 0.4,
                                            .n = 5,
                                            .terms = 85,
                                            .feedback = true};
    struct lists_writer w;
    struct buf bytes = {0};
    lists_writer_init(&w, &settings, "rules");
    for (unsigned i = 0; i < 3; i++) {
        const char id[] = {(char)('a' + i), '-', '1', 0};
        lists_writer_add_article(&w, id, 3, 1000 + i,
                                 &(struct lists_article){900, i == 1, LISTS_NONE, 1.5f});
        lists_writer_add_item(&w, &(struct lists_item){(i + 1) % 3, 640, 0});
        lists_writer_add_learned(&w, &(struct lists_item){(i + 2) % 3, 320, 0});
    }
    lists_writer_add_term(&w, "ash", 3, 2);
    lists_writer_add_term(&w, "cloud", 5, 3);
    struct loose_frame f = {.count = 10};
    memcpy(f.sections, w.sections, sizeof w.sections);
    add_sections(&f, &bytes);
    write_seed("lists", "three-articles", &bytes);
    buf_free(&bytes);
    lists_writer_free(&w);
}

/* ---- lists and blocks ---- */

static void add_number(struct buf *out, uint64_t v, unsigned bytes)
{
    for (; bytes; bytes--, v >>= 8)
        buf_putc(out, (int)(v & 255));
}

static void write_list(const struct segment *s, const char *term)
{
    struct term_info info;
    struct error err;
    struct buf bytes = {0};
    FUZZ_HOLDS(!dictionary_find(&s->dictionary, term, strlen(term), &info, &err));
    add_number(&bytes, info.df - 1, 3);
    add_number(&bytes, info.cf - info.df, 4);
    add_number(&bytes, s->entry.docs, 4);
    buf_add(&bytes, s->postings.sections[0].p + info.postings_at, info.postings_bytes);
    buf_add(&bytes, FUZZ_BETWEEN, sizeof FUZZ_BETWEEN - 1);
    buf_add(&bytes, s->positions.sections[0].p + info.positions_at, info.positions_bytes);
    write_seed("postings", term, &bytes);
    buf_free(&bytes);
}

/* Lists of one article, of one block, of several, of more than a group's. */
static void write_lists_of_terms(void)
{
    struct snapshot s;
    struct error err;
    char *dir = scratch_new();
    small_index_make(dir, NULL);
    FUZZ_HOLDS(!snapshot_open(&s, dir, &err));
    static const char *const terms[] = {"common", "q7", "m3", "only00016", "once00001", "long"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        write_list(&s.segments[0], terms[i]);
    snapshot_close(&s);
    scratch_free(dir);
}

/* Numbers of a block in each coding, behind what run_codec wants to know. */
static void write_postblock(const char *name, const uint32_t *docs, const uint32_t *tf, unsigned n)
{
    struct buf bytes = {0};
    struct postblock_plan plan = postblock_plan(-1, docs, tf, n);
    buf_putc(&bytes, 0);
    add_number(&bytes, n - 1, 1);
    add_number(&bytes, 0, 4);
    buf_reserve(&bytes, plan.bytes + RICE_SLACK);
    postblock_encode(&plan, -1, docs, tf, n, bytes.data + bytes.len);
    bytes.len += plan.bytes;
    write_seed("codec", name, &bytes);
    buf_free(&bytes);
}

static void write_run(const char *name, const uint32_t *numbers, unsigned n)
{
    struct buf bytes = {0};
    buf_putc(&bytes, 1);
    add_number(&bytes, n - 1, 2);
    add_number(&bytes, n / 2, 2);
    rice_run_encode(numbers, n, &bytes);
    write_seed("codec", name, &bytes);
    buf_free(&bytes);
}

/* For the kernels, the same bytes again. */
static void write_pfor(const char *name, const char *kernels, const uint32_t *numbers, unsigned n)
{
    unsigned char packed[PFOR_MAX_BYTES];
    struct buf bytes = {0};
    buf_putc(&bytes, 2);
    add_number(&bytes, n - 1, 1);
    buf_add(&bytes, packed, pfor_encode(numbers, n, packed));
    write_seed("codec", name, &bytes);
    bytes.data[0] = 3;
    write_seed("codec", kernels, &bytes);
    buf_free(&bytes);
}

static void write_blocks(void)
{
    uint32_t docs[BLOCK_LEN], tf[BLOCK_LEN], doc = UINT32_MAX; /* one before 0 */
    uint64_t state = RANDOM_SEED;
    for (unsigned i = 0; i < BLOCK_LEN; i++) {
        docs[i] = doc += 1 + random32(&state) % 300;
        tf[i] = 1 + (random32(&state) % 8 ? 0 : random32(&state) % 20);
    }
    write_postblock("block", docs, tf, BLOCK_LEN);
    write_postblock("short-block", docs, tf, 7);
    write_run("run", tf, BLOCK_LEN);
    write_pfor("pfor", "kernels", tf, BLOCK_LEN);
    write_pfor("short-pfor", "short-kernels", tf, 7);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return fprintf(stderr, "usage: fuzz-seeds DIRECTORY\n"), 2;
    directory = argv[1];
    mkdir(directory, 0777);
    base_index_start();
    write_files();
    write_record();
    write_frame();
    write_lists();
    write_lists_of_terms();
    write_blocks();
    return 0;
}
