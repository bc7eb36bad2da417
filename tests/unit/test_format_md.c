/*
 * test_format_md.c - FORMAT.md is executable: every worked example in it is
 * what the code writes, or reads, and every number in its tables is the code's.
 *
 * Examples stand in fenced blocks: ```hex NAME. A line is bytes in hex, one
 * blank between them; two blanks end them, and a remark may follow.
 */
#include "tests/unit/test.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/codec/bitpack.h"
#include "common/codec/pfor.h"
#include "common/codec/postblock.h"
#include "common/codec/rice_run.h"
#include "common/index/columns_write.h"
#include "common/index/copies.h"
#include "common/index/lists.h"
#include "common/index/deletes.h"
#include "common/index/dictionary_write.h"
#include "common/index/forms_write.h"
#include "common/index/length.h"
#include "common/index/limits.h"
#include "common/index/manifest.h"
#include "common/index/postings_write.h"
#include "common/index/record.h"
#include "common/index/sketch.h"
#include "common/index/textfile.h"
#include "common/io/crc32c.h"
#include "common/io/frame_write.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

#define FORMAT_MD "common/index/FORMAT.md"
#define LIMITS_H  "common/index/limits.h"

/* ---- reading the document ---- */

static struct buf document;

/* Where the examples stand that a test has read, each once. */
static const char *used[64];
static size_t used_count;

static void note_use(const char *block)
{
    for (size_t i = 0; i < used_count; i++)
        if (used[i] == block)
            return;
    assert_true(used_count < sizeof used / sizeof *used);
    used[used_count++] = block;
}

static int read_document(void **state)
{
    (void)state;
    scratch_read(FORMAT_MD, &document);
    buf_text(&document);
    return 0;
}

static int free_document(void **state)
{
    (void)state;
    buf_free(&document);
    return 0;
}

/* The first line of a fenced block. */
static const char *find_block(const char *kind, const char *name)
{
    char fence[80];
    snprintf(fence, sizeof fence, "\n```%s %s\n", kind, name);
    const char *at = strstr((const char *)document.data, fence);
    if (!at)
        fail_msg("FORMAT.md has no example \"%s\"", name);
    return at + strlen(fence);
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    assert_non_null(end);
    return end + 1;
}

static bool in_block(const char *line)
{
    return strncmp(line, "```", 3) != 0;
}

static void take_hex_line(const char *line, struct buf *out)
{
    while (isxdigit((unsigned char)line[0]) && isxdigit((unsigned char)line[1])) {
        char digits[] = {line[0], line[1], '\0'};
        buf_putc(out, (int)strtol(digits, NULL, 16));
        line += 2;
        if (line[0] == ' ' && line[1] != ' ')
            line++;
    }
}

/* The bytes of an example, in exactly as much heap. The caller frees. */
static unsigned char *example(const char *name, size_t *n)
{
    struct buf bytes = {0};
    const char *line = find_block("hex", name);
    note_use(line);
    for (; in_block(line); line = next_line(line))
        take_hex_line(line, &bytes);
    *n = bytes.len;
    unsigned char *exact = exact_copy(bytes.data, bytes.len);
    buf_free(&bytes);
    return exact;
}

static void show(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "%02x%s", p[i], i % 16 == 15 || i + 1 == n ? "\n" : " ");
}

/* What the code wrote is the example. */
static void assert_example(const char *name, const void *p, size_t n)
{
    size_t expected_n;
    unsigned char *expected = example(name, &expected_n);
    bool same = expected_n == n && !memcmp(expected, p, n);
    free(expected);
    if (same)
        return;
    fprintf(stderr, "the code writes for example \"%s\":\n", name);
    show(p, n);
    fail();
}

/* ---- integers and hashes ---- */

static void varints(void **unused)
{
    (void)unused;
    const uint64_t values[] = {0, 127, 128, 300, UINT32_MAX, UINT64_MAX};
    struct buf out = {0};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        buf_varint(&out, values[i]);
    assert_example("varint", out.data, out.len);
    struct bytes in = bytes_of(out.data, out.len);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        uint64_t back;
        assert_true(take_varint(&in, &back) && back == values[i]);
    }
    buf_free(&out);
}

static void checksums_and_hashes(void **unused)
{
    (void)unused;
    struct buf out = {0};
    buf_u32(&out, crc32c(0, "123456789", 9));
    buf_u64(&out, hash64("", 0, 0));
    buf_u64(&out, hash64("123456789", 9, 0));
    assert_example("checksum-and-hash", out.data, out.len);
    buf_free(&out);
}

