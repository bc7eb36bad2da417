/*
 * test_limits.c - the limits of limits.h, each one below it, at it and one above. What
 * would take gigabytes is a file of holes, or a writer that believes it has written them;
 * what takes a minute is only run where LONG_TESTS is set.
 *
 * Elsewhere: MAX_SEGMENTS, MAX_SEGMENT_DOCS and MAX_SEGMENT_TOKENS of a manifest in
 * test_manifest.c; MAX_TERM_LENGTH, MAX_SEGMENT_TOKENS and MAX_DOC_TOKENS of a dictionary's
 * entry in test_dictionary.c, of lists in test_postings.c, of a file of lists in
 * test_lists.c; MAX_FORM_LENGTH in test_refused.c; MAX_TITLE_LENGTH in test_textfile.c;
 * MAX_TITLE_TOKENS in test_columns.c; FRAME_MAX_SECTIONS in test_frame.c; ids that come in
 * in test_archive_jsonl.c.
 */
#include "tests/unit/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/index/check.h"
#include "common/index/columns.h"
#include "common/index/limits.h"
#include "common/index/textfile.h"
#include "common/index/textfile_write.h"
#include "common/index/values.h"
#include "common/index/values_write.h"
#include "common/io/crc32c.h"
#include "common/io/file.h"
#include "indexer/merge_choice.h"
#include "indexer/segment_builder.h"
#include "indexer/worker.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/repack.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

static int set_up(void **state)
{
    file_calls.fsync = no_fsync;
    *state = scratch_new();
    return 0;
}

static int tear_down(void **state)
{
    scratch_free(*state);
    return 0;
}

/* ---- files of holes ---- */

static uint64_t aligned(uint64_t n)
{
    return (n + FRAME_ALIGN - 1) / FRAME_ALIGN * FRAME_ALIGN;
}

/* The checksums of all pages: a header, zeros, and a last page that is shorter. */
static void put_page_table(struct buf *tail, const unsigned char header[FRAME_HEADER],
                           uint64_t body)
{
    unsigned char *page = calloc(1, FRAME_PAGE);
    uint32_t zeros = crc32c(0, page, FRAME_PAGE);
    for (uint64_t at = 0; at < body; at += FRAME_PAGE) {
        size_t n = body - at < FRAME_PAGE ? (size_t)(body - at) : FRAME_PAGE;
        if (at && n == FRAME_PAGE) {
            buf_u32(tail, zeros);
            continue;
        }
        memset(page, 0, FRAME_PAGE);
        if (!at)
            memcpy(page, header, FRAME_HEADER);
        buf_u32(tail, crc32c(0, page, n));
    }
    free(page);
}

static void put_footer(struct buf *tail, const uint64_t *lengths, unsigned sections, uint64_t body)
{
    uint64_t at = FRAME_HEADER;
    for (unsigned i = 0; i < sections; i++) {
        buf_u64(tail, at);
        buf_u64(tail, lengths[i]);
        at = aligned(at + lengths[i]);
    }
    buf_u64(tail, body);
    buf_u32(tail, sections);
    buf_u32(tail, 0);
    buf_u64(tail, body + tail->len + FRAME_FOOTER - 16);
    buf_u32(tail, crc32c(0, tail->data, tail->len));
    buf_u32(tail, 0);
    buf_puts(tail, "ELIFKCAB");
}

/* A framed file whose sections are zeros of these lengths and take no room on disk. */
static void write_holes(const char *path, uint32_t kind, const uint64_t *lengths, unsigned sections)
{
    struct buf header = {0}, tail = {0};
    uint64_t body = FRAME_HEADER;
    for (unsigned i = 0; i < sections; i++)
        body = aligned(body + lengths[i]);
    buf_puts(&header, "BACKFILE");
    buf_u32(&header, kind);
    buf_u16(&header, FORMAT_VERSION);
    buf_zeros(&header, FRAME_HEADER - header.len);
    put_page_table(&tail, header.data, body);
    put_footer(&tail, lengths, sections, body);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, header.data, header.len, 0), header.len);
    assert_int_equal(pwrite(fd, tail.data, tail.len, (off_t)body), tail.len);
    close(fd);
    buf_free(&header);
    buf_free(&tail);
}

/* The number of articles of the columns is the length of their first section; at the
 * limit it is the next section that is missed. */
