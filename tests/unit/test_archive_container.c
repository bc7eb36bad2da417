/* test_archive_container.c - files inside files: tar, zip, and what is packed more than once. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "indexer/archive/container.h"
#include "tests/unit/archive_collect.h"

#define RECORD(id) "{\"id\":\"" id "\",\"title\":\"t\"}\n"

/* --- making containers --- */

/* A header of POSIX tar, and the contents in blocks of 512. */
static void add_to_tar(struct buf *tar, const char *name, char type, const char *link,
                       const void *data, size_t len)
{
    char head[512] = "";
    unsigned sum = 0;
    memcpy(head, name, strlen(name));
    memcpy(head + 100, "0000644\0000000000\0000000000", 23);
    snprintf(head + 124, 12, "%011o", (unsigned)len & 0777777777);
    memcpy(head + 136, "00000000000", 11);
    memset(head + 148, ' ', 8);
    head[156] = type;
    memcpy(head + 157, link, strlen(link));
    memcpy(head + 257, "ustar\00000", 8);
    for (size_t i = 0; i < sizeof head; i++)
        sum += (unsigned char)head[i];
    snprintf(head + 148, 8, "%06o", sum);
    buf_add(tar, head, sizeof head);
    buf_add(tar, data, len);
    buf_zeros(tar, (512 - len % 512) % 512);
}

static void add_text(struct buf *tar, const char *name, const char *text)
{
    add_to_tar(tar, name, '0', "", text, strlen(text));
}

static void end_tar(struct buf *tar)
{
    buf_zeros(tar, 1024);
}

static void collect(struct collected *c, const struct buf *bytes)
{
    collect_bytes(c, bytes->data, bytes->len);
    assert_int_equal(c->rc, BF_OK);
}

/* --- recognising --- */

static void containers_are_recognised_by_content(void **state)
{
    (void)state;
    struct buf tar = {0};
    add_text(&tar, "a", "b");
    assert_int_equal(container_recognise((char *)tar.data, tar.len), CONTAINER_TAR);
    memcpy(tar.data + 257, "ratsu", 5); /* the sum is right still */
    assert_int_equal(container_recognise((char *)tar.data, tar.len), CONTAINER_TAR);
    tar.data[257]++;
    assert_int_equal(container_recognise((char *)tar.data, tar.len), CONTAINER_NONE);
    assert_int_equal(container_recognise("PK\3\4", 4), CONTAINER_ZIP);
    assert_int_equal(container_recognise("\xfd\x37zXZ\0", 6), CONTAINER_PACKED);
    assert_int_equal(container_recognise("\x28\xb5\x2f\xfd", 4), CONTAINER_PACKED);
    assert_int_equal(container_recognise("BZh91AY&SY", 10), CONTAINER_PACKED);
    assert_int_equal(container_recognise("BZh9 is a text", 14), CONTAINER_NONE);
    assert_int_equal(container_recognise("", 0), CONTAINER_NONE);
    buf_free(&tar);
}

#ifdef HAVE_LIBARCHIVE

/* A stored member of a zip; its checksum is not right where it is not read. */
static void add_to_zip(struct buf *zip, const char *name, unsigned flags, const char *text,
                       uint32_t crc)
{
    uint32_t len = (uint32_t)strlen(text);
    buf_add(zip, "PK\3\4", 4);
    buf_u16(zip, 20);
    buf_u16(zip, (uint16_t)flags);
    buf_u16(zip, 0);
    buf_u32(zip, 0);
    buf_u32(zip, crc);
    buf_u32(zip, len);
    buf_u32(zip, len);
    buf_u16(zip, (uint16_t)strlen(name));
    buf_u16(zip, 0);
    buf_puts(zip, name);
    buf_add(zip, text, len);
}

/* The sources' names without the path of the file that they are in. */
static void check_sources(struct collected *c, const char *names)
{
    struct buf found = {0};
    char *line = (char *)c->sources.data, *next;
    for (; line && *line; line = next) {
        next = strchr(line, '\n') + 1;
        const char *mark = memchr(line, '!', (size_t)(next - line));
        if (mark)
            buf_add(&found, mark, (size_t)(next - mark));
        else
            buf_puts(&found, "-\n");
    }
    assert_string_equal(buf_text(&found), names);
    buf_free(&found);
}

/* --- members --- */

static void each_member_is_a_source(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf tar = {0}, packed = {0};
    add_to_tar(&tar, "dir", '5', "", "", 0);
    add_text(&tar, "dir/a.json", "[" RECORD("1") "," RECORD("2") "]");
    add_text(&tar, "empty", "");
    add_gzip(&packed, RECORD("3"), strlen(RECORD("3")));
    add_to_tar(&tar, "b.gz", '0', "", packed.data, packed.len);
    end_tar(&tar);
    collect(&c, &tar);
    check_sources(&c, "!dir/a.json\n!dir/a.json\n!b.gz\n");
    assert_string_equal(buf_text(&c.troubles), "");
    collected_free(&c);
    buf_free(&tar);
    buf_free(&packed);
}

static void links_and_devices_are_named(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf tar = {0};
    add_to_tar(&tar, "ln", '2', "/etc", "", 0);
    add_text(&tar, "ln/through", RECORD("1"));
    add_to_tar(&tar, "hard", '1', "/etc/passwd", "", 0);
    add_to_tar(&tar, "dev", '3', "", "", 0);
    add_to_tar(&tar, "fifo", '6', "", "", 0);
    add_text(&tar, "../up", RECORD("2"));
    add_text(&tar, "/abs", RECORD("3"));
    end_tar(&tar);
    collect(&c, &tar);
    check_sources(&c, "!ln/through\n!../up\n!/abs\n");
    assert_string_equal(buf_text(&c.troubles), "0@0 not a regular file\n0@0 not a regular file\n"
                                               "0@0 not a regular file\n0@0 not a regular file");
    collected_free(&c);
    buf_free(&tar);
}