/* ---- frame and manifest ---- */

static void a_whole_file(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *path = scratch_path(dir, "file");
    struct loose_frame f = {.kind = FRAME_KIND('T', 'E', 'S', 'T'), .count = 2};
    struct file_entry entry;
    struct buf file = {0};
    struct frame frame;
    struct error err;
    memcpy(f.id, "sixteen bytes id", sizeof f.id);
    buf_puts(&f.sections[0], "abc");
    buf_puts(&f.sections[1], "a second section");
    loose_write(&f, path, &entry);
    scratch_read(path, &file);
    assert_example("frame", file.data, file.len);
    size_t n;
    unsigned char *bytes = example("frame", &n);
    scratch_write(path, bytes, n);
    assert_int_equal(frame_open(&frame, path, f.kind, &err), BF_OK);
    assert_int_equal(frame_verify(&frame, &err), BF_OK);
    assert_memory_equal(frame.sections[0].p, "abc", 3);
    frame_close(&frame);
    loose_free(&f);
    buf_free(&file);
    free(bytes);
    free(path);
    scratch_free(dir);
}

static void a_manifest(void **unused)
{
    (void)unused;
    struct segment_entry segment = {.number = 2,
                                    .id = "sixteen bytes id",
                                    .docs = 3,
                                    .terms = 5,
                                    .tokens = 420,
                                    .lead_tokens = 315,
                                    .deletes_generation = 7,
                                    .deletes_file = {204, 0xd0d1d2d3},
                                    .deleted_docs = 1,
                                    .deleted_tokens = 130,
                                    .deleted_lead_tokens = 105};
    for (uint32_t i = 0; i < SEGMENT_FILES; i++)
        segment.files[i] = (struct file_entry){0x1000 + i, 0xc0c1c2c0 + i};
    char language[] = "english", fingerprint[] = "rules 1";
    struct manifest m = {.generation = 7,
                         .next_segment = 3,
                         .language = language,
                         .fingerprint = fingerprint,
                         .without_text = true,
                         .copies_generation = 6,
                         .copies_file = {184, 0xe0e1e2e3},
                         .segments = &segment,
                         .segment_count = 1};
    struct manifest back;
    struct buf out = {0};
    manifest_encode(&m, &out);
    assert_example("manifest", out.data, out.len);
    assert_int_equal(manifest_decode(out.data, out.len, &back), BF_OK);
    manifest_free(&back);
    buf_free(&out);
}

/* ---- codecs ---- */

static void packed_integers(void **unused)
{
    (void)unused;
    const uint32_t run[] = {1, 2, 3, 4, 5};
    uint32_t block[BLOCK_LEN], back[BLOCK_LEN];
    unsigned char out[16 * 3];
    bitpack_pack_run(run, 5, 3, out);
    assert_example("packed-run", out, bitpack_bytes(5, 3));
    for (unsigned i = 0; i < BLOCK_LEN; i++)
        block[i] = i % 8;
    bitpack_pack(block, 3, out);
    assert_example("packed-block", out, sizeof out);
    bitpack_unpack(out, 3, back);
    assert_memory_equal(block, back, sizeof block);
}

static void a_pfor_block(void **unused)
{
    (void)unused;
    const uint32_t in[] = {1, 0, 2, 1, 3, 0, 1, 900, 2, 1, 0, 3, 1, 2, 0, 1};
    unsigned char out[PFOR_MAX_BYTES];
    uint32_t back[BLOCK_LEN];
    size_t n = pfor_encode(in, 16, out);
    assert_example("pfor", out, n);
    unsigned char *bytes = example("pfor", &n);
    assert_ptr_equal(pfor_decode(bytes, bytes + n, 16, back), bytes + n);
    assert_memory_equal(in, back, sizeof in);
    free(bytes);
}

static void a_rice_run(void **unused)
{
    (void)unused;
    const uint32_t in[] = {5, 0, 9, 2, 31, 4, 0};
    uint32_t back[7];
    struct buf out = {0};
    struct rice_run r;
    rice_run_encode(in, 7, &out);
    assert_example("rice-run", out.data, out.len);
    size_t n;
    unsigned char *bytes = example("rice-run", &n);
    assert_true(rice_run_open(&r, bytes, bytes + n, 7));
    assert_true(rice_run_read(&r, 0, 7, back) && rice_run_ends(&r));
    assert_memory_equal(in, back, sizeof in);
    free(bytes);
    buf_free(&out);
}

