/*
 * test_ingest.c - what becomes of an archive on its way into an index: ids
 * that come again, articles that go, little memory, runs that stop.
 */
#include "tests/unit/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/index/limits.h"
#include "common/io/file.h"
#include "indexer/merge_choice.h"
#include "tests/unit/archive_index.h"
#include "tests/unit/generated.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"
#include "tests/unit/place.h"

static const struct reading alone = {.threads = 1, .memory = PLENTY};

static char *generated_file(const char *dir, unsigned to)
{
    char *path = scratch_path(dir, "generated");
    generated_archive(path, 0, to, 1);
    return path;
}

/* ---- an id that comes again ---- */

/* What may come for an id: contents, or that it is withdrawn, and when that was
 * last modified (0: not known). The body of 1 is that of 0, so that only the
 * date differs. */
static const struct version {
    const char *json;
    int modified;
    bool withdrawn;
} versions[] = {
    {"\"body\":\"first\",\"date\":\"2020-01-01\"", 1, false},
    {"\"body\":\"first\",\"date\":\"2020-01-02\"", 2, false},
    {"\"body\":\"second\",\"date\":\"2020-01-01\",\"updated\":\"2020-01-03\"", 3, false},
    {"\"body\":\"third\"", 0, false},
    {"\"body\":\"fourth\"", 0, false},
    {"\"body\":\"fifth\",\"date\":\"2020-01-02\"", 2, false},
    {"\"pubstatus\":\"canceled\",\"updated\":\"2020-01-02\"", 2, true},
    {"\"pubStatus\":\"Cancelled\"", 0, true},
};
#define VERSIONS  8u
#define NOTHING   VERSIONS /* stands for the id */
#define ROUNDS    4u
#define SEQUENCES (VERSIONS * VERSIONS * VERSIONS * VERSIONS)

/* Which version the sequence has in a round: its digits. */
static unsigned version_in(unsigned sequence, unsigned round)
{
    for (; round; round--)
        sequence /= VERSIONS;
    return sequence % VERSIONS;
}

static void put_version(struct buf *out, unsigned sequence, unsigned round)
{
    buf_printf(out, "{\"id\":\"s%04u\",\"title\":\"t\",%s}\n", sequence,
               versions[version_in(sequence, round)].json);
}

/* The rule, spelled out: what stands for an id after `next` has come. */
static unsigned settle_one(unsigned present, unsigned next, struct ingest_counts *counts)
{
    const struct version *come = &versions[next];
    if (present == NOTHING) {
        counts->absent += come->withdrawn;
        counts->added += !come->withdrawn;
        return come->withdrawn ? NOTHING : next;
    }
    if (next == present) {
        counts->same++;
        return present;
    }
    if (come->modified && come->modified < versions[present].modified) {
        counts->older++;
        return present;
    }
    counts->withdrawn += come->withdrawn;
    counts->replaced += !come->withdrawn;
    return come->withdrawn ? NOTHING : next;
}

/* Adds to the counts, gives the version that stays. */
static unsigned settle(unsigned sequence, struct ingest_counts *counts)
{
    unsigned present = NOTHING;
    for (unsigned round = 0; round < ROUNDS; round++)
        present = settle_one(present, version_in(sequence, round), counts);
    return present;
}

/* Rounds [from, to) of all sequences, as a file. */
static char *write_rounds(const char *files, unsigned from, unsigned to)
{
    struct buf lines = {0};
    char name[2] = {(char)('0' + from), '\0'}, *path = scratch_path(files, name);
    for (unsigned round = from; round < to; round++)
        for (unsigned sequence = 0; sequence < SEQUENCES; sequence++)
            put_version(&lines, sequence, round);
    scratch_write(path, lines.data, lines.len);
    buf_free(&lines);
    return path;
}

