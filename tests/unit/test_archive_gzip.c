/* test_archive_gzip.c - packed sources, whole and damaged in every way. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/archive/gzin.h"
#include "tests/unit/archive_collect.h"

static const char three[] = "{\"id\":\"a\",\"title\":\"First\"}\n"
                            "{\"id\":\"b\",\"title\":\"Second\"}\n"
                            "{\"id\":\"c\",\"title\":\"Third\"}\n";

/* Unpacks with so many bytes given and taken at a time. */
static enum gzin_status unpack(const struct buf *packed, size_t step, struct buf *out)
{
    struct gzin *g = gzin_new(GZIN_GZIP);
    enum gzin_status status = GZIN_GOING;
    struct bytes in = bytes_of(packed->data, 0);
    const unsigned char *end = packed->data + packed->len;
    while (status == GZIN_GOING) {
        size_t left = (size_t)(end - in.end), written;
        if (in.p == in.end)
            in.end += left < step ? left : step;
        buf_reserve(out, step);
        status = gzin_run(g, &in, in.end == end, out->data + out->len, step, &written);
        out->len += written;
    }
    gzin_free(g);
    return status;
}

static void check_unpack(const struct buf *packed, enum gzin_status expected, const char *text)
{
    for (size_t step = 1; step < 4096; step = step * 3 + 1) {
        struct buf out = {0};
        assert_int_equal(unpack(packed, step, &out), expected);
        assert_string_equal(buf_text(&out), text);
        buf_free(&out);
    }
}

static void unpacks_one_member_and_several(void **state)
{
    (void)state;
    struct buf packed = {0};
    add_gzip(&packed, "one ", 4);
    check_unpack(&packed, GZIN_END, "one ");
    add_gzip(&packed, "", 0);
    add_gzip(&packed, "two", 3);
    check_unpack(&packed, GZIN_END, "one two");
    buf_zeros(&packed, 100); /* a tape's padding */
    check_unpack(&packed, GZIN_END, "one two");
    buf_free(&packed);
}

static void tells_the_kinds_of_damage_apart(void **state)
{
    (void)state;
    struct buf packed = {0};
    add_gzip(&packed, three, strlen(three));
    size_t len = packed.len;
    buf_puts(&packed, "garbage");
    check_unpack(&packed, GZIN_GARBAGE, three);
    packed.len = len;
    buf_puts(&packed, "\x1f\x8b and no more gzip");
    check_unpack(&packed, GZIN_GARBAGE, three);
    packed.len = len;
    packed.data[len - 6] ^= 1; /* in the checksum */
    check_unpack(&packed, GZIN_DAMAGED, three);
    packed.data[len - 6] ^= 1;
    packed.data[len - 2] ^= 1; /* in the length */
    check_unpack(&packed, GZIN_DAMAGED, three);
    buf_free(&packed);
}

static void a_cut_at_any_length_is_reported(void **state)
{
    (void)state;
    struct buf packed = {0};
    add_gzip(&packed, three, strlen(three));
    for (size_t len = packed.len - 1; len > 3; len--) {
        struct buf out = {0};
        packed.len = len;
        assert_int_equal(unpack(&packed, 7, &out), GZIN_CUT);
        assert_memory_equal(buf_text(&out), three, out.len);
        buf_free(&out);
    }
    buf_free(&packed);
}

/* All bits count but those that fill the last byte of deflate data. */
static void a_changed_bit_is_reported(void **state)
{
    (void)state;
    struct buf packed = {0};
    add_gzip(&packed, three, strlen(three));
    for (size_t bit = 10 * 8; bit < packed.len * 8; bit++) {
        struct buf out = {0};
        packed.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        if (unpack(&packed, 64, &out) == GZIN_END)
            assert_string_equal(buf_text(&out), three);
        packed.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        buf_free(&out);
    }
    buf_free(&packed);
}