static void compare_block(const char *name, int64_t base, const uint32_t *docs, const uint32_t *tf,
                          unsigned n)
{
    unsigned char out[100];
    uint32_t docs_back[BLOCK_LEN], tf_back[BLOCK_LEN];
    struct postblock_plan plan = postblock_plan(base, docs, tf, n);
    struct postblock b;
    postblock_encode(&plan, base, docs, tf, n, out);
    assert_example(name, out, plan.bytes);
    size_t len;
    unsigned char *bytes = example(name, &len);
    assert_true(postblock_open(&b, bytes, bytes + len, n));
    assert_true(postblock_docs(&b, base, docs_back) && postblock_tf(&b, tf_back));
    assert_memory_equal(docs, docs_back, n * sizeof *docs);
    assert_memory_equal(tf, tf_back, n * sizeof *tf);
    free(bytes);
}

static void blocks_of_postings(void **unused)
{
    (void)unused;
    uint32_t many[BLOCK_LEN], once[BLOCK_LEN];
    compare_block("posting-block", 9, (const uint32_t[]){10, 12, 13, 40},
                  (const uint32_t[]){1, 3, 1, 1}, 4);
    for (unsigned i = 0; i < BLOCK_LEN; i++) {
        many[i] = i / 4 * 7 + (const unsigned[]){0, 2, 3, 6}[i % 4];
        once[i] = 1;
    }
    compare_block("posting-bitset", -1, many, once, BLOCK_LEN);
}

/* ---- lengths and impacts ---- */

static void the_length_table(void **unused)
{
    (void)unused;
    unsigned rows = 0, code;
    unsigned long length;
    const char *line = find_block("table", "length-codes");
    for (; in_block(line); line = next_line(line), rows++) {
        assert_int_equal(sscanf(line, "%u %lu", &code, &length), 2);
        assert_int_equal(length_decode(code), length);
        assert_int_equal(length_encode(length), code);
    }
    assert_true(rows >= 20);
    assert_int_equal(code, LENGTH_CODES - 1);
}

static void an_impact(void **unused)
{
    (void)unused;
    const uint32_t tf[] = {2, 40, 1};
    const uint8_t codes[] = {20, 200, 60};
    struct impact i = impact_of(tf, codes, 3);
    const unsigned char bytes[] = {i.high_tf, i.high_length, i.low_tf, i.low_length};
    assert_example("impact", bytes, sizeof bytes);
}

/* ---- lists ---- */

static void one_block(void **unused)
{
    (void)unused;
    const uint8_t codes[10] = {0, 0, 0, 47, 50, 0, 0, 0, 0, 97};
    struct postings_writer w;
    struct buf postings = {0}, positions = {0};
    struct term_info info;
    postings_writer_init(&w, codes);
    postings_writer_add(&w, 3, (const uint32_t[]){0, 20, 22}, 3);
    postings_writer_add(&w, 4, (const uint32_t[]){30}, 1);
    postings_writer_add(&w, 9, (const uint32_t[]){500, 501}, 2);
    postings_writer_finish(&w, &postings, &positions, &info);
    assert_example("postings-one-block", postings.data, postings.len);
    assert_example("positions", positions.data, positions.len);
    postings_writer_free(&w);
    buf_free(&postings);
    buf_free(&positions);
}

static void two_blocks(void **unused)
{
    (void)unused;
    uint8_t codes[130];
    struct postings_writer w;
    struct buf postings = {0}, positions = {0};
    struct term_info info;
    memset(codes, 33, sizeof codes);
    postings_writer_init(&w, codes);
    for (uint32_t doc = 0; doc < 130; doc++)
        postings_writer_add(&w, doc, (const uint32_t[]){3}, 1);
    postings_writer_finish(&w, &postings, &positions, &info);
    assert_example("postings-two-blocks", postings.data, postings.len);
    postings_writer_free(&w);
    buf_free(&postings);
    buf_free(&positions);
}

/* ---- dictionary ---- */