static void columns_have_a_limit(void **state)
{
    char *path = scratch_path(*state, "columns");
    for (uint64_t n = MAX_SEGMENT_DOCS - 1; n <= MAX_SEGMENT_DOCS + 1; n++) {
        const uint64_t lengths[COLUMNS] = {n};
        struct columns c;
        struct error err;
        write_holes(path, FRAME_KIND('C', 'O', 'L', 'S'), lengths, COLUMNS);
        assert_int_equal(columns_open(&c, path, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, n <= MAX_SEGMENT_DOCS ? "column of another length"
                                                               : "not the sections of columns"));
    }
    free(path);
}

static void text_blocks_have_a_limit(void **state)
{
    char *path = scratch_path(*state, "text");
    for (uint64_t n = MAX_SEGMENT_DOCS - 1; n <= MAX_SEGMENT_DOCS + 1; n++) {
        const uint64_t lengths[] = {0, 8 * (n + 1), 4 * n};
        struct textfile t;
        struct error err;
        write_holes(path, FRAME_KIND('T', 'E', 'X', 'T'), lengths, 3);
        int rc = textfile_open(&t, path, &err);
        if (n <= MAX_SEGMENT_DOCS) {
            assert_int_equal(rc, BF_OK);
            assert_int_equal(t.blocks, n);
            textfile_close(&t);
        } else {
            assert_int_equal(rc, BF_ERR_DAMAGED);
            assert_non_null(strstr(err.text, "not the sections of stored text"));
        }
    }
    free(path);
}

/* A block says how long it is, decompressed. */
static void a_text_block_has_a_limit(void **state)
{
    char *path = scratch_path(*state, "text");
    for (uint32_t length = MAX_TEXT_BLOCK - 1; length <= MAX_TEXT_BLOCK + 1; length++) {
        struct loose_frame f = {.kind = FRAME_KIND('T', 'E', 'X', 'T'), .count = 3};
        struct file_entry unused;
        struct textfile t;
        struct error err;
        const unsigned char *p;
        size_t n;
        uint32_t raw_len;
        buf_u64(&f.sections[1], 0);
        buf_u64(&f.sections[1], 0);
        buf_u32(&f.sections[2], length);
        loose_write(&f, path, &unused);
        assert_int_equal(textfile_open(&t, path, &err), BF_OK);
        int rc = textfile_raw(&t, 0, &p, &n, &raw_len, &err);
        assert_int_equal(rc, length <= MAX_TEXT_BLOCK ? BF_OK : BF_ERR_DAMAGED);
        textfile_close(&t);
        loose_free(&f);
    }
    free(path);
}

/* A manifest as long as it may be is read, and found not to be one. */
static void a_manifest_has_a_limit(void **state)
{
    char *path = scratch_path(*state, MANIFEST_NAME);
    const size_t pages = MAX_MANIFEST_BYTES / FRAME_PAGE;
    const size_t most = MAX_MANIFEST_BYTES - FRAME_HEADER - FRAME_FOOTER - 16 - 4 * pages;
    for (int step = -1; step <= 1; step++) {
        const uint64_t length = most / FRAME_ALIGN * FRAME_ALIGN + (uint64_t)(16 * step);
        struct manifest m;
        struct error err;
        write_holes(path, FRAME_KIND('M', 'A', 'N', 'I'), &length, 1);
        assert_int_equal(manifest_read(*state, &m, &err), BF_ERR_DAMAGED);
        assert_non_null(
            strstr(err.text, step <= 0 ? "not a manifest" : "not the sections of a manifest"));
    }
    free(path);
}

/* ---- writers ---- */

static void a_text_block_is_closed_when_it_is_full(void **state)
{
    char *path = scratch_path(*state, "text");
    char *record = calloc(1, TEXT_BLOCK_BYTES + 1);
    for (size_t n = TEXT_BLOCK_BYTES - 1; n <= TEXT_BLOCK_BYTES + 1; n++) {
        static const unsigned char id[FRAME_ID_BYTES];
        struct frame_writer file;
        struct textfile_writer w;
        struct error err;
        uint64_t length;
        uint32_t crc, block, offset;
        unlink(path);
        assert_int_equal(frame_writer_open(&file, path, FRAME_KIND('T', 'E', 'X', 'T'), id, &err),
                         BF_OK);
        textfile_writer_init(&w, &file);
        textfile_writer_add(&w, record, n, &block, &offset);
        assert_int_equal(block, 0);
        textfile_writer_add(&w, record, 1, &block, &offset);
        assert_int_equal(block, n >= TEXT_BLOCK_BYTES);
        assert_int_equal(offset, n >= TEXT_BLOCK_BYTES ? 0 : n);
        textfile_writer_finish(&w);
        textfile_writer_free(&w);
        assert_int_equal(frame_writer_finish(&file, &length, &crc, &err), BF_OK);
    }
    free(record);
    free(path);
}

