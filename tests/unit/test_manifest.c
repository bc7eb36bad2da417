/*
 * test_manifest.c - the manifest's bytes, and commits with each system call
 * failing in turn: the index is the old one or the new one, never neither.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "common/index/commit.h"
#include "common/index/limits.h"
#include "common/index/manifest.h"
#include "common/io/file.h"
#include "indexer/commands.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/faults.h"
#include "tests/unit/random.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

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

/* ---- bytes ---- */

static void fill_entry(struct segment_entry *e, uint64_t number)
{
    *e = (struct segment_entry){.number = number,
                                .docs = 1 + below(1000),
                                .terms = random32(&seed),
                                .tokens = 5000 + below(1000),
                                .lead_tokens = below(5000)};
    for (int i = 0; i < FRAME_ID_BYTES; i++)
        e->id[i] = (unsigned char)random32(&seed);
    for (int i = 0; i < SEGMENT_FILES; i++)
        e->files[i] = (struct file_entry){random32(&seed), random32(&seed)};
    if (below(2))
        return;
    e->deletes_generation = 1 + below(50);
    e->deletes_file = (struct file_entry){random32(&seed), random32(&seed)};
    e->deleted_docs = 1 + below(e->docs);
    e->deleted_tokens = below(5000);
    e->deleted_lead_tokens = below((uint32_t)e->lead_tokens + 1);
}

static void make_manifest(struct manifest *m, uint32_t segments)
{
    *m = (struct manifest){.generation = 50,
                           .next_segment = 1 + 3ull * segments,
                           .language = mem_strdup("english"),
                           .fingerprint = mem_strdup("rules 1; stop words none"),
                           .segments = mem_zalloc(segments, sizeof *m->segments),
                           .segment_count = segments};
    for (uint32_t i = 0; i < segments; i++)
        fill_entry(&m->segments[i], 1 + 3ull * i);
    if (segments % 2) {
        m->copies_generation = 1 + below(50);
        m->copies_file = (struct file_entry){random32(&seed), random32(&seed)};
    }
}

/* Whether the manifest's bytes are taken for one. */
static bool decodes(const struct manifest *m)
{
    struct buf bytes = {0};
    struct manifest back;
    manifest_encode(m, &bytes);
    int rc = manifest_decode(bytes.data, bytes.len, &back);
    manifest_free(&back);
    buf_free(&bytes);
    return rc == BF_OK;
}

static void assert_same(const struct manifest *a, const struct manifest *b)
{
    struct buf x = {0}, y = {0};
    manifest_encode(a, &x);
    manifest_encode(b, &y);
    assert_int_equal(x.len, y.len);
    assert_memory_equal(x.data, y.data, x.len);
    buf_free(&x);
    buf_free(&y);
}

static void manifests_come_back_and_refuse_cuts(void **unused)
{
    (void)unused;
    const uint32_t sizes[] = {0, 1, 2, 20};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct manifest m, back, copy;
        struct buf bytes = {0};
        make_manifest(&m, sizes[i]);
        manifest_encode(&m, &bytes);
        unsigned char *exact = exact_copy(bytes.data, bytes.len);
        assert_int_equal(manifest_decode(exact, bytes.len, &back), BF_OK);
        assert_same(&m, &back);
        manifest_copy(&back, &copy);
        manifest_free(&back);
        assert_same(&m, &copy);
        manifest_free(&copy);
        free(exact);
        for (size_t cut = 0; cut < bytes.len; cut++) {
            exact = exact_copy(bytes.data, cut);
            assert_int_equal(manifest_decode(exact, cut, &back), BF_ERR_DAMAGED);
            free(exact);
        }
        buf_putc(&bytes, 0);
        assert_int_equal(manifest_decode(bytes.data, bytes.len, &back), BF_ERR_DAMAGED);
        buf_free(&bytes);
        manifest_free(&m);
    }
}

