/* test_archive_walk.c - finding sources, and system calls that fail or dawdle. */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/io/file.h"
#include "tests/unit/archive_collect.h"

#define RECORD(id) "{\"id\":\"" id "\",\"title\":\"t\"}\n"

struct tree {
    char root[64];
    struct field_map *map;
    struct archive_options options;
    struct collected c;
    struct file_calls calls; /* as they were */
};

static int make_tree(void **state)
{
    struct tree *t = mem_zalloc(1, sizeof *t);
    strcpy(t->root, "/tmp/backfile-test-XXXXXX");
    assert_non_null(mkdtemp(t->root));
    t->map = field_map_new();
    t->calls = file_calls;
    *state = t;
    return 0;
}

static int remove_tree(void **state)
{
    struct tree *t = *state;
    char command[96];
    file_calls = t->calls;
    snprintf(command, sizeof command, "rm -rf '%s'", t->root);
    assert_int_equal(system(command), 0);
    collected_free(&t->c);
    field_map_free(t->map);
    free(t);
    return 0;
}

static const char *path_in(const struct tree *t, const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", t->root, name);
    return path;
}

static void put(const struct tree *t, const char *name, const char *content)
{
    char path[256];
    FILE *file = fopen(path_in(t, name, path), "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

static void put_directory(const struct tree *t, const char *name)
{
    char path[256];
    assert_int_equal(mkdir(path_in(t, name, path), 0777), 0);
}

static void read_tree(struct tree *t)
{
    collect_path(&t->c, t->root, &t->options, t->map);
}

/* The ids read, in order. */
static void check_ids(const struct tree *t, const char *expected)
{
    struct buf ids = {0};
    for (size_t i = 0; i < t->c.count; i++)
        buf_printf(&ids, "%s%s", i ? " " : "", t->c.articles[i].id);
    assert_string_equal(buf_text(&ids), expected);
    buf_free(&ids);
}

/* --- what is there --- */

static void directories_are_read_in_byte_order(void **state)
{
    struct tree *t = *state;
    char expected[1024], root[128];
    put_directory(t, "b");
    put_directory(t, "b/deep");
    put_directory(t, "empty");
    put(t, "c.jsonl", RECORD("5"));
    put(t, "B.jsonl", RECORD("1"));
    put(t, "b/deep/x", RECORD("3"));
    put(t, "b/z", RECORD("4"));
    put(t, "a name with\nodd \xff bytes", RECORD("2"));
    snprintf(root, sizeof root, "%s/", t->root); /* "/" at the end changes nothing */
    collect_path(&t->c, root, &t->options, t->map);
    assert_int_equal(t->c.rc, BF_OK);
    check_ids(t, "1 2 3 4 5");
    snprintf(expected, sizeof expected,
             "%s/B.jsonl\n%s/a name with\nodd \xff bytes\n%s/b/deep/x\n%s/b/z\n%s/c.jsonl\n",
             t->root, t->root, t->root, t->root, t->root);
    assert_string_equal(buf_text(&t->c.sources), expected);
    assert_string_equal(buf_text(&t->c.troubles), "");
}

static void only_regular_files_are_opened(void **state)
{
    struct tree *t = *state;
    char path[256];
    put(t, "good", RECORD("1"));
    assert_int_equal(symlink(".", path_in(t, "loop", path)), 0);
    assert_int_equal(symlink("good", path_in(t, "link", path)), 0);
    assert_int_equal(symlink("nowhere", path_in(t, "dangling", path)), 0);
    assert_int_equal(mkfifo(path_in(t, "pipe", path), 0600), 0);
    read_tree(t);
    assert_int_equal(t->c.rc, BF_OK);
    check_ids(t, "1");
    assert_string_equal(buf_text(&t->c.troubles), "0@0 not a regular file\n0@0 not a regular file\n"
                                                  "0@0 not a regular file\n0@0 not a regular file");
}

static void files_of_no_known_format_are_named(void **state)
{
    struct tree *t = *state;
    put(t, "a.txt", "Just a text.\n");
    put(t, "b.jsonl", "");
    put(t, "c.jsonl", RECORD("1"));
    put(t, "d.txt", "\n\n \n");
    read_tree(t);
    check_ids(t, "1");
    assert_string_equal(buf_text(&t->c.troubles), "0@0 unknown format");
}

static void a_path_that_is_not_there_is_an_error(void **state)
{
    struct tree *t = *state;
    char path[256];
    collect_path(&t->c, path_in(t, "missing", path), &t->options, t->map);
    assert_int_equal(t->c.rc, BF_ERR_SYSTEM);
    assert_non_null(strstr(t->c.err.text, "missing"));
    assert_string_equal(buf_text(&t->c.troubles), "");
}

static void a_named_link_is_followed(void **state)
{
    struct tree *t = *state;
    char path[256];
    put(t, "good", RECORD("1"));
    assert_int_equal(symlink("good", path_in(t, "link", path)), 0);
    collect_path(&t->c, path, &t->options, t->map);
    check_ids(t, "1");
}

static void standard_input_is_a_source(void **state)
{
    struct tree *t = *state;
    char path[256];
    put(t, "in", RECORD("1") RECORD("2"));
    int kept = dup(STDIN_FILENO), fd = open(path_in(t, "in", path), O_RDONLY);
    assert_true(kept >= 0 && fd >= 0);
    dup2(fd, STDIN_FILENO);
    close(fd);
    collect_path(&t->c, "-", &t->options, t->map);
    dup2(kept, STDIN_FILENO);
    close(kept);
    check_ids(t, "1 2");
    assert_string_equal(buf_text(&t->c.sources), "-\n-\n");
}

/* --- the sink has the last word --- */

static void the_sink_can_stop_the_reading(void **state)
{
    struct tree *t = *state;
    put(t, "a", RECORD("1") RECORD("2") RECORD("3"));
    put(t, "b", RECORD("4"));
    t->c.stop_after = 2;
    read_tree(t);
    assert_int_equal(t->c.rc, BF_ERR_LIMIT);
    assert_string_equal(t->c.err.text, "enough");
    check_ids(t, "1 2");
}

static int count_record(void *ctx, const struct record *r, struct error *err)
{
    (void)r;
    (void)err;
    ++*(int *)ctx;
    return 0;
}

static void ignore_trouble(void *ctx, const char *source, uint64_t number, uint64_t offset,
                           enum skip_reason reason, const char *detail)
{
    (void)ctx;
    (void)source;
    (void)number;
    (void)offset;
    (void)reason;
    (void)detail;
}

static int stop_at_once(void *ctx, uint64_t bytes_read)
{
    (void)ctx;
    assert_int_equal(bytes_read, strlen(RECORD("1")));
    return BF_END;
}

static void progress_can_stop_the_reading(void **state)
{
    struct tree *t = *state;
    struct error err = {0};
    int records = 0;
    struct archive_sink sink = {count_record, ignore_trouble, stop_at_once, &records};
    put(t, "a", RECORD("1"));
    put(t, "b", RECORD("2"));
    assert_int_equal(archive_read(t->root, &t->options, &sink, &err), BF_END);
    assert_int_equal(records, 1); /* what had come by then */
    sink.progress = NULL;
    assert_int_equal(archive_read(t->root, &t->options, &sink, &err), BF_OK);
    assert_int_equal(records, 1 + 2);
}

/* --- system calls --- */

static ssize_t read_one_byte(int fd, void *p, size_t n)
{
    static int calls;
    if (++calls % 3 == 0) {
        errno = EINTR;
        return -1;
    }
    return read(fd, p, n ? 1 : 0);
}

static void short_and_interrupted_reads_change_nothing(void **state)
{
    struct tree *t = *state;
    char path[256];
    struct buf packed = {0};
    add_gzip(&packed, RECORD("2") RECORD("3"), 2 * strlen(RECORD("2")));
    put(t, "a", RECORD("1"));
    int fd = open(path_in(t, "b", path), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, packed.data, packed.len), (ssize_t)packed.len);
    close(fd);
    file_calls.read = read_one_byte;
    read_tree(t);
    check_ids(t, "1 2 3");
    assert_string_equal(buf_text(&t->c.troubles), "");
    buf_free(&packed);
}

/* Gives "good" part by part and fails in the middle of the second record. */
static ssize_t fail_halfway(int fd, void *p, size_t n)
{
    static const size_t half = sizeof RECORD("1") - 1 + 5;
    off_t at = lseek(fd, 0, SEEK_CUR);
    if ((size_t)at >= half) {
        errno = EIO;
        return -1;
    }
    return read(fd, p, n < half - (size_t)at ? n : half - (size_t)at);
}

static void a_failing_disk_costs_the_rest_of_the_file(void **state)
{
    struct tree *t = *state;
    put(t, "a", RECORD("1") RECORD("2"));
    put(t, "b", RECORD("3") RECORD("4"));
    file_calls.read = fail_halfway;
    read_tree(t);
    assert_int_equal(t->c.rc, BF_OK);
    check_ids(t, "1 3");
    assert_string_equal(buf_text(&t->c.troubles), "0@28 unreadable\n0@28 unreadable");
    assert_non_null(strstr(t->c.detail, "reading: "));
    assert_null(strstr(t->c.detail, t->root));
}

static bool ends_in(const char *path, const char *name)
{
    size_t n = strlen(path), len = strlen(name);
    return n >= len && !strcmp(path + n - len, name);
}

static int fail_to_open_b(const char *path, int flags, mode_t mode)
{
    if (ends_in(path, "/b")) {
        errno = EACCES;
        return -1;
    }
    return open(path, flags, mode);
}

static DIR *fail_to_open_directory(const char *path)
{
    if (ends_in(path, "/d")) {
        errno = EACCES;
        return NULL;
    }
    return opendir(path);
}

static void what_cannot_be_opened_is_named(void **state)
{
    struct tree *t = *state;
    put(t, "a", RECORD("1"));
    put(t, "b", RECORD("2"));
    put(t, "c", RECORD("3"));
    put_directory(t, "d");
    put(t, "e", RECORD("4"));
    file_calls.open = fail_to_open_b;
    file_calls.opendir = fail_to_open_directory;
    read_tree(t);
    check_ids(t, "1 3 4");
    assert_string_equal(buf_text(&t->c.troubles), "0@0 unreadable\n0@0 unreadable");
}

static struct dirent *fail_after_some(DIR *dir)
{
    static int calls;
    if (++calls > 4) {
        errno = EIO;
        return NULL;
    }
    return readdir(dir);
}

static void half_a_directory_is_read_and_reported(void **state)
{
    struct tree *t = *state;
    put(t, "a", RECORD("1"));
    put(t, "b", RECORD("2"));
    put(t, "c", RECORD("3"));
    put(t, "d", RECORD("4"));
    file_calls.readdir = fail_after_some;
    read_tree(t);
    assert_in_range(t->c.count, 2, 4);
    assert_string_equal(buf_text(&t->c.troubles), "0@0 unreadable");
    assert_non_null(strstr(t->c.detail, "reading the directory"));
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, make_tree, remove_tree)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TREE_TEST(directories_are_read_in_byte_order),
        TREE_TEST(only_regular_files_are_opened),
        TREE_TEST(files_of_no_known_format_are_named),
        TREE_TEST(a_path_that_is_not_there_is_an_error),
        TREE_TEST(a_named_link_is_followed),
        TREE_TEST(standard_input_is_a_source),
        TREE_TEST(the_sink_can_stop_the_reading),
        TREE_TEST(progress_can_stop_the_reading),
        TREE_TEST(short_and_interrupted_reads_change_nothing),
        TREE_TEST(a_failing_disk_costs_the_rest_of_the_file),
        TREE_TEST(what_cannot_be_opened_is_named),
        TREE_TEST(half_a_directory_is_read_and_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