static void a_dictionary(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *path = scratch_path(dir, "terms");
    static const unsigned char id[FRAME_ID_BYTES];
    const uint32_t kind = FRAME_KIND('T', 'E', 'R', 'M');
    const struct term_info news = {.df = 1, .cf = 1, .single_doc = 300, .single_position = 4};
    const struct term_info newspaper = {.df = 1, .cf = 3, .single_doc = 2, .positions_bytes = 6};
    const struct term_info newt = {
        .df = 200, .cf = 210, .postings_bytes = 120, .positions_bytes = 150};
    struct frame_writer file;
    struct dictionary_writer w;
    struct file_entry entry;
    struct loose_frame f;
    struct error err;
    assert_int_equal(frame_writer_open(&file, path, kind, id, &err), BF_OK);
    dictionary_writer_init(&w, &file);
    dictionary_writer_add(&w, "news", 4, &news);
    dictionary_writer_add(&w, "newspaper", 9, &newspaper);
    dictionary_writer_add(&w, "newt", 4, &newt);
    dictionary_writer_finish(&w);
    dictionary_writer_free(&w);
    assert_int_equal(frame_writer_finish(&file, &entry.length, &entry.crc, &err), BF_OK);
    loose_read(&f, path, kind);
    assert_example("dictionary-entries", f.sections[0].data, f.sections[0].len);
    assert_example("dictionary-index", f.sections[1].data, f.sections[1].len);
    assert_example("dictionary-keys", f.sections[2].data, f.sections[2].len);
    assert_example("dictionary-count", f.sections[3].data, f.sections[3].len);
    loose_free(&f);
    free(path);
    scratch_free(dir);
}

static void some_forms(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *path = scratch_path(dir, "forms");
    static const unsigned char id[FRAME_ID_BYTES];
    const uint32_t kind = FRAME_KIND('F', 'O', 'R', 'M'), numbers[] = {0, 1, 0, 0, 1};
    const struct form house[] = {{"house", 5, 3}, {"houses", 6, 2}}, hurry = {"hurry", 5, 1};
    const struct form itself = {"hub", 3, 7};
    struct frame_writer file;
    struct forms_writer w;
    struct file_entry entry;
    struct loose_frame f;
    struct error err;
    assert_int_equal(frame_writer_open(&file, path, kind, id, &err), BF_OK);
    forms_writer_init(&w, &file);
    forms_writer_add(&w, 5, "hous", 4, 5, &(struct term_spellings){house, 2, numbers});
    forms_writer_add(&w, 6, "hub", 3, 7, &(struct term_spellings){&itself, 1, NULL});
    forms_writer_add(&w, 7, "hurri", 5, 1, &(struct term_spellings){&hurry, 1, NULL});
    forms_writer_finish(&w);
    forms_writer_free(&w);
    assert_int_equal(frame_writer_finish(&file, &entry.length, &entry.crc, &err), BF_OK);
    loose_read(&f, path, kind);
    assert_example("forms-entries", f.sections[0].data, f.sections[0].len);
    assert_example("forms-index", f.sections[1].data, f.sections[1].len);
    assert_example("forms-numbers", f.sections[2].data, f.sections[2].len);
    assert_example("forms-count", f.sections[3].data, f.sections[3].len);
    loose_free(&f);
    free(path);
    scratch_free(dir);
}

/* ---- articles ---- */

static void fill_article(struct article *a)
{
    article_init(a);
    a->id = "a-1";
    a->title = "Rain";
    a->body = "It rains.";
    a->body_len = 9;
    a->url = "https://n.example/1";
    a->category = "World";
    a->date = (struct date){1500000000, DATE_SECOND, true};
    a->updated = (struct date){1500086400, DATE_DAY, false};
    a->read_count = 300;
}

static void a_record(void **unused)
{
    (void)unused;
    struct article a, back;
    struct arena arena = {0};
    struct buf out = {0};
    fill_article(&a);
    record_encode(&a, &out);
    assert_example("record", out.data, out.len);
    size_t n;
    unsigned char *bytes = example("record", &n);
    struct bytes in = bytes_of(bytes, n);
    article_init(&back);
    assert_true(record_decode(&in, &arena, &back));
    assert_string_equal(back.body, "It rains.");
    assert_int_equal(back.updated.precision, DATE_DAY);
    assert_true(back.read_count == 300);
    free(bytes);
    arena_free(&arena);
    buf_free(&out);
}

