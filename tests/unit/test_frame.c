/* test_frame.c - the frame round every file: nothing wrong in it goes unseen. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/bytes.h"
#include "common/io/crc32c.h"
#include "common/io/crc32c_sse42.h"
#include "common/io/deflate.h"
#include "common/io/file.h"
#include "common/io/frame.h"
#include "common/io/frame_write.h"
#include "tests/unit/faults.h"
#include "tests/unit/place.h"
#include "tests/unit/random.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

#define KIND FRAME_KIND('T', 'E', 'S', 'T')

static const unsigned char test_id[FRAME_ID_BYTES] = "sixteen bytes id";

static uint64_t seed = RANDOM_SEED;

/* ---- CRC-32C ---- */

static void crc_gives_the_values_of_the_rfc(void **unused)
{
    (void)unused;
    unsigned char bytes[32];
    assert_int_equal(crc32c(0, "123456789", 9), 0xE3069283);
    assert_int_equal(crc32c(0, "", 0), 0);
    /* RFC 3720, B.4, where the checksum is written low byte first */
    memset(bytes, 0, 32);
    assert_int_equal(crc32c(0, bytes, 32), 0x8A9136AA);
    memset(bytes, 0xff, 32);
    assert_int_equal(crc32c(0, bytes, 32), 0x62A8AB43);
    for (int i = 0; i < 32; i++)
        bytes[i] = (unsigned char)i;
    assert_int_equal(crc32c(0, bytes, 32), 0x46DD794E);
    for (int i = 0; i < 32; i++)
        bytes[i] = (unsigned char)(31 - i);
    assert_int_equal(crc32c(0, bytes, 32), 0x113FDB5C);
}

static void crc_variants_agree(void **unused)
{
    (void)unused;
    for (size_t n = 0; n < 300; n++) {
        unsigned char *bytes = calloc(n + !n, 1);
        for (size_t i = 0; i < n; i++)
            bytes[i] = (unsigned char)random32(&seed);
        uint32_t whole = crc32c_portable(0, bytes, n);
        assert_int_equal(crc32c(0, bytes, n), whole);
        if (crc32c_sse42_usable())
            assert_int_equal(crc32c_sse42(0, bytes, n), whole);
        size_t cut = n ? random32(&seed) % n : 0;
        assert_int_equal(crc32c(crc32c_portable(0, bytes, cut), bytes + cut, n - cut), whole);
        free(bytes);
    }
}

/* ---- deflate ---- */

static void fill_compressible(unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)"the news of the day "[(i + i / 97) % 20];
}

static void deflate_comes_back(void **unused)
{
    (void)unused;
    struct deflater *d = deflater_new();
    struct inflater *in = inflater_new();
    for (size_t n = 0; n < 200000; n = n * 3 + 1) {
        unsigned char *text = malloc(n + 1), *back = malloc(n + 1);
        struct buf packed = {0};
        fill_compressible(text, n);
        buf_puts(&packed, "kept");
        deflater_run(d, text, n, &packed);
        size_t len = packed.len - 4;
        unsigned char *exact = exact_copy(packed.data + 4, len);
        assert_memory_equal(packed.data, "kept", 4);
        assert_int_equal(inflater_run(in, exact, len, back, n), 0);
        assert_memory_equal(text, back, n);
        assert_int_equal(inflater_run(in, exact, len, back, n + 1), -1);
        if (n)
            assert_int_equal(inflater_run(in, exact, len, back, n - 1), -1);
        assert_int_equal(inflater_run(in, exact, len - 1, back, n), -1);
        buf_putc(&packed, 0);
        assert_int_equal(inflater_run(in, packed.data + 4, len + 1, back, n), -1);
        buf_free(&packed);
        free(exact);
        free(text);
        free(back);
    }
    deflater_free(d);
    inflater_free(in);
}