/* What is taken for a manifest is exactly what would be written for it. */
static void damaged_bytes_are_refused_or_mean_what_they_say(void **unused)
{
    (void)unused;
    struct manifest m;
    struct buf bytes = {0}, again = {0};
    make_manifest(&m, 4);
    manifest_encode(&m, &bytes);
    for (int round = 0; round < 20000; round++) {
        struct manifest back;
        unsigned char *exact = exact_copy(bytes.data, bytes.len);
        for (unsigned k = 1 + below(3); k; k--)
            exact[below((uint32_t)bytes.len)] = (unsigned char)random32(&seed);
        if (manifest_decode(exact, bytes.len, &back) == BF_OK) {
            again.len = 0;
            manifest_encode(&back, &again);
            assert_int_equal(again.len, bytes.len);
            assert_memory_equal(again.data, exact, again.len);
            manifest_free(&back);
        }
        free(exact);
    }
    buf_free(&bytes);
    buf_free(&again);
    manifest_free(&m);
}

static void impossible_entries_are_refused(void **unused)
{
    (void)unused;
    struct manifest m;
    make_manifest(&m, 3);
    struct segment_entry *e = &m.segments[1], right = *e;
    assert_true(decodes(&m));
    e->number = m.segments[0].number;
    assert_false(decodes(&m));
    e->number = m.segments[2].number + 1;
    assert_false(decodes(&m));
    *e = right;
    e->lead_tokens = e->tokens;
    e->deletes_generation = 0;
    assert_true(decodes(&m));
    e->lead_tokens = e->tokens + 1;
    assert_false(decodes(&m));
    *e = right;
    e->deletes_generation = m.generation;
    e->deleted_docs = e->docs;
    assert_true(decodes(&m));
    e->deleted_docs = e->docs + 1;
    assert_false(decodes(&m));
    e->deleted_docs = 0;
    assert_false(decodes(&m));
    e->deleted_docs = 1;
    e->deleted_tokens = e->tokens + 1;
    assert_false(decodes(&m));
    e->deleted_tokens = e->tokens;
    e->deleted_lead_tokens = e->lead_tokens;
    assert_true(decodes(&m));
    e->deleted_lead_tokens = e->lead_tokens + 1;
    assert_false(decodes(&m));
    e->deleted_lead_tokens = 0;
    e->deletes_generation = m.generation + 1;
    assert_false(decodes(&m));
    *e = right;
    m.copies_generation = m.generation;
    assert_true(decodes(&m));
    m.copies_generation = m.generation + 1;
    assert_false(decodes(&m));
    m.copies_generation = 0;
    m.next_segment = m.segments[2].number;
    assert_false(decodes(&m));
    manifest_free(&m);
}

static void limits_are_where_they_say(void **unused)
{
    (void)unused;
    struct manifest m;
    make_manifest(&m, MAX_SEGMENTS - 1);
    for (uint32_t n = MAX_SEGMENTS - 1; n <= MAX_SEGMENTS + 1; n++) {
        m.segments = mem_realloc(m.segments, n * sizeof *m.segments);
        fill_entry(&m.segments[n - 1], 3ull * n);
        m.next_segment = 3ull * n + 1;
        m.segment_count = n;
        assert_int_equal(decodes(&m), n <= MAX_SEGMENTS);
    }
    m.segment_count = 1;
    struct segment_entry *e = &m.segments[0];
    for (uint32_t over = 0; over < 2; over++) {
        e->docs = MAX_SEGMENT_DOCS + over;
        assert_int_equal(decodes(&m), !over);
    }
    e->docs = MAX_SEGMENT_DOCS;
    for (uint32_t over = 0; over < 2; over++) {
        e->tokens = MAX_SEGMENT_TOKENS + over;
        assert_int_equal(decodes(&m), !over);
    }
    e->tokens = MAX_SEGMENT_TOKENS;
    m.segment_count = 4; /* 2^32 articles: one too many for a global number */
    for (uint32_t i = 0; i < 4; i++) {
        fill_entry(&m.segments[i], i + 1);
        m.segments[i].docs = MAX_SEGMENT_DOCS - (i == 3);
    }
    assert_true(decodes(&m));
    m.segments[3].docs = MAX_SEGMENT_DOCS;
    assert_false(decodes(&m));
    manifest_free(&m);
}

static void names_are_made_from_numbers(void **unused)
{
    (void)unused;
    char name[FILE_NAME_BYTES];
    segment_file_name(1, FILE_TERMS, name);
    assert_string_equal(name, "s00000001.terms");
    segment_file_name(UINT64_MAX, FILE_POSITIONS, name);
    assert_string_equal(name, "s18446744073709551615.positions");
    deletes_file_name(12, 345, name);
    assert_string_equal(name, "s00000012-00000345.deletes");
    deletes_file_name(UINT64_MAX, UINT64_MAX, name);
    assert_string_equal(name, "s18446744073709551615-18446744073709551615.deletes");
}