static void the_hashes_of_an_article(void **unused)
{
    (void)unused;
    struct article a;
    struct buf out = {0};
    size_t n, record_n;
    fill_article(&a);
    unsigned char *hashed = example("content-hash-input", &n),
                  *record = example("record", &record_n);
    buf_add(&out, hashed, n);
    size_t behind_body = 1 + 2 + a.body_len;
    buf_add(&out, record + behind_body, record_n - behind_body);
    assert_true(record_content_hash(&a, record_body_hash(&a)) == hash64(out.data, out.len, 0));
    out.len = 0;
    buf_u64(&out, record_body_hash(&a));
    buf_u64(&out, record_content_hash(&a, record_body_hash(&a)));
    assert_example("hashes", out.data, out.len);
    free(hashed);
    free(record);
    buf_free(&out);
}

static struct text text_of(const char *s)
{
    return (struct text){s, strlen(s)};
}

/* "a-2", of which little is known. */
static void add_second_row(struct columns_writer *w)
{
    const struct column_row second = {
        .id = text_of("a-2"),
        .title = text_of(""),
        .category = text_of(""),
        .tokens = 300,
        .lead_tokens = LEAD_TOKENS,
        .words = 290,
        .date = DATE_NONE,
        .modified = DATE_NONE,
        .content_hash = 5,
        .body_hash = 6,
        .text_block = 4,
        .text_offset = 355,
    };
    columns_writer_add(w, &second);
}

static void put_example(struct buf *section, const char *name)
{
    size_t n;
    unsigned char *bytes = example(name, &n);
    section->len = 0;
    buf_add(section, bytes, n);
    free(bytes);
}

static void assert_names(const char *path)
{
    struct columns c;
    struct text id, title;
    struct error err;
    assert_int_equal(columns_open(&c, path, &err), BF_OK);
    assert_int_equal(columns_name(&c, 0, &id, &title, &err), BF_OK);
    assert_true(title.len == 4 && !memcmp(title.p, "Rain", 4));
    assert_int_equal(columns_name(&c, 1, &id, &title, &err), BF_OK);
    assert_true(id.len == 3 && !memcmp(id.p, "a-2", 3) && !title.len);
    columns_close(&c);
}

static void the_columns_of_two_articles(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *path = scratch_path(dir, "columns");
    static const unsigned char id[FRAME_ID_BYTES];
    const uint32_t kind = FRAME_KIND('C', 'O', 'L', 'S');
    struct frame_writer file;
    struct columns_writer w;
    struct file_entry entry;
    struct loose_frame f;
    struct article a;
    struct error err;
    struct buf all = {0};
    fill_article(&a);
    struct column_row row = {.id = text_of(a.id),
                             .title = text_of(a.title),
                             .category = text_of(a.category),
                             .tokens = 33,
                             .lead_tokens = 33,
                             .title_tokens = 1,
                             .words = 2,
                             .flags = DATE_SECOND | FLAG_ZONE_KNOWN,
                             .date = a.date.seconds,
                             .modified = a.updated.seconds,
                             .content_hash = record_content_hash(&a, record_body_hash(&a)),
                             .body_hash = record_body_hash(&a),
                             .text_block = 4,
                             .text_offset = 300};
    columns_writer_init(&w);
    values_writer_add_article(&w.values, 0, &a);
    columns_writer_add(&w, &row);
    add_second_row(&w);
    assert_int_equal(frame_writer_open(&file, path, kind, id, &err), BF_OK);
    columns_writer_finish(&w, &file);
    columns_writer_free(&w);
    assert_int_equal(frame_writer_finish(&file, &entry.length, &entry.crc, &err), BF_OK);
    loose_read(&f, path, kind);
    assert_int_equal(f.count, COLUMNS);
    for (unsigned i = 0; i <= COLUMN_VALUES; i++)
        buf_add(&all, f.sections[i].data, f.sections[i].len);
    assert_example("columns", all.data, all.len);
    put_example(&f.sections[COLUMN_NAME_OFFSETS], "names-offsets");
    put_example(&f.sections[COLUMN_NAME_LENGTHS], "names-lengths");
    put_example(&f.sections[COLUMN_NAMES], "names");
    loose_write(&f, path, &entry);
    assert_names(path);
    buf_free(&all);
    loose_free(&f);
    free(path);
    scratch_free(dir);
}