/* What zlib made of "archive archive archive archive\n". */
static void deflate_reads_the_other_library(void **unused)
{
    (void)unused;
    const unsigned char packed[] = {0x4b, 0x2c, 0x4a, 0xce, 0xc8, 0x2c, 0x4b,
                                    0x55, 0x48, 0xc4, 0x4e, 0x73, 0x01, 0x00};
    char text[32];
    struct inflater *in = inflater_new();
    assert_int_equal(inflater_run(in, packed, sizeof packed, text, sizeof text), 0);
    assert_memory_equal(text, "archive archive archive archive\n", sizeof text);
    inflater_free(in);
}

static void inflate_survives_any_bytes(void **unused)
{
    (void)unused;
    struct inflater *in = inflater_new();
    for (int round = 0; round < 3000; round++) {
        size_t n = random32(&seed) % 200, size = random32(&seed) % 2000;
        unsigned char *bytes = malloc(n ? n : 1), *out = malloc(size ? size : 1);
        for (size_t i = 0; i < n; i++)
            bytes[i] = (unsigned char)random32(&seed);
        int rc = inflater_run(in, bytes, n, out, size);
        assert_true(rc == 0 || rc == -1);
        free(bytes);
        free(out);
    }
    inflater_free(in);
}

/* ---- writing and reading ---- */

/* Four sections: some bytes, none, one, and `big` of them. */
static void write_sample(const char *path, size_t big, struct file_entry *entry)
{
    struct loose_frame f = {.kind = KIND, .count = 4};
    memcpy(f.id, test_id, sizeof f.id);
    buf_puts(&f.sections[0], "seventeen letters");
    buf_putc(&f.sections[2], 'x');
    for (size_t i = 0; i < big; i++)
        buf_putc(&f.sections[3], (int)(i * 31 >> 3 & 0xff));
    loose_write(&f, path, entry);
    loose_free(&f);
}

static void sections_come_back(void **state)
{
    struct place *at = *state;
    struct file_entry entry;
    struct error err;
    for (size_t big = 0; big < 50000; big = big * 2 + 7) {
        struct frame f;
        write_sample(at->path, big, &entry);
        assert_int_equal(frame_open(&f, at->path, KIND, &err), BF_OK);
        assert_int_equal(frame_verify(&f, &err), BF_OK);
        assert_int_equal(f.len, entry.length);
        assert_int_equal(f.crc, entry.crc);
        assert_memory_equal(f.id, test_id, FRAME_ID_BYTES);
        assert_int_equal(f.section_count, 4);
        assert_int_equal(f.sections[0].len, 17);
        assert_memory_equal(f.sections[0].p, "seventeen letters", 17);
        assert_int_equal(f.sections[1].len, 0);
        assert_int_equal(f.sections[2].len, 1);
        assert_int_equal(f.sections[3].len, big);
        for (unsigned i = 0; i < 4; i++)
            assert_int_equal((size_t)(f.sections[i].p - f.map) % FRAME_ALIGN, 0);
        for (size_t i = 0; i < big; i++)
            assert_int_equal(f.sections[3].p[i], i * 31 >> 3 & 0xff);
        frame_close(&f);
    }
}

static void a_frame_may_be_empty(void **state)
{
    struct place *at = *state;
    struct loose_frame none = {.kind = KIND};
    struct file_entry entry;
    struct frame f;
    struct error err;
    loose_write(&none, at->path, &entry);
    assert_int_equal(entry.length, FRAME_HEADER + 4 + FRAME_FOOTER);
    assert_int_equal(frame_open(&f, at->path, KIND, &err), BF_OK);
    assert_int_equal(f.section_count, 0);
    frame_close(&f);
}

/* Opens and verifies all of a file. */
static int read_all(const char *path, struct error *err)
{
    struct frame f;
    int rc = frame_open(&f, path, KIND, err);
    if (!rc)
        rc = frame_verify(&f, err);
    frame_close(&f);
    return rc;
}