/* There is always room for one article more, as long as it may be. */
static void a_segment_is_full_before_its_limit(void **unused)
{
    (void)unused;
    struct segment_builder b = {.docs = MAX_SEGMENT_DOCS - 2};
    assert_false(segment_builder_full(&b));
    b.docs = MAX_SEGMENT_DOCS - 1;
    assert_true(segment_builder_full(&b));
    b.docs = 1;
    const uint64_t most = MAX_SEGMENT_TOKENS - MAX_DOC_TOKENS;
    for (b.stream.tokens = most - 1; b.stream.tokens <= most + 1; b.stream.tokens++)
        assert_int_equal(segment_builder_full(&b), b.stream.tokens >= most);
    b.stream.tokens = 1;
    b.next_place = UINT32_MAX / PLACE_STEP * PLACE_STEP;
    assert_true(segment_builder_full(&b));
    while (segment_builder_full(&b))
        b.next_place -= PLACE_STEP;
    const struct article_tokens last = {(uint32_t)b.next_place, 0, MAX_DOC_TOKENS};
    assert_true(place_behind(&last) <= UINT32_MAX);
}

static void a_merged_segment_keeps_to_the_limit(void **unused)
{
    (void)unused;
    const uint64_t most = MAX_SEGMENT_TOKENS - 1000;
    for (uint64_t tokens = most - 1; tokens <= most + 1; tokens++) {
        const struct segment_entry segments[] = {{.number = 1, .docs = 5, .tokens = 1000},
                                                 {.number = 2, .docs = 5, .tokens = tokens}};
        bool chosen[2];
        assert_int_equal(merge_choose_all(segments, 2, chosen), tokens <= most ? 2 : 0);
        assert_int_equal(chosen[0], tokens <= most);
        assert_int_equal(chosen[1], tokens <= most);
    }
}

/* ---- values ---- */

static void a_value_is_cut_at_its_limit(void **unused)
{
    (void)unused;
    char value[MAX_VALUE_LENGTH + 2];
    memset(value, 'v', sizeof value);
    for (size_t n = MAX_VALUE_LENGTH - 1; n <= MAX_VALUE_LENGTH + 1; n++) {
        struct values_writer w;
        struct buf section = {0};
        values_writer_init(&w);
        values_writer_add(&w, 0, VALUE_SOURCE, value, n);
        values_writer_encode(&w, &section);
        struct bytes in = bytes_of(section.data + 1, section.len - 1);
        uint32_t shared, len;
        assert_int_equal(section.data[0], VALUE_SOURCE);
        assert_true(take_varint32(&in, &shared));
        assert_int_equal(shared, 0);
        assert_true(take_varint32(&in, &len));
        assert_int_equal(len, n <= MAX_VALUE_LENGTH ? n : MAX_VALUE_LENGTH);
        buf_free(&section);
        values_writer_free(&w);
    }
}

/* The reader refuses what the writer would not write. */
static void a_longer_value_is_refused(void **unused)
{
    (void)unused;
    char path[] = "columns";
    for (size_t n = MAX_VALUE_LENGTH - 1; n <= MAX_VALUE_LENGTH + 1; n++) {
        struct buf section = {0};
        struct columns c = {.docs = 1};
        struct value_cursor cursor = {.columns = &c, .field = VALUE_SOURCE};
        struct error err;
        buf_putc(&section, VALUE_SOURCE);
        buf_varint(&section, 0);
        buf_varint(&section, n);
        for (size_t i = 0; i < n; i++)
            buf_putc(&section, 'v');
        buf_varint(&section, 1);
        buf_varint(&section, 0);
        c.frame.path = path;
        c.frame.map = section.data;
        c.frame.len = section.len;
        cursor.in = bytes_of(section.data, section.len);
        int rc = values_next(&cursor, &err);
        assert_int_equal(rc, n <= MAX_VALUE_LENGTH ? BF_OK : BF_ERR_DAMAGED);
        if (!rc)
            assert_int_equal(cursor.value.len, n);
        values_close(&cursor);
        buf_free(&section);
    }
}

/* ---- what check says ---- */

static uint32_t bent_tokens;

static void set_tokens(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_TOKENS, 12, bent_tokens);
}