/* Read by the values_writer's own reader elsewhere: here the bytes. */
static void the_values_of_some_articles(void **unused)
{
    (void)unused;
    struct values_writer w;
    struct buf section = {0};
    struct article a;
    values_writer_init(&w);
    for (uint32_t doc = 0; doc < 12; doc++) {
        article_init(&a);
        a.author = doc < 3 || doc == 9 ? "Ann Lee" : "";
        a.source = doc == 4 ? "The Post" : doc > 9 ? "The Times" : "";
        a.tags = doc == 2 ? "sea; air, sea" : "";
        values_writer_add_article(&w, doc, &a);
    }
    values_writer_encode(&w, &section);
    assert_example("values", section.data, section.len);
    values_writer_free(&w);
    buf_free(&section);
}

/* A section of a file that is made from examples. */
static void add_example(struct loose_frame *f, const char *name)
{
    put_example(&f->sections[f->count++], name);
}

static void stored_text(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *path = scratch_path(dir, "text");
    struct loose_frame f = {.kind = FRAME_KIND('T', 'E', 'X', 'T')};
    struct inflater *inflater = inflater_new();
    struct file_entry entry;
    struct textfile t;
    struct buf block = {0};
    struct error err;
    size_t n;
    unsigned char *record = example("record", &n);
    add_example(&f, "text-blocks");
    add_example(&f, "text-offsets");
    add_example(&f, "text-lengths");
    loose_write(&f, path, &entry);
    assert_int_equal(textfile_open(&t, path, &err), BF_OK);
    assert_int_equal(t.blocks, 1);
    assert_int_equal(textfile_read(&t, 0, inflater, &block, &err), BF_OK);
    assert_int_equal(block.len, n);
    assert_memory_equal(block.data, record, n);
    textfile_close(&t);
    inflater_free(inflater);
    buf_free(&block);
    loose_free(&f);
    free(record);
    free(path);
    scratch_free(dir);
}

static void deleted_articles(void **unused)
{
    (void)unused;
    char *dir = scratch_new(), *path = scratch_path(dir, "deletes");
    struct loose_frame f = {.kind = FRAME_KIND('D', 'E', 'L', 'S')};
    struct file_entry entry;
    struct deletes d;
    struct error err;
    uint32_t df, cf;
    add_example(&f, "deletes-bitmap");
    add_example(&f, "deletes-terms");
    add_example(&f, "deletes-df");
    add_example(&f, "deletes-cf");
    loose_write(&f, path, &entry);
    assert_int_equal(deletes_open(&d, path, 10, &err), BF_OK);
    for (uint32_t doc = 0; doc < 10; doc++)
        assert_int_equal(deletes_has(&d, doc), doc == 1 || doc == 8);
    assert_int_equal(d.terms, 2);
    deletes_term(&d, 300, &df, &cf);
    assert_int_equal(df, 2);
    assert_int_equal(cf, 5);
    deletes_close(&d);
    loose_free(&f);
    free(path);
    scratch_free(dir);
}

/* ---- tables ---- */

/* The value that the document gives a limit: "| `NAME` | value |". */
static uint64_t stated_limit(const char *name)
{
    char row[80];
    snprintf(row, sizeof row, "\n| `%s` | ", name);
    const char *at = strstr((const char *)document.data, row);
    if (!at)
        fail_msg("FORMAT.md does not state %s", name);
    return strtoull(at + strlen(row), NULL, 10);
}

/* ---- copies ---- */

static void a_sketch(void **unused)
{
    (void)unused;
    static const char body[] = "Wet.\n\nRead more in our Sunday edition.";
    static const char *const terms[] = {"rain", "fall", "pari", "wet"};
    struct lexicon *lexicon = lexicon_new();
    struct analyzer *analyzer = analyzer_new("english", lexicon, NULL);
    struct sketcher sketcher;
    struct sketch sketch, back;
    struct article a;
    struct buf out = {0};
    uint32_t ids[4];
    for (int i = 0; i < 4; i++)
        ids[i] = lexicon_add(lexicon, terms[i], strlen(terms[i]), terms[i], strlen(terms[i]));
    article_init(&a);
    a.source = "Gazette";
    a.body = body;
    a.body_len = strlen(body);
    sketcher_init(&sketcher, analyzer, lexicon);
    sketcher_sketch(&sketcher, &a, ids, 3, 4, &sketch);
    sketch_encode(&sketch, &out);
    assert_example("sketch", out.data, out.len);
    struct bytes in = bytes_of(out.data, out.len);
    assert_true(sketch_decode(&in, &back));
    assert_memory_equal(&sketch, &back, sizeof sketch);
    assert_int_equal(bytes_left(&in), 0);
    buf_free(&out);
    sketcher_free(&sketcher);
    analyzer_free(analyzer);
    lexicon_free(lexicon);
}

