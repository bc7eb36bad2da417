/* test_textfile.c - stored articles: records, the hashes of them, and blocks. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/index/limits.h"
#include "common/index/record.h"
#include "common/index/textfile.h"
#include "common/index/textfile_write.h"
#include "common/io/file.h"
#include "tests/unit/place.h"
#include "tests/unit/random.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

#define KIND FRAME_KIND('T', 'E', 'X', 'T')

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

/* ---- records ---- */

static const char *random_string(struct arena *arena, uint32_t most)
{
    size_t n = below(3) ? below(most + 1) : 0;
    char *s = arena_alloc(arena, n + 1);
    for (size_t i = 0; i < n; i++)
        s[i] = (char)(1 + below(255));
    s[n] = '\0';
    return s;
}

static struct date random_date(void)
{
    struct date d = {0};
    d.precision = (uint8_t)below(DATE_SECOND + 1);
    if (d.precision)
        d.seconds = (int64_t)(random32(&seed) * UINT64_C(100)) - 200000000000;
    d.zone_known = d.precision && below(2);
    return d;
}

static void random_article(struct article *a, struct arena *arena)
{
    article_init(a);
    a->body = random_string(arena, below(20) ? 300 : 100000);
    a->body_len = strlen(a->body);
    a->url = random_string(arena, 60);
    a->source = random_string(arena, 20);
    a->author = random_string(arena, 20);
    a->tags = random_string(arena, 20);
    a->language = random_string(arena, 5);
    a->summary = random_string(arena, 200);
    a->similar = random_string(arena, 200);
    a->created = random_date();
    a->updated = random_date();
    a->last_read = random_date();
    a->read_count = below(2) ? -1 : (int64_t)random32(&seed) << below(31);
}

static void assert_same_date(const struct date *a, const struct date *b)
{
    assert_true(a->seconds == b->seconds);
    assert_int_equal(a->precision, b->precision);
    assert_int_equal(a->zone_known, b->zone_known);
}

static void assert_same_article(const struct article *a, const struct article *b)
{
    assert_int_equal(a->body_len, b->body_len);
    assert_memory_equal(a->body, b->body, a->body_len);
    assert_string_equal(a->url, b->url);
    assert_string_equal(a->source, b->source);
    assert_string_equal(a->author, b->author);
    assert_string_equal(a->tags, b->tags);
    assert_string_equal(a->language, b->language);
    assert_string_equal(a->summary, b->summary);
    assert_string_equal(a->similar, b->similar);
    assert_same_date(&a->created, &b->created);
    assert_same_date(&a->updated, &b->updated);
    assert_same_date(&a->last_read, &b->last_read);
    assert_true(a->read_count == b->read_count);
}

static void records_come_back_and_refuse_cuts(void **unused)
{
    (void)unused;
    for (int round = 0; round < 500; round++) {
        struct arena arena = {0};
        struct buf record = {0};
        struct article a, b;
        random_article(&a, &arena);
        record_encode(&a, &record);
        unsigned char *exact = exact_copy(record.data, record.len);
        struct bytes in = bytes_of(exact, record.len);
        article_init(&b);
        assert_true(record_decode(&in, &arena, &b));
        assert_int_equal(bytes_left(&in), 0);
        assert_same_article(&a, &b);
        for (size_t cut = 0; cut < record.len; cut += 1 + record.len / 300) {
            in = bytes_of(exact, cut);
            assert_false(record_decode(&in, &arena, &b));
        }
        buf_free(&record);
        free(exact);
        arena_free(&arena);
    }
}

static void a_body_may_hold_any_byte(void **unused)
{
    (void)unused;
    struct arena arena = {0};
    struct buf record = {0};
    struct article a, b;
    article_init(&a);
    article_init(&b);
    a.body = "one\0two";
    a.body_len = 7;
    record_encode(&a, &record);
    struct bytes in = bytes_of(record.data, record.len);
    assert_true(record_decode(&in, &arena, &b));
    assert_int_equal(b.body_len, 7);
    assert_memory_equal(b.body, "one\0two", 8);
    buf_free(&record);
    arena_free(&arena);
}

static void records_survive_any_bytes(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20000; round++) {
        size_t n = below(60);
        unsigned char *exact = mem_alloc(n);
        struct arena arena = {0};
        struct article a;
        article_init(&a);
        for (size_t i = 0; i < n; i++)
            exact[i] = (unsigned char)(below(2) ? below(26) : below(256));
        struct bytes in = bytes_of(exact, n);
        record_decode(&in, &arena, &a);
        assert_true(in.p >= exact && in.p <= exact + n);
        free(exact);
        arena_free(&arena);
    }
}

