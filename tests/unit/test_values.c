/*
 * test_values.c - values of fields: what is written comes back, and bytes that
 * are none are damage or other values, never more.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/index/limits.h"
#include "common/index/values_write.h"
#include "tests/unit/random.h"

/* Columns that have nothing but this section, in exactly its bytes. */
static void stand_in(struct columns *c, const void *p, size_t n, uint32_t docs)
{
    static char path[] = "values";
    *c = (struct columns){.docs = docs, .frame.path = path};
    c->frame.sections[COLUMN_VALUES] = (struct section){mem_dup(p, n), n};
}

/* "field value: article article ...;" of a whole field, from a walk without
 * verifying pages, which have no file here. BF_OK at the end. */
static int list_field(const struct columns *c, enum value_field field, struct buf *out)
{
    const struct section *s = &c->frame.sections[COLUMN_VALUES];
    struct value_cursor v = {.columns = c, .field = field, .in = bytes_of(s->p, s->len)};
    struct error err;
    uint32_t first, count;
    int rc;
    while (!(rc = values_next(&v, &err))) {
        buf_printf(out, "%c %.*s:", field, (int)v.value.len, (const char *)v.value.data);
        while (!(rc = values_next_run(&v, &first, &count, &err)))
            for (uint32_t doc = first; doc < first + count; doc++) {
                assert_true(doc < c->docs);
                buf_printf(out, " %u", doc);
            }
        if (rc < 0)
            break;
        buf_putc(out, ';');
    }
    values_close(&v);
    return rc == BF_END ? BF_OK : rc;
}

static const enum value_field fields[] = {VALUE_AUTHOR, VALUE_HOST, VALUE_LANGUAGE, VALUE_SOURCE,
                                          VALUE_TAG};

static int list_all(const struct columns *c, struct buf *out)
{
    int rc = BF_OK;
    for (size_t i = 0; i < sizeof fields / sizeof *fields && !rc; i++)
        rc = list_field(c, fields[i], out);
    return rc;
}

static void assert_values(const struct article *articles, uint32_t count, const char *expected)
{
    struct values_writer w;
    struct buf section = {0}, found = {0};
    struct columns c;
    values_writer_init(&w);
    for (uint32_t doc = 0; doc < count; doc++)
        values_writer_add_article(&w, doc, &articles[doc]);
    values_writer_encode(&w, &section);
    stand_in(&c, section.data, section.len, count);
    assert_int_equal(list_all(&c, &found), BF_OK);
    assert_string_equal(buf_text(&found), expected);
    free((void *)(uintptr_t)c.frame.sections[COLUMN_VALUES].p);
    values_writer_free(&w);
    buf_free(&section);
    buf_free(&found);
}

static void articles_come_apart_into_values(void **unused)
{
    (void)unused;
    char long_source[MAX_VALUE_LENGTH + 20], expected[MAX_VALUE_LENGTH + 40];
    struct article a[3];
    for (int i = 0; i < 3; i++)
        article_init(&a[i]);
    assert_values(a, 3, "");
    a[0].tags = "b; a,,c ;  ; a";
    a[1].tags = "a";
    assert_values(a, 3, "t a: 0 1;t b: 0;t c: 0;");
    a[0].tags = a[1].tags = "";
    a[0].url = "https://joe:pw@WWW.Example.com:8080/x@y";
    a[1].url = "http://example.com?q";
    a[2].url = "no url";
    assert_values(a, 3, "h example.com: 0 1;");
    a[0].url = a[1].url = "";
    a[0].language = a[1].language = "de";
    a[2].language = "en-GB";
    assert_values(a, 3, "l de: 0 1;l en-GB: 2;");
    a[0].language = a[1].language = a[2].language = "";
    a[1].author = "Ann Lee, Bo Yi";
    a[2].author = "Ann";
    assert_values(a, 3, "a Ann: 2;a Ann Lee, Bo Yi: 1;");
    a[1].author = a[2].author = "";
    memset(long_source, 'x', sizeof long_source - 1);
    memcpy(long_source + MAX_VALUE_LENGTH - 1, "\xc3\xa9z", 4); /* no half of it stays */
    a[2].source = long_source;
    snprintf(expected, sizeof expected, "s %.*s: 2;", MAX_VALUE_LENGTH - 1, long_source);
    assert_values(a, 3, expected);
}

#define DOCS 300u

/* Values with any bytes, in lists with long and short runs. */
static void write_at_random(uint64_t *state, struct values_writer *w, struct buf *expected)
{
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
        for (unsigned v = 0; v < 30; v++) {
            char value[16];
            bool any = false;
            snprintf(value, sizeof value, "%c%c%02u", 'a' + (int)f, v < 15 ? 1 : 'y', v);
            buf_printf(expected, "%c %s:", (int)fields[f], value);
            for (uint32_t doc = 0; doc < DOCS; doc++) {
                if (v < 10 ? random32(state) % 40 != 0 : random32(state) % (v * v) == 0) {
                    values_writer_add(w, doc, fields[f], value, strlen(value));
                    buf_printf(expected, " %u", doc);
                    any = true;
                }
            }
            if (!any) {
                values_writer_add(w, DOCS - 1, fields[f], value, strlen(value));
                buf_printf(expected, " %u", DOCS - 1);
            }
            buf_putc(expected, ';');
        }
    }
}

static void values_come_back(void **unused)
{
    (void)unused;
    uint64_t state = RANDOM_SEED;
    for (int round = 0; round < 20; round++) {
        struct values_writer w;
        struct buf section = {0}, found = {0}, expected = {0};
        struct columns c;
        values_writer_init(&w);
        write_at_random(&state, &w, &expected);
        assert_true(values_writer_bytes(&w) > w.count * sizeof *w.entries);
        values_writer_encode(&w, &section);
        stand_in(&c, section.data, section.len, DOCS);
        assert_int_equal(list_all(&c, &found), BF_OK);
        assert_string_equal(buf_text(&found), buf_text(&expected));
        free((void *)(uintptr_t)c.frame.sections[COLUMN_VALUES].p);
        values_writer_free(&w);
        buf_free(&section);
        buf_free(&found);
        buf_free(&expected);
    }
}

/* Bytes changed here and there, shorter sections: list_field asserts that no article
 * is out of range, and the sanitizers that no byte is. */
static void damage_stays_inside(void **unused)
{
    (void)unused;
    uint64_t state = RANDOM_SEED + 1;
    struct values_writer w;
    struct buf section = {0}, ignored = {0};
    unsigned refused = 0, tried = 0;
    values_writer_init(&w);
    write_at_random(&state, &w, &ignored);
    values_writer_encode(&w, &section);
    for (size_t i = 0; i < section.len; i += 1 + random32(&state) % 6) {
        struct columns c;
        unsigned char kept = section.data[i];
        section.data[i] ^= (unsigned char)(1 + random32(&state) % 255);
        stand_in(&c, section.data, i % 3 ? section.len : i, DOCS);
        section.data[i] = kept;
        ignored.len = 0;
        int rc = list_all(&c, &ignored);
        assert_true(rc == BF_OK || rc == BF_ERR_DAMAGED);
        refused += rc == BF_ERR_DAMAGED;
        tried++;
        free((void *)(uintptr_t)c.frame.sections[COLUMN_VALUES].p);
    }
    assert_true(refused > tried / 10);
    values_writer_free(&w);
    buf_free(&section);
    buf_free(&ignored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(articles_come_apart_into_values),
        cmocka_unit_test(values_come_back),
        cmocka_unit_test(damage_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