/* A body that ends before, at and behind the end of a page. */
static void the_last_page_may_be_full(void **state)
{
    struct place *at = *state;
    const size_t before = 96; /* the big section's start */
    for (size_t body = FRAME_PAGE - 16; body <= FRAME_PAGE + 16; body += 16) {
        struct file_entry entry;
        struct error err;
        size_t pages = body > FRAME_PAGE ? 2 : 1;
        write_sample(at->path, body - before, &entry);
        assert_int_equal(entry.length, body + 4 * pages + 4 * 16 + FRAME_FOOTER);
        assert_int_equal(read_all(at->path, &err), BF_OK);
    }
}

/* ---- damage ---- */

static void assert_refused(const char *path)
{
    struct error err = {0};
    int rc = read_all(path, &err);
    assert_true(rc < 0);
    assert_int_equal(rc, err.code);
    assert_non_null(strstr(err.text, path));
}

static void every_flipped_byte_is_found(void **state)
{
    struct place *at = *state;
    struct file_entry entry;
    struct buf file = {0};
    write_sample(at->path, 200, &entry);
    scratch_read(at->path, &file);
    for (size_t i = 0; i < file.len; i++) {
        unsigned char right = file.data[i];
        const unsigned char wrong[] = {0, 0xff, (unsigned char)(right ^ 1),
                                       (unsigned char)(right ^ 0x80)};
        for (size_t k = 0; k < sizeof wrong; k++) {
            if (wrong[k] == right)
                continue;
            file.data[i] = wrong[k];
            scratch_write(at->path, file.data, file.len);
            assert_refused(at->path);
        }
        file.data[i] = right;
    }
    buf_free(&file);
}

static void every_cut_and_growth_is_found(void **state)
{
    struct place *at = *state;
    struct file_entry entry;
    struct buf file = {0};
    write_sample(at->path, 200, &entry);
    scratch_read(at->path, &file);
    for (size_t n = 0; n < file.len; n++) {
        scratch_write(at->path, file.data, n);
        assert_refused(at->path);
        scratch_write(at->path, file.data + (file.len - n), n);
        assert_refused(at->path);
    }
    for (int more = 1; more <= 4096; more *= 4) {
        buf_zeros(&file, (size_t)more);
        scratch_write(at->path, file.data, file.len);
        assert_refused(at->path);
    }
    buf_free(&file);
}

static void a_page_is_verified_when_touched(void **state)
{
    struct place *at = *state;
    struct file_entry entry;
    struct buf file = {0};
    struct frame f;
    struct error err;
    write_sample(at->path, 4 * FRAME_PAGE, &entry);
    scratch_read(at->path, &file);
    file.data[2 * FRAME_PAGE + 5] ^= 4;
    scratch_write(at->path, file.data, file.len);
    assert_int_equal(frame_open(&f, at->path, KIND, &err), BF_OK);
    assert_int_equal(frame_touch(&f, f.map + 10, 2 * FRAME_PAGE - 10, &err), BF_OK);
    assert_int_equal(frame_touch(&f, f.map + 3 * FRAME_PAGE, 1, &err), BF_OK);
    assert_int_equal(frame_touch(&f, f.map + 2 * FRAME_PAGE, 0, &err), BF_OK);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(frame_touch(&f, f.map + 2 * FRAME_PAGE - 1, 2, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, "offset 32768"));
    }
    assert_int_equal(frame_touch(&f, f.map + f.body_len, 0, &err), BF_OK);
    assert_int_equal(frame_touch(&f, f.map + f.body_len - 1, 2, &err), BF_ERR_DAMAGED);
    assert_int_equal(frame_touch(&f, f.map, f.len, &err), BF_ERR_DAMAGED);
    assert_int_equal(frame_verify(&f, &err), BF_ERR_DAMAGED);
    frame_close(&f);
    buf_free(&file);
}