static void a_file_of_copies(void **unused)
{
    (void)unused;
    const uint32_t docs[] = {3, 7, 9, 40}, leaders[] = {40, 7, 7, 40};
    unsigned char bytes[2][16];
    for (int i = 0; i < 4; i++) {
        store_u32(bytes[0] + 4 * i, docs[i]);
        store_u32(bytes[1] + 4 * i, leaders[i]);
    }
    assert_example("copies-articles", bytes[0], 16);
    assert_example("copies-leaders", bytes[1], 16);
    struct copies c = {.count = 4};
    c.frame.sections[COPIES_DOCS] = (struct section){bytes[0], 16};
    c.frame.sections[COPIES_LEADERS] = (struct section){bytes[1], 16};
    for (int i = 0; i < 4; i++)
        assert_int_equal(copies_leader(&c, docs[i]), leaders[i]);
    assert_int_equal(copies_leader(&c, 8), COPIES_NONE);
    uint32_t sizes[3];
    copies_sizes(&c, (uint32_t[]){7, COPIES_NONE, 40}, 3, sizes);
    assert_int_equal(sizes[0], 2);
    assert_int_equal(sizes[1], 1);
    assert_int_equal(sizes[2], 2);
}

/* ---- lists ---- */

static void a_file_of_lists(void **unused)
{
    (void)unused;
    const struct lists_settings settings = {.docs = 3,
                                            .tokens = 120,
                                            .lead_tokens = 60,
                                            .k1 = 1.2,
                                            .b = 0.75,
                                            .threshold = 0.4,
                                            .n = 5,
                                            .terms = 100,
                                            .feedback = true};
    const struct lists_article article = {1000, 1, 0, 2.5f};
    const struct lists_item item = {2, 640, 0};
    struct lists_writer w;
    lists_writer_init(&w, &settings, "rule");
    lists_writer_add_article(&w, "a", 1, 7, &article);
    lists_writer_add_item(&w, &item);
    lists_writer_add_term(&w, "ash", 3, 2);
    lists_writer_add_term(&w, "cloud", 5, 3);
    assert_example("lists-settings", w.sections[0].data, w.sections[0].len);
    assert_example("lists-article", w.sections[4].data, w.sections[4].len);
    assert_example("lists-item", w.sections[6].data, w.sections[6].len);
    assert_example("lists-terms", w.sections[9].data, w.sections[9].len);
    lists_writer_free(&w);
}

static void boilerplate_in_it(void **unused)
{
    (void)unused;
    static const char source[] = "Gazette", text[] = "Read more in our Sunday edition.";
    unsigned char key[4], articles[4];
    struct buf texts = {0};
    store_u32(key, sketch_paragraph_key(source, text, strlen(text)));
    store_u32(articles, 12);
    buf_varint(&texts, strlen(source));
    buf_puts(&texts, source);
    buf_varint(&texts, strlen(text));
    buf_puts(&texts, text);
    assert_example("copies-paragraphs", key, 4);
    assert_example("copies-paragraph-articles", articles, 4);
    assert_example("copies-texts", texts.data, texts.len);
    struct copies c = {.keys = 1};
    c.frame.sections[COPIES_KEYS] = (struct section){key, 4};
    c.frame.sections[COPIES_KEY_ARTICLES] = (struct section){articles, 4};
    c.frame.sections[COPIES_TEXTS] = (struct section){texts.data, texts.len};
    assert_true(copies_is_boilerplate(&c, load_u32(key)));
    assert_false(copies_is_boilerplate(&c, load_u32(key) + 1));
    struct boilerplate_cursor cursor;
    struct boilerplate_text found;
    struct error err;
    boilerplate_cursor_open(&cursor, &c);
    assert_int_equal(boilerplate_cursor_next(&cursor, &found, &err), BF_OK);
    assert_int_equal(found.articles, 12);
    assert_int_equal(found.source.len, strlen(source));
    assert_memory_equal(found.text.p, text, strlen(text));
    assert_int_equal(boilerplate_cursor_next(&cursor, &found, &err), BF_END);
    buf_free(&texts);
}