/* ---- reading ---- */

static void a_damaged_or_missing_manifest_is_told_apart(void **state)
{
    const char *dir = *state;
    struct manifest m;
    struct error err;
    assert_int_equal(manifest_read(dir, &m, &err), BF_ERR_MISSING);
    assert_int_equal(commit_create(dir, "english", "rules", false, &err), BF_OK);
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    assert_int_equal(m.generation, 0);
    assert_int_equal(m.next_segment, 1);
    assert_int_equal(m.segment_count, 0);
    assert_string_equal(m.language, "english");
    assert_string_equal(m.fingerprint, "rules");
    manifest_free(&m);
    char *path = scratch_path(dir, MANIFEST_NAME);
    struct buf file = {0};
    scratch_read(path, &file);
    for (size_t i = 0; i < file.len; i++) {
        file.data[i] ^= 0x20;
        scratch_write(path, file.data, file.len);
        assert_true(manifest_read(dir, &m, &err) < 0);
        assert_true(err.code != BF_ERR_MISSING);
        file.data[i] ^= 0x20;
    }
    buf_free(&file);
    free(path);
}

static void another_shape_is_damage(void **state)
{
    const char *dir = *state;
    char *path = scratch_path(dir, MANIFEST_NAME);
    for (unsigned sections = 0; sections < 3; sections++) {
        struct loose_frame f = {.kind = FRAME_KIND('M', 'A', 'N', 'I'), .count = sections};
        struct file_entry unused;
        struct manifest m;
        struct error err;
        buf_puts(&f.sections[0], "nonsense");
        loose_write(&f, path, &unused);
        assert_int_equal(manifest_read(dir, &m, &err), BF_ERR_DAMAGED);
        loose_free(&f);
    }
    free(path);
}

/* ---- commits ---- */

static void each_commit_is_the_next_generation(void **state)
{
    const char *dir = *state;
    struct manifest m;
    struct error err;
    assert_int_equal(commit_create(dir, "english", "rules", false, &err), BF_OK);
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    for (uint64_t g = 1; g <= 5; g++) {
        assert_int_equal(commit_manifest(dir, &m, &err), BF_OK);
        assert_int_equal(m.generation, g);
        assert_int_equal(generation_of(dir), g);
        assert_false(scratch_exists(dir, MANIFEST_TEMP_NAME));
    }
    manifest_free(&m);
}

/* One commit on top of generation `before`, with a fault. */
static void commit_with_fault(const char *dir, const struct fault_plan *plan, uint64_t before)
{
    struct manifest m;
    struct error err = {0};
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    faults_install(plan);
    int rc = commit_manifest(dir, &m, &err);
    faults_remove();
    uint64_t now = generation_of(dir);
    if (rc == BF_OK) {
        assert_int_equal(now, before + 1);
    } else {
        assert_int_equal(rc, BF_ERR_SYSTEM);
        assert_int_equal(m.generation, before);
        assert_non_null(strstr(err.text, dir));
        /* only a failure of the last step may leave the new one, and says so */
        assert_true(now == before ||
                    (now == before + 1 && strstr(err.text, "may or may not be durable")));
    }
    manifest_free(&m);
}

static unsigned calls_of_a_commit(const char *dir, unsigned calls)
{
    struct fault_plan count = {.calls = calls};
    struct manifest m;
    struct error err;
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    faults_install(&count);
    assert_int_equal(commit_manifest(dir, &m, &err), BF_OK);
    unsigned total = faults_remove();
    manifest_free(&m);
    return total;
}

static void a_failed_commit_leaves_the_old_index(void **state)
{
    const char *dir = *state;
    struct error err;
    assert_int_equal(commit_create(dir, "english", "rules", false, &err), BF_OK);
    unsigned total = calls_of_a_commit(dir, FAULT_ANY);
    assert_true(total >= 12);
    const int errors[] = {EIO, ENOSPC, EROFS};
    for (int sticky = 0; sticky < 2; sticky++)
        for (unsigned nth = 1; nth <= total; nth++)
            for (int e = 0; e < 3; e++) {
                struct fault_plan plan = {
                    .calls = FAULT_ANY, .nth = nth, .error_number = errors[e], .sticky = sticky};
                commit_with_fault(dir, &plan, generation_of(dir));
            }
    uint64_t before = generation_of(dir);
    assert_true(calls_of_a_commit(dir, FAULT_ANY) >= 12);
    assert_int_equal(generation_of(dir), before + 1);
    assert_false(scratch_exists(dir, MANIFEST_TEMP_NAME));
}