/* Whatever the tables say, with right checksums: sections lie inside. */
static void hostile_tables_stay_inside(void **state)
{
    struct place *at = *state;
    struct file_entry entry;
    struct buf file = {0}, bent = {0};
    write_sample(at->path, 100, &entry);
    scratch_read(at->path, &file);
    unsigned opened = 0;
    for (int round = 0; round < 5000; round++) {
        struct frame f;
        bent.len = 0;
        buf_add(&bent, file.data, file.len);
        for (unsigned k = random32(&seed) % 3 + 1; k; k--) {
            size_t tail = random32(&seed) % (4 + 4 * 16 + FRAME_FOOTER);
            bent.data[bent.len - 1 - tail] = (unsigned char)random32(&seed);
        }
        refit_checksums(bent.data, bent.len);
        scratch_write(at->path, bent.data, bent.len);
        if (frame_open(&f, at->path, KIND, NULL) == BF_OK) {
            opened++;
            for (unsigned i = 0; i < f.section_count; i++)
                assert_true(f.sections[i].p >= f.map + FRAME_HEADER &&
                            f.sections[i].p + f.sections[i].len <= f.map + f.body_len);
            frame_close(&f);
        }
    }
    assert_true(opened > 100);
    buf_free(&file);
    buf_free(&bent);
}

/* The tail of a file as the writer laid it out: four sections. */
struct tail {
    unsigned char *sections; /* 16 bytes each */
    unsigned char *footer;
};

static void overlap(struct tail *t)
{
    store_u64(t->sections + 16 * 2, load_u64(t->sections));
}

static void between_multiples_of_16(struct tail *t)
{
    store_u64(t->sections + 16, load_u64(t->sections + 16) + 1);
}

static void start_behind_the_body(struct tail *t)
{
    store_u64(t->sections + 16 * 3, load_u64(t->footer) + 16);
    store_u64(t->sections + 16 * 3 + 8, 0);
}

static void end_behind_the_body(struct tail *t)
{
    uint64_t room = load_u64(t->footer) - load_u64(t->sections + 16 * 3);
    store_u64(t->sections + 16 * 3 + 8, room + 1);
}

static void wrap_round(struct tail *t)
{
    store_u64(t->sections + 16 * 3 + 8, UINT64_MAX);
}

static void one_section_less(struct tail *t)
{
    store_u32(t->footer + 8, 3);
}

static void reserved_bytes(struct tail *t)
{
    t->footer[12] = 1;
}

static void more_reserved_bytes(struct tail *t)
{
    t->footer[28] = 1;
}

static void another_length(struct tail *t)
{
    store_u64(t->footer + 16, load_u64(t->footer + 16) + 16);
}

static void a_body_of_nothing(struct tail *t)
{
    store_u64(t->footer, 0);
}

static void tables_that_break_a_rule_are_damage(void **state)
{
    struct place *at = *state;
    static void (*const bends[])(struct tail *) = {
        overlap,        between_multiples_of_16, start_behind_the_body, end_behind_the_body,
        wrap_round,     one_section_less,        reserved_bytes,        more_reserved_bytes,
        another_length, a_body_of_nothing};
    struct file_entry entry;
    struct buf file = {0};
    for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
        struct error err;
        write_sample(at->path, 100, &entry);
        scratch_read(at->path, &file);
        unsigned char *footer = file.data + file.len - FRAME_FOOTER;
        bends[i](&(struct tail){footer - 16 * 4, footer});
        refit_checksums(file.data, file.len);
        scratch_write(at->path, file.data, file.len);
        assert_int_equal(read_all(at->path, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, ": offset "));
    }
    buf_free(&file);
}

/* As many sections as there may be, all empty, and one more. */
static void sections_have_a_limit(void **state)
{
    struct place *at = *state;
    for (unsigned n = FRAME_MAX_SECTIONS - 1; n <= FRAME_MAX_SECTIONS + 1; n++) {
        struct buf file = {0};
        struct error err;
        buf_puts(&file, "BACKFILETEST");
        buf_u32(&file, FORMAT_VERSION);
        buf_zeros(&file, FRAME_HEADER - file.len);
        buf_u32(&file, 0); /* checksum of the page */
        for (unsigned i = 0; i < n; i++) {
            buf_u64(&file, FRAME_HEADER);
            buf_u64(&file, 0);
        }
        buf_u64(&file, FRAME_HEADER);
        buf_u64(&file, n);
        buf_u64(&file, file.len + 24);
        buf_u64(&file, 0); /* checksum of the tail */
        buf_puts(&file, "ELIFKCAB");
        refit_checksums(file.data, file.len);
        scratch_write(at->path, file.data, file.len);
        int rc = read_all(at->path, &err);
        assert_int_equal(rc, n <= FRAME_MAX_SECTIONS ? BF_OK : BF_ERR_DAMAGED);
        buf_free(&file);
    }
}