static bool decodes(const void *record, size_t n)
{
    struct arena arena = {0};
    struct article a;
    struct bytes in = bytes_of(record, n);
    article_init(&a);
    bool taken = record_decode(&in, &arena, &a);
    arena_free(&arena);
    return taken;
}

static void fields_are_what_they_say(void **unused)
{
    (void)unused;
    assert_true(decodes("\0", 1));
    assert_true(decodes("\4\2\2ab", 5));
    assert_false(decodes("\4\143\2ab", 5));           /* no such field */
    assert_false(decodes("\4\2\3ab", 5));             /* longer than its record */
    assert_true(decodes("\3\30\1\7", 4));             /* read 7 times */
    assert_false(decodes("\4\30\2\7\7", 5));          /* and then? */
    assert_false(decodes("\2\30\0", 3));              /* no number */
    assert_true(decodes("\13\20\11seconds!\5", 12));  /* to the second */
    assert_false(decodes("\13\20\11seconds!\6", 12)); /* no such precision */
    assert_false(decodes("\13\20\11seconds!\20", 12));
    assert_false(decodes("\12\20\10seconds!", 11));
}

/* ---- hashes ---- */

static void the_body_hash_is_that_of_its_bytes(void **unused)
{
    (void)unused;
    struct article a;
    article_init(&a);
    assert_true(record_body_hash(&a) == hash64("", 0, 0));
    a.body = "text of an article";
    a.body_len = 18;
    assert_true(record_body_hash(&a) == hash64("text of an article", 18, 0));
    a.title = "does not matter";
    assert_true(record_body_hash(&a) == hash64("text of an article", 18, 0));
}

/* As the header spells it out. */
static void the_content_hash_is_that_of_all_there_is(void **unused)
{
    (void)unused;
    struct article a;
    struct buf expected = {0};
    article_init(&a);
    a.id = "id-1";
    a.title = "Title";
    a.category = "C";
    a.date = (struct date){-2, DATE_MONTH, true};
    a.body = "b";
    a.body_len = 1;
    buf_add(&expected, "\4id-1\5Title\1C", 13);
    buf_u64(&expected, UINT64_MAX - 1);
    buf_add(&expected, "\2\1", 2);
    buf_u64(&expected, hash64("b", 1, 0));
    assert_true(record_content_hash(&a, record_body_hash(&a)) ==
                hash64(expected.data, expected.len, 0));
    buf_free(&expected);
}

static void any_change_changes_the_content_hash(void **unused)
{
    (void)unused;
    struct article a;
    article_init(&a);
    uint64_t seen[24] = {record_content_hash(&a, record_body_hash(&a))};
    const char **strings[] = {&a.id,     &a.title, &a.url,      &a.category, &a.source,
                              &a.author, &a.tags,  &a.language, &a.summary,  &a.similar};
    struct date *dates[] = {&a.date, &a.created, &a.updated, &a.last_read};
    size_t n = 1;
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        *strings[i] = "x";
        seen[n++] = record_content_hash(&a, record_body_hash(&a));
    }
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        *dates[i] = (struct date){5, DATE_DAY, false};
        seen[n++] = record_content_hash(&a, record_body_hash(&a));
        dates[i]->zone_known = true;
        seen[n++] = record_content_hash(&a, record_body_hash(&a));
    }
    a.read_count = 0;
    seen[n++] = record_content_hash(&a, record_body_hash(&a));
    a.body = "x";
    a.body_len = 1;
    seen[n++] = record_content_hash(&a, record_body_hash(&a));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(seen[i] != seen[k]);
}

/* What is cut off a title is not stored, so it does not count. */
static void a_title_counts_as_far_as_it_is_kept(void **unused)
{
    (void)unused;
    char title[MAX_TITLE_LENGTH + 3];
    struct article a;
    article_init(&a);
    a.title = title;
    for (size_t n = MAX_TITLE_LENGTH - 1; n <= MAX_TITLE_LENGTH + 1; n++) {
        memset(title, 't', sizeof title);
        title[n] = '\0';
        assert_int_equal(record_title_length(title), n < MAX_TITLE_LENGTH ? n : MAX_TITLE_LENGTH);
    }
    uint64_t long_title = record_content_hash(&a, record_body_hash(&a));
    title[MAX_TITLE_LENGTH] = '\0';
    assert_true(record_content_hash(&a, record_body_hash(&a)) == long_title);
    memset(title, 0x80, MAX_TITLE_LENGTH + 1); /* no character begins anywhere */
    title[MAX_TITLE_LENGTH + 1] = '\0';
    assert_int_equal(record_title_length(title), 0);
    memset(title, 't', MAX_TITLE_LENGTH + 1);
    memcpy(title + MAX_TITLE_LENGTH - 1, "\xc3\xa9", 3); /* a character across the limit */
    assert_int_equal(record_title_length(title), MAX_TITLE_LENGTH - 1);
}