/* These may never be overlooked. */
static void what_makes_it_durable_must_succeed(void **state)
{
    const char *dir = *state;
    const unsigned calls[] = {FAULT_WRITE, FAULT_FSYNC, FAULT_RENAME, FAULT_CLOSE};
    struct error err;
    assert_int_equal(commit_create(dir, "english", "rules", false, &err), BF_OK);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        unsigned total = calls_of_a_commit(dir, calls[i]);
        assert_true(total >= 1);
        for (unsigned nth = 1; nth <= total; nth++) {
            struct fault_plan plan = {.calls = calls[i], .nth = nth, .error_number = EIO};
            struct manifest m;
            assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
            faults_install(&plan);
            assert_int_equal(commit_manifest(dir, &m, &err), BF_ERR_SYSTEM);
            faults_remove();
            assert_non_null(strstr(err.text, "Input/output error"));
            manifest_free(&m);
        }
    }
}

static void interruptions_are_absorbed(void **state)
{
    const char *dir = *state;
    struct fault_plan plan = {.trickle = true};
    struct error err;
    faults_install(&plan);
    assert_int_equal(commit_create(dir, "english", "rules", false, &err), BF_OK);
    faults_remove();
    commit_with_fault(dir, &plan, 0);
    assert_int_equal(generation_of(dir), 1);
}

static void creation_fails_whole(void **state)
{
    struct fault_plan plan = {.calls = FAULT_ANY, .error_number = ENOSPC};
    struct error err;
    for (bool done = false; !done;) {
        char *dir = scratch_path(*state, "new");
        struct manifest m;
        plan.nth++;
        faults_install(&plan);
        int rc = commit_make_directory(dir, &err);
        if (!rc)
            rc = commit_create(dir, "english", "rules", false, &err);
        faults_remove();
        int read = manifest_read(dir, &m, &err);
        assert_true(read == BF_OK || read == BF_ERR_MISSING);
        assert_true(rc || read == BF_OK);
        if (!read)
            manifest_free(&m);
        done = plan.nth > 40;
        assert_true(!done || rc == BF_OK);
        if (!access(dir, F_OK))
            scratch_free(dir);
        else
            free(dir);
    }
}

/* The directory whose name was made durable last. */
static char synced[256];
static int (*real_open)(const char *, int, mode_t);
static int note_open(const char *path, int flags, mode_t mode)
{
    strncpy(synced, path, sizeof synced - 1);
    return real_open(path, flags, mode);
}

static void a_new_directory_is_synced_in_its_parent(void **state)
{
    const char *dir = *state;
    static const char *const names[] = {"plain", "slash/", "slashes///"};
    struct error err;
    real_open = file_calls.open;
    for (int i = 0; i < 3; i++) {
        char *path = scratch_path(dir, names[i]);
        file_calls.open = note_open;
        assert_int_equal(commit_make_directory(path, &err), BF_OK);
        assert_memory_equal(synced, dir, strlen(dir));
        assert_string_equal(synced + strlen(dir), "/");
        synced[0] = '\0';
        assert_int_equal(commit_make_directory(path, &err), BF_OK);
        assert_string_equal(synced, "");
        file_calls.open = real_open;
        free(path);
    }
    assert_int_equal(chdir(dir), 0);
    file_calls.open = note_open;
    assert_int_equal(commit_make_directory("here", &err), BF_OK);
    assert_string_equal(synced, ".");
    file_calls.open = real_open;
    assert_int_equal(commit_make_directory("not/here", &err), BF_ERR_SYSTEM);
    assert_int_equal(chdir("/"), 0);
}

/* Whoever made it may have been killed before its name was durable. */
static void a_directory_that_is_there_is_synced_when_an_index_is_made(void **state)
{
    const struct fault_plan plan = {.calls = FAULT_FSYNC, .nth = 1, .error_number = EIO};
    struct error err;
    char *path = scratch_path(*state, "there");
    assert_int_equal(mkdir(path, 0777), 0);
    faults_install(&plan);
    assert_int_equal(commit_create(path, "english", "rules", false, &err), BF_ERR_SYSTEM);
    faults_remove();
    assert_null(strstr(err.text, "there")); /* but its parent */
    assert_false(scratch_exists(path, MANIFEST_NAME));
    assert_int_equal(commit_create(path, "english", "rules", false, &err), BF_OK);
    free(path);
}