static void limits_are_those_of_the_code(void **unused)
{
    (void)unused;
#define LIMIT(name)                                                                                \
    {                                                                                              \
#name, name                                                                                \
    }
    const struct {
        const char *name;
        uint64_t value;
    } limits[] = {
        LIMIT(MAX_SEGMENTS),       LIMIT(MAX_SEGMENT_DOCS),   LIMIT(MAX_SEGMENT_TOKENS),
        LIMIT(MAX_DOC_TOKENS),     LIMIT(MAX_ID_LENGTH),      LIMIT(MAX_TITLE_LENGTH),
        LIMIT(MAX_TITLE_TOKENS),   LIMIT(MAX_TEXT_BLOCK),     LIMIT(TEXT_BLOCK_BYTES),
        LIMIT(MAX_MANIFEST_BYTES), LIMIT(MAX_TERM_LENGTH),    LIMIT(TITLE_GAP),
        LIMIT(LEAD_TOKENS),        LIMIT(FRAME_MAX_SECTIONS), LIMIT(MAX_VALUE_LENGTH),
        LIMIT(MAX_FORM_LENGTH),    LIMIT(POSITION_LIMIT),
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        assert_true(stated_limit(limits[i].name) == limits[i].value);
}

/* No limit of the header is missing from the document. */
static void every_limit_is_stated(void **unused)
{
    (void)unused;
    struct buf header = {0};
    unsigned count = 0;
    scratch_read(LIMITS_H, &header);
    for (const char *at = buf_text(&header); (at = strstr(at, "\n#define ")); at++) {
        char name[64];
        assert_int_equal(sscanf(at, "\n#define %63s", name), 1);
        if (strcmp(name, "INDEX_LIMITS_H") != 0) {
            stated_limit(name);
            count++;
        }
    }
    assert_true(count >= 13);
    buf_free(&header);
}

static void every_kind_of_file_is_named(void **unused)
{
    (void)unused;
    static const char *const kinds[] = {"MANI", "TERM", "POST", "POSN", "FORM",
                                        "COLS", "TEXT", "SKET", "DELS", "COPY"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char quoted[16];
        snprintf(quoted, sizeof quoted, "`%s`", kinds[i]);
        assert_non_null(strstr((const char *)document.data, quoted));
    }
    for (int i = 0; i < SEGMENT_FILES; i++)
        assert_non_null(strstr((const char *)document.data, segment_file_names[i]));
    char version[40];
    snprintf(version, sizeof version, "Format version %d.", FORMAT_VERSION);
    assert_non_null(strstr((const char *)document.data, version));
}

/* Runs last: an example that no test reads could say anything. */
static void no_example_is_left_untested(void **unused)
{
    (void)unused;
    size_t in_document = 0;
    for (const char *at = (const char *)document.data; (at = strstr(at, "\n```hex ")); at++)
        in_document++;
    assert_true(in_document > 20);
    assert_int_equal(used_count, in_document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varints),
        cmocka_unit_test(checksums_and_hashes),
        cmocka_unit_test(a_whole_file),
        cmocka_unit_test(a_manifest),
        cmocka_unit_test(packed_integers),
        cmocka_unit_test(a_pfor_block),
        cmocka_unit_test(a_rice_run),
        cmocka_unit_test(blocks_of_postings),
        cmocka_unit_test(the_length_table),
        cmocka_unit_test(an_impact),
        cmocka_unit_test(one_block),
        cmocka_unit_test(two_blocks),
        cmocka_unit_test(a_dictionary),
        cmocka_unit_test(some_forms),
        cmocka_unit_test(a_record),
        cmocka_unit_test(the_hashes_of_an_article),
        cmocka_unit_test(the_columns_of_two_articles),
        cmocka_unit_test(the_values_of_some_articles),
        cmocka_unit_test(stored_text),
        cmocka_unit_test(deleted_articles),
        cmocka_unit_test(a_sketch),
        cmocka_unit_test(a_file_of_copies),
        cmocka_unit_test(a_file_of_lists),
        cmocka_unit_test(boilerplate_in_it),
        cmocka_unit_test(limits_are_those_of_the_code),
        cmocka_unit_test(every_limit_is_stated),
        cmocka_unit_test(every_kind_of_file_is_named),
        cmocka_unit_test(no_example_is_left_untested),
    };
    return cmocka_run_group_tests(tests, read_document, free_document);
}