/* ---- blocks ---- */

struct stored {
    struct buf bytes;
    uint32_t block, offset;
};

/* `n` records of all sizes; some larger than a block. */
static void write_records(const char *path, struct stored *records, size_t n)
{
    static const unsigned char id[FRAME_ID_BYTES];
    struct frame_writer file;
    struct textfile_writer w;
    struct file_entry unused;
    struct error err;
    unlink(path);
    assert_int_equal(frame_writer_open(&file, path, KIND, id, &err), BF_OK);
    textfile_writer_init(&w, &file);
    for (size_t i = 0; i < n; i++) {
        size_t len = 1 + (below(10) ? below(3000) : below(200000));
        records[i].bytes.len = 0;
        for (size_t k = 0; k < len; k++)
            buf_putc(&records[i].bytes, (int)('a' + (k * (i + 1) >> 2) % 26));
        textfile_writer_add(&w, records[i].bytes.data, len, &records[i].block, &records[i].offset);
    }
    textfile_writer_finish(&w);
    textfile_writer_free(&w);
    assert_int_equal(frame_writer_finish(&file, &unused.length, &unused.crc, &err), BF_OK);
}

static void free_records(struct stored *records, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_free(&records[i].bytes);
}

static void compare_records(const char *path, const struct stored *records, size_t n)
{
    struct textfile t;
    struct inflater *inflater = inflater_new();
    struct buf block = {0};
    struct error err;
    assert_int_equal(textfile_open(&t, path, &err), BF_OK);
    for (size_t i = 0; i < n; i++) {
        const struct stored *r = &records[i];
        assert_int_equal(textfile_read(&t, r->block, inflater, &block, &err), BF_OK);
        assert_true(r->offset + r->bytes.len <= block.len);
        assert_memory_equal(block.data + r->offset, r->bytes.data, r->bytes.len);
        bool first = i == 0 || records[i - 1].block != r->block;
        assert_int_equal(r->offset, first ? 0 : records[i - 1].offset + records[i - 1].bytes.len);
        assert_true(r->offset < TEXT_BLOCK_BYTES);
    }
    assert_int_equal(t.blocks, n ? records[n - 1].block + 1 : 0);
    assert_int_equal(textfile_read(&t, t.blocks, inflater, &block, &err), BF_ERR_DAMAGED);
    textfile_close(&t);
    inflater_free(inflater);
    buf_free(&block);
}

static void blocks_come_back(void **state)
{
    struct place *at = *state;
    const size_t counts[] = {0, 1, 5, 200};
    static struct stored records[200];
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        write_records(at->path, records, counts[i]);
        compare_records(at->path, records, counts[i]);
    }
    free_records(records, 200);
}

/* As merging does: whole blocks of one file between records of another. */
static void copied_blocks_come_back(void **state)
{
    struct place *at = *state;
    static const unsigned char id[FRAME_ID_BYTES];
    static struct stored records[50];
    char *copy_path = scratch_path(at->dir, "copy");
    struct frame_writer file;
    struct textfile_writer w;
    struct textfile t;
    struct file_entry unused;
    struct error err;
    uint32_t block, offset, blocks = 0;
    write_records(at->path, records, 50);
    assert_int_equal(textfile_open(&t, at->path, &err), BF_OK);
    assert_int_equal(frame_writer_open(&file, copy_path, KIND, id, &err), BF_OK);
    textfile_writer_init(&w, &file);
    for (uint32_t b = 0; b < t.blocks; b++) {
        const unsigned char *p;
        size_t n;
        uint32_t raw_len;
        textfile_writer_add(&w, "between", 7, &block, &offset);
        assert_int_equal(block, blocks++);
        assert_int_equal(offset, 0);
        assert_int_equal(textfile_raw(&t, b, &p, &n, &raw_len, &err), BF_OK);
        assert_int_equal(textfile_writer_copy(&w, p, n, raw_len), blocks++);
    }
    textfile_writer_finish(&w);
    textfile_writer_free(&w);
    assert_int_equal(frame_writer_finish(&file, &unused.length, &unused.crc, &err), BF_OK);
    textfile_close(&t);
    for (size_t i = 0; i < 50; i++)
        records[i].block = records[i].block * 2 + 1;
    compare_records(copy_path, records, 50);
    free_records(records, 50);
    free(copy_path);
}