/* ---- strays ---- */

static void only_our_own_unnamed_files_are_removed(void **state)
{
    const char *dir = *state;
    static const char *const strays[] = {"manifest.tmp",       "s00000001.terms",
                                         "s00000007.text",     "s00000004-00000009.deletes",
                                         "s123456789.columns", "s00000007-00000001.deletes"};
    static const char *const kept[] = {"lock",
                                       "notes.txt",
                                       "s00000004.terms",
                                       "s00000004.postings",
                                       "s00000004.postings.bak",
                                       "s0000004.terms",
                                       "s00000004.other",
                                       "s00000004-00000003.deletes",
                                       "S00000001.terms",
                                       "s00000001-00000001.terms",
                                       "s"};
    struct manifest m;
    make_manifest(&m, 2);
    assert_int_equal(m.segments[1].number, 4);
    m.segments[1].deletes_generation = 3;
    m.segments[0].number = 2;
    for (size_t i = 0; i < sizeof strays / sizeof *strays; i++) {
        char *path = scratch_path(dir, strays[i]);
        scratch_write(path, "x", 1);
        free(path);
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        char *path = scratch_path(dir, kept[i]);
        scratch_write(path, "x", 1);
        free(path);
    }
    commit_remove_strays(dir, &m);
    for (size_t i = 0; i < sizeof strays / sizeof *strays; i++)
        assert_false(scratch_exists(dir, strays[i]));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        assert_true(scratch_exists(dir, kept[i]));
    commit_remove_strays("/nonexistent/index", &m);
    manifest_free(&m);
}

/* `info` of a manifest that names a language of its own, into *out. */
static void info_of(const char *dir, bool json, struct buf *out)
{
    char *path = scratch_path(dir, "told");
    int told = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), kept = dup(STDOUT_FILENO);
    char *argv[] = {(char[]){"info"}, (char *)(uintptr_t)dir, (char[]){"--json"}};
    struct error err;
    fflush(stdout);
    dup2(told, STDOUT_FILENO);
    int status = command_info(json ? 3 : 2, argv, &err);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(told);
    close(kept);
    assert_int_equal(status, EXIT_DONE);
    scratch_read(path, out);
    buf_putc(out, '\0');
    free(path);
}

static void what_it_names_reaches_no_terminal(void **state)
{
    struct error err;
    struct buf told = {0};
    assert_int_equal(commit_create(*state, "eng\x1b[31m\"lish", "a\nb", false, &err), BF_OK);
    info_of(*state, false, &told);
    assert_non_null(strstr((char *)told.data, "\nlanguage    eng\\u001b[31m\"lish\n"));
    assert_non_null(strstr((char *)told.data, "\nanalysis    a\\nb\n"));
    info_of(*state, true, &told);
    assert_non_null(
        strstr((char *)told.data,
               ",\"language\":\"eng\\u001b[31m\\\"lish\",\"analysis\":\"a\\nb\",\"stores_text\":"));
    buf_free(&told);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(manifests_come_back_and_refuse_cuts),
        cmocka_unit_test(damaged_bytes_are_refused_or_mean_what_they_say),
        cmocka_unit_test(impossible_entries_are_refused),
        cmocka_unit_test(limits_are_where_they_say),
        cmocka_unit_test(names_are_made_from_numbers),
        cmocka_unit_test_setup_teardown(what_it_names_reaches_no_terminal, set_up, tear_down),
        PLACED(a_damaged_or_missing_manifest_is_told_apart),
        PLACED(another_shape_is_damage),
        PLACED(each_commit_is_the_next_generation),
        PLACED(a_failed_commit_leaves_the_old_index),
        PLACED(what_makes_it_durable_must_succeed),
        PLACED(interruptions_are_absorbed),
        PLACED(creation_fails_whole),
        PLACED(a_new_directory_is_synced_in_its_parent),
        PLACED(a_directory_that_is_there_is_synced_when_an_index_is_made),
        PLACED(only_our_own_unnamed_files_are_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