/* ---- refusals ---- */

/* Writes a sample whose header has `value` at `offset`, with right checksums. */
static void write_with_header(const char *path, size_t offset, unsigned value)
{
    struct file_entry entry;
    struct buf file = {0};
    write_sample(path, 10, &entry);
    scratch_read(path, &file);
    store_u16(file.data + offset, (uint16_t)value);
    refit_checksums(file.data, file.len);
    scratch_write(path, file.data, file.len);
    buf_free(&file);
}

static void newer_and_older_versions_are_refused_by_name(void **state)
{
    struct place *at = *state;
    struct error err;
    write_with_header(at->path, 12, FORMAT_VERSION + 1);
    assert_int_equal(read_all(at->path, &err), BF_ERR_TOO_NEW);
    assert_non_null(strstr(err.text, "made by a newer version (format 2"));
    write_with_header(at->path, 14, 1);
    assert_int_equal(read_all(at->path, &err), BF_ERR_TOO_NEW);
    assert_non_null(strstr(err.text, "flags 1"));
    write_with_header(at->path, 12, 0);
    assert_int_equal(read_all(at->path, &err), BF_ERR_TOO_OLD);
    assert_non_null(strstr(err.text, "format 0 is no longer read"));
}

/* Then its checksum is wrong, too. */
static void a_damaged_version_is_damage(void **state)
{
    struct place *at = *state;
    struct file_entry entry;
    struct error err;
    for (size_t offset = 12; offset < 16; offset++) {
        struct buf file = {0};
        write_sample(at->path, 10, &entry);
        scratch_read(at->path, &file);
        file.data[offset] ^= 1;
        scratch_write(at->path, file.data, file.len);
        assert_int_equal(read_all(at->path, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, "offset 12: checksum"));
        buf_free(&file);
    }
}

static void another_kind_and_reserved_bytes_are_damage(void **state)
{
    struct place *at = *state;
    struct error err;
    write_with_header(at->path, 8, 'X');
    assert_int_equal(read_all(at->path, &err), BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, "offset 8: a file of another kind"));
    write_with_header(at->path, 40, 7);
    assert_int_equal(read_all(at->path, &err), BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, "offset 40"));
}

static void what_is_no_file_is_told_apart(void **state)
{
    struct place *at = *state;
    struct error err;
    assert_int_equal(read_all(at->path, &err), BF_ERR_MISSING);
    errno = ENOENT; /* of some call before: not the reason */
    assert_int_equal(read_all(at->dir, &err), BF_ERR_SYSTEM);
    assert_non_null(strstr(err.text, "not a regular file"));
    assert_int_equal(mkfifo(at->path, 0600), 0);
    errno = ENOENT;
    assert_int_equal(read_all(at->path, &err), BF_ERR_SYSTEM);
}

/* ---- a writer that fails ---- */

static int write_through(const char *path, struct error *err)
{
    struct frame_writer w;
    struct file_entry entry;
    static const unsigned char bytes[600 * 1024];
    int rc = frame_writer_open(&w, path, KIND, test_id, err);
    if (rc)
        return rc;
    frame_put_section(&w, bytes, sizeof bytes);
    frame_put_section(&w, bytes, 5);
    return frame_writer_finish(&w, &entry.length, &entry.crc, err);
}