static void damage_never_leaves_the_file(void **state)
{
    struct place *at = *state;
    static struct stored records[20];
    struct inflater *inflater = inflater_new();
    struct buf file = {0}, bent = {0}, block = {0};
    unsigned damaged = 0, fine = 0;
    write_records(at->path, records, 20);
    scratch_read(at->path, &file);
    for (int round = 0; round < 3000; round++) {
        struct textfile t;
        struct error err;
        bent.len = 0;
        buf_add(&bent, file.data, file.len);
        for (unsigned k = 1 + below(3); k; k--) {
            size_t any = below((uint32_t)file.len - FRAME_HEADER);
            size_t tail = file.len - 1 - below(200);
            bent.data[below(2) ? FRAME_HEADER + any : tail] = (unsigned char)random32(&seed);
        }
        refit_checksums(bent.data, bent.len);
        scratch_write(at->path, bent.data, bent.len);
        if (textfile_open(&t, at->path, NULL))
            continue;
        for (uint32_t b = 0; b < t.blocks && b < 50; b++) {
            int rc = textfile_read(&t, b, inflater, &block, &err);
            damaged += rc == BF_ERR_DAMAGED;
            fine += rc == BF_OK;
        }
        textfile_close(&t);
    }
    assert_true(damaged > 100 && fine > 100);
    free_records(records, 20);
    inflater_free(inflater);
    buf_free(&file);
    buf_free(&bent);
    buf_free(&block);
}

enum { BLOCKS, OFFSETS, LENGTHS };

static void one_section_less(struct loose_frame *f)
{
    f->count = 2;
}

static void one_section_more(struct loose_frame *f)
{
    f->count = 4;
}

static void half_a_length(struct loose_frame *f)
{
    f->sections[LENGTHS].len -= 2;
}

static void one_offset_less(struct loose_frame *f)
{
    f->sections[OFFSETS].len -= 8;
}

static void ends_before_it_starts(struct loose_frame *f)
{
    store_u64(f->sections[OFFSETS].data, load_u64(f->sections[OFFSETS].data + 8) + 1);
}

static void ends_behind_the_blocks(struct loose_frame *f)
{
    store_u64(f->sections[OFFSETS].data + 8, f->sections[BLOCKS].len + 1);
}

static void tables_that_do_not_fit_are_damage(void **state)
{
    struct place *at = *state;
    static struct stored records[1];
    static void (*const bends[])(struct loose_frame *) = {
        one_section_less, one_section_more,      half_a_length,
        one_offset_less,  ends_before_it_starts, ends_behind_the_blocks};
    for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
        struct inflater *inflater = inflater_new();
        struct loose_frame f;
        struct file_entry unused;
        struct textfile t;
        struct buf block = {0};
        struct error err;
        write_records(at->path, records, 1);
        loose_read(&f, at->path, KIND);
        bends[i](&f);
        loose_write(&f, at->path, &unused);
        int rc = textfile_open(&t, at->path, &err);
        assert_int_equal(rc, i < 4 ? BF_ERR_DAMAGED : BF_OK);
        if (!rc)
            assert_int_equal(textfile_read(&t, 0, inflater, &block, &err), BF_ERR_DAMAGED);
        textfile_close(&t);
        loose_free(&f);
        inflater_free(inflater);
        buf_free(&block);
    }
    free_records(records, 1);
}

/* A length that its bytes cannot give takes no memory. */
static void a_block_cannot_claim_more_than_deflate_gives(void **state)
{
    struct place *at = *state;
    static struct stored records[1];
    const uint32_t lengths[] = {MAX_TEXT_BLOCK, MAX_TEXT_BLOCK + 1, UINT32_MAX};
    for (size_t i = 0; i < 3; i++) {
        struct loose_frame f;
        struct file_entry unused;
        struct textfile t;
        struct inflater *inflater = inflater_new();
        struct buf block = {0};
        struct error err;
        write_records(at->path, records, 1);
        loose_read(&f, at->path, KIND);
        store_u32(f.sections[2].data, lengths[i]);
        loose_write(&f, at->path, &unused);
        assert_int_equal(textfile_open(&t, at->path, &err), BF_OK);
        assert_int_equal(textfile_read(&t, 0, inflater, &block, &err), BF_ERR_DAMAGED);
        assert_int_equal(block.capacity, 0);
        textfile_close(&t);
        loose_free(&f);
        inflater_free(inflater);
        buf_free(&block);
    }
    free_records(records, 1);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_set_up, place_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back_and_refuse_cuts),
        cmocka_unit_test(a_body_may_hold_any_byte),
        cmocka_unit_test(records_survive_any_bytes),
        cmocka_unit_test(fields_are_what_they_say),
        cmocka_unit_test(the_body_hash_is_that_of_its_bytes),
        cmocka_unit_test(the_content_hash_is_that_of_all_there_is),
        cmocka_unit_test(any_change_changes_the_content_hash),
        cmocka_unit_test(a_title_counts_as_far_as_it_is_kept),
        PLACED(blocks_come_back),
        PLACED(copied_blocks_come_back),
        PLACED(damage_never_leaves_the_file),
        PLACED(tables_that_do_not_fit_are_damage),
        PLACED(a_block_cannot_claim_more_than_deflate_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