static void add_run(const char *dir, const char *files, unsigned from, unsigned to,
                    const struct reading *how, struct ingest_counts *sum)
{
    struct ingest_counts counts;
    char *path = write_rounds(files, from, to);
    index_add(dir, &path, 1, how, &counts);
    assert_int_equal(counts.records, (to - from) * SEQUENCES);
    sum->added += counts.added;
    sum->same += counts.same;
    sum->older += counts.older;
    sum->replaced += counts.replaced;
    sum->withdrawn += counts.withdrawn;
    sum->absent += counts.absent;
    free(path);
}

static void assert_counts(const struct ingest_counts *a, const struct ingest_counts *b)
{
    assert_int_equal(a->added, b->added);
    assert_int_equal(a->replaced, b->replaced);
    assert_int_equal(a->same, b->same);
    assert_int_equal(a->older, b->older);
    assert_int_equal(a->withdrawn, b->withdrawn);
    assert_int_equal(a->absent, b->absent);
}

/* Bit i of `runs`: a new run begins after round i. */
static void settle_in_runs(unsigned runs, const struct reading *how,
                           const struct ingest_counts *counts, const char *contents)
{
    char *dir = scratch_new(), *files = scratch_new();
    struct ingest_counts sum = {0};
    unsigned from = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (round + 1 < ROUNDS && !(runs >> round & 1))
            continue;
        add_run(dir, files, from, round + 1, how, &sum);
        from = round + 1;
    }
    char *found = index_contents(dir);
    if (strcmp(found, contents) != 0)
        fail_msg("runs %u, threads %u: other articles stayed", runs, how->threads);
    assert_counts(&sum, counts);
    index_is_sound(dir);
    free(found);
    scratch_free(files);
    scratch_free(dir);
}

/* What stays, for each sequence a file of its own version alone would give. */
static char *settle_all(struct ingest_counts *counts)
{
    char *dir = scratch_new(), *path = scratch_path(dir, "lines"), *index = scratch_new();
    struct buf lines = {0};
    for (unsigned sequence = 0; sequence < SEQUENCES; sequence++) {
        unsigned stays = settle(sequence, counts);
        if (stays == NOTHING)
            continue;
        buf_printf(&lines, "{\"id\":\"s%04u\",\"title\":\"t\",%s}\n", sequence,
                   versions[stays].json);
    }
    scratch_write(path, lines.data, lines.len);
    index_add(index, &path, 1, &alone, NULL);
    char *contents = index_contents(index);
    buf_free(&lines);
    free(path);
    scratch_free(index);
    scratch_free(dir);
    return contents;
}

/* Every sequence of four versions, in every way to cut it into runs. */
static void an_id_that_comes_again_is_settled_in_order(void **unused)
{
    (void)unused;
    struct ingest_counts counts = {0};
    char *contents = settle_all(&counts);
    for (unsigned runs = 0; runs < 1u << (ROUNDS - 1); runs++)
        for (unsigned threads = 1; threads <= 3; threads += 2) {
            const struct reading how = {.threads = threads, .memory = PLENTY};
            settle_in_runs(runs, &how, &counts, contents);
        }
    free(contents);
}

/* The same, cut by commits on the way: also between two records of one id, at the end of a
 * batch, and behind the last record. */
static void commits_on_the_way_settle_the_same(void **unused)
{
    (void)unused;
    const uint64_t every[] = {997, 1024, SEQUENCES, ROUNDS * SEQUENCES};
    struct ingest_counts counts = {0};
    char *contents = settle_all(&counts);
    for (unsigned i = 0; i < 4; i++) {
        const struct reading how = {
            .threads = 1 + i % 2 * 2, .memory = PLENTY, .commit_every = every[i]};
        settle_in_runs(0, &how, &counts, contents);
    }
    free(contents);
}

/* They come where the input says, so that the index is the same again; what is in before a
 * failure stays in. */