static void a_failed_call_leaves_no_file(void **state)
{
    struct place *at = *state;
    const unsigned calls = FAULT_OPEN | FAULT_WRITE | FAULT_FSYNC | FAULT_CLOSE;
    struct fault_plan plan = {.calls = calls};
    struct error err;
    faults_install(&plan);
    assert_int_equal(write_through(at->path, &err), BF_OK);
    unsigned total = faults_remove();
    assert_true(total >= 5);
    for (plan.nth = 1; plan.nth <= total; plan.nth++) {
        unlink(at->path);
        plan.error_number = plan.nth % 2 ? ENOSPC : EIO;
        faults_install(&plan);
        int rc = write_through(at->path, &err);
        faults_remove();
        assert_int_equal(rc, BF_ERR_SYSTEM);
        assert_non_null(strstr(err.text, at->path));
        assert_non_null(strstr(err.text, plan.nth % 2 ? "No space left" : "Input/output error"));
        assert_false(scratch_exists(at->dir, "framed"));
    }
}

static void interrupted_and_short_writes_are_absorbed(void **state)
{
    struct place *at = *state;
    struct fault_plan plan = {.trickle = true};
    struct file_entry entry;
    struct buf file = {0}, trickled = {0};
    write_sample(at->path, 500, &entry);
    scratch_read(at->path, &file);
    faults_install(&plan);
    write_sample(at->path, 500, &entry);
    faults_remove();
    scratch_read(at->path, &trickled);
    assert_int_equal(file.len, trickled.len);
    assert_memory_equal(file.data, trickled.data, file.len);
    buf_free(&file);
    buf_free(&trickled);
}

static void an_existing_name_is_never_overwritten(void **state)
{
    struct place *at = *state;
    struct frame_writer w;
    struct error err;
    struct buf file = {0};
    char *target = scratch_path(at->dir, "target");
    scratch_write(at->path, "precious", 8);
    assert_int_equal(frame_writer_open(&w, at->path, KIND, test_id, &err), BF_ERR_SYSTEM);
    unlink(at->path);
    scratch_write(target, "precious", 8);
    assert_int_equal(symlink(target, at->path), 0);
    assert_int_equal(frame_writer_open(&w, at->path, KIND, test_id, &err), BF_ERR_SYSTEM);
    scratch_read(target, &file);
    assert_int_equal(file.len, 8);
    assert_memory_equal(file.data, "precious", 8);
    buf_free(&file);
    free(target);
}

static void an_abandoned_file_is_gone(void **state)
{
    struct place *at = *state;
    struct frame_writer w, never = {0};
    struct error err;
    assert_int_equal(frame_writer_open(&w, at->path, KIND, test_id, &err), BF_OK);
    frame_put_section(&w, "x", 1);
    assert_true(scratch_exists(at->dir, "framed"));
    frame_writer_abandon(&w);
    frame_writer_abandon(&w);
    frame_writer_abandon(&never);
    assert_false(scratch_exists(at->dir, "framed"));
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_set_up, place_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_gives_the_values_of_the_rfc),
        cmocka_unit_test(crc_variants_agree),
        cmocka_unit_test(deflate_comes_back),
        cmocka_unit_test(deflate_reads_the_other_library),
        cmocka_unit_test(inflate_survives_any_bytes),
        PLACED(sections_come_back),
        PLACED(a_frame_may_be_empty),
        PLACED(the_last_page_may_be_full),
        PLACED(every_flipped_byte_is_found),
        PLACED(every_cut_and_growth_is_found),
        PLACED(a_page_is_verified_when_touched),
        PLACED(hostile_tables_stay_inside),
        PLACED(tables_that_break_a_rule_are_damage),
        PLACED(sections_have_a_limit),
        PLACED(newer_and_older_versions_are_refused_by_name),
        PLACED(a_damaged_version_is_damage),
        PLACED(another_kind_and_reserved_bytes_are_damage),
        PLACED(what_is_no_file_is_told_apart),
        PLACED(a_failed_call_leaves_no_file),
        PLACED(interrupted_and_short_writes_are_absorbed),
        PLACED(an_existing_name_is_never_overwritten),
        PLACED(an_abandoned_file_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