static void a_bomb_is_given_up(void **state)
{
    (void)state;
    size_t len = (size_t)80 << 20, written;
    char *zeros = mem_zalloc(len, 1);
    struct buf packed = {0};
    add_gzip(&packed, zeros, len);
    struct gzin *g = gzin_new(GZIN_GZIP);
    struct bytes in = bytes_of(packed.data, packed.len);
    enum gzin_status status = GZIN_GOING;
    uint64_t total = 0;
    while (status == GZIN_GOING) {
        status = gzin_run(g, &in, true, zeros, 1 << 20, &written);
        total += written;
    }
    assert_int_equal(status, GZIN_TOO_LARGE);
    assert_in_range(total, GZIN_FREE_BYTES, GZIN_FREE_BYTES + (2 << 20));
    gzin_free(g);
    buf_free(&packed);
    free(zeros);
}

/* --- the same through an archive --- */

static void reads_packed_lines(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf packed = {0};
    add_gzip(&packed, three, strlen(three));
    add_gzip(&packed, "{\"id\":\"d\",\"title\":\"Fourth\"}\n", 28);
    collect_bytes(&c, packed.data, packed.len);
    assert_int_equal(c.rc, BF_OK);
    assert_int_equal(c.count, 4);
    assert_string_equal(c.articles[3].id, "d");
    assert_int_equal(c.offsets[3], strlen(three)); /* in the unpacked stream */
    assert_int_equal(c.progress, packed.len);      /* in the packed one */
    assert_string_equal(buf_text(&c.troubles), "");
    buf_free(&packed);
    collected_free(&c);
}

static void keeps_what_stands_before_the_damage(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf packed = {0};
    add_gzip(&packed, three, strlen(three));
    size_t whole = packed.len;
    struct buf second = {0};
    add_gzip(&second, three, strlen(three));
    buf_add(&packed, second.data, second.len - 1);
    collect_bytes(&c, packed.data, packed.len);
    assert_int_equal(c.count, 6);
    assert_string_equal(buf_text(&c.troubles), "0@164 damaged gzip");
    assert_string_equal(c.detail, "cut short");
    collected_free(&c);
    packed.len = whole;
    buf_puts(&packed, "garbage");
    collect_bytes(&c, packed.data, packed.len);
    assert_int_equal(c.count, 3);
    assert_string_equal(buf_text(&c.troubles), "0@82 damaged gzip");
    collected_free(&c);
    buf_free(&packed);
    buf_free(&second);
}

/* Half a line before a cut could parse as a whole one: it is left out. With
 * garbage behind the stream the last line is whole. */
static void an_unfinished_line_counts_only_when_the_stream_is_whole(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf packed = {0};
    add_gzip(&packed, three, strlen(three) - 1);
    size_t whole = packed.len;
    buf_puts(&packed, "garbage");
    collect_bytes(&c, packed.data, packed.len);
    assert_int_equal(c.count, 3);
    collected_free(&c);
    packed.len = whole;
    packed.data[whole - 5] ^= 1;
    collect_bytes(&c, packed.data, packed.len);
    assert_int_equal(c.count, 2);
    assert_string_equal(buf_text(&c.troubles), "0@81 damaged gzip");
    collected_free(&c);
    buf_free(&packed);
}

static void gzip_in_gzip_is_unpacked(void **state)
{
    (void)state;
    struct collected c = {0};
    struct buf inner = {0}, outer = {0};
    add_gzip(&inner, three, strlen(three));
    add_gzip(&outer, inner.data, inner.len);
    collect_bytes(&c, outer.data, outer.len);
    assert_int_equal(c.count, 3);
    assert_string_equal(buf_text(&c.troubles), "");
    collected_free(&c);
    buf_free(&inner);
    buf_free(&outer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unpacks_one_member_and_several),
        cmocka_unit_test(tells_the_kinds_of_damage_apart),
        cmocka_unit_test(a_cut_at_any_length_is_reported),
        cmocka_unit_test(a_changed_bit_is_reported),
        cmocka_unit_test(a_bomb_is_given_up),
        cmocka_unit_test(reads_packed_lines),
        cmocka_unit_test(keeps_what_stands_before_the_damage),
        cmocka_unit_test(an_unfinished_line_counts_only_when_the_stream_is_whole),
        cmocka_unit_test(gzip_in_gzip_is_unpacked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
