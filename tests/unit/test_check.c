/*
 * test_check.c - faults of content, each with right checksums: what the index
 * says is wrong, and nothing but deriving it again can tell.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/index/check.h"
#include "tests/unit/scratch.h"
#include "tests/unit/seeded_faults.h"

/* NULL for `found`: the check has to find nothing. */
static void assert_found(const struct seeded_fault *fault, const char *dir, bool quick,
                         const char *found)
{
    struct check_report report;
    struct check_options options = {.quick = quick};
    struct error err = {0};
    int rc = check_index(dir, &options, &report, &err);
    if (rc != (found ? BF_ERR_DAMAGED : BF_OK) || (found && !strstr(err.text, found)))
        fail_msg("%s%s: %d %s", fault->name, quick ? " (quick)" : "", rc, err.text);
    if (!found)
        return;
    assert_non_null(strstr(err.text, "index damaged: "));
    assert_non_null(strstr(err.text, dir));
    assert_non_null(strstr(err.text, ": offset "));
}

static void every_seeded_fault_is_found(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < seeded_fault_count; i++) {
        const struct seeded_fault *fault = &seeded_faults[i];
        char *dir = scratch_new();
        seed_fault(fault, dir);
        assert_found(fault, dir, false, fault->found);
        assert_found(fault, dir, true, fault->quick ? fault->found : NULL);
        scratch_free(dir);
    }
}

/* ---- frames ---- */

/* Changes the bytes of the first segment's columns file, and makes checksums
 * and manifest right again. */
static void bend_columns_file(const char *dir, void (*bend)(unsigned char *file, size_t len))
{
    struct loose_frame f = {.kind = FRAME_KIND('M', 'A', 'N', 'I'), .count = 1};
    struct file_entry unused;
    struct manifest m;
    struct buf file = {0};
    struct error err;
    char name[FILE_NAME_BYTES];
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    segment_file_name(1, FILE_COLUMNS, name);
    char *path = scratch_path(dir, name), *manifest = scratch_path(dir, MANIFEST_NAME);
    scratch_read(path, &file);
    bend(file.data, file.len);
    m.segments[0].files[FILE_COLUMNS].crc = refit_checksums(file.data, file.len);
    scratch_write(path, file.data, file.len);
    manifest_encode(&m, &f.sections[0]);
    loose_write(&f, manifest, &unused);
    loose_free(&f);
    buf_free(&file);
    manifest_free(&m);
    free(manifest);
    free(path);
}

static unsigned char *section_record(unsigned char *file, size_t len, unsigned section)
{
    return file + len - FRAME_FOOTER - 16 * (COLUMNS - section);
}

/* Behind the category names, which end nowhere near a multiple of 16. */
static void set_a_byte_between(unsigned char *file, size_t len)
{
    uint64_t next = load_u64(section_record(file, len, COLUMN_CATEGORY_NAMES + 1));
    file[next - 1] = 1;
}

static void make_a_section_shorter(unsigned char *file, size_t len)
{
    unsigned char *names = section_record(file, len, COLUMN_NAMES) + 8;
    store_u64(names, load_u64(names) - 64);
}

static void bytes_between_sections_are_found(void **unused)
{
    (void)unused;
    static void (*const bends[])(unsigned char *, size_t) = {set_a_byte_between,
                                                             make_a_section_shorter};
    static const char *const found[] = {"a byte between sections is not zero",
                                        "sections are not back to back"};
    for (int i = 0; i < 2; i++) {
        char *dir = scratch_new();
        struct check_report report;
        struct error err = {0};
        small_index_make(dir, NULL);
        bend_columns_file(dir, bends[i]);
        assert_int_equal(check_index(dir, NULL, &report, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, found[i]));
        scratch_free(dir);
    }
}

/* One flipped byte in the middle of each file. */
static void accidents_are_found_in_every_file(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct check_report report;
    small_index_make(dir, NULL);
    for (unsigned which = 0; which <= SEGMENT_FILES; which++) {
        char name[FILE_NAME_BYTES];
        struct buf file = {0};
        struct error err;
        if (which < SEGMENT_FILES)
            segment_file_name(1, which, name);
        else
            deletes_file_name(1, 1, name);
        char *path = scratch_path(dir, name);
        scratch_read(path, &file);
        file.data[file.len / 2] ^= 0x10;
        scratch_write(path, file.data, file.len);
        assert_int_equal(check_index(dir, NULL, &report, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, name));
        file.data[file.len / 2] ^= 0x10;
        scratch_write(path, file.data, file.len);
        assert_int_equal(check_index(dir, NULL, &report, &err), BF_OK);
        buf_free(&file);
        free(path);
    }
    scratch_free(dir);
}

/* ---- a good index ---- */

struct seen {
    uint64_t calls, last, total;
};

static void see_progress(void *arg, uint64_t done, uint64_t total)
{
    struct seen *seen = arg;
    assert_true(done >= seen->last && done <= total);
    seen->calls++;
    seen->last = done;
    seen->total = total;
}

static void a_good_index_is_good(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct seen seen = {0};
    struct check_options options = {.progress = see_progress, .arg = &seen};
    struct check_report report;
    struct error err = {0};
    small_index_make(dir, NULL);
    int rc = check_index(dir, &options, &report, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(rc, BF_OK);
    assert_true(seen.calls > 1 && seen.total == report.bytes);
    assert_int_equal(report.generation, 1);
    assert_int_equal(report.segments, SMALL_SEGMENTS);
    assert_int_equal(report.docs, small_docs[0] + small_docs[1]);
    assert_int_equal(report.deleted_docs, 9);
    assert_true(report.tokens > report.postings && report.postings > report.docs * 8);
    assert_true(report.terms > 5000);
    assert_int_equal(check_index(dir, NULL, &report, &err), BF_OK);
    options.quick = true;
    assert_int_equal(check_index(dir, &options, &report, &err), BF_OK);
    assert_int_equal(report.terms, 0);
    assert_int_equal(report.docs, small_docs[0] + small_docs[1]);
    scratch_free(dir);
}

static void an_empty_or_missing_index_is_told_apart(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct check_report report;
    struct error err;
    assert_int_equal(check_index(dir, NULL, &report, &err), BF_ERR_MISSING);
    small_index_make(dir, NULL);
    char *path = scratch_path(dir, "s00000002.text");
    assert_int_equal(remove(path), 0);
    assert_int_equal(check_index(dir, NULL, &report, &err), BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, path));
    free(path);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_index_is_good),
        cmocka_unit_test(an_empty_or_missing_index_is_told_apart),
        cmocka_unit_test(every_seeded_fault_is_found),
        cmocka_unit_test(bytes_between_sections_are_found),
        cmocka_unit_test(accidents_are_found_in_every_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