static void commits_on_the_way_are_where_the_records_say(void **unused)
{
    (void)unused;
    char *files = scratch_new(), *path = generated_file(files, 1000), missing[] = "/nonexistent/x";
    char *const sources[] = {path, missing};
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        const struct reading how = {.threads = threads, .memory = PLENTY, .commit_every = 300};
        char *dirs[] = {scratch_new(), scratch_new()};
        struct ingest_counts counts;
        struct index_writer w;
        struct error err;
        index_add(dirs[0], &path, 1, &how, &counts);
        assert_int_equal(counts.committed, 900);
        assert_int_equal(generation_of(dirs[0]), 4);
        assert_int_equal(index_writer_open(&w, dirs[1], true, NULL, &err), BF_OK);
        assert_int_equal(ingest_quietly(&w, sources, 2, &how, &counts, &err), BF_ERR_SYSTEM);
        index_writer_close(&w);
        assert_int_equal(counts.committed, 900);
        assert_int_equal(generation_of(dirs[1]), 3);
        index_is_sound(dirs[1]);
        index_add(dirs[1], &path, 1, &how, &counts);
        assert_int_equal(counts.same, 900);
        char *contents[] = {index_contents(dirs[0]), index_contents(dirs[1])};
        assert_string_equal(contents[0], contents[1]);
        for (unsigned i = 0; i < 2; i++) {
            free(contents[i]);
            scratch_free(dirs[i]);
        }
    }
    free(path);
    scratch_free(files);
}

/* ---- counts ---- */

static void add_text(const char *dir, const char *lines, const struct reading *how,
                     struct ingest_counts *counts)
{
    char *files = scratch_new(), *path = scratch_path(files, "archive");
    scratch_write(path, lines, strlen(lines));
    index_add(dir, &path, 1, how, counts);
    free(path);
    scratch_free(files);
}

static void everything_is_counted(void **unused)
{
    (void)unused;
    const char *lines = "{\"id\":\"1\",\"title\":\"one\",\"body\":\"three words here\"}\n"
                        "{\"id\":\"2\",\"title\":\"two\",\"date\":\"08/06/2018\"}\n"
                        "{\"id\":\"3\",\"title\":\"three\"\n"
                        "[4]\n"
                        "{\"id\":\"5\"}\n"
                        "{\"id\":\"6\",\"title\":\"caf\xe9\"}\n"
                        "{\"id\":\"1\",\"title\":\"one\",\"body\":\"three words here\"}\n";
    for (unsigned threads = 1; threads <= 4; threads++) {
        const struct reading how = {.threads = threads, .memory = PLENTY};
        char *dir = scratch_new();
        struct ingest_counts c;
        add_text(dir, lines, &how, &c);
        assert_int_equal(c.records, 7);
        assert_int_equal(c.added, 3);
        assert_int_equal(c.same, 1);
        assert_int_equal(c.replaced + c.older, 0);
        assert_int_equal(c.bad[SKIP_INVALID_JSON], 1);
        assert_int_equal(c.bad[SKIP_NOT_AN_OBJECT], 1);
        assert_int_equal(c.bad[SKIP_NO_TEXT], 1);
        assert_int_equal(ingest_bad_total(&c), 3);
        assert_int_equal(c.unreadable_dates, 1);
        assert_int_equal(c.without_body, 2);
        assert_int_equal(c.repaired_encodings, 1);
        scratch_free(dir);
    }
}

static void nothing_new_is_no_commit(void **unused)
{
    (void)unused;
    char *dir = scratch_new();
    struct ingest_counts counts;
    struct manifest before, after;
    struct error err;
    add_text(dir, "{\"id\":\"1\",\"title\":\"one\"}\n", &alone, NULL);
    assert_int_equal(manifest_read(dir, &before, &err), BF_OK);
    add_text(dir, "{\"id\":\"1\",\"title\":\"one\"}\n", &alone, &counts);
    assert_int_equal(counts.same, 1);
    assert_int_equal(manifest_read(dir, &after, &err), BF_OK);
    assert_int_equal(before.generation, after.generation);
    manifest_free(&before);
    manifest_free(&after);
    scratch_free(dir);
}

/* ---- deleting ---- */