static void an_article_has_so_many_tokens(void **state)
{
    static const char most[] = "are the most";
    small_index_make(*state, NULL);
    for (bent_tokens = MAX_DOC_TOKENS - 1; bent_tokens <= MAX_DOC_TOKENS + 1; bent_tokens++) {
        struct check_report report;
        struct error err;
        small_index_patch(*state, 0, FILE_COLUMNS, set_tokens);
        assert_int_equal(check_index(*state, NULL, &report, &err), BF_ERR_DAMAGED);
        assert_int_equal(strstr(err.text, most) != NULL, bent_tokens > MAX_DOC_TOKENS);
    }
}

/* ---- the longest article ---- */

/* Words of one letter. */
static char *words(size_t count)
{
    char *body = mem_alloc(2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        body[2 * i] = (char)('a' + i * i % 23);
        body[2 * i + 1] = ' ';
    }
    body[2 * count] = '\0';
    return body;
}

static void index_one(const char *dir, const struct article *a)
{
    const struct ingest_options options = {.memory = PLENTY, .threads = 1};
    struct index_writer w;
    struct error err;
    assert_int_equal(index_writer_open(&w, dir, true, NULL, &err), BF_OK);
    struct worker worker = {.base = &w.base,
                            .options = &options,
                            .memory = options.memory,
                            .first_number = w.next_number,
                            .number_step = 1};
    assert_int_equal(worker_init(&worker, &err), BF_OK);
    worker_article(&worker, 0, a);
    worker_finish(&worker);
    assert_int_equal(worker.err.code, BF_OK);
    index_writer_add_segment(&w, &worker.built[0].entry);
    assert_int_equal(index_writer_commit(&w, MERGE_AS_NEEDED, &err), BF_OK);
    worker_free(&worker);
    index_writer_close(&w);
}

/* What check derives from its text is what was indexed: the same words at the same places. */
static void an_article_is_indexed_up_to_the_limit(void **unused)
{
    (void)unused;
    for (size_t n = MAX_DOC_TOKENS - 1; n <= MAX_DOC_TOKENS + 1; n++) {
        char *dir = scratch_new();
        char *body = words(n);
        struct article a;
        article_init(&a);
        a.id = "long";
        a.body = body;
        a.body_len = 2 * n;
        a.words = (int64_t)n;
        index_one(dir, &a);
        index_is_sound(dir);
        struct snapshot s;
        struct error err;
        assert_int_equal(snapshot_open(&s, dir, &err), BF_OK);
        assert_int_equal(s.segments[0].entry.tokens, n < MAX_DOC_TOKENS ? n : MAX_DOC_TOKENS);
        snapshot_close(&s);
        free(body);
        scratch_free(dir);
    }
}

static char long_id[MAX_ID_LENGTH + 2];

static void give_long_id(unsigned segment, uint32_t doc, struct article *a)
{
    if (segment == 1 && doc == 20)
        a->id = long_id;
}

static void an_id_has_a_limit(void **unused)
{
    (void)unused;
    const struct small_bend bend = {.article = give_long_id};
    for (size_t n = MAX_ID_LENGTH - 1; n <= MAX_ID_LENGTH + 1; n++) {
        char *dir = scratch_new();
        struct check_report report;
        struct error err;
        memset(long_id, 'i', n);
        long_id[n] = '\0';
        small_index_make(dir, &bend);
        int rc = check_index(dir, NULL, &report, &err);
        assert_int_equal(rc, n <= MAX_ID_LENGTH ? BF_OK : BF_ERR_DAMAGED);
        assert_true(!rc || strstr(err.text, "id of 513 bytes"));
        scratch_free(dir);
    }
}

int main(void)
{
#define PLACED(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PLACED(columns_have_a_limit),
        PLACED(text_blocks_have_a_limit),
        PLACED(a_text_block_has_a_limit),
        PLACED(a_manifest_has_a_limit),
        PLACED(a_text_block_is_closed_when_it_is_full),
        PLACED(a_segment_is_full_before_its_limit),
        PLACED(a_merged_segment_keeps_to_the_limit),
        PLACED(a_value_is_cut_at_its_limit),
        PLACED(a_longer_value_is_refused),
        PLACED(an_article_has_so_many_tokens),
        PLACED(an_id_has_a_limit),
    };
    const struct CMUnitTest long_ones[] = {
        PLACED(an_article_is_indexed_up_to_the_limit),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + (getenv("LONG_TESTS") ? cmocka_run_group_tests(long_ones, NULL, NULL) : 0);
}