static void what_is_no_archive_inside_is_named(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf tar = {0};
    add_text(&tar, "readme", "Nothing that is known.");
    add_text(&tar, "a", RECORD("1"));
    end_tar(&tar);
    collect(&c, &tar);
    assert_string_equal(buf_text(&c.troubles), "0@0 unknown format");
    check_sources(&c, "!a\n");
    collected_free(&c);
    buf_free(&tar);
}

static void a_cut_tar_gives_what_stands_before(void **state)
{
    (void)state;
    struct buf tar = {0};
    add_text(&tar, "a", RECORD("1"));
    add_text(&tar, "b", RECORD("2") RECORD("3"));
    for (size_t cut = 1030; cut < tar.len - 512; cut += 13) {
        struct collected c = {0};
        collect_bytes(&c, tar.data, cut);
        assert_int_equal(c.rc, BF_OK);
        assert_in_range(c.count, 1, 3);
        assert_non_null(strstr(buf_text(&c.troubles), "damaged container"));
        collected_free(&c);
    }
    buf_free(&tar);
}

static void a_member_larger_than_the_file_is_damage(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf tar = {0};
    add_text(&tar, "a", RECORD("1"));
    memcpy(tar.data + 124, "77777777777", 11);
    end_tar(&tar);
    collect(&c, &tar);
    assert_non_null(strstr(buf_text(&c.troubles), "damaged container"));
    collected_free(&c);
    buf_free(&tar);
}

static void encrypted_members_are_named(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf zip = {0};
    add_to_zip(&zip, "secret", 1, "0123456789abcdef", 7);
    collect(&c, &zip);
    assert_int_equal(c.count, 0);
    assert_memory_equal(buf_text(&c.troubles), "0@0 encrypted", 13);
    collected_free(&c);
    buf_free(&zip);
}

/* --- in one another --- */

static void nest(struct buf *out, int depth, const char *text)
{
    struct buf inner = {0};
    buf_puts(&inner, text);
    for (int i = 0; i < depth; i++) {
        struct buf outer = {0};
        add_to_tar(&outer, "t", '0', "", inner.data, inner.len);
        end_tar(&outer);
        buf_free(&inner);
        inner = outer;
    }
    *out = inner;
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf eight, nine;
    nest(&eight, 8, RECORD("1"));
    nest(&nine, 9, RECORD("2"));
    collect(&c, &eight);
    check_sources(&c, "!t!t!t!t!t!t!t!t\n");
    collect(&c, &nine);
    assert_int_equal(c.count, 1);
    assert_string_equal(buf_text(&c.troubles), "0@0 nested too deeply");
    collected_free(&c);
    buf_free(&eight);
    buf_free(&nine);
}

/* 70 MB in a few hundred bytes, in tar and gzip in gzip. */
static void expansion_has_a_limit(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf text = {0}, tar = {0}, once = {0}, twice = {0};
    buf_puts(&text, RECORD("1"));
    while (text.len < (size_t)70 << 20)
        buf_zeros(&text, (size_t)1 << 20);
    add_text(&tar, "a", RECORD("2"));
    add_to_tar(&tar, "b", '0', "", text.data, text.len);
    end_tar(&tar);
    add_gzip(&once, tar.data, tar.len);
    add_gzip(&twice, once.data, once.len);
    collect(&c, &twice);
    assert_non_null(strstr(buf_text(&c.troubles), "expands too far"));
    assert_int_equal(c.count, 2);
    collected_free(&c);
    buf_free(&text);
    buf_free(&tar);
    buf_free(&once);
    buf_free(&twice);
}

static void the_sink_stops_the_reading_inside(void **state)
{
    (void)state;
    struct collected c = {.stop_after = 2};
    struct buf tar = {0};
    add_text(&tar, "a", RECORD("1") RECORD("2") RECORD("3"));
    add_text(&tar, "b", RECORD("4"));
    end_tar(&tar);
    collect_bytes(&c, tar.data, tar.len);
    assert_int_equal(c.rc, BF_ERR_LIMIT);
    assert_int_equal(c.count, 2);
    collected_free(&c);
    buf_free(&tar);
}

#else

static void containers_are_named_and_not_read(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf tar = {0};
    add_text(&tar, "a", RECORD("1"));
    end_tar(&tar);
    collect(&c, &tar);
    assert_int_equal(c.count, 0);
    assert_string_equal(buf_text(&c.troubles), "0@0 unknown format");
    collected_free(&c);
    buf_free(&tar);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_are_recognised_by_content),
#ifdef HAVE_LIBARCHIVE
        cmocka_unit_test(each_member_is_a_source),
        cmocka_unit_test(links_and_devices_are_named),
        cmocka_unit_test(what_is_no_archive_inside_is_named),
        cmocka_unit_test(a_cut_tar_gives_what_stands_before),
        cmocka_unit_test(a_member_larger_than_the_file_is_damage),
        cmocka_unit_test(encrypted_members_are_named),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(expansion_has_a_limit),
        cmocka_unit_test(the_sink_stops_the_reading_inside),
#else
        cmocka_unit_test(containers_are_named_and_not_read),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