static void a_deleted_article_may_come_again(void **unused)
{
    (void)unused;
    const char *lines = "{\"id\":\"1\",\"title\":\"one\"}\n{\"id\":\"2\",\"title\":\"two\"}\n"
                        "{\"id\":\"3\",\"title\":\"three\"}\n";
    const char *const one[] = {"2"};
    char *dir = scratch_new();
    struct ingest_counts counts;
    add_text(dir, lines, &alone, NULL);
    char *all = index_contents(dir);
    index_delete(dir, one, 1);
    char *without = index_contents(dir);
    assert_string_equal(without, "1|one||\n3|three||\n");
    add_text(dir, lines, &alone, &counts);
    assert_int_equal(counts.added, 1);
    assert_int_equal(counts.same, 2);
    char *again = index_contents(dir);
    assert_string_equal(again, all);
    index_is_sound(dir);
    free(all);
    free(without);
    free(again);
    scratch_free(dir);
}

static void all_can_be_deleted(void **unused)
{
    (void)unused;
    const char *const both[] = {"1", "2"};
    char *dir = scratch_new();
    add_text(dir, "{\"id\":\"1\",\"title\":\"one\"}\n{\"id\":\"2\",\"title\":\"two\"}\n", &alone,
             NULL);
    index_delete(dir, both, 2);
    assert_int_equal(index_segments(dir), 0);
    index_is_sound(dir);
    index_merge(dir);
    scratch_free(dir);
}

/* ---- memory ---- */

/* A signal before the commit; true when merging was left out. */
static bool commit_after_signal(struct index_writer *w, bool signalled)
{
    struct error err;
    const atomic_int stop = signalled ? SIGTERM : 0;
    w->stop = &stop;
    assert_int_equal(index_writer_commit(w, MERGE_AS_NEEDED, &err), BF_OK);
    return w->merge_stopped;
}

/* Opens a writer on a new index and reads a file; nothing is committed. */
static void ingest_into(struct index_writer *w, const char *dir, char *path,
                        const struct reading *how)
{
    struct ingest_counts counts;
    struct error err;
    assert_int_equal(index_writer_open(w, dir, true, NULL, &err), BF_OK);
    assert_int_equal(ingest_quietly(w, &path, 1, how, &counts, &err), BF_OK);
}

/* More than a manifest can name, and than are merged at once: no article is lost for that,
 * with a signal or without. */
static void a_commit_may_have_many_segments(void **unused)
{
    (void)unused;
    const struct reading how = {.threads = 2, .memory = 1};
    char *files = scratch_new(), *path = generated_file(files, MAX_SEGMENTS + 76);
    char *whole = scratch_new();
    index_add(whole, &path, 1, &alone, NULL);
    char *expected = index_contents(whole);
    for (int signalled = 0; signalled < 2; signalled++) {
        struct index_writer w;
        char *dir = scratch_new();
        ingest_into(&w, dir, path, &how);
        assert_true(w.added_count > MAX_SEGMENTS);
        uint32_t left = w.added_count - MERGE_MOST + 1;
        assert_int_equal(commit_after_signal(&w, signalled), signalled);
        index_writer_close(&w);
        assert_int_equal(index_segments(dir), signalled ? left : 1);
        char *contents = index_contents(dir);
        assert_string_equal(contents, expected);
        index_is_sound(dir);
        free(contents);
        scratch_free(dir);
    }
    free(expected);
    free(path);
    scratch_free(whole);
    scratch_free(files);
}

/* The segments that an ingest makes before any are merged. */
static uint32_t segments_made(char *path, uint64_t memory, unsigned threads)
{
    const struct reading how = {.threads = threads, .memory = memory};
    struct index_writer w;
    char *dir = scratch_new();
    ingest_into(&w, dir, path, &how);
    uint32_t made = w.added_count;
    index_writer_close(&w);
    scratch_free(dir);
    return made;
}

/* Whatever the memory, the same articles are in; test_search.c compares answers. */
static void little_memory_makes_more_segments(void **unused)
{
    (void)unused;
    const uint64_t memories[] = {PLENTY, 1 << 20, 1 << 19, 1 << 17};
    char *files = scratch_new(), *path = generated_file(files, 3000), *expected = NULL;
    uint32_t before = 0;
    for (size_t i = 0; i < 4; i++) {
        const struct reading how = {.threads = 1, .memory = memories[i]};
        char *dir = scratch_new();
        uint32_t made = segments_made(path, memories[i], 1);
        assert_true(made > before);
        before = made;
        index_add(dir, &path, 1, &how, NULL);
        char *contents = index_contents(dir);
        if (!expected)
            expected = mem_strdup(contents);
        assert_string_equal(contents, expected);
        index_is_sound(dir);
        free(contents);
        scratch_free(dir);
    }
    assert_int_equal(segments_made(path, PLENTY, 1), 1);
    assert_true(before > 20);
    free(expected);
    free(path);
    scratch_free(files);
}

/* ---- stopping ---- */

static atomic_int stop_now;
static unsigned reads_left;
static ssize_t (*real_read)(int, void *, size_t);

/* A signal that comes with a certain read. */
static ssize_t read_until_stopped(int fd, void *p, size_t n)
{
    if (reads_left)
        reads_left--;
    else
        stop_now = 1;
    return real_read(fd, p, n < 2000 ? n : 2000);
}

/* Adds until the signal, commits; returns how many articles are in. */
static uint64_t add_until_stopped(const char *dir, char *path, unsigned reads, unsigned threads)
{
    const struct reading how = {.threads = threads, .memory = PLENTY, .stop = &stop_now};
    struct ingest_counts counts;
    struct index_writer w;
    struct error err;
    assert_int_equal(index_writer_open(&w, dir, true, NULL, &err), BF_OK);
    stop_now = 0;
    reads_left = reads;
    real_read = file_calls.read;
    file_calls.read = read_until_stopped;
    int rc = ingest_quietly(&w, &path, 1, &how, &counts, &err);
    file_calls.read = real_read;
    assert_int_equal(rc, BF_END);
    assert_int_equal(counts.records, counts.added);
    assert_int_equal(index_writer_commit(&w, MERGE_AS_NEEDED, &err), BF_OK);
    index_writer_close(&w);
    return counts.added;
}

/* What was read is in, nothing else; the same again goes on from there. The
 * first megabyte of a source is read before anything of it is taken. */
static void a_stopped_run_keeps_what_was_read(void **unused)
{
    (void)unused;
    char *files = scratch_new(), *path = generated_file(files, 7000);
    char *whole = scratch_new();
    index_add(whole, &path, 1, &alone, NULL);
    char *expected = index_contents(whole);
    for (unsigned i = 0; i < 6; i++) {
        char *dir = scratch_new();
        uint64_t added = add_until_stopped(dir, path, i * 190, 1 + i % 2);
        char *part = index_contents(dir);
        assert_memory_equal(part, expected, strlen(part)); /* ids ascend with the input */
        assert_true(strlen(part) < strlen(expected));
        assert_int_equal(part[0] != '\0', added > 0);
        assert_true(i < 4 || added > 0);
        index_add(dir, &path, 1, &alone, NULL);
        char *all = index_contents(dir);
        assert_string_equal(all, expected);
        index_is_sound(dir);
        free(part);
        free(all);
        scratch_free(dir);
    }
    free(expected);
    free(path);
    scratch_free(whole);
    scratch_free(files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_that_comes_again_is_settled_in_order),
        cmocka_unit_test(commits_on_the_way_settle_the_same),
        cmocka_unit_test(commits_on_the_way_are_where_the_records_say),
        cmocka_unit_test(everything_is_counted),
        cmocka_unit_test(nothing_new_is_no_commit),
        cmocka_unit_test(a_deleted_article_may_come_again),
        cmocka_unit_test(all_can_be_deleted),
        cmocka_unit_test(a_commit_may_have_many_segments),
        cmocka_unit_test(little_memory_makes_more_segments),
        cmocka_unit_test(a_stopped_run_keeps_what_was_read),
    };
    return cmocka_run_group_tests(tests, without_sync, NULL);
}
